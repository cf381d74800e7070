"""Contacts as people type them, read to one standard form or refused with a reason in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import email_validator
import pandas as pd
import phonenumbers
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES
from phonenumbers import PhoneNumberFormat, ValidationResult
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, BooleanType, StringType, StructField, StructType

from transformations.identity import countries, national_ids, placeholders

LONGEST = 320  # characters of an e-mail address; nothing else read here comes near

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_PLAIN_NAME = re.compile(r"[\w+-]+(?:\.[\w+-]+)*", re.ASCII)
_SHARED_NAMES = frozenset(CASE_INSENSITIVE_MAILBOX_NAMES)
_OLD_MEXICAN_PREFIX = re.compile(r"^(?:044|045|01|1)(?=\d{10}$)")


class Reading(NamedTuple):
    """What became of one value: its standard form, the reason why it (or a part of it) has none; neither if missing."""

    clean: str | None = None
    reason: str | None = None


_Reads = TypeVar("_Reads", Reading, national_ids.NationalId)


class _Refusal(NamedTuple):
    field: str
    value: str
    reason: str


def email(text: str) -> Reading:
    """Read an e-mail address, without asking the network for it."""
    if placeholders.stands_for_missing(text):
        return Reading()
    name, _, domain = text.rpartition("@")
    is_plain = len(text) <= 64 and _PLAIN_NAME.fullmatch(name) and name.lower() not in _SHARED_NAMES
    try:
        return Reading(f"{name}@{_domain(domain)}" if is_plain else _validated(text).normalized)
    except ValueError as error:
        return Reading(reason=f"not an e-mail address: {error}")


# Most addresses share few domains, and those take most of the validator's time: a plain name needs no more than that.
@lru_cache(maxsize=2**12)
def _domain(domain: str) -> str:
    return _validated(f"a@{domain}").domain


def _validated(address: str) -> email_validator.ValidatedEmail:
    return email_validator.validate_email(address, check_deliverability=False)


def email_key(address: str) -> str:
    """Give the mailbox of an address: lower case, no +tag and, at Gmail, none of the dots that Gmail ignores."""
    name, _, domain = address.lower().rpartition("@")
    name = name.partition("+")[0] or name
    return f"{name.replace('.', '') if domain in ('gmail.com', 'googlemail.com') else name}@{domain}"


def phone(text: str, country: str | None) -> Reading:
    """Read a phone number to E.164; one without country code is a number of `country`, ISO alpha-2 or null."""
    if placeholders.stands_for_missing(text):
        return Reading()
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        has_no_country = error.error_type == error.INVALID_COUNTRY_CODE
        return Reading(reason="no country to read the phone number in" if has_no_country else "not a phone number")
    national = phonenumbers.national_significant_number(number)
    if placeholders.stands_for_missing(national):
        return Reading()
    if number.country_code == 52 and (short := _OLD_MEXICAN_PREFIX.sub("", national)) != national:
        number = phonenumbers.PhoneNumber(52, int(short), number.extension)
    return _possible_phone(number, country)


def _possible_phone(number: phonenumbers.PhoneNumber, country: str | None) -> Reading:
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        is_of_country = country and number.country_code == phonenumbers.country_code_for_region(country)
        place = country if is_of_country else f"+{number.country_code}"
        is_local = possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY
        return Reading(reason=f"not a possible phone number for {place}{' without area code' if is_local else ''}")
    left_out = f"extension {number.extension} left out: E.164 has no place for it" if number.extension else None
    return Reading(phonenumbers.format_number(number, PhoneNumberFormat.E164), left_out)


def handle(text: str) -> Reading:
    """Read a social handle to network:name in lower case."""
    if placeholders.stands_for_missing(text):
        return Reading()
    network, _, name = ("".join(part.split()) for part in text.lower().replace("@", "").partition(":"))
    return Reading(f"{network}:{name}") if network and name else Reading(reason="not written as network:name")


def country_code(text: str) -> Reading:
    """Read a country's name or code to ISO alpha-2; NA is Namibia, as a code wins over a word for nothing."""
    code = countries.alpha_2(text)
    if code or placeholders.stands_for_missing(text):
        return Reading(code)
    return Reading(reason="not a country known by name or code")


def id_type(text: str) -> Reading:
    """Read the type of a national id to lower case without punctuation; any word will do."""
    kind = national_ids.id_type(text)
    return Reading(kind, "no letter or digit" if text and not kind else None)


