"""Quarantine: rejected items wait with every reason and value, and leave when they pass, are replaced or are gone."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from conf.table import Table
from conf.tables import ops
from expectations.judging import PLACE
from jobs.runtime.scope import JobLake


def still_open(lake: JobLake) -> DataFrame:
    """Return the open quarantine rows of the job's target."""
    target = lake.job.primary[0].name
    return lake.read(ops.QUARANTINE_RECORD).where((F.col("target") == target) & F.col("resolved_at").isNull())


def write(lake: JobLake, target: Table, items: DataFrame, received: list[DataFrame], records: DataFrame | None) -> None:
    """Open a row for every newly rejected item, and close those that no longer are, saying why.

    `received` are the bronze rows that `items` were made of; `records` the (source_system, _record_key) they are of;
    None: all there are.
    """
    if not lake.lake.has(ops.QUARANTINE_RECORD, target=target.name):
        # Nothing of this target was ever rejected: there is nothing to compare with.
        rejected = lake.keep(_rejected(lake, target, items))
        if not rejected.isEmpty():
            lake.append(ops.QUARANTINE_RECORD, _with_payloads(rejected, received))
        return
    waiting = still_open(lake)
    if records is not None:
        named = records.withColumnRenamed("_record_key", "record_key")
        waiting = waiting.join(named, on=["source_system", "record_key"], how="left_semi")
    key = list(ops.QUARANTINE_RECORD.key)
    same = waiting.select(*key, _said().alias("_said"))
    fresh = _rejected(lake, target, items).withColumn("_said", _said())
    fresh = _with_payloads(fresh.join(same, on=[*key, "_said"], how="left_anti").drop("_said"), received)
    changed = lake.keep(fresh.unionByName(_resolved(lake, target, waiting, items).select(*fresh.columns)))
    if not changed.isEmpty():
        lake.merge(ops.QUARANTINE_RECORD, changed)


def _said() -> Column:
    # A record that fails otherwise than before has a new row in place of the old one. Maps cannot be compared as such.
    return F.to_json(F.struct("rules", "reasons", F.array_sort(F.map_entries("values")).alias("values")))


def _rejected(lake: JobLake, target: Table, items: DataFrame) -> DataFrame:
    values = F.expr(
        "aggregate(_problems, cast(map() AS map<string,string>), (all, p) -> "
        "map_concat(map_filter(all, (k, v) -> NOT map_contains_key(p.values, k)), p.values))"
    )
    return items.where("disposition = 'quarantined'").select(
        *_place(target),
        F.col("_source_system").alias("source_system"),
        F.col("_identity").alias("record_key"),
        F.expr("transform(_problems, p -> p.rule)").alias("rules"),
        F.expr("transform(_problems, p -> p.reason)").alias("reasons"),
        values.alias("values"),
        F.lit(lake.now).alias("quarantined_at"),
        F.lit(None).cast("timestamp").alias("resolved_at"),
        F.lit(None).cast("string").alias("resolution"),
    )


def _with_payloads(rejected: DataFrame, received: list[DataFrame]) -> DataFrame:
    """Add to rejected items the records they are of; items do without, for few are rejected."""
    place = [F.col(theirs).alias(ours) for ours, theirs in PLACE.items()]
    payloads = reduce(DataFrame.unionByName, (rows.select(*place, "payload") for rows in received))
    return rejected.join(payloads, on=list(PLACE), how="left")


def _resolved(lake: JobLake, target: Table, waiting: DataFrame, items: DataFrame) -> DataFrame:
    became = F.when(F.col("disposition") == "sound", "passed").otherwise(F.col("disposition"))
    now = items.select(*_place(target), became.alias("resolution"))
    return (
        waiting.drop("resolution", "resolved_at")
        .join(now, on=list(ops.QUARANTINE_RECORD.key), how="left")
        # An item that the description no longer gives at all is not applicable any more.
        .withColumn("resolution", F.coalesce("resolution", F.lit("not_applicable")))
        .where("resolution <> 'quarantined'")
        .withColumn("resolved_at", F.lit(lake.now))
    )


def _place(target: Table) -> list[Column]:
    place = {**PLACE, "item": "_item"}
    return [F.lit(target.name).alias("target"), *(F.col(theirs).alias(ours) for ours, theirs in place.items())]
