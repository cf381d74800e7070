"""What people order in the bank's shop, week by week: nearly all of them seldom, few of them often."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from jobs.town import catalogue, fulfilment, parameters
from jobs.town.catalogue import Article
from jobs.town.fulfilment import Attempt, Parcel, Return
from jobs.town.person import Period, Person

# Of one person, in all, and parts of an order that have a number of their own.
MOST_ORDERS = 500
PARTS = 16


@dataclass(frozen=True)
class Line:
    """One article of an order; cents are in the order's currency, tax included."""

    number: int  # from 1
    article: Article
    name: str
    quantity: int
    unit_cents: int

    @property
    def cents(self) -> int:
        return self.quantity * self.unit_cents


@dataclass(frozen=True)
class Refund:
    """What is paid back, and for how many of which lines; `part` numbers it among the parts of its order."""

    part: int
    at: datetime
    lines: tuple[tuple[Line, int, int], ...]  # with pieces and cents
    why: str

    @property
    def cents(self) -> int:
        return sum(cents for _, _, cents in self.lines)


@dataclass(frozen=True)
class Order:
    """One order and all that becomes of it, in wall time of Lima; `number` counts the person's, from 1."""

    person: Person
    number: int
    at: datetime
    channel: str
    currency: str
    lines: tuple[Line, ...]
    method: str
    instalments: int
    attempts: tuple[Attempt, ...]
    cancelled_at: datetime | None = None
    parcel: Parcel | None = None
    returns: tuple[Return, ...] = ()

    @property
    def slot(self) -> int:
        """Return a number that no other order of the town has."""
        return self.person.number * MOST_ORDERS + self.number

    def part(self, number: int) -> int:
        """Return a number that no other part of an order of the town has."""
        return self.slot * PARTS + number

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)

    @property
    def paid_at(self) -> datetime | None:
        return self.attempts[-1].at if self.attempts[-1].is_paid else None

    def refunds(self) -> Iterator[Refund]:
        """Yield what is paid back: all of what was cancelled or lost, else line by line what came back."""
        everything = tuple((line, line.quantity, line.cents) for line in self.lines)
        if self.cancelled_at and self.paid_at:
            yield Refund(0, self.cancelled_at + timedelta(hours=26), everything, "cancelled")
        elif self.parcel and self.parcel.lost_at:
            # What was never in the parcel is not paid back.
            lost = tuple(part for part in everything if part[0].article.is_goods)
            yield Refund(0, self.parcel.lost_at + timedelta(days=3, hours=2), lost, "lost")
        for back in self.returns:
            if back.refund_cents and back.refunded_at:
                line = self.lines[back.line - 1]
                yield Refund(back.line, back.refunded_at, ((line, back.quantity, back.refund_cents),), "returned")


def orders_a_week(rng: Random, person: Person) -> float:
    """Draw how often a person orders while nothing annoys them."""
    often = parameters.ORDERS_OF_FIRMS if person.company else 1.0
    return min(
        parameters.MOST_ORDERS_A_WEEK, parameters.ORDERS_A_WEEK * often * rng.lognormvariate(0, parameters.ORDERS_SIGMA)
    )


def orders(
    rng: Random, person: Person, rate: float, period: Period, first_day: date, days: int, *,
    number: int, until: date | None, is_digital: bool,
) -> Iterator[Order]:  # fmt: skip
    """Yield the orders of the days from one on; `rate` is of a week, `number` what the first one counts.

    Nobody orders before they joined or from `until` on.
    """
    for day in _days_of_orders(rng, rate, days):
        today = first_day + timedelta(days=day)
        if today < person.joined_on or (until and today >= until) or number >= MOST_ORDERS:
            continue
        yield _order(rng, person, number, _moment(rng, today), period, is_digital=is_digital)
        number += 1


def _days_of_orders(rng: Random, rate: float, days: int) -> list[int]:
    """Return the days of a week on which somebody orders, each once: two orders of a day are one."""
    found: dict[int, None] = {}
    at = -7 * math.log(1 - rng.random()) / rate
    while at < days:
        found[int(at)] = None
        at -= 7 * math.log(1 - rng.random()) / rate
    return list(found)


def _moment(rng: Random, day: date) -> datetime:
    """Return a moment from 7 to 23 hours, most often in the evening."""
    return datetime.combine(day, time()) + timedelta(seconds=int(3600 * rng.triangular(7, 23, 19)))


def _order(rng: Random, person: Person, number: int, at: datetime, period: Period, *, is_digital: bool) -> Order:
    channels = parameters.SHOP_CHANNELS[is_digital]
    channel = rng.choices(tuple(channels), tuple(channels.values()))[0]
    if channel == "counter":
        # Branches close at 19.
        at = datetime.combine(at.date(), time(9)) + timedelta(seconds=rng.randrange(10 * 3600))
    currency = "PEN" if person.country == "PE" else "USD"
    lines = tuple(_lines(rng, person, at.date(), currency, period))
    ways = parameters.PAYS_WITH[person.kind]
    method = rng.choices(tuple(ways), tuple(ways.values()))[0]
    soles = sum(line.cents for line in lines) * (1 if currency == "PEN" else parameters.SOLES_A_DOLLAR) / 100
    is_split = soles >= parameters.INSTALMENTS_FROM and rng.random() < parameters.IN_INSTALMENTS
    instalments = rng.choice(parameters.INSTALMENTS) if method == "card" and is_split else 1
    attempts = tuple(fulfilment.attempts(rng, at, method))
    order = Order(person, number, at, channel, currency, lines, method, instalments, attempts)
    return fulfilment.fulfilled(rng, order)


def _lines(rng: Random, person: Person, day: date, currency: str, period: Period) -> Iterator[Line]:
    shelf = catalogue.shelf_on(day, period)
    chosen: dict[Article, None] = {}
    while True:
        chosen[rng.choices(shelf.articles, cum_weights=shelf.weights)[0]] = None
        if len(chosen) == fulfilment.MOST_LINES or rng.random() >= parameters.MORE_ARTICLES:
            break
    for number, article in enumerate(chosen, start=1):
        cents = catalogue.price_on(article, day, period)
        if currency == "USD":
            cents = round(cents / parameters.SOLES_A_DOLLAR)
        yield Line(number, article, catalogue.name_on(article, day, period), _pieces(rng, person), cents)


def _pieces(rng: Random, person: Person) -> int:
    if person.company:
        return max(1, round(parameters.PIECES_OF_FIRMS * rng.lognormvariate(0, parameters.PIECES_SIGMA)))
    return 2 if rng.random() < parameters.TWO_PIECES else 1
