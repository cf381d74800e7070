"""What is the same for everybody in the town: causes, incidents, the bank's employees, offers of others."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
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
    needs: str
    in_use: bool


def _cause(key: str, label_es: str, product: str, kind: str, needs: str = "savings", *, in_use: bool = False) -> Cause:
    strikes = parameters.CAUSES[key]
    return Cause(key, label_es, product, kind, strikes.weight, strikes.severity, strikes.amount, needs, in_use)


CAUSES = (
    _cause("unrecognised_charge", "Cargo no reconocido", "Tarjeta de crédito", "reclamo", "credit_card", in_use=True),
    _cause("undue_fee", "Comisión indebida", "Cuenta de ahorros", "reclamo"),
    _cause("blocked_card", "Tarjeta bloqueada", "Tarjeta de débito", "reclamo", "debit_card", in_use=True),
    _cause("refund_delay", "Demora en reembolso", "Tarjeta de crédito", "reclamo", "credit_card", in_use=True),
    _cause("poor_service", "Mala atención", "Atención", "queja"),
    _cause("app_down", "App caída", "Banca móvil", "queja"),
    _cause("double_charge", "Cobro duplicado", "Tarjeta de débito", "reclamo", "debit_card", in_use=True),
    _cause("credit_denied", "Crédito negado", "Préstamo personal", "queja"),
    _cause("card_delivery", "Entrega de tarjeta", "Tarjeta de crédito", "reclamo", "credit_card"),
    _cause("wrong_data", "Datos incorrectos", "Cuenta de ahorros", "reclamo"),
)


@dataclass(frozen=True)
class Incident:
    """A cause that strikes one city for some days; each customer there is hit with `daily_rate`."""

    cause: Cause
    city: str
    first_day: int
    last_day: int
    daily_rate: float


@dataclass(frozen=True)
class Post:
    """What an employee does from a day on, and what they can attend to."""

    since: date
    team: str
    role: str
    site: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Employee:
    """Who works for the bank; `skill` moves the chance that a contact settles the matter, on the logit scale.

    `posts` are in order of time; `left_on` is the first day they are no longer there.
    """

    employee_id: str
    given: str
    skill: float
    family: str = ""
    email: str = ""
    languages: tuple[str, ...] = ("es",)
    posts: tuple[Post, ...] = ()
    left_on: date | None = None

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}"

    def post_on(self, day: date) -> Post | None:
        """Return what they do on a day; None before they came."""
        return next((post for post in reversed(self.posts) if post.since <= day), None)


class Team(NamedTuple):
    """What the people of a team are, and what they may be able to attend to."""

    role: str
    skills: tuple[str, ...]


# Mail of the bank's own goes to a domain reserved for examples.
DOMAIN = "banco.example.com"
# The teams that customers turn to, and those behind them.
ATTENDING = {
    "Central telefónica": Team("Asesor telefónico", ("tarjetas", "cuentas", "banca móvil", "préstamos")),
    "Agencias": Team("Asesor de agencia", ("cuentas", "tarjetas", "préstamos")),
    "Canales digitales": Team("Asesor digital", ("banca móvil", "tarjetas", "redes")),
    "Reclamos": Team("Analista de reclamos", ("tarjetas", "cuentas", "cargos no reconocidos")),
}
BEHIND = {
    "Cobranzas": Team("Gestor de cobranza", ("cobranza", "préstamos")),
    "Televentas": Team("Ejecutivo de ventas", ("ventas", "préstamos", "tarjetas")),
    "Operaciones": Team("Analista de operaciones", ("medios de pago", "contracargos")),
}


class Rates(NamedTuple):
    """Problems a day by cause, in the order of CAUSES, and their running sums."""

    rates: tuple[float, ...]
    sums: tuple[float, ...]


@dataclass(frozen=True)
class World:
    """What happens while the town runs, whoever one is; `offers` are a competitor's weeks by city.

    `employees` are those whom customers turn to, and are there all the time; of their `colleagues` some come and go.

    `seed` numbers what the bank itself numbers, as accounts.
    """

    seed: int
    period: Period
    incidents: tuple[Incident, ...]
    employees: tuple[Employee, ...]
    offers: dict[str, frozenset[int]]
    colleagues: tuple[Employee, ...] = ()

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
    incidents = tuple(_incidents(rng, period.days))
    # Each employee has dice of their own: what is drawn of one more thing leaves the rest as it is.
    staff = rng.randrange(2**32)
    attending = tuple(
        _hired(Random(f"employee:{staff}:{one.employee_id}"), one, ATTENDING, period) for one in employees
    )
    numbers = range(parameters.EMPLOYEES + 1, parameters.EMPLOYEES + parameters.COLLEAGUES + 1)
    colleagues = tuple(_colleague(Random(f"employee:{staff}:{number}"), number, period) for number in numbers)
    return World(seed, period, incidents, attending, offers, colleagues)


def _hired(rng: Random, employee: Employee, teams: dict[str, Team], period: Period) -> Employee:
    """Draw what is on file of an employee who was there before the town began, and their next post if they get one."""
    families = f"{names.drawn(rng, names.FAMILY_ES)} {names.drawn(rng, names.FAMILY_ES)}"
    local = f"{names.folded(employee.given)[0]}{names.folded(families).split()[0]}{employee.employee_id[1:]}".lower()
    cities = [city.name for city in names.CITIES if city.country == "PE"]
    site, since = rng.choice(cities), period.start - timedelta(days=rng.randrange(30, 4000))
    team = rng.choice(tuple(teams))
    posts = [_post(rng, teams, team, site, since)]
    if rng.random() < parameters.CHANGES_TEAM:
        other = rng.choice([name for name in teams if name != team])
        posts.append(_post(rng, teams, other, site, period.start + timedelta(days=rng.randrange(1, period.days + 1))))
    spoken = (language for language, share in parameters.EMPLOYEE_SPEAKS.items() if rng.random() < share)
    return replace(employee, family=families, email=f"{local}@{DOMAIN}", languages=("es", *spoken), posts=tuple(posts))


def _colleague(rng: Random, number: int, period: Period) -> Employee:
    given = rng.choice((*names.WOMEN_ES, *names.MEN_ES))
    one = _hired(rng, Employee(f"E{number:03d}", given, 0.0), BEHIND, period)
    drawn, day = rng.random(), period.start + timedelta(days=rng.randrange(1, period.days + 1))
    if drawn < parameters.COLLEAGUE_JOINS:
        return replace(one, posts=(replace(one.posts[0], since=day),))
    if drawn < parameters.COLLEAGUE_JOINS + parameters.COLLEAGUE_LEAVES:
        return replace(one, left_on=day, posts=tuple(post for post in one.posts if post.since < day))
    return one


def _post(rng: Random, teams: dict[str, Team], team: str, site: str, since: date) -> Post:
    role, skills = teams[team]
    return Post(since, team, role, site, tuple(rng.sample(skills, rng.randint(1, len(skills)))))


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
