"""A fleet on Dask: the same function as on Spark, by a shuffle. `python dask_fleet.py rules.toml usage.parquet`."""

import sys
from pathlib import Path

import dask.dataframe
import pyarrow
import recharge
from distributed import Client


def fleet(usage, rules, **options):
    """The report of all accounts of a Dask DataFrame with a column `account_id`."""

    def portion(frame):
        """The accounts of one partition, which has all rows of each."""
        found = recharge.fleet_partition([frame], rules, account_column="account_id", **options)
        batches = list(found)
        columns = ["account", "portion"]
        if not batches:
            return pyarrow.table({name: pyarrow.array([], "string") for name in columns}).to_pandas()
        return pyarrow.Table.from_batches(batches).select(columns).to_pandas()

    meta = {"account": "object", "portion": "object"}
    found = usage.shuffle("account_id").map_partitions(portion, meta=meta).compute()
    portions = found["portion"].dropna()
    return recharge.fleet_merge(portions, rules, account_column="account_id", **options)


if __name__ == "__main__":
    with Client(n_workers=2, threads_per_worker=1):
        print(fleet(dask.dataframe.read_parquet(sys.argv[2]), Path(sys.argv[1]).read_text()))