_TEXT, _MANY = StringType(), ArrayType(StringType())
UNREADABLE = ArrayType(StructType([StructField(name, _TEXT) for name in ("field", "value", "reason")]))
STANDARD = StructType(
    [
        StructField("country", _TEXT),
        StructField("emails", _MANY),
        StructField("phones", _MANY),
        StructField("handles", _MANY),
        StructField("_address_countries", _MANY),
        StructField("national_id", _TEXT),
        StructField("national_id_type", _TEXT),
        StructField("national_id_country", _TEXT),
        StructField("national_id_is_valid", BooleanType()),
        StructField("national_id_key", _TEXT),
        StructField("email_keys", _MANY),
        StructField("unreadable", UNREADABLE),
    ]
)


def _standard(
    country: pd.Series,
    emails: pd.Series,
    phones: pd.Series,
    handles: pd.Series,
    address_countries: pd.Series,
    national_id: pd.Series,
    national_id_type: pd.Series,
    national_id_country: pd.Series,
) -> pd.DataFrame:
    refused: list[list[_Refusal]] = [[] for _ in country]
    home = [reading.clean for reading in map(_reader("country", country_code), refused, country)]
    mails = list(map(_distinct(_reader("emails", email)), refused, emails))
    place = _reader("addresses.country", country_code)
    contacts = {
        "country": home,
        "emails": mails,
        "email_keys": [list(dict.fromkeys(map(email_key, addresses))) if addresses else None for addresses in mails],
        "phones": list(map(_distinct(_reader("phones", phone)), refused, phones, home)),
        "handles": list(map(_distinct(_reader("handles", handle)), refused, handles)),
        "_address_countries": [
            None if texts is None else [place(row, text).clean for text in texts]
            for row, texts in zip(refused, address_countries, strict=True)
        ],
    }
    ids = _national_ids(refused, home, national_id, national_id_type, national_id_country)
    return pd.DataFrame(contacts | ids | {"unreadable": [row or None for row in refused]})


def _national_ids(
    refused: list[list[_Refusal]], home: list[str | None], numbers: pd.Series, types: pd.Series, issuers: pd.Series
) -> dict[str, list[Any]]:
    kinds = [reading.clean for reading in map(_reader("national_id_type", id_type), refused, types)]
    named = list(map(_reader("national_id_country", country_code), refused, issuers))
    # An issuer that cannot be read is not the country of residence: the id stays without country and key
    taken = [own.clean if any(own) else default for own, default in zip(named, home, strict=True)]
    ids = list(map(_reader("national_id", national_ids.read), refused, numbers, kinds, taken))
    return {
        "national_id": [one.text for one in ids],
        "national_id_type": kinds,
        "national_id_country": [
            issuer if one.text else own.clean for one, own, issuer in zip(ids, named, taken, strict=True)
        ],
        "national_id_is_valid": [one.is_valid for one in ids],
        "national_id_key": [one.key for one in ids],
    }


# No built-in knows numbering plans, mail syntax, check digits or the names of countries: one crossing for all of them,
# column by column, since each library runs faster while it stays in the processor's caches.
standard = F.pandas_udf(_standard, STANDARD)  # type: ignore[call-overload]


def _reader(field: str, read: Callable[..., _Reads]) -> Callable[..., _Reads]:
    """Give a function that reads one value of a batch in its context and notes in the row's list if it has to refuse.

    A repeated value is read once; one too long to be a contact is not looked at.
    """
    known: dict[tuple[Any, ...], _Reads] = {}

    def one(refused: list[_Refusal], value: str | None, *context: str | None) -> _Reads:
        text = _INVISIBLE.sub("", value or "").strip()
        if len(text) > LONGEST:
            refused.append(_Refusal(field, f"{text[:LONGEST]}…", f"longer than {LONGEST} characters"))
            text = ""
        key = (text, *context)
        if key not in known:
            known[key] = read(*key)
        reading = known[key]
        if reading.reason:
            refused.append(_Refusal(field, text, reading.reason))
        return reading

    return one


def _distinct(one: Callable[..., Reading]) -> Callable[..., list[str] | None]:
    """Give a function that reads many values of a row to their standard forms, each once; null where there is none."""

    def many(refused: list[_Refusal], values: Iterable[str | None] | None, *context: str | None) -> list[str] | None:
        forms = () if values is None else (one(refused, value, *context).clean for value in values)
        return list(dict.fromkeys(form for form in forms if form)) or None

    return many
