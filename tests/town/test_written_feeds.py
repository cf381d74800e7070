"""Mails, surveys and posts of the town: what lies in the inbox, recounted from the truth."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import openpyxl  # type: ignore[import-untyped]
import pypdf
import pytest
from PIL import Image

from jobs.town import write_town

START = date(2026, 1, 1)
BANK = "atencion@bancovalle.example.com"
# Hours from UTC between January and April, with and without daylight saving time.
OFFSETS = {"PE": (-5,), "ES": (1, 2), "MX": (-6,), "CO": (-5,), "CL": (-3, -4), "US": (-6, -5, -4)}
KINDS = {
    "town_mail": {"missing_key", "sent_in_future", "empty_message"},
    "town_survey": {"missing_key", "nps_off_scale", "csat_off_scale", "score_in_words", "answered_in_future"},
    "town_post": {
        "missing_key",
        "unknown_type",
        "negative_likes",
        "stars_off_scale",
        "unreadable_time",
        "posted_in_future",
    },
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("town")
    write_town(out, customers=300, days=90, seed=7, noise=0.3)
    return out


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("spoilt")
    write_town(out, customers=300, days=90, seed=7, noise=1.0)
    return out


@cache
def truth(out: Path, name: str, feed: str = "") -> list[dict[str, str]]:
    with (out / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not feed or row["feed"] == feed]


class Found(NamedTuple):
    """A record of the inbox: its object below inbox/, its position there and what it says."""

    place: str
    position: int
    record: Any


@cache
def mails(out: Path) -> list[Found]:
    found = []
    for path in sorted((out / "inbox/town/mail").glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                message = message_from_bytes(archive.read(info), policy=policy.default)
                found.append(Found(f"town/mail/{path.name}!{info.filename}", 1, message))
    return found


def number(found: Found) -> str:
    """The name of the file without its ending: the record's number."""
    return found.place.rpartition("!")[2].removesuffix(".eml")


def delivered_once(found: list[Found]) -> Iterator[Found]:
    """Leave out what came twice and what is empty."""
    seen: dict[str, Found] = {}
    for one in found:
        if one.record.keys():
            seen.setdefault(number(one), one)
    return iter(seen.values())


def from_customers(out: Path) -> dict[str, EmailMessage]:
    return {number(one): one.record for one in delivered_once(mails(out)) if number(one).isdigit()}


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@cache
def answers(out: Path) -> list[Found]:
    found = []
    for path in sorted((out / "inbox/town/survey").glob("*.xlsx")):
        sheet = openpyxl.load_workbook(path)["Respuestas"]
        header, *rows = list(sheet.iter_rows(min_row=4, values_only=True))
        found += [
            Found(f"town/survey/{path.name}", position, dict(zip(header, row, strict=True)))
            for position, row in enumerate(rows, start=1)
        ]
    return found


@cache
def posts(out: Path) -> list[Found]:
    found = []
    for path in sorted((out / "inbox/town/post").rglob("*.json")):
        items = json.loads(path.read_text(encoding="utf-8"))["data"]["items"]
        place = path.relative_to(out / "inbox").as_posix()
        found += [Found(place, position, item) for position, item in enumerate(items, start=1)]
    return found


@cache
def crm(out: Path) -> tuple[dict[str, str], set[str]]:
    """Countries of people by the CRM's extracts, and the numbers of all cases."""
    extracts = (json.loads(path.read_text()) for path in sorted((out / "inbox/town/crm_party").glob("*.json")))
    country = {party["party_id"]: party["country"] for extract in extracts for party in extract}
    countries = {row["person_id"]: country[row["record_id"]] for row in truth(out, "record", "town_crm_party")}
    return countries, {row["record_id"] for row in truth(out, "record", "town_crm_case")}


def about(out: Path, feed: str) -> dict[str, dict[str, str]]:
    """Record and contact of the truth as one, by record."""
    contacts = {(row["person_id"], row["contact"]): row for row in truth(out, "contact")}
    return {
        row["record_id"]: contacts.get((row["person_id"], row["contact"]), {}) | row
        for row in truth(out, "record", feed)
    }


# -- All three


