"""Build visits to the web site and the app from their events."""

from __future__ import annotations

from pyspark.sql import DataFrame

from conf.settings import Settings
from conf.tables import silver
from jobs.runtime.scope import JobLake
from transformations.contacts import usage
from transformations.identity import customers

READS = (silver.WEB_EVENT, silver.CUSTOMER_XREF)
WRITES = (silver.WEB_SESSION,)


def run(lake: JobLake, settings: Settings) -> None:
    """Make the visits anew whose events, or visitor's customer, changed."""

    def visited_by(changed: DataFrame) -> DataFrame:
        return lake.read(silver.WEB_SESSION).join(changed, on="source_party_id", how="left_semi")

    keys = lake.changed_keys("session_id", by={silver.WEB_EVENT: "session_id", silver.CUSTOMER_XREF: visited_by})
    visits = usage.sessions(lake.read_only(silver.WEB_EVENT, keys))
    known = customers.known(visits, lake.read(silver.CUSTOMER_XREF))
    lake.write(silver.WEB_SESSION, known.select(*silver.WEB_SESSION.column_names), keys)
