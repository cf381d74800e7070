"""The pipeline over a town: planted dirt is found with its reason, nothing clean is, and nothing personal leaks."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from typer.testing import CliRunner

from conf.tables import ALL
from jobs.runtime import cli
from jobs.town import write_town
from tests.conftest import Company

# It takes minutes: thirty feeds through every job.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
# Alerts are the command's own, which is not what runs here: tests/runtime/test_alerting.py.
GOLD = sorted(name for name, table in ALL.items() if table.layer == "gold" and name != "gold.alert")


@pytest.fixture(scope="module")
def town(make_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Company:
    made: Company = make_company(tmp_path_factory.mktemp("town"))
    write_town(made.folder, customers=250, days=60, seed=11, noise=0.3)
    # No job reads the truth: while they run it is not there.
    truth, away = made.folder / "truth", tmp_path_factory.mktemp("away") / "truth"
    truth.rename(away)
    made.sources = [ROOT / "conf" / "sources" / "town"]
    made.as_of = date(2026, 3, 2)
    outcomes = made.run()
    assert {o.state for o in outcomes.values()} <= {"done", "current"}, made.outcomes
    away.rename(truth)
    return made


def truth(town: Company, name: str) -> list[dict[str, str]]:
    with (town.folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_planted_fault_is_in_quarantine_with_its_rule_and_no_clean_record_is(town: Company) -> None:
    planted = {
        (row["feed"], row["file"].removeprefix("town/"), int(row["position"])): row["expected"].removeprefix(
            "quarantine:"
        )
        for row in truth(town, "dirty")
        if row["expected"].startswith("quarantine:")
    }
    found: dict[tuple[str, str, int], set[str]] = {}
    for row in town.lake.rows(ALL["ops.quarantine_record"]):
        place = (row["source_system"], row["source_object"].removeprefix("town/"), row["position"])
        found.setdefault(place, set()).update(row["rules"])
    assert len({feed for feed, _, _ in planted}) > 15
    assert found.keys() == planted.keys()
    assert [place for place, rule in planted.items() if rule not in found[place]] == []


def test_planted_repetitions_and_late_versions_are_counted_as_such(town: Company) -> None:
    dirty = truth(town, "dirty")
    planted = Counter(row["kind"] for row in dirty if row["feed"] in ("town_book", "town_web", "town_crm_case"))
    runs = town.lake.read(ALL["ops.batch_run"]).where("target = 'silver.complaint'")
    counted = runs.groupBy("target").sum("duplicate", "superseded", "item_count", "sound", "quarantined").first()
    assert counted is not None
    assert counted["sum(duplicate)"] == planted["same_row_twice"]
    assert counted["sum(superseded)"] >= planted["late_version"] > 0
    assert town.lake.read(ALL["silver.complaint"]).count() == counted["sum(sound)"]
    files = Counter(row["status"] for row in town.lake.rows(ALL["ops.ingest_file"]))
    assert files["duplicate"] == sum(row["kind"] == "same_file_twice" for row in dirty) > 20
    assert files["failed"] == 0


def log_text(file: Path) -> str:
    """The content of a file of a log, a checkpoint's as well."""
    if file.suffix == ".parquet":
        return str(pq.read_table(file).to_pylist())
    # The checksums beside the files are no text.
    return file.read_text(encoding="utf-8", errors="replace")


def test_no_personal_value_is_in_any_delta_log(town: Company) -> None:
    for table in ALL.values():
        if town.lake.versions(table):
            DeltaTable(town.lake.path(table)).create_checkpoint()
    files = [p for p in (town.folder / "lake").rglob("_delta_log/*") if p.is_file()]
    assert {".json", ".parquet"} <= {p.suffix for p in files}
    logs = "\n".join(map(log_text, files))
    values = {
        value
        for row in truth(town, "person_values")
        for column, value in row.items()
        if column != "person_id" and value and len(value) > 5
    }
    assert len(values) > 300
    # Employees and the credit bureau's strangers are no customers, and leak as little.
    assert {"email", "national_id"} <= {
        column for row in truth(town, "person_values") if not row["person_id"] for column, value in row.items() if value
    }
    assert [value for value in values if value in logs] == []


@pytest.mark.parametrize("name", GOLD)
def test_gold_is_read_without_spark(town: Company, name: str) -> None:
    path = town.lake.path(ALL[name])
    rows = town.lake.read(ALL[name]).count()
    assert rows > 0
    assert DeltaTable(path).to_pyarrow_table().num_rows == rows
    assert pl.read_delta(path).height == rows
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false", "allow_unsigned_extensions": "true"})
    connection.execute(f"LOAD '{_delta_extension()}'")
    assert connection.execute(f"SELECT count(*) FROM delta_scan('{path}')").fetchone() == (rows,)
    assert DeltaTable(path).protocol().min_reader_version == 1


def _delta_extension() -> Path:
    import importlib.util

    spec = importlib.util.find_spec("duckdb_ext")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return next(Path(spec.submodule_search_locations[0]).rglob("*.duckdb_extension"))


def test_customers_are_given_once_and_complaints_are_tied_to_them(town: Company) -> None:
    facts = town.lake.read(ALL["gold.fact_complaint"])
    complaints = town.lake.read(ALL["silver.complaint"])
    assert facts.count() == complaints.count()
    assert complaints.where("source_party_id IS NOT NULL AND customer_id IS NOT NULL").count() > 0.9 * facts.count()
    xref = town.lake.read(ALL["silver.customer_xref"])
    assert xref.count() == xref.select("source_system", "source_party_id").distinct().count()


def test_every_record_with_a_party_has_its_subject(town: Company) -> None:
    subjects = town.lake.read(ALL["silver.record_subject"])
    parties = town.lake.read(ALL["silver.source_party"]).select("source_party_id")
    assert parties.join(subjects, on="source_party_id", how="left_anti").count() == 0


def invoke(town: Company, *words: str) -> Any:
    return CliRunner().invoke(cli.app, [*words, "--lake", str(town.folder / "lake")])


def test_the_command_line_prints_what_a_person_wants_to_read(town: Company) -> None:
    tables = invoke(town, "tables")
    assert "gold.fact_complaint" in tables.output
    described = invoke(town, "describe", "gold.fact_complaint", "--sources", str(ROOT / "conf/sources/town"))
    assert "calendar days from receipt" in described.output
    assert "written by  build_fact_complaint from silver.complaint" in described.output
    listed = invoke(town, "list", "--sources", str(ROOT / "conf/sources/town"), "--as-of", "2026-03-02")
    assert "refine_complaint" in listed.output
    assert "stale" not in listed.output


def test_csv_is_clean_and_json_is_one_object_a_line(town: Company) -> None:
    sql = "SELECT channel, count(*) AS n FROM gold.fact_complaint GROUP BY channel ORDER BY channel"
    found = list(csv.reader(io.StringIO(invoke(town, "query", sql, "--format", "csv").stdout)))
    assert found[0] == ["channel", "n"]
    assert all(len(row) == 2 and row[1].isdigit() for row in found[1:])
    lines = invoke(town, "query", sql, "--format", "json").stdout.splitlines()
    assert [json.loads(line)["n"] for line in lines] == [int(row[1]) for row in found[1:]]
