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
from transformations.intake.envelope import files_of

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
    # A record may name several parties, and the same one again.
    subjects = found.select(*silver.RECORD_SUBJECT.column_names).distinct()
    keys = None if lake.is_full else subjects.select("batch_id").distinct()
    lake.write(silver.RECORD_SUBJECT, subjects, keys)


def _subjects(lake: JobLake, source: Source) -> list[DataFrame]:
    table: Table = ALL[source.lands_in]
    naming = {t: [g for g in source.gives.get(t, ()) if "source_party_id" in g.columns] for t in ROLES}
    if not any(naming.values()):
        return []
    landed = lake.read(table) if lake.is_full else lake.changes(table)
    if landed is None:
        return []
    records = landed.where(F.col("_source_system") == source.source).select(*table.column_names)
    scope = giving.in_scope(reading.with_typed_columns(records, source), source, "unreadable")
    # A record is read once, whatever the number of tables that it gives to.
    named = [f"transform({giving.each_of(scope, given, source, target, 'source_party_id')}, id -> "
             f"named_struct('role', '{ROLES[target]}', 'source_party_id', id))"
             for target, givens in naming.items() for given in givens]  # fmt: skip
    found = [
        # Deletions as well: what says that somebody is gone names them.
        scope.selectExpr("_batch_id AS batch_id", "_source_object AS source_object", "_position AS position",
                         f"inline(concat({', '.join(named)}))")
        .withColumns({"source_system": F.lit(source.source), "bronze_table": F.lit(source.lands_in)})
    ]  # fmt: skip
    return found if source.also_lands is None else [*found, *_of_attachments(records, found, source.also_lands)]


def _of_attachments(records: DataFrame, subjects: list[DataFrame], also_lands: str) -> list[DataFrame]:
    """Return that the attachments of a message concern whom the message does."""
    attachments = files_of(records).select(
        F.col("_batch_id").alias("batch_id"),
        F.col("_source_object").alias("_object"),
        F.col("_position").alias("_number"),
        F.regexp_extract("_source_object", "^(.*)#([0-9]+)$", 1).alias("source_object"),
        F.regexp_extract("_source_object", "^(.*)#([0-9]+)$", 2).cast("bigint").alias("position"),
    )
    return [
        found.join(attachments, on=["batch_id", "source_object", "position"], how="inner")
        .withColumns(
            {"source_object": F.col("_object"), "position": F.col("_number"), "bronze_table": F.lit(also_lands)}
        )
        .drop("_object", "_number")
        for found in subjects
    ]