def test_another_process_writes_the_same_bytes(town: Path, tmp_path: Path) -> None:
    call = f"write_town(Path({str(tmp_path)!r}), customers=300, days=90, seed=7, noise=0.3)"
    subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path; from jobs.town import write_town; {call}"],
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "99", "TZ": "Asia/Tokyo"},
    )
    for feed in ("mail", "survey", "post"):
        ours, theirs = (
            {path.relative_to(out): (path.read_bytes(), path.stat().st_mtime) for path in files}
            for out, files in ((out, (out / f"inbox/town/{feed}").rglob("*.*")) for out in (town, tmp_path))
        )
        assert ours == theirs, feed


@pytest.mark.parametrize("feed", KINDS)
def test_every_kind_of_fault_is_planted(spoilt: Path, feed: str) -> None:
    kinds = {row["kind"] for row in truth(spoilt, "dirty", feed)}
    assert kinds - {"same_row_twice", "same_file_twice", "late_version"} == KINDS[feed]


def test_faults_lie_where_the_truth_says(spoilt: Path) -> None:
    found = {one[:2]: one.record for one in (*mails(spoilt), *answers(spoilt), *posts(spoilt))}
    shows = {
        ("town_mail", "missing_key"): lambda mail: mail.keys() and not mail["Message-ID"],
        ("town_mail", "empty_message"): lambda mail: not mail.keys(),
        ("town_survey", "missing_key"): lambda row: row["ID respuesta"] is None,
        ("town_survey", "nps_off_scale"): lambda row: row["P1 NPS"] == 11,
        ("town_survey", "csat_off_scale"): lambda row: row["P2 CSAT"] == 9,
        ("town_survey", "score_in_words"): lambda row: row["P3 CES"] == "muy fácil",
        ("town_post", "missing_key"): lambda post: post["id"] is None,
        ("town_post", "unknown_type"): lambda post: post["type"] == "historia",
        ("town_post", "negative_likes"): lambda post: post["metrics"]["likes"] == -1,
        ("town_post", "stars_off_scale"): lambda post: post["stars"] == 7,
        ("town_post", "unreadable_time"): lambda post: post["created"] == "ayer",
        ("town_post", "posted_in_future"): lambda post: post["created"] != "ayer" and post["created"] > post["updated"],
    }
    for (feed, kind), is_shown in shows.items():
        planted = {(row["file"], int(row["position"])) for row in truth(spoilt, "dirty", feed) if row["kind"] == kind}
        system = f"town/{feed.removeprefix('town_')}/"
        of_feed = {place: record for place, record in found.items() if place[0].startswith(system)}
        # A file that came twice has its faults twice, and the truth names the file itself.
        shown = {place for place, record in of_feed.items() if is_shown(record) and "_copia" not in place[0]}
        assert shown == planted, (feed, kind)


def test_personal_data_lies_where_the_truth_says(town: Path) -> None:
    texts = {("town_mail", key, "body"): plain(mail) for key, mail in from_customers(town).items()}
    texts |= {("town_survey", r["ID respuesta"], "P4 Comentario"): r["P4 Comentario"] for *_, r in answers(town)}
    texts |= {("town_post", post["id"], "text"): post["text"] for *_, post in posts(town)}
    looks_like = {"EMAIL": r"\S+@\S+", "CARD": r".*\d{4}", "PHONE": r"[\d+(][\d ()+-]+\d", "ACCOUNT": r"[\d-]+"}
    looks_like |= {"NATIONAL_ID": r"[\w.-]*\d[\w.-]*", "PERSON": r"\w.*", "ADDRESS": r"\w.*\d.*"}
    seen = Counter[str]()
    for row in truth(town, "pii"):
        key = row["feed"], row["record_id"], row["column"]
        if key in texts:
            value = texts[key][int(row["begin"]) : int(row["end"])]
            assert re.fullmatch(looks_like[row["kind"]], value, re.DOTALL), (key, row["kind"], value)
            seen[row["feed"]] += 1
    assert set(seen) == {"town_mail", "town_survey", "town_post"}


def test_names_and_addresses_are_in_the_list_of_what_must_not_leak(town: Path) -> None:
    values = {name: {row[name] for row in truth(town, "person_values")} for name in ("full_name", "email")}
    for mail in from_customers(town).values():
        sender = mail["From"].addresses[0]
        assert sender.addr_spec in values["email"]
        assert not sender.display_name or sender.display_name in values["full_name"]
    known = {post["author"]["name"] for *_, post in posts(town)} & values["full_name"]
    assert known
    assert "Banco del Valle" not in known


