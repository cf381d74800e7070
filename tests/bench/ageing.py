"""Make a lake old: many small deliveries, each refined, in one process; `python -m tests.bench.ageing INBOX LAKE N`."""

from __future__ import annotations

import sys
from pathlib import Path

from jobs.runtime.cli import app
from tests.bench import rows
from tests.bench.measurements import REFINING, SOURCE

FIRST_ID = 10_000  # above the ids of the first load


def age(inbox: Path, lake: Path, deliveries: int) -> None:
    """Deliver one new row and refine it, so many times."""
    for delivery in range(1, deliveries + 1):
        rows.write(inbox / "cfpb", rows.span(FIRST_ID + delivery, 1), delivery=delivery)
        words = ("run", "land_files", *REFINING, "--lake", lake, "--inbox", inbox, "--sources", SOURCE,
                 "--as-of", "2026-03-31")  # fmt: skip
        app([str(word) for word in words], standalone_mode=False)


if __name__ == "__main__":
    age(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
