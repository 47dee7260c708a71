"""The package from outside: what goes in, what comes out, and that it is what the command line tells.

Run by `python/check`. What is not installed is counted as ignored.
"""

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import recharge

RULES = """
name = "Rules"
currency = "USD"
zone = "America/New_York"
start = 2026-01-01
end = 2026-02-01

[account]
opening_balance = 100

[packages.pack]
credits = 50
price = "5.00"

[recharge]
at_or_below = 10
package = "pack"

[payment]
latency = "2s"
"""

GENERATED = RULES + """
[usage.generate]
per_day = 40.0
amount = { law = "geometric", mean = 2 }
"""

AMOUNTS = ["0.1", "0.2", "30", "1.000001", "12.5", "0", "50.25"]


def needed(name):
    """A package that a test needs; the test is ignored where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as why:
        raise unittest.SkipTest(f"{name} is not installed: {why}") from why


def instants():
    first = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc)
    return [first + timedelta(hours=7 * place) for place in range(len(AMOUNTS))]


def csv_rows(accounts=None):
    """The usage as a file has it."""
    lines = ["time,credits" + (",account_id" if accounts else "")]
    for place, (at, amount) in enumerate(zip(instants(), AMOUNTS)):
        line = f"{at.isoformat().replace('+00:00', 'Z')},{amount}"
        lines.append(line + (f",{accounts[place % len(accounts)]}" if accounts else ""))
    return "\n".join(lines) + "\n"


def table(amounts=None, times=None, **more):
    """The usage as a table of Arrow."""
    pyarrow = needed("pyarrow")
    times = pyarrow.array(instants(), pyarrow.timestamp("us", "UTC")) if times is None else times
    amounts = pyarrow.array([Decimal(amount) for amount in AMOUNTS]) if amounts is None else amounts
    return pyarrow.table({"time": times, "credits": amounts, **more})


def figures(result):
    """What a result says but for where its usage comes from."""
    return {name: value for name, value in result.data.items() if name not in ("provenance", "reading", "usage")}


def command_line(*arguments, text=None, folder=None):
    """The command line of the package, as a program."""
    words = [sys.executable, "-m", "recharge", *map(str, arguments)]
    return subprocess.run(words, input=text, capture_output=True, text=True, cwd=folder, check=False)


class Files(unittest.TestCase):
    """Tests beside files."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.rules = self.folder / "rules.toml"
        self.rules.write_text(RULES)
        self.usage = self.folder / "usage.csv"
        self.usage.write_text(csv_rows())
        warnings.simplefilter("ignore", recharge.RechargeWarning)