# -- Mails


def test_every_contact_by_mail_is_a_mail(town: Path) -> None:
    contacts = [row for row in truth(town, "contact") if row["channel"] == "email"]
    numbers = {number(one) for one in mails(town) if number(one).isdigit()}
    assert len(numbers) == len(contacts) > 50
    told = about(town, "town_mail")
    assert {told[key]["channel"] for key in numbers} == {"email"}
    for key, mail in from_customers(town).items():
        if mail["Message-ID"]:
            assert mail["Message-ID"].strip("<>").partition("@")[0] == key


def test_a_mail_is_dated_by_the_clock_of_the_sender(town: Path) -> None:
    countries, told, seen = crm(town)[0], about(town, "town_mail"), set()
    future = {row["record_id"] for row in truth(town, "dirty", "town_mail") if row["kind"] == "sent_in_future"}
    for key, mail in from_customers(town).items():
        sent_at = mail["Date"].datetime
        country = countries.get(told[key]["person_id"])
        if country and key not in future:
            assert sent_at.utcoffset() in [timedelta(hours=hours) for hours in OFFSETS[country]]
            # The truth is in wall time of Lima.
            in_lima = datetime.fromisoformat(told[key]["at"]) - timedelta(hours=-5)
            assert sent_at.replace(tzinfo=None) - sent_at.utcoffset() == in_lima
            seen.add(country)
    assert len(seen) >= 4


def test_charsets_and_encodings_vary(town: Path) -> None:
    bodies = [mail.get_body(("plain",)) for mail in from_customers(town).values()]
    assert {"utf-8", "iso-8859-1", "windows-1252"} == {body.get_content_charset() for body in bodies if body}
    used = {body["Content-Transfer-Encoding"] for body in bodies if body}
    assert used == {"quoted-printable", "base64", "8bit"}
    assert 0.3 < mean(mail.get_body(("html",)) is not None for mail in from_customers(town).values()) < 0.6


def test_the_bank_answers_the_mail_with_the_number_of_its_case(town: Path) -> None:
    cases, written = crm(town)[1], from_customers(town)
    replies = [one.record for one in delivered_once(mails(town)) if number(one).startswith("R")]
    assert len(replies) > 20
    named = []
    for mail in replies:
        assert mail["From"].addresses[0].addr_spec == BANK
        answered = mail["In-Reply-To"].strip("<>").partition("@")[0]
        if answered in written:
            assert mail["To"].addresses[0].addr_spec == written[answered]["From"].addresses[0].addr_spec
            assert mail["Subject"].startswith("RE: ")
        named += re.findall(r"Caso (C-\d{10})", mail["Subject"])
    assert len(named) > 10
    assert set(named) <= cases


def test_whoever_writes_again_keeps_the_number_of_the_case_and_names_what_came_before(tmp_path: Path) -> None:
    write_town(tmp_path, customers=1500, days=90, seed=4, noise=0)
    written = from_customers(tmp_path)
    ids = {one.record["Message-ID"]: one.record for one in mails(tmp_path)}
    again = [mail for mail in written.values() if mail["In-Reply-To"]]
    kept = [mail for mail in again if "Caso C-" in (mail["Subject"] or "")]
    assert kept
    for mail in again:
        before = ids[mail["In-Reply-To"]]
        assert before["Date"].datetime < mail["Date"].datetime
        assert mail["References"].split()[-1] == mail["In-Reply-To"]
    assert any("> Estimado(a) cliente:" in plain(mail) for mail in kept)


def test_machines_write_too(town: Path) -> None:
    automatic = [one for one in delivered_once(mails(town)) if one.record["Auto-Submitted"] or one.record["Precedence"]]
    assert {number(one)[0] for one in automatic} == {"A", "N"}
    nobodys = {row["record_id"] for row in truth(town, "record", "town_mail") if not row["person_id"]}
    assert nobodys == {number(one) for one in mails(town) if number(one).startswith("N")}


