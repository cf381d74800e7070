"""The town: the same seed gives the same bytes, and its truth says what was planted in the inbox."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import email_validator
import phonenumbers
import pytest
from stdnum.cl import rut
from stdnum.es import nie, nif
from stdnum.mx import curp
from stdnum.pe import ruc

from conf.source import load_sources
from jobs.town import dirt, feeds, names, national_ids, write_town
from jobs.town.feed import Delivery, Row

ROOT = Path(__file__).parents[2]
FEEDS = ("town_book", "town_crm_case", "town_crm_party", "town_web")
KEYS = {"town_book": "N° hoja", "town_crm_case": "caso_id", "town_crm_party": "party_id", "town_web": "form_id"}
OF_COMPLAINTS = {
    "impossible_date", "amount_not_a_number", "unknown_kind", "missing_key", "answer_before_receipt", "negative_amount",
    "amount_without_currency", "too_many_fields", "received_in_future", "name_typo",
}  # fmt: skip
PLANTED = {*OF_COMPLAINTS, "same_row_twice", "same_file_twice", "late_version"}
PLANTED |= {"twin", "unreadable_phone", "unreadable_email"}


def written(out: Path, **changes: Any) -> Path:
    arguments: dict[str, Any] = dict(customers=500, days=90, seed=7, noise=0.3)
    write_town(out, **(arguments | changes))
    return out


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("noisy"))


@pytest.fixture(scope="module")
def spotless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("spotless"), noise=0.0)


def contents(out: Path) -> dict[str, tuple[bytes, float]]:
    files = (path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): (path.read_bytes(), path.stat().st_mtime) for path in files}


def truth(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        # The other feeds have tests of their own.
        return [row for row in csv.DictReader(file) if row.get("feed", FEEDS[0]) in FEEDS]


def delivered(out: Path) -> Iterator[tuple[str, str, int, dict[str, Any]]]:
    """Yield feed, object, position and record of what the FEEDS deliver, read by the standard library."""
    inbox = out / "inbox"
    folders = (inbox / "town" / feed.removeprefix("town_") for feed in sorted(FEEDS))
    for path in (path for folder in folders for path in sorted(folder.iterdir())):
        name = path.relative_to(inbox).as_posix()
        feed = f"town_{path.parent.name}"
        if path.suffix == ".csv":
            records: list[dict[str, Any]] = list(
                csv.DictReader(path.open(encoding="cp1252", newline=""), delimiter=";")
            )
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                (member,) = archive.namelist()
                name = f"{name}!{member}"
                records = list(csv.DictReader(io.StringIO(archive.read(member).decode(), newline="")))
        elif path.suffix == ".gz":
            records = [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
        else:
            records = json.loads(path.read_text(encoding="utf-8"))
        for position, record in enumerate(records, start=1):
            yield feed, name, position, record


def test_the_same_seed_gives_the_same_bytes_in_another_process(noisy: Path, tmp_path: Path) -> None:
    call = f"write_town(Path({str(tmp_path)!r}), customers=500, days=90, seed=7, noise=0.3)"
    subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path; from jobs.town import write_town; {call}"],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "99", "TZ": "Asia/Tokyo"},
    )
    assert contents(tmp_path) == contents(noisy)
    # Two runs within one second would write the same clock.
    assert {path.read_bytes()[4:8] for path in noisy.rglob("*.gz")} == {bytes(4)}


def test_another_seed_gives_another_town(noisy: Path, tmp_path: Path) -> None:
    # Of employees no document is known.
    other = {row["national_id"] for row in truth(written(tmp_path, seed=8), "person_values")} - {""}
    assert not other & {row["national_id"] for row in truth(noisy, "person_values")}


def test_every_source_description_loads() -> None:
    sources = load_sources((ROOT / "conf" / "sources" / "town",))
    assert sorted(source.source for source in sources) == sorted(feed.name for feed in feeds.FEEDS)


def test_the_descriptions_name_exactly_the_columns_of_the_feeds(spotless: Path) -> None:
    sources = load_sources((ROOT / "conf" / "sources" / "town",))
    described = {source.source: set(source.columns) for source in sources if source.source in FEEDS}
    assert {feed: set(record) for feed, _, _, record in delivered(spotless)} == described


def test_noise_0_plants_no_dirt(spotless: Path) -> None:
    assert truth(spotless, "dirty") == []
    for feed, name, position, record in delivered(spotless):
        assert record[KEYS[feed]], (name, position)
        assert None not in record, (name, position)


def test_every_kind_of_dirt_is_planted(noisy: Path) -> None:
    assert {row["kind"] for row in truth(noisy, "dirty")} == PLANTED


def test_no_row_carries_two_faults(noisy: Path) -> None:
    rows = [(row["file"], row["position"]) for row in truth(noisy, "dirty")]
    assert len(rows) == len(set(rows))


def test_default_noise_spoils_one_to_three_rows_in_a_hundred(tmp_path: Path) -> None:
    counts = write_town(tmp_path, customers=2000, days=90, seed=1, noise=0.1)
    rows = sum(counts[f"{feed}.rows"] for feed in FEEDS if feed != "town_crm_party")
    dirty = [r for r in truth(tmp_path, "dirty") if r["feed"] != "town_crm_party" and r["position"]]
    assert 0.01 <= len(dirty) / rows <= 0.03


def test_dirt_lies_where_the_truth_says(noisy: Path) -> None:
    records = {(name, str(position)): (feed, record) for feed, name, position, record in delivered(noisy)}
    for row in truth(noisy, "dirty"):
        if row["kind"] == "same_file_twice":
            original = row["file"].replace("_copia", "")
            assert (noisy / "inbox" / row["file"]).read_bytes() == (noisy / "inbox" / original).read_bytes()
            continue
        feed, record = records[row["file"], row["position"]]
        assert (feed, record[KEYS[feed]] or "") == (row["feed"], row["record_id"])
        # The csv module puts surplus fields under None.
        assert (None in record) == (row["kind"] == "too_many_fields")
        assert ("Sugerencia?" in record.values()) == (row["kind"] == "unknown_kind")
        if row["kind"] == "same_row_twice":
            assert record == records[row["file"], str(int(row["position"]) - 1)][1]


def test_a_late_version_comes_after_a_newer_one(noisy: Path) -> None:
    cases = [(name, record) for feed, name, _, record in delivered(noisy) if feed == "town_crm_case"]
    late = [row for row in truth(noisy, "dirty") if row["kind"] == "late_version"]
    for row in late:
        versions = [(name, r["updated_at"]) for name, r in cases if r["caso_id"] == row["record_id"]]
        (own,) = {at for name, at in versions if name == row["file"] and at[:10] != name[-14:-4]}
        assert any(at > own and name < row["file"] for name, at in versions)


@pytest.mark.parametrize("days_between_files", [1, 7])
def test_a_version_is_held_back_by_whole_files(days_between_files: int) -> None:
    first, new = date(2026, 1, 1), date(2026, 1, 1 + days_between_files)
    waits = set()
    for number in range(500):
        versions = [Delivery(day, "", Row(f"{number}", {})) for day in (first, new)]
        dirt.delay_some(Random(number), 1.0, versions, date(2026, 3, 1), days_between_files)
        if versions[0].row.dirt:
            waits.add((versions[0].day - new).days)
    assert waits == {days_between_files * files for files in (1, 2, 3, 4)}


def test_files_of_a_feed_are_as_many_days_apart_as_it_says(noisy: Path) -> None:
    for feed in feeds.FEEDS:
        names = (str(path) for path in (noisy / "inbox" / "town" / feed.name.removeprefix("town_")).rglob("*.*"))
        days = {date.fromisoformat(re.findall(r"\d{4}-\d\d-\d\d", name)[-1]) for name in names}
        assert {(day - date(2026, 1, 1)).days % feed.days_between_files for day in days} == {0}, feed.name


def test_every_record_of_the_truth_is_in_its_feed_and_the_other_way_round(noisy: Path) -> None:
    found = {(feed, record[KEYS[feed]]) for feed, _, _, record in delivered(noisy) if record[KEYS[feed]]}
    records = truth(noisy, "record")
    assert {(row["feed"], row["record_id"]) for row in records} == found
    issues = {(row["feed"], row["record_id"]) for row in records if row["issue_id"]}
    assert issues == {(feed, key) for feed, key in found if feed != "town_crm_party"}
    planted = {(row["feed"], row["record_id"]) for row in truth(noisy, "dirty") if row["record_id"]}
    assert planted <= found


def test_one_person_may_complain_twice_about_one_issue(noisy: Path) -> None:
    rows = [row for row in truth(noisy, "record") if row["issue_id"]]
    assert len({row["issue_id"] for row in rows}) < len(rows)
    assert len({(row["person_id"], row["contact"]) for row in rows}) == len(rows)


def test_some_parties_vanish_from_the_extracts(spotless: Path) -> None:
    extracts: dict[str, set[str]] = {}
    for feed, name, _, record in delivered(spotless):
        if feed == "town_crm_party":
            extracts.setdefault(name, set()).add(record["party_id"])
    first, *_, last = (extracts[name] for name in sorted(extracts))
    assert first - last
    assert last - first


def test_an_id_does_not_show_who_lives_together_or_is_whose_twin(noisy: Path) -> None:
    owners = {r["record_id"]: r["person_id"] for r in truth(noisy, "record") if r["feed"] == "town_crm_party"}
    twins = {row["record_id"] for row in truth(noisy, "dirty") if row["kind"] == "twin"}
    assert len(twins) > 20
    in_order = [owners[party_id] for party_id in sorted(owners)]
    assert sum(one == other for one, other in pairwise(in_order)) < 0.1 * len(twins)
    homes = {row["person_id"]: row["household_id"] for row in truth(noisy, "person")}
    lived = [homes[owner] for owner in in_order]
    assert sum(bool(a) and a == b for a, b in pairwise(lived)) / len(lived) < 0.1


def test_web_amounts_are_json_numbers_with_their_cents(spotless: Path) -> None:
    lines = [
        line
        for path in (spotless / "inbox" / "town" / "web").iterdir()
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()
    ]
    assert all(re.search(r'"amount": (\d+\.\d\d|null)}$', line) for line in lines)
    assert any(line.endswith("0}") for line in lines)


def test_ids_phones_and_addresses_of_people_are_valid(spotless: Path) -> None:
    checks = {"RUC": ruc, "NIF": nif, "NIE": nie, "CURP": curp, "RUT": rut}
    kinds = set()
    for _, _, _, party in (row for row in delivered(spotless) if row[0] == "town_crm_party"):
        if party["document"]:
            kind, number = party["document"]["type"], party["document"]["number"]
            kinds.add(kind)
            assert kind not in checks or checks[kind].is_valid(number), (kind, number)
        assert party["phones"] or party["emails"]
        for text in party["phones"]:
            phone = phonenumbers.parse(text, party["country"])
            assert phonenumbers.is_valid_number_for_region(phone, party["country"]), text
            # Land lines, mobiles and, where numbers do not tell, either.
            assert phonenumbers.number_type(phone) in (0, 1, 2), text
        for address in party["emails"]:
            email_validator.validate_email(address, check_deliverability=False)
            assert re.search(r"[@.]example\.(com|org|net)$", address), address
    assert kinds == {*checks, "DNI", "CC", "PASAPORTE"}


def test_no_name_of_the_lists_makes_an_unwanted_curp() -> None:
    given = {name[0]: name for name in (*names.WOMEN_ES, *names.MEN_ES)}
    second = {name[0]: name for name in names.FAMILY_ES}
    for first in names.FAMILY_ES:
        for family in second.values():
            for name in given.values():
                number = national_ids.curp(name, f"{first} {family}", date(2001, 2, 28), "M", "DF", 3)
                assert curp.is_valid(number), number


def test_two_towns_do_not_mix(spotless: Path) -> None:
    with pytest.raises(FileExistsError, match="not empty"):
        written(spotless)


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"days": 0}, {"noise": 1.5}])
def test_numbers_that_make_no_town_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a town needs"):
        written(tmp_path, **wrong)
