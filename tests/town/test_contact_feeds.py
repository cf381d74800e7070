"""Calls, transcripts, chats and visits: what the systems of contact say, against what truly happened."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from conf.source import load_sources
from expectations import contacts as contact_rules
from expectations.complaints import RULES as COMPLAINT_RULES
from expectations.rules import KEY_PRESENT
from jobs.town import feeds, write_town
from jobs.town import town as town_module
from jobs.town.feeds import call, chat, transcript, visit

ROOT = Path(__file__).parents[2]
FEEDS = {feed.name: feed for feed in (call.FEED, transcript.FEED, chat.FEED, visit.FEED)}
KEYS = {"town_call": "contactId", "town_transcript": "transcript_id", "town_chat": "id", "town_visit": "Nro visita"}
CHANNELS = {"town_call": {"phone"}, "town_chat": {"chat", "app"}, "town_visit": {"counter"}}
INTAKE = {KEY_PRESENT.name, "column_is_readable", "record_is_readable"}


def read(path: Path) -> list[dict[str, Any]]:
    """Read the records of a file with the standard library."""
    if path.suffix == ".gz":
        return [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    if path.suffix == ".csv":
        with path.open(encoding="cp1252", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))
    found = json.loads(path.read_text(encoding="utf-8"))
    return list(found["sessions"] if isinstance(found, dict) else found)


@dataclass
class Town:
    """A town with its truth; `records` are by feed, those without a fault by their key, versions in order."""

    folder: Path

    def files(self, feed: str) -> list[Path]:
        return sorted((self.folder / "inbox" / "town" / feed.removeprefix("town_")).iterdir())

    def truth(self, name: str) -> list[dict[str, str]]:
        with (self.folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def placed(self, feed: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path in self.files(feed):
            for position, record in enumerate(read(path), start=1):
                yield path.relative_to(self.folder / "inbox").as_posix(), str(position), record

    def records(self, feed: str) -> dict[str, list[dict[str, Any]]]:
        faults = {(r["file"], r["position"]) for r in self.truth("dirty") if r["expected"].startswith("quarantine")}
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for name, position, record in self.placed(feed):
            if (name, position) not in faults and "_copia" not in name:
                found[record[KEYS[feed]]].append(record)
        return found

    def about(self, feed: str) -> dict[str, dict[str, str]]:
        """Return the contact that each record of a feed is about, with the person."""
        contacts = {(row["person_id"], row["contact"]): row for row in self.truth("contact")}
        rows = (row for row in self.truth("record") if row["feed"] == feed)
        return {row["record_id"]: contacts[row["person_id"], row["contact"]] for row in rows}

    def documents(self) -> dict[str, str]:
        """Return the document that each person truly has: what stands first of them."""
        rows = reversed(self.truth("person_values"))
        return {row["person_id"]: row["national_id"] for row in rows}

    def values(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.truth("person_values"):
            found[row.pop("person_id")] |= set(row.values())
        return found


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("noisy")
    write_town(folder, customers=300, days=90, seed=7, noise=0.3)
    return Town(folder)


@pytest.fixture(scope="module")
def spotless(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("spotless")
    write_town(folder, customers=300, days=90, seed=8, noise=0.0)
    return Town(folder)


def is_contact(key: str) -> bool:
    """Say whether a call is one of those that a customer made to be heard; the others have a digit more."""
    return len(key.removeprefix("CTR-")) == 10


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# -- All of them ----------------------------------------------------------------------------------------------------


def test_the_descriptions_name_exactly_the_columns_of_the_feeds(spotless: Town) -> None:
    described = {s.source: set(s.columns) for s in load_sources((ROOT / "conf" / "sources" / "town",))}
    for feed in FEEDS:
        assert {frozenset(record) for _, _, record in spotless.placed(feed)} == {frozenset(described[feed])}, feed


@pytest.mark.parametrize("feed", CHANNELS)
def test_every_contact_of_a_channel_is_in_its_system_once(spotless: Town, feed: str) -> None:
    about = {key: contact for key, contact in spotless.about(feed).items() if feed != "town_call" or is_contact(key)}
    truly = [row for row in spotless.truth("contact") if row["channel"] in CHANNELS[feed]]
    assert sorted((c["person_id"], c["contact"]) for c in about.values()) == sorted(
        (c["person_id"], c["contact"]) for c in truly
    )
    assert about.keys() <= spotless.records(feed).keys()
    assert {c["intent"] for c in about.values()} >= {"complaint", "enquiry", "request", "follow_up", "praise", "other"}
    # Complaints that nobody filed pass through as well.
    assert any(c["intent"] == "complaint" and c["is_filed"] == "False" for c in about.values())


def test_noise_0_plants_nothing_and_copies_nothing(spotless: Town) -> None:
    assert [row for row in spotless.truth("dirty") if row["feed"] in FEEDS] == []


def test_each_kind_of_fault_is_planted_and_a_rule_finds_it(tmp_path: Path) -> None:
    write_town(tmp_path, customers=800, days=60, seed=3, noise=1.0)
    town = Town(tmp_path)
    planted = {(r["feed"], r["kind"]) for r in town.truth("dirty") if r["expected"].startswith("quarantine:")}
    assert planted >= {(name, fault.kind) for name, feed in FEEDS.items() for fault in feed.faults}
    rules = {rule.name for of in (contact_rules.RULES, COMPLAINT_RULES) for table in of.values() for rule in table}
    expected = {fault.expected.removeprefix("quarantine:") for feed in FEEDS.values() for fault in feed.faults}
    assert expected <= rules | INTAKE


def test_faults_lie_where_the_truth_says(noisy: Town) -> None:
    for feed, key in KEYS.items():
        places = {(name, position): record for name, position, record in noisy.placed(feed)}
        rows = [row for row in noisy.truth("dirty") if row["feed"] == feed and row["position"]]
        assert rows
        for row in rows:
            record = places[row["file"], row["position"]]
            assert (record[key] or "") == row["record_id"]
            assert (row["kind"] == "missing_key") == (not record[key])
            assert (row["kind"] == "too_many_fields") == (None in record)


def test_what_the_truth_marks_lies_in_the_texts_as_they_were_written(noisy: Town) -> None:
    truly = noisy.documents()
    owners = {(row["feed"], row["record_id"]): row["person_id"] for row in noisy.truth("record")}
    found = set()
    for feed, name in (("town_transcript", "segments"), ("town_chat", "messages")):
        records = noisy.records(feed)
        for row in noisy.truth("pii"):
            if row["feed"] == feed and row["record_id"] in records:
                place = int(row["column"].removeprefix(f"{name}[").removesuffix("].text"))
                text = records[row["record_id"]][0][name][place]["text"]
                span = text[int(row["begin"]) : int(row["end"])]
                assert span == span.strip() != ""
                if row["kind"] == "NATIONAL_ID":
                    assert span.upper() == truly[owners[feed, row["record_id"]]].upper()
                found.add((feed, row["kind"]))
    assert found >= {(f, kind) for f in ("town_transcript", "town_chat") for kind in ("PERSON", "NATIONAL_ID")}


def test_cases_that_a_contact_names_are_in_the_crm_and_about_the_same_problem(spotless: Town) -> None:
    issues = {r["record_id"]: r["issue_id"] for r in spotless.truth("record") if r["feed"] == "town_crm_case"}
    named = 0
    for feed in ("town_call", "town_chat"):
        about = spotless.about(feed)
        for key, (record, *_) in spotless.records(feed).items():
            case = record["attributes"]["casoId"] if feed == "town_call" else record["caseId"]
            if case:
                named += 1
                assert issues[case] == about[key]["issue_id"]
                assert about[key]["is_filed"] == "True" or about[key]["intent"] in ("follow_up", "solved")
    assert named > 30


# -- Calls ----------------------------------------------------------------------------------------------------------


def test_a_call_waits_and_ends_as_it_truly_did(noisy: Town) -> None:
    about, checked = noisy.about("town_call"), 0
    for key, (record, *_) in noisy.records("town_call").items():
        if is_contact(key):
            contact, legs = about[key], record["legs"]
            assert at(record["initiationTimestamp"]) == at(f"{contact['at']}-05:00")
            assert legs[0]["waitSeconds"] == int(contact["waited_s"])
            assert (legs[-1]["result"] == "ABANDONED") == (contact["is_abandoned"] == "True")
            checked += 1
    assert checked > 100


def test_the_times_of_a_call_add_up(noisy: Town) -> None:
    seen = set()
    for versions in noisy.records("town_call").values():
        for record in versions:
            legs = record["legs"]
            begun = at(record["initiationTimestamp"]) + timedelta(seconds=record["menuSeconds"])
            for leg in legs:
                assert at(leg["enqueueTimestamp"]) == begun
                begun += timedelta(seconds=leg["waitSeconds"] + leg["talkSeconds"])
                assert at(leg["endTimestamp"]) == begun
                assert 0 <= leg["holdSeconds"] <= leg["talkSeconds"]
                # Nobody is on the line without an agent, and no agent without a talk.
                assert (
                    (leg["agent"] is None) == (leg["talkSeconds"] == 0) == (leg["result"] in ("ABANDONED", "VOICEMAIL"))
                )
                seen.add(leg["result"])
            assert at(record["disconnectTimestamp"]) == begun
            assert at(record["lastUpdateTimestamp"]) >= begun
            if len(legs) == 2:
                assert legs[0]["result"] == "TRANSFERRED"
                assert legs[0]["agent"] != legs[1]["agent"]
    assert seen == {"ANSWERED", "ABANDONED", "TRANSFERRED", "VOICEMAIL"}


def test_a_number_is_one_that_is_known_of_the_person_or_withheld(noisy: Town) -> None:
    values, about = noisy.values(), noisy.about("town_call")
    numbers = {key: rs[0]["customerEndpoint"]["address"] for key, rs in noisy.records("town_call").items()}
    withheld = {key for key, number in numbers.items() if number == "anonymous"}
    assert 0 < len(withheld) < 0.15 * len(numbers)
    assert [
        k for k, number in numbers.items() if k not in withheld and number not in values[about[k]["person_id"]]
    ] == []


def test_a_call_back_answers_a_hang_up_or_a_promise(noisy: Town) -> None:
    records = noisy.records("town_call")
    backs = [versions[0] for versions in records.values() if versions[0]["initiationMethod"] == "OUTBOUND"]
    promised = hung_up = kept = 0
    for back in backs:
        # The record of the call itself may carry a fault.
        for first in records.get(back["relatedContactId"], [])[-1:]:
            assert back["initiationTimestamp"] > first["disconnectTimestamp"]
            assert back["customerEndpoint"] == first["customerEndpoint"]
            assert back["customerEndpoint"]["address"] != "anonymous"
            assert back["attributes"]["casoId"] == first["attributes"]["casoId"]
            due, made = (first["attributes"][name] for name in ("rellamadaAntesDe", "rellamadaHecha"))
            promised += due is not None
            hung_up += first["legs"][-1]["result"] == "ABANDONED"
            if made:
                kept += 1
                assert made == back["initiationTimestamp"]
                assert back["legs"][0]["result"] == "ANSWERED"
    assert promised + hung_up > 5
    assert hung_up > 0
    assert kept > 0
    # Whoever was promised a call and did not get it is there, too.
    last = [versions[-1]["attributes"] for versions in records.values()]
    assert any(told["rellamadaAntesDe"] and not told["rellamadaHecha"] for told in last)


def test_complaints_without_a_case_mostly_go_by_another_name(spotless: Town) -> None:
    about = spotless.about("town_call")
    noted: dict[bool, list[bool]] = {True: [], False: []}
    for key, (record, *_) in spotless.records("town_call").items():
        code = record["attributes"]["tipificacion"]
        if code and about[key]["intent"] == "complaint":
            noted[about[key]["is_filed"] == "True"].append(code == "RECLAMO")
    assert sum(noted[True]) / len(noted[True]) > 0.8
    assert sum(noted[False]) / len(noted[False]) < 0.6


# -- Transcripts ----------------------------------------------------------------------------------------------------


def test_a_transcript_is_of_a_talk_that_took_place(noisy: Town) -> None:
    calls = {key: versions[0] for key, versions in noisy.records("town_call").items()}
    answered = [c for c in calls.values() if is_contact(c["contactId"]) and c["legs"][0]["talkSeconds"]]
    transcripts = [versions[0] for versions in noisy.records("town_transcript").values()]
    assert 0.3 < len(transcripts) / len(answered) < 0.7
    of_calls = [t for t in transcripts if t["contact_id"] in calls]
    assert len(of_calls) > 0.8 * len(transcripts)
    for found in of_calls:
        leg = calls[found["contact_id"]]["legs"][0]
        assert at(found["recorded_at"]) == at(leg["enqueueTimestamp"]) + timedelta(seconds=leg["waitSeconds"])
        assert found["duration"] == leg["talkSeconds"]
        assert found["created_at"] > found["recorded_at"]


def test_speakers_take_turns_within_the_talk(noisy: Town) -> None:
    for (found,) in (versions[:1] for versions in noisy.records("town_transcript").values()):
        segments = found["segments"]
        assert [part["n"] for part in segments] == list(range(1, len(segments) + 1))
        assert segments[0]["speaker"] == segments[-1]["speaker"] == "AGENT"
        assert {part["speaker"] for part in segments} == {"AGENT", "CUSTOMER"}
        assert segments[0]["start"] >= 0
        assert segments[-1]["end"] <= found["duration"] + 0.01
        assert all(part["start"] < part["end"] and part["text"].strip() for part in segments)
        assert all(one["end"] <= other["start"] for one, other in pairwise(segments))


def test_some_transcripts_have_neither_marks_nor_capitals(spotless: Town) -> None:
    texts = [
        " ".join(s["text"] for s in versions[0]["segments"])
        for versions in spotless.records("town_transcript").values()
    ]
    bare = [text for text in texts if text == text.lower()]
    assert 0.3 < len(bare) / len(texts) < 0.7
    assert not any("?" in text or "¿" in text for text in bare)


def test_what_a_person_says_in_a_call_has_the_intent_they_called_with(spotless: Town) -> None:
    about = spotless.about("town_transcript")
    rows = [row for row in spotless.truth("text") if row["feed"] == "town_transcript" and row["intent"]]
    assert {row["intent"] for row in rows} >= {"complaint", "enquiry", "request"}
    assert all(about[row["record_id"]]["intent"] == row["intent"] for row in rows)
    said = {(row["record_id"], int(row["column"][len("segments[") : -len("].text")])) for row in rows}
    for key, (record, *_) in spotless.records("town_transcript").items():
        assert all(record["segments"][place]["speaker"] == "CUSTOMER" for of, place in said if of == key)


# -- Chats ----------------------------------------------------------------------------------------------------------


def test_a_chat_goes_from_the_bot_to_an_agent_or_not(noisy: Town) -> None:
    about, endings = noisy.about("town_chat"), set()
    for key, (found, *_) in noisy.records("town_chat").items():
        messages = found["messages"]
        assert messages[0]["author"] == "bot"
        assert all(one["at"] < other["at"] for one, other in pairwise(messages))
        assert found["createdAt"] < messages[0]["at"]
        assert messages[-1]["at"] < found["closedAt"]
        began = datetime(1970, 1, 1) + timedelta(milliseconds=found["createdAt"]) - timedelta(hours=5)
        assert began.replace(microsecond=0) == at(about[key]["at"])
        has_agent = any(message["author"] == "agent" for message in messages)
        assert has_agent == (found["agentId"] is not None) == (found["label"] is not None)
        # A case is made by somebody.
        assert has_agent or about[key]["is_filed"] == "False"
        assert not (has_agent and found["status"] == "abandoned")
        endings.add((found["status"], has_agent))
    assert endings >= {("closed", True), ("closed", False)}


def test_who_chats_is_a_customer_of_the_crm_or_what_they_typed(noisy: Town) -> None:
    parties = {row["record_id"]: row["person_id"] for row in noisy.truth("record") if row["feed"] == "town_crm_party"}
    about, values, guests = noisy.about("town_chat"), noisy.values(), 0
    for key, (found, *_) in noisy.records("town_chat").items():
        visitor, person = found["visitor"], about[key]["person_id"]
        if visitor["type"] == "guest":
            guests += 1
            assert found["channel"] == "WEB_WIDGET"
            assert visitor["partyId"] is None
            assert {visitor["name"], visitor["email"] or ""} <= values[person] | {""}
        else:
            assert parties.get(visitor["partyId"], person) == person
            assert visitor["name"] is visitor["email"] is None
    assert guests > 10


def test_a_dump_of_the_chats_comes_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paged = tuple(replace(feed, page_size=2) if feed is chat.FEED else feed for feed in feeds.FEEDS)
    monkeypatch.setattr(town_module, "FEEDS", paged)
    write_town(tmp_path, customers=300, days=21, seed=2, noise=0.0)
    dumps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted((tmp_path / "inbox" / "town" / "chat").iterdir()):
        dumps[path.stem.rpartition("_")[0]].append(json.loads(path.read_text(encoding="utf-8")))
    assert max(map(len, dumps.values())) > 1
    for pages in dumps.values():
        assert [page["page"] for page in pages] == list(range(1, len(pages) + 1))
        assert {page["pages"] for page in pages} == {len(pages)}
        assert all(len(page["sessions"]) == 2 for page in pages[:-1])


# -- Visits ---------------------------------------------------------------------------------------------------------


def test_a_ticket_has_the_document_that_was_typed(noisy: Town) -> None:
    slips = {row["record_id"] for row in noisy.truth("slip") if row["feed"] == "town_visit"}
    truly = noisy.documents()
    about = noisy.about("town_visit")
    absent, right, wrong = 0, 0, 0
    for key, (found, *_) in noisy.records("town_visit").items():
        typed = "".join(filter(str.isalnum, found["N° documento"])).upper()
        is_right = typed == "".join(filter(str.isalnum, truly[about[key]["person_id"]])).upper()
        assert (found["Tipo doc"] == "") == (typed == "")
        assert (key in slips) == (bool(typed) and not is_right)
        absent, right, wrong = absent + (typed == ""), right + is_right, wrong + (key in slips)
    assert absent > 0
    assert right > wrong > 0


def test_who_leaves_a_branch_unserved_has_no_end_and_no_complaint(spotless: Town) -> None:
    about = spotless.about("town_visit")
    wall = "%d/%m/%Y %H:%M:%S"
    left = 0
    for key, (found, *_) in spotless.records("town_visit").items():
        issued = datetime.strptime(found["Emitido"], wall)
        called = datetime.strptime(found["Llamado"], wall)
        assert issued == at(about[key]["at"])
        assert issued <= called
        if found["Resultado"] == "99":
            left += 1
            assert found["Fin"] == found["Atendido por"] == ""
            assert about[key]["intent"] != "complaint"
        else:
            assert called < datetime.strptime(found["Fin"], wall)
    assert left > 0
