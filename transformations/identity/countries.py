"""Countries: from a name in Spanish or English or an ISO code to ISO 3166-1 alpha-2."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from phonenumbers.geodata.locale import LOCALE_DATA

from conf import definitions


@lru_cache(maxsize=2**12)
def folded(text: str) -> str:
    """Give the text in lower case without accents, one blank for whatever is neither letter nor digit."""
    plain = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def alpha_2(text: str) -> str | None:
    """Give the ISO 3166-1 alpha-2 code of a country's name or code in any case; null where it names none."""
    return _codes().get(folded(text))


@cache
def _codes() -> dict[str, str]:
    known = definitions.load("countries")
    codes: dict[str, str] = {**known["aliases"]}
    for alpha_3, country in known["alpha_3"].items():
        names = LOCALE_DATA.get(country, {})
        for language in ("es", "en"):
            name = names.get(language, country)
            # "*en" says that the name is the same as in that language
            codes[folded(names[name[1:]] if name.startswith("*") else name)] = country
        codes[alpha_3.lower()] = codes[country.lower()] = country
    return codes
