"""Great Expectations: whole tables are validated here, and nowhere else is it imported."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame

from conf.table import Table
from expectations.suites import Check, checks

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


@dataclass(frozen=True)
class Finding:
    """What was found of one check: rows looked at, rows that break it."""

    check: Check
    is_met: bool
    checked_count: int
    unexpected_count: int
    detail: str


class Validator:
    """Validates frames against their tables' suites and writes the data docs; results hold keys, never other values."""

    def __init__(self, docs: str) -> None:
        # Importing Great Expectations takes seconds, which only this job pays.
        import great_expectations as gx

        logging.getLogger("great_expectations").setLevel(logging.WARNING)

        self._gx = gx
        self._context: Any = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}
        for site in list(self._context.get_site_names()):
            self._context.delete_data_docs_site(site)
        backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": docs}
        index = {"class_name": "DefaultSiteIndexBuilder"}
        self._context.add_data_docs_site(
            "lake", {"class_name": "SiteBuilder", "store_backend": backend, "site_index_builder": index}
        )
        self._source = self._context.data_sources.add_spark("lake", persist=False)

    def validate(self, table: Table, frame: DataFrame, others: Mapping[str, DataFrame]) -> list[Finding]:
        """Run a table's checks on a frame; `others` are the tables that references lead to."""
        for name, other in others.items():
            other.createOrReplaceTempView(name)
        suite = self._context.suites.add(self._gx.ExpectationSuite(name=table.name))
        listed = {check.name: check for check in checks(table)}
        for check in listed.values():
            suite.add_expectation(
                self._gx.expectations.UnexpectedRowsExpectation(
                    unexpected_rows_query=check.broken_rows,
                    description=f"{check.name}: not {check.reason}",
                    severity=SEVERITIES[check.severity],
                    meta={"check": check.name},
                )
            )
        batch = self._source.add_dataframe_asset(table.name).add_batch_definition_whole_dataframe("all")
        definition = self._context.validation_definitions.add(
            self._gx.ValidationDefinition(name=table.name, data=batch, suite=suite)
        )
        result = definition.run(batch_parameters={"dataframe": frame}, result_format="SUMMARY")
        total = frame.count()
        return [_finding(listed, found, total) for found in result.results]

    def write_docs(self) -> None:
        """Write the data docs of everything validated so far."""
        self._context.build_data_docs(site_names=["lake"])


SEVERITIES = {"reject": "critical", "stop": "critical", "warn": "warning"}


def _finding(listed: Mapping[str, Check], found: Any, total: int) -> Finding:
    check = listed[found.expectation_config.meta["check"]]
    observed = found.result.get("observed_value", 0)
    broken = int(observed) if isinstance(observed, (int, float)) else 0
    raised = next((e["exception_message"] for e in _exceptions(found) if e.get("raised_exception")), "")
    detail = raised or (check.reason if broken else "")
    return Finding(check, bool(found.success), total, broken, detail[:500])


def _exceptions(found: Any) -> list[dict[str, Any]]:
    info = found.exception_info or {}
    return [info] if "raised_exception" in info else [e for e in info.values() if isinstance(e, dict)]