class Usage(Files):
    """Usage from memory is the usage of a file."""

    def expected(self):
        return figures(recharge.run(self.rules, self.usage))

    def same(self, usage):
        self.assertEqual(figures(recharge.run(self.rules, usage)), self.expected())

    def test_amounts_of_every_type_are_exact(self):
        pyarrow = needed("pyarrow")
        exact = [Decimal(amount) for amount in AMOUNTS]
        for kind in [
            pyarrow.decimal128(20, 6),
            pyarrow.decimal256(60, 12),
            pyarrow.string(),
            pyarrow.large_string(),
            pyarrow.string_view(),
            pyarrow.float64(),
            pyarrow.dictionary(pyarrow.int8(), pyarrow.string()),
        ]:
            with self.subTest(kind=str(kind)):
                values = AMOUNTS if "string" in str(kind) else exact
                if pyarrow.types.is_floating(kind):
                    values = [float(amount) for amount in AMOUNTS]
                if pyarrow.types.is_dictionary(kind):
                    amounts = pyarrow.array(values).dictionary_encode()
                else:
                    amounts = pyarrow.array(values, kind)
                self.same(table(amounts))

    def test_whole_numbers_of_every_width_are_exact(self):
        pyarrow = needed("pyarrow")
        whole = [1, 0, 30, 127, 12, 0, 95]
        expected = None
        for bits in (8, 16, 32, 64):
            for name in (f"int{bits}", f"uint{bits}"):
                found = figures(recharge.run(self.rules, table(pyarrow.array(whole, getattr(pyarrow, name)()))))
                expected = expected or found
                self.assertEqual(found, expected, name)
        for name in ("float16", "float32"):
            amounts = pyarrow.array([float(number) for number in whole], pyarrow.float32())
            amounts = amounts.cast(getattr(pyarrow, name)())
            self.assertEqual(figures(recharge.run(self.rules, table(amounts))), expected, name)

    def test_instants_of_every_unit_and_zone_are_the_same(self):
        pyarrow = needed("pyarrow")
        for unit in ("ms", "us", "ns"):
            for zone in ("UTC", "America/New_York", "+05:30"):
                with self.subTest(unit=unit, zone=zone):
                    self.same(table(times=pyarrow.array(instants(), pyarrow.timestamp(unit, zone))))

    def test_an_instant_without_a_zone_is_of_the_zone_of_the_scenario(self):
        pyarrow = needed("pyarrow")
        # The zone of the scenario is five hours behind UTC in January.
        local = [at.replace(tzinfo=None) - timedelta(hours=5) for at in instants()]
        found = figures(recharge.run(self.rules, table(times=pyarrow.array(local, pyarrow.timestamp("ms")))))
        expected = self.expected()
        # Only these are in a zone of their own.
        zone = "local ones in America/New_York"
        self.assertIn(zone, " ".join(found.pop("usage_choices")))
        self.assertNotIn(zone, " ".join(expected.pop("usage_choices")))
        self.assertEqual(found, expected)

    def test_days_are_midnights_of_the_zone_of_the_scenario(self):
        pyarrow = needed("pyarrow")
        days = [date(2026, 1, 2 + place) for place in range(len(AMOUNTS))]
        self.usage.write_text("time,credits\n" + "".join(f"{day},{of}\n" for day, of in zip(days, AMOUNTS)))
        for kind in (pyarrow.date32(), pyarrow.date64()):
            self.same(table(times=pyarrow.array(days, kind)))

    def test_batches_slices_and_lists_of_tables_are_the_whole_table(self):
        pyarrow = needed("pyarrow")
        whole = table()
        self.same(whole.to_batches(max_chunksize=2))
        self.same(pyarrow.concat_tables([whole, whole]).slice(3, 7).slice(4, 3).to_batches()
                  + whole.slice(3, 4).to_batches())
        self.same(pyarrow.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=3)))
        self.same(whole.slice(0, 3).to_batches()[0:1] + [whole.slice(3)])

    def test_rows_are_sorted_where_they_are_not_in_order(self):
        found = recharge.run(self.rules, table().take([3, 1, 0, 2, 6, 5, 4]))
        for key in ("served", "recharges", "total_spend", "closing_balance"):
            self.assertEqual(found[key], self.expected()[key])

    def test_a_data_frame_of_pandas(self):
        pandas = needed("pandas")
        needed("pyarrow")
        amounts = [float(amount) for amount in AMOUNTS]
        self.same(pandas.DataFrame({"time": instants(), "credits": amounts}))
        self.same(pandas.DataFrame({"time": instants(), "credits": [Decimal(amount) for amount in AMOUNTS]}))
        frame = pandas.DataFrame({"time": pandas.Categorical([str(at) for at in instants()]), "credits": amounts})
        self.same(frame)

    def test_a_data_frame_of_polars(self):
        polars = needed("polars")
        frame = polars.DataFrame({"time": instants(), "credits": [Decimal(amount) for amount in AMOUNTS]})
        self.same(frame)
        self.same(frame.with_columns(polars.col("credits").cast(polars.String)))
        rows = polars.DataFrame(recharge.run(self.rules, frame).rows)
        self.assertEqual(rows["period"][0], "month")

    def test_a_relation_of_duckdb(self):
        duckdb = needed("duckdb")
        needed("pyarrow")
        path = str(self.usage)
        self.same(duckdb.sql(f"select time::timestamptz as time, credits::decimal(18, 6) as credits from '{path}'"))

    def test_a_path_is_a_file(self):
        self.assertEqual(figures(recharge.run(str(self.rules), str(self.usage))), self.expected())

    def test_what_hands_out_no_table_is_told_with_the_way_out(self):
        pyarrow = needed("pyarrow")
        with self.assertRaisesRegex(TypeError, "int hands out no Arrow"):
            recharge.run(self.rules, 7)
        with self.assertRaisesRegex(ValueError, "one column"):
            recharge.run(self.rules, pyarrow.chunked_array([pyarrow.array([1])]))
        nested = pyarrow.array([[1]] * len(AMOUNTS))
        with self.assertRaisesRegex(ValueError, "column `tags`.*leave the column out"):
            recharge.run(self.rules, table(tags=nested))
        with self.assertRaisesRegex(ValueError, "tables that are alike"):
            recharge.run(self.rules, [table(), table(other=nested.flatten())])

    def test_what_is_missing_is_a_blank_cell(self):
        pyarrow = needed("pyarrow")
        missing = [None if place == 2 else of for place, of in enumerate(AMOUNTS)]
        exact = pyarrow.array([of and Decimal(of) for of in missing])
        doubles = pyarrow.array([float("nan") if of is None else float(of) for of in missing])
        self.usage.write_text(csv_rows().replace(",30\n", ",\n"))
        for blanks in ("zero", "skip"):
            expected = figures(recharge.run(self.rules, self.usage, blanks=blanks))
            for amounts in (exact, doubles):
                self.assertEqual(figures(recharge.run(self.rules, table(amounts), blanks=blanks)), expected)
        with self.assertRaisesRegex(recharge.InputError, "memory.*\n?.*line 4"):
            recharge.run(self.rules, table(exact), blanks="refuse")


