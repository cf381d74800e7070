"""Say which customer problem each complaint is about: one each, until issues are linked."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import silver
from jobs.runtime.scope import JobLake
from transformations.complaints import filing

READS = (silver.COMPLAINT,)
WRITES = (silver.COMPLAINT_ISSUE,)


def run(lake: JobLake, settings: Settings) -> None:
    """Give every new complaint its issue."""
    keys = lake.changed_keys("complaint_id", by={silver.COMPLAINT: "complaint_id"})
    lake.write(silver.COMPLAINT_ISSUE, filing.issues(lake.read_only(silver.COMPLAINT, keys)), keys)
