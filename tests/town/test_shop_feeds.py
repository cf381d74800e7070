"""The shop: what its systems say of one order agrees, and people buy as they do in life."""

from __future__ import annotations

import csv
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import mean, median
from typing import Any

import pytest

from conf.source import load_source
from conf.tables import ALL
from jobs.town import catalogue, shopping, write_town
from jobs.town.people import draw_people
from jobs.town.person import Period
from tests.conftest import Company
from tests.runtime import postgres

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "conf" / "sources"
KEYS = {
    "product": "codigo",
    "order": "order_id",
    "invoice": "numero",
    "shop_payment": "payment_id",
    "shipment": "id",
    "returned": "event_id",
    "crm_opportunity": "oportunidad_id",
}
START, DAYS, CUSTOMERS = date(2026, 1, 1), 90, 500
LIMA = timedelta(hours=-5)
CENT = Decimal("0.01")
Record = dict[str, Any]


class Town:
    """The files of the shop, read by the standard library, and the truth."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.dirty: dict[tuple[str, int], dict[str, str]] = {}
        for row in self.truth("dirty"):
            if row["position"]:
                self.dirty[row["file"], int(row["position"])] = row
        self.person = {(row["feed"], row["record_id"]): row["person_id"] for row in self.truth("record")}

    def truth(self, name: str) -> list[dict[str, str]]:
        with (self.out / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def files(self, feed: str) -> list[Path]:
        paths = sorted((self.out / "inbox" / "town" / feed).iterdir())
        return [path for path in paths if "_copia" not in path.name]

    def placed(self, feed: str) -> Iterator[tuple[Path, int, Record]]:
        for path in self.files(feed):
            for position, record in enumerate(_read(path), start=1):
                yield path, position, record

    def planted(self, path: Path, position: int) -> dict[str, str]:
        name = path.relative_to(self.out / "inbox").as_posix()
        return self.dirty.get((name, position), {"kind": "", "expected": ""})

    def sound(self, feed: str) -> list[Record]:
        """The records of a feed without those that are faulty or there twice."""
        bad = ("quarantine", "duplicate")
        return [r for path, at, r in self.placed(feed) if not self.planted(path, at)["expected"].startswith(bad)]


def _read(path: Path) -> list[Record]:
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".json":
        items: list[Record] = json.loads(path.read_text(encoding="utf-8"))["items"]
        return items
    if path.suffix == ".xml":
        return [_event(event) for event in ET.parse(path).getroot()]
    how = {"product": ("cp1252", "|"), "invoice": ("latin-1", ";"), "shop_payment": ("utf-8-sig", "\t")}
    encoding, delimiter = how.get(path.parent.name, ("utf-8", ","))
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _event(event: ET.Element) -> Record:
    to = event.find("destinatario")
    own: Record = {part.tag: part.text for part in event if part.tag != "destinatario"}
    return {
        "id": event.get("id"),
        **own,
        "destinatario": None if to is None else {part.tag: part.text for part in to},
    }


def _peruvian(amount: str) -> Decimal:
    return Decimal(amount.replace(".", "").replace(",", "."))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    out = tmp_path_factory.mktemp("shop")
    write_town(out, customers=CUSTOMERS, days=DAYS, seed=7, noise=0.3, start=START)
    return Town(out)


@pytest.fixture(scope="module")
def orders(town: Town) -> dict[str, Record]:
    """The first sound version of each order."""
    found: dict[str, Record] = {}
    for order in sorted(town.sound("order"), key=lambda order: order["updated_at"]):
        found.setdefault(order["order_id"], order)
    assert len(found) > 60
    return found


def by_order(records: list[Record], column: str) -> dict[str, list[Record]]:
    found = defaultdict(list)
    for record in records:
        found[record[column]].append(record)
    return found


def spoilt(town: Town, feed: str, column: str) -> set[str]:
    """The orders that a feed has a faulty record of."""
    return {r[column] for path, at, r in town.placed(feed) if "quarantine" in town.planted(path, at)["expected"]}


# -- What is in the files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feed", KEYS)
def test_a_description_names_exactly_the_columns_of_its_feed(town: Town, feed: str) -> None:
    source = load_source(SOURCES / "town" / f"town_{feed}.yaml")
    described = {reading.from_ or name for name, reading in source.columns.items()}
    assert {column.replace("@", "") for column in described} == {
        column for _, _, record in town.placed(feed) for column in record
    }


@pytest.mark.parametrize("feed", [feed for feed in KEYS if feed not in ("product", "crm_opportunity")])
def test_planted_faults_are_where_the_truth_says(town: Town, feed: str) -> None:
    missing = {(p, at) for p, at, r in town.placed(feed) if not r[KEYS[feed]]}
    assert missing == {(p, at) for p, at, _ in town.placed(feed) if town.planted(p, at)["kind"] == "missing_key"}
    kinds = {town.planted(path, at)["kind"] for path, at, _ in town.placed(feed)}
    assert {"", "missing_key"} <= kinds
    assert len(kinds) >= 3


def test_every_personal_value_that_the_shop_shows_is_known_to_be_one(town: Town) -> None:
    known: defaultdict[str, set[str]] = defaultdict(set)
    for row in town.truth("person_values"):
        known[row["person_id"]] |= set(row.values())
    shown = []
    for feed, column, group, names in (
        ("order", "order_id", "customer", ("name", "email", "phone", "document_number")),
        ("shipment", "id", "destinatario", ("nombre", "telefono")),
        ("returned", "event_id", "customer", ("name", "email")),
    ):
        for record in town.sound(feed):
            said = record[group] or {}
            shown += [(f"town_{feed}", record[column], said[name]) for name in names if said.get(name)]
    for line in town.sound("invoice"):
        key = f"{line['numero']}-{line['linea']}"
        shown += [("town_invoice", key, line[name]) for name in ("nombre", "num_doc") if line[name]]
    for payment in town.sound("shop_payment"):
        shown += [("town_shop_payment", payment["payment_id"], payment["wallet_phone"])]
    digits = [len(re.sub(r"\D", "", value)) for _, _, value in shown]
    unknown = [
        (feed, value)
        for (feed, record, value), count in zip(shown, digits, strict=True)
        # A phone that a slip cut short is nobody's.
        if value and not 0 < count < 7 and value not in known[town.person[feed, record]]
    ]
    assert len(shown) > 300
    assert unknown == []


def test_fees_and_prices_change_and_articles_come_and_go(town: Town) -> None:
    lists = [{r["codigo"]: r for r in _read(path)} for path in town.files("product")]
    first, last = lists[0], lists[-1]
    assert len(lists) == 13
    assert len(first) == len(catalogue.PRODUCTS) + 60
    gone = first.keys() - last.keys()
    assert [first[code]["descripcion"] for code in gone] == [catalogue.WITHDRAWN]
    renamed = [code for code in last if last[code]["descripcion"] != first[code]["descripcion"]]
    assert [last[code]["descripcion"] for code in renamed] == [catalogue.NEW_NAME]
    assert (first["TC-01"]["comision_mensual"], last["TC-01"]["comision_mensual"]) == ("9,90", "12,90")
    # 549.00 and 4 % more, to ten cents; in the campaign, from day 54 on for 6 days, 15 % less.
    prices = [one["ART1000"]["precio"] for one in lists]
    assert list(dict.fromkeys(prices)) == ["549,00", "571,00", "485,30"]
    assert prices[-1] == "571,00"


# -- One order in all systems --------------------------------------------------------------------------------------


def test_lines_add_up_to_the_order(orders: dict[str, Record]) -> None:
    for order in orders.values():
        amounts = [Decimal(line["amount"]) for line in order["lines"]]
        assert sum(amounts) == Decimal(order["total"])
        assert amounts == [line["quantity"] * Decimal(line["unit_price"]) for line in order["lines"]]
        assert len({line["sku"] for line in order["lines"]}) == len(order["lines"])


def test_articles_are_sold_under_the_name_and_at_the_price_of_the_list(town: Town, orders: dict[str, Record]) -> None:
    lists = {date.fromisoformat(p.stem[-10:]): {r["codigo"]: r for r in _read(p)} for p in town.files("product")}
    compared = 0
    for order in orders.values():
        day = (_utc(order["placed_at"]) + LIMA).date()
        before, after = (lists.get(day - timedelta(days=(day - START).days % 7) + timedelta(days=d)) for d in (0, 7))
        for line in order["lines"]:
            prices = [one[line["sku"]]["precio"] for one in (before, after) if one and line["sku"] in one]
            if order["currency"] == "PEN" and len(set(prices)) == 1 and len(prices) == 2:
                # In the week of a campaign the list of neither end may have its price.
                cheaper = Decimal(line["unit_price"]) < _peruvian(prices[0])
                assert cheaper or Decimal(line["unit_price"]) == _peruvian(prices[0])
                compared += not cheaper
    assert compared > 30


def test_invoices_add_up_to_orders_with_their_tax(town: Town, orders: dict[str, Record]) -> None:
    for line in town.sound("invoice"):
        net, tax, total = (_peruvian(line[column]) for column in ("valor_venta", "igv", "total"))
        assert net + tax == total
        share = Decimal(0) if "internacional" in line["descripcion"] else Decimal("0.18")
        assert abs(net * share - tax) <= CENT
    faulty = spoilt(town, "invoice", "pedido")
    lines = by_order([line for line in town.sound("invoice") if line["tipo"] != "07"], "pedido")
    compared = 0
    for number, of_order in lines.items():
        if number in orders and number not in faulty:
            assert sum(_peruvian(line["total"]) for line in of_order) == Decimal(orders[number]["total"])
            assert {line["tipo"] for line in of_order} == {
                "01" if orders[number]["customer"]["type"] == "company" else "03"
            }
            assert len({line["numero"] for line in of_order}) == 1
            compared += 1
    assert compared > 50


def test_payments_and_refunds_agree_with_invoices_and_credit_notes(town: Town, orders: dict[str, Record]) -> None:
    faulty = spoilt(town, "shop_payment", "order_ref") | spoilt(town, "invoice", "pedido")
    payments = by_order(town.sound("shop_payment"), "order_ref")
    invoices = by_order(town.sound("invoice"), "pedido")
    refunded = 0
    for number, of_order in payments.items():
        if number in faulty:
            continue
        paid = [p for p in of_order if p["type"] == "PAYMENT" and p["state"] == "APPROVED"]
        back = {p["credit_note"]: Decimal(p["amount"]) for p in of_order if p["type"] == "REFUND"}
        billed = sum(_peruvian(line["total"]) for line in invoices[number] if line["tipo"] != "07")
        notes: Counter[str] = Counter()
        for line in invoices[number]:
            if line["tipo"] == "07":
                notes[line["numero"]] += _peruvian(line["total"])  # type: ignore[assignment]
        # On the last evening the gateway, by UTC, is a day ahead.
        if all(_paid_at(p).date() < START + timedelta(days=DAYS) for p in of_order):
            assert len(paid) == (billed > 0)
            assert sum(Decimal(p["amount"]) for p in paid) == billed
            assert back == dict(notes)
            assert sum(back.values()) <= billed
            refunded += len(back)
    assert refunded > 3


def _paid_at(payment: Record) -> datetime:
    return datetime.fromtimestamp(int(payment["created_ms"]) / 1000, UTC).replace(tzinfo=None)


def test_what_nobody_pays_is_cancelled_and_neither_billed_nor_sent(town: Town, orders: dict[str, Record]) -> None:
    payments = by_order(town.sound("shop_payment"), "order_ref")
    faulty = spoilt(town, "shop_payment", "order_ref") | spoilt(town, "order", "order_id")
    cancelled = {order["order_id"] for order in town.sound("order") if order["status"] == "cancelled"}
    sent = {event["referencia"] for event in town.sound("shipment")}
    billed = {line["pedido"] for line in town.sound("invoice")}
    unpaid = {
        number
        for number, of_order in payments.items()
        if number not in faulty and not any(p["state"] == "APPROVED" for p in of_order)
    }
    early = {
        n for n in unpaid if n in orders and _utc(orders[n]["placed_at"]).date() < START + timedelta(days=DAYS - 3)
    }
    assert early
    assert early <= cancelled
    assert not unpaid & (sent | billed)
    assert not cancelled & sent


def test_nothing_is_shipped_before_it_was_ordered(town: Town, orders: dict[str, Record]) -> None:
    parcels = by_order(town.sound("shipment"), "guia")
    late = 0
    for events in parcels.values():
        order = orders.get(events[0]["referencia"])
        events.sort(key=lambda event: event["id"])
        moments = [int(event["hora"]) for event in events]
        assert moments == sorted(moments)
        assert {event["referencia"] for event in events} == {events[0]["referencia"]}
        if order:
            assert moments[0] > _utc(order["placed_at"]).replace(tzinfo=UTC).timestamp()

        if events[-1]["tipo"] == "ENTREGADO":
            on = (datetime.fromtimestamp(moments[-1], UTC) + LIMA).date()
            late += on > datetime.strptime(events[-1]["promesa"], "%d/%m/%Y").date()
    assert 0.03 < late / len(parcels) < 0.35


def test_events_of_parcels_arrive_out_of_order(town: Town) -> None:
    arrived = town.sound("shipment")
    hours = [int(event["hora"]) for event in arrived]
    assert any(after < before for before, after in pairwise(hours))
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for event in arrived:
        seen[event["guia"]].append(event["id"])
    assert any(ids != sorted(ids) for ids in seen.values())


def test_only_what_was_delivered_comes_back(town: Town, orders: dict[str, Record]) -> None:
    delivered: dict[str, datetime] = {}
    sent = {event["referencia"] for _, _, event in town.placed("shipment")}
    for event in town.sound("shipment"):
        if event["tipo"] == "ENTREGADO":
            delivered[event["referencia"]] = datetime.fromtimestamp(int(event["hora"]), UTC).replace(tzinfo=None)
    steps = by_order(town.sound("returned"), "return_id")
    assert len(steps) > 5
    for of_return in steps.values():
        of_return.sort(key=lambda step: step["at"])
        order = orders.get(of_return[0]["order_id"])
        asked = _utc(of_return[0]["at"])
        if of_return[0]["order_id"] in delivered:
            assert asked > delivered[of_return[0]["order_id"]]
        elif order and of_return[0]["order_id"] not in sent:
            # Taken along from the counter.
            assert order["sales_channel"] == "counter"
        if order:
            line = order["lines"][of_return[0]["order_line"] - 1]
            assert line["sku"] == of_return[0]["sku"]
            assert of_return[0]["quantity"] <= line["quantity"]
            paid_back = sum(Decimal(step["refund"]) for step in of_return if step["refund"])
            assert paid_back <= Decimal(line["amount"])
        names = [step["event"] for step in of_return]
        assert not {"refunded", "rejected"} <= set(names)
    everything = Counter(step["event"] for step in town.sound("returned"))
    assert everything["requested"] >= everything["refunded"] > 0
    again = [town.planted(path, at) for path, at, _ in town.placed("returned")]
    assert any(row["kind"] == "received_twice" for row in again)


# -- Who buys ------------------------------------------------------------------------------------------------------


def test_most_buy_once_and_few_often(town: Town, orders: dict[str, Record]) -> None:
    shopping = {row["person_id"]: row for row in town.truth("shopping")}
    counts = {person: int(row["orders"]) for person, row in shopping.items()}
    assert len(counts) == CUSTOMERS
    in_files = Counter(town.person["town_order", number] for number in orders)
    assert all(in_files[person] <= counts[person] for person in in_files)
    assert sum(counts.values()) == pytest.approx(len(orders), rel=0.1)
    buyers = [count for count in counts.values() if count]
    assert 0.12 < len(buyers) / CUSTOMERS < 0.3
    # CDNOW: 52 to 66 % of those who buy in half a year do it once.
    assert 0.45 < buyers.count(1) / len(buyers) < 0.8
    assert max(buyers) >= 5
    rates = {person: float(row["orders_a_week"]) for person, row in shopping.items()}
    assert mean(rates[person] for person in counts if counts[person]) > 2 * median(rates.values())


def test_gaps_between_purchases_have_a_long_tail(town: Town, orders: dict[str, Record]) -> None:
    days: defaultdict[str, list[datetime]] = defaultdict(list)
    for number, order in orders.items():
        days[town.person["town_order", number]].append(_utc(order["placed_at"]))
    gaps = [(b - a).days for moments in days.values() for a, b in pairwise(sorted(moments))]
    assert len(gaps) > 20
    # CDNOW: mean 34, median 22 days.
    assert mean(gaps) > 1.15 * median(gaps)


def test_firms_order_more_of_a_thing(town: Town, orders: dict[str, Record]) -> None:
    pieces: defaultdict[str, list[int]] = defaultdict(list)
    for order in orders.values():
        pieces[order["customer"]["type"]] += [line["quantity"] for line in order["lines"]]
    assert max(pieces["person"]) <= 2
    assert mean(pieces["company"]) > 4


def test_a_customer_who_left_orders_nothing(town: Town, orders: dict[str, Record]) -> None:
    left = {row["person_id"]: row["left_on"] for row in (*town.truth("leaving"), *town.truth("person"))
            if row["left_on"]}  # fmt: skip
    joined = {row["person_id"]: row["joined_on"] for row in town.truth("person")}
    assert len(left) > 5
    for number, order in orders.items():
        person = town.person["town_order", number]
        day = f"{(_utc(order['placed_at']) + LIMA).date()}"
        assert joined[person] <= day < left.get(person, "9999")


def test_nobody_orders_before_they_joined_or_once_they_left() -> None:
    period = Period(START, DAYS)
    person = next(draw_people(7, customers=1, start=START, days=DAYS))
    person = replace(person, joined_on=START + timedelta(days=2))
    week = partial(shopping.orders, rate=40.0, period=period, first_day=START, days=7, number=1, is_digital=True)
    days = [{order.at.date() for order in week(Random(4), person, until=left)} for left in (None, date(2026, 1, 5))]
    # On nearly every day, that is on every one that is allowed.
    assert [sorted(day.day for day in found) for found in days] == [[3, 4, 5, 6, 7], [3, 4]]


def test_a_customer_registers_with_the_first_order(town: Town) -> None:
    customers: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for order in town.sound("order"):
        of_order = order["customer"]
        customers[of_order["customer_id"]].setdefault("registered", of_order["registered_at"])
        assert customers[of_order["customer_id"]]["registered"] == of_order["registered_at"] <= order["placed_at"]
        person = customers[of_order["customer_id"]].setdefault("person", town.person["town_order", order["order_id"]])
        assert person == town.person["town_order", order["order_id"]]


# -- Deals ---------------------------------------------------------------------------------------------------------


def deals(town: Town) -> dict[str, Record]:
    """Each deal in its last state."""
    return {d["oportunidad_id"]: d for d in sorted(town.sound("crm_opportunity"), key=lambda d: d["modificado"])}


def test_deals_are_of_firms_and_wealthy_people_and_end_once(town: Town) -> None:
    segments = {row["person_id"]: row["segment"] for row in town.truth("person")}
    parties = {r["record_id"]: r["person_id"] for r in town.truth("record") if r["feed"] == "town_crm_party"}
    versions = by_order(town.sound("crm_opportunity"), "oportunidad_id")
    assert len(versions) > 10
    for number, of_deal in versions.items():
        of_deal.sort(key=lambda deal: deal["modificado"])
        person = town.person["town_crm_opportunity", number]
        assert segments[person] != "mass"
        # Who left before the first extract stands in none.
        assert {parties.get(deal["cliente_id"], person) for deal in of_deal} == {person}
        assert all(not deal["cierre"] for deal in of_deal[:-1])
        shares = [int(deal["probabilidad"]) for deal in of_deal if deal["etapa"] != "Perdida"]
        assert shares == sorted(shares)
        lost = of_deal[-1]["etapa"] == "Perdida"
        assert bool(of_deal[-1]["motivo_perdida"]) == lost
        assert bool(of_deal[-1]["cierre"]) == (of_deal[-1]["etapa"] in ("Ganada", "Perdida"))


def test_the_database_has_the_same_deals(town: Town) -> None:
    script = (town.out / "database" / "town.sql").read_text(encoding="utf-8")
    inserts = re.findall(r"INSERT INTO crm.oportunidad \((.*?)\) VALUES \((.*)\);", script)
    rows = [dict(zip(names.split(", "), _values(values), strict=True)) for names, values in inserts]
    assert {row["oportunidad_id"]: row for row in rows} == deals(town)


def _values(text: str) -> list[str]:
    return ["" if value == "NULL" else value.strip("'") for value in text.split(", ")]


@pytest.mark.slow
def test_deals_land_from_the_database_as_from_the_files(
    town: Town, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = postgres.programs()
    if found is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql brings one; the tests start it themselves")
    monkeypatch.setenv("TOWN_DB_USER", postgres.USER)
    monkeypatch.setenv("TOWN_DB_PASSWORD", postgres.PASSWORD)
    name = "town_crm_opportunity"
    with postgres.server(found) as server:
        server.run((town.out / "database" / "town.sql").read_text(encoding="utf-8"))
        text = (SOURCES / "town_database" / f"{name}.yaml").read_text(encoding="utf-8")
        company.source(text.replace("jdbc:postgresql://localhost:5432/town", server.url), name)
        assert [o.error for o in company.run("land_files").values() if o.error] == []
        versions = company.versions()
        assert [o.error for o in company.run("land_files").values() if o.error] == []
        assert company.versions() == versions
    landed = company.lake.rows(ALL["bronze.crm_opportunity"])
    from_database = {row["_record_key"]: (_words(json.loads(row["payload"])), row["_known_at"]) for row in landed}

    (company.folder / "sources" / f"{name}.yaml").unlink()
    shutil.rmtree(company.folder / "lake")
    company.inbox.mkdir(exist_ok=True)
    shutil.copytree(town.out / "inbox" / "town" / "crm_opportunity", company.inbox / "town" / "crm_opportunity")
    company.source((SOURCES / "town" / f"{name}.yaml").read_text(encoding="utf-8"), name)
    assert [o.error for o in company.run("land_files").values() if o.error] == []
    rows = sorted(company.lake.rows(ALL["bronze.crm_opportunity"]), key=lambda row: str(row["_known_at"]))
    from_files = {row["_record_key"]: (_words(json.loads(row["payload"])), row["_known_at"]) for row in rows}
    assert from_database == from_files
    assert len(from_files) > 10


def _words(payload: Record) -> Record:
    """Empty cells are null, and a time is written with a blank or a T."""
    return {name: re.sub(r"(?<=\d)T(?=\d\d:)", " ", f"{value or ''}") for name, value in payload.items()}
