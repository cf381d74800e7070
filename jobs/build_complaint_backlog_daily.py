"""Build the complaints open at the end of a day, from what was known by then."""

from __future__ import annotations

from datetime import timedelta

from pyspark.sql import functions as F

from conf.settings import Settings
from conf.tables import gold, silver
from jobs.runtime.scope import JobLake
from transformations.complaints import lifecycle

READS = (silver.COMPLAINT_STATUS_HISTORY,)
WRITES = (gold.COMPLAINT_BACKLOG_DAILY,)


def run(lake: JobLake, settings: Settings) -> None:
    """Replace the backlog of the day."""
    end = f"{settings.as_of + timedelta(days=1)} 00:00:00"
    backlog = lifecycle.open_at(lake.read(silver.COMPLAINT_STATUS_HISTORY), end)
    dated = backlog.withColumn("as_of_date", F.lit(settings.as_of))
    lake.write(gold.COMPLAINT_BACKLOG_DAILY, dated.select(*gold.COMPLAINT_BACKLOG_DAILY.column_names))
