"""What only the town knows: who is who, which records are one issue, which rows are dirty. No job reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jobs.town import files
from jobs.town.contacts import Issue
from jobs.town.person import Person
from jobs.town.texts import Text

PEOPLE = (
    "person_id", "household_id", "firm_id", "segment", "kind", "birth_on", "joined_on", "left_on", "first_language",
)  # fmt: skip
TEXT = ("feed", "record_id", "column", "intent", "cause", "sentiment", "emotion", "register", "is_sarcastic")
# `begin` and `end` count characters of the column as it was written, `end` exclusive.
PII = ("feed", "record_id", "column", "begin", "end", "kind")
VALUES = ("full_name", "email", "phone", "national_id")


@dataclass
class Row:
    """One record of a feed about to be written; `dirt` is the one fault planted in it and what must become of it."""

    record_id: str
    cells: dict[str, str | None]
    person: Person
    issue: Issue | None = None
    extra: tuple[str, ...] = ()
    dirt: tuple[str, str] | None = None
    contact_person_id: str = ""  # who speaks for the firm that the record is about
    texts: Mapping[str, Text] = field(default_factory=dict)  # by column: what the text truly says
    values: tuple[tuple[str, str], ...] = ()  # what the record says of the person, by column of person_values
    slips: tuple[str, ...] = ()  # kinds of slips in what the person gave of themselves


@dataclass
class Truth:
    """Gathers the truth while the feeds are written."""

    counts: Counter[str] = field(default_factory=Counter)
    people: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    issues: dict[tuple[str, str], Issue] = field(default_factory=dict)
    values: dict[str, dict[tuple[str, str], None]] = field(default_factory=dict)
    texts: dict[tuple[str, str], Mapping[str, Text]] = field(default_factory=dict)
    dirty: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)
    slips: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def noted(self, feed: str, file: str, rows: Iterable[Row]) -> Iterator[Row]:
        """Pass the rows of one file on, noting each as it goes by."""
        self.counts[f"{feed}.files"] += 1
        for position, row in enumerate(rows, start=1):
            self.counts[f"{feed}.rows"] += 1
            if row.dirt:
                self.note_dirt(feed, file, row.record_id, *row.dirt, position=str(position))
            self.values.setdefault(row.person.person_id, {}).update(dict.fromkeys(row.values))
            if row.record_id:
                self.people[feed, row.record_id] = row.person.person_id, row.contact_person_id
                # A party comes in every extract and has its slips once.
                self.slips[feed, row.record_id] = row.slips
                if row.issue:
                    self.issues[feed, row.record_id] = row.issue
                if row.texts:
                    self.texts[feed, row.record_id] = row.texts
            yield row

    def note_dirt(self, feed: str, file: str, record_id: str, kind: str, expected: str, *, position: str = "") -> None:
        self.counts[f"dirt.{kind}"] += 1
        self.dirty.append((feed, file, record_id, kind, expected, position))

    def write(self, folder: Path, people: list[Person], *, at: datetime) -> None:
        """Write the truth as CSV files."""
        owners = sorted((*key, *owner) for key, owner in self.people.items())
        causes = sorted((*key, issue.issue_id, issue.cause.key) for key, issue in self.issues.items())
        tables: dict[str, tuple[tuple[str, ...], Iterable[tuple[str, ...]]]] = {
            "dirty": (("feed", "file", "record_id", "kind", "expected", "position"), self.dirty),
            "slip": (
                ("feed", "record_id", "kind"),
                ((*key, kind) for key, kinds in sorted(self.slips.items()) for kind in kinds),
            ),
            "person": (("feed", "record_id", "person_id", "contact_person_id"), owners),
            "issue": (("feed", "record_id", "issue_id", "cause"), causes),
            "text": (TEXT, self._said()),
            "pii": (PII, self._personal()),
            "people": (PEOPLE, map(_described, people)),
            "person_values": (("person_id", *VALUES), self._values(people)),
        }
        for name, (header, rows) in tables.items():
            files.write_csv(folder / f"{name}.csv", (header, *rows), at=at)

    def _said(self) -> Iterator[tuple[str, ...]]:
        for key, texts in sorted(self.texts.items()):
            for column, text in texts.items():
                yield (*key, column, text.intent, text.cause, f"{text.sentiment}", text.emotion, text.register,
                       f"{text.is_sarcastic}")  # fmt: skip

    def _personal(self) -> Iterator[tuple[str, ...]]:
        for key, texts in sorted(self.texts.items()):
            for column, text in texts.items():
                yield from ((*key, column, f"{s.begin}", f"{s.end}", s.kind) for s in text.spans)

    def _values(self, people: list[Person]) -> Iterator[tuple[str, ...]]:
        """List what must never leak, true or as a record has it; a row repeats where one kind has fewer values."""
        for person in people:
            known = dict.fromkeys((*_true_values(person), *self.values.get(person.person_id, ())))
            columns = [[value for kind, value in known if kind == column and value] or [""] for column in VALUES]
            for at in range(max(map(len, columns))):
                yield person.person_id, *(column[min(at, len(column) - 1)] for column in columns)


def _described(person: Person) -> tuple[str, ...]:
    days = (f"{day}" if day else "" for day in (person.birth_on, person.joined_on, person.left_on))
    return (
        person.person_id, person.household_id, person.firm_id, person.segment, person.kind, *days, person.language,
    )  # fmt: skip


def _true_values(person: Person) -> Iterator[tuple[str, str]]:
    yield "full_name", person.full_name
    yield "national_id", person.national_id
    yield from (("email", email.value) for email in person.emails)
    yield from (("phone", phone.value) for phone in person.phones)
