"""A feed of the town: what a customer's life leaves in one system, and the files that the system sends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from jobs.town.contacts import Contact
from jobs.town.national_ids import scattered
from jobs.town.person import Period
from jobs.town.texts import Text
from jobs.town.world import World

if TYPE_CHECKING:
    from jobs.town.life import Life
    from jobs.town.parties import Party

# More than a million people have contacts: an id has so many digits unless a system says otherwise.
DIGITS = 10


@dataclass(slots=True)
class Row:
    """One record of a feed about to be delivered; `dirt` is the one fault planted in it and what must become of it."""

    record_id: str
    cells: dict[str, Any]
    person_id: str = ""  # whom it is about; "" for what is about nobody
    contact: Contact | None = None
    extra: tuple[str, ...] = ()
    dirt: tuple[str, str] | None = None
    contact_person_id: str = ""  # who speaks for the firm that the record is about
    texts: Mapping[str, Text] = field(default_factory=dict)  # by column: what the text truly says
    values: tuple[tuple[str, str], ...] = ()  # what the record says of the person, by column of person_values
    slips: tuple[str, ...] = ()  # kinds of slips in what the person gave of themselves


@dataclass(slots=True)
class Delivery:
    """A row in the file of a day; in the file rows stand by `order`."""

    day: date
    order: str
    row: Row


Spoil = Callable[[Row, Random], bool]


@dataclass(frozen=True)
class Fault:
    """A way to spoil a row and what a sound intake makes of it; `spoil` says whether the row could carry it."""

    kind: str
    expected: str
    spoil: Spoil


@dataclass(frozen=True)
class Customer:
    """A life, and the entries that the CRM has of the person."""

    life: Life
    parties: tuple[Party, ...]

    def party_id(self, rng: Random, day: date) -> str:
        """Return the id of an entry that is there on a day: of twins either."""
        return rng.choice([party for party in self.parties if party.since <= day]).party_id


@dataclass(frozen=True)
class Desk:
    """What a system has at hand when it writes down what happens; `rng` is the feed's own."""

    rng: Random
    seed: int
    noise: float
    world: World

    @property
    def period(self) -> Period:
        return self.world.period

    @property
    def last_day(self) -> date:
        return self.period.end - timedelta(days=1)

    def id(self, kind: str, number: int, digits: int = DIGITS) -> str:
        """Return the id of a thing by its number, one for each and in an order that shows nothing."""
        return f"{scattered(self.seed, kind, number, 10**digits):0{digits}d}"


@dataclass(frozen=True)
class File:
    """One file to be written: of a feed in pages the number of the page, from 1, and how many there are."""

    path: Path
    member: str
    rows: Iterable[Row]
    at: datetime
    page: int
    pages: int


@dataclass(frozen=True)
class Feed:
    """How one system sends what it knows.

    `of_customer` yields what one customer leaves in it, the versions of a record one after the other; `of_world` what
    is there whoever the customers are. `path` lies below inbox/town, with `{day}` and, for feeds in pages, `{page}`;
    `member` names the entry of an archive, with `{day}` or, where each record is a file, `{record}`. The file of a day
    is there `ready` after that day began; `days_between_files` are those from one to the next.
    """

    name: str
    path: str
    write: Callable[[File], None]
    of_customer: Callable[[Customer, Desk], Iterable[Delivery]] | None = None
    of_world: Callable[[Desk], Iterable[Delivery]] | None = None
    member: str = ""
    ready: timedelta = timedelta(days=1, hours=2)
    page_size: int = 0
    faults: tuple[Fault, ...] = ()
    days_between_files: int = 1
    has_late_versions: bool = False
    has_twice: bool = True  # rows and files come twice

    def pages_of(self, rows: list[Row]) -> Iterator[list[Row]]:
        """Cut the rows of a day into its files."""
        size = self.page_size or max(len(rows), 1)
        return (rows[start : start + size] for start in range(0, max(len(rows), 1), size))
