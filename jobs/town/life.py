"""One person's time in the town, week by week: what happens to them, what they do about it, whether they stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from jobs.town import bills, contacts, ledger, money, parameters, shopping
from jobs.town.bills import Bill, Statement
from jobs.town.contacts import Contact, Issue
from jobs.town.ledger import Movement
from jobs.town.money import Account
from jobs.town.outlook import Outlook, Prospects, State, look_ahead
from jobs.town.person import Person
from jobs.town.shopping import Order
from jobs.town.world import CAUSES, Cause, World


@dataclass
class Life:
    """All that truly happened to one person; `left` is "", closed or silent, from `left_on` on.

    `moods` are the shares of their purchases that are left, by week of the run; 0 before they joined, after they left.
    """

    person: Person
    accounts: list[Account]
    issues: list[Issue] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    moods: list[float] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)  # one for each bill
    movements: list[Movement] = field(default_factory=list)
    left: str = ""
    left_on: date | None = None
    last_active_on: date | None = None
    outlook: Outlook | None = None
    # Accounts used between the day of the outlook and the end of its horizon.
    used_ahead: set[str] = field(default_factory=set)
    orders_a_week: float = 0.0  # in the shop, while nothing annoys them
    orders: list[Order] = field(default_factory=list)


def live(dice: Callable[[str], Random], person: Person, world: World, prospects: Prospects) -> Life:
    """Live a person's time in the town, and look ahead from the day of the prospects."""
    return _Living(dice, person, world, prospects).live()


