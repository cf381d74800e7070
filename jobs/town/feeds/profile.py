"""The credit bureau's file, once a month: what it says of people by their documents, customers of the bank or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from xml.sax.saxutils import escape, quoteattr

from jobs.town import dirt, files, names, national_ids, parameters
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row
from jobs.town.life import Life
from jobs.town.person import Period

ADULT = 18
# The file comes on the third of the month with what was so at the end of the last one.
DAY_OF_FILE = 3
# Documents and numbers of people who are nobody in the town are drawn from here on: no town is so large.
FIRST_STRANGER = 90_000_000


@dataclass(frozen=True)
class Profile:
    """Somebody as the bureau knows them; names are those of the register, in capitals."""

    number: str
    person_id: str
    given: str
    birth_on: date
    id_type: str
    national_id: str
    country: str
    income_level: int
    standing: int  # score without what they pay late
    income: int
    other_banks: int


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    rng, life = desk.rng, customer.life
    person = life.person
    stranger = _stranger(rng, desk, person.number) if rng.random() < parameters.STRANGERS else None
    is_adult = person.birth_on is not None and person.age_on(desk.period.start) >= ADULT
    is_known = is_adult and bool(person.national_id) and rng.random() < parameters.IN_BUREAU
    profile = _profile(rng, desk, life) if is_known else None
    for day in _days(desk.period):
        if profile:
            yield _delivery(rng, profile, person.family_on(day), life, day)
        if stranger:
            yield _delivery(rng, stranger[0], stranger[1], None, day)


@cache
def _days(period: Period) -> tuple[date, ...]:
    days = (period.start + timedelta(days=offset) for offset in range(period.days))
    return tuple(day for day in days if day.day == DAY_OF_FILE)


def _profile(rng: Random, desk: Desk, life: Life) -> Profile:
    person = life.person
    assert person.birth_on
    number = f"{desk.id('bureau', person.number, 9)}"
    return Profile(
        number, person.person_id, person.given, person.birth_on, person.id_type, person.national_id, person.country,
        person.income_level, *_means(rng, person.income_level),
    )  # fmt: skip


def _stranger(rng: Random, desk: Desk, number: int) -> tuple[Profile, str]:
    """Return somebody who has nothing to do with the bank, and their family names; `number` tells them apart."""
    sex = rng.choice("HM")
    given = names.drawn(rng, names.MEN_ES if sex == "H" else names.WOMEN_ES)
    family = f"{names.drawn(rng, names.FAMILY_ES)} {names.drawn(rng, names.FAMILY_ES)}"
    birth_on = desk.period.start - timedelta(days=rng.randrange(19 * 366, 80 * 365))
    level = rng.choices(tuple(parameters.INCOME_LEVELS), tuple(parameters.INCOME_LEVELS.values()))[0]
    document = national_ids.of_person(
        rng, desk.seed, FIRST_STRANGER + number, "PE", given=given, family=family, birth_on=birth_on, sex=sex
    )
    key = desk.id("bureau", FIRST_STRANGER + number, 9)
    means = _means(rng, level)
    return Profile(key, "", given, birth_on, document.type, document.number, "PE", level, *means), family


def _means(rng: Random, level: int) -> tuple[int, int, int]:
    """Return a standing, an income and in how many other banks they have debts."""
    standing = round(parameters.SCORE + parameters.SCORE_BY_LEVEL * (level - 1) + rng.gauss(0, parameters.SCORE_SPREAD))
    income = parameters.INCOME_GUESSED[level - 1] * rng.lognormvariate(0, parameters.INCOME_SIGMA)
    banks = rng.choices(tuple(parameters.OTHER_BANKS), tuple(parameters.OTHER_BANKS.values()))[0]
    return standing, round(income / 10) * 10, banks


def _delivery(rng: Random, profile: Profile, family: str, life: Life | None, day: date) -> Delivery:
    observed_on = day.replace(day=1) - timedelta(days=1)
    given, family = profile.given.upper(), family.upper()
    score = profile.standing + rng.randrange(-6, 7) + (_paid_late(life, observed_on) if life else 0)
    cells = {
        "id": f"BC{profile.number}",
        "tipo": "PN",
        "doc_tipo": profile.id_type,
        "doc_numero": profile.national_id,
        "doc_pais": profile.country,
        "apellidos": family,
        "nombres": given,
        "nacimiento": f"{profile.birth_on:%d/%m/%Y}",
        "puntaje": f"{min(max(score, 1), 999)}",
        "ingreso_estimado": f"{profile.income}.00",
        "otras_entidades": f"{profile.other_banks}",
        "observado": f"{observed_on:%d/%m/%Y}",
    }
    values = [("full_name", f"{given} {family}"), ("full_name", f"{family}, {given}")]
    if " " in family:
        values.append(("full_name", family))
    values.append(("national_id", profile.national_id))
    return Delivery(day, cells["id"], Row(cells["id"], cells, profile.person_id, values=tuple(values)))


def _paid_late(life: Life, on: date) -> int:
    """Return what the bills paid late or not at all until a day take from the score."""
    change = 0
    for bill in life.bills:
        if bill.days_late and bill.due_on + timedelta(days=30) <= on:
            is_lost = bill.days_late >= parameters.LOST_AFTER_DAYS
            change += parameters.SCORE_BY_UNPAID if is_lost else parameters.SCORE_BY_LATE
    return change


def _nobody(row: Row, rng: Random) -> bool:
    """Leave out all that says who it is."""
    for column in ("apellidos", "nombres", "doc_numero"):
        row.cells[column] = ""
    return True


def _lines(file: File) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="ISO-8859-1"?>'
    yield "<reporte>"
    for row in file.rows:
        key, *others = row.cells.items()
        attribute = f" id={quoteattr(key[1])}" if key[1] else ""
        elements = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in others if value)
        yield f"<persona{attribute}>{elements}</persona>"
    yield "</reporte>"


def _write(file: File) -> None:
    files.write_lines(file.path, _lines(file), encoding="iso-8859-1", at=file.at)


FEED = Feed(
    name="town_profile",
    path="profile/buro_{day}.xml",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=2, hours=3),
    faults=(
        dirt.missing_key("id"),
        dirt.written_as("impossible_birth_date", "column_is_readable", "nacimiento", "31/02/1980"),
        dirt.written_as("score_not_a_number", "column_is_readable", "puntaje", "S/I"),
        dirt.written_as("unknown_party_type", "party_type_known", "tipo", "??"),
        Fault("nobody_named", "quarantine:somebody_is_named", _nobody),
    ),
)
