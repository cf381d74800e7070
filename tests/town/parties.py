"""Source parties of a town as conf/sources/town gives them, read without Spark, and their exact match keys."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jobs.town.names import FIRM_FORMS
from transformations.identity import contacts, national_ids

SOURCES = Path(__file__).parents[2] / "conf" / "sources" / "town"
COUNTRIES = {"NIF": "ES", "NIE": "ES", "CURP": "MX", "CC": "CO", "RUT": "CL", "PASAPORTE": "US"}
BANK = "atencion@bancovalle.example.com"
Raw = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """A source party in the raw; `record_id` is the record by which truth/record.csv names its person."""

    feed: str
    key: str
    record_id: str
    name: str = ""
    company: bool = False
    country: str = ""  # of the document, and of a phone without a code
    id_type: str = ""
    national_id: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    birth_on: str = ""
    address: str = ""


# -- One function a feed: the party that a record gives, or none ------------------------------------------------------


def _book(sheet: Raw) -> Record | None:
    key, kind = sheet["N° hoja"], sheet["Tipo doc."].upper()
    return Record(
        "town_book", key, key, sheet["Apellidos y nombres"], kind == "RUC", COUNTRIES.get(kind, "PE"), kind,
        sheet["N° documento"], _given(sheet["Correo"]), _given(sheet["Teléfono"]), address=sheet["Domicilio"],
    )  # fmt: skip


def _web(form: Raw) -> Record | None:
    key, who = form["form_id"], form["consumer"]
    return Record(
        "town_web", key, key, who["name"], who["type"] == "company", who["country"], who["doc_type"] or "",
        who["doc_number"] or "", _given(who["email"]), _given(who["phone"]), birth_on=who["birth_date"] or "",
    )  # fmt: skip


def _crm_party(entry: Raw) -> Record | None:
    key, address, document = entry["party_id"], entry["address"], entry["document"] or {"type": "", "number": ""}
    name = entry["legal_name"] or f"{entry['family_names']}, {entry['given_names']}"
    return Record(
        "town_crm_party", key, key, name, entry["kind"] == "E", entry["country"], document["type"], document["number"],
        tuple(entry["emails"]), tuple(entry["phones"]), birth_on=entry["birth_date"] or "",
        address=f"{address['line']}, {address['city']}",
    )  # fmt: skip


def _call(call: Raw) -> Record | None:
    number = call["customerEndpoint"]["address"]
    if call["attributes"]["clienteId"] or not number.startswith("+"):
        return None
    return Record("town_call", call["contactId"], call["contactId"], phones=(number,))


def _chat(session: Raw) -> Record | None:
    who = session["visitor"]
    if who["partyId"]:
        return None
    return Record("town_chat", session["id"], session["id"], who["name"], emails=_given(who["email"]))


def _visit(ticket: Raw) -> Record | None:
    key, kind = ticket["Nro visita"], ticket["Tipo doc"].upper()
    if not ticket["N° documento"]:
        return None
    country = COUNTRIES.get(kind, "PE")
    return Record("town_visit", key, key, "", kind == "RUC", country, kind, ticket["N° documento"])


def _mail(mail: Raw) -> Record | None:
    if mail["address"] in (BANK, "") or mail["list_id"]:
        return None
    key = re.match("<?([^@<>]+)@", mail["message_id"])
    name = mail["name"]
    return Record(
        "town_mail", key[1] if key else "", mail["record_id"], name, _is_firm(name), emails=(mail["address"],)
    )


def _post(post: Raw) -> Record | None:
    author = post["author"]
    if author["is_brand"]:
        return None
    name = author["name"] if author["name"] != author["handle"] else ""
    handles = (f"{post['network']}:{author['handle'].lower()}",) if author["handle"] else ()
    return Record("town_post", post["id"], post["id"], name, _is_firm(name), handles=handles)


def _card_account(account: Raw) -> Record | None:
    if account["producto"] != "AHO":
        return None
    kind = account["tipo_doc"]
    return Record(
        "town_card_account", account["cif"], account["nro_cuenta"], account["titular"], account["tipo_titular"] == "E",
        COUNTRIES.get(kind, "PE"), kind, account["nro_doc"],
    )  # fmt: skip


def _order(order: Raw) -> Record | None:
    who, to = order["customer"], order["ship_to"]
    if who["registered_at"] != order["placed_at"]:
        return None
    return Record(
        "town_order", who["customer_id"], order["order_id"], who["name"], who["type"] == "company", to["country"],
        who["document_type"] or "", who["document_number"] or "", _given(who["email"]), _given(who["phone"]),
        address=f"{to['line']}, {to['city']}",
    )  # fmt: skip


def _invoice(line: Raw) -> Record | None:
    kind, number = line["tipo_doc"], line["numero"]
    if line["linea"] != "1" or line["tipo"] == "07":
        return None
    country = COUNTRIES.get(kind, "PE")
    return Record("town_invoice", number, f"{number}-1", line["nombre"], kind == "RUC", country, kind, line["num_doc"])


def _shop_payment(payment: Raw) -> Record | None:
    if payment["type"] != "PAYMENT" or not payment["wallet_phone"]:
        return None
    return Record("town_shop_payment", payment["payment_id"], payment["payment_id"], phones=(payment["wallet_phone"],))


def _shipment(event: Raw) -> Record | None:
    to = event.get("destinatario")
    if to is None or not event["@id"]:
        return None
    return Record(
        "town_shipment", event["guia"], event["@id"], to["nombre"], _is_firm(to["nombre"]), to["pais"],
        phones=_given(to.get("telefono")), address=f"{to['direccion']}, {to['ciudad']}",
    )  # fmt: skip


def _returned(event: Raw) -> Record | None:
    who = event["customer"]
    if who is None or not event["event_id"]:
        return None
    name, emails = who["name"], _given(who["email"])
    return Record("town_returned", event["return_id"], event["event_id"], name, _is_firm(name), emails=emails)


def _profile(person: Raw) -> Record | None:
    if "doc_numero" not in person:
        return None
    name = f"{person['apellidos']}, {person['nombres']}"
    return Record(
        "town_profile", person["@id"], person["@id"], name, False, person["doc_pais"], person["doc_tipo"],
        person["doc_numero"], birth_on=person["nacimiento"],
    )  # fmt: skip


def _given(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _is_firm(name: str) -> bool:
    """Say whether a name has the form of a firm, which is all that some systems tell of it."""
    return name.upper().endswith(FIRM_FORMS)


PARTIES: dict[str, Callable[[Raw], Record | None]] = {
    "town_book": _book,
    "town_web": _web,
    "town_crm_party": _crm_party,
    "town_call": _call,
    "town_chat": _chat,
    "town_visit": _visit,
    "town_mail": _mail,
    "town_post": _post,
    "town_card_account": _card_account,
    "town_order": _order,
    "town_invoice": _invoice,
    "town_shop_payment": _shop_payment,
    "town_shipment": _shipment,
    "town_returned": _returned,
    "town_profile": _profile,
}


# -- Records as they lie in the inbox ----------------------------------------------------------------------------------


def records(out: Path, feeds: Iterable[str] = tuple(PARTIES)) -> Iterator[Record]:
    """Yield the last version of every source party of the feeds, those whose key a fault took left out."""
    last: dict[tuple[str, str], Record] = {}
    for feed in feeds:
        for path in sorted((out / "inbox" / "town" / feed.removeprefix("town_")).rglob("*.*")):
            for raw in _raw(path, _how(feed)):
                found = PARTIES[feed](raw)
                if found and found.key and found.record_id:
                    last[feed, found.key] = found
    yield from last.values()


@cache
def _how(feed: str) -> Raw:
    read: Raw = yaml.safe_load((SOURCES / f"{feed}.yaml").read_text(encoding="utf-8"))["read"]
    return read


def _raw(path: Path, how: Raw) -> Iterator[Raw]:
    """Yield the records of a file, read as its description says and by the standard library."""
    options = how.get("options", {})
    if how["format"] == "email":
        yield from _mails(path)
    elif how["format"] == "xml":
        yield from (_element(found) for found in ET.parse(path).getroot().iter(options["record"]))
    else:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = content.decode(how.get("encoding", "utf-8-sig"))
        if how["format"] == "csv":
            yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=options["delimiter"])
        elif ".jsonl" in path.suffixes:
            yield from map(json.loads, text.splitlines())
        else:
            found = json.loads(text)
            for member in filter(None, options.get("records", "").split(".")):
                found = found[member]
            yield from found


def _mails(path: Path) -> Iterator[Raw]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            mail = message_from_bytes(archive.read(name), policy=policy.default)
            sender = mail["From"].addresses[0] if mail["From"] else None
            yield {
                "record_id": name.removesuffix(".eml"),
                "message_id": mail["Message-ID"] or "",
                "list_id": mail["List-Id"],
                "name": sender.display_name if sender else "",
                "address": sender.addr_spec if sender else "",
            }


def _element(found: ET.Element) -> Raw:
    parts = {part.tag: _element(part) if len(part) else part.text or "" for part in found}
    return {"@id": found.get("id", ""), **parts}


# -- What they can be matched by ---------------------------------------------------------------------------------------


def exact_keys(record: Record) -> set[str]:
    """Return the keys that silver.source_party would have."""
    type_ = national_ids.id_type(record.id_type)
    document = national_ids.read(record.national_id, type_, record.country) if record.national_id else None
    mails = (contacts.email(text.strip()).clean for text in record.emails if text)
    phones = (contacts.phone(text, record.country).clean for text in record.phones if text)
    found = {document.key if document else None, *(contacts.email_key(mail) for mail in mails if mail), *phones}
    return {key for key in found if key}
