"""National and tax ids: compact text, check digits and match key by country and type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from stdnum import exceptions
from stdnum.ar import cuit
from stdnum.ar import dni as ar_dni
from stdnum.br import cnpj, cpf
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.es import cif, nie, nif
from stdnum.es import dni as es_dni
from stdnum.mx import curp, rfc
from stdnum.pe import cui, ruc
from stdnum.us import ein, itin, ssn

from transformations.identity import countries, placeholders

_NEVER = 1_000


class NationalId(NamedTuple):
    """A national id as read: `is_valid` is null where nothing can be checked, `reason` says why it is not valid."""

    text: str | None = None
    is_valid: bool | None = None
    key: str | None = None
    reason: str | None = None


class _Type(NamedTuple):
    """How one type is checked.

    `validate` gives the canonical number or raises; `checked_from` is the length from which a number carries a check
    digit; `identity` gives the part of the number that names the holder; `key_type` is the type written in the key.
    """

    validate: Callable[[str], str]
    checked_from: int = 0
    identity: Callable[[str], str] = str
    key_type: str | None = None


def _shaped(pattern: str) -> Callable[[str], str]:
    def validate(number: str) -> str:
        if not re.fullmatch(pattern, number):
            raise exceptions.InvalidFormat
        return number

    return validate


def _whole_rfc(number: str) -> str:
    # Without its last three characters an RFC is initials and a birth date, which strangers share
    if len(number) < 12:
        raise exceptions.InvalidLength
    return str(rfc.validate(number, validate_check_digits=True))


# Spanish documents are one numbering: a person's NIF is the number of the DNI or NIE, so their keys must meet
_TYPES: dict[tuple[str, str], _Type] = {
    ("PE", "dni"): _Type(cui.validate, checked_from=9, identity=lambda number: number[:8]),
    ("PE", "ruc"): _Type(ruc.validate),
    ("PE", "ce"): _Type(_shaped("[0-9A-Z]{6,12}"), checked_from=_NEVER),
    ("ES", "dni"): _Type(es_dni.validate, key_type="nif"),
    ("ES", "nie"): _Type(nie.validate, key_type="nif"),
    ("ES", "cif"): _Type(cif.validate, key_type="nif"),
    ("ES", "nif"): _Type(nif.validate),
    ("MX", "curp"): _Type(curp.validate),
    ("MX", "rfc"): _Type(_whole_rfc),
    ("CO", "nit"): _Type(nit.validate),
    ("CO", "cc"): _Type(_shaped("[1-9][0-9]{4,9}"), checked_from=_NEVER),
    ("CL", "rut"): _Type(rut.validate, identity=lambda number: number.lstrip("0")),
    ("US", "ssn"): _Type(ssn.validate, checked_from=_NEVER),
    ("US", "itin"): _Type(itin.validate, checked_from=_NEVER),
    ("US", "ein"): _Type(ein.validate, checked_from=_NEVER),
    ("AR", "dni"): _Type(ar_dni.validate, checked_from=_NEVER),
    ("AR", "cuit"): _Type(cuit.validate),
    ("BR", "cpf"): _Type(cpf.validate),
    ("BR", "cnpj"): _Type(cnpj.validate),
    # python-stdnum has no national insurance number; the letters that are never issued are the tax office's
    ("GB", "nino"): _Type(
        _shaped("(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]"), checked_from=_NEVER
    ),
}

_SAME_TYPE = {
    "pasaporte": "passport",
    "carnetdeextranjeria": "ce",
    "ceduladeciudadania": "cc",
    "run": "rut",
    "cuil": "cuit",
}

_REASONS: dict[type[Exception], str] = {
    exceptions.InvalidChecksum: "wrong check digit",
    exceptions.InvalidLength: "wrong length",
    exceptions.InvalidComponent: "a part that is never issued",
}


def id_type(text: str) -> str | None:
    """Give the type in lower case without punctuation ('D.N.I.' is dni); null where nothing is left."""
    compact = countries.folded(text).replace(" ", "")
    return _SAME_TYPE.get(compact, compact) or None


def read(text: str, type_: str | None, country: str | None) -> NationalId:
    """Read one national id, given its type (as `id_type` gives it) and issuing country; either may be null.

    An invalid id keeps its compact text, has no key and says the reason; a type that is not known or has no check
    digit has null validity. A key needs country and type, since a bare number may belong to anyone.
    """
    if placeholders.stands_for_missing(text):
        return NationalId()
    number = re.sub(r"[^\w&]|_", "", unicodedata.normalize("NFKC", text).upper())
    if not number:
        return NationalId(reason="not an id: no letter or digit")
    if country is None or type_ is None:
        return NationalId(number)
    known = _TYPES.get((country, type_))
    if known is None:
        return NationalId(number, None, f"{country}:{type_}:{number}")
    try:
        number = known.validate(number)
    except ValueError as error:
        reason = _REASONS.get(type(error), "wrong format")
        return NationalId(number, False, None, f"not a valid {type_} of {country}: {reason}")
    is_valid = True if len(number) >= known.checked_from else None
    return NationalId(number, is_valid, f"{country}:{known.key_type or type_}:{known.identity(number)}")
