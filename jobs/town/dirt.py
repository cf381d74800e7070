"""Faults planted in records, at most one in each, and what a sound intake must make of them."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from jobs.town import files, texts
from jobs.town.truth import Row, Truth

FAULTY_SHARE = 0.15  # of the noise: 1.5% of the rows at the default noise of 0.1
DOUBLED_SHARE = 0.04


@dataclass(frozen=True)
class Shape:
    """The columns of a feed in which faults are planted; `wall` is the pattern of its dates."""

    key: str
    kind: str
    name: str
    amount: str
    currency: str
    received: str
    ends: tuple[str, ...]
    wall: str
    unreadable_date: tuple[str, str]
    unreadable_amount: str
    absent: str | None = ""
    known: str = ""


def _impossible_date(row: Row, shape: Shape, rng: Random) -> bool:
    column, value = shape.unreadable_date
    row.cells[column] = value
    return True


def _amount_not_a_number(row: Row, shape: Shape, rng: Random) -> bool:
    return _with_amount(row, shape, lambda amount: shape.unreadable_amount)


def _negative_amount(row: Row, shape: Shape, rng: Random) -> bool:
    return _with_amount(row, shape, lambda amount: f"-{amount}")


def _with_amount(row: Row, shape: Shape, change: Callable[[str], str]) -> bool:
    amount = row.cells[shape.amount]
    if not amount:
        return False
    row.cells[shape.amount] = change(amount)
    return True


def _amount_without_currency(row: Row, shape: Shape, rng: Random) -> bool:
    if not row.cells[shape.amount]:
        return False
    row.cells[shape.currency] = shape.absent
    return True


def _unknown_kind(row: Row, shape: Shape, rng: Random) -> bool:
    row.cells[shape.kind] = "Sugerencia?"
    return True


def _missing_key(row: Row, shape: Shape, rng: Random) -> bool:
    row.cells[shape.key] = shape.absent
    row.record_id = ""
    return True


def _answer_before_receipt(row: Row, shape: Shape, rng: Random) -> bool:
    received = row.cells[shape.received]
    if not received or not row.cells[shape.ends[0]]:
        return False
    earlier = datetime.strptime(received, shape.wall) - timedelta(days=rng.randrange(2, 20))
    row.cells[shape.ends[0]] = earlier.strftime(shape.wall)
    return True


def _received_in_future(row: Row, shape: Shape, rng: Random) -> bool:
    known = row.cells[shape.known]
    # An end before this receipt would be a second fault.
    if not known or any(row.cells[end] for end in shape.ends):
        return False
    later = datetime.strptime(known, shape.wall) + timedelta(days=rng.randrange(2, 20))
    row.cells[shape.received] = later.strftime(shape.wall)
    return True


def _too_many_fields(row: Row, shape: Shape, rng: Random) -> bool:
    row.extra = ("ver hoja adjunta",)
    return True


def _name_typo(row: Row, shape: Shape, rng: Random) -> bool:
    before = row.cells[shape.name]
    row.cells[shape.name] = texts.typo(rng, before or "")
    return row.cells[shape.name] != before


FAULTS: dict[str, tuple[str, Callable[[Row, Shape, Random], bool]]] = {
    "impossible_date": ("quarantine:column_is_readable", _impossible_date),
    "amount_not_a_number": ("quarantine:column_is_readable", _amount_not_a_number),
    "unknown_kind": ("quarantine:kind_known", _unknown_kind),
    "missing_key": ("quarantine:key_present", _missing_key),
    "answer_before_receipt": ("quarantine:ends_not_before_receipt", _answer_before_receipt),
    "negative_amount": ("quarantine:amount_not_negative", _negative_amount),
    "amount_without_currency": ("quarantine:currency_with_amount", _amount_without_currency),
    "too_many_fields": ("quarantine:record_is_readable", _too_many_fields),
    "received_in_future": ("quarantine:received_not_after_known", _received_in_future),
    "name_typo": ("corrected", _name_typo),
}


class Planter:
    """Plants the faults of one feed in turn, so that each kind is there before any comes twice."""

    def __init__(self, rng: Random, noise: float, shape: Shape, without: tuple[str, ...] = ()) -> None:
        self._rng, self._noise, self._shape = rng, noise, shape
        self._kinds = [kind for kind in FAULTS if kind not in without]
        rng.shuffle(self._kinds)

    def plant(self, row: Row) -> Row:
        """Spoil the row now and then; the first kind in line that the row can carry is taken."""
        if self._rng.random() < self._noise * FAULTY_SHARE:
            for kind in self._kinds:
                expected, spoil = FAULTS[kind]
                if spoil(row, self._shape, self._rng):
                    row.dirt = (kind, expected)
                    self._kinds.remove(kind)
                    self._kinds.append(kind)
                    break
        return row


def doubled(rng: Random, noise: float, rows: Iterable[Row]) -> Iterator[Row]:
    """Send some sound rows twice, one right after the other."""
    for row in rows:
        yield row
        if row.dirt is None and rng.random() < noise * DOUBLED_SHARE:
            yield replace(row, dirt=("same_row_twice", "duplicate"))


def double_files(rng: Random, noise: float, paths: list[Path], inbox: Path, feed: str, truth: Truth) -> None:
    """Deliver some files a second time, an hour later under another name."""
    for path in rng.sample(paths, math.ceil(len(paths) * min(noise, 1) * 0.1)):
        stem, dot, suffix = path.name.partition(".")
        copy = path.with_name(f"{stem}_copia{dot}{suffix}")
        shutil.copyfile(path, copy)
        files.stamp(copy, datetime.fromtimestamp(path.stat().st_mtime + 3600, UTC))
        truth.counts[f"{feed}.files"] += 1
        truth.note_dirt(feed, copy.relative_to(inbox).as_posix(), "", "same_file_twice", "duplicate")