def test_receipts_show_what_is_claimed(tmp_path: Path) -> None:
    write_town(tmp_path, customers=1000, days=90, seed=5, noise=0)
    issues = {row["issue_id"]: row for row in truth(tmp_path, "issue")}
    told, seen = about(tmp_path, "town_mail"), Counter[str]()
    for key, mail in from_customers(tmp_path).items():
        for part in mail.iter_attachments():
            content, issue = part.get_content(), issues[told[key]["issue_id"]]
            seen[part.get_content_type()] += 1
            assert len(content) < 10_000
            if part.get_content_type() == "image/png":
                assert Image.open(io.BytesIO(content)).width == 340
                continue
            lines = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text().splitlines()
            amounts = [line for line in lines if line.startswith("Importe:")]
            written = f"{float(issue['amount'] or 0):,.2f}".translate(str.maketrans(",.", ".,"))
            sign = {"PEN": "S/", "USD": "US$", "": ""}[issue["currency"]]
            assert amounts == ([f"Importe: {sign} {written}"] if issue["amount"] else [])
            assert f"Fecha: {date.fromisoformat(issue['happened_on']):%d/%m/%Y}" in lines
    complaints = sum(told[key]["intent"] == "complaint" for key in from_customers(tmp_path))
    assert set(seen) == {"application/pdf", "image/png"}
    assert 0.06 < sum(seen.values()) / complaints < 0.18


# -- Surveys


def test_workbooks_have_a_legend_and_nothing_of_the_clock(town: Path) -> None:
    paths = sorted((town / "inbox/town/survey").glob("encuestas_????-??-??.xlsx"))
    assert len(paths) > 5
    for path in paths:
        week = date.fromisoformat(path.stem.removeprefix("encuestas_"))
        assert (week - START).days % 7 == 0
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["Respuestas", "Leyenda"]
        assert book["Respuestas"]["A1"].value == "Encuestas de satisfacción"
        assert [row[1].value for row in book["Leyenda"]["A2:B5"]] == ["NPS", "CSAT", "CES", "Comentario"]
        assert book.properties.created.date() == book.properties.modified.date() == week + timedelta(days=7)
        with zipfile.ZipFile(path) as archive:
            assert {info.date_time[0] for info in archive.infolist()} == {1980}


def test_who_was_helped_is_more_content_and_comments_say_so(tmp_path: Path) -> None:
    write_town(tmp_path, customers=1500, days=60, seed=2, noise=0)
    told, rows = about(tmp_path, "town_survey"), [record for *_, record in answers(tmp_path)]
    by_settled = defaultdict(list)
    for row in rows:
        by_settled[told[row["ID respuesta"]]["is_settled"]].append(row["P2 CSAT"])
        assert 1 <= row["P2 CSAT"] <= 5
        assert row["P1 NPS"] is None or 0 <= row["P1 NPS"] <= 10
        assert row["P3 CES"] is None or 1 <= row["P3 CES"] <= 7
    settled, unsettled = by_settled["True"], by_settled["False"]
    assert min(len(settled), len(unsettled)) > 30
    assert mean(settled) > mean(unsettled) + 1
    intents = {row["record_id"]: row["intent"] for row in truth(tmp_path, "text", "town_survey")}
    assert {row["ID respuesta"] for row in rows if row["P4 Comentario"]} == intents.keys()
    for row in rows:
        intent = intents.get(row["ID respuesta"])
        if intent and row["P2 CSAT"] != 3:
            assert intent == ("complaint" if row["P2 CSAT"] < 3 else "praise")


def test_a_survey_names_contact_case_or_customer_as_their_systems_do(town: Path) -> None:
    cases = crm(town)[1]
    parties = {row["record_id"]: row["person_id"] for row in truth(town, "record", "town_crm_party")}
    forms = {row["record_id"] for feed in ("town_web", "town_book") for row in truth(town, "record", feed)}
    letters, told = {number(one) for one in mails(town)}, about(town, "town_survey")
    shape = {"Teléfono": r"CTR-\d{10}", "Chat": r"CH\d{10}", "Agencia": r"V-\d{10}", "Correo": r"\d{10}"}
    for *_, row in answers(town):
        assert row["ID contacto"] or row["ID caso"] or row["Cliente CRM"]
        assert row["ID contacto"] is None or re.fullmatch(shape[row["Canal"]], row["ID contacto"])
        assert row["Canal"] != "Correo" or row["ID contacto"] in letters
        assert row["ID caso"] is None or row["ID caso"] in cases | forms
        if row["Cliente CRM"] and row["ID respuesta"]:
            # An entry made after the last extract is in none.
            assert parties.get(row["Cliente CRM"]) in (None, told[row["ID respuesta"]]["person_id"])


