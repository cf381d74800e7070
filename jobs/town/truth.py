"""What only the town knows: who is who, which records are one issue, which rows are dirty. No job reads it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jobs.town import files, outcomes
from jobs.town.feed import Row
from jobs.town.life import Life
from jobs.town.outlook import Prospects
from jobs.town.person import Person

VALUES = ("full_name", "email", "phone", "national_id", "address", "birth_on")
HEADERS = {
    "person": ("person_id", "household_id", "firm_id", "segment", "kind", "birth_on", "joined_on", "left_on",
               "first_language"),
    "person_values": ("person_id", *VALUES),
    "record": ("feed", "record_id", "person_id", "contact_person_id", "contact", "issue_id", "cause"),
    "text": ("feed", "record_id", "column", "intent", "cause", "sentiment", "emotion", "register", "is_sarcastic",
             "text"),
    # `begin` and `end` count characters of the text, `end` exclusive.
    "pii": ("feed", "record_id", "column", "begin", "end", "kind"),
    "slip": ("feed", "record_id", "kind"),
    "dirty": ("feed", "file", "record_id", "kind", "expected", "position"),
    **outcomes.HEADERS,
}  # fmt: skip


class Truth:
    """Writes the truth while people live and feeds are written; files are there when it is left."""

    def __init__(self, folder: Path, prospects: Prospects, at: datetime) -> None:
        self.counts: Counter[str] = Counter()
        self._prospects, self._at = prospects, at
        folder.mkdir(parents=True, exist_ok=True)
        self._paths = {name: folder / f"{name}.csv" for name in HEADERS}
        self._open = ExitStack()
        self._tables = {}
        for name, path in self._paths.items():
            file = self._open.enter_context(path.open("w", encoding="utf-8", newline=""))
            self._tables[name] = csv.writer(file)
            self._tables[name].writerow(HEADERS[name])
        self._last_record = ("", "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        for path in self._paths.values():
            files.stamp(path, self._at)

    def note_life(self, life: Life, values: Iterable[tuple[str, str]]) -> None:
        """Write what became of a person, and what must never leak of them, true or as a record has it."""
        person = life.person
        days = (f"{day}" if day else "" for day in (person.birth_on, person.joined_on, person.left_on))
        self._tables["person"].writerow((person.person_id, person.household_id, person.firm_id, person.segment,
                                         person.kind, *days, person.language))  # fmt: skip
        self._tables["person_values"].writerows(_values(person, values))
        for name, rows in outcomes.tables(life, self._prospects).items():
            self._tables[name].writerows(rows)

    def note_strangers(self, values: Iterable[tuple[str, str]]) -> None:
        """Write what must never leak of those who are no customers: employees, and whom only others know."""
        self._tables["person_values"].writerows(_rows("", values))

    def note(self, feed: str, row: Row) -> None:
        """Write who and what a record is about; its versions come one after the other and are one record."""
        if not row.record_id or (feed, row.record_id) == self._last_record:
            return
        self._last_record = key = feed, row.record_id
        contact = row.contact
        about: tuple[Any, ...] = ("", "", "")
        if contact:
            about = contact.number, contact.issue.issue_id if contact.issue else "", contact.topic.key
        self._tables["record"].writerow((*key, row.person_id, row.contact_person_id, *about))
        for column, text in row.texts.items():
            self._tables["text"].writerow((*key, column, text.intent, text.cause, text.sentiment, text.emotion,
                                           text.register, text.is_sarcastic, text.text))  # fmt: skip
            self._tables["pii"].writerows((*key, column, span.begin, span.end, span.kind) for span in text.spans)
        self._tables["slip"].writerows((*key, kind) for kind in row.slips)

    def delivered(self, feed: str, rows: list[Row], places: Iterable[tuple[str, int]]) -> None:
        """Count the rows of a file and write down the faults in them; `places` are object and position of each."""
        self.counts[f"{feed}.files"] += 1
        self.counts[f"{feed}.rows"] += len(rows)
        for row, (file, position) in zip(rows, places, strict=True):
            if row.dirt:
                self._note_dirt(feed, file, row.record_id, *row.dirt, position=str(position))

    def delivered_again(self, feed: str, file: str) -> None:
        """Write down that a file came a second time under another name."""
        self.counts[f"{feed}.files"] += 1
        self._note_dirt(feed, file, "", "same_file_twice", "duplicate")

    def _note_dirt(self, feed: str, file: str, record_id: str, kind: str, expected: str, position: str = "") -> None:
        self.counts[f"dirt.{kind}"] += 1
        self._tables["dirty"].writerow((feed, file, record_id, kind, expected, position))


def _values(person: Person, said: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    yield from _rows(person.person_id, dict.fromkeys((*_true_values(person), *said)))


def _rows(person_id: str, known: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """List the values in rows, none where there are none; the last of a kind repeats where there are fewer of it."""
    known = [(kind, value) for kind, value in known if value]
    columns = [[value for kind, value in known if kind == column] or [""] for column in VALUES]
    for at in range(max(map(len, columns)) if known else 0):
        yield person_id, *(column[min(at, len(column) - 1)] for column in columns)


def _true_values(person: Person) -> Iterator[tuple[str, str]]:
    yield "full_name", person.full_name
    yield "national_id", person.national_id
    yield from (("email", email.value) for email in person.emails)
    yield from (("phone", phone.value) for phone in person.phones)
    yield from (("address", address.value) for address in person.addresses)
    if person.birth_on:
        yield "birth_on", person.birth_on.isoformat()
