"""Build one row per complaint with every duration, outcome and amount."""

from __future__ import annotations

from pyspark.sql import functions as F

from conf.settings import Settings
from conf.tables import gold, silver
from jobs.runtime.scope import JobLake
from transformations.complaints import facts

READS = (
    silver.COMPLAINT,
    silver.COMPLAINT_STATUS_HISTORY,
    silver.COMPLAINT_REDRESS,
    silver.COMPLAINT_ISSUE,
    silver.DOCUMENT,
    silver.TAXONOMY_NODE,
)
WRITES = (gold.FACT_COMPLAINT,)
BY_COMPLAINT = dict.fromkeys((table for table in READS if table is not silver.TAXONOMY_NODE), "complaint_id")


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the facts of the complaints that changed, and of the open ones, which age with every delivery."""
    keys = lake.changed_keys("complaint_id", by=BY_COMPLAINT)
    if keys is not None:
        ageing = lake.read(gold.FACT_COMPLAINT).where("is_open").select("complaint_id")
        keys = lake.keep(keys.unionByName(ageing).distinct())
    known_until = lake.read(silver.COMPLAINT).groupBy("source_system").agg(F.max("_known_at").alias("known_until"))
    rows = facts.facts(
        lake.read_only(silver.COMPLAINT, keys),
        history=lake.read_only(silver.COMPLAINT_STATUS_HISTORY, keys),
        redress=lake.read_only(silver.COMPLAINT_REDRESS, keys),
        issues=lake.read_only(silver.COMPLAINT_ISSUE, keys),
        documents=lake.read_only(silver.DOCUMENT, keys),
        nodes=lake.read(silver.TAXONOMY_NODE),
        known_until=known_until,
    )
    lake.write(gold.FACT_COMPLAINT, rows.select(*gold.FACT_COMPLAINT.column_names), keys)
