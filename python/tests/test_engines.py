"""The examples: the notebook, and a fleet on each engine with a part of it killed, against one machine.

Run by `python/check` without `--fast`. An engine that is not installed, or that lacks what it runs on, is counted as ignored.
"""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import recharge

from test_recharge import RULES, needed, plain_report

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
sys.path.insert(0, str(EXAMPLES))

ACCOUNTS, EVENTS = 400, 120


def usage():
    """Rows of many accounts, in no order."""
    pyarrow = needed("pyarrow")
    rows = [(hour, account) for hour in range(EVENTS) for account in range(ACCOUNTS)]
    start = 1_767_243_600_000
    return pyarrow.table(
        {
            "time": pyarrow.array([start + 6 * 3_600_000 * hour for hour, _ in rows], pyarrow.timestamp("ms", "UTC")),
            "credits": [1 + (hour * 31 + account * 17) % 23 for hour, account in rows],
            "account_id": [f"account-{account:04}" for _, account in rows],
        }
    )


def found_by_workers():
    """Processes that are started from here on find the examples."""
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(EXAMPLES), *([path] if path else [])])


def processes(words):
    """The processes of this user whose command has all the words."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
            if all(word in command for word in words):
                found.append(int(entry.name))
    return found


class Killed(unittest.TestCase):
    """A fleet on an engine."""

    def same(self, report, whole):
        for key in ("accounts", "base", "changed", "outstanding", "finding"):
            self.assertEqual(report[key], whole[key])
        self.assertEqual(plain_report(report), plain_report(whole))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Notebook(unittest.TestCase):
    def test_the_notebook_runs_from_the_first_cell_to_the_last(self):
        nbformat, nbclient = needed("nbformat"), needed("nbclient")
        needed("ipykernel"), needed("pandas")
        notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
        nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
        shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
        heads = [output["data"]["text/html"] for output in shown if "text/html" in output.get("data", {})]
        self.assertGreaterEqual(sum("class=\"recharge\"" in head for head in heads), 3)
        self.assertTrue(any("at_or_bellow" in output.get("text", "") for output in shown))


class Spark(Killed):
    def test_a_fleet_on_spark_survives_a_killed_executor(self):
        pyspark, pyarrow = needed("pyspark"), needed("pyarrow")
        needed("pandas")
        if shutil.which("java") is None:
            self.skipTest("java is not installed; Debian has it as default-jre-headless")
        # A cluster in processes of its own needs the home that the package is.
        os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
        os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
        found_by_workers()
        import spark_fleet
        from pyspark.sql import SparkSession

        table = usage()
        whole = recharge.fleet(RULES, table)
        path = self.folder / "usage.parquet"
        needed("pyarrow.parquet").write_table(table, str(path))
        spark = (
            SparkSession.builder.master("local-cluster[2,1,1024]")
            .appName("recharge")
            .config("spark.ui.enabled", "false")
            .config("spark.executor.memory", "1g")
            .config("spark.driver.memory", "1g")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "12")
            .config("spark.sql.adaptive.enabled", "false")
            .getOrCreate()
        )
        try:
            rows = spark.read.parquet(str(path))
            # It is still at work when an executor goes: each partition takes a moment longer.
            slow = lambda batches: (time.sleep(0.5), batches)[1]  # noqa: E731
            killed = []

            def kill():
                deadline = time.monotonic() + 120
                while time.monotonic() < deadline and not killed:
                    executors = processes(["CoarseGrainedExecutorBackend", "--app-id", spark.sparkContext.applicationId])
                    tasks = spark.sparkContext.statusTracker().getActiveStageIds()
                    if executors and tasks:
                        time.sleep(2)
                        os.kill(executors[0], signal.SIGKILL)
                        killed.append(executors[0])
                    time.sleep(0.2)

            thread = threading.Thread(target=kill)
            thread.start()
            accounts, report = spark_fleet.fleet(rows.mapInArrow(slow, rows.schema), RULES)
            thread.join()
            self.assertEqual(len(killed), 1)
            self.same(report, whole)
            columns = ["account", "recharges", "total_spend"]
            found = sorted(tuple(row) for row in accounts.select(columns).collect())
            exact = pyarrow.table(whole.rows).select(columns).to_pylist()
            self.assertEqual(found, [tuple(row.values()) for row in exact])
        finally:
            spark.stop()


class Ray(Killed):
    def test_a_fleet_on_ray_survives_a_killed_worker(self):
        ray = needed("ray")
        needed("ray.data"), needed("pandas")
        found_by_workers()
        import ray_fleet

        table = usage()
        whole = recharge.fleet(RULES, table)
        try:
            ray.init(num_cpus=2, object_store_memory=200 << 20, include_dashboard=False, log_to_driver=False)
        except Exception as why:  # noqa: BLE001
            self.skipTest(f"ray cannot be started here: {why}")
        try:
            ray.data.DataContext.get_current().enable_progress_bars = False
            killed = []

            def kill():
                deadline = time.monotonic() + 60
                while time.monotonic() < deadline and not killed:
                    workers = processes(["ray::"])
                    busy = [worker for worker in workers if worker != os.getpid()]
                    if busy:
                        time.sleep(1)
                        with contextlib.suppress(OSError):
                            os.kill(busy[0], signal.SIGKILL)
                            killed.append(busy[0])
                    time.sleep(0.1)

            thread = threading.Thread(target=kill)
            thread.start()
            report = ray_fleet.fleet(ray.data.from_arrow(table).repartition(6), RULES)
            thread.join()
            self.assertEqual(len(killed), 1)
            self.same(report, whole)
        finally:
            ray.shutdown()


class Dask(Killed):
    def test_a_fleet_on_dask_survives_a_killed_worker(self):
        distributed, dataframe = needed("distributed"), needed("dask.dataframe")
        needed("pandas")
        import dask_fleet

        table = usage()
        whole = recharge.fleet(RULES, table)
        with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster:
            with distributed.Client(cluster) as client:
                # Workers find the example by the same path.
                client.run(sys.path.insert, 0, str(EXAMPLES))
                workers = client.run(os.getpid)

                def kill():
                    time.sleep(1)
                    os.kill(next(iter(workers.values())), signal.SIGKILL)

                thread = threading.Thread(target=kill)
                thread.start()
                frame = dataframe.from_pandas(table.to_pandas(), npartitions=8)
                slow = frame.map_partitions(lambda part: (time.sleep(0.5), part)[1], meta=frame)
                report = dask_fleet.fleet(slow, RULES)
                thread.join()
                self.same(report, whole)


if __name__ == "__main__":
    unittest.main()
