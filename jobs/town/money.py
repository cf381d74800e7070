"""What people hold and how they use it: accounts, cards that nobody ever used and why, purchases, bills."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from jobs.town import parameters
from jobs.town.people import Person

CARDS = ("debit_card", "credit_card")
# Bought to the day before the town begins: what is known of use before is only when it was last.
_LONGEST_AGO = 400


@dataclass
class Account:
    """One account or card: `activated_on` and `last_used_on` are None until that happened, if ever.

    `idle_reason` says why it was never used, or is used no longer.
    """

    account_id: str
    kind: str
    issued_on: date
    activated_on: date | None = None
    last_used_on: date | None = None
    closed_on: date | None = None
    idle_reason: str = ""
    # Used at all in a week: falls to 0 where a card has lapsed.
    weekly_use: float = 0.0

    def status(self, on: date) -> str:
        """Return never_activated, activated_never_used, lapsed (not used for 90 days), active or closed."""
        if self.closed_on and self.closed_on <= on:
            return "closed"
        if self.activated_on is None or self.activated_on > on:
            return "never_activated"
        if self.last_used_on is None:
            return "activated_never_used"
        return "active" if on - self.last_used_on <= timedelta(days=90) else "lapsed"

    def chance_of_use(self, weeks: int = 13) -> float:
        """Return the chance that it is used in the weeks to come if nothing happens to its holder."""
        return 0.0 if self.closed_on else 1 - (1 - self.weekly_use) ** weeks

    def lie_idle(self, reason: str) -> None:
        """Be hardly used from now on."""
        if not self.idle_reason:
            self.weekly_use, self.idle_reason = parameters.IDLE_WEEKLY_USE, reason


def open_accounts(rng: Random, person: Person, purchases: float) -> list[Account]:
    """Draw what a person holds from the day they joined; `purchases` are those of a week."""
    accounts = []
    for kind, share in parameters.HOLDS.items():
        if rng.random() < share:
            accounts.append(_opened(rng, f"{person.person_id}-{kind}", kind, person.joined_on, purchases))
    return accounts


def _opened(rng: Random, account_id: str, kind: str, joined_on: date, purchases: float) -> Account:
    account = Account(account_id, kind, joined_on + timedelta(days=rng.randrange(15)))
    if kind not in CARDS:
        account.activated_on = account.issued_on
        account.weekly_use = 0.6
        return account
    drawn = rng.random()
    if drawn < parameters.NEVER_ACTIVATED[kind]:
        reasons = parameters.NEVER_REASONS
        account.idle_reason = rng.choices(tuple(reasons), tuple(reasons.values()))[0]
        account.weekly_use = parameters.IDLE_WEEKLY_USE
        return account
    account.activated_on = account.issued_on + timedelta(days=rng.randrange(3, 30))
    if drawn < parameters.NEVER_ACTIVATED[kind] + parameters.ACTIVATED_NEVER_USED[kind]:
        account.idle_reason = rng.choice(("has_another", "unknown"))
        account.weekly_use = parameters.IDLE_WEEKLY_USE
        return account
    account.weekly_use = 1 - math.exp(-purchases / len(CARDS))
    return account


def used_before(rng: Random, accounts: list[Account], start: date) -> None:
    """Set when what was in use before the town began was last used."""
    for account in accounts:
        began = account.activated_on
        if began and began < start and not account.idle_reason:
            ago = min(int(rng.expovariate(max(account.weekly_use, 0.02) / 7)), _LONGEST_AGO)
            account.last_used_on = max(began, start - timedelta(days=1 + ago))
