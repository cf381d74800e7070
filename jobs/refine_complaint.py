"""Refine filed complaints: one sound row each, in its current state."""

from __future__ import annotations

from pyspark.sql import DataFrame

from conf.settings import Settings
from conf.tables import ops, silver
from expectations import complaints as rules
from jobs.runtime import refining
from jobs.runtime.scope import JobLake
from transformations.complaints import filing

TARGET = silver.COMPLAINT
READS = (silver.CUSTOMER_XREF, silver.TAXONOMY_CROSSWALK)
WRITES = (silver.COMPLAINT, ops.QUARANTINE_RECORD, ops.BATCH_RUN)


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the complaints whose records, customer or taxonomy changed."""
    lake.full_if_changed(silver.TAXONOMY_CROSSWALK)
    items, changed = refining.refined(
        lake, settings, TARGET, rules.RULES[TARGET], also=lambda: refining.of_customers(lake, TARGET)
    )
    complaints = filing.current(
        refining.sound(lake, TARGET, items), _customers(lake), lake.read(silver.TAXONOMY_CROSSWALK)
    )
    refining.write_sound(lake, TARGET, complaints, changed)


def _customers(lake: JobLake) -> DataFrame:
    current = lake.read(silver.CUSTOMER_XREF).where("is_current")
    return current.select("source_party_id", "customer_id").distinct()
