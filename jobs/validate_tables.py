"""Validate whole tables with Great Expectations, record what was found, and write the data docs."""

from __future__ import annotations

import logging

from conf.settings import Settings
from conf.tables import ops
from expectations import suites
from expectations.validation import Validator
from jobs.runtime.lake import LakeError
from jobs.runtime.scope import JobLake

log = logging.getLogger("reclamo360")

READS = suites.VALIDATED
WRITES = (ops.VALIDATION_RESULT,)


class ExpectationError(LakeError):
    """A check of severity stop does not hold of a table."""


def run(lake: JobLake, settings: Settings) -> None:
    """Validate the tables that changed; a broken check of severity stop fails the job after it was recorded."""
    changed = [
        t for t in READS if lake.pins[t.name].data_version >= 0 and (lake.is_full or lake.changes(t) is not None)
    ]
    if not changed:
        return
    # Great Expectations makes a Spark session of its own where it finds none.
    spark = lake.lake.spark
    validator = Validator(f"{lake.lake.root}/docs")
    rows = []
    for table in changed:
        others = {r.to.name.replace(".", "_"): lake.read(r.to) for r in suites.REFERENCES.get(table, ())}
        # Every check is a query of its own: the table is read once.
        version = lake.pins[table.name].version
        rows += [
            (table.name, version, found.check.name, found.check.severity, found.is_met, found.checked_count,
             found.unexpected_count, found.detail, lake.now)
            for found in validator.validate(table, lake.keep(lake.read(table)), others)
        ]  # fmt: skip
    validator.write_docs()
    for name in {row[0] for row in rows if not row[4] and row[3] == "stop"}:
        # Not consumed: the next run says so again until it is mended.
        del lake.pins[name]
    lake.merge(ops.VALIDATION_RESULT, spark.createDataFrame(rows, lake.lake.schema(ops.VALIDATION_RESULT)))
    for row in rows:
        if not row[4]:
            log.warning("event=expectation table=%s check=%s severity=%s rows=%d", row[0], row[2], row[3], row[6])
    if stopped := [f"{row[0]}: {row[2]} ({row[6]} rows: {row[7]})" for row in rows if not row[4] and row[3] == "stop"]:
        raise ExpectationError("; ".join(stopped))
