"""What people owe each month, how they pay it, and how it is collected where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from jobs.town import parameters
from jobs.town.money import Account
from jobs.town.national_ids import scattered
from jobs.town.world import Employee, World

if TYPE_CHECKING:
    from jobs.town.ledger import Movement
    from jobs.town.life import Life

# Of one person, in all: numbers of statements and of what belongs to them are made of it.
MOST_STATEMENTS = 1000


@dataclass(frozen=True)
class Bill:
    """A month's bill: the chance that it is late, that it is not paid in 90 days, and what became of it."""

    due_on: date
    late: float
    default: float
    days_late: int

    @property
    def paid_on(self) -> date | None:
        """Return the day on which nothing of it was open any more; None where that never came."""
        is_lost = self.days_late >= parameters.LOST_AFTER_DAYS
        return None if is_lost else self.due_on + timedelta(days=self.days_late)


@dataclass(frozen=True)
class Line:
    """A line of a statement: `kind` is movement, instalment, balance or carried; `cents` is owed, or credited."""

    kind: str
    name: str
    on: date
    cents: int
    account: Account
    movement: Movement | None = None


@dataclass(frozen=True)
class Payment:
    """Money that came for a statement, `channel` is a key of parameters.PAID_BY; it counts from `value_on` on."""

    number: int
    at: datetime
    value_on: date
    cents: int
    channel: str


@dataclass(frozen=True)
class Call:
    """A call of collections: `outcome` is a key of COLLECTION_CALLS; of a promise the day, and whether it is kept."""

    at: datetime
    outcome: str
    promised_for: date | None = None
    is_kept: bool = False


@dataclass(frozen=True)
class Case:
    """A bill that collections took up: closed on a day as paid or written_off, "" while it is open."""

    opened_on: date
    agent: Employee
    calls: tuple[Call, ...]
    closed_on: date | None
    result: str


@dataclass(frozen=True)
class Statement:
    """A bill with its amount: `slot` is a number that no other one of the town has."""

    bill: Bill
    slot: int
    statement_id: str
    issued_on: date
    currency: str
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...]
    case: Case | None

    @property
    def cents(self) -> int:
        return sum(line.cents for line in self.lines)


def issued(purse: Random, life: Life, world: World) -> list[Statement]:
    """Return the statement of each bill of a life that is over."""
    found, carried = [], 0
    credit = [account for account in life.accounts if account.kind in ("credit_card", "loan")]
    for number, bill in enumerate(life.bills, start=1):
        slot = life.person.number * MOST_STATEMENTS + number
        lines = list(_lines(purse, life, bill, credit, world.period.start, carried))
        total = sum(line.cents for line in lines)
        carried = min(total - parameters.LEAST_BILL, 0)
        if carried:
            lines.append(
                Line("carried", "SALDO QUE PASA AL MES SIGUIENTE", bill.due_on.replace(day=1), -carried, credit[0])
            )
        cents = sum(line.cents for line in lines)
        found.append(
            Statement(
                bill, slot, f"EC-{scattered(world.seed, 'statement', slot, 10**10):010d}", bill.due_on.replace(day=1),
                credit[0].currency, tuple(lines), tuple(_payments(purse, life, bill, cents)),
                _collected(purse, bill, world.employees),
            )
        )  # fmt: skip
    return found


def _lines(rng: Random, life: Life, bill: Bill, credit: list[Account], start: date, carried: int) -> Iterator[Line]:
    """Yield what was carried over, the instalment of a loan and all that moved on a card in the month before."""
    until = bill.due_on.replace(day=1)
    since = (until - timedelta(days=1)).replace(day=1)
    yield Line("carried", "SALDO DEL MES ANTERIOR", since, carried, credit[0])
    for account in credit:
        if account.kind == "loan" and account.owes(bill.due_on - timedelta(days=parameters.DUE_AFTER_DAYS)):
            yield Line("instalment", "CUOTA PRESTAMO", until, account.instalment_cents, account)
        elif account.kind == "credit_card":
            if since < start and account.first_used_on and account.first_used_on < start:
                yield Line("balance", "CONSUMOS ANTERIORES", since, _balance(rng, life, account), account)
            for movement in life.movements:
                on = movement.at.date()
                if movement.account is account and movement.is_approved and max(since, start) <= on < until:
                    yield Line("movement", movement.place.name, on, -movement.signed_cents, account, movement)


def _balance(rng: Random, life: Life, account: Account) -> int:
    middle, spread = parameters.BALANCE_BEFORE
    worth = 1.0 if account.currency == "PEN" else 0.25
    drawn = middle * parameters.MEANS[life.person.income_level] * worth * rng.lognormvariate(0, spread)
    return min(int(drawn * 100), account.limit_cents)


def _payments(rng: Random, life: Life, bill: Bill, cents: int) -> Iterator[Payment]:
    """Yield what is paid of a bill, in one part or two; all of it is there when it is as late as it was to be."""
    paid_on = bill.paid_on
    if paid_on is None:
        return
    if not bill.days_late:
        # In time is on the day or before.
        paid_on -= timedelta(days=rng.randint(0, parameters.PAID_EARLY_DAYS))
    weights = parameters.PAID_BY[rng.random() < life.person.digital]
    channel = rng.choices(tuple(weights), tuple(weights.values()))[0]
    parts = [(paid_on, cents)]
    first_day = bill.due_on - timedelta(days=parameters.PAID_EARLY_DAYS)
    if rng.random() < parameters.PAID_IN_PARTS and paid_on > first_day:
        first = cents * rng.randint(2, 8) // 10
        earlier = first_day + timedelta(days=rng.randrange((paid_on - first_day).days))
        parts = [(earlier, first), (paid_on, cents - first)]
    for number, (day, part) in enumerate(parts):
        at = datetime(day.year, day.month, day.day, 7 + rng.randrange(14), rng.randrange(60), rng.randrange(60))
        value_on = day + timedelta(days=rng.random() < parameters.VALUE_NEXT_DAY)
        yield Payment(number, at, value_on, part, channel)


def _collected(rng: Random, bill: Bill, agents: tuple[Employee, ...]) -> Case | None:
    """Return the case of a bill that is still open some days after it was due."""
    opened_on = bill.due_on + timedelta(days=rng.randint(*parameters.COLLECTED_AFTER_DAYS))
    paid_on = bill.paid_on
    if bill.days_late == 0 or (paid_on and paid_on <= opened_on):
        return None
    last_call = min(paid_on or date.max, bill.due_on + timedelta(days=parameters.CALLS_END_AFTER_DAYS))
    calls, day = [], opened_on
    while day < last_call:
        calls.append(_call(rng, day, paid_on))
        # Nobody calls before a promise is due.
        waits_until = calls[-1].promised_for or day
        day = waits_until + timedelta(days=rng.randint(*parameters.DAYS_BETWEEN_CALLS))
    closed_on = paid_on or bill.due_on + timedelta(days=bill.days_late)
    return Case(opened_on, rng.choice(agents), tuple(calls), closed_on, "paid" if paid_on else "written_off")


def _call(rng: Random, day: date, paid_on: date | None) -> Call:
    at = datetime(day.year, day.month, day.day, 8 + rng.randrange(11), rng.randrange(60), rng.randrange(60))
    weights = parameters.COLLECTION_CALLS
    outcome = rng.choices(tuple(weights), tuple(weights.values()))[0]
    if outcome != "promise":
        return Call(at, outcome)
    promised_for = day + timedelta(days=rng.randint(*parameters.PROMISED_WITHIN))
    return Call(at, outcome, promised_for, paid_on is not None and paid_on <= promised_for)
