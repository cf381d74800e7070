"""The people and firms of the town, with national ids whose check digits hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from jobs.town import names
from jobs.town.names import City

ID_TYPES = {"PE": "DNI", "ES": "NIF", "MX": "CURP", "CO": "CC", "CL": "RUT", "US": "PASAPORTE"}
CALLING_CODES = {"PE": "51", "ES": "34", "MX": "52", "CO": "57", "CL": "56", "US": "1"}
# Prefixes in E.164 whose numbers are mobiles, and the digits that follow. In the US 555 is the exchange for fiction.
MOBILES = {
    "PE": (("519",), 8),
    "ES": (("346",), 8),
    "MX": (("5255", "5233", "5281"), 8),
    "CO": (("57300", "57310", "57315", "57320"), 7),
    "CL": (("5695", "5698"), 7),
    "US": (("1305555", "1312555", "1786555", "1773555"), 4),
}
# Words that a CURP may not begin with (RENAPO, instructivo normativo, annex 2), as far as our names can form them.
CURP_UNWANTED = names.listed(
    "CACA|CACO|CAGA|CAGO|COGE|COGI|COLA|CULO|FETO|GUEI|LOCA|LOCO|MAME|MAMO|MEAR|MEAS|MEON|MOCO|MULA|MULO|NACA|NACO|"
    "PEDA|PEDO|PENE|QULO|RATA|VACA|VAGA|VAGO"
)
CURP_STATES = ("DF", "NL", "JC", "PL", "VZ", "GT", "YN", "QR")


@dataclass(frozen=True)
class Person:
    """A customer as they truly are: a person, or a firm where `company` is set."""

    person_id: str
    given: str
    family: str
    company: str
    birth_on: date | None
    language: str
    id_type: str
    national_id: str
    email: str
    phone: str
    new_phone: str
    moved_on: date | None
    address: str
    city: City
    joined_on: date
    left_on: date | None
    tendency: float

    @property
    def full_name(self) -> str:
        return self.company or f"{self.given} {self.family}"

    @property
    def country(self) -> str:
        return self.city.country

    def phone_on(self, day: date) -> str:
        """Return the number they could be reached at on that day."""
        return self.new_phone if self.moved_on and day >= self.moved_on else self.phone


def folded(text: str) -> str:
    """Return the text without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def ruc(body: str) -> str:
    """Return a Peruvian RUC: ten digits and the check digit, weights 5432765432 modulo 11 (SUNAT)."""
    total = sum(int(d) * w for d, w in zip(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    return f"{body}{(11 - total % 11) % 10}"


def nif(number: int, foreigner: bool = False) -> str:
    """Return a Spanish DNI or NIE: the letter is the number modulo 23 (Orden INT/2058/2008); X counts as 0."""
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]
    return f"X{number:07d}{letter}" if foreigner else f"{number:08d}{letter}"


def rut(number: int) -> str:
    """Return a Chilean RUT: weights 2 to 7 from the right modulo 11, K for 10 (Servicio de Impuestos Internos)."""
    total = sum(int(d) * (2 + i % 6) for i, d in enumerate(reversed(str(number))))
    return f"{number}-{'0123456789K0'[11 - total % 11]}"


def curp(given: str, family: str, birth_on: date, sex: str, state: str, homonym: int) -> str:
    """Return a Mexican CURP: letters of the names, birth date, sex, state, homonym mark, check digit (RENAPO)."""
    first, second = (folded(word.replace("ñ", "x")).upper() for word in family.split())
    name = folded(given).upper()
    initials = first[0] + _next(first, "AEIOU") + second[0] + name[0]
    if initials in CURP_UNWANTED:
        initials = initials[0] + "X" + initials[2:]
    consonants = "".join(_next(word, "BCDFGHJKLMNPQRSTVWXYZ") for word in (first, second, name))
    mark = str(homonym) if birth_on.year < 2000 else "ABCDEFGHIJ"[homonym]
    body = f"{initials}{birth_on:%y%m%d}{sex}{state}{consonants}{mark}"
    values = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    return body + str(-sum(values.index(c) * (18 - i) for i, c in enumerate(body)) % 10)


def _next(word: str, letters: str) -> str:
    return next((c for c in word[1:] if c in letters), "X")


def draw_people(rng: Random, *, customers: int, start: date, days: int, noise: float) -> list[Person]:
    """Draw the customers: some firms, a tenth who join, a few who leave and, by noise, some who change phones."""
    taken: set[str] = set()
    return [_draw(rng, f"person-{n:06d}", start, days, noise, taken) for n in range(1, customers + 1)]


def _draw(rng: Random, person_id: str, start: date, days: int, noise: float, taken: set[str]) -> Person:
    city = rng.choices(names.CITIES, [c.weight for c in names.CITIES])[0]
    # Firms are Peruvian: the RUC is the one company number the bank opens accounts with.
    is_firm = city.country == "PE" and rng.random() < 0.12
    given, family, sex = _name(rng, city.country)
    company = _firm(rng, taken) if is_firm else ""
    birth_on = date(1945, 1, 1) + timedelta(days=rng.randrange(60 * 365))
    joins, leaves, moves = (_some_day(rng, start, days, share) for share in (0.1, 0.04, noise * 0.4))
    english = rng.random() < (0.85 if city.country == "US" else 0.1)
    id_type, draw_id = _national_id(rng, city.country, given, family, birth_on, sex, is_firm)
    return Person(
        person_id=person_id,
        given="" if is_firm else given,
        family="" if is_firm else family,
        company=company,
        birth_on=None if is_firm else birth_on,
        language="en" if english else "es",
        id_type=id_type,
        national_id=_new(taken, draw_id),
        email=_new(taken, lambda: _email(rng, company or f"{given} {family}")),
        phone=_new(taken, lambda: draw_phone(rng, city.country)),
        new_phone=_new(taken, lambda: draw_phone(rng, city.country)),
        moved_on=None if joins else moves,
        address=_address(rng, city.country),
        city=city,
        joined_on=joins or start - timedelta(days=rng.randrange(30, 3000)),
        left_on=None if joins else leaves,
        tendency=rng.choice((0.3, 0.3, 1.0, 1.0, 2.4)),
    )


def _some_day(rng: Random, start: date, days: int, share: float) -> date | None:
    day = start + timedelta(days=rng.randrange(1, max(2, days)))
    return day if rng.random() < share else None


def _new(taken: set[str], draw: Callable[[], str]) -> str:
    """Draw until the value is nobody's yet, so that an equal value means the same person."""
    while (value := draw()) in taken:
        pass
    taken.add(value)
    return value


def _name(rng: Random, country: str) -> tuple[str, str, str]:
    sex = rng.choice("HM")
    if country == "US":
        return rng.choice(names.MEN_EN if sex == "H" else names.WOMEN_EN), rng.choice(names.FAMILY_EN), sex
    family = f"{rng.choice(names.FAMILY_ES)} {rng.choice(names.FAMILY_ES)}"
    return rng.choice(names.MEN_ES if sex == "H" else names.WOMEN_ES), family, sex


def _firm(rng: Random, taken: set[str]) -> str:
    stem = f"{rng.choice(names.FIRM_KINDS)} {rng.choice(names.FIRM_NAMES)}"
    return _new(taken, lambda: f"{stem} {rng.randrange(2, 1000)} {rng.choice(names.FIRM_FORMS)}")


def _national_id(
    rng: Random, country: str, given: str, family: str, birth_on: date, sex: str, is_firm: bool
) -> tuple[str, Callable[[], str]]:
    if is_firm:
        return "RUC", lambda: ruc(f"20{rng.randrange(10**8):08d}")
    if country == "ES" and rng.random() < 0.2:
        return "NIE", lambda: nif(rng.randrange(10**7), foreigner=True)
    draws: dict[str, Callable[[], str]] = {
        "PE": lambda: f"{rng.randrange(10**6, 10**8):08d}",
        "ES": lambda: nif(rng.randrange(10**6, 10**8)),
        "MX": lambda: curp(given, family, birth_on, sex, rng.choice(CURP_STATES), rng.randrange(10)),
        "CO": lambda: str(rng.randrange(10**7, 12 * 10**8)),
        "CL": lambda: rut(rng.randrange(5 * 10**6, 25 * 10**6)),
        "US": lambda: f"{rng.randrange(10**8, 10**9)}",
    }
    return ID_TYPES[country], draws[country]


def draw_phone(rng: Random, country: str) -> str:
    """Return a mobile number of the country in E.164."""
    prefixes, digits = MOBILES[country]
    return f"+{rng.choice(prefixes)}{rng.randrange(10**digits):0{digits}d}"


def phone_as_written(rng: Random, phone: str, country: str) -> str:
    """Return the number as people of the country write it, with or without the country's code."""
    code = CALLING_CODES[country]
    national = phone[1 + len(code) :]
    spaced = f"{national[:3]} {national[3:6]} {national[6:]}"
    return rng.choice((phone, national, spaced, f"+{code} {spaced}", f"(+{code}) {national[:3]}-{national[3:]}"))


def _email(rng: Random, name: str) -> str:
    words = [w for w in folded(name).lower().replace(".", "").split() if w.isalpha()]
    return f"{words[0]}.{words[1]}{rng.randrange(1, 10000)}@{rng.choice(names.MAIL_DOMAINS)}"


def _address(rng: Random, country: str) -> str:
    if country == "US":
        return f"{rng.randrange(1, 2000)} {rng.choice(names.STREETS_EN)}"
    return f"{rng.choice(names.STREETS_ES)} {rng.randrange(100, 2000)}"
