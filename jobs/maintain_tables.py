"""Maintain every table: few files, clustered where large, and no more of the past than its contract keeps."""

from __future__ import annotations

import logging

from conf.settings import Settings
from conf.tables import ALL
from jobs.runtime import errors, maintaining, registry
from jobs.runtime.lake import LakeError
from jobs.runtime.logs import Event
from jobs.runtime.scope import JobLake

log = logging.getLogger("reclamo360")

BY_NAME = True
# After all that writes them, in a run in which both are named.
READS = tuple(ALL.values())
WRITES = ()


def run(lake: JobLake, settings: Settings) -> None:
    """Keep one table after the other; one that cannot be kept is named at the end and stops no other."""
    held = maintaining.holds(lake.lake, registry.load(lake.sources))
    keeper = maintaining.Keeper(lake.lake, settings.maintenance, held, lake.now)
    failed = []
    for table in ALL.values():
        lake.lake.refuse_to_commit()
        try:
            keeper.keep(table)
        except Exception as error:
            log.debug(Event("maintenance_failed", table=table.name), exc_info=True)
            failed.append(f"{table.name}: {errors.said(error)}")
    lake.report += [*keeper.report, *keeper.summary()]
    lake.has_acted = keeper.acted > 0
    for line in lake.report:
        log.info(Event("maintain", line))
    if failed:
        raise LakeError("; ".join(failed))
