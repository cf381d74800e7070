"""What is likely to happen to customers in the time to come: so that the town's own chances of leaving are right."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from random import Random

from jobs.town import contacts, parameters
from jobs.town.people import Person
from jobs.town.world import CAUSES, World

HORIZON_DAYS = 90
WEEKS = -(-HORIZON_DAYS // 7)
_SAMPLES = 400


@dataclass
class Prospects:
    """The day to look ahead from, the problems a week from there, and what problems do to people: a sample of it.

    A week's dissatisfaction is that of today, decayed, and a compound Poisson sum of what comes on top. Hazards are all
    but exponential in it, so that what comes multiplies them by its moment generating function.
    """

    as_of: date
    weekly_problems: float
    hurts: tuple[float, ...]
    _known: dict[tuple[float, int, float], float] = field(default_factory=dict)

    def more(self, dissatisfaction: float, ahead: int, tendency: float) -> float:
        """Return by how much what may happen in the weeks before the one `ahead` multiplies its hazard."""
        key = (dissatisfaction, ahead, tendency)
        if key not in self._known:
            sums = 0.0
            for since in range(ahead):
                weight = dissatisfaction * (1 - parameters.FORGETTING) ** since
                moment = sum(math.exp(weight * hurt) for hurt in self.hurts) / len(self.hurts)
                sums += self.weekly_problems * tendency * (moment - 1)
            self._known[key] = math.exp(sums)
        return self._known[key]


def look(rng: Random, person: Person, world: World, as_of: date) -> Prospects:
    """Draw problems as anybody has them, `person` for one, and sum up what each does."""
    day = min((as_of - world.start).days, world.days - 1)
    rate, sums = world.problems[day]
    hurts = []
    for _ in range(_SAMPLES):
        issue = contacts.issue_of(rng, person, rng.choices(CAUSES, cum_weights=sums)[0], 1, as_of)
        told = contacts.tell(rng, issue, world.employees, rng.random() < 0.5)
        moved = sum(effect.change for contact in told for effect in contacts.effects(contact))
        hurts.append(parameters.HURT[issue.severity - 1] + moved)
    held = sum(parameters.HOLDS[cause.needs] * share for cause, share in zip(CAUSES, _shares(sums), strict=True))
    return Prospects(as_of, 7 * rate * held, tuple(hurts))


def _shares(sums: tuple[float, ...]) -> list[float]:
    return [(after - before) / sums[-1] for before, after in zip((0.0, *sums), sums, strict=False)]
