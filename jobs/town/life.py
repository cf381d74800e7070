"""One person's time in the town, week by week: what happens to them, what they do about it, whether they stay."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from statistics import fmean

from jobs.town import contacts, money, parameters
from jobs.town.contacts import Contact, Filing, Issue, issue_of
from jobs.town.money import Account
from jobs.town.parameters import Hazard
from jobs.town.people import Person
from jobs.town.prospects import FUTURES, Prospects
from jobs.town.world import CAUSES, Cause, World


@dataclass(frozen=True)
class Outlook:
    """What the town itself knows of a customer on a day: the chance that they leave within the horizon."""

    as_of: date
    leaves: float
    last_active_on: date | None


@dataclass(frozen=True)
class Bill:
    """A month's bill: the chance that it is late, that it is not paid in 90 days, and what became of it."""

    due_on: date
    late: float
    default: float
    days_late: int


@dataclass
class Life:
    """All that truly happened to one person; `left` is "", closed or silent."""

    person: Person
    accounts: list[Account]
    issues: list[Issue] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    purchases: int = 0
    left: str = ""
    left_on: date | None = None
    last_active_on: date | None = None
    outlook: Outlook | None = None

    @property
    def filings(self) -> Iterator[Filing]:
        return (contact.filing for contact in self.contacts if contact.filing)


def live(rng: Random, person: Person, world: World, prospects: Prospects) -> Life:
    """Live a person's time in the town, and look ahead from the day of the prospects."""
    return _Living(rng, person, world, prospects).live()


