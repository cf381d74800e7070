"""What two source parties of one person have in common, as a careful matcher would find it."""

from __future__ import annotations

import re
from collections import defaultdict

from jobs.town import names
from tests.town.parties import Record
from transformations.identity import countries

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
