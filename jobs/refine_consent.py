"""Refine what people allowed or refused, from when until when, for each purpose and channel."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import ops, silver
from jobs.runtime import refining
from jobs.runtime.scope import JobLake
from transformations.identity import customers
from transformations.intake import history

TARGET = silver.CONSENT
READS = (silver.CUSTOMER_XREF,)
WRITES = (silver.CONSENT, ops.QUARANTINE_RECORD, ops.BATCH_RUN)
KEY = ("source_party_id", "purpose", "channel")


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the consents of the people whose records, or customer, changed."""
    items, changed = refining.refined(lake, settings, also=lambda: refining.of_customers(lake, TARGET))
    held = history.spans(refining.provenance(items), KEY, ("is_granted", "evidence"))
    refining.write_sound(lake, TARGET, customers.known(held, lake.read(silver.CUSTOMER_XREF)), changed)
