"""Countries: from a name in Spanish or English or an ISO code to ISO 3166-1 alpha-2."""

from __future__ import annotations

import unicodedata
from functools import cache

from conf import definitions


def folded(text: str) -> str:
    """Give the text in lower case without accents, one blank for whatever is neither letter nor digit."""
    plain = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def alpha_2(text: str) -> str | None:
    """Give the ISO 3166-1 alpha-2 code of a country's name or code in any case; null where it names none."""
    return _codes().get(folded(text))


@cache
def _codes() -> dict[str, str]:
    named = {folded(name): code for code, names in definitions.load("countries").items() for name in names}
    return named | {code.lower(): code for code in named.values()}
