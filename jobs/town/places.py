"""Where money is spent: shops, machines, web shops and counters of each city; no real one is meant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from jobs.town import names, parameters, rates
from jobs.town.names import City, listed


class Place(NamedTuple):
    """Where a movement is made: `kind` is what it is then, `middle` its usual size in soles, log-normal with `spread`.

    It is rounded to `step`, in minor units; `mcc` is the category of merchants (ISO 18245).
    """

    kind: str
    channel: str
    mcc: str
    name: str
    city: str
    country: str
    currency: str
    middle: float
    spread: float
    step: int


# Kind, channel, category, middle in soles and spread (log-normal), weights by account (debit, credit) and the names.
_SHOPS = (
    ("purchase", "POS", "5411", 62.0, 0.8, 24, 18, "MINIMARKET LA ESQUINA|SUPER EL HUERTO|BODEGA DOÑA JULIA"),
    ("purchase", "POS", "5812", 48.0, 0.7, 13, 15, "CEVICHERIA EL ANCLA|POLLERIA EL CARBON|CHIFA LUNA"),
    ("purchase", "POS", "5912", 38.0, 0.7, 9, 6, "BOTICA SAN LUCAS|FARMACIA NUEVA"),
    ("purchase", "POS", "5541", 75.0, 0.5, 8, 9, "GRIFO EL PARADERO|ESTACION RUTA SUR"),
    ("purchase", "POS", "5651", 110.0, 0.7, 5, 9, "TIENDAS MIRAMAR|ALMACENES DEL SOL|CALZADOS PASO"),
    ("purchase", "POS", "5732", 320.0, 0.9, 2, 6, "ELECTRO HOGAR|CASA DE LA RADIO"),
    ("purchase", "POS", "5200", 120.0, 0.9, 3, 4, "FERRETERIA EL TORNILLO|MEJORA TU CASA"),
    ("purchase", "POS", "8099", 95.0, 0.7, 2, 3, "POLICLINICO SANTA CLARA|DENTAL SONRISA"),
    ("withdrawal", "ATM", "6011", 190.0, 0.6, 22, 1, "CAJERO PROPIO 104|CAJERO PROPIO 217|CAJERO RED 8841"),
)  # fmt: skip
# The same for what is bought from home: the country and currency of the shop instead of a channel.
_ONLINE = (
    ("US", "USD", "5968", 36.0, 0.3, 3, 6, "PELIS+ STREAMING|MUSICA SIN FIN"),
    ("US", "USD", "5734", 70.0, 0.8, 2, 4, "APPS STORE 24|NUBE DRIVE"),
    ("PE", "PEN", "5311", 95.0, 0.8, 5, 10, "TODO EN CASA WEB|COMPRA YA PE"),
    ("PE", "PEN", "4121", 17.0, 0.5, 7, 7, "TAXI AL TOQUE|MOVIL CAR APP"),
    ("ES", "EUR", "4722", 480.0, 0.8, 0, 2, "VIAJES DEL MAR"),
)
_COUNTERS = (
    ("transfer", "APP", "4829", 160.0, 1.0, 44, "TRANSFERENCIA A TERCEROS|TRANSFERENCIA INTERBANCARIA"),
    ("service_payment", "APP", "4900", 85.0, 0.6, 24, "PAGO DE LUZ|PAGO DE AGUA|PAGO DE TELEFONO|PAGO DE GAS"),
    ("cash_deposit", "BRANCH", "6010", 250.0, 0.9, 18, "DEPOSITO EN EFECTIVO"),
    ("withdrawal", "BRANCH", "6010", 280.0, 0.8, 14, "RETIRO EN VENTANILLA"),
)
# Recurring: charged by the shop without anybody doing anything.
RECURRING = Place("recurring", "REC", "5968", "CLUB DESCUENTOS MENSUAL", "LIMA", "PE", "PEN", 40.0, 0.4, 1)
SYSTEM = Place("fee", "SYS", "6012", "", "LIMA", "PE", "PEN", 1.0, 0.0, 1)
# Where strange purchases are made: on the other side of the world, or nobody knows where.
STRANGE = tuple(
    Place("online", "ECOM", mcc, name, city, country, "USD", 1.0, 0.0, 1)
    for mcc, name, city, country in (
        ("5816", "GAMEKEYS 24H", "INTERNET", "CY"),
        ("5947", "GIFTCARD-XPRESS", "INTERNET", "HK"),
        ("5999", "PYMNT*WEBSHOP 0091", "INTERNET", "GB"),
        ("7995", "LUCKY SPIN", "INTERNET", "MT"),
        ("5732", "ELEKTRONIK DISCOUNT", "BERLIN", "DE"),
    )
)
_STEPS = {"PEN": 2000, "USD": 2000, "EUR": 2000, "MXN": 10000, "COP": 1000000, "CLP": 5000}  # of notes in a machine


@lru_cache(maxsize=256)
def of_account(kind: str, city: City) -> tuple[tuple[Place, ...], tuple[float, ...]]:
    """Return where the holder of an account who lives in a city uses it, and the running sums of how often."""
    if kind == "loan":
        paid = Place("loan_payment", "APP", "6012", "PAGO A CUENTA", "LIMA", "PE", "PEN", 120.0, 0.6, 100)
        return (paid,), (1.0,)
    if kind == "savings":
        found = [(place, weight) for place, weight in _at_counters(city)]
    else:
        found = [*_of_card(kind, city)]
        abroad = [one for one in names.CITIES if one.country != city.country]
        whole = sum(weight for _, weight in found) * parameters.ABROAD / sum(one.weight for one in abroad)
        for other in abroad:
            there = [(place, weight) for place, weight in _of_card(kind, other) if place.channel != "ECOM"]
            of_city = sum(weight for _, weight in there)
            found += [(place, weight / of_city * whole * other.weight) for place, weight in there]
    return tuple(place for place, _ in found), tuple(accumulate(weight for _, weight in found))


def _of_card(kind: str, city: City) -> Iterator[tuple[Place, float]]:
    at = 0 if kind == "debit_card" else 1
    town, currency = names.folded(city.name).upper(), rates.CURRENCIES[city.country]
    for of_shop, channel, mcc, middle, spread, *weights, called in _SHOPS:
        step = _STEPS[currency] if channel == "ATM" else 1
        for name in (shops := listed(called)):
            yield (Place(of_shop, channel, mcc, name, town, city.country, currency, middle, spread, step),
                   weights[at] / len(shops))  # fmt: skip
    for country, currency, mcc, middle, spread, *weights, called in _ONLINE:
        for name in (shops := listed(called)):
            place = Place("online", "ECOM", mcc, name, "INTERNET", country, currency, middle, spread, 1)
            yield place, weights[at] / len(shops)


def _at_counters(city: City) -> Iterator[tuple[Place, float]]:
    branch = names.folded(city.name if city.country == "PE" else "Lima").upper()
    for kind, channel, mcc, middle, spread, weight, called in _COUNTERS:
        for name in (ways := listed(called)):
            # People in another country have no counter at hand.
            way = channel if city.country == "PE" or kind != "withdrawal" else "APP"
            step = 1000 if channel == "BRANCH" else 10
            yield Place(kind, way, mcc, name, branch, "PE", "PEN", middle, spread, step), weight / len(ways)
