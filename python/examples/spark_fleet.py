"""A fleet on Spark: every account of a usage table replayed where its rows are, and the report of all of them.

Spark parts the rows by account and hands each partition to recharge as Arrow; what comes back is a table with a row an
account. `spark-submit spark_fleet.py rules.toml usage.parquet accounts.parquet`; recharge, pyarrow and pandas have to be
installed on all workers.
"""

import sys
from pathlib import Path

import pyarrow
import recharge
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema


def fleet(usage, rules, **options):
    """The accounts of a DataFrame with a column `account_id`, as a DataFrame, and the report of all of them."""
    schema = from_arrow_schema(pyarrow.table(recharge.fleet_schema(against="against" in options)).schema)

    def replayed(batches):
        yield from recharge.fleet_partition(batches, rules, account_column="account_id", **options)

    found = usage.repartition("account_id").mapInArrow(replayed, schema).cache()
    portions = [row.portion for row in found.where("portion is not null").select("portion").collect()]
    report = recharge.fleet_merge(portions, rules, account_column="account_id", **options)
    return found.where("portion is null").drop("portion"), report


if __name__ == "__main__":
    rules, usage, out = sys.argv[1:]
    spark = SparkSession.builder.appName("recharge").getOrCreate()
    accounts, report = fleet(spark.read.parquet(usage), Path(rules).read_text())
    accounts.write.mode("overwrite").parquet(out)
    print(report)
