"""What people hold and how they use it: accounts, cards that nobody ever used and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from jobs.town import parameters
from jobs.town.person import Person

CARDS = ("debit_card", "credit_card")


@dataclass
class Account:
    """One account or card: `activated_on` and `last_used_on` are None until that happened, if ever.

    `idle_reason` says why it was never used, or is used no longer; `weekly_use` is the chance of use in a week by a
    satisfied holder.
    """

    account_id: str
    kind: str
    issued_on: date
    weekly_use: float
    activated_on: date | None = None
    last_used_on: date | None = None
    closed_on: date | None = None
    idle_reason: str = ""

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

    def use(self, day: date) -> None:
        """Use it on a day; a card that was never activated is activated by that."""
        self.activated_on = self.activated_on or day
        self.last_used_on = max(day, self.last_used_on or day)

    def lie_idle(self, reason: str) -> None:
        """Be hardly used from now on; what lay idle before keeps its reason."""
        self.idle_reason = self.idle_reason or reason


def open_accounts(rng: Random, person: Person, purchases: float, start: date) -> list[Account]:
    """Draw what a person holds and, of what was in use before the town began, when it was last used.

    `purchases` are those of a week.
    """
    accounts = []
    for kind, share in parameters.HOLDS.items():
        if rng.random() < share:
            account = _opened(rng, f"{person.person_id}-{kind}", kind, person.joined_on, purchases)
            _use_before(rng, account, start)
            accounts.append(account)
    return accounts


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
