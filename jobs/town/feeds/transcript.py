"""Transcripts: what a speech service made of recorded calls, a JSON array a day, wall time of Lima with its offset.

A transcript is of the first agent's talk. What the truth says of a segment stands under `segments[n].text`, n from 0,
as its place in the list; the intent is "" where only personal data are told of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from jobs.town import dirt, files, parameters, texts
from jobs.town.calls import Course, course_of
from jobs.town.contacts import LIMA_TO_UTC, Contact
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.call import call_id
from jobs.town.telling import facts_of
from jobs.town.texts import Text

STAMP = "%Y-%m-%dT%H:%M:%S-05:00"
LANGUAGES = {"es": "es-419", "en": "en-US"}
WORDS_A_SECOND = 2.6
TURN = 70  # characters, about what somebody says at a stretch


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    """Put each transcript into the file of the day it was made."""
    rng = desk.rng
    for contact in customer.life.contacts:
        is_talk = contact.channel == "phone" and not contact.is_abandoned
        if not is_talk or rng.random() >= parameters.TRANSCRIBED:
            continue
        course = course_of(desk, contact)
        created_at = course.ended_at - LIMA_TO_UTC + timedelta(seconds=rng.randrange(120, 6 * 3600))
        if created_at.date() <= desk.last_day:
            row = _row(desk, contact, course, f"{created_at:{STAMP}}")
            yield Delivery(created_at.date(), row.record_id, row)


def _row(desk: Desk, contact: Contact, course: Course, created_at: str) -> Row:
    rng, leg = desk.rng, course.legs[0]
    bare = rng.random() < parameters.BARE_TRANSCRIPT
    misheard = desk.noise * parameters.MISHEARD
    said = [(who, texts.as_heard(rng, text, misheard, bare=bare)) for who, text in _said(rng, contact, course)]
    began_at = leg.entered_at + timedelta(seconds=leg.wait_s) - LIMA_TO_UTC
    number = f"TR-{desk.id('transcript', contact.slot)}"
    cells: dict[str, Any] = {
        "transcript_id": number,
        "contact_id": call_id(desk, contact),
        "language": LANGUAGES[contact.person.language],
        "recorded_at": f"{began_at:{STAMP}}",
        "created_at": created_at,
        "duration": float(leg.talk_s),
        "segments": _timed(rng, said, leg.talk_s),
    }
    return Row(
        number,
        cells,
        contact.person.person_id,
        contact,
        texts={f"segments[{at}].text": text for at, (_, text) in enumerate(said) if text.intent or text.spans},
        values=(("national_id", contact.person.national_id),) if course.is_verified else (),
    )


def _said(rng: Random, contact: Contact, course: Course) -> Iterator[tuple[str, Text]]:
    """Yield who says what: the greeting, what the person tells, questions, what becomes of it, the goodbye."""
    language, last = contact.person.language, None
    yield "AGENT", texts.said_by_bank(rng, language, "greeting", contact.employee.given)
    # In the person's own words: for "phone" the grammar has what an agent sums up.
    account = texts.compose(rng, contact.intent, facts_of(rng, contact), "web", is_spoken=True)
    for part in texts.turns(account, at_least=TURN):
        if last and rng.random() < 0.5:
            yield "AGENT", texts.said_by_bank(rng, language, "yes")
        yield "CUSTOMER", part
        last = part
    if course.is_verified:
        yield "AGENT", texts.said_by_bank(rng, language, "document?")
        yield (
            "CUSTOMER",
            texts.said_by_bank(rng, language, "document", contact.person.national_id, "NATIONAL_ID"),
        )
    endings = ("wait", "filed" if contact.filing else "advice", *(("call back",) if course.call_back_by else ()))
    for what in endings:
        yield "AGENT", texts.said_by_bank(rng, language, what)
    yield "CUSTOMER", texts.said_by_bank(rng, language, "thanks")
    yield "AGENT", texts.said_by_bank(rng, language, "closing")


def _timed(rng: Random, said: list[tuple[str, Text]], talk_s: int) -> list[dict[str, Any]]:
    """Spread what is said over the talk; who has little time speaks fast."""
    lengths = [max(0.6, len(text.text.split()) / WORDS_A_SECOND) for _, text in said]
    fill = min(1.0, 0.9 * talk_s / sum(lengths))
    pauses = [rng.random() for _ in said]
    silence = (talk_s - fill * sum(lengths)) / sum(pauses)
    found, at = [], 0.0
    for place, ((who, text), length, pause) in enumerate(zip(said, lengths, pauses, strict=True)):
        begin = at + pause * silence
        at = begin + length * fill
        found.append(
            {
                "n": place + 1,
                "speaker": who,
                "start": round(begin, 2),
                "end": round(at, 2),
                "confidence": round(1 - rng.betavariate(2, 18), 3),
                "text": text.text,
            }
        )
    return found


def _write(file: File) -> None:
    files.write_json_array(file.path, (json.dumps(row.cells, ensure_ascii=False) for row in file.rows), at=file.at)


def _earlier(segment: dict[str, Any]) -> float | None:
    return round(segment["start"] - 1.5, 2) if segment["start"] > 2 else None


FEED = Feed(
    name="town_transcript",
    path="transcript/transcripts_{day}.json",
    write=_write,
    of_customer=_of_customer,
    faults=(
        dirt.missing_key("transcript_id", absent=None),
        dirt.written_as("impossible_date", "column_is_readable", "recorded_at", "2026-02-30T10:00:00-05:00"),
        dirt.written_within("unknown_speaker", "speaker_known", "segments", "speaker", lambda part: "SUPERVISOR?"),
        dirt.written_within(
            "ends_before_it_began", "end_seconds_not_before_start_seconds", "segments", "end", _earlier
        ),
        dirt.written_within("begins_before_all", "start_seconds_not_negative", "segments", "start", lambda part: -0.5),
        dirt.written_within("confidence_off_scale", "confidence_is_share", "segments", "confidence", lambda part: 7.31),
        dirt.written_within("number_that_is_none", "column_is_readable", "segments", "confidence", lambda part: "alta"),
        dirt.written_within("no_text", "text_present", "segments", "text", lambda part: ""),
    ),
)  # fmt: skip