class Results(Files):
    """Results are those of the command line."""

    def test_the_command_line_is_the_same_bytes_as_the_result(self):
        told = command_line("run", "rules.toml", "--usage", "usage.csv", "--format", "json", folder=self.folder)
        self.assertEqual(told.returncode, 0, told.stderr)
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        result = recharge.run("rules.toml", "usage.csv")
        self.assertEqual(json.loads(told.stdout)["served"], result["served"])
        text = command_line("run", "rules.toml", "--usage", "usage.csv")
        self.assertEqual(plain(text.stdout), plain(str(result)))

    def test_the_program_of_cargo_and_the_wheel_write_the_same_bytes(self):
        program = os.environ.get("RECHARGE_PROGRAM")
        if not program:
            self.skipTest("RECHARGE_PROGRAM names no program")
        for arguments in (
            ["run", "rules.toml", "--usage", "usage.csv", "--format", "json"],
            ["run", "rules.toml", "--usage", "usage.csv"],
            ["study", "rules.toml", "--usage", "usage.csv", "--replications", "5", "--quiet"],
            ["vendors"],
            ["run", "rules.toml", "--usage", "missing.csv"],
        ):
            one = command_line(*arguments, folder=self.folder)
            other = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=self.folder, check=False)
            found = (one.returncode, one.stdout, one.stderr)
            self.assertEqual(found, (other.returncode, other.stdout, other.stderr), arguments)

    def test_an_error_has_the_text_of_the_command_line(self):
        for arguments, ask in (
            (["--usage", "no.csv"], lambda: recharge.run(self.rules, self.folder / "no.csv")),
            (
                ["--usage", self.usage, "--set", "recharge.at_or_bellow=5"],
                lambda: recharge.run(self.rules, self.usage, settings={"recharge.at_or_bellow": 5}),
            ),
            (["--wheel=1"], lambda: recharge.run(self.rules, wheel=1)),
        ):
            told = command_line("run", self.rules, *arguments, folder=self.folder)
            self.assertEqual(told.returncode, 2)
            with self.assertRaises(recharge.InputError) as raised:
                ask()
            self.assertEqual(raised.exception.code, 2)
            error = str(raised.exception).replace(str(self.folder / "no.csv"), "no.csv")
            self.assertEqual(error.rstrip(), plain(told.stderr).rstrip())

    def test_a_gate_that_fails_has_the_result(self):
        with self.assertRaises(recharge.GateFailed) as raised:
            recharge.run(self.rules, self.usage, gate="total_spend <= $1")
        self.assertEqual(raised.exception.code, 1)
        self.assertIn("total_spend", str(raised.exception))
        self.assertEqual(raised.exception.result["recharges"], 1)
        recharge.run(self.rules, self.usage, gate="total_spend <= $100")

    def test_rows_are_exact_decimals_and_a_notebook_shows_the_head(self):
        pyarrow = needed("pyarrow")
        result = recharge.run(self.rules, self.usage)
        rows = pyarrow.table(result.rows)
        self.assertEqual(rows.schema.field("served").type, pyarrow.decimal128(38, 6))
        served = sum((Decimal(amount) for amount in AMOUNTS), Decimal(0))
        self.assertEqual(rows.column("served")[0].as_py(), served)
        self.assertEqual(rows.column("recharges")[0].as_py(), 1)
        head = result._repr_html_()
        self.assertIn(result.title, head)
        self.assertNotIn("<html", head)
        self.assertLess(len(head), 20_000)
        self.assertIn("<html", result.page())
        self.assertIn(result.finding, repr(result))
        self.assertIn("# ", result.markdown())
        result.save(self.folder / "page.html")
        self.assertEqual((self.folder / "page.html").read_text(), result.page())

    def test_a_study_and_advice_from_a_table(self):
        pyarrow = needed("pyarrow")
        study = recharge.study(
            RULES,
            table(),
            vary="recharge.at_or_below=0,10,50",
            replications=8,
            details=True,
            settings={"study.history": "replay"},
        )
        self.assertEqual(len(study.rows), 3)
        # Nothing is random in a replay, so that one of the eight runs stands for all.
        self.assertEqual(len(study.samples), 3)
        self.assertEqual(pyarrow.table(study.rows).schema.names, study.rows.column_names)
        hours = [datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(hours=hour) for hour in range(24 * 60)]
        usage = pyarrow.table({"time": hours, "credits": [3 + hour % 5 for hour in range(len(hours))]})
        published = {"plans.plan.fee": 49.0, "plans.plan.allowance": 2000, "recharge.below": 200}
        advice = recharge.advise(usage, "a2v2", replications=10, settings=published)
        self.assertIn("threshold", str(advice))

    def test_any_command_can_be_called(self):
        self.assertIn("a2v2", recharge.call("vendors"))
        self.assertTrue(recharge.call("--version").startswith("recharge "))
        self.assertEqual(json.loads(recharge.call("schema", "run"))["title"].split()[0], "Result")

    def test_python_goes_on_while_a_command_runs(self):
        beats = []
        done = threading.Event()

        def beat():
            while not done.is_set():
                beats.append(time.monotonic())
                time.sleep(0.001)

        thread = threading.Thread(target=beat)
        thread.start()
        try:
            recharge.study(GENERATED, vary="recharge.at_or_below=0..100..5", replications=100)
        finally:
            done.set()
            thread.join()
        self.assertGreater(len(beats), 3)

    def test_an_interrupt_ends_a_command_and_the_next_one_is_whole(self):
        script = (
            "import os, signal, sys, threading, recharge\n"
            "rules, usage, generated = sys.argv[1:]\n"
            # A shell without job control starts what runs beside it with the signal ignored.
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
            "try:\n"
            "    recharge.study(open(generated).read(), vary='recharge.at_or_below=0..100..1', replications=40000)\n"
            "    print('not interrupted')\n"
            "except KeyboardInterrupt:\n"
            "    print(recharge.run(rules, usage)['recharges'])\n"
        )
        generated = self.folder / "generated.toml"
        generated.write_text(GENERATED)
        words = [sys.executable, "-c", script, *map(str, (self.rules, self.usage, generated))]
        told = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(told.stdout.strip(), "1", told.stderr)


