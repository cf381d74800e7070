"""An increment equals a rebuild, row by row, for every table that refining and gold derive."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from pyspark.sql import functions as F

from conf.tables import ALL
from tests.conftest import Company
from tests.runtime.feeds import CASES, DESK, cases

JOBS = ("land_files", "refine_complaint", "refine_complaint_status_history", "refine_complaint_redress",
        "refine_document", "refine_source_party", "resolve_customer_xref", "refine_record_subject",
        "resolve_complaint_issue", "build_fact_complaint")  # fmt: skip
DERIVED = ("silver.complaint", "silver.complaint_status_history", "silver.complaint_redress", "silver.document",
           "restricted.document_text_raw", "silver.source_party", "silver.complaint_issue",
           "gold.fact_complaint")  # fmt: skip


def deliveries(seed: int) -> tuple[list[str], list[str]]:
    """Lines of the two feeds: versions of twelve records, some broken, deleted, moved, or claiming one party."""
    draw = random.Random(seed)
    rows = [
        f"{key},{draw.choice(['card', 'loan', ''])},{draw.choice(['received', 'pending', 'closed', 'lost'])},"
        f"2026-01-0{draw.randint(1, 9)},{draw.choice(['1.50', '', 'abc', '-2'])},"
        f"2026-01-{day:02d} 1{draw.randint(0, 9)}:00"
        for key in range(1, 13)
        for day in draw.sample(range(10, 28), draw.randint(1, 3))
    ]
    desk = [
        json.dumps({
            "id": str(key), "cause": draw.choice(["fee", "moved", None]), "party": draw.choice(["p1", "p2", None]),
            "email": draw.choice(["a@b.pe", "no tiene"]), "refund": draw.choice([None, "5.00", "x"]),
            "closed": draw.choice([None, f"2026-01-{day:02d}T10:00:00"]), "gone": draw.random() < 0.2,
            "updated": f"2026-01-{day:02d}T1{draw.randint(0, 9)}:00:00",
        })
        for key in range(4, 15)
        for day in draw.sample(range(10, 28), draw.randint(1, 3))
    ]  # fmt: skip
    draw.shuffle(rows)
    draw.shuffle(desk)
    return rows, desk


def state(company: Company) -> dict[str, Any]:
    """Every derived row but for the batch it came by, what waits in quarantine, and the sums of what became of all."""
    found: dict[str, Any] = {table: company.rows(table, without=("_batch_id",)) for table in DERIVED}
    waiting = company.lake.read(ALL["ops.quarantine_record"]).where("resolved_at IS NULL")
    said = F.to_json(F.struct("rules", "reasons", F.array_sort(F.map_entries("values"))))
    found["quarantine"] = sorted(map(tuple, waiting.select("target", "source_system", "record_key", said).collect()))
    found["counts"] = counts(company, "target", "source_system")
    return found


def counts(company: Company, *by: str) -> list[tuple[Any, ...]]:
    names = ("record_count", "item_count", "sound", "quarantined", "superseded", "duplicate", "not_applicable")
    sums = company.lake.read(ALL["ops.batch_run"]).groupBy(*by).agg(*(F.sum(name) for name in names))
    return sorted(tuple(row) for row in sums.collect())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 8])
def test_pieces_in_any_order_give_what_one_delivery_gives_and_a_rebuild_changes_nothing(
    company: Company, make_company: Any, tmp_path: Any, seed: int
) -> None:
    rows, desk = deliveries(seed)
    whole = make_company(tmp_path / "whole").source(CASES, "cases").source(DESK, "desk")
    # The first piece comes twice, in other bytes: its records are duplicates.
    again = cases(*rows[0::2]) + "\n"
    whole.deliver("cases.csv", cases(*rows))
    whole.deliver("cases_again.csv", again)
    whole.deliver("desk.json", "\n".join(desk))
    whole.run(*JOBS)
    company.source(CASES, "cases").source(DESK, "desk")
    for number in range(2):
        company.deliver(f"cases{number}.csv.gz", cases(*rows[number::2]))
        company.deliver(f"desk{number}.json", "[" + ",\n".join(desk[number::2]) + "]")
        if number == 1:
            company.deliver("cases_again.csv", again)
        outcomes = company.run(*JOBS)
        assert "failed" not in {o.state for o in outcomes.values()}, company.outcomes
    increments, at_once = state(company), state(whole)
    for name in at_once:
        assert increments[name] == at_once[name], name
    subjects, batches = company.rows("silver.record_subject"), counts(company, "target", "batch_id")
    assert all(count >= 0 for row in batches for count in row[2:])
    company.run(*JOBS, rebuild=True)
    rebuilt = state(company)
    for name in increments:
        assert rebuilt[name] == increments[name], name
    # Its key names the batch, so that only a rebuild can give the same rows.
    assert company.rows("silver.record_subject") == subjects != []
    assert counts(company, "target", "batch_id") == batches
