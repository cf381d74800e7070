"""Exchange rates of the town by day: of no real market, but of the right size and always on the move."""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache

# For a dollar; how far a rate swings in a year or so, and how long a swing takes in days.
_FOR_A_DOLLAR = {
    "USD": (1.0, 0.0, 1),
    "PEN": (3.74, 0.03, 190),
    "EUR": (0.92, 0.04, 260),
    "MXN": (17.4, 0.05, 170),
    "COP": (4050.0, 0.05, 210),
    "CLP": (935.0, 0.05, 150),
}
CURRENCIES = {"PE": "PEN", "ES": "EUR", "MX": "MXN", "CO": "COP", "CL": "CLP", "US": "USD"}
# Codes and decimals as ISO 4217 has them: an amount in minor units of a Chilean peso is one in pesos.
NUMERIC = {"USD": "840", "PEN": "604", "EUR": "978", "MXN": "484", "COP": "170", "CLP": "152"}
_UNITS = {"CLP": 1}


@lru_cache(maxsize=8192)
def for_a_dollar(currency: str, day: date) -> float:
    """Return what a dollar costs in a currency on a day."""
    middle, swing, length = _FOR_A_DOLLAR[currency]
    return middle * (1 + swing * math.sin(2 * math.pi * day.toordinal() / length))


def units(currency: str) -> int:
    """Return how many minor units a whole one has."""
    return _UNITS.get(currency, 100)


def exchanged(minor: int, currency: str, into: str, day: date) -> int:
    """Return an amount in minor units of another currency, at the rate of the day."""
    if currency == into:
        return minor
    whole = minor / units(currency) / for_a_dollar(currency, day) * for_a_dollar(into, day)
    return max(1, round(whole * units(into)))
