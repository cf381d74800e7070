"""Refine filed complaints: one sound row each, in its current state."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import ops, silver
from jobs.runtime import refining
from jobs.runtime.scope import JobLake
from transformations.complaints import filing
from transformations.identity import customers

TARGET = silver.COMPLAINT
READS = (silver.CUSTOMER_XREF, silver.TAXONOMY_CROSSWALK)
WRITES = (silver.COMPLAINT, ops.QUARANTINE_RECORD, ops.BATCH_RUN)


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the complaints whose records, customer or taxonomy changed."""
    lake.full_if_changed(silver.TAXONOMY_CROSSWALK)
    items, changed = refining.refined(lake, settings, also=lambda: refining.of_customers(lake, TARGET))
    filed = filing.current(refining.sound(lake, TARGET, items), lake.read(silver.TAXONOMY_CROSSWALK))
    complaints = customers.known(filed, lake.read(silver.CUSTOMER_XREF))
    refining.write_sound(lake, TARGET, complaints, changed)
