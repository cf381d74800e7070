"""Faults planted in records, at most one in each, and what a sound intake must make of them."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from jobs.town import files, parameters, texts
from jobs.town.feed import Delivery, Fault, Row


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


def _name_typo(row: Row, shape: Shape, rng: Random) -> bool:
    before = row.cells[shape.name] or ""
    after = texts.typo(rng, before)
    row.cells[shape.name] = after
    return after != before


def of_complaints(shape: Shape, without: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    """Return the faults of a feed of complaints, each with the rule that finds it."""

    def shaped(kind: str, expected: str, spoil: Callable[[Row, Shape, Random], bool]) -> Fault:
        return Fault(kind, expected, lambda row, rng: spoil(row, shape, rng))

    faults = (
        written_as("impossible_date", "column_is_readable", *shape.unreadable_date),
        shaped("amount_not_a_number", "quarantine:column_is_readable", _amount_not_a_number),
        written_as("unknown_kind", "kind_known", shape.kind, "Sugerencia?"),
        missing_key(shape.key, absent=shape.absent),
        shaped("answer_before_receipt", "quarantine:ends_not_before_receipt", _answer_before_receipt),
        shaped("negative_amount", "quarantine:amount_not_negative", _negative_amount),
        shaped("amount_without_currency", "quarantine:currency_with_amount", _amount_without_currency),
        too_many_fields(),
        shaped("received_in_future", "quarantine:received_not_after_known", _received_in_future),
        shaped("name_typo", "corrected", _name_typo),
    )
    return tuple(fault for fault in faults if fault.kind not in without)


def missing_key(column: str, *, absent: object = "") -> Fault:
    """Leave the record's own key out."""

    def spoil(row: Row, rng: Random) -> bool:
        row.cells[column] = absent
        row.record_id = ""
        return True

    return Fault("missing_key", "quarantine:key_present", spoil)


def too_many_fields() -> Fault:
    """Add a field that the header does not have."""

    def spoil(row: Row, rng: Random) -> bool:
        row.extra = ("ver hoja adjunta",)
        return True

    return Fault("too_many_fields", "quarantine:record_is_readable", spoil)


def written_as(kind: str, rule: str, column: str, value: object) -> Fault:
    """Write a value that the rule finds, where the column has one."""

    def spoil(row: Row, rng: Random) -> bool:
        if row.cells.get(column) in (None, ""):
            return False
        row.cells[column] = value
        return True

    return Fault(kind, f"quarantine:{rule}", spoil)


def moved(kind: str, rule: str, column: str, wall: str, shift: Callable[[Random], timedelta], *, of: str = "") -> Fault:
    """Write a moment of the pattern `wall` that lies off the one in column `of`, or in its own, where there is one."""

    def spoil(row: Row, rng: Random) -> bool:
        if not row.cells[column]:
            return False
        moment = datetime.strptime(row.cells[of or column], wall) + shift(rng)
        row.cells[column] = moment.strftime(wall)
        return True

    return Fault(kind, f"quarantine:{rule}", spoil)


def written_within(kind: str, rule: str, column: str, name: str, change: Callable[[dict[str, Any]], object]) -> Fault:
    """Write a value that the rule finds into one part of a column that is a list of records.

    `change` makes it of the part; None where that one cannot carry the fault.
    """

    def spoil(row: Row, rng: Random) -> bool:
        parts = list(row.cells[column])
        able = [at for at, part in enumerate(parts) if change(part) is not None]
        if not able:
            return False
        at = rng.choice(able)
        # Versions of a record share what they did not change.
        parts[at] = {**parts[at], name: change(parts[at])}
        row.cells[column] = parts
        # Of what is no longer said there is no truth.
        overwritten = f"{column}[{at}].{name}"
        row.texts = {path: text for path, text in row.texts.items() if path != overwritten}
        return True

    return Fault(kind, f"quarantine:{rule}", spoil)


class Planter:
    """Plants the faults of one feed in turn, so that each kind is there before any comes twice."""

    def __init__(self, rng: Random, noise: float, faults: Iterable[Fault]) -> None:
        self._rng, self._noise = rng, noise
        self._faults = list(faults)
        rng.shuffle(self._faults)

    def plant(self, row: Row) -> None:
        """Spoil the row now and then; the first fault in line that the row can carry is taken."""
        if row.dirt is None and self._rng.random() < self._noise * parameters.FAULTY:
            for fault in self._faults:
                if fault.spoil(row, self._rng):
                    row.dirt = (fault.kind, fault.expected)
                    self._faults.remove(fault)
                    self._faults.append(fault)
                    break


def delay_some(rng: Random, noise: float, versions: list[Delivery], last_day: date, days_between_files: int) -> None:
    """Hold some sound versions back until after a sound newer one, so that the late one is never the newest sound.

    Versions of one record stand one after the other. A late one comes up to four files after the newer one: in a
    file that there is anyway.
    """
    # From the newest on: one that is held back itself is not there yet.
    for old, new in reversed(list(pairwise(versions))):
        late = new.day + timedelta(days=days_between_files * rng.randrange(1, 5))
        is_pair = old.row.record_id == new.row.record_id and not old.row.dirt and not new.row.dirt
        if is_pair and late <= last_day and rng.random() < noise * parameters.LATE_VERSION:
            old.day = late
            old.row.dirt = ("late_version", "superseded")


def doubled(rng: Random, noise: float, rows: Iterable[Row]) -> Iterator[Row]:
    """Send some sound rows twice, one right after the other."""
    for row in rows:
        yield row
        if row.dirt is None and rng.random() < noise * parameters.DOUBLED:
            yield replace(row, dirt=("same_row_twice", "duplicate"))


def copied(rng: Random, noise: float, paths: list[Path]) -> Iterator[Path]:
    """Deliver some files a second time, an hour later under another name, and yield the copies."""
    for path in rng.sample(paths, math.ceil(len(paths) * noise * parameters.DOUBLED_FILES)):
        stem, dot, suffix = path.name.partition(".")
        copy = path.with_name(f"{stem}_copia{dot}{suffix}")
        shutil.copyfile(path, copy)
        files.stamp(copy, datetime.fromtimestamp(path.stat().st_mtime + 3600, UTC).replace(tzinfo=None))
        yield copy