# -- Posts


def test_every_contact_in_public_is_a_post_and_an_answer_makes_it_known_as_a_contact(tmp_path: Path) -> None:
    write_town(tmp_path, customers=800, days=90, seed=4, noise=0)
    contacts = [row for row in truth(tmp_path, "contact") if row["channel"] == "social"]
    records = truth(tmp_path, "record", "town_post")
    told = {row["record_id"] for row in records if row["contact"] and row["record_id"].startswith("P")}
    assert len(told) == len(contacts) > 30
    statuses = defaultdict(list)
    for *_, post in posts(tmp_path):
        statuses[post["id"]].append(post["handling"]["status"])
    replies = [post for *_, post in posts(tmp_path) if post["author"]["is_brand"]]
    assert {post["parent"] for post in replies} == {key for key, found in statuses.items() if "answered" in found}
    assert 5 < len(replies) < len(contacts)
    tickets = {post["handling"]["ticket"] for post in replies} - {None}
    assert tickets
    assert tickets <= crm(tmp_path)[1]


def test_a_person_has_one_handle_and_nobody_else_has_it(town: Path) -> None:
    people = {row["record_id"]: row["person_id"] for row in truth(town, "record", "town_post")}
    handles = defaultdict(set)
    for *_, post in posts(town):
        if post["id"] and post["author"]["handle"] and not post["author"]["is_brand"] and people[post["id"]]:
            handles[people[post["id"]]].add(post["author"]["handle"])
    assert len(handles) > 5
    assert all(len(found) == 1 for found in handles.values())
    assert len({handle for found in handles.values() for handle in found}) == len(handles)


def test_incidents_are_spoken_of_by_people_of_the_city_who_told_the_bank_nothing(tmp_path: Path) -> None:
    write_town(tmp_path, customers=2000, days=60, seed=1, noise=0)
    story = json.loads((tmp_path / "truth/story.json").read_text())
    struck = {
        (i["cause"], START + timedelta(days=d))
        for i in story["incidents"]
        for d in range(i["first_day"], i["last_day"] + 1)
    }
    told = {(row["person_id"], row["cause"]) for row in truth(tmp_path, "contact")}
    texts = {row["record_id"]: row for row in truth(tmp_path, "text", "town_post")}
    people = {row["record_id"]: row for row in truth(tmp_path, "record", "town_post")}
    created = {post["id"]: post["created"] for *_, post in posts(tmp_path)}
    unheard = [key for key, row in people.items() if row["person_id"] and not row["contact"]]
    assert len(unheard) > 3
    for key in unheard:
        day = (datetime.fromtimestamp(created[key] / 1000, UTC) - timedelta(hours=5)).date()
        assert texts[key]["intent"] == "complaint"
        assert (texts[key]["cause"], day) in struck
        assert (people[key]["person_id"], texts[key]["cause"]) not in told


def test_some_posts_are_of_nobody(town: Path) -> None:
    nobodys = {row["record_id"] for row in truth(town, "record", "town_post") if not row["person_id"]}
    intents = {row["record_id"]: row["intent"] for row in truth(town, "text", "town_post")}
    assert {intents[key] for key in nobodys} == {"other"}
    missing = sum(row["kind"] == "missing_key" for row in truth(town, "dirty", "town_post"))
    assert 0 <= 90 * 3 - len(nobodys) <= missing


def test_stars_are_few_for_complaints_and_many_for_praise(tmp_path: Path) -> None:
    write_town(tmp_path, customers=1500, days=90, seed=9, noise=0)
    intents = {row["record_id"]: row["intent"] for row in truth(tmp_path, "text", "town_post")}
    stars = defaultdict(list)
    for *_, post in posts(tmp_path):
        assert (post["stars"] is not None) == (post["network"] == "google" and not post["author"]["is_brand"])
        if post["stars"]:
            stars[intents[post["id"]]].append(post["stars"])
    assert stars.keys() <= {"complaint", "praise"}
    assert mean(stars["complaint"]) < 2.5
