"""What becomes of an order: it is paid or not, sent, late or lost, and some of it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from jobs.town import parameters
from jobs.town.catalogue import LARGE

if TYPE_CHECKING:
    from jobs.town.shopping import Line, Order

MOST_LINES = 5  # articles in an order
FAILURES = {
    "card": ("insufficient_funds", "expired_card", "suspected_fraud", "timeout"),
    "wallet": ("insufficient_funds", "limit_exceeded", "timeout"),
    "transfer": ("account_not_found", "timeout"),
}
HUBS = {"PE": ("Lima", "Callao"), "": ("Callao", "Panamá", "Bogotá")}


@dataclass(frozen=True)
class Attempt:
    """One try to pay; `failure` says why it failed, "" where it did not."""

    at: datetime
    failure: str = ""

    @property
    def is_paid(self) -> bool:
        return not self.failure


@dataclass(frozen=True)
class Move:
    """What the carrier did with a parcel: created, picked_up, in_transit, out_for_delivery, ..., delivered or lost."""

    at: datetime
    what: str
    place: str


@dataclass(frozen=True)
class Parcel:
    """What was sent; `wrong` is the number of the line that another article came instead of, 0 where all is right."""

    promised_on: date
    moves: tuple[Move, ...]
    wrong: int = 0

    def _moment_of(self, what: str) -> datetime | None:
        return next((move.at for move in self.moves if move.what == what), None)

    @property
    def delivered_at(self) -> datetime | None:
        return self._moment_of("delivered")

    @property
    def lost_at(self) -> datetime | None:
        return self._moment_of("lost")

    @property
    def is_late(self) -> bool:
        return self.delivered_at is not None and self.delivered_at.date() > self.promised_on


@dataclass(frozen=True)
class Return:
    """Pieces of a line that somebody sends back; what is None never happened."""

    line: int
    quantity: int
    reason: str
    requested_at: datetime
    received_at: datetime | None = None
    condition: str = ""
    refused_at: datetime | None = None
    refunded_at: datetime | None = None
    refund_cents: int = 0


def attempts(rng: Random, at: datetime, method: str) -> Iterator[Attempt]:
    """Yield the tries to pay for an order, the last of them with success or given up."""
    for _ in range(parameters.MOST_PAYMENT_ATTEMPTS):
        at += timedelta(seconds=rng.randrange(20, 300))
        if rng.random() >= parameters.PAYMENT_FAILS[method]:
            yield Attempt(at)
            return
        yield Attempt(at, rng.choice(FAILURES[method]))
        if rng.random() >= parameters.PAYS_AGAIN:
            return


def fulfilled(rng: Random, order: Order) -> Order:
    """Return the order with what becomes of it once it is paid, or not."""
    paid_at = order.paid_at
    if paid_at is None:
        return replace(order, cancelled_at=order.attempts[-1].at + timedelta(hours=24))
    if order.channel != "counter" and rng.random() < parameters.CANCELS:
        return replace(order, cancelled_at=paid_at + timedelta(minutes=rng.randrange(5, 600)))
    parcel, handed_over = None, paid_at
    if _is_sent(rng, order):
        parcel = _parcel(rng, order, paid_at)
        if parcel.delivered_at is None:
            return replace(order, parcel=parcel)
        handed_over = parcel.delivered_at
    return replace(order, parcel=parcel, returns=tuple(_returns(rng, order, parcel, handed_over)))


def _is_sent(rng: Random, order: Order) -> bool:
    if order.channel != "counter":
        return any(line.article.is_goods for line in order.lines)
    has_large = any(line.article.category == LARGE for line in order.lines)
    return has_large and rng.random() < parameters.LARGE_IS_SENT


def _parcel(rng: Random, order: Order, paid_at: datetime) -> Parcel:
    city = order.person.city
    promises = parameters.PROMISED_DAYS
    days = promises.get(city.name) or promises.get(city.country) or promises[""]
    slow = parameters.SLOW_CITIES.get(city.name, 1.0)
    true_days = days * slow * rng.lognormvariate(parameters.DELIVERY_SHIFT, parameters.DELIVERY_SIGMA)
    goods = [line.number for line in order.lines if line.article.is_goods]
    wrong = rng.choice(goods) if rng.random() < parameters.WRONG_ARTICLE else 0
    moves = tuple(_moves(rng, order, paid_at, max(1, round(true_days))))
    return Parcel(paid_at.date() + timedelta(days=days), moves, wrong)


def _moves(rng: Random, order: Order, paid_at: datetime, days: int) -> Iterator[Move]:
    city = order.person.city
    hub = rng.choice(HUBS.get(city.country, HUBS[""]))
    out = _morning(rng, paid_at.date() + timedelta(days=days))
    span = out - paid_at
    yield Move(paid_at + span * 0.1, "created", "Lima")
    yield Move(paid_at + span * rng.uniform(0.2, 0.4), "picked_up", "Lima")
    yield Move(paid_at + span * rng.uniform(0.5, 0.7), "in_transit", hub)
    if rng.random() < parameters.PARCEL_LOST:
        yield Move(out + timedelta(days=7), "lost", hub)
        return
    if city.name != "Lima":
        yield Move(paid_at + span * rng.uniform(0.75, 0.95), "in_transit", city.name)
    for _ in range(parameters.MOST_MISSED):
        yield Move(out, "out_for_delivery", city.name)
        if rng.random() >= parameters.NOBODY_HOME:
            break
        yield Move(out + timedelta(minutes=rng.randrange(60, 600)), "failed_attempt", city.name)
        out = _morning(rng, out.date() + timedelta(days=1))
    else:
        yield Move(out, "out_for_delivery", city.name)
    yield Move(out + timedelta(minutes=rng.randrange(60, 600)), "delivered", city.name)


def _morning(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(7)) + timedelta(seconds=rng.randrange(2 * 3600))


def _returns(rng: Random, order: Order, parcel: Parcel | None, handed_over: datetime) -> Iterator[Return]:
    for line in order.lines:
        if not line.article.is_goods:
            continue
        is_wrong = parcel is not None and parcel.wrong == line.number
        is_late = parcel is not None and parcel.is_late
        share = parameters.RETURNS
        if is_wrong or is_late:
            share = parameters.RETURNS_WRONG if is_wrong else parameters.RETURNS_LATE
        if rng.random() < share:
            yield _return(rng, line, handed_over, is_wrong=is_wrong, is_late=is_late)


def _return(rng: Random, line: Line, handed_over: datetime, *, is_wrong: bool, is_late: bool) -> Return:
    if is_wrong:
        reason = "wrong_article"
    elif is_late and rng.random() < 0.6:
        reason = "late"
    else:
        reason = rng.choice(("faulty", "not_as_described", "changed_mind", "changed_mind"))
    quantity = rng.randint(1, line.quantity)
    asked = Return(line.number, quantity, reason, _office_hour(rng, handed_over, rng.randint(1, 10)))
    if rng.random() < parameters.NEVER_SENT_BACK:
        return asked
    days = parameters.SENT_BACK_DAYS * rng.lognormvariate(0, parameters.SENT_BACK_SIGMA)
    received_at = _office_hour(rng, asked.requested_at, max(1, round(days)))
    decided_at = _office_hour(rng, received_at, rng.randint(1, 6))
    if rng.random() < parameters.RETURN_REFUSED:
        return replace(asked, received_at=received_at, condition="damaged", refused_at=decided_at)
    is_opened = reason in ("changed_mind", "late") and rng.random() < parameters.OPENED
    condition = "faulty" if reason == "faulty" else "opened" if is_opened else "as_new"
    cents = quantity * line.unit_cents
    cents = round(cents * parameters.OPENED_REFUND) if is_opened else cents
    return replace(asked, received_at=received_at, condition=condition, refunded_at=decided_at, refund_cents=cents)


def _office_hour(rng: Random, after: datetime, days: int) -> datetime:
    """Return a moment between 9 and 18 hours so many days later."""
    return datetime.combine(after.date() + timedelta(days=days), time(9)) + timedelta(seconds=rng.randrange(9 * 3600))