class _Living:
    """A life as it goes: the state that the chances of the next week depend on."""

    def __init__(self, dice: Callable[[str], Random], person: Person, world: World, prospects: Prospects) -> None:
        self._rng = rng = dice(f"life:{person.person_id}")
        # Looking ahead must not change what happens, nor what changes nothing the rest.
        self._foresight, self._asking = dice(f"ahead:{person.person_id}"), dice(f"asking:{person.person_id}")
        self._purse = dice(f"purse:{person.person_id}")
        self._world, self._prospects = world, prospects
        purchases = parameters.PURCHASES_A_WEEK * rng.lognormvariate(0, parameters.PURCHASES_SIGMA)
        accounts = money.open_accounts(rng, self._purse, person, purchases, world.period.start, world.seed)
        self._state = State(
            own_level=rng.gauss(0, parameters.OWN_LEVEL_SPREAD),
            # Firms have no income level.
            low_income=(parameters.MIDDLE_INCOME - person.income_level) if person.income_level else 0.0,
            joined_on=person.joined_on,
            offers=world.offers.get(person.city.name, frozenset()),
        )
        self._is_digital = rng.random() < person.digital
        self._effects: dict[int, float] = defaultdict(float)
        self._incidents = [i for i in world.incidents if i.city == person.city.name]
        used = [account.last_used_on for account in accounts if account.last_used_on]
        self.life = Life(person, accounts, last_active_on=max(used, default=None))
        self._shopping = dice(f"shop:{person.person_id}")
        self.life.orders_a_week = shopping.orders_a_week(self._shopping, person)

    def live(self) -> Life:
        life, period = self.life, self._world.period
        for week in range(-(-period.days // 7)):
            first_day = period.start + timedelta(days=7 * week)
            days = min(7, period.days - 7 * week)
            if first_day + timedelta(days=days) <= life.person.joined_on:
                life.moods.append(0.0)
                continue
            self._state.hurt = self._state.hurt * (1 - parameters.FORGETTING) + self._effects.pop(week, 0.0)
            if first_day == self._prospects.as_of and first_day > life.person.joined_on and not life.left:
                life.outlook = self._look(week)
            if not life.left and first_day > life.person.joined_on:
                self._leave(week, first_day, days)
            if not life.left or (life.left_on and life.left_on > first_day):
                self._use_accounts(week, first_day, days)
                self._meet_problems(week, first_day, days)
                self._turn_to_the_bank(week, first_day)
                self._go_shopping(first_day, days)
            life.moods.append(0.0 if life.left else self._state.mood)
            if first_day.day <= 7:
                self._pay_bill(week, first_day)
        return self._ended()

    def _ended(self) -> Life:
        life = self.life
        end = life.left_on or self._world.period.end
        life.person = replace(life.person, left_on=life.left_on if life.left == "closed" else None)
        then = (c for c in life.contacts if life.person.joined_on <= c.at.date() < end)
        by_time = sorted(then, key=lambda contact: contact.at)
        # What was on its way to who fell silent still comes, and is billed.
        closed = life.person.left_on or self._world.period.end
        life.accounts = [account for account in life.accounts if account.issued_on < closed]
        life.contacts = [
            replace(contact, number=number, card=money.card_for(life.accounts, contact.topic.needs, contact.at.date()))
            for number, contact in enumerate(by_time, start=1)
        ]
        life.movements = ledger.written(self._purse, life, self._world)
        life.statements = bills.issued(self._purse, life, self._world)
        return life

    def _look(self, week: int) -> Outlook:
        causes = [(cause, rate * self.life.person.tendency) for cause, rate in self._exposed(7 * week)]
        return look_ahead(
            self._foresight, self._prospects, self._state, week, self._effects, self.life.accounts, causes,
            is_digital=self._is_digital, last_active_on=self.life.last_active_on,
        )  # fmt: skip

    # -- Leaving --------------------------------------------------------------------------------------------------

    def _leave(self, week: int, first_day: date, days: int) -> None:
        life = self.life
        for kind, hazard in (("closed", parameters.LEAVES), ("silent", parameters.FALLS_SILENT)):
            chance = self._state.chance(hazard, week, first_day) * days / 7
            if not life.left and self._rng.random() < chance:
                life.left, life.left_on = kind, first_day + timedelta(days=self._rng.randrange(days))
                for account in life.accounts:
                    account.closed_on = life.left_on if kind == "closed" else None
                    account.lie_idle("closed" if kind == "closed" else "fell_silent")

    # -- Money ----------------------------------------------------------------------------------------------------

    def _use_accounts(self, week: int, first_day: date, days: int) -> None:
        life, rng = self.life, self._rng
        for account in life.accounts:
            if account.issued_on >= first_day + timedelta(days=days):
                continue
            if account.may_lapse and rng.random() < self._state.chance(parameters.LAPSES, week, first_day):
                is_hurt = self._state.unhappy > parameters.IDLE_FOR_DISSATISFACTION and self._has_complained(first_day)
                account.lie_idle("complaint_before" if is_hurt else "low_need")
            if rng.random() < account.chance_a_week(self._state.mood):
                day = first_day + timedelta(days=rng.randrange(days))
                if day < account.issued_on or (account.activated_on and day < account.activated_on):
                    continue
                if life.left_on is None or day < life.left_on:
                    end = min(first_day + timedelta(days=days), life.left_on or date.max)
                    uses = [day, *money.more_uses(self._purse, account, first_day, end, self._state.mood)]
                    account.use(uses)
                    life.last_active_on = max(*uses, life.last_active_on or day)
                    if self._prospects.as_of <= day < self._prospects.until:
                        life.used_ahead.add(account.account_id)

    def _has_complained(self, before: date) -> bool:
        return any(c.intent == "complaint" and c.at.date() < before for c in self.life.contacts)

    def _pay_bill(self, week: int, first_day: date) -> None:
        life, due_on = self.life, first_day + timedelta(days=parameters.DUE_AFTER_DAYS)
        owes = any(account.owes(first_day) for account in life.accounts)
        if not owes or due_on >= self._world.period.end or due_on <= life.person.joined_on or life.left == "closed":
            return
        late, default = (
            self._state.chance(hazard, week, first_day) for hazard in (parameters.PAYS_LATE, parameters.DEFAULTS)
        )
        drawn, days_late = self._rng.random(), 0
        if drawn < default:
            days_late = parameters.LOST_AFTER_DAYS + self._rng.randrange(60)
        elif drawn < default + late:
            days = 1 + int(self._rng.expovariate(1 / parameters.MEAN_DAYS_LATE))
            days_late = min(days, parameters.LOST_AFTER_DAYS - 1)
        life.bills.append(Bill(due_on, late, default, days_late))

    # -- The shop -------------------------------------------------------------------------------------------------

    def _go_shopping(self, first_day: date, days: int) -> None:
        life = self.life
        life.orders += shopping.orders(
            self._shopping, life.person, life.orders_a_week * self._state.mood, self._world.period, first_day, days,
            number=len(life.orders) + 1, until=life.left_on, is_digital=self._is_digital,
        )  # fmt: skip

    # -- Problems -------------------------------------------------------------------------------------------------

    def _meet_problems(self, week: int, first_day: date, days: int) -> None:
        life, world = self.life, self._world
        for offset in range(days):
            today = first_day + timedelta(days=offset)
            if today < life.person.joined_on or (life.left_on and today >= life.left_on):
                continue
            for cause in self._causes(7 * week + offset):
                known = world.known_on(7 * week + offset)
                issue = contacts.issue_of(self._rng, life.person, cause, len(life.issues) + 1, today, known)
                life.issues.append(issue)
                # Of what happens in a week is felt from the next one on.
                self._effects[week + 1] += parameters.HURT[issue.severity - 1]
                for contact in contacts.tell(self._rng, issue, world.employees, self._is_digital):
                    life.contacts.append(contact)
                    life.contacts += contacts.afterwards(
                        self._asking, contact, world.employees, is_digital=self._is_digital
                    )
                    for effect in contacts.effects(contact):
                        self._effects[(effect.at - world.period.start).days // 7 + 1] += effect.change

    def _turn_to_the_bank(self, week: int, first_day: date) -> None:
        known = self._world.known_on(7 * week)
        self.life.contacts += contacts.others(
            self._asking, self.life.person, self._world.employees, known, first_day, is_digital=self._is_digital
        )

    def _causes(self, day: int) -> Iterator[Cause]:
        rng = self._rng
        for incident in self._incidents:
            strikes = incident.first_day <= day <= incident.last_day and self._can_have(incident.cause, day)
            if strikes and rng.random() < incident.daily_rate:
                yield incident.cause
        sums = self._world.rates[day].sums
        if rng.random() < sums[-1] * self.life.person.tendency:
            cause = rng.choices(CAUSES, cum_weights=sums)[0]
            if self._can_have(cause, day):
                yield cause

    def _exposed(self, day: int) -> Iterator[tuple[Cause, float]]:
        """Yield what a person may meet, with its rate a week."""
        for cause, rate in zip(CAUSES, self._world.rates[day].rates, strict=True):
            if self._can_have(cause, day):
                yield cause, 7 * rate

    def _can_have(self, cause: Cause, day: int) -> bool:
        today = self._world.period.start + timedelta(days=day)
        return any(
            account.kind == cause.needs and account.is_in_hand(today, in_use=cause.in_use)
            for account in self.life.accounts
        )
