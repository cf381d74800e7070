"""Refine what sources give to a table that needs nothing of its own: judged, its customer filled in, merged.

The registry makes a job of it for every table that sources can give and that no module of its own refines.
"""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import silver
from jobs.runtime import refining
from jobs.runtime.scope import JobLake
from transformations.identity import customers


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the rows whose records, or customer, changed."""
    target = lake.target
    has_customer = silver.CUSTOMER_XREF in lake.job.reads
    items, changed = refining.refined(
        lake, settings, also=lambda: refining.of_customers(lake, target) if has_customer else None
    )
    rows = refining.sound(lake, target, items)
    if has_customer:
        rows = customers.known(rows, lake.read(silver.CUSTOMER_XREF))
    refining.write_sound(lake, target, rows, changed)
