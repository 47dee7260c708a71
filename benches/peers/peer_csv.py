"""A mere parse of a CSV, or of JSON lines, that `recharge run` replays, by the library on the command line.

Instants as instants and amounts as numbers; the sum of what counts is the proof. The shapes are those that
`export.rs` writes.
"""

import resource
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


# Credits of a token of each meter, and the kind of row that counts.
METERS = {"input_tokens": 0.001, "cached_tokens": 0.0001, "output_tokens": 0.004}


def pyarrow_shape(path, shape, threads=True):
    from pyarrow import compute, csv, json

    if shape == "lines":
        table = json.read_json(path, read_options=json.ReadOptions(use_threads=threads))
    else:
        table = csv.read_csv(path, read_options=csv.ReadOptions(use_threads=threads))
    assert str(table.schema.field("timestamp").type).startswith("timestamp"), table.schema
    if shape == "meters":
        return sum(factor * compute.sum(table[name]).as_py() for name, factor in METERS.items())
    if shape == "filters":
        table = table.filter(compute.equal(table["kind"], "usage"))
    return compute.sum(table["credits"]).as_py()


def pyarrow_shape_one_thread(path, shape):
    return pyarrow_shape(path, shape, threads=False)


def duckdb_shape(path, shape):
    import duckdb

    amount = " + ".join(f"{factor} * {name}" for name, factor in METERS.items()) if shape == "meters" else "credits"
    where = "where kind = 'usage'" if shape == "filters" else ""
    days = "count(distinct date_trunc('day', timestamp))"
    read = "read_json" if shape == "lines" else "read_csv"
    return float(duckdb.sql(f"select {days}, sum({amount}) from {read}('{path}') {where}").fetchall()[0][1])


SHAPE_READERS = {"pyarrow": [pyarrow_shape, pyarrow_shape_one_thread], "duckdb": [duckdb_shape]}

READERS = {
    "pyarrow": [pyarrow, pyarrow_one_thread],
    "polars": [polars],
    "pandas": [pandas],
    "duckdb": [duckdb],
}


def shapes(folder, name, rows, expected):
    """Parses each shape; `expected` has their sums as recharge found them."""
    for pair in expected.split(","):
        shape, total = pair.split("=")
        for read in SHAPE_READERS.get(name, []):
            file = "lines.jsonl" if shape == "lines" else f"{shape}.csv"
            started, worked = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
            found = read(f"{folder}/{file}", shape)
            taken = time.perf_counter() - started
            worked = resource.getrusage(resource.RUSAGE_SELF).ru_utime - worked
            off = abs(found - float(total))
            assert off <= 1e-6 * float(total), f"{shape}: {found} credits, expected {total}"
            what = f"{read.__name__.replace('_shape', '').replace('_', ' ')}, {shape}"
            # The note is the time of the processor in its own code.
            work.answer(what, [], rows, taken, None, f"{worked:.6g}")


def main():
    if len(sys.argv) > 4:
        return shapes(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
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
