"""When people come to the web site or open the app, what for, and what they do there step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from jobs.town import parameters
from jobs.town.contacts import Contact
from jobs.town.life import Life
from jobs.town.world import World

# Of one person in one channel, in all: numbers of visits are made of it.
MOST_VISITS = 1000
# Places that each channel has in words of its own, with how often people go there.
SIGHTS = {"movements": 40, "cards": 22, "transfers": 20, "loans": 8, "shop": 10}
SIGHTS_DRAWN = tuple(SIGHTS), tuple(SIGHTS.values())


@dataclass(frozen=True)
class Visit:
    """A visit in wall time of Lima; `purpose` is look, help or form, the last two with the contact they lead to."""

    at: datetime
    purpose: str
    number: int = 0
    contact: Contact | None = None


class Step(NamedTuple):
    """One thing done or seen: `kind` is page, search, click, login, error or form."""

    at: datetime
    kind: str
    place: str
    is_logged_in: bool


def visits(rng: Random, life: Life, world: World, channel: str) -> list[Visit]:
    """Return when a customer comes by, in order: as they feel like, to look something up, to write to the bank."""
    start, digital = world.period.start, life.person.digital
    found: list[Visit] = []
    a_week = parameters.VISITS_A_WEEK[channel] * digital
    for week, mood in enumerate(life.moods):
        if rng.random() < a_week * mood:
            day = start + timedelta(days=7 * week + rng.randrange(7))
            if day < world.period.end and _is_customer(life, day):
                found.append(Visit(_at_an_hour(rng, day), "look"))
    for contact in life.contacts:
        if contact.channel == channel:
            found.append(Visit(contact.at, "form", contact=contact))
        elif contact.channel == "phone" and rng.random() < parameters.HELP_BEFORE_CALL[channel] * digital:
            day = contact.at.date() - timedelta(days=1)
            if day >= start and _is_customer(life, day):
                found.append(Visit(_at_an_hour(rng, day), "help", contact=contact))
    found.sort(key=lambda visit: visit.at)
    return [Visit(v.at, v.purpose, number, v.contact) for number, v in enumerate(found[: MOST_VISITS - 1], start=1)]


def slot(life: Life, visit: Visit) -> int:
    """Return a number that no other visit to the channel has."""
    return life.person.number * MOST_VISITS + visit.number


def steps(rng: Random, visit: Visit, channel: str, *, is_down: bool) -> Iterator[Step]:
    """Walk through a visit; who came to write sends the form at the moment of the contact."""
    walk = list(_walk(rng, visit, rng.random() < parameters.LOGS_IN[channel]))
    shows_error = parameters.SHOWS_ERROR_WHEN_DOWN if is_down else parameters.SHOWS_ERROR
    gaps = [0, *(rng.randrange(4, 90) for _ in walk[1:])]
    at = visit.at - timedelta(seconds=sum(gaps)) if visit.purpose == "form" else visit.at
    is_logged_in = False
    for (kind, place), gap in zip(walk, gaps, strict=True):
        at += timedelta(seconds=gap)
        # What they came to write was sent.
        is_broken = kind != "form" and rng.random() < shows_error
        is_logged_in = is_logged_in or (kind == "login" and not is_broken)
        yield Step(at, "error" if is_broken else kind, place, is_logged_in)


def down_days(life: Life, world: World) -> tuple[tuple[date, date], ...]:
    """Return the first and last days on which the app is down in a customer's city."""
    start = world.period.start
    return tuple(
        (start + timedelta(days=incident.first_day), start + timedelta(days=incident.last_day))
        for incident in world.incidents
        if incident.cause.key == "app_down" and incident.city == life.person.city.name
    )


def _walk(rng: Random, visit: Visit, logs_in: bool) -> Iterator[tuple[str, str]]:
    if visit.purpose == "help":
        yield "search", "help"
        yield "page", "help_article"
        return
    if visit.purpose == "form":
        yield "page", "complaints"
        if logs_in:
            yield "login", "login"
        yield "form", "complaints"
        return
    yield "page", "home"
    if logs_in:
        yield "login", "login"
    for place in rng.choices(*SIGHTS_DRAWN, k=rng.choice((0, 1, 1, 2))):
        yield "page", place
        if rng.random() < 0.2:
            yield "click", place


def _is_customer(life: Life, day: date) -> bool:
    return life.person.joined_on <= day and (life.left_on is None or day < life.left_on)


def _at_an_hour(rng: Random, day: date) -> datetime:
    """Return a moment of the day between 6 and 23 hours: the web site has no counter that closes."""
    return datetime.combine(day, time(6)) + timedelta(seconds=int(rng.triangular(0, 17 * 3600, 13 * 3600)))
