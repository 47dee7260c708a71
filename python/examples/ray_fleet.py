"""A fleet on Ray: the same function as on Spark, by Ray Data. `python ray_fleet.py rules.toml usage.parquet`."""

import sys
from pathlib import Path

import pyarrow
import ray
import recharge


def fleet(usage, rules, partitions=8, **options):
    """The report of all accounts of a Ray Dataset with a column `account_id`."""

    def portion(batch):
        """The accounts of one part of them, all rows of each."""
        rows = batch.drop_columns(["part"])
        found = recharge.fleet_partition([rows], rules, account_column="account_id", **options)
        return pyarrow.Table.from_batches(found).select(["account", "total_spend", "portion"])

    def part(batch):
        """The part of each row by its account, the same in every process."""
        names = batch["account_id"].to_pylist()
        return batch.append_column("part", pyarrow.array([sum(str(name).encode()) % partitions for name in names]))

    found = usage.map_batches(part, batch_format="pyarrow").groupby("part")
    found = found.map_groups(portion, batch_format="pyarrow").materialize()
    portions = [row["portion"] for row in found.take_all() if row["portion"] is not None]
    return recharge.fleet_merge(portions, rules, account_column="account_id", **options)


if __name__ == "__main__":
    print(fleet(ray.data.read_parquet(sys.argv[2]), Path(sys.argv[1]).read_text()))
