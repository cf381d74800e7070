"""Build what each device did on each day from its readings."""

from __future__ import annotations

from pyspark.sql import DataFrame

from conf.settings import Settings
from conf.tables import silver
from jobs.runtime.scope import JobLake
from transformations.contacts import usage
from transformations.identity import customers

READS = (silver.DEVICE_READING, silver.CUSTOMER_XREF)
WRITES = (silver.DEVICE_USAGE_DAILY,)


def run(lake: JobLake, settings: Settings) -> None:
    """Make the days anew whose readings, or owner's customer, changed."""

    def of_owners(changed: DataFrame) -> DataFrame:
        return lake.read(silver.DEVICE_USAGE_DAILY).join(changed, on="source_party_id", how="left_semi")

    keys = lake.changed_keys(
        "device_id", "usage_on", by={silver.DEVICE_READING: lambda changed: changed, silver.CUSTOMER_XREF: of_owners}
    )
    days = usage.days(lake.read_only(silver.DEVICE_READING, keys))
    known = customers.known(days, lake.read(silver.CUSTOMER_XREF))
    lake.write(silver.DEVICE_USAGE_DAILY, known.select(*silver.DEVICE_USAGE_DAILY.column_names), keys)
