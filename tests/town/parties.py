"""Source parties of a town as conf/sources/town gives them, read without Spark, and what two of them share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jobs.town import names
from tests.town.test_town import delivered
from transformations.identity import contacts, countries, national_ids

COUNTRIES = {"NIF": "ES", "NIE": "ES", "CURP": "MX", "CC": "CO", "RUT": "CL", "PASAPORTE": "US"}


@dataclass(frozen=True)
class Record:
    """A source party as conf/sources/town gives it, in the raw."""

    feed: str
    key: str
    name: str
    company: bool
    country: str
    id_type: str
    national_id: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    birth_on: str
    address: str


def records(out: Path) -> Iterator[Record]:
    """Yield the last version of every source party, those whose key a fault took left out."""
    last: dict[tuple[str, str], Record] = {}
    for feed, _, _, record in delivered(out):
        if feed == "town_book":
            kind = record["Tipo doc."].upper()
            found = Record(
                feed, record["N° hoja"], record["Apellidos y nombres"], kind == "RUC", COUNTRIES.get(kind, "PE"), kind,
                record["N° documento"], (record["Correo"],), (record["Teléfono"],), "", record["Domicilio"],
            )  # fmt: skip
        elif feed == "town_web":
            who = record["consumer"]
            found = Record(
                feed, record["form_id"] or "", who["name"], who["type"] == "company", who["country"],
                who["doc_type"] or "", who["doc_number"] or "", (who["email"] or "",), (who["phone"] or "",),
                who["birth_date"] or "", "",
            )  # fmt: skip
        elif feed == "town_crm_party":
            document, address = record["document"] or {"type": "", "number": ""}, record["address"]
            name = record["legal_name"] or f"{record['family_names']}, {record['given_names']}"
            found = Record(
                feed, record["party_id"], name, record["kind"] == "E", record["country"], document["type"],
                document["number"], tuple(record["emails"]), tuple(record["phones"]), record["birth_date"] or "",
                f"{address['line']}, {address['city']}",
            )  # fmt: skip
        else:
            continue
        if found.key:
            last[feed, found.key] = found
    yield from last.values()


def exact_keys(record: Record) -> set[str]:
    """Return the keys that silver.source_party would have."""
    type_ = national_ids.id_type(record.id_type)
    document = national_ids.read(record.national_id, type_, record.country) if record.national_id else None
    mails = (contacts.email(text.strip()).clean for text in record.emails if text)
    phones = (contacts.phone(text, record.country).clean for text in record.phones if text)
    found = {document.key if document else None, *(contacts.email_key(mail) for mail in mails if mail), *phones}
    return {key for key in found if key}


SOUNDS = (
    ("[^a-z]", ""), ("qu|[ck]", "k"), ("h", ""), ("v", "b"), ("z", "s"), ("ll", "y"), ("g(?=[ei])", "j"),
    ("(?<!^)[aeiouy]", ""), (r"(.)\1+", r"\1"),
)  # fmt: skip
LONG_FORMS: dict[str, set[str]] = defaultdict(set)
for full, shorts in names.SHORT_FORMS.items():
    for short in shorts:
        LONG_FORMS[countries.folded(short)].add(countries.folded(full))


def sound(word: str) -> str:
    """Return roughly how a word sounds in Spanish, its vowels left out."""
    word = re.sub("c(?=[ei])", "s", word)
    for pattern, replacement in SOUNDS:
        word = re.sub(pattern, replacement, word)
    return word


GIVEN = (names.WOMEN_ES, names.MEN_ES, names.WOMEN_EN, names.MEN_EN)
FIRST_NAMES = {countries.folded(name) for group in GIVEN for name in group}
FAMILIES = {sound(countries.folded(name)) for name in (*names.FAMILY_ES, *names.FAMILY_EN)}


def features(record: Record) -> list[set[str]]:
    """Return the seven things two records of one person may share.

    Of a firm the kind and the number in its trade name stand for family and given name.
    """
    words = [word for word in countries.folded(record.name).split() if len(word) > 1]
    if record.company:
        family, given = {sound(words[0])} if words else set(), {word for word in words if word.isdigit()}
    else:
        family = {sound(word) for word in words} & FAMILIES
        given = {long for word in words for long in LONG_FORMS.get(word, {word})} & FIRST_NAMES
    phones = (re.sub(r"\D", "", phone)[-4:] for phone in record.phones)
    street = {countries.folded(record.address)} if record.address else set()
    digits = re.sub(r"\D", "", record.national_id)
    return [
        family,
        given,
        {record.birth_on} - {""},
        street,
        {last for last in phones if len(last) == 4},
        {email.lower().partition("@")[0] for email in record.emails if email},
        {digits} - {""},
    ]


def share_two(one: list[set[str]], other: list[set[str]]) -> bool:
    """Say whether two of the seven are shared; of a national id six equal digits are enough."""
    shared = sum(bool(mine & theirs) for mine, theirs in zip(one[:6], other[:6], strict=True))
    return shared + any(_six_equal(a, b) for a in one[6] for b in other[6]) >= 2


def _six_equal(one: str, other: str) -> bool:
    return sum(a == b for a, b in zip(one, other, strict=False)) >= 6
