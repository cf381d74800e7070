"""Refine who works for the company, with what held of each from when until when."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import ops, silver
from jobs.runtime import refining
from jobs.runtime.scope import JobLake
from transformations.intake import history

TARGET = silver.EMPLOYEE
READS = ()
WRITES = (silver.EMPLOYEE, ops.QUARANTINE_RECORD, ops.BATCH_RUN)
SAID = ("full_name", "email", "team", "role", "skills", "languages", "site", "is_active")


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the histories of the employees whose records changed."""
    items, changed = refining.refined(lake, settings)
    refining.write_sound(lake, TARGET, history.spans(refining.provenance(items), ("employee_id",), SAID), changed)
