"""A text while it is written: what the grammar's slots put into it, and where personal data lies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random

from jobs.town import names
from jobs.town.texts import around_en, around_es, causes_en, causes_es, frames_en, frames_es, values, words_en, words_es
from jobs.town.texts.facts import Facts, Span
from jobs.town.texts.grammar import Choice, Grammar, Sequence, Slot, expand

TABLES = {
    "es": words_es.WORDS | around_es.WORDS | frames_es.FRAMES | causes_es.CAUSES,
    "en": words_en.WORDS | around_en.WORDS | frames_en.FRAMES | causes_en.CAUSES,
}
PARTS = ("core", "now", "curt", "thing", "ask", "request", "fixed", "nice", "sarcasm")
SOMEONE = {
    "es": ("la persona que me atendió", "la persona que le atendió"),
    "en": ("the person I talked to", "the person they talked to"),
}
ENDINGS = {
    "es": (" terminada en ", " que termina en ", " que acaba en ", " N.º ****"),
    "en": (" ending in ", " ending ", " no. ****"),
}
MASKS = ("**** **** **** ", "XXXX-XXXX-XXXX-", "****-****-****-", "************")
CITY_NAMES = tuple(city.name for city in names.CITIES)
_WOMEN = frozenset((*names.WOMEN_ES, *names.WOMEN_EN))
# The final full stop of S.A.C. ends no sentence. What a sentence ends with comes first, so that few places are tried.
_TEXT_START = re.compile(r'[¿¡"“(]*([^\W\d_])')
_SENTENCE_START = re.compile(r'[.!?\n](?<!\.[A-Z]\.)["”]?\s*(?<=\s)[¿¡"“(]*([^\W\d_])')


@dataclass
class Draft:
    """The pieces written so far and what is to be told; `is_aside` while it tells of another time or person."""

    rng: Random
    facts: Facts
    is_third_person: bool
    topic: str = ""
    is_aside: bool = False
    is_missing: bool = False
    pieces: list[str] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)
    known: dict[tuple[str, bool], str] = field(default_factory=dict)
    unsaid: dict[str, list[Sequence | str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.topic = self.facts.cause
        # A name that is in no list (a firm's, a stranger's) is spoken of as a man: grammar's default in Spanish.
        self._vowel = "a" if self.facts.full_name.split(" ", 1)[0] in _WOMEN else "o"
        self.grammar = self._spoken(self.is_third_person)

    def _spoken(self, is_third_person: bool) -> Grammar:
        facts = self.facts
        return grammar(facts.language, facts.country, is_third_person, self._vowel, not facts.other_cause)

    def write(self, symbol: str, separator: str = " ") -> None:
        """Write a symbol after what is there; where a fact that it needs is not known, write nothing."""
        self._write(self.grammar[symbol], separator)

    def write_unsaid(self, symbol: str, separator: str = " ") -> bool:
        """Write a line of a symbol that this text does not have yet; return whether there was one left.

        Weights do not count here: a line that is there twice would be said twice.
        """
        lines = self.unsaid.get(symbol)
        if lines is None:
            lines = self.unsaid[symbol] = list(self.grammar[symbol])
        if not lines:
            return False
        at = int(self.rng.random() * len(lines))
        line, last = lines[at], lines.pop()
        if at < len(lines):
            # The last line takes the place of the one that is used up.
            lines[at] = last
        if isinstance(line, str):
            self.pieces += (separator, line) if self.pieces else (line,)
        else:
            self._write((line,), separator)
        return True

    def _write(self, choice: Choice, separator: str) -> None:
        before = len(self.pieces), len(self.marks)
        if self.pieces:
            self.pieces.append(separator)
        self.is_missing = False
        expand(choice, self)
        if self.is_missing:
            del self.pieces[before[0] :], self.marks[before[1] :]

    def gap(self) -> str:
        """Return what parts the next sentence from the last one, which may have no full stop."""
        last = next((piece for piece in reversed(self.pieces) if piece), "")
        return " " if last[-1:] in ".!?," else ". "

    def tell(self, part: str, *, other: bool = False, aside: bool = False, of_them: bool = False) -> None:
        """Write a part of the topic, or of the other one; `of_them` as the story of somebody else."""
        before = self.topic, self.is_aside, self.grammar
        self.topic = self.facts.other_cause if other else self.topic
        self.is_aside = self.is_aside or aside or other or of_them
        self.grammar = self._spoken(True) if of_them else self.grammar
        expand(self.grammar[f"{self.topic}.{part}"], self)
        self.topic, self.is_aside, self.grammar = before

    def plant(self, value: str, kind: str) -> None:
        """Write personal data and remember where it lies."""
        self.is_missing = self.is_missing or not value
        self.marks.append((len(self.pieces), kind))
        self.pieces.append(value)

    def once(self, name: str, draw: Callable[[], str]) -> None:
        """Write a value that is the same wherever this text speaks of it."""
        key = (name, self.is_aside)
        value = self.known.get(key)
        if value is None:
            value = self.known[key] = draw()
        self.pieces.append(value)

    def finished(self, *, with_capitals: bool) -> tuple[str, tuple[Span, ...]]:
        """Return the text and its spans."""
        spans = []
        if self.marks:
            begins, at = [], 0
            for piece in self.pieces:
                begins.append(at)
                at += len(piece)
            spans = [Span(begins[i], begins[i] + len(self.pieces[i]), kind) for i, kind in self.marks]
        text = "".join(self.pieces)
        if with_capitals:
            text = _SENTENCE_START.sub(_with_capital, text)
            first = _TEXT_START.match(text)
            text = _with_capital(first) + text[first.end() :] if first else text
        return text, tuple(spans)


def _with_capital(found: re.Match[str]) -> str:
    return found[0][:-1] + found[1].upper()


@cache
def grammar(language: str, country: str, is_third_person: bool, vowel: str, is_alone: bool) -> Grammar:
    """Return the grammar of a way of speaking; alone, it has no second topic to speak of."""
    tables = TABLES[language]
    if is_alone:
        tables = {symbol: _without_other(lines) for symbol, lines in tables.items()}
    return Grammar(tables, SLOTS, country=country, third_person=is_third_person, vowel=vowel)


def _without_other(lines: str) -> str:
    return "\n".join(line for line in lines.splitlines() if "{other." not in line)


def _amount(draft: Draft) -> None:
    def drawn() -> str:
        facts, rng = draft.facts, draft.rng
        # What the facts do not have is made up: the sum of another story, or one that nobody claims. It has cents as
        # claims have: round sums alone would tell who complains of nothing.
        cents = facts.cents if facts.cents is not None and not draft.is_aside else rng.randrange(500, 90_000)
        return values.amount(rng, cents, facts.currency, facts.language, facts.country)

    draft.once("amount", drawn)


def _day(draft: Draft) -> None:
    def drawn() -> str:
        facts, rng = draft.facts, draft.rng
        ago = timedelta(days=rng.randrange(100, 300)) if draft.is_aside else timedelta()
        return values.day(rng, facts.happened_on - ago, facts.language, facts.country)

    draft.once("day", drawn)


def _place(draft: Draft) -> None:
    draft.pieces.append(draft.facts.place)
    draft.is_missing = draft.is_missing or not draft.facts.place


def _elsewhere(draft: Draft) -> None:
    def drawn() -> str:
        city = draft.rng.choice(CITY_NAMES)
        return city if city != draft.facts.place else CITY_NAMES[CITY_NAMES.index(city) - 1]

    draft.once("elsewhere", drawn)


def _product(draft: Draft) -> None:
    product = draft.facts.product
    # "My service" is no product that anybody speaks of.
    draft.is_missing = draft.is_missing or product in ("", "Atención")
    english = words_en.PRODUCTS.get(product) if draft.facts.language == "en" else None
    draft.pieces.append(english or product[:1].lower() + product[1:])


def _agent(draft: Draft) -> None:
    if draft.facts.agent:
        draft.plant(draft.facts.agent, "PERSON")
    else:
        draft.pieces.append(SOMEONE[draft.facts.language][draft.is_third_person])


def _ending(draft: Draft) -> None:
    if draft.facts.last4 and not draft.is_aside and draft.rng.random() < 0.3:
        draft.pieces.append(draft.rng.choice(ENDINGS[draft.facts.language]))
        draft.plant(draft.facts.last4, "CARD")


def _card(draft: Draft) -> None:
    last4 = draft.facts.last4
    draft.plant(last4 and draft.rng.choice(MASKS) + last4, "CARD")


def _account(draft: Draft) -> None:
    digits = f"{draft.rng.randrange(10**13, 10**14)}"
    draft.plant(
        digits if draft.rng.random() < 0.5 else f"{digits[:3]}-{digits[3:11]}-{digits[11]}-{digits[12:]}", "ACCOUNT"
    )


def _telling(part: str, **how: bool) -> Slot:
    return lambda draft: draft.tell(part, **how)


SLOTS: dict[str, Slot] = {
    "amount": _amount,
    "day": _day,
    "place": _place,
    "elsewhere": _elsewhere,
    "product": _product,
    "agent": _agent,
    "ending": _ending,
    "card": _card,
    "account": _account,
    # The full stop of S.A.C. would double the sentence's own.
    "name": lambda draft: draft.plant(draft.facts.full_name.rstrip("."), "PERSON"),
    "email": lambda draft: draft.plant(draft.facts.email, "EMAIL"),
    "phone": lambda draft: draft.plant(draft.facts.phone, "PHONE"),
    "national_id": lambda draft: draft.plant(draft.facts.national_id, "NATIONAL_ID"),
    "id_type": lambda draft: draft.pieces.append(_id_type(draft.facts)),
    "address": lambda draft: draft.plant(draft.facts.address, "ADDRESS"),
    "core.past": _telling("core", aside=True),
    "story3": lambda draft: draft.tell("core" if draft.rng.random() < 0.5 else "now", of_them=True),
}
for _part in PARTS:
    SLOTS[_part] = _telling(_part)
    SLOTS[f"other.{_part}"] = _telling(_part, other=True)
    SLOTS[f"{_part}3"] = _telling(_part, of_them=True)
    SLOTS[f"other.{_part}3"] = _telling(_part, other=True, of_them=True)


def _id_type(facts: Facts) -> str:
    if facts.id_type != "PASAPORTE":
        return facts.id_type
    return "passport" if facts.language == "en" else "pasaporte"
