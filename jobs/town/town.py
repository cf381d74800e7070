"""Writes the town: what the company receives, and apart from it the truth."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from random import Random

from jobs.town import database, dirt, files, life, outcomes, outlook, world
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds import FEEDS
from jobs.town.parties import Registry
from jobs.town.people import draw_people
from jobs.town.person import Period
from jobs.town.spool import Spool
from jobs.town.truth import Truth
from jobs.town.world import World


def write_town(
    out: Path, *, customers: int, days: int, seed: int, noise: float, start: date = date(2026, 1, 1)
) -> dict[str, int]:
    """Write `out/inbox/town`, `out/database` and `out/truth`; return files and rows per feed and planted dirt per kind.

    The same arguments give the same bytes. `noise` 0 plants no dirt, 0.1 spoils one to three rows in a hundred: those
    are the faults that intake must find (dirty.csv); slips in what people give of themselves come on top (slip.csv).
    Raises ValueError for numbers that make no town and FileExistsError where an older town lies in the way.
    """
    if customers < 1 or days < 1 or not 0 <= noise <= 1:
        raise ValueError(f"a town needs customers >= 1, days >= 1, noise 0 to 1; got {customers}, {days}, {noise}")
    inbox, truth_folder, spooled = out / "inbox", out / "truth", out / ".spool"
    _refuse_mixing(inbox / "town", truth_folder, out / "database", spooled)
    period = Period(start, days)
    ended_at = datetime.combine(period.end, time())

    def dice(part: str) -> Random:
        # One stream a part: what is added to one feed leaves the others as they are.
        return Random(f"{seed}:{part}")

    surroundings = world.draw(dice("world"), period, seed)
    people = draw_people(seed, customers=customers, start=start, days=days)
    first = next(people)
    ahead = outlook.prospects(dice("prospects"), first, surroundings)
    systems = [_System(feed, dice, seed, noise, surroundings) for feed in FEEDS]
    registry = Registry(Desk(dice("parties"), seed, noise, surroundings))
    with Truth(truth_folder, ahead, ended_at) as truth:
        try:
            spool = Spool(spooled)
            # One at a time: of a life only what the systems send of it is kept, and that on disk.
            for person in chain([first], people):
                lived = life.live(dice, person, surroundings, ahead)
                _receive(Customer(lived, registry.enter(lived.person)), systems, spool, truth)
            for system in systems:
                system.deliver(spool, inbox, truth)
            database.write(out / "database" / "town.sql", spool, ended_at)
        finally:
            shutil.rmtree(spooled, ignore_errors=True)
    files.write_json(truth_folder / "story.json", outcomes.story(surroundings), at=ended_at)
    return dict(sorted(truth.counts.items()))


def _refuse_mixing(*folders: Path) -> None:
    for folder in folders:
        if folder.exists() and any(folder.iterdir()):
            raise FileExistsError(f"{folder} is not empty: two towns would mix; remove it or write to another folder")


def _receive(customer: Customer, systems: list[_System], spool: Spool, truth: Truth) -> None:
    """Let every system take in what a customer leaves there, and write down what is true of it."""
    values: dict[tuple[str, str], None] = {}
    of_strangers: dict[tuple[str, str], None] = {}
    for system in systems:
        for row in system.receive(customer, spool):
            truth.note(system.feed.name, row)
            # A record about nobody of the town names somebody else.
            (values if row.person_id else of_strangers).update(dict.fromkeys(row.values))
    truth.note_life(customer.life, values)
    truth.note_strangers(of_strangers)


class _System:
    """A feed with its dice: it receives what customers leave in it, and delivers it day by day."""

    def __init__(self, feed: Feed, dice: Callable[[str], Random], seed: int, noise: float, surroundings: World) -> None:
        self.feed = feed
        self._desk = Desk(dice(feed.name), seed, noise, surroundings)
        self._planting, self._doubling = dice(f"{feed.name}:faults"), dice(f"{feed.name}:doubles")
        self._planter = dirt.Planter(self._planting, noise, feed.faults)

    def receive(self, customer: Customer, spool: Spool) -> Iterator[Row]:
        """Take in what one customer leaves here, and yield its rows."""
        if self.feed.of_customer:
            yield from self._taken_in(list(self.feed.of_customer(customer, self._desk)), spool)

    def deliver(self, spool: Spool, inbox: Path, truth: Truth) -> None:
        """Write the files of all days, and some of them twice."""
        feed, noise = self.feed, self._desk.noise
        if feed.of_world:
            of_strangers: dict[tuple[str, str], None] = {}
            for row in self._taken_in(list(feed.of_world(self._desk)), spool):
                truth.note(feed.name, row)
                of_strangers.update(dict.fromkeys(row.values))
            truth.note_strangers(of_strangers)
        paths: list[Path] = []
        for day in spool.days(feed.name):
            rows = spool.rows(feed.name, day)
            if feed.has_twice:
                rows = list(dirt.doubled(self._doubling, noise, rows))
            pages = list(feed.pages_of(rows))
            for page, of_page in enumerate(pages, start=1):
                path = inbox / "town" / feed.path.format(day=day, page=page)
                self._write(path, day, of_page, page, len(pages), inbox, truth)
                paths.append(path)
        if feed.has_twice and not feed.page_size:
            for copy in dirt.copied(self._doubling, noise, paths):
                truth.delivered_again(feed.name, copy.relative_to(inbox).as_posix())

    def _taken_in(self, deliveries: list[Delivery], spool: Spool) -> Iterator[Row]:
        for delivery in deliveries:
            self._planter.plant(delivery.row)
        if self.feed.has_late_versions:
            dirt.delay_some(
                self._planting, self._desk.noise, deliveries, self._desk.last_day, self.feed.days_between_files
            )
        for delivery in deliveries:
            spool.add(self.feed.name, delivery)
            yield delivery.row

    def _write(self, path: Path, day: date, rows: list[Row], page: int, pages: int, inbox: Path, truth: Truth) -> None:
        feed, name = self.feed, path.relative_to(inbox).as_posix()
        path.parent.mkdir(parents=True, exist_ok=True)
        member = feed.member.replace("{day}", f"{day}")
        at = datetime.combine(day, time()) + feed.ready
        feed.write(File(path, member, rows, at, page, pages))
        if "{record}" in member:
            # Each record is a file of its own in the archive.
            places = [(f"{name}!{member.replace('{record}', row.record_id)}", 1) for row in rows]
        else:
            name = f"{name}!{member}" if member else name
            places = [(name, position) for position in range(1, len(rows) + 1)]
        truth.delivered(feed.name, rows, places)
