"""What customers allow the bank, and take back, in their own time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from jobs.town import parameters
from jobs.town.life import Life
from jobs.town.person import Period

# What the consent is for, and the channel it is for.
Use = tuple[str, str]
MARKETING = tuple(use for use in parameters.CONSENTS if use[0] == "marketing")


@dataclass(frozen=True)
class Statement:
    """What a customer said at one moment, in wall time of Lima; `where` is contract, app, phone or web."""

    at: datetime
    where: str
    allowed: dict[Use, bool]


def statements(seed: int, life: Life, period: Period) -> list[Statement]:
    """Return all that a customer said until the end of the town, in order: the same whoever asks."""
    rng, person = Random(f"{seed}:consent:{life.person.person_id}"), life.person
    if person.joined_on >= period.end:
        return []
    holds = {use: rng.random() < share for use, share in parameters.CONSENTS.items()}
    found = [Statement(_at_an_hour(rng, person.joined_on), "contract", dict(holds))]
    for week, mood in enumerate(life.moods):
        drawn = rng.random()
        if mood and drawn < withdrawal(mood):
            where, uses, is_granted = rng.choice(("phone", "web", "app")), [u for u in MARKETING if holds[u]], False
        elif mood and drawn > 1 - parameters.ALLOWS_IN_APP * person.digital * mood:
            where, uses, is_granted = "app", [u for u in MARKETING if not holds[u]], True
        else:
            continue
        day = period.start + timedelta(days=7 * week + rng.randrange(7))
        if uses and person.joined_on < day < (life.left_on or period.end):
            allowed = dict.fromkeys(uses, is_granted)
            holds.update(allowed)
            found.append(Statement(_at_an_hour(rng, day), where, allowed))
    return found


def withdrawal(mood: float) -> float:
    """Return the chance a week to withdraw what was allowed, of somebody who does this share of their purchases."""
    unhappy = -math.log(mood) / parameters.PURCHASES_LOST
    return 1 / (1 + math.exp(-parameters.WITHDRAWS.base - parameters.WITHDRAWS.dissatisfaction * unhappy))


def holding(said: Iterable[Statement], use: Use, at: datetime) -> bool:
    """Say whether the customer allowed a use by that moment."""
    return next((s.allowed[use] for s in reversed(list(said)) if s.at <= at and use in s.allowed), False)


def _at_an_hour(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(9)) + timedelta(seconds=rng.randrange(10 * 3600))
