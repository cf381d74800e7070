"""What only the town knows: who is who, which records are one issue, which rows are dirty. No job reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jobs.town import files
from jobs.town.contacts import Issue
from jobs.town.people import Person


@dataclass
class Row:
    """One record of a feed about to be written; `dirt` is the one fault planted in it and what must become of it."""

    record_id: str
    cells: dict[str, str | None]
    person: Person
    issue: Issue | None = None
    extra: tuple[str, ...] = ()
    dirt: tuple[str, str] | None = None


@dataclass
class Truth:
    """Gathers the truth while the feeds are written."""

    counts: Counter[str] = field(default_factory=Counter)
    people: dict[tuple[str, str], str] = field(default_factory=dict)
    issues: dict[tuple[str, str], Issue] = field(default_factory=dict)
    dirty: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)

    def noted(self, feed: str, file: str, rows: Iterable[Row]) -> Iterator[Row]:
        """Pass the rows of one file on, noting each as it goes by."""
        self.counts[f"{feed}.files"] += 1
        for position, row in enumerate(rows, start=1):
            self.counts[f"{feed}.rows"] += 1
            if row.dirt:
                self.note_dirt(feed, file, row.record_id, *row.dirt, position=str(position))
            if row.record_id:
                self.people[feed, row.record_id] = row.person.person_id
                if row.issue:
                    self.issues[feed, row.record_id] = row.issue
            yield row

    def note_dirt(self, feed: str, file: str, record_id: str, kind: str, expected: str, *, position: str = "") -> None:
        self.counts[f"dirt.{kind}"] += 1
        self.dirty.append((feed, file, record_id, kind, expected, position))

    def write(self, folder: Path, people: Iterable[Person], *, at: datetime) -> None:
        """Write the truth as CSV files."""
        owners = sorted((*key, person_id) for key, person_id in self.people.items())
        causes = sorted((*key, issue.issue_id, issue.cause.key) for key, issue in self.issues.items())
        tables: dict[str, tuple[tuple[str, ...], Iterable[tuple[str, ...]]]] = {
            "dirty": (("feed", "file", "record_id", "kind", "expected", "position"), self.dirty),
            "person": (("feed", "record_id", "person_id"), owners),
            "issue": (("feed", "record_id", "issue_id", "cause"), causes),
            "person_values": (("person_id", "full_name", "email", "phone", "national_id"), _values(people)),
        }
        for name, (header, rows) in tables.items():
            files.write_csv(folder / f"{name}.csv", (header, *rows), at=at)


def _values(people: Iterable[Person]) -> Iterator[tuple[str, ...]]:
    """List what must never leak; a person who changed phones has a row for each number."""
    for person in people:
        for phone in (person.phone, person.new_phone) if person.moved_on else (person.phone,):
            yield person.person_id, person.full_name, person.email, phone, person.national_id
