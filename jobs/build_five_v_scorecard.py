"""Build the five Vs of each source as of a day."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.settings import Settings
from conf.table import Table
from conf.tables import bronze, gold, ops, silver
from jobs.runtime.scope import JobLake
from transformations.metrics import five_v

CONTACTS = (silver.INTERACTION, silver.SURVEY_RESPONSE, silver.SOCIAL_MENTION, silver.CAMPAIGN_CONTACT)
READS = (*bronze.ALL, ops.BATCH_RUN, silver.COMPLAINT, *CONTACTS)
WRITES = (gold.FIVE_V_SCORECARD,)


def run(lake: JobLake, settings: Settings) -> None:
    """Replace the scorecard of the day."""
    end = f"{settings.as_of + timedelta(days=1)} 00:00:00"
    # Tables without data are not planned: there may be many.
    landed = [table for table in bronze.ALL if lake.pins[table.name].data_version >= 0] or [bronze.CRM_CASE]
    records = reduce(DataFrame.unionByName, [_records(lake, table) for table in landed])
    contacts = reduce(
        DataFrame.unionByName,
        [lake.read(table).select("source_system", "customer_id", "first_known_at") for table in CONTACTS],
    )
    measured = lake.keep(five_v.landed(records, end))
    card = five_v.scorecard(measured, lake.read(ops.BATCH_RUN), lake.read(silver.COMPLAINT), contacts, end=end)
    dated = card.withColumn("as_of_date", F.lit(settings.as_of))
    lake.write(gold.FIVE_V_SCORECARD, dated.select(*gold.FIVE_V_SCORECARD.column_names))


def _records(lake: JobLake, table: Table) -> DataFrame:
    """Return what the scorecard reads of a table; attachments lie beside the messages that brought them."""
    columns = ("_source_system", "_batch_id", "_source_object", "_schema_hash", "_known_at", "_ingested_at",
               "_is_deleted", "payload")  # fmt: skip
    return lake.read(table).select(*columns, F.lit(table == bronze.MEDIA_OBJECT).alias("_beside"))
