"""Build the journey of each customer, on today's cross-reference."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import gold
from jobs.runtime.scope import JobLake
from transformations.contacts import timeline

READS = tuple(timeline.EVENTS)
WRITES = (gold.CUSTOMER_TIMELINE,)


def run(lake: JobLake, settings: Settings) -> None:
    """Make the journeys anew of the customers of whom something changed, those that lost an event included."""
    keys = lake.changed_keys("customer_id", by=dict.fromkeys(READS, "customer_id"))
    events = timeline.timeline({table: lake.read_only(table, keys) for table in READS})
    lake.write(gold.CUSTOMER_TIMELINE, events.select(*gold.CUSTOMER_TIMELINE.column_names), keys)
