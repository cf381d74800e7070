"""Land every new file of the inbox in its bronze table, each content once."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import bronze, ops
from jobs.runtime import landing
from jobs.runtime.scope import JobLake

LANDS = True
READS = ()
WRITES = (*bronze.ALL, ops.INGEST_FILE, ops.SCHEMA_CHANGE)


def run(lake: JobLake, settings: Settings) -> None:
    """Land the files of every source; what cannot land is in ops.ingest_file with its reason."""
    landing.land(lake, settings)
