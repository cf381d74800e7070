"""Amounts and dates as the people of a country write them."""

from __future__ import annotations

from datetime import date
from random import Random

MONTHS_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SIGNS = {
    ("es", "PEN"): ("S/ {}", "S/{}", "{} soles"),
    ("es", "USD"): ("US$ {}", "US${}", "${}", "{} dólares"),
    ("en", "PEN"): ("S/ {}", "S/{}", "{} soles"),
    ("en", "USD"): ("${}", "US$ {}", "{} dollars"),
}
_SWAPPED = str.maketrans(",.", ".,")


def es_number(cents: int) -> str:
    """Return an amount as 1.234,56."""
    return f"{cents / 100:,.2f}".translate(_SWAPPED)


def amount(rng: Random, cents: int, currency: str, language: str, country: str) -> str:
    """Return an amount with its sign; full units are often written without cents."""
    number = f"{cents // 100:,}" if cents % 100 == 0 and rng.random() < 0.7 else f"{cents / 100:,.2f}"
    if language == "es" and country in ("ES", "CO", "CL"):
        number = number.translate(_SWAPPED)
    elif rng.random() < 0.4:
        number = number.replace(",", "")
    return rng.choice(SIGNS[language, currency]).format(number)


def day(rng: Random, on: date, language: str, country: str) -> str:
    """Return a date in words or figures, as it follows "el" or "on"."""
    style = rng.random()
    if language == "es":
        if style < 0.5:
            return f"{on.day} de {MONTHS_ES[on.month - 1]}"
        if style < 0.65:
            return f"{on.day} de {MONTHS_ES[on.month - 1]} {'de' if country in ('ES', 'MX', 'CL') else 'del'} {on.year}"
        return f"{on:%d/%m/%Y}" if style < 0.85 else f"{on.day}/{on.month}"
    month = MONTHS_EN[on.month - 1]
    if country != "US":
        return f"{on.day} {month}" if style < 0.7 else f"{on.day} {month} {on.year}"
    if style < 0.6:
        return f"{month} {on.day}"
    return f"{month} {on.day}, {on.year}" if style < 0.75 else f"{on:%m/%d/%Y}"
