"""`check` finds before a run what a run would fail on, and names file and place."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pyspark.sql import SparkSession

from conf.source import SourceError, load_source
from jobs.runtime import checking, compiling
from jobs.runtime.context import Context
from tests.conftest import Company

ROOT = Path(__file__).resolve().parents[2]
# Those of the real sets are run, from the file to silver, in tests/real.
OURS = sorted((ROOT / "conf" / "sources").rglob("*.yaml"))
FEED = """
source: feed
key_space: shop
lands_in: bronze.web_form
delivery: event
read: {format: json, path: "{inbox}/feed*"}
columns:
  id: string
  at: timestamp
  lines: array<struct<amount:decimal(18,2)>>
record_key: id
gives:
  silver.complaint: {complaint_id: id, status: "upper(id)", received_at: at}
  silver.complaint_status_history: {each: "array(at)", where: "item IS NOT NULL", complaint_id: id, at: item}
"""


def context(spark: SparkSession, **more: Any) -> Context:
    return cast(Context, SimpleNamespace(**{"spark": spark, "jobs": [], **more}))


def said(spark: SparkSession, folder: Path, *changes: tuple[str, str]) -> list[str]:
    path, text = folder / "feed.yaml", FEED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return [one.removeprefix(f"{path}: ") for one in compiling.mistakes(spark, load_source(path))]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_the_descriptions_of_the_project_are_sound(spark: SparkSession, path: Path) -> None:
    assert list(compiling.mistakes(spark, load_source(path))) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "mistake"),
    [
        ('"upper(id)"', "\"date_format(at, 'YYYY')\"", "gives silver.complaint.status", "Fail to recognize 'YYYY'"),
        ('"upper(id)"', "try_to_timestamp(id, 'yyyy b')", "gives silver.complaint.status", "Unknown pattern letter"),
        ('"upper(id)"', "Estado", "gives silver.complaint.status", "UNRESOLVED_COLUMN"),
        ('"item IS NOT NULL"', "id", "gives silver.complaint_status_history.where", "is string, not boolean"),
        ('"array(at)"', "array(date_format(at,'YYYY'))", "gives silver.complaint_status_history.each", "'YYYY'"),
        ("record_key: id", "record_key: date_format(at, 'e')", "record_key", "detected: e"),
        ("record_key: id", "record_key: id\nis_deleted: id", "is_deleted", "is string, not boolean"),
        ("record_key: id", "record_key: id\nknown_at: id", "known_at", "is string, not timestamp or date"),
    ],
)
def test_a_mistake_of_the_sql_names_its_place(
    spark: SparkSession, tmp_path: Path, old: str, new: str, place: str, mistake: str
) -> None:
    if new.startswith(("array", "try")):
        new = f'"{new}"'
    (found,) = said(spark, tmp_path, (old, new))
    assert found.startswith(f"{place}: ")
    assert mistake in found
    assert "\n" not in found


def test_every_target_is_looked_at(spark: SparkSession, tmp_path: Path) -> None:
    found = said(spark, tmp_path, ('"upper(id)"', "Estado"), ('"item IS NOT NULL"', "id"))
    assert [one.split(":")[0] for one in found] == [
        "gives silver.complaint.status", "gives silver.complaint_status_history.where",
    ]  # fmt: skip


def test_what_only_the_made_up_value_breaks_is_no_mistake(spark: SparkSession, tmp_path: Path) -> None:
    assert said(spark, tmp_path, ('"upper(id)"', '"cast(cast(id AS int) / 0 AS string)"')) == []


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        (
            "at: timestamp",
            "at: {date: YYYY-MM-dd}",
            "columns.at: pattern 'YYYY-MM-dd': 'Y' cannot be read; did you mean 'y'?",
        ),
        (
            "at: timestamp",
            "at: {timestamp: 'd/M/yyyy HH:mm b'}",
            "columns.at: pattern 'd/M/yyyy HH:mm b': 'b' cannot be read; letters meant as such stand in quotes",
        ),
        (
            "at: timestamp",
            "at: {date: yyyy}",
            "columns.at: pattern 'yyyy': a date needs year, month and day, as yyyy-MM-dd; none is made up",
        ),
        (
            "at: timestamp",
            "at: {timestamp: 'd/M/yyyy hh:mm'}",
            "columns.at: pattern 'd/M/yyyy hh:mm': hours to 12 need AM or PM, as hh:mm a; hours to 23 are HH",
        ),
        (
            "at: timestamp",
            "at: {date: DD/MM/yyyy}",
            "columns.at: pattern 'DD/MM/yyyy': 'D' is the day of the year; did you mean 'd'?",
        ),
        ("id: string", "id: strng", "columns.id: type 'strng': no type 'strng'; did you mean 'string'?"),
        (
            "array<struct<amount:decimal(18,2)>>",
            "decimal",
            "columns.lines: type 'decimal': a decimal says its digits and those behind the point, as decimal(18,2)",
        ),
        (
            "decimal(18,2)>>",
            "int>",
            "columns.lines: type 'array<struct<amount:int>': breaks off; is a bracket left open?",
        ),
    ],
)
def test_a_type_or_pattern_that_cannot_be_is_refused_without_spark(
    tmp_path: Path, old: str, new: str, mistake: str
) -> None:
    path = tmp_path / "feed.yaml"
    path.write_text(FEED.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError) as raised:
        load_source(path)
    assert str(raised.value) == f"{path}:\n  {mistake}"


def test_two_descriptions_of_one_name_are_a_finding(company: Company) -> None:
    company.source(FEED, "one").source(FEED, "two").deliver("other.txt", "")
    made = context(company.spark, settings=company.settings(), lake=company.lake)
    found = [finding for what, finding in checking.findings(lambda: made) if finding.is_problem]
    (folder,) = company.sources
    assert [finding.text for finding in found] == [
        f"{folder / 'two.yaml'}: the name 'feed' is taken by {folder / 'one.yaml'}"
    ]


CSV = """
source: feed
key_space: shop
lands_in: bronze.web_form
delivery: upsert
read: {format: csv, path: "{inbox}/feed*", options: {delimiter: ";"}}
columns:
  Nro: string
  Fecha: {date: dd/MM/yyyy}
  Actualizado: {timestamp: yyyy-MM-dd HH:mm}
