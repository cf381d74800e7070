"""What is to be delivered, kept on disk by feed and day until all customers have lived: memory holds a part of it."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from jobs.town.feed import Delivery, Row

HELD = 100_000  # rows in memory before they are written
# Order, record id, cells, extra, dirt: of a tuple a row is read and written in a third of the time of an object.
Kept = tuple[str, str, dict[str, Any], tuple[str, ...], tuple[str, str] | None]


class Spool:
    """Rows by feed and day in a folder of its own, to be removed by whoever made it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._held: dict[tuple[str, date], list[Kept]] = defaultdict(list)
        self._count = 0

    def add(self, feed: str, delivery: Delivery) -> None:
        """Keep what a file needs; what is truth alone is written down before."""
        row = delivery.row
        self._held[feed, delivery.day].append((delivery.order, row.record_id, row.cells, row.extra, row.dirt))
        self._count += 1
        if self._count >= HELD:
            self._write()

    def days(self, feed: str) -> list[date]:
        """Return the days of a feed in order."""
        self._write()
        return sorted(date.fromisoformat(path.name) for path in (self._folder / feed).glob("*"))

    def rows(self, feed: str, day: date) -> list[Row]:
        """Return the rows of a day in their order; those of one order as they came."""
        found: list[Kept] = []
        for batch in self._batches(self._folder / feed / day.isoformat()):
            found += batch
        found.sort(key=lambda one: one[0])
        return [Row(record_id, cells, extra=extra, dirt=dirt) for _, record_id, cells, extra, dirt in found]

    def _batches(self, path: Path) -> Iterator[list[Kept]]:
        with path.open("rb") as file:
            while file.peek(1):
                # The town's own, written a moment ago.
                yield pickle.load(file)

    def _write(self) -> None:
        for (feed, day), rows in self._held.items():
            path = self._folder / feed / day.isoformat()
            path.parent.mkdir(exist_ok=True)
            with path.open("ab") as file:
                pickle.dump(rows, file, pickle.HIGHEST_PROTOCOL)
        self._held.clear()
        self._count = 0
