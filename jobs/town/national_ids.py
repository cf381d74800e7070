"""National ids whose check digits hold, one for each person and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random

from jobs.town import parameters
from jobs.town.names import folded, listed

# Words that a CURP may not begin with (RENAPO, instructivo normativo, annex 2), as far as our names can form them.
CURP_UNWANTED = listed(
    "BACA|BAKA|BUEI|BUEY|CACA|CACO|CAGA|CAGO|CAKA|CAKO|COGE|COGI|COJA|COJE|COJI|COJO|COLA|CULO|FALO|FETO|GETA|GUEI|"
    "GUEY|JETA|JOTO|KACA|KACO|KAGA|KAGO|KAKA|KAKO|KOGE|KOGI|KOJA|KOJE|KOJI|KOJO|KOLA|KULO|LILO|LOCA|LOCO|LOKA|LOKO|"
    "MAME|MAMO|MEAR|MEAS|MEON|MIAR|MION|MOCO|MOKO|MULA|MULO|NACA|NACO|PEDA|PEDO|PENE|PIPI|PITO|POPO|PUTA|PUTO|QULO|"
    "RATA|ROBA|ROBE|ROBO|RUIN|SENO|TETA|VACA|VAGA|VAGO|VAKA|VUEI|VUEY|WUEI|WUEY"
)
CURP_STATES = ("DF", "NL", "JC", "PL", "VZ", "GT", "YN", "QR")


@dataclass(frozen=True)
class NationalId:
    type: str
    number: str


def scattered(seed: int, kind: str, number: int, size: int) -> int:
    """Give each number below `size` another one below it, none twice, in an order that shows nothing.

    A Feistel network over the next even number of bits, walked until it comes back below `size`. Raises ValueError for
    a number that is not below `size`: a second round would give somebody what another one has.
    """
    if not 0 <= number < size:
        raise ValueError(f"there are {size:,} of {kind!r}, none for number {number:,}: the town has too many people")
    half = ((size - 1).bit_length() + 1) // 2
    mask = (1 << half) - 1
    value = number
    while True:
        left, right = value >> half, value & mask
        for key in _keys(seed, kind):
            left, right = right, left ^ (((right + key) * 0x9E3779B97F4A7C15 >> 24) & mask)
        value = left << half | right
        if value < size:
            return value


@lru_cache(maxsize=256)
def _keys(seed: int, kind: str) -> tuple[int, ...]:
    rng = Random(f"{seed}:{kind}")
    return tuple(rng.randrange(2**32) for _ in range(4))


def of_person(
    rng: Random, seed: int, number: int, country: str, *, given: str, family: str, birth_on: date, sex: str
) -> NationalId:
    """Return the document of the country's `number`th person."""
    if country == "ES" and rng.random() < parameters.FOREIGNER_IN_SPAIN:
        return NationalId("NIE", nif(scattered(seed, "NIE", number, 10**7), foreigner=True))
    if country == "MX":
        # Name and birth date tell people apart already; state and homonym mark may come again.
        marks = 10 * len(CURP_STATES)
        homonym = scattered(seed, "CURP", number % marks, marks)
        state = CURP_STATES[homonym // 10]
        return NationalId("CURP", curp(given, family, birth_on, sex, state, homonym % 10))
    kind, low, high, written = _NUMBERED[country]
    return NationalId(kind, written(low + scattered(seed, kind, number, high - low)))


def of_firm(seed: int, number: int) -> NationalId:
    return NationalId("RUC", ruc(f"20{scattered(seed, 'RUC', number, 10**8):08d}"))


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
    names = folded(given).upper().split()
    # José and María are too common to tell people apart: the second name counts.
    name = names[1] if len(names) > 1 and names[0] in ("JOSE", "MARIA") else names[0]
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


_NUMBERED: dict[str, tuple[str, int, int, Callable[[int], str]]] = {
    "PE": ("DNI", 10**6, 10**8, "{:08d}".format),
    "ES": ("NIF", 10**6, 10**8, nif),
    "CO": ("CC", 10**7, 12 * 10**8, str),
    "CL": ("RUT", 10**7, 25 * 10**6, rut),
    "US": ("PASAPORTE", 10**8, 10**9, str),
}
