"""Say which bronze record concerns which source party, rejected records included, so that erasure finds all of it."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.settings import Settings
from conf.source import Source
from conf.table import Table
from conf.tables import ALL, silver
from jobs.runtime.scope import JobLake
from transformations.intake import giving, reading

ALL_SOURCES = True
READS = ()
WRITES = (silver.RECORD_SUBJECT,)

ROLES = {
    "silver.source_party": "self", "silver.complaint": "complainant", "silver.document": "author",
    "silver.interaction": "contact", "silver.survey_response": "respondent", "silver.social_mention": "author",
    "silver.media_object": "sender", "silver.promise": "contact", "silver.campaign_contact": "contact",
    "silver.consent": "self", "silver.web_event": "visitor", "silver.device_reading": "owner",
}  # fmt: skip


def run(lake: JobLake, settings: Settings) -> None:
    """Add the subjects of the records that landed."""
    lake.refuse_to_forget(silver.RECORD_SUBJECT)
    parts = [part for source in lake.job.sources for part in _subjects(lake, source)]
    # Nobody named is written down as well, as a commit without rows: these inputs are dealt with.
    parts.append(lake.lake.spark.createDataFrame([], lake.lake.schema(silver.RECORD_SUBJECT)))
    found = reduce(DataFrame.unionByName, parts).where("source_party_id IS NOT NULL")
    # One record may name its subject in several ways: one row a role.
    subjects = found.groupBy(*silver.RECORD_SUBJECT.key).agg(
        *(F.min(c).alias(c) for c in ("source_party_id", "source_system", "bronze_table"))
    )
    keys = None if lake.is_full else subjects.select("batch_id").distinct()
    lake.write(silver.RECORD_SUBJECT, subjects.select(*silver.RECORD_SUBJECT.column_names), keys)


def _subjects(lake: JobLake, source: Source) -> list[DataFrame]:
    table: Table = ALL[source.lands_in]
    naming = [t for t in ROLES if any("source_party_id" in g.columns for g in source.gives.get(t, ()))]
    if not naming:
        return []
    landed = lake.read(table) if lake.is_full else lake.changes(table)
    if landed is None:
        return []
    records = landed.where(F.col("_source_system") == source.source).select(*table.column_names)
    typed = reading.with_typed_columns(records, source)
    found = []
    for target in naming:
        for number, given in enumerate(source.gives[target]):
            if "source_party_id" in given.columns:
                only = given.model_copy(
                    update={"columns": {"source_party_id": given.columns["source_party_id"]}, "where": None}
                )
                found.append(_named(giving.items(typed, source, ALL[target], number, only), source, target))
    return found


def _named(items: DataFrame, source: Source, target: str) -> DataFrame:
    return items.select(
        F.col("_batch_id").alias("batch_id"),
        F.col("_source_object").alias("source_object"),
        F.col("_position").alias("position"),
        F.lit(ROLES[target]).alias("role"),
        "source_party_id",
        F.lit(source.source).alias("source_system"),
        F.lit(source.lands_in).alias("bronze_table"),
    )
