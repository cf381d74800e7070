"""Writes the town: what the company receives, and apart from it the truth."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from jobs.town import book, crm_case, crm_party, web
from jobs.town.people import draw_people
from jobs.town.story import tell
from jobs.town.truth import Truth


def write_town(
    out: Path, *, customers: int, days: int, seed: int, noise: float, start: date = date(2026, 1, 1)
) -> dict[str, int]:
    """Write `out/inbox/town` and `out/truth`; return files and rows per feed and planted dirt per kind.

    The same arguments give the same bytes. `noise` 0 plants no dirt, 0.1 spoils one to three rows in a hundred.
    Raises ValueError for numbers that make no town and FileExistsError where an older town lies in the way.
    """
    if customers < 1 or days < 1 or not 0 <= noise <= 1:
        raise ValueError(f"a town needs customers >= 1, days >= 1, noise 0 to 1; got {customers}, {days}, {noise}")
    inbox, truth_folder = out / "inbox", out / "truth"
    for folder in (inbox / "town", truth_folder):
        if folder.exists() and any(folder.iterdir()):
            raise FileExistsError(f"{folder} is not empty: two towns would mix; remove it or write to another folder")

    def dice(part: str) -> Random:
        # One stream a part: what is added to one feed leaves the others as they are.
        return Random(f"{seed}:{part}")

    people = draw_people(seed, customers=customers, start=start, days=days)
    parties = crm_party.draw_parties(dice("parties"), people, start=start, days=days, noise=noise)
    filings = tell(dice("story"), people, start=start, days=days)
    truth = Truth()
    book.write(filings, inbox, truth, dice("book"), noise=noise, start=start, days=days)
    web.write(filings, inbox, truth, dice("web"), noise=noise)
    crm_case.write(filings, parties, inbox, truth, dice("cases"), noise=noise, start=start, days=days)
    crm_party.write(parties, inbox, truth, start=start, days=days)
    truth.write(truth_folder, people, at=datetime.combine(start + timedelta(days=days), time()))
    return dict(sorted(truth.counts.items()))
