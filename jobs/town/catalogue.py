"""What the bank and its shop sell: products with fees, articles with prices, and what of it changes in a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from jobs.town import parameters
from jobs.town.person import Period

IGV = 18  # per cent, in the price
TRAVEL, LARGE = "Viajes", "Línea blanca"  # what is no parcel; what nobody carries home


@dataclass(frozen=True)
class Product:
    """What the bank offers: the fee is a month's, in soles; `later_cents` is the fee after the change."""

    code: str
    name: str
    kind: str
    fee_cents: int
    later_cents: int
    yearly_rate: str  # per cent


@dataclass(frozen=True)
class Article:
    """What the shop sells: the price is in soles with tax, `cost` the share of the net price paid for it."""

    sku: str
    name: str
    category: str
    cents: int
    cost: float
    weight: int

    @property
    def is_goods(self) -> bool:
        return self.category != TRAVEL

    @property
    def tax(self) -> int:
        """Return the per cent of tax in the price: flights abroad bear none."""
        return 0 if "internacional" in self.name else IGV


class Shelf(NamedTuple):
    """The articles on sale, and their running weights."""

    articles: tuple[Article, ...]
    weights: tuple[int, ...]


PRODUCTS = (
    Product("AHO-01", "Cuenta de ahorros Clásica", "savings", 0, 350, "0.25"),
    Product("AHO-02", "Cuenta de ahorros Digital", "savings", 0, 0, "1.50"),
    Product("AHO-03", "Cuenta Sueldo", "savings", 0, 0, "0.50"),
    Product("TD-01", "Tarjeta de débito Clásica", "debit_card", 0, 0, "0.00"),
    Product("TD-02", "Tarjeta de débito Viajera", "debit_card", 590, 690, "0.00"),
    Product("TC-01", "Tarjeta de crédito Clásica", "credit_card", 990, 1290, "79.90"),
    Product("TC-02", "Tarjeta de crédito Oro", "credit_card", 1890, 2290, "69.90"),
    Product("TC-03", "Tarjeta de crédito Platino", "credit_card", 3490, 3490, "59.90"),
    Product("PP-01", "Préstamo personal", "loan", 1000, 1000, "34.50"),
    Product("PP-02", "Préstamo vehicular", "loan", 1000, 1000, "16.80"),
    Product("EMP-01", "Préstamo capital de trabajo", "loan", 2500, 2500, "22.40"),
    Product("EMP-02", "Terminal de pago POS", "terminal", 3900, 4500, "0.00"),
)
# Name, price in soles, share of it that it costs, weight. Brands are nobody's.
_ARTICLES = {
    "Celulares": (
        "Celular Kuntur 5 64 GB|549|0.80|60",
        "Celular Kuntur 5 128 GB|699|0.80|55",
        "Celular Kuntur 7 Pro|1899|0.78|30",
        "Celular Illari A1|399|0.82|50",
        "Celular Illari A3 Plus|999|0.80|35",
        "Celular Illari Ultra|4299|0.76|8",
        "Funda de silicona Kuntur|39.90|0.45|60",
        "Lámina de vidrio templado|29.90|0.35|70",
        "Cargador rápido 33 W|79.90|0.5|55",
        "Audífonos inalámbricos Wayra|149|0.6|60",
    ),
    LARGE: (
        "Refrigeradora Andina 250 L|1299|0.78|20",
        "Refrigeradora Andina 420 L|2399|0.78|12",
        "Lavadora Yaku 9 kg|1099|0.77|22",
        "Lavaseca Yaku 12 kg|2799|0.77|6",
        "Cocina Nina 4 hornillas|699|0.75|16",
        "Cocina Nina 6 hornillas|1199|0.75|9",
        "Campana extractora Nina|459|0.7|6",
        "Congeladora Andina 200 L|1149|0.78|7",
        "Secadora Yaku 8 kg|1499|0.77|4",
        "Lavavajillas Yaku 12 cubiertos|1999|0.76|3",
    ),
    "Televisión y audio": (
        'Televisor Inti 43" 4K|1099|0.82|28',
        'Televisor Inti 55" 4K|1699|0.82|24',
        'Televisor Inti 65" QLED|2899|0.8|10',
        'Televisor Qori 32" HD|649|0.83|26',
        "Barra de sonido Wayra 2.1|399|0.68|16",
        "Parlante Wayra portátil|179|0.62|34",
        "Torre de sonido Wayra 500 W|899|0.7|8",
        "Reproductor multimedia Inti|199|0.66|14",
        "Soporte de pared universal|69.90|0.4|20",
        "Proyector Qori HD|999|0.72|5",
    ),
    "Cómputo": (
        "Laptop Amauta 14 i5|2299|0.85|22",
        "Laptop Amauta 15 i7|3499|0.85|12",
        "Laptop Yachay 15 básica|1499|0.86|18",
        "Tablet Yachay 10|699|0.8|20",
        "Impresora multifunción Qillqa|549|0.75|14",
        'Monitor Amauta 24"|499|0.76|14',
        "Teclado y ratón inalámbricos|89.90|0.55|32",
        "Memoria USB 128 GB|49.90|0.5|36",
        "Disco externo 2 TB|329|0.72|14",
        "Silla ergonómica Tiyana|599|0.6|12",
    ),
    "Hogar": (
        "Licuadora Ruway 600 W|159|0.62|40",
        "Freidora de aire Ruway 5 L|299|0.64|42",
        "Hervidor Ruway 1,7 L|79.90|0.55|34",
        "Olla arrocera Ruway 1,8 L|119|0.6|30",
        "Aspiradora Pichana|349|0.65|18",
        "Plancha a vapor Pichana|89.90|0.58|26",
        "Colchón Puñuy 2 plazas|899|0.55|14",
        "Juego de sábanas Puñuy|99.90|0.48|28",
        "Ventilador de torre Wayra|229|0.6|18",
        "Set de ollas Nina 7 piezas|249|0.55|20",
    ),
    TRAVEL: (
        "Vuelo nacional Lima-Cusco|289|0.9|20",
        "Vuelo nacional Lima-Arequipa|259|0.9|14",
        "Vuelo nacional Lima-Piura|269|0.9|10",
        "Vuelo internacional Lima-Madrid|3299|0.92|3",
        "Vuelo internacional Lima-Miami|2199|0.92|4",
        "Paquete Cusco 3 días|899|0.85|8",
        "Paquete Máncora 4 días|1099|0.85|7",
        "Noche de hotel Arequipa|219|0.8|8",
        "Noche de hotel Trujillo|189|0.8|6",
        "Bus cama Lima-Trujillo|95|0.88|12",
    ),
}
RENAMED, NEW_NAME = "Audífonos inalámbricos Wayra", "Audífonos inalámbricos Wayra Lite"
WITHDRAWN = "Lámina de vidrio templado"
CAMPAIGN_CATEGORIES = ("Celulares", "Televisión y audio", "Cómputo")


