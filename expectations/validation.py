"""Great Expectations: whole tables are validated here, and nowhere else is it imported."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.table import Table
from expectations.suites import Check, checks, columns, needed

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

SEVERITIES = {"reject": "critical", "stop": "critical", "warn": "warning"}


TABLES_AT_A_TIME = 3


@dataclass(frozen=True)
class Finding:
    """What was found of one check: rows looked at, and how many break it (of a share: feeds)."""

    check: Check
    is_met: bool
    checked_count: int
    unexpected_count: int
    detail: str


class Validator:
    """Validates frames against their tables' suites and writes their pages; results hold counts, never values."""

    def __init__(self, docs: Path, keep: Callable[[DataFrame], DataFrame]) -> None:
        """`keep` computes a frame that is used more than once a single time."""
        # Importing Great Expectations takes seconds, which only this job pays.
        import great_expectations as gx
        from great_expectations.core import RunIdentifier

        logging.getLogger("great_expectations").setLevel(logging.WARNING)

        self._gx, self._run_identifier, self._docs, self._keep = gx, RunIdentifier, docs, keep
        self._context: Any = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}
        for site in list(self._context.get_site_names()):
            self._context.delete_data_docs_site(site)
        backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)}
        site = {"class_name": "SiteBuilder", "store_backend": backend, "show_how_to_buttons": False}
        self._context.add_data_docs_site("lake", site)
        self._read: dict[str, tuple[DataFrame, int]] = {}
        self._source = self._context.data_sources.add_spark("lake", persist=False)

    def validate(
        self, table: Table, frame: DataFrame, others: Mapping[str, DataFrame], version: int = 0
    ) -> list[Finding]:
        """Run a table's checks on a frame of a version; `others` are the tables that `suites.needed` names."""
        for name in needed(table):
            others[name].createOrReplaceTempView(name)
        listed = checks(table)
        is_read = table.name in self._read
        flagged, total = self._read.pop(table.name) if is_read else self._flagged(table, frame)
        # No row of an empty table breaks a rule, and a sum over none is null.
        asked = [check for check in listed if total or check.broken_rows or check.rows_of]
        result = self._result(table, flagged, asked, others, version)
        found = [_finding(check, result[check.name], total) for check in asked]
        return [*found, *(Finding(check, True, 0, 0, "") for check in listed if check not in asked)]

    def read(self, frames: Mapping[Table, DataFrame]) -> None:
        """Read frames that are to be validated, several at a time: small ones keep one core busy at most."""
        with ThreadPoolExecutor(TABLES_AT_A_TIME) as pool:
            found = pool.map(self._flagged, frames.keys(), frames.values())
            self._read = dict(zip((table.name for table in frames), found, strict=True))

    def _flagged(self, table: Table, frame: DataFrame) -> tuple[DataFrame, int]:
        # Every check is a query or two of its own: the table is read once, and only what they need of it.
        flags = [F.expr(f"int({check.broken_if})").alias(check.flag) for check in checks(table) if check.broken_if]
        flagged = self._keep(frame.select(*columns(table), *flags))
        return flagged, flagged.count()

    def _result(
        self, table: Table, flagged: DataFrame, asked: Sequence[Check], others: Mapping[str, DataFrame], version: int
    ) -> dict[str, Any]:
        suite = self._context.suites.add(self._gx.ExpectationSuite(name=table.name))
        for check in asked:
            suite.add_expectation(self._expectation(check, others))
        batch = self._source.add_dataframe_asset(table.name).add_batch_definition_whole_dataframe("all")
        definition = self._context.validation_definitions.add(
            self._gx.ValidationDefinition(name=table.name, data=batch, suite=suite)
        )
        # One page a table: what older versions were found to be is in ops.validation_result.
        shutil.rmtree(self._docs / "validations" / table.path, ignore_errors=True)
        run_id = self._run_identifier(run_name=f"version-{version}", run_time=datetime.now(UTC))
        result = definition.run(batch_parameters={"dataframe": flagged}, result_format="SUMMARY", run_id=run_id)
        return {found.expectation_config.meta["check"]: found for found in result.results}

    def _expectation(self, check: Check, others: Mapping[str, DataFrame]) -> Any:
        said: dict[str, Any] = {
            "description": f"{check.name}: not {check.reason}",
            "severity": SEVERITIES[check.severity],
            "meta": {"check": check.name},
        }
        kinds = self._gx.expectations
        if check.rows_of is not None:
            rows = others[check.rows_of.name.replace(".", "_")].count()
            return kinds.ExpectTableRowCountToEqual(value=rows, **said)
        if check.broken_rows:
            return kinds.UnexpectedRowsExpectation(unexpected_rows_query=check.broken_rows, **said)
        # All sums of a table are made in one pass.
        return kinds.ExpectColumnSumToBeBetween(column=check.flag, min_value=0, max_value=0, **said)

    def write_pages(self) -> None:
        """Write a page for each table validated so far."""
        self._context.build_data_docs(site_names=["lake"], build_index=False)


def _finding(check: Check, found: Any, total: int) -> Finding:
    observed = found.result.get("observed_value", 0)
    number = int(observed) if isinstance(observed, (int, float)) else 0
    raised = next((e["exception_message"] for e in _exceptions(found) if e.get("raised_exception")), "")
    if check.rows_of is not None and not raised:
        expected = found.expectation_config.kwargs["value"]
        detail = "" if found.success else f"{check.reason}: {total:,} rows, {check.rows_of.name} has {expected:,}"
        return Finding(check, bool(found.success), total, abs(total - expected), detail)
    detail = raised or ("" if found.success else check.reason)
    return Finding(check, bool(found.success), total, number, detail[:500])


def _exceptions(found: Any) -> list[dict[str, Any]]:
    info = found.exception_info or {}
    return [info] if "raised_exception" in info else [e for e in info.values() if isinstance(e, dict)]
