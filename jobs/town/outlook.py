"""What the town itself knows of somebody's next weeks: chances to leave and to use an account, over drawn futures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobs.town import contacts, parameters
from jobs.town.money import Account
from jobs.town.parameters import Hazard
from jobs.town.person import Person
from jobs.town.world import CAUSES, Cause, World

Floats = NDArray[np.float64]
# Drawn of each person: a chance is the mean over them.
FUTURES = 24
_SAMPLES = 150


@dataclass
class State:
    """What the chances of a person depend on: dissatisfaction is their own level and what hurt them."""

    own_level: float
    low_income: float
    joined_on: date
    offers: frozenset[int]
    hurt: float = 0.0

    @property
    def unhappy(self) -> float:
        return self.own_level + self.hurt

    @property
    def mood(self) -> float:
        """Return the share of their purchases that is left."""
        return math.exp(-parameters.PURCHASES_LOST * max(self.unhappy, 0))

    def chance(self, hazard: Hazard, week: int, first_day: date) -> float:
        """Return the chance of a week (of bills: of a month) that begins on that day."""
        return 1 / (1 + math.exp(-self._logit(hazard, week, first_day) - hazard.dissatisfaction * self.unhappy))

    def chances(self, hazard: Hazard, week: int, first_day: date, hurts: Floats) -> Floats:
        """Return the same for each of several ways to be hurt by then."""
        unhappy = self.own_level + hurts
        found: Floats = 1 / (1 + np.exp(-self._logit(hazard, week, first_day) - hazard.dissatisfaction * unhappy))
        return found

    def moods(self, hurts: Floats) -> Floats:
        """Return the mood for each of several ways to be hurt."""
        found: Floats = np.exp(-parameters.PURCHASES_LOST * np.maximum(self.own_level + hurts, 0))
        return found

    def _logit(self, hazard: Hazard, week: int, first_day: date) -> float:
        is_young = (first_day - self.joined_on).days < parameters.YOUNG_DAYS
        return (
            hazard.base
            + hazard.young_account * is_young
            + hazard.low_income * self.low_income
            + hazard.offer * (week in self.offers)
        )


class Prospect(NamedTuple):
    """An account on the day of the outlook, and the chance that it is used in the weeks to come."""

    account: Account
    status: str
    reason: str
    last_used_on: date | None
    chance_of_use: float


@dataclass(frozen=True)
class Outlook:
    """What is known of a customer on a day: the chances that they leave, and of the use of each account."""

    as_of: date
    leaves: float
    last_active_on: date | None
    accounts: tuple[Prospect, ...]


@dataclass(frozen=True)
class Prospects:
    """The day to look ahead from, for how many weeks, and what problems do to people: samples by cause and habit.

    Incidents are not foreseen, offers of competitors are.
    """

    as_of: date
    weeks: int
    hurts: Mapping[tuple[str, bool], tuple[float, ...]]

    @property
    def until(self) -> date:
        return self.as_of + timedelta(days=7 * self.weeks)


def prospects(rng: Random, person: Person, world: World) -> Prospects:
    """Choose the day to look ahead from, and draw what problems do to people; of `person` only the country counts."""
    weeks = world.period.days // 7
    week = max(weeks - parameters.HORIZON_WEEKS, weeks // 2)
    as_of = world.period.start + timedelta(days=7 * week)
    hurts = {}
    for cause in CAUSES:
        for is_digital in (False, True):
            drawn = (_hurt(rng, person, world, cause, as_of, is_digital) for _ in range(_SAMPLES))
            hurts[cause.key, is_digital] = tuple(drawn)
    return Prospects(as_of, weeks - week, hurts)


def _hurt(rng: Random, person: Person, world: World, cause: Cause, day: date, is_digital: bool) -> float:
    issue = contacts.issue_of(rng, person, cause, 1, day, CAUSES)
    told = contacts.tell(rng, issue, world.employees, is_digital)
    return parameters.HURT[issue.severity - 1] + sum(e.change for contact in told for e in contacts.effects(contact))


def look_ahead(
    rng: Random,
    prospects: Prospects,
    state: State,
    week: int,
    under_way: Mapping[int, float],
    accounts: list[Account],
    causes: list[tuple[Cause, float]],
    *,
    is_digital: bool,
    last_active_on: date | None,
) -> Outlook:
    """Return the chances from the week on: `causes` have rates a week, `under_way` is what will hurt yet, by week."""
    issued = [account for account in accounts if account.issued_on < prospects.as_of]
    drawn = [list(_future(rng, prospects, state, week, under_way, causes, is_digital)) for _ in range(FUTURES)]
    staying, uses = np.ones(FUTURES), [_Use(account) for account in issued]
    for ahead, hurts in enumerate(np.array(drawn).T):
        first_day = prospects.as_of + timedelta(days=7 * ahead)
        left = np.ones(FUTURES)
        for hazard in (parameters.LEAVES, parameters.FALLS_SILENT):
            left *= 1 - state.chances(hazard, week + ahead, first_day, hurts)
        staying *= left
        lapses, moods = state.chances(parameters.LAPSES, week + ahead, first_day, hurts), state.moods(hurts)
        for use in uses:
            use.pass_week(left, lapses, moods)
    found = (
        Prospect(account, account.status(prospects.as_of), account.reason(prospects.as_of), account.last_used_on,
                 float(1 - use.unused.mean()))
        for account, use in zip(issued, uses, strict=True)
    )  # fmt: skip
    return Outlook(prospects.as_of, float(1 - staying.mean()), last_active_on, tuple(found))


def _future(
    rng: Random,
    prospects: Prospects,
    state: State,
    week: int,
    under_way: Mapping[int, float],
    causes: list[tuple[Cause, float]],
    is_digital: bool,
) -> Iterator[float]:
    """Yield what hurts in each week to come; of several problems in one week only one is drawn: they are few."""
    rates = [rate for _, rate in causes]
    total, hurt = sum(rates), state.hurt
    for ahead in range(prospects.weeks):
        yield hurt
        more = under_way.get(week + ahead + 1, 0.0)
        if rng.random() < total:
            cause = rng.choices(causes, rates)[0][0]
            more += rng.choice(prospects.hurts[cause.key, is_digital])
        hurt = hurt * (1 - parameters.FORGETTING) + more


class _Use:
    """The chances, in each future, that an account was not used so far: with its holder there, and with them gone."""

    def __init__(self, account: Account) -> None:
        self._account = account
        none, all_ = np.zeros(FUTURES), np.ones(FUTURES)
        self._gone = none
        self._often, self._idle = (none, all_) if account.idle_reason else (all_, none)

    def pass_week(self, stays: Floats, lapses: Floats, moods: Floats) -> None:
        self._gone = self._gone + (self._often + self._idle) * (1 - stays)
        often, idle = self._often * stays, self._idle * stays
        if self._account.may_lapse:
            often, idle = often * (1 - lapses), idle + often * lapses
        self._often = often * (1 - self._account.weekly_use * moods)
        self._idle = idle * (1 - parameters.IDLE_WEEKLY_USE * moods)

    @property
    def unused(self) -> Floats:
        return self._gone + self._often + self._idle
