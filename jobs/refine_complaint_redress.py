"""Refine what was given for complaints: refunds, goodwill and reversals."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import ops, silver
from expectations import complaints as rules
from jobs.runtime import refining
from jobs.runtime.scope import JobLake

TARGET = silver.COMPLAINT_REDRESS
READS = ()
WRITES = (silver.COMPLAINT_REDRESS, ops.QUARANTINE_RECORD, ops.BATCH_RUN)


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the sound redress of the records that changed."""
    items, changed = refining.refined(lake, settings, TARGET, rules.RULES[TARGET])
    refining.write_sound(lake, TARGET, refining.sound(lake, TARGET, items), changed)
