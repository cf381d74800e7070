"""What people hold and how they use it: accounts, cards that nobody ever used and why."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from jobs.town import parameters
from jobs.town.national_ids import scattered
from jobs.town.person import Person

KINDS = tuple(parameters.HOLDS)
CARDS = ("debit_card", "credit_card")


@dataclass
class Account:
    """One account or card: `activated_on` and `last_used_on` are None until that happened, if ever.

    `idle_reason` says why it was never used, or is used no longer; `weekly_use` is the chance of use in a week by a
    satisfied holder. `account_id` is the number that the core bank gave it, `last4` ends that of a card.
    `limit_cents` is a card's limit or what was lent, `used_on` the days of its uses while the town ran, one for each;
    `blocked` are the days from which and until which it could not be used, `until` exclusive.
    """

    account_id: str
    kind: str
    issued_on: date
    weekly_use: float
    activated_on: date | None = None
    last_used_on: date | None = None
    closed_on: date | None = None
    idle_reason: str = ""
    last4: str = ""
    currency: str = "PEN"
    limit_cents: int = 0
    raised: tuple[date, int] | None = None  # from when, to which limit
    monthly_fee_cents: int = 0
    instalment_cents: int = 0
    first_used_on: date | None = None
    used_on: list[date] = field(default_factory=list)
    blocked: list[tuple[date, date]] = field(default_factory=list)

    def status(self, on: date) -> str:
        """Return never_activated, activated_never_used, lapsed, active or closed, as of the morning of a day."""
        if self.closed_on and self.closed_on <= on:
            return "closed"
        if self.activated_on is None or self.activated_on >= on:
            return "never_activated"
        if self.last_used_on is None or self.last_used_on >= on:
            return "activated_never_used"
        is_recent = on - self.last_used_on <= timedelta(days=parameters.LAPSED_AFTER_DAYS)
        return "active" if is_recent else "lapsed"

    def reason(self, on: date) -> str:
        """Return why it is not in use on a day; "" where it is."""
        status = self.status(on)
        if status == "active":
            return ""
        if status == "closed" or self.idle_reason:
            return self.idle_reason
        return "seldom_used" if status == "lapsed" else "just_issued"

    @property
    def may_lapse(self) -> bool:
        return self.kind in CARDS and not self.idle_reason

    def is_in_hand(self, on: date, *, in_use: bool) -> bool:
        """Say whether its holder has it on a day; `in_use`: and ever used it."""
        is_there = self.issued_on <= on and (self.closed_on is None or on < self.closed_on)
        return is_there and (not in_use or self.last_used_on is not None)

    def owes(self, on: date) -> bool:
        """Say whether a bill comes for it: of a loan after a month, of a credit card once it was used."""
        if self.kind == "loan":
            return on - self.issued_on >= timedelta(days=30)
        return self.kind == "credit_card" and self.last_used_on is not None and self.last_used_on < on

    def chance_a_week(self, mood: float) -> float:
        """Return the chance of use in a week for a holder who does this share of their purchases."""
        return (parameters.IDLE_WEEKLY_USE if self.idle_reason else self.weekly_use) * mood

    def use(self, days: list[date]) -> None:
        """Use it once on each of the days; a card that was never activated is activated by that."""
        self.used_on += sorted(days)
        first, last = min(days), max(days)
        self.activated_on = self.activated_on or first
        self.first_used_on = self.first_used_on or first
        self.last_used_on = max(last, self.last_used_on or last)

    def is_open(self, day: date) -> bool:
        """Say whether money can move on it: from its activation until it is closed."""
        began, ended = self.activated_on, self.closed_on
        return began is not None and began <= day and (ended is None or day < ended)

    def lie_idle(self, reason: str) -> None:
        """Be hardly used from now on; what lay idle before keeps its reason."""
        self.idle_reason = self.idle_reason or reason


def open_accounts(
    rng: Random, purse: Random, person: Person, purchases: float, start: date, seed: int
) -> list[Account]:
    """Draw what a person holds and, of what was in use before the town began, when it was last used.

    `purchases` are those of a week; of `purse` comes what changes nothing else in a life: amounts and terms.
    """
    accounts = []
    for kind, share in parameters.HOLDS.items():
        if rng.random() < share:
            number = person.number * len(KINDS) + KINDS.index(kind)
            account = _opened(
                rng, f"{scattered(seed, 'account', number, 10**14):014d}", kind, person.joined_on, purchases
            )
            _use_before(rng, account, start)
            accounts.append(account)
    _agree_terms(purse, person, accounts, seed)
    return accounts


def more_uses(purse: Random, account: Account, first_day: date, end: date, mood: float) -> list[date]:
    """Return the days of the other uses in a week in which an account is used, up to `end` exclusive."""
    first_day = max(first_day, account.issued_on, account.activated_on or first_day)
    days = (end - first_day).days
    count = _at_least_one(purse, _movements_a_week(account) * mood) - 1
    return [first_day + timedelta(days=int(purse.random() * days)) for _ in range(count)]


def card_for(accounts: Iterable[Account], topic_needs: str, day: date) -> Account | None:
    """Return the card that somebody has in hand who speaks of a topic: of an account, any card."""
    for account in accounts:
        is_there = account.is_in_hand(day, in_use=False) and account.idle_reason != "not_delivered"
        if account.kind in CARDS and is_there and topic_needs in (account.kind, "savings"):
            return account
    return None


def _movements_a_week(account: Account) -> float:
    if account.idle_reason:
        return parameters.IDLE_MOVEMENTS_A_WEEK
    if account.kind in CARDS:
        # Purchases come as a Poisson process: so many leave a week without any as often as `weekly_use` says.
        return -math.log(1 - min(account.weekly_use, 0.999999))
    return parameters.MOVEMENTS_A_WEEK[account.kind]


def _at_least_one(rng: Random, mean: float) -> int:
    """Draw from a Poisson distribution of which 0 is left out."""
    count, chance = 1, mean / math.expm1(mean)
    left = rng.random() - chance
    while left > 0 and count < 1000:
        count += 1
        chance *= mean / count
        left -= chance
    return count


def _agree_terms(purse: Random, person: Person, accounts: list[Account], seed: int) -> None:
    lives_in_peru, means = person.country == "PE", parameters.MEANS[person.income_level]
    in_soles = lives_in_peru and purse.random() >= parameters.DOLLAR_SAVINGS[person.kind]
    for account in accounts:
        on_credit = account.kind in ("credit_card", "loan")
        account.currency = "PEN" if (lives_in_peru if on_credit else in_soles) else "USD"
        if account.kind in CARDS:
            number = person.number * len(KINDS) + KINDS.index(account.kind)
            account.last4 = f"{scattered(seed, 'card', number, 10**10) % 10**4:04d}"
            is_unused = account.activated_on and account.first_used_on is None and account.idle_reason
            if is_unused and purse.random() < parameters.DECLINED_FIRST_USE:
                account.idle_reason = "declined_first_use"
        # Whole soles, in dollars a quarter of it: round sums either way.
        worth = 1.0 if account.currency == "PEN" else 0.25
        if account.kind == "credit_card":
            account.limit_cents = _round_sum(purse, parameters.CARD_LIMIT, means * worth)
            if account.activated_on and not account.idle_reason and purse.random() < parameters.LIMIT_RAISED:
                raised_on = account.activated_on + timedelta(days=180 * (1 + int(purse.random() * 17)))
                account.raised = raised_on, account.limit_cents * 3 // 2 // 5000 * 5000
        elif account.kind == "loan":
            account.limit_cents = _round_sum(purse, parameters.LOAN, means * worth)
            account.instalment_cents = _instalment(account.limit_cents, purse.choice(parameters.LOAN_MONTHS))
        elif account.kind == "savings" and purse.random() < parameters.HAS_MONTHLY_FEE:
            account.monthly_fee_cents = int(purse.randint(*parameters.MONTHLY_FEE) * worth)


def _round_sum(rng: Random, size: tuple[float, float], times: float) -> int:
    """Return a log-normal sum in cents that ends in 50 or 00 whole units, 200 at least."""
    drawn = size[0] * times * rng.lognormvariate(0, size[1])
    return max(200, round(drawn / 50) * 50) * 100


def _instalment(lent: int, months: int) -> int:
    """Return what is paid each month for so many months, at a fixed rate on what is left (French method)."""
    rate = parameters.LOAN_RATE
    return round(lent * rate / (1 - (1 + rate) ** -months))


def _opened(rng: Random, account_id: str, kind: str, joined_on: date, purchases: float) -> Account:
    issued_on = joined_on + timedelta(days=rng.randrange(parameters.ISSUED_WITHIN_DAYS))
    if kind not in CARDS:
        return Account(account_id, kind, issued_on, parameters.ACCOUNT_WEEKLY_USE, activated_on=issued_on)
    account = Account(account_id, kind, issued_on, 1 - math.exp(-purchases / len(CARDS)))
    drawn = rng.random()
    if drawn < parameters.NEVER_ACTIVATED[kind]:
        reasons = parameters.NEVER_REASONS
        account.idle_reason = rng.choices(tuple(reasons), tuple(reasons.values()))[0]
        return account
    account.activated_on = issued_on + timedelta(days=rng.randint(*parameters.ACTIVATED_AFTER_DAYS))
    if drawn < parameters.NEVER_ACTIVATED[kind] + parameters.ACTIVATED_NEVER_USED[kind]:
        account.idle_reason = rng.choice(("has_another", "unknown"))
    return account


def _use_before(rng: Random, account: Account, start: date) -> None:
    began = account.activated_on
    if began and began < start and not account.idle_reason:
        ago = int(rng.expovariate(max(account.weekly_use, 0.02) / 7))
        account.last_used_on = max(began, start - timedelta(days=1 + min(ago, parameters.LONGEST_UNUSED_DAYS)))
        account.first_used_on = account.last_used_on  # at the latest