def _articles() -> tuple[Article, ...]:
    lines = [(category, *line.split("|")) for category, lines in _ARTICLES.items() for line in lines]
    return tuple(
        Article(f"ART{1000 + 7 * number}", name, category, round(100 * float(price)), float(cost), int(weight))
        for number, (category, name, price, cost, weight) in enumerate(lines)
    )


ARTICLES = _articles()
_ALL = Shelf(ARTICLES, tuple(accumulate(article.weight for article in ARTICLES)))
_KEPT = tuple(article for article in ARTICLES if article.name != WITHDRAWN)
_LATER = Shelf(_KEPT, tuple(accumulate(article.weight for article in _KEPT)))


@cache
def day_at(period: Period, share: float) -> date:
    """Return the day of a run on which that share of it has passed."""
    return period.start + timedelta(days=math.ceil(share * period.days))


def shelf_on(day: date, period: Period) -> Shelf:
    """Return what is on sale on a day."""
    return _LATER if day >= day_at(period, parameters.WITHDRAWN_AFTER) else _ALL


def name_on(article: Article, day: date, period: Period) -> str:
    is_renamed = article.name == RENAMED and day >= day_at(period, parameters.RENAMED_AFTER)
    return NEW_NAME if is_renamed else article.name


def fee_on(product: Product, day: date, period: Period) -> int:
    """Return the month's fee in cents of a sol."""
    return product.later_cents if day >= day_at(period, parameters.FEES_CHANGE_AFTER) else product.fee_cents


def price_on(article: Article, day: date, period: Period) -> int:
    """Return the price in cents of a sol, tax included: prices rise once, and fall for some days of a campaign."""
    cents: float = article.cents
    if day >= day_at(period, parameters.PRICES_RISE_AFTER) and article.is_goods:
        cents *= 1 + parameters.PRICES_RISE_BY
    ahead = (day - day_at(period, parameters.CAMPAIGN_AFTER)).days
    if 0 <= ahead < parameters.CAMPAIGN_DAYS and article.category in CAMPAIGN_CATEGORIES:
        cents *= 1 - parameters.CAMPAIGN_OFF
    # Shop prices end in ten cents.
    return 10 * round(cents / 10)


def net_of(gross: int, tax: int) -> int:
    """Return what is left of an amount in cents without the per cent of tax in it."""
    return round(gross * 100 / (100 + tax))