class Fleets(Files):
    """Portions add up to one machine."""

    ACCOUNTS = ["a", "b", "c", "d", "e"]

    def whole(self, **options):
        return recharge.fleet(RULES, self.rows(), **options)

    def rows(self):
        pyarrow = needed("pyarrow")
        many = pyarrow.concat_tables([table()] * 40)
        places = range(len(many))
        names = [self.ACCOUNTS[place * place % 5] for place in places]
        # Rows of their own, and no table that was pasted many times over.
        requests = [f"request-{place}" for place in places]
        many = many.append_column("account_id", pyarrow.array(names))
        return many.append_column("request_id", pyarrow.array(requests))

    def parted(self, parts, size=7):
        pyarrow = needed("pyarrow")
        compute = needed("pyarrow.compute")
        rows = self.rows()
        for part in range(parts):
            names = [name for place, name in enumerate(self.ACCOUNTS) if place % parts == part]
            yield rows.filter(compute.is_in(rows["account_id"], pyarrow.array(names, pyarrow.string()))).to_batches(size)

    def added(self, parts, turned=False, **options):
        pyarrow = needed("pyarrow")
        batches = [b for part in self.parted(parts) for b in recharge.fleet_partition(part, RULES, **options)]
        found = pyarrow.Table.from_batches(batches).to_pylist()
        portions = [row["portion"] for row in found if row["portion"] is not None]
        portions = portions[::-1] if turned else portions
        merged = recharge.fleet_merge(portions, RULES, **options)
        return merged, [row for row in found if row["portion"] is None]

    def test_portions_come_to_the_sums_of_one_machine(self):
        pyarrow = needed("pyarrow")
        listed = {"account_id": ["a", "z"], "recharge.packs": [2, 3], "segment": ["small", "large"]}
        options = {
            "accounts": pyarrow.table(listed),
            "against": RULES.replace("at_or_below = 10", "at_or_below = 40"),
        }
        for more in ({}, options):
            whole = self.whole(**more)
            for parts in (1, 2, 5):
                merged, rows = self.added(parts, turned=parts == 2, **more)
                self.assertEqual(figures(merged), figures(whole))
                self.assertEqual(plain_report(merged), plain_report(whole))
                rows += pyarrow.table(merged.rows).to_pylist()
                for row in rows:
                    row.pop("portion", None)
                exact = pyarrow.table(whole.rows).to_pylist()
                self.assertEqual(sorted(rows, key=lambda row: row["account"]), exact)

    def test_the_schema_is_that_of_every_portion(self):
        pyarrow = needed("pyarrow")
        for against in (None, RULES):
            batch = next(recharge.fleet_partition(next(self.parted(1)), RULES, against=against))
            schema = pyarrow.table(recharge.fleet_schema(against=against is not None)).schema
            self.assertEqual(batch.schema, schema)

    def test_an_account_in_two_portions_is_refused(self):
        pyarrow = needed("pyarrow")
        halves = [self.rows().slice(0, 140), self.rows().slice(140)]
        batches = [b for half in halves for b in recharge.fleet_partition(half.to_batches(), RULES)]
        portions = pyarrow.Table.from_batches(batches)["portion"].drop_null().to_pylist()
        with self.assertRaisesRegex(recharge.InputError, "in another too; part the usage by account"):
            recharge.fleet_merge(portions, RULES)
        with self.assertRaisesRegex(recharge.InputError, "another question"):
            recharge.fleet_merge(portions[:1], RULES.replace("5.00", "6.00"))

    def test_no_rows_are_no_portion(self):
        pyarrow = needed("pyarrow")
        schema = self.rows().schema
        empty = pyarrow.RecordBatch.from_pylist([], schema=schema)
        for batches in ([], [empty], [empty, empty]):
            self.assertEqual(list(recharge.fleet_partition(batches, RULES)), [])

    def test_shards_of_the_command_line_come_to_the_same(self):
        csv = needed("pyarrow.csv")
        csv.write_csv(self.rows(), str(self.folder / "usage.csv"))
        plan = ["fleet", "plan", "rules.toml", "--usage", "usage.csv", "--to", "plan"]
        for arguments in (plan, *(["fleet", "shard", "plan", "--index", n, "--of", 2, "--quiet"] for n in (1, 0))):
            told = command_line(*arguments, folder=self.folder)
            self.assertEqual(told.returncode, 0, told.stderr)
        told = command_line("fleet", "merge", "plan", "--format", "json", folder=self.folder)
        self.assertEqual(json.loads(told.stdout)["base"], self.whole()["base"])


class Guide(unittest.TestCase):
    def test_what_the_guide_shows_runs(self):
        needed("pyarrow")
        guide = Path(__file__).resolve().parents[2] / "docs" / "guides" / "python.md"
        blocks = guide.read_text().split("```python\n")[1:]
        code = "\n".join(block.split("```")[0] for block in blocks)
        names = {}
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, str(guide), "exec"), names)  # noqa: S102
        self.assertIn("$5.00 in 31 days", printed.getvalue())
        self.assertEqual(names["report"]["accounts"], 2)


def plain(text):
    """Text without the bold type of a terminal."""
    return text.replace("\x1b[1m", "").replace("\x1b[0m", "")


def plain_report(result):
    """A report up to what it says of its source."""
    return result.text(100).split("Usage and accounts")[0]


if __name__ == "__main__":
    unittest.main()
