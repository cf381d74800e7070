"""What moves on accounts: what people do with them, what comes by itself, and what went wrong or was made good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from jobs.town import parameters, places, rates
from jobs.town.contacts import Issue
from jobs.town.money import Account
from jobs.town.national_ids import scattered
from jobs.town.places import Place
from jobs.town.world import World

if TYPE_CHECKING:
    from jobs.town.life import Life

# Of one person, in all: numbers of movements are made of it.
MOST_MOVEMENTS = 100_000
# By these a holder uses an account; a shop, the bank or a thief can move money, too.
USES = frozenset(("purchase", "online", "withdrawal", "transfer", "service_payment", "cash_deposit", "loan_payment"))
CREDITS = frozenset(("cash_deposit", "loan_payment", "salary", "refund", "reversal", "bank_refund"))
APPROVED, NO_FUNDS, RESTRICTED = "00", "51", "62"  # response codes as ISO 8583 has them
DECLINED = (NO_FUNDS, NO_FUNDS, NO_FUNDS, "05", "54", "55", "61", "91")


@dataclass(slots=True)
class Movement:
    """One movement, in wall time of Lima; `minor` are minor units of the currency it was made in.

    `billed_cents` is what it is in the currency of the account; both are above 0, CREDITS tells who gets it. What it
    undoes is another movement. Where it belongs to an issue `tie` says how: fraud, original, duplicate, undue_fee,
    returned, late_refund, refund or blocked. `disputed_at` is when somebody first filed a complaint about it.
    """

    account: Account
    kind: str
    at: datetime
    minor: int
    currency: str
    billed_cents: int
    place: Place
    response: str = APPROVED
    undoes: Movement | None = None
    issue: Issue | None = None
    tie: str = ""
    disputed_at: datetime | None = None
    movement_id: str = ""

    @property
    def is_approved(self) -> bool:
        return self.response == APPROVED

    @property
    def is_use(self) -> bool:
        """Say whether the holder used the account by it."""
        return self.kind in USES and self.response == APPROVED and self.tie not in ("fraud", "duplicate")

    @property
    def signed_cents(self) -> int:
        """Return what the holder has the more by it."""
        return self.billed_cents if self.kind in CREDITS else -self.billed_cents


def written(purse: Random, life: Life, world: World) -> list[Movement]:
    """Return all that moved on the accounts of a life that is over, in the order of time.

    Some lie before the run: what a refund undoes.
    """
    book = _Book(purse, life, world)
    book.write()
    movements = sorted(book.movements, key=lambda movement: movement.at)
    first = life.person.number * MOST_MOVEMENTS
    for number, movement in enumerate(movements, start=1):
        movement.movement_id = f"{scattered(world.seed, 'movement', first + number, 10**12):012d}"
    return movements


class _Book:
    """The movements of one person as they are written down."""

    def __init__(self, purse: Random, life: Life, world: World) -> None:
        self._rng, self._life, self._period = purse, life, world.period
        self._means = parameters.MEANS[life.person.income_level]
        self.movements: list[Movement] = []

    def write(self) -> None:
        for account in self._life.accounts:
            self._uses(account)
            if account.kind == "savings":
                self._salaries(account)
                self._monthly_fees(account)
            elif account.kind == "credit_card":
                self._insurance(account)
            self._first_decline(account)
        for issue in self._life.issues:
            self._of_issue(issue)

    # -- What people do, and what comes by itself ------------------------------------------------------------------

    def _uses(self, account: Account) -> None:
        rng, add = self._rng, self.movements.append
        usual, sums = places.of_account(account.kind, self._life.person.city)
        is_card = account.last4 != ""
        for day in account.used_on:
            place = rng.choices(usual, cum_weights=sums)[0]
            made = self._made(account, place, _moment(rng, day, place.channel))
            add(made)
            if is_card:
                self._around(made, rng.random())

    def _around(self, made: Movement, drawn: float) -> None:
        """Decline an attempt before a purchase, or give it back, now and then."""
        rng, account = self._rng, made.account
        if drawn < parameters.DECLINED_BEFORE:
            before = made.at - timedelta(seconds=rng.randrange(20, 400))
            if account.is_open(before.date()) and before.date() >= self._period.start:
                # Who has no funds takes less then.
                more = rng.uniform(1, 2.5)
                minor, billed = int(made.minor * more), int(made.billed_cents * more)
                declined = replace(made, at=before, minor=minor, billed_cents=billed, response=rng.choice(DECLINED))
                self.movements.append(declined)
        elif drawn < parameters.DECLINED_BEFORE + parameters.REVERSED:
            self._give_back(made, "reversal", made.at + timedelta(seconds=rng.randrange(40, 7200)))
        elif drawn < parameters.DECLINED_BEFORE + parameters.REVERSED + parameters.RETURNED and made.kind == "purchase":
            self._give_back(made, "refund", made.at + timedelta(days=rng.randint(*parameters.RETURNED_WITHIN)))

    def _give_back(self, made: Movement, kind: str, at: datetime, issue: Issue | None = None, tie: str = "") -> None:
        if made.account.is_open(at.date()) and at.date() < self._period.end:
            back = replace(made, kind=kind, at=at, undoes=made, issue=issue, tie=tie, disputed_at=None)
            self.movements.append(back)

    def _made(self, account: Account, place: Place, at: datetime) -> Movement:
        soles = place.middle * self._means * self._rng.lognormvariate(0, place.spread)
        minor = rates.exchanged(int(soles * 100), "PEN", place.currency, at.date())
        minor = max(minor // place.step, 1) * place.step
        if account.kind == "credit_card":
            most = rates.exchanged(account.limit_cents, account.currency, place.currency, at.date())
            minor = min(minor, most // place.step * place.step or most)
        return self._movement(account, place.kind, at, minor, place.currency, place)

    def _movement(self, account: Account, kind: str, at: datetime, minor: int, currency: str, place: Place) -> Movement:
        billed = rates.exchanged(minor, currency, account.currency, at.date())
        return Movement(account, kind, at, minor, currency, billed, place)

    def _salaries(self, account: Account) -> None:
        rng, person = self._rng, self._life.person
        if person.company or rng.random() >= parameters.SALARY_ACCOUNT:
            return
        payday = rng.choice(parameters.PAYDAYS)
        whole = parameters.SALARY[0] * self._means * rng.lognormvariate(0, parameters.SALARY[1])
        soles = int(whole / 10) * 1000
        for first in self._months():
            day = first + timedelta(days=payday - 1)
            if day.month != first.month:  # of February the last one
                day -= timedelta(days=day.day)
            # Who fell silent has the salary sent elsewhere.
            if self._can_move(account, day) and not (self._life.left_on and self._life.left_on <= day):
                place = places.SYSTEM._replace(kind="salary", name="ABONO DE HABERES")
                minor = rates.exchanged(soles, "PEN", account.currency, day)
                at = datetime(day.year, day.month, day.day, 6, rng.randrange(60), rng.randrange(60))
                self.movements.append(self._movement(account, "salary", at, minor, account.currency, place))

    def _monthly_fees(self, account: Account) -> None:
        if account.monthly_fee_cents:
            for first in self._months():
                if self._can_move(account, first):
                    self._charge(account, first, account.monthly_fee_cents, account.currency, "COMISION MANTENIMIENTO")

    def _insurance(self, account: Account) -> None:
        """Charge what comes with the month's bill of a card, at the end of the month before."""
        cents = self._rng.randint(*parameters.INSURANCE_FEE)
        for bill in self._life.bills:
            day = bill.due_on.replace(day=1) - timedelta(days=1)
            if self._can_move(account, day) and account.first_used_on and account.first_used_on <= day:
                self._charge(account, day, cents, account.currency, "SEGURO DE DESGRAVAMEN")

    def _charge(self, account: Account, day: date, minor: int, currency: str, name: str) -> Movement:
        at = datetime(day.year, day.month, day.day, 23, self._rng.randrange(30, 60), self._rng.randrange(60))
        fee = self._movement(account, "fee", at, minor, currency, places.SYSTEM._replace(name=name))
        self.movements.append(fee)
        return fee

    def _months(self) -> Iterator[date]:
        """Yield the first day of each month of the run."""
        first = self._period.start.replace(day=1)
        while first < self._period.end:
            yield first
            first = (first + timedelta(days=32)).replace(day=1)

    def _can_move(self, account: Account, day: date) -> bool:
        return self._period.start <= day < self._period.end and account.is_open(day)

    def _first_decline(self, account: Account) -> None:
        began = account.activated_on
        if account.idle_reason == "declined_first_use" and began and self._can_move(account, began):
            usual, sums = places.of_account(account.kind, self._life.person.city)
            place = self._rng.choices(usual, cum_weights=sums)[0]
            declined = self._made(account, place, _moment(self._rng, began, place.channel))
            declined.response = self._rng.choice(DECLINED)
            self.movements.append(declined)

    # -- What goes wrong --------------------------------------------------------------------------------------------

    def _of_issue(self, issue: Issue) -> None:
        write = {
            "unrecognised_charge": self._strange_purchase,
            "double_charge": self._charged_twice,
            "undue_fee": self._undue_fee,
            "refund_delay": self._refund_delay,
            "blocked_card": self._blocked,
        }.get(issue.cause.key)
        account = self._account_of(issue)
        if write is None or account is None:
            return
        # A card that nobody had activated was so on the day that something went wrong with it.
        account.activated_on = min(account.activated_on or issue.happened_on, issue.happened_on)
        wrong = write(account, issue)
        if wrong is None:
            return
        told = [c for c in self._life.contacts if c.issue is issue and c.filing]
        if issue.cause.key != "refund_delay" and told:
            wrong.disputed_at = told[0].at
        for contact in told:
            filing = contact.filing
            if filing and filing.refund_cents and filing.answered_at:
                self._make_good(wrong, filing.refund_cents, filing.answered_at, issue)

    def _account_of(self, issue: Issue) -> Account | None:
        kind, day = issue.cause.needs, issue.happened_on
        return next((a for a in self._life.accounts if a.kind == kind and a.is_in_hand(day, in_use=False)), None)

    def _strange_purchase(self, account: Account, issue: Issue) -> Movement:
        place = self._rng.choice(places.STRANGE)
        at = _moment(self._rng, issue.happened_on, "ECOM")
        return self._tied(account, place, at, issue, "fraud")

    def _tied(self, account: Account, place: Place, at: datetime, issue: Issue, tie: str) -> Movement:
        """Write a movement of the amount that an issue is about."""
        made = self._movement(account, place.kind, at, issue.cents or 1, issue.currency, place)
        made.issue, made.tie = issue, tie
        self.movements.append(made)
        return made

    def _charged_twice(self, account: Account, issue: Issue) -> Movement:
        """Charge a purchase of the last days again: one of the holder's, else one that comes by itself."""
        day = issue.happened_on
        original = self._bought(account, day - timedelta(days=parameters.DOUBLED_WITHIN), day, issue, "original")
        if original is None:
            at = _moment(self._rng, day, "ECOM")
            original = self._tied(account, places.RECURRING, at, issue, "original")
        at = original.at + timedelta(seconds=self._rng.randrange(2, 90))
        if at.date() != day:
            # The shop sent its day's sales a second time.
            at = datetime(day.year, day.month, day.day, 23, 10 + self._rng.randrange(45), self._rng.randrange(60))
        again = replace(original, at=at, tie="duplicate")
        self.movements.append(again)
        return again

    def _bought(self, account: Account, since: date, until: date, issue: Issue, tie: str) -> Movement | None:
        """Make the last purchase of the holder between two days the one that an issue is about."""
        undone = {id(movement.undoes) for movement in self.movements if movement.undoes}
        found = [m for m in self.movements if m.account is account and m.kind in ("purchase", "online") and m.is_use
                 and since <= m.at.date() <= until and m.issue is None and id(m) not in undone]  # fmt: skip
        if not found:
            return None
        last = max(found, key=lambda movement: movement.at)
        last.minor, last.currency, last.issue, last.tie = issue.cents or 1, issue.currency, issue, tie
        last.billed_cents = rates.exchanged(last.minor, last.currency, account.currency, last.at.date())
        return last

    def _undue_fee(self, account: Account, issue: Issue) -> Movement:
        fee = self._charge(account, issue.happened_on, issue.cents or 1, issue.currency, "COMISION VARIOS")
        fee.issue, fee.tie = issue, "undue_fee"
        return fee

    def _refund_delay(self, account: Account, issue: Issue) -> Movement:
        """Return a purchase of some weeks ago; the money comes late, unless the bank gives it first."""
        rng, day = self._rng, issue.happened_on
        least, most = parameters.BOUGHT_BEFORE
        bought = self._bought(account, day - timedelta(days=most), day - timedelta(days=least), issue, "returned")
        if bought is None:
            on = max(day - timedelta(days=rng.randint(least, most)), account.activated_on or day)
            bought = self._tied(account, places.RECURRING, _moment(rng, on, "ECOM"), issue, "returned")
        is_given = any(c.issue is issue and c.filing and c.filing.refund_cents for c in self._life.contacts)
        if not is_given:
            days = 1 + int(rng.expovariate(1 / parameters.LATE_REFUND_MEAN_DAYS))
            at = datetime(day.year, day.month, day.day, 11, rng.randrange(60)) + timedelta(days=days)
            self._give_back(bought, "refund", at, issue, "late_refund")
        return bought

    def _blocked(self, account: Account, issue: Issue) -> None:
        """Block a card for some days, until its holder uses it again at the latest, and decline an attempt."""
        day, rng = issue.happened_on, self._rng
        usual, sums = places.of_account(account.kind, self._life.person.city)
        place = rng.choices(usual, cum_weights=sums)[0]
        attempt = self._made(account, place, _moment(rng, day, place.channel))
        attempt.response, attempt.issue, attempt.tie = RESTRICTED, issue, "blocked"
        self.movements.append(attempt)
        days = 1 + int(rng.expovariate(1 / parameters.BLOCKED_MEAN_DAYS))
        next_use = min((used_on for used_on in account.used_on if used_on > day), default=date.max)
        account.blocked.append((day, min(day + timedelta(days=days), next_use)))

    def _make_good(self, wrong: Movement, cents: int, at: datetime, issue: Issue) -> None:
        if wrong.account.is_open(at.date()) and at.date() < self._period.end:
            place = wrong.place._replace(channel="SYS", name="ABONO POR RECLAMO")
            given = self._movement(wrong.account, "bank_refund", at, cents, issue.currency, place)
            given.undoes, given.issue, given.tie = wrong, issue, "refund"
            self.movements.append(given)


def _moment(rng: Random, day: date, channel: str) -> datetime:
    """Return a moment of the day: of shops and counters while they are open, of the web at any hour."""
    if channel == "BRANCH":
        seconds = 9 * 3600 + int(rng.random() * 9 * 3600)
    elif channel == "POS":
        seconds = 8 * 3600 + int(rng.random() * 14 * 3600)
    else:
        seconds = 3600 + int(rng.random() * 22.8 * 3600)
    return datetime(day.year, day.month, day.day, seconds // 3600, seconds // 60 % 60, seconds % 60)
