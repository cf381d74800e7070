"""The benchmark itself: its rows, its bars, its page, and one measurement from end to end."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bench import bars, processes, report, rows
from tests.bench.__main__ import main


def read(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            found += csv.DictReader(file)
    return found


def test_a_row_follows_from_its_id_and_only_the_answer_of_the_company_from_the_delivery(tmp_path: Path) -> None:
    rows.write(tmp_path / "all", rows.span(0, 3_000))
    rows.write(tmp_path / "later", np.array([7, 2_500], dtype=np.uint64), delivery=1)
    all_ = {row["Complaint ID"]: row for row in read(tmp_path / "all")}
    assert len(all_) == 3_000
    later = read(tmp_path / "later")
    assert [row["Complaint ID"] for row in later] == ["1000007", "1002500"]
    for row in later:
        assert {k for k, v in row.items() if all_[row["Complaint ID"]][k] != v} <= {"Company response to consumer"}


def test_three_in_ten_have_a_narrative_of_the_usual_length(tmp_path: Path) -> None:
    rows.write(tmp_path, rows.span(0, 5_000))
    texts = [len(row["Consumer complaint narrative"]) for row in read(tmp_path)]
    written = sorted(length for length in texts if length)
    assert 0.28 < len(written) / len(texts) < 0.32
    assert 700 < written[len(written) // 2] < 860


def test_files_of_a_later_delivery_are_younger(tmp_path: Path) -> None:
    for delivery in (0, 1):
        rows.write(tmp_path, rows.span(0, 10), delivery=delivery)
    first, second = sorted(tmp_path.glob("*.csv"))
    assert second.stat().st_mtime - first.stat().st_mtime == 3_600


def figure(what: str, seconds: float, count: int = 100, **more: Any) -> dict[str, Any]:
    return {"what": what, "rows": count, "seconds": seconds, **more}


@pytest.mark.parametrize(
    ("figures", "bar", "is_reached"),
    [
        ([figure("full", 40), figure("bare", 20)], "landing and refining against Spark alone", True),
        ([figure("full", 41), figure("bare", 20)], "landing and refining against Spark alone", False),
        ([figure("full", 40), figure("new rows", 14)], "new rows", True),
        ([figure("full", 40), figure("new rows", 14.1)], "new rows", False),
        ([figure("full", 30), figure("updates", 10)], "updates", True),
        ([figure("full", 30), figure("updates", 10.1)], "updates", False),
        ([figure("full", 30), figure("nothing new", 15.1)], "nothing new", False),
        ([figure("full", 10, python_mib=1), figure("full", 22, 200, python_mib=1)], "twice the rows", True),
        ([figure("full", 10, python_mib=1), figure("full", 22.1, 200, python_mib=1)], "twice the rows", False),
        ([figure("small job, landing", 8.1)], "small job, landing one table", False),
        ([figure("fresh lake, query", 10), figure("old lake, query", 13.1)], "many versions against few: query", False),
    ],
)  # fmt: skip
def test_a_bar_is_reached_up_to_its_edge(figures: list[dict[str, Any]], bar: str, is_reached: bool) -> None:
    figures = [{"python_mib": 1, **f} for f in figures]
    (verdict,) = [v for v in bars.verdicts(figures) if v.bar == bar]
    assert verdict.is_reached == is_reached


def test_what_was_measured_twice_counts_by_its_median() -> None:
    assert bars.seconds([figure("full", s) for s in (9, 1, 2)], "full", 100) == 2


def test_the_report_replaces_what_stands_between_the_marks_only() -> None:
    page = f"before\n{report.BEGIN}\nold\n{report.END}\nafter"
    assert report.put(page, "new") == f"before\n{report.BEGIN}\nnew\n{report.END}\nafter"
    with pytest.raises(ValueError, match="has no"):
        report.put("no marks", "new")


def test_memory_of_what_a_command_starts_is_seen_and_a_failure_says_why(tmp_path: Path) -> None:
    child = "import time; held = b'x' * 200_000_000; time.sleep(2)"
    ran = processes.run(
        "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])", log=tmp_path / "log"
    )
    assert ran.seconds >= 2
    assert ran.workers_mib > 190 > ran.python_mib
    with pytest.raises(processes.CommandError, match="no such luck"):
        processes.run("-c", "raise SystemExit('no such luck')", log=tmp_path / "log")


@pytest.mark.slow
def test_a_small_job_is_measured_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = tmp_path / "results.jsonl"
    monkeypatch.setattr(sys, "argv", ["bench", "start-up", "--folder", str(tmp_path), "--results", str(results)])
    assert main() == 0
    landed, found = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    assert (landed["what"], found["what"]) == ("small job, landing", "small job, refining")
    assert found["jobs"].keys() == {"refine_complaint"}
    assert found["jobs"]["refine_complaint"] < found["seconds"]
    assert found["java_mib"] > 100
    assert found["machine"]["cores"] >= 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.jsonl"]
