"""Build who writes in public, from the posts known by a day."""

from __future__ import annotations

from datetime import timedelta

from pyspark.sql import functions as F

from conf.settings import Settings
from conf.tables import silver
from jobs.runtime.scope import JobLake
from transformations.contacts import authors

READS = (silver.SOCIAL_MENTION,)
WRITES = (silver.AUTHOR,)


def run(lake: JobLake, settings: Settings) -> None:
    """Replace the authors of the day."""
    end = f"{settings.as_of + timedelta(days=1)} 00:00:00"
    known = authors.authors(lake.read(silver.SOCIAL_MENTION), end).withColumn("as_of_date", F.lit(settings.as_of))
    lake.write(silver.AUTHOR, known.select(*silver.AUTHOR.column_names))
