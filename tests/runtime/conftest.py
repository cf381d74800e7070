"""A company after two runs, made once, and copies of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conf.table import Table
from tests.conftest import Company
from tests.runtime.feeds import CASES, cases

# A table of which no job knows.
THING = Table(
    name="silver.thing",
    kind="derived",
    key=("id",),
    comment="a thing",
    schema="""
    id     STRING COMMENT 'the thing'
    amount INT    COMMENT 'how many'
    """,
)

JOBS = ("land_files", "refine_complaint", "build_fact_complaint")


@pytest.fixture(scope="session")
def two_runs(make_company: Callable[[Path], Company], tmp_path_factory: pytest.TempPathFactory) -> Company:
    """A company whose tables have had two runs."""
    company = make_company(tmp_path_factory.mktemp("two_runs")).source(CASES)
    company.deliver("cases1.csv", cases("1,card,received,2026-01-01,1.50,2026-01-02 10:00",
                                        "2,loan,received,2026-01-01,2.50,2026-01-02 10:00"))  # fmt: skip
    company.run(*JOBS)
    company.deliver("cases2.csv", cases("1,card,closed,2026-01-01,1.50,2026-01-03 10:00",
                                        "3,loan,received,2026-01-03,4.50,2026-01-03 10:00"))  # fmt: skip
    company.run(*JOBS)
    return company


@pytest.fixture
def kept(two_runs: Company, company: Company) -> Company:
    """A copy of it, with the times of its files, as a backup has them."""
    shutil.copytree(two_runs.folder, company.folder, dirs_exist_ok=True)
    return company.source(CASES)
