"""Refine the statuses complaints went through, with late, reversed and reopening updates in their place."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import ops, silver
from jobs.runtime import refining
from jobs.runtime.scope import JobLake
from transformations.complaints import lifecycle

TARGET = silver.COMPLAINT_STATUS_HISTORY
READS = ()
WRITES = (silver.COMPLAINT_STATUS_HISTORY, ops.QUARANTINE_RECORD, ops.BATCH_RUN)


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the histories of the complaints whose records changed."""
    items, changed = refining.refined(lake, settings)
    refining.write_sound(lake, TARGET, lifecycle.history(refining.provenance(items)), changed)
