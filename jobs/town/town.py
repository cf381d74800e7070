"""Writes the town: what the company receives, and apart from it the truth."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from random import Random

from jobs.town import book, crm_case, crm_party, files, life, outcomes, outlook, web, world
from jobs.town.contacts import Filing
from jobs.town.people import draw_people
from jobs.town.person import Period, Person
from jobs.town.truth import Truth


def write_town(
    out: Path, *, customers: int, days: int, seed: int, noise: float, start: date = date(2026, 1, 1)
) -> dict[str, int]:
    """Write `out/inbox/town` and `out/truth`; return files and rows per feed and planted dirt per kind.

    The same arguments give the same bytes. `noise` 0 plants no dirt, 0.1 spoils one to three rows in a hundred: those
    are the faults that intake must find (dirty.csv); slips in what people give of themselves come on top (slip.csv).
    Raises ValueError for numbers that make no town and FileExistsError where an older town lies in the way.
    """
    if customers < 1 or days < 1 or not 0 <= noise <= 1:
        raise ValueError(f"a town needs customers >= 1, days >= 1, noise 0 to 1; got {customers}, {days}, {noise}")
    inbox, truth_folder = out / "inbox", out / "truth"
    for folder in (inbox / "town", truth_folder):
        if folder.exists() and any(folder.iterdir()):
            raise FileExistsError(f"{folder} is not empty: two towns would mix; remove it or write to another folder")

    period = Period(start, days)
    ended_at = datetime.combine(period.end, time())

    def dice(part: str) -> Random:
        # One stream a part: what is added to one feed leaves the others as they are.
        return Random(f"{seed}:{part}")

    born = draw_people(seed, customers=customers, start=start, days=days)
    surroundings = world.draw(dice("world"), period)
    ahead = outlook.prospects(dice("prospects"), born[0], surroundings)
    lives = (life.live(dice(f"life:{person.person_id}"), person, surroundings, ahead) for person in born)
    people: list[Person] = []
    filings: list[Filing] = []
    # One at a time: of a life only who it is and what was filed is kept.
    for one in outcomes.written(truth_folder, lives, ahead, at=ended_at):
        people.append(one.person)
        filings += one.filings
    filings.sort(key=lambda filing: (filing.at, filing.issue.issue_id))
    truth = Truth()
    parties = crm_party.draw_parties(dice("parties"), people, start=start, days=days, noise=noise)
    book.write(filings, inbox, truth, dice("book"), noise=noise, start=start, days=days)
    web.write(filings, inbox, truth, dice("web"), noise=noise)
    crm_case.write(filings, parties, inbox, truth, dice("cases"), noise=noise, start=start, days=days)
    crm_party.write(parties, inbox, truth, start=start, days=days)
    truth.write(truth_folder, people, at=ended_at)
    files.write_json(truth_folder / "story.json", outcomes.story(surroundings), at=ended_at)
    return dict(sorted(truth.counts.items()))
