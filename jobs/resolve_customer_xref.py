"""Give every source party its customer: one id per source party, until identities are resolved."""

from __future__ import annotations

from pyspark.sql import functions as F

from conf.settings import Settings
from conf.tables import silver
from jobs.runtime.scope import JobLake

READS = (silver.SOURCE_PARTY,)
WRITES = (silver.CUSTOMER_XREF,)


def run(lake: JobLake, settings: Settings) -> None:
    """Add the parties that have no customer yet; an id once given stays, whatever becomes of the party."""
    parties = lake.read(silver.SOURCE_PARTY).select("source_system", "source_party_id", "first_known_at")
    known = lake.read(silver.CUSTOMER_XREF).select("source_system", "source_party_id")
    new = parties.join(known, on=["source_system", "source_party_id"], how="left_anti")
    lake.append(
        silver.CUSTOMER_XREF,
        new.select(
            "source_system",
            "source_party_id",
            F.col("first_known_at").alias("valid_from"),
            F.lit(None).cast("timestamp").alias("valid_to"),
            F.lit(True).alias("is_current"),
            # The party's first id names the customer for ever; it is never computed again (DECISIONLOG: customer id).
            F.concat(F.lit("C"), F.substring(F.sha2("source_party_id", 256), 1, 15)).alias("customer_id"),
        ),
    )
