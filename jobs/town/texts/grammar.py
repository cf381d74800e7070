"""A context-free grammar in plain tables, compiled once for each way of speaking.

A table maps a symbol to its alternatives, one a line:

    PE,CL> 2* <me/le> cobraron [dos veces|doble] la compra de {amount}

`PE,CL>` keeps an alternative to those countries, `2*` weighs it, `[a|b]` chooses, `<I/they>` has the words of the
first and of the third person, `{name}` is another symbol or a slot, and `@` is the o or a of the writer's gender.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from math import prod
from random import Random
from typing import Any, Protocol

_HEAD = re.compile(r"(?:(?P<countries>[A-Z,]+)> )?(?:(?P<weight>\d+)\* )?(?P<body>.*)")
_PERSON = re.compile(r"<([^/<>]*)/([^<>]*)>")
_TOKEN = re.compile(r"[\[\]|]|\{[^}]+\}|[^\[\]|{]+")

# A choice is a tuple of sequences and literal texts; a sequence is a tuple of literal texts, choices and slots.
Sequence = tuple[Any, ...]
Choice = tuple[Sequence | str, ...]
# Neighbours without slots are written out into one choice of texts while they are no more than this: one throw of the
# dice and one piece instead of many.
MOST_WRITTEN_OUT = 64


class Writing(Protocol):
    """What a slot writes into: the pieces so far and the dice."""

    pieces: list[str]
    rng: Random


Slot = Callable[[Any], None]


class Grammar:
    """The tables as one country, person and gender speak them."""

    def __init__(
        self, tables: Mapping[str, str], slots: Mapping[str, Slot], *, country: str, third_person: bool, vowel: str
    ) -> None:
        self._tables, self._slots = tables, slots
        self._country, self._form, self._vowel = country, r"\2" if third_person else r"\1", vowel
        self._compiled: dict[str, Choice] = {}

    def __getitem__(self, symbol: str) -> Choice:
        found = self._compiled.get(symbol)
        if found is None:
            found = self._compiled[symbol] = tuple(self._alternatives(symbol))
            if not found:
                raise KeyError(f"symbol {symbol!r} has no alternative in {self._country}")
        return found

    def _alternatives(self, symbol: str) -> list[Sequence | str]:
        found: list[Sequence | str] = []
        for line in filter(None, map(str.strip, self._tables[symbol].splitlines())):
            head = _HEAD.fullmatch(line)
            assert head is not None  # every part of the pattern may be empty
            if head["countries"] and self._country not in head["countries"].split(","):
                continue
            body = _PERSON.sub(self._form, head["body"]).replace("@", self._vowel)
            sequence, _ = self._until_end(iter(_TOKEN.findall(body)))
            found += [sequence] * int(head["weight"] or 1)
        return found

    def _until_end(self, tokens: Iterator[str]) -> tuple[Sequence | str, str]:
        """Read tokens up to the end of this alternative; an inner choice reads on from the same iterator."""
        items: list[Any] = []
        for token in tokens:
            if token in ("|", "]"):
                return _written_out(items), token
            if token == "[":
                options, end = [], "|"
                while end == "|":
                    option, end = self._until_end(tokens)
                    options.append(option)
                items.append(tuple(options))
            elif token[0] == "{":
                name = token[1:-1]
                items.append(self._slots[name] if name in self._slots else self[name])
            else:
                items.append(token)
        return _written_out(items), ""

    def skeletons(self, symbol: str, size: Callable[[Slot], int] = lambda slot: 1) -> int:
        """Count the ways to expand a symbol, a slot counting as `size` says."""
        return _count(self[symbol], size)


def expand(choice: Choice, writing: Writing) -> None:
    """Write one alternative of a choice, each as likely as it is often there."""
    random, pieces = writing.rng.random, writing.pieces
    chosen = choice[int(random() * len(choice))]
    if isinstance(chosen, str):
        pieces.append(chosen)
        return
    for item in chosen:
        if item.__class__ is str:
            pieces.append(item)
        elif item.__class__ is tuple:
            expand(item, writing)
        else:
            item(writing)


def _written_out(items: list[Any]) -> Sequence | str:
    """Return a sequence in which neighbours without slots are one choice of texts, each as likely as it was."""
    found: list[Any] = []
    for item in items:
        before, texts = found[-1] if found else None, _texts(item)
        if texts and (earlier := _texts(before)) and len(earlier) * len(texts) <= MOST_WRITTEN_OUT:
            both = tuple(first + second for first in earlier for second in texts)
            found[-1] = both if len(both) > 1 else both[0]
        else:
            found.append(item)
    if not found:
        return ""
    return found[0] if len(found) == 1 and isinstance(found[0], str) else tuple(found)


def _texts(item: Any) -> tuple[str, ...]:
    """Return the texts of which an item is one, nothing where there is more to it."""
    if isinstance(item, str):
        return (item,)
    return item if isinstance(item, tuple) and all(isinstance(text, str) for text in item) else ()


def _count(choice: Choice, size: Callable[[Slot], int]) -> int:
    distinct = dict.fromkeys(choice)
    return sum(_ways_of_sequence(sequence, size) for sequence in distinct)


def _ways_of_sequence(sequence: Sequence | str, size: Callable[[Slot], int]) -> int:
    return 1 if isinstance(sequence, str) else prod(_ways(item, size) for item in sequence)


def _ways(item: Any, size: Callable[[Slot], int]) -> int:
    if isinstance(item, str):
        return 1
    return _count(item, size) if isinstance(item, tuple) else size(item)
