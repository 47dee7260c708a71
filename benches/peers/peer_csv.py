"""A mere parse of the CSV that `recharge run` replays, by the library on the command line.

Instants as instants and amounts as numbers; the sum of the amounts is the proof.
"""

import sys
import time

import work


def pyarrow(path):
    from pyarrow import compute, csv

    table = csv.read_csv(path)
    assert str(table.schema.field("timestamp").type).startswith("timestamp"), table.schema
    return compute.sum(table["credits"]).as_py()


def pyarrow_one_thread(path):
    from pyarrow import compute, csv

    table = csv.read_csv(path, read_options=csv.ReadOptions(use_threads=False))
    return compute.sum(table["credits"]).as_py()


def polars(path):
    import polars

    table = polars.read_csv(path, try_parse_dates=True)
    assert table.schema["timestamp"].is_temporal(), table.schema
    return table["credits"].sum()


def pandas(path):
    import pandas

    table = pandas.read_csv(path, parse_dates=["timestamp"])
    assert table["timestamp"].dtype.kind == "M", table.dtypes
    return table["credits"].sum()


def duckdb(path):
    import duckdb

    query = f"select count(distinct date_trunc('day', timestamp)), sum(credits) from read_csv('{path}')"
    return duckdb.sql(query).fetchall()[0][1]


READERS = {
    "pyarrow": [pyarrow, pyarrow_one_thread],
    "polars": [polars],
    "pandas": [pandas],
    "duckdb": [duckdb],
}


def main():
    path, rows = f"{sys.argv[1]}/usage.csv", int(sys.argv[3])
    amounts = work.work().ints("amounts.i64")
    whole, rest = divmod(rows, len(amounts))
    expected = (whole * sum(amounts) + sum(amounts[:rest])) // work.CREDIT
    for read in READERS[sys.argv[2]]:
        best = busy = float("inf")
        for _ in range(3):
            started, worked = time.perf_counter(), time.process_time()
            found = read(path)
            best = min(best, time.perf_counter() - started)
            busy = min(busy, time.process_time() - worked)
            assert int(found) == expected, f"{found} credits, expected {expected}"
        work.answer(f"{read.__name__.replace('_', ' ')}, parse only", [], rows, best, None, f"{busy * 1e9 / rows:.3g}")


main()
