"""Validate whole tables with Great Expectations, record what was found, and write the data docs."""

from __future__ import annotations

import logging
from pathlib import Path

from pyspark.sql import Window
from pyspark.sql import functions as F

from conf.settings import Settings
from conf.table import Table
from conf.tables import ops
from expectations import docs, suites
from expectations.validation import Finding, Validator
from jobs.runtime import objects
from jobs.runtime.lake import LakeError
from jobs.runtime.logs import Event
from jobs.runtime.scope import JobLake

log = logging.getLogger("reclamo360")

READS = suites.VALIDATED
WRITES = (ops.VALIDATION_RESULT,)
# A journal, but validating a version again replaces what was found of it: new checks are asked of what is there.
REBUILDS = True


class ExpectationError(LakeError):
    """A check of severity stop does not hold of a table."""


def run(lake: JobLake, settings: Settings) -> None:
    """Validate the tables that changed; a broken check of severity stop fails the job after it was recorded."""
    changed = [table for table in READS if _has_news(lake, table)]
    if not changed:
        return
    with objects.folder(f"{lake.lake.root}/docs") as documents:
        found, rows = _validated(lake, changed, documents)
    stopping = [(table, f) for table, f in found if not f.is_met and f.check.severity == "stop"]
    for table, _ in stopping:
        # Not consumed: the next run says so again until it is mended.
        lake.pins.pop(table.name, None)
    lake.merge_rows(ops.VALIDATION_RESULT, [row._asdict() for row in rows])
    for table, f in found:
        if not f.is_met:
            log.warning(Event("expectation", table=table.name, check=f.check.name, severity=f.check.severity,
                              broken=f.unexpected_count))  # fmt: skip
    if stopping:
        raise ExpectationError("; ".join(f"{t.name}: {f.check.name} ({f.detail})" for t, f in stopping))


def _validated(
    lake: JobLake, changed: list[Table], documents: Path
) -> tuple[list[tuple[Table, Finding]], list[docs.Result]]:
    """Validate the tables and write the pages of what was found; return it, and as rows."""
    looked_at = {name: other for table in changed for name, other in suites.needed(table).items()}
    others = {name: lake.keep(lake.read(other).select(column)) for name, (other, column) in looked_at.items()}
    frames = {table: lake.read(table) for table in changed}
    validator = Validator(documents, lake.keep)
    validator.read(frames)
    found: list[tuple[Table, Finding]] = []
    for table, frame in frames.items():
        version = lake.pins[table.name].version
        found += [(table, finding) for finding in validator.validate(table, frame, others, version)]
    rows = [_result(lake, table, finding) for table, finding in found]
    validator.write_pages()
    docs.write_index(documents, [*rows, *_earlier(lake, changed)])
    return found, rows


def _result(lake: JobLake, table: Table, found: Finding) -> docs.Result:
    return docs.Result(table.name, lake.pins[table.name].version, found.check.name, found.check.severity, found.is_met,
                       found.checked_count, found.unexpected_count, found.detail, lake.now)  # fmt: skip


def _earlier(lake: JobLake, changed: list[Table]) -> list[docs.Result]:
    """Return what was last found of the tables that did not change."""
    results = lake.read(ops.VALIDATION_RESULT).where(~F.col("table_name").isin([table.name for table in changed]))
    newest = F.max("table_version").over(Window.partitionBy("table_name"))
    rows = results.withColumn("newest", newest).where("table_version = newest").select(*docs.Result._fields).collect()
    return [docs.Result(*row) for row in rows]


def _has_news(lake: JobLake, table: Table) -> bool:
    """Tell whether a table, or one that its checks look at, has changed since it was validated."""
    looked_at = (table, *(other for other, _ in suites.needed(table).values()))
    there = lake.pins[table.name].data_version >= 0
    return there and (lake.is_full or any(lake.changes(t) is not None for t in looked_at if t in READS))
