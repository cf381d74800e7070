"""What is to be delivered, kept on disk by feed and day until all customers have lived: memory holds a part of it."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from jobs.town.feed import Delivery, Row

HELD = 50_000  # rows in memory before they are written


class Spool:
    """Rows by feed and day in a folder of its own, to be removed by whoever made it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._held: dict[tuple[str, date], list[tuple[str, Row]]] = defaultdict(list)
        self._count = 0

    def add(self, feed: str, delivery: Delivery) -> None:
        """Keep what a file needs; what is truth alone is written down before."""
        row = delivery.row
        slim = Row(row.record_id, row.cells, extra=row.extra, dirt=row.dirt)
        self._held[feed, delivery.day].append((delivery.order, slim))
        self._count += 1
        if self._count >= HELD:
            self._write()

    def days(self, feed: str) -> list[date]:
        """Return the days of a feed in order."""
        self._write()
        return sorted(date.fromisoformat(path.name) for path in (self._folder / feed).glob("*"))

    def rows(self, feed: str, day: date) -> list[Row]:
        """Return the rows of a day in their order; those of one order as they came."""
        found: list[tuple[str, Row]] = []
        for batch in self._batches(self._folder / feed / day.isoformat()):
            found += batch
        found.sort(key=lambda one: one[0])
        return [row for _, row in found]

    def _batches(self, path: Path) -> Iterator[list[tuple[str, Row]]]:
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
