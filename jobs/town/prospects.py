"""What is likely to happen to customers in the time to come: so that the town's own chances of leaving are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import mean

from jobs.town import contacts, parameters
from jobs.town.people import Person
from jobs.town.world import CAUSES, World

HORIZON_DAYS = 90
WEEKS = -(-HORIZON_DAYS // 7)
# Drawn of each person: the chance of leaving is the mean over them.
FUTURES = 24
_SAMPLES = 400


@dataclass(frozen=True)
class Prospects:
    """The day to look ahead from, the problems a week from there, and what problems do to people: a sample of it."""

    as_of: date
    weekly_problems: float
    hurts: tuple[float, ...]

    def future(self, rng: Random, tendency: float) -> Iterator[float]:
        """Yield by how much a person of that tendency to complain may be hurt in each week to come."""
        rate = self.weekly_problems * tendency
        for _ in range(WEEKS):
            hurt = 0.0
            # Of several problems in one week no account is kept: they are few.
            if rng.random() < rate:
                hurt = rng.choice(self.hurts)
            yield hurt


def look(rng: Random, person: Person, world: World, as_of: date) -> Prospects:
    """Draw problems as anybody has them, `person` for one, and sum up what each does."""
    first = min((as_of - world.start).days, world.days - 1)
    to_come = world.problems[first : first + HORIZON_DAYS]
    rates = [mean(rates) for rates in zip(*(day.rates for day in to_come), strict=True)]
    hurts = []
    for _ in range(_SAMPLES):
        issue = contacts.issue_of(rng, person, rng.choices(CAUSES, rates)[0], 1, as_of)
        told = contacts.tell(rng, issue, world.employees, rng.random() < 0.5)
        moved = sum(effect.change for contact in told for effect in contacts.effects(contact))
        hurts.append(parameters.HURT[issue.severity - 1] + moved)
    # Those who do not hold what a cause needs are spared; incidents strike anybody in their city.
    usual = sum(parameters.HOLDS[cause.needs] * rate for cause, rate in zip(CAUSES, rates, strict=True))
    return Prospects(as_of, 7 * usual, tuple(hurts))
