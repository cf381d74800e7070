"""Build the five Vs of each source as of a day."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.settings import Settings
from conf.tables import bronze, gold, ops, silver
from jobs.runtime.scope import JobLake
from transformations.metrics import five_v

LANDED = (bronze.COMPLAINT_BOOK, bronze.CRM_CASE, bronze.CRM_PARTY, bronze.WEB_FORM)
READS = (*LANDED, ops.BATCH_RUN, silver.COMPLAINT)
WRITES = (gold.FIVE_V_SCORECARD,)


def run(lake: JobLake, settings: Settings) -> None:
    """Replace the scorecard of the day."""
    end = f"{settings.as_of + timedelta(days=1)} 00:00:00"
    records = reduce(DataFrame.unionByName, [lake.read(table) for table in LANDED])
    card = five_v.scorecard(records, lake.read(ops.BATCH_RUN), lake.read(silver.COMPLAINT), end=end)
    dated = card.withColumn("as_of_date", F.lit(settings.as_of))
    lake.write(gold.FIVE_V_SCORECARD, dated.select(*gold.FIVE_V_SCORECARD.column_names))
