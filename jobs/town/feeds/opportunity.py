"""The CRM's deals with firms and wealthy people: a file a day with those that changed, each as it was then."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from jobs.town import files, parameters
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.identification import contact_person_of
from jobs.town.life import Life

WALL = "%Y-%m-%d %H:%M:%S"
MOST_DEALS = 100  # of one person
# What is sold, and for how many thousands of soles.
DEALS = {
    "firm": {"Préstamo capital de trabajo": (30, 800), "Planilla": (20, 300), "Terminales POS": (2, 40)},
    "person": {"Fondo de inversión": (20, 400), "Préstamo hipotecario": (150, 900), "Depósito a plazo": (30, 300)},
}
# What it is worth at each stage, in per cent.
STAGES = {"Prospecto": 10, "Contactado": 25, "Propuesta": 50, "Negociación": 75}
WON, LOST = "Ganada", "Perdida"
LOST_TO = ("Precio", "Competencia", "Sin interés", "No califica")
LEFT = "Cliente se retiró"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    life, period = customer.life, desk.period
    for number, opened_on in enumerate(_opened(desk.rng, life, period.start, desk.last_day), start=1):
        yield from _deal(customer, desk, number, opened_on)


def _opened(rng: Random, life: Life, start: date, last_day: date) -> Iterator[date]:
    """Yield the days on which employees open a deal with somebody."""
    person = life.person
    weekly = parameters.DEALS_OF_FIRMS if person.company else parameters.DEALS_OF_WEALTHY.get(person.income_level, 0.0)
    if not weekly:
        return
    first, until = max(start, person.joined_on), life.left_on or last_day
    after, found = 0.0, 0
    while found < MOST_DEALS - 1:
        after -= 7 * math.log(1 - rng.random()) / weekly
        day = first + timedelta(days=int(min(after, 10_000)))
        if day >= until:
            return
        found += 1
        yield day


def _deal(customer: Customer, desk: Desk, number: int, opened_on: date) -> Iterator[Delivery]:
    rng, person = desk.rng, customer.life.person
    wares = DEALS[person.kind]
    product = rng.choice(tuple(wares))
    low, high = wares[product]
    opened_at = _office_hour(rng, opened_on)
    fixed = {
        "oportunidad_id": f"OP-{desk.id('deal', person.number * MOST_DEALS + number)}",
        "cliente_id": customer.party_id(rng, opened_on),
        "producto": product,
        "monto": f"{rng.randrange(low * 10, high * 10) * 100}.00",
        "moneda": "PEN" if person.country == "PE" else "USD",
        "responsable": rng.choice(desk.world.employees).employee_id,
        "apertura": opened_at.strftime(WALL),
        "cierre_previsto": f"{opened_on + timedelta(days=rng.randint(20, 90))}",
    }
    speaker = contact_person_of(rng, person)
    for at, stage, reason in _stages(rng, opened_at, customer.life.left_on):
        if at.date() <= desk.last_day:
            is_over = stage in (WON, LOST)
            cells = {
                **fixed,
                "etapa": stage,
                "probabilidad": f"{STAGES.get(stage, 100 if stage == WON else 0)}",
                "cierre": at.strftime(WALL) if is_over else "",
                "motivo_perdida": reason,
                "modificado": at.strftime(WALL),
            }
            row = Row(fixed["oportunidad_id"], cells, person.person_id, contact_person_id=speaker)
            yield Delivery(at.date(), fixed["oportunidad_id"], row)


def _stages(rng: Random, opened_at: datetime, left_on: date | None) -> Iterator[tuple[datetime, str, str]]:
    """Yield when a deal reaches which stage and, of one that is lost, why; with who leaves every deal is lost."""
    at = opened_at
    for stage in (*STAGES, WON):
        if left_on and at.date() >= left_on:
            yield _office_hour(rng, left_on), LOST, LEFT
            return
        yield at, stage, ""
        at = _office_hour(rng, at.date() + timedelta(days=1 + int(rng.expovariate(1 / parameters.DAYS_BETWEEN_STAGES))))
        if stage != WON and rng.random() < parameters.DEAL_LOST and not (left_on and at.date() >= left_on):
            yield at, LOST, rng.choice(LOST_TO)
            return


def _office_hour(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(9)) + timedelta(seconds=rng.randrange(9 * 3600))


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), at=file.at)


FEED = Feed(
    name="town_crm_opportunity",
    path="crm_opportunity/oportunidades_{day}.csv",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=7),
    has_late_versions=True,
)
