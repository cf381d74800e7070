"""Refine persons and companies as each source knows them, standardised."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import ops, silver
from jobs.runtime import refining
from jobs.runtime.scope import JobLake

TARGET = silver.SOURCE_PARTY
READS = ()
WRITES = (silver.SOURCE_PARTY, ops.QUARANTINE_RECORD, ops.BATCH_RUN)


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the parties of the records that changed."""
    # Its libraries take a while to load, which other jobs need not wait for.
    from transformations.identity import parties

    items, changed = refining.refined(lake, settings, prepare=parties.standardised)
    refining.write_sound(lake, TARGET, refining.sound(lake, TARGET, items), changed)
