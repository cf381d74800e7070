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

# A choice is a tuple of sequences; a sequence is a tuple of literal texts, choices and slots.
Sequence = tuple[Any, ...]
Choice = tuple[Sequence, ...]


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

    def _alternatives(self, symbol: str) -> list[Sequence]:
        found = []
        for line in filter(None, map(str.strip, self._tables[symbol].splitlines())):
            head = _HEAD.fullmatch(line)
            assert head is not None  # every part of the pattern may be empty
            if head["countries"] and self._country not in head["countries"].split(","):
                continue
            body = _PERSON.sub(self._form, head["body"]).replace("@", self._vowel)
            sequence, _ = self._until_end(iter(_TOKEN.findall(body)))
            found += [sequence] * int(head["weight"] or 1)
        return found

    def _until_end(self, tokens: Iterator[str]) -> tuple[Sequence, str]:
        """Read tokens up to the end of this alternative; an inner choice reads on from the same iterator."""
        items: list[Any] = []
        for token in tokens:
            if token in ("|", "]"):
                return tuple(items), token
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
        return tuple(items), ""

    def skeletons(self, symbol: str, size: Callable[[Slot], int] = lambda slot: 1) -> int:
        """Count the ways to expand a symbol, a slot counting as `size` says."""
        return _count(self[symbol], size)


def expand(choice: Choice, writing: Writing) -> None:
    """Write one alternative of a choice, each as likely as it is often there."""
    random, pieces = writing.rng.random, writing.pieces
    for item in choice[int(random() * len(choice))]:
        if item.__class__ is str:
            pieces.append(item)
        elif item.__class__ is tuple:
            expand(item, writing)
        else:
            item(writing)


def _count(choice: Choice, size: Callable[[Slot], int]) -> int:
    distinct = dict.fromkeys(choice)
    return sum(prod(_ways(item, size) for item in sequence) for sequence in distinct)


def _ways(item: Any, size: Callable[[Slot], int]) -> int:
    if isinstance(item, str):
        return 1
    return _count(item, size) if isinstance(item, tuple) else size(item)
