"""The price list: all products of the bank and all articles of the shop once a week; what is withdrawn is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from jobs.town import catalogue, files, texts
from jobs.town.catalogue import Article, Product
from jobs.town.feed import Delivery, Desk, Feed, File, Row

KINDS = {
    "savings": "Cuenta",
    "debit_card": "Tarjeta de débito",
    "credit_card": "Tarjeta de crédito",
    "loan": "Préstamo",
    "terminal": "Terminal",
}


def _of_world(desk: Desk) -> Iterator[Delivery]:
    for offset in range(0, desk.period.days, 7):
        day = desk.period.start + timedelta(days=offset)
        for product in catalogue.PRODUCTS:
            yield Delivery(day, f"1 {product.code}", _product(desk, product, day))
        for article in catalogue.shelf_on(day, desk.period).articles:
            yield Delivery(day, f"2 {article.sku}", _article(desk, article, day))


def _product(desk: Desk, product: Product, day: date) -> Row:
    cells = {
        "lista_al": f"{day:%d/%m/%Y}",
        "codigo": product.code,
        "descripcion": product.name,
        "familia": "Banca",
        "categoria": KINDS[product.kind],
        "moneda": "S/",
        "precio": "",
        "costo": "",
        "afecto_igv": "",
        "comision_mensual": texts.es_number(catalogue.fee_on(product, day, desk.period)),
        "tea": product.yearly_rate.replace(".", ","),
    }
    return Row(product.code, cells)


def _article(desk: Desk, article: Article, day: date) -> Row:
    net = catalogue.net_of(article.cents, article.tax)
    cells = {
        "lista_al": f"{day:%d/%m/%Y}",
        "codigo": article.sku,
        "descripcion": catalogue.name_on(article, day, desk.period),
        "familia": "Tienda",
        "categoria": article.category,
        "moneda": "S/",
        "precio": texts.es_number(catalogue.price_on(article, day, desk.period)),
        "costo": texts.es_number(round(net * article.cost)),
        "afecto_igv": "S" if article.tax else "N",
        "comision_mensual": "",
        "tea": "",
    }
    return Row(article.sku, cells)


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter="|", encoding="cp1252", at=file.at)


FEED = Feed(
    name="town_product",
    path="product/lista_{day}.csv",
    write=_write,
    of_world=_of_world,
    ready=timedelta(hours=6),
    days_between_files=7,
    has_twice=False,
)
