"""Every channel from its files to silver and the journey of a customer; parties come last, and links are late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from conf.tables import ALL, gold, silver
from tests.conftest import Company
from tests.contacts.channels import FEEDS, FIRST, SECOND

# Some forty runs of jobs take minutes.
pytestmark = pytest.mark.slow
JOBS = (
    "land_files", "refine_source_party", "resolve_customer_xref", "refine_interaction", "refine_document",
    "refine_survey_response", "refine_call_leg", "refine_promise", "refine_employee", "refine_consent",
    "refine_web_event", "refine_device_reading", "refine_campaign_contact", "refine_transcript_segment",
    "build_web_session", "build_device_usage_daily", "resolve_interaction_thread", "build_customer_timeline",
)  # fmt: skip
OF_PARTIES = ("refine_source_party", "resolve_customer_xref")
TABLES = (
    silver.INTERACTION, silver.DOCUMENT, silver.SURVEY_RESPONSE, silver.PROMISE, silver.EMPLOYEE, silver.CONSENT,
    silver.INTERACTION_THREAD, silver.CAMPAIGN_CONTACT, silver.WEB_SESSION, silver.DEVICE_USAGE_DAILY,
    gold.CUSTOMER_TIMELINE,
)  # fmt: skip
# The others are made as one of these is: to rebuild them as well would show nothing.
REBUILT = ("refine_interaction", "refine_consent", "build_web_session", "build_device_usage_daily",
           "build_customer_timeline")  # fmt: skip


@dataclass
class Days:
    """The lake after both deliveries, the rows of the tables after the first, the second, and a rebuild."""

    company: Company
    first: dict[str, list[Any]]
    second: dict[str, list[Any]]
    rebuilt: dict[str, list[Any]]
    written: dict[str, int]

    def quarantined(self, table: str) -> dict[str, list[str]]:
        rows = self.company.lake.read(ALL["ops.quarantine_record"]).where(f"target = '{table}'").collect()
        return {f"{r.source_system} {r.record_key} {r.item}": sorted(r.rules) for r in rows}

    def customers(self) -> dict[str, str]:
        """The customer of each party that has arrived."""
        return {r.source_party_id: r.customer_id for r in self.company.lake.read(silver.CUSTOMER_XREF).collect()}


def rows(company: Company) -> dict[str, list[Any]]:
    return {
        table.name: sorted(company.lake.read(table).drop("_batch_id").collect(), key=lambda r: _key(r, table.key))
        for table in (*TABLES, silver.CALL_LEG, silver.TRANSCRIPT_SEGMENT)
    }


def _key(row: Any, key: tuple[str, ...]) -> list[Any]:
    return [row[column] for column in key]


@pytest.fixture(scope="module")
def days(make_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Days:
    company: Company = make_company(tmp_path_factory.mktemp("channels"))
    for name, text in FEEDS.items():
        company.source(text, name)
    found = []
    for delivery, jobs in ((FIRST, [j for j in JOBS if j not in OF_PARTIES]), (SECOND, JOBS)):
        for name, content in delivery.items():
            company.deliver(name, content.encode("cp1252" if name.startswith("counter") else "utf-8"))
        done = company.run(*jobs)
        assert {o.state for o in done.values()} <= {"done", "current"}, done
        found.append(rows(company))
    done = company.run(*REBUILT, rebuild=True)
    assert {o.state for o in done.values()} == {"done"}, done
    written = {table: count for o in done.values() for table, count in o.rows.items()}
    return Days(company, found[0], found[1], rows(company), written)


def at(day: int, clock: str = "00:00") -> datetime:
    return datetime.fromisoformat(f"2026-01-{day:02}T{clock}")


def test_a_contact_of_every_channel_is_an_interaction(days: Days) -> None:
    assert [
        (r.interaction_id, r.channel, r.started_at, r.ended_at, r.outcome, r.queue_id, r.employee_id, r.source_party_id)
        for r in days.second["silver.interaction"]
    ] == [
        ("chat:1", "chat", at(5, "10:00"), at(5, "10:09"), "resolved", None, "hr:e7", "crm:ana"),
        ("chat:2", "chat", at(6, "10:00"), at(6, "10:09"), "resolved", None, "hr:e7", "crm:berta"),
        ("chat:3", "chat", at(7, "10:00"), at(7, "10:09"), "resolved", None, "hr:e7", "crm:ana"),
        ("desk:T1", "counter", at(9, "15:00"), at(9, "15:20"), None, None, None, "crm:berta"),
        ("desk:T2", "counter", at(9, "16:00"), None, None, None, None, None),
        ("tel:1", "phone", at(6, "09:00"), at(6, "09:10"), "answered", "cards", None, "crm:ana"),
        ("tel:2", "phone", at(6, "11:00"), at(6, "11:02"), "abandoned", "cards", None, "crm:berta"),
        ("tel:3", "phone", at(7, "09:00"), at(7, "09:03"), "answered", "cards", None, "crm:dora"),
    ]


def test_chats_that_follow_each_other_are_a_conversation(days: Days) -> None:
    def threads(found: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
        return [tuple(r) for r in found["silver.interaction_thread"]]

    ana = [("chat:1", "chat:1", 1, 2, 0), ("chat:3", "chat:1", 2, 2, 0)]
    assert threads(days.first) == [ana[0], ("chat:2", "chat:2", 1, 1, 0), ana[1]]
    # The chat that Berta's follows was never delivered.
    assert threads(days.second) == [ana[0], ("chat:2", "chat:0", 1, 1, 1), ana[1]]


def test_each_turn_note_and_stretch_of_speech_is_a_document(days: Days) -> None:
    assert [
        (r.document_id, r.document_type, r.origin, r.author_role, r.length, r.interaction_id, r.source_party_id)
        for r in days.first["silver.document"]
    ] == [
        ("chat:1:1", "chat_turn", "typed", "customer", 25, "chat:1", "crm:ana"),
        ("chat:1:3", "chat_turn", "typed", "agent", 17, "chat:1", None),
        ("chat:2:1", "chat_turn", "typed", "customer", 18, "chat:2", "crm:berta"),
        ("chat:3:1", "chat_turn", "typed", "customer", 6, "chat:3", "crm:ana"),
        ("desk:T1:note", "note", "typed", "agent", 19, "desk:T1", None),
        ("tel_asr:1:1", "transcript", "asr", "agent", 12, "tel:1", None),
        ("tel_asr:1:2", "transcript", "asr", "customer", 25, "tel:1", None),
    ]
    # What Berta wrote is no more; what she was answered takes its number.
    changed = {r.document_id: r.author_role for r in days.second["silver.document"]}
    assert changed == {r.document_id: r.author_role for r in days.first["silver.document"]} | {"chat:2:1": "agent"}
    texts = {r.document_id: r.text for r in days.company.lake.read(silver.DOCUMENT_TEXT_RAW).collect()}
    assert (texts["chat:2:1"], texts["desk:T1:note"]) == ("It is on its way", "Pidió la devolución")
    assert texts.keys() == changed.keys()


def test_a_call_has_its_legs_and_one_that_was_abandoned_is_kept(days: Days) -> None:
    assert [
        (r.interaction_id, r.leg_seq, r.queue_id, r.employee_id, r.started_at, r.ended_at, r.wait_seconds,
         r.talk_seconds, r.hold_seconds, r.outcome)
        for r in days.first["silver.call_leg"]
    ] == [
        ("tel:1", 1, "cards", "hr:e7", at(6, "09:00"), at(6, "09:04:30"), 90, 180, 30, "answered"),
        ("tel:1", 2, "loans", "hr:e8", at(6, "09:04:30"), at(6, "09:10"), 30, 300, 0, "answered"),
        ("tel:2", 1, "cards", None, at(6, "11:00"), at(6, "11:02"), 120, 0, 0, "abandoned"),
        ("tel:3", 1, "cards", "hr:e7", at(7, "09:00"), at(7, "09:01"), 0, 60, 0, "answered"),
    ]  # fmt: skip
    assert [(r.interaction_id, r.segment_seq, r.speaker, r.start_seconds, r.end_seconds, r.confidence, r.document_id)
            for r in days.first["silver.transcript_segment"]] == [
        ("tel:1", 1, "agent", 0.0, 2.5, 0.93, "tel_asr:1:1"),
        ("tel:1", 2, "customer", 2.5, 6.0, 0.71, "tel_asr:1:2"),
    ]  # fmt: skip


def test_answers_promises_and_attempts(days: Days) -> None:
    def answers(found: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
        return [(r.response_id, int(r.score), r.answered_at, r.interaction_id) for r in found["silver.survey_response"]]

    assert answers(days.first) == [("chat:1", 9, at(5, "10:09"), "chat:1")]
    assert answers(days.second) == [*answers(days.first), ("chat:2", 2, at(6, "10:09"), "chat:2")]
    # What is due on a day is due at its end in Lima, and kept at nine in the evening there.
    assert [(r.promise_id, r.promised_at, r.due_at, r.kept_at) for r in days.first["silver.promise"]] == [
        ("tel:1:callback", at(6, "09:09"), at(8, "04:59:59"), at(8, "02:00")),
        ("tel:2:callback", at(6, "11:02"), at(7, "04:59:59"), None),
    ]
    assert [(r.contact_id, r.channel, r.outcome) for r in days.first["silver.campaign_contact"]] == [
        ("mkt:1", "email", "opened")
    ]


def test_employees_have_a_history(days: Days) -> None:
    def history(found: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
        return [(r.employee_id, r.team, r.is_active, r.valid_from, r.valid_to, r.is_current)
                for r in found["silver.employee"]]  # fmt: skip

    hired, told = datetime(2025, 1, 1), at(2, "14:00")
    assert history(days.first) == [
        ("hr:e7", "cards", True, hired, None, True), ("hr:e8", "cards", True, told, None, True)
    ]  # fmt: skip
    assert history(days.second) == [
        ("hr:e7", "cards", True, hired, at(11), False), ("hr:e7", "loans", True, at(11), None, True),
        ("hr:e8", "cards", True, told, at(12, "14:00"), False), ("hr:e8", "cards", False, at(12, "14:00"), None, True),
    ]  # fmt: skip
    assert [r.skills for r in days.second["silver.employee"]] == [["cards", "loans"], ["cards", "loans"], None, None]


def test_consents_have_a_history_in_which_late_events_stand_in_their_place(days: Days) -> None:
    def history(found: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
        return [(r.source_party_id, r.purpose, r.is_granted, r.valid_from, r.valid_to, r.is_current,
                 [by.record_key for by in r.stated_by]) for r in found["silver.consent"]]  # fmt: skip

    berta = ("crm:berta", "profiling", True, at(3, "08:00"), None, True, ["3"])
    assert history(days.first) == [
        ("crm:ana", "marketing", True, at(2, "08:00"), at(9, "08:00"), False, ["1"]),
        ("crm:ana", "marketing", False, at(9, "08:00"), None, True, ["2"]),
        berta,
    ]
    assert history(days.second) == [
        ("crm:ana", "marketing", True, at(2, "08:00"), at(4, "08:00"), False, ["1"]),
        ("crm:ana", "marketing", False, at(4, "08:00"), at(6, "08:00"), False, ["5"]),
        ("crm:ana", "marketing", True, at(6, "08:00"), None, True, ["2", "6", "7"]),
        berta,
    ]


def test_visits_and_days_of_use_grow_with_their_events(days: Days) -> None:
    def visits(found: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
        return [(r.session_id, r.event_count, r.page_count, r.error_count, r.entry_page, r.exit_page, r.source_party_id)
                for r in found["silver.web_session"]]  # fmt: skip

    def use(found: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
        return [(r.device_id, str(r.usage_on), r.reading_count, r.usage_quantity, r.unit, r.error_count, r.last_at,
                 r.source_party_id) for r in found["silver.device_usage_daily"]]  # fmt: skip

    ana = ("web:v1", 3, 1, 1, "/home", "/home", "crm:ana")
    assert visits(days.first) == [ana, ("web:v2", 1, 1, 0, "/help", "/help", None)]
    assert visits(days.second) == [ana, ("web:v2", 3, 2, 0, "/help", "/me", "crm:berta")]
    assert use(days.first) == [("meter:7", "2026-01-05", 2, 1.75, "kWh", 1, at(6, "04:30"), "crm:ana")]
    assert use(days.second) == [
        ("meter:7", "2026-01-05", 3, pytest.approx(1.85), "kWh", 1, at(6, "04:30"), "crm:ana"),
        ("meter:7", "2026-01-06", 1, 2.0, "kWh", 0, at(6, "13:00"), "crm:ana"),
    ]


def test_customers_are_filled_in_when_their_parties_arrive(days: Days) -> None:
    customers = days.customers()
    assert customers.keys() == {"crm:ana", "crm:berta"}
    with_customer = [table.name for table in TABLES if "customer_id" in table.column_names and table.layer == "silver"]
    for name in with_customer:
        assert {r.customer_id for r in days.first[name]} <= {None}, name
        assert {(r.source_party_id, r.customer_id) for r in days.second[name]} == {
            (r.source_party_id, customers.get(r.source_party_id)) for r in days.second[name]
        }, name
        assert any(r.customer_id for r in days.second[name]), name
    assert days.first["gold.customer_timeline"] == []


def test_the_journey_of_a_customer_is_in_order(days: Days) -> None:
    names = {customer: party for party, customer in days.customers().items()}
    found: dict[str, list[tuple[str, str | None]]] = {}
    for r in days.second["gold.customer_timeline"]:
        found.setdefault(names[r.customer_id], []).append((r.event_id, r.summary))
    assert found == {
        "crm:ana": [
            ("contact:chat:1", "resolved"),
            ("survey:chat:1:rating", "nps 9.00"),
            ("visit:web:v1", "1 pages, 1 errors"),
            ("contact:tel:1", "answered"),
            ("promise:tel:1:callback", "callback"),
            ("contact:chat:3", "resolved"),
            ("promise_kept:tel:1:callback", "callback in time"),
            ("campaign:mkt:1", "spring / opened"),
        ],
        "crm:berta": [
            ("visit:web:v2", "2 pages, 0 errors"),
            ("contact:chat:2", "resolved"),
            ("survey:chat:2:rating", "nps 2.00"),
            ("contact:tel:2", "abandoned"),
            ("promise:tel:2:callback", "callback"),
            ("contact:desk:T1", None),
        ],
    }


def test_broken_rows_are_in_quarantine_with_their_reasons(days: Days) -> None:
    assert {table.name: found for table in ALL.values() if (found := days.quarantined(table.name))} == {
        "silver.interaction": {"chats 4 0": ["channel_known"], "calls 4 0": ["ended_at_not_before_started_at"]},
        "silver.survey_response": {"chats 3 0": ["nps_from_0_to_10"], "chats 4 0": ["channel_known"]},
        "silver.call_leg": {"calls 3 1": ["hold_within_talk"]},
        "silver.consent": {"consents 4 0": ["purpose_known"]},
        "silver.web_event": {"clicks 5 0": ["session_id_present"]},
        "silver.campaign_contact": {"campaign 2 0": ["outcome_known"]},
        "silver.transcript_segment": {"transcripts 1 2": ["confidence_is_share", "speaker_known"]},
        "silver.document": {"transcripts 1 2": ["author_role_known"]},
    }
    rejected = days.company.lake.read(ALL["ops.quarantine_record"]).where("target = 'silver.call_leg'").collect()
    assert [(r.reasons, r["values"]) for r in rejected] == [
        (["on hold for longer than the talk"], {"hold_seconds": "121", "talk_seconds": "120"})
    ]


def test_every_record_and_item_is_accounted_for(days: Days) -> None:
    lake = days.company.lake
    landed: dict[str, int] = {}
    for r in lake.read(ALL["ops.ingest_file"]).where("status = 'landed'").collect():
        landed[r.source_system] = landed.get(r.source_system, 0) + r.record_count
    counts = ("record_count", "item_count", "sound", "quarantined", "superseded", "duplicate", "not_applicable")
    state: dict[tuple[str, str], dict[str, int]] = {}
    for r in lake.read(ALL["ops.batch_run"]).collect():
        held = state.setdefault((r.target, r.source_system), dict.fromkeys(counts, 0))
        for count in counts:
            held[count] += r[count]
    for (target, source), held in state.items():
        assert held["record_count"] == landed[source], (target, source)
        assert held["item_count"] == sum(held[c] for c in counts[2:]), (target, source)
    documents = {
        source: tuple(held.values()) for (target, source), held in state.items() if target == "silver.document"
    }
    assert documents == {
        # Two turns of four are left out, and a chat without any; Berta's old turn came twice.
        "chats": (6, 9, 4, 0, 1, 1, 3),
        "counter": (2, 2, 1, 0, 0, 0, 1),
        "transcripts": (1, 3, 2, 1, 0, 0, 0),
    }
    assert tuple(state["silver.survey_response", "chats"].values()) == (6, 6, 2, 2, 0, 1, 1)
    assert tuple(state["silver.call_leg", "calls"].values()) == (4, 6, 4, 1, 0, 0, 1)
    assert tuple(state["silver.consent", "consents"].values()) == (7, 7, 6, 1, 0, 0, 0)
    assert tuple(state["silver.employee", "staff"].values()) == (4, 4, 4, 0, 0, 0, 0)


def test_increments_make_what_a_rebuild_makes(days: Days) -> None:
    for table, found in days.rebuilt.items():
        assert found == days.second[table], table
    assert set(days.written.values()) == {0}, days.written
