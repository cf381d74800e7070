"""Names of people and companies: clean for reading, folded for matching."""

from __future__ import annotations

import unicodedata

from pyspark.sql import Column
from pyspark.sql import functions as F

# Legal forms as spaced letters: "S.A.C.", "S. A. C." and "SAC" all fold to one of them. Longer ones come first.
LEGAL_FORMS = (
    "s a p i de c v", "s de r l de c v", "s a b de c v", "s a de c v", "s de r l", "s a s", "s a c", "s a a", "s a u",
    "s a", "s r l", "s l u", "s l l", "s l", "s c r l", "s c", "e i r l", "c v", "c a", "ltda", "limitada", "l l c",
    "l l p", "p l c", "inc", "incorporated", "ltd", "limited", "corp", "corporation", "co", "cia", "gmbh",
)  # fmt: skip
_LEGAL_FORM = "|".join(form.replace(" ", " ?") for form in LEGAL_FORMS)

# After a comma these end a name; anything else there is a given name
_GENERATION = "jr|sr|junior|senior|ii|iii|iv|hijo|viuda|m ?b ?a|ph ?d|m ?d"


# Spark 3.5 has no unicode normalisation, so its `translate` gets tables drawn from Python's: characters that become
# another one come first, those after them vanish.
_KINDS = {chr(code): unicodedata.category(chr(code)) for code in range(0x10000)}
_BLANK = "".join(character for character, kind in _KINDS.items() if kind in ("Zs", "Zl", "Zp", "Cc"))
_INVISIBLE = "".join(character for character, kind in _KINDS.items() if kind == "Cf")
_JOINING = "".join(map(chr, (*range(0x0300, 0x0370), *range(0xFE00, 0xFE10)))) + "'‘’ʼ`´"


def _plain_letters() -> dict[str, str]:
    """Map lower-case Latin letters and digits with accents or in full width to the plain ones."""
    plain = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ß": "s", "æ": "a", "œ": "o"}
    for code in (*range(0x00AA, 0x0250), *range(0x1E00, 0x1F00), *range(0xFF10, 0xFF5B)):
        base = [c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c)]
        if len(base) == 1 and base[0].isascii() and (base[0].islower() or base[0].isdigit()):
            plain[chr(code)] = base[0]
    return plain


_PLAIN = _plain_letters()


def collapsed_spaces(column: Column) -> Column:
    """Give the text on one line with single spaces, without invisible characters; null where nothing is left."""
    visible = F.translate(column, _BLANK + _INVISIBLE, " " * len(_BLANK))
    return F.nullif(F.trim(F.regexp_replace(visible, " {2,}", " ")), F.lit(""))


def folded(column: Column) -> Column:
    """Give the text in lower case, without accents, emoji or punctuation; null where nothing is left.

    ñ folds to n, and composed and decomposed letters to the same: for keys only, never to be shown. Apostrophes join
    (O'Brien is obrien), everything else that is neither letter nor digit parts.
    """
    plain = F.translate(F.lower(column), "".join(_PLAIN) + _JOINING + _INVISIBLE, "".join(_PLAIN.values()))
    return F.nullif(F.trim(F.regexp_replace(plain, r"[^\p{L}\p{M}\p{N}]+", " ")), F.lit(""))


def name_key(column: Column) -> Column:
    """Give the folded tokens of a person's name in alphabetical order; null where nothing is left.

    'Muñoz de la Cruz, José' and 'JOSE MUNOZ DE LA CRUZ' have the same key; particles count.
    """
    return _sorted_tokens(folded(column))


def company_key(column: Column) -> Column:
    """Give the folded tokens of a company's name in alphabetical order without its legal form; null if none is left."""
    return _sorted_tokens(F.regexp_replace(folded(column), f" (?:y |and )?(?:{_LEGAL_FORM})$", ""))


def in_spoken_order(column: Column) -> Column:
    """Give 'Nombres Apellidos' for 'Apellidos, Nombres'; any other text as it is.

    A legal form, generation or title after the comma ('Díaz, S.A.', 'Smith, Jr.') is no given name: the text stays.
    """
    after = folded(F.regexp_extract(column, r"^[^,]+,([^,]+)$", 1))
    is_given_name = after.isNotNull() & ~after.rlike(f"^(?:{_LEGAL_FORM}|{_GENERATION})$")
    swapped = F.regexp_replace(column, r"^([^,]+?) ?, ?([^,]+)$", "$2 $1")
    return F.when(is_given_name, swapped).otherwise(column)


def _sorted_tokens(column: Column) -> Column:
    return F.array_join(F.sort_array(F.split(column, " ")), " ")