record_key: Nro
version_by: Actualizado
gives:
  silver.complaint: {complaint_id: Nro, received_at: Fecha}
"""
ROWS = "Nro;Fecha;Actualizado\n1;31/01/2026;2026-02-01 10:00\n2;30/01/2026;2026-02-02 10:00\n"


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("", "", None),
        ("Fecha: {", "Fehca: {", "'Fehca' (did you mean 'Fecha'?); the files have"),
        ('";"', '","', "the files have ['Nro;Fecha;Actualizado']"),
        (
            "dd/MM/yyyy",
            "MM/dd/yyyy",
            "columns.Fecha: not a date as MM/dd/yyyy (as 99/99/9999) in all of the first 2 records",
        ),
        (
            "yyyy-MM-dd HH:mm",
            "dd/MM/yyyy HH:mm",
            "version_by: null for all of the first 2 records, and what has landed",
        ),
        ("record_key: Nro", "record_key: nullif(Nro, Nro)", "record_key: null for all of the first 2 records"),
    ],
)
def test_the_first_records_are_read_as_described(company: Company, old: str, new: str, mistake: str | None) -> None:
    text = CSV.replace(old, new).replace("received_at: Fecha", "received_at: Fehca") if new == "Fehca: {" else CSV
    company.source(text.replace(old, new)).deliver("feed.csv", ROWS)
    made = context(company.spark, settings=company.settings(), lake=company.lake)
    found = [finding.text for _, finding in checking.findings(lambda: made) if finding.is_problem]
    if mistake is None:
        assert found == []
    else:
        assert any(mistake in one for one in found), found
    assert not (company.folder / "lake").exists()


NESTED = """
source: chats
key_space: chats
lands_in: bronze.chat_session
delivery: event
read: {format: json, path: "{inbox}/chats*"}
columns:
  id: string
  topik: string
  at: {timestamp: MM/dd/yyyy HH:mm}
  turns: array<struct<n:int,whoo:string>>
record_key: id
known_at: at
gives:
  silver.interaction: {interaction_id: id, channel: "'chat'", started_at: at}
"""


def test_what_only_some_records_lack_is_a_doubt(company: Company) -> None:
    chats = (
        '{"id": "1", "topic": "a", "at": "03/11/2026 09:00", "turns": [{"n": 1, "who": "x"}]}\n'
        '{"id": "2", "topic": "b", "at": "17/11/2026 09:00", "turns": []}\n'
    )
    company.source(NESTED, "chats").deliver("chats.json", chats)
    made = context(company.spark, settings=company.settings(), lake=company.lake)
    found = [finding for _, finding in checking.findings(lambda: made)]
    assert not [finding for finding in found if finding.is_problem]
    said = f"{company.sources[0] / 'chats.yaml'}: "
    assert [finding.text.removeprefix(said) for finding in found if finding.is_doubt] == [
        "topik: in none of the first 2 records; did you mean 'topic'?",
        "turns[].whoo: in none of the first 2 records; did you mean 'who'?",
        "columns.at: not a time as MM/dd/yyyy HH:mm (as 99/99/9999 99:99) in 1 of the first 2 records",
    ]


def test_an_inbox_that_is_not_there_is_a_finding(company: Company) -> None:
    company.source(FEED)
    made = context(company.spark, settings=company.settings(), lake=company.lake)
    (found,) = [finding.text for _, finding in checking.findings(lambda: made) if finding.is_problem]
    assert found == f"the inbox {company.inbox} is no folder"