class _Living:
    """A life as it goes: the state that the chances of the next week depend on."""

    def __init__(self, rng: Random, person: Person, world: World, prospects: Prospects) -> None:
        self._rng, self._world, self._prospects = rng, world, prospects
        # Looking ahead must not change what happens.
        self._foresight = Random(rng.random())
        self._purchases = parameters.PURCHASES_A_WEEK * rng.lognormvariate(0, parameters.PURCHASES_SIGMA)
        accounts = money.open_accounts(rng, person, self._purchases)
        money.used_before(rng, accounts, world.start)
        self._own_level = rng.gauss(0, parameters.OWN_LEVEL_SPREAD)
        self._hurt = 0.0
        # 1 to 5, of which 2 is the middle one; firms have none.
        self._low_income = (2 - person.income_level) / 1.2 if person.income_level else 0.0
        self._is_digital = rng.random() < person.digital
        self._effects: dict[int, float] = defaultdict(float)
        self._held = {account.kind for account in accounts}
        self._incidents = [i for i in world.incidents if i.city == person.city.name]
        used = [account.last_used_on for account in accounts if account.last_used_on]
        self.life = Life(person, accounts, last_active_on=max(used, default=None))

    def live(self) -> Life:
        life, world, as_of = self.life, self._world, self._prospects.as_of
        for week in range(-(-world.days // 7)):
            monday = world.start + timedelta(days=7 * week)
            if monday <= as_of < monday + timedelta(days=7):
                life.outlook = self._outlook(week)
            if life.left or monday + timedelta(days=7) <= life.person.joined_on:
                continue
            self._hurt = self._hurt * (1 - parameters.FORGETTING) + self._effects.pop(week, 0.0)
            self._leave(week, monday)
            self._spend(monday)
            self._meet_problems(week, monday)
            if monday.day <= 7:
                self._pay_bill(monday)
        if life.left_on:
            gone = life.left_on
            life.person = replace(life.person, left_on=gone if life.left == "closed" else None)
            life.contacts = [contact for contact in life.contacts if contact.at.date() < gone]
            life.issues = [issue for issue in life.issues if issue.happened_on < gone]
        life.contacts = [contact for contact in life.contacts if contact.at.date() < world.end]
        return life

    # -- Leaving --------------------------------------------------------------------------------------------------

    def _hazard(self, hazard: Hazard, week: int, hurt: float) -> float:
        young = (self._world.start + timedelta(days=7 * week) - self.life.person.joined_on).days < 365
        offered = week in self._world.offers.get(self.life.person.city.name, ())
        logit = (
            hazard.base
            + hazard.dissatisfaction * (self._own_level + hurt)
            + hazard.young_account * young
            + hazard.low_income * self._low_income
            + hazard.offer * offered
        )
        return 1 / (1 + math.exp(-logit))

    def _leave(self, week: int, monday: date) -> None:
        for kind, hazard in (("closed", parameters.LEAVES), ("silent", parameters.FALLS_SILENT)):
            if not self.life.left and self._rng.random() < self._hazard(hazard, week, self._hurt):
                self.life.left = kind
                self.life.left_on = max(monday, self.life.person.joined_on) + timedelta(days=self._rng.randrange(1, 7))
                for account in self.life.accounts:
                    account.closed_on = self.life.left_on if kind == "closed" else None
                    account.lie_idle("fell_silent")

    def _outlook(self, week: int) -> Outlook:
        stays = [self._stays(week) for _ in range(FUTURES)]
        return Outlook(self._prospects.as_of, 1 - fmean(stays), self.life.last_active_on)

    def _stays(self, week: int) -> float:
        """Return the chance to stay in one future: what is under way will hurt yet, what is to come is drawn."""
        stays, hurt = 1.0, self._hurt
        for ahead, more in enumerate(self._prospects.future(self._foresight, self.life.person.tendency)):
            for hazard in (parameters.LEAVES, parameters.FALLS_SILENT):
                stays *= 1 - self._hazard(hazard, week + ahead, hurt)
            hurt = hurt * (1 - parameters.FORGETTING) + self._effects.get(week + ahead + 1, 0.0) + more
        return stays

    # -- Money ----------------------------------------------------------------------------------------------------

    def _spend(self, monday: date) -> None:
        life, rng = self.life, self._rng
        mood = math.exp(-parameters.PURCHASES_LOST * max(self._own_level + self._hurt, 0))
        for account in life.accounts:
            if account.kind in money.CARDS and account.last_used_on and not account.idle_reason:
                lapses = parameters.LAPSES
                logit = lapses.base + lapses.dissatisfaction * (self._own_level + self._hurt)
                if rng.random() < 1 / (1 + math.exp(-logit)):
                    is_hurt = self._own_level + self._hurt > parameters.IDLE_FOR_DISSATISFACTION
                    account.lie_idle("complaint_before" if is_hurt else "low_need")
            if account.activated_on and rng.random() < account.weekly_use * mood:
                day = monday + timedelta(days=rng.randrange(7))
                if account.activated_on <= day < self._world.end and (life.left_on is None or day < life.left_on):
                    account.last_used_on = max(day, account.last_used_on or day)
                    life.last_active_on = max(day, life.last_active_on or day)
                    life.purchases += 1

    def _pay_bill(self, monday: date) -> None:
        if not self._held & {"credit_card", "loan"} or self.life.left:
            return
        late, default = (
            1 / (1 + math.exp(-(h.base + h.dissatisfaction * self._hurt + h.low_income * self._low_income)))
            for h in (parameters.PAYS_LATE, parameters.DEFAULTS)
        )
        drawn, days_late = self._rng.random(), 0
        if drawn < default:
            days_late = 90 + self._rng.randrange(60)
        elif drawn < default + late:
            days_late = 1 + int(self._rng.expovariate(1 / 9))
        self.life.bills.append(Bill(monday + timedelta(days=4), late, default, days_late))

    # -- Problems -------------------------------------------------------------------------------------------------

    def _meet_problems(self, week: int, monday: date) -> None:
        life, world = self.life, self._world
        for offset in range(min(7, world.days - 7 * week)):
            today = monday + timedelta(days=offset)
            if today < life.person.joined_on or (life.left_on and today >= life.left_on):
                continue
            for cause in self._causes(7 * week + offset):
                issue = issue_of(self._rng, life.person, cause, len(life.issues) + 1, today)
                life.issues.append(issue)
                self._effects[week + 1] += parameters.HURT[issue.severity - 1]
                for contact in contacts.tell(self._rng, issue, world.employees, self._is_digital):
                    life.contacts.append(contact)
                    for effect in contacts.effects(contact):
                        self._effects[(effect.at - world.start).days // 7 + 1] += effect.change

    def _causes(self, day: int) -> Iterator[Cause]:
        rng = self._rng
        for incident in self._incidents:
            strikes = incident.first_day <= day <= incident.last_day and incident.cause.needs in self._held
            if strikes and rng.random() < incident.daily_rate:
                yield incident.cause
        sums = self._world.problems[day].sums
        if rng.random() < sums[-1] * self.life.person.tendency:
            cause = rng.choices(CAUSES, cum_weights=sums)[0]
            if cause.needs in self._held:
                yield cause
