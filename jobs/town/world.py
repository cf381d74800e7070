"""What is the same for everybody in the town: causes, incidents, the bank's employees, offers of others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import NamedTuple

from jobs.town import names, parameters
from jobs.town.person import Period


@dataclass(frozen=True)
class Cause:
    """What went wrong; `amount` is the range of money claimed in whole units, None where no money is claimed.

    `needs` is what somebody must hold to have the problem, `in_use` says that they must have used it.
    """

    key: str
    label_es: str
    product: str
    kind: str
    weight: int
    severity: tuple[int, int, int]
    amount: tuple[int, int] | None
    needs: str = "savings"
    in_use: bool = False


CAUSES = (
    Cause("unrecognised_charge", "Cargo no reconocido", "Tarjeta de crédito", "reclamo", 20, (2, 4, 4), (30, 2500),
          "credit_card", True),
    Cause("undue_fee", "Comisión indebida", "Cuenta de ahorros", "reclamo", 14, (5, 4, 1), (5, 180)),
    Cause("blocked_card", "Tarjeta bloqueada", "Tarjeta de débito", "reclamo", 10, (3, 4, 3), None, "debit_card", True),
    Cause("refund_delay", "Demora en reembolso", "Tarjeta de crédito", "reclamo", 12, (2, 5, 3), (40, 1800),
          "credit_card", True),
    Cause("poor_service", "Mala atención", "Atención", "queja", 14, (5, 4, 1), None),
    Cause("app_down", "App caída", "Banca móvil", "queja", 8, (5, 4, 1), None),
    Cause("double_charge", "Cobro duplicado", "Tarjeta de débito", "reclamo", 10, (3, 5, 2), (10, 900), "debit_card",
          True),
    Cause("credit_denied", "Crédito negado", "Préstamo personal", "queja", 4, (3, 4, 3), None),
    Cause("card_delivery", "Entrega de tarjeta", "Tarjeta de crédito", "reclamo", 5, (5, 4, 1), None, "credit_card"),
    Cause("wrong_data", "Datos incorrectos", "Cuenta de ahorros", "reclamo", 3, (5, 4, 1), None),
)  # fmt: skip


@dataclass(frozen=True)
class Incident:
    """A cause that strikes one city for some days; each customer there is hit with `daily_rate`."""

    cause: Cause
    city: str
    first_day: int
    last_day: int
    daily_rate: float


@dataclass(frozen=True)
class Employee:
    """Who answers; `skill` moves the chance that a contact settles the matter, on the logit scale."""

    employee_id: str
    given: str
    skill: float


class Rates(NamedTuple):
    """Problems a day by cause, in the order of CAUSES, and their running sums."""

    rates: tuple[float, ...]
    sums: tuple[float, ...]


@dataclass(frozen=True)
class World:
    """What happens while the town runs, whoever one is; `offers` are a competitor's weeks by city.

    `seed` numbers what the bank itself numbers, as accounts.
    """

    seed: int
    period: Period
    incidents: tuple[Incident, ...]
    employees: tuple[Employee, ...]
    offers: dict[str, frozenset[int]]

    @cached_property
    def rates(self) -> tuple[Rates, ...]:
        """For each day, the problems of a customer that no incident explains."""
        days = (tuple(self._daily_problems(cause, day) for cause in CAUSES) for day in range(self.period.days))
        return tuple(Rates(rates, tuple(accumulate(rates))) for rates in days)

    def known_on(self, day: int) -> tuple[Cause, ...]:
        """Return the causes that exist on a day of the run."""
        return CAUSES if day >= emerges_on(self.period.days) else _KNOWN_AT_FIRST

    def _daily_problems(self, cause: Cause, day: int) -> float:
        """Return how often the cause strikes a customer who can have it, on a day that no incident marks."""
        if cause.key == parameters.EMERGING_CAUSE:
            since = day - emerges_on(self.period.days)
            return parameters.EMERGING_DAILY * min(max(since, 0) / parameters.EMERGING_DAYS, 1)
        usual = parameters.DAILY_PROBLEMS * cause.weight / _ALL_WEIGHTS
        is_fixed = cause.key == parameters.FIXED_CAUSE and day >= fixed_on(self.period.days)
        return usual * (parameters.LEFT_AFTER_FIX if is_fixed else 1)


_KNOWN_AT_FIRST = tuple(cause for cause in CAUSES if cause.key != parameters.EMERGING_CAUSE)
_ALL_WEIGHTS = sum(cause.weight for cause in _KNOWN_AT_FIRST)


def emerges_on(days: int) -> int:
    """Return the day of a run on which the cause that nobody knew begins."""
    return math.ceil(parameters.EMERGES_AFTER * days)


def fixed_on(days: int) -> int:
    """Return the day of a run on which an action ends most of a cause."""
    return math.ceil(parameters.FIXED_AFTER * days)


def draw(rng: Random, period: Period, seed: int) -> World:
    """Draw the incidents, the employees and the offers of a run."""
    cities = sorted({city.name for city in names.CITIES})
    offers: dict[str, frozenset[int]] = {}
    weeks = -(-period.days // 7)
    for city in cities:
        if rng.random() < parameters.OFFER_CITIES:
            first = rng.randrange(max(weeks - parameters.OFFER_WEEKS, 0) + 1)
            offers[city] = frozenset(range(first, first + parameters.OFFER_WEEKS))
    given = (*names.WOMEN_ES, *names.MEN_ES)
    employees = tuple(
        Employee(f"E{number:03d}", rng.choice(given), rng.gauss(0, parameters.SKILL_SPREAD))
        for number in range(1, parameters.EMPLOYEES + 1)
    )
    return World(seed, period, tuple(_incidents(rng, period.days)), employees, offers)


def _incidents(rng: Random, days: int) -> list[Incident]:
    found = []
    for _ in range(round(-(-days // 30) * parameters.INCIDENTS_A_MONTH)):
        city = rng.choices(names.CITIES, [c.weight for c in names.CITIES])[0]
        first = rng.randrange(days)
        last = first + rng.randint(*parameters.INCIDENT_DAYS) - 1
        possible = [c for c in _KNOWN_AT_FIRST if c.key != parameters.FIXED_CAUSE or last < fixed_on(days)]
        cause = rng.choices(possible, [c.weight for c in possible])[0]
        found.append(Incident(cause, city.name, first, last, rng.uniform(*parameters.INCIDENT_DAILY)))
    return found
