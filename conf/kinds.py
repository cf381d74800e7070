"""The types and date patterns that a source description may write, judged without Spark."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

SIMPLE = ("string", "boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "date", "timestamp")
_ALIASES = {"byte": "tinyint", "short": "smallint", "integer": "int", "long": "bigint", "real": "float"}
_TOKEN = re.compile(r"\s*(?:`(?P<quoted>[^`]+)`|(?P<word>[^\s<>,:`()]+)|(?P<mark>[<>,:()]))")
# Letters of a Spark pattern that can be parsed, and how often each may stand. E, Y, w and others cannot be, though
# Spark says so only when it meets the first value.
_LETTERS = {"G": 4, "y": 6, "M": 4, "L": 4, "d": 2, "D": 3, "H": 2, "h": 2, "k": 2, "K": 2, "m": 2, "s": 2, "S": 9,
            "a": 1, "V": 2, "z": 4, "O": 4, "X": 5, "x": 5, "Z": 5}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A type as Spark prints it; `parts` are the fields of a struct, or the element of an array or a map."""

    name: str
    parts: tuple[tuple[str, Kind], ...] = ()

    @cached_property
    def is_text(self) -> bool:
        """Tell whether every leaf is a string."""
        return all(part.is_text for _, part in self.parts) if self.parts else self.name == "string"

    def of_texts(self) -> str:
        """Return the same shape in Spark's DDL with a string for every leaf."""
        parts = [(name, part.of_texts()) for name, part in self.parts]
        if self.name == "struct":
            return "struct<" + ",".join(f"`{name}`:{part}" for name, part in parts) + ">"
        return {"array": "array<{}>", "map": "map<string,{}>"}.get(self.name, "string").format(*(p for _, p in parts))

    @property
    def with_article(self) -> str:
        return f"{'an' if self.name in ('array', 'int') else 'a'} {self}"

    def __str__(self) -> str:
        if self.name == "struct":
            return "struct<" + ",".join(f"{name}:{part}" for name, part in self.parts) + ">"
        return {"array": "array<{}>", "map": "map<string,{}>"}.get(self.name, self.name).format(
            *(p for _, p in self.parts)
        )


@lru_cache(maxsize=1024)
def parse(text: str) -> Kind:
    """Read a type as Spark SQL writes it; raise ValueError saying what is wrong with it."""
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"type {text!r}: cannot be read from {text[at:]!r} on")
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    tokens.reverse()
    try:
        kind = _kind(tokens)
        if tokens:
            raise ValueError(f"{tokens[-1][1]!r} is too much")
    except IndexError:
        raise ValueError(f"type {text!r}: breaks off; is a bracket left open?") from None
    except ValueError as error:
        raise ValueError(f"type {text!r}: {error}") from None
    return kind


def _kind(tokens: list[tuple[str, str]]) -> Kind:
    written = tokens.pop()[1]
    name = _ALIASES.get(written.lower(), written.lower())
    if name in SIMPLE:
        return Kind(name)
    if name in ("decimal", "dec", "numeric"):
        return Kind(_decimal(tokens))
    if name == "array":
        _expect("<", tokens)
        parts: tuple[tuple[str, Kind], ...] = (("element", _kind(tokens)),)
    elif name == "map":
        _expect("<", tokens)
        if _kind(tokens) != Kind("string"):
            raise ValueError("keys of JSON are text: map<string, …>")
        _expect(",", tokens)
        parts = (("value", _kind(tokens)),)
    elif name == "struct":
        _expect("<", tokens)
        parts = _fields(tokens)
    else:
        near = difflib.get_close_matches(name, (*SIMPLE, "decimal", "array", "map", "struct"), n=1, cutoff=0.6)
        known = f"{', '.join(SIMPLE)}, decimal(p,s), array<…>, struct<…>, map<string, …>"
        raise ValueError(f"no type {written!r}" + (f"; did you mean {near[0]!r}?" if near else f"; one of: {known}"))
    _expect(">", tokens)
    return Kind(name, parts)


def _fields(tokens: list[tuple[str, str]]) -> tuple[tuple[str, Kind], ...]:
    fields: dict[str, Kind] = {}
    while True:
        how, name = tokens.pop()
        if how == "mark":
            raise ValueError(f"a field has a name: struct<name: type>; found {name!r}")
        if name.casefold() in (known.casefold() for known in fields):
            raise ValueError(f"the field {name!r} stands in it twice; SQL does not tell capitals apart")
        if tokens[-1][1] == ":":
            tokens.pop()
        fields[name] = _kind(tokens)
        if tokens[-1][1] != ",":
            return tuple(fields.items())
        tokens.pop()


def _decimal(tokens: list[tuple[str, str]]) -> str:
    if not tokens or tokens[-1][1] != "(":
        raise ValueError("a decimal says its digits and those behind the point, as decimal(18,2)")
    tokens.pop()
    numbers = [tokens.pop()[1]]
    while (mark := tokens.pop()[1]) == ",":
        numbers.append(tokens.pop()[1])
    if mark != ")" or len(numbers) > 2 or not all(number.isdecimal() for number in numbers):
        raise ValueError("a decimal is written as decimal(18,2)")
    return decimal(int(numbers[0]), int(numbers[1]) if len(numbers) == 2 else 0)


def decimal(precision: int, scale: int) -> str:
    """Return the name of a decimal type; raise ValueError where Spark has none of these digits."""
    if not 1 <= precision <= 38 or scale > precision:
        raise ValueError(f"decimal({precision},{scale}): 1 to 38 digits, of which not more behind the point than all")
    return f"decimal({precision},{scale})"


def _expect(mark: str, tokens: list[tuple[str, str]]) -> None:
    if (found := tokens.pop()[1]) != mark:
        raise ValueError(f"expected {mark!r}, found {found!r}")


def check_pattern(pattern: str) -> None:
    """Raise ValueError where a date pattern cannot be used, or would invent a part of the date."""
    outside = pattern.split("'")[::2]
    if pattern.count("'") % 2:
        raise ValueError(f"pattern {pattern!r}: a quote is left open")
    letters = set()
    for run in re.finditer(r"([A-Za-z])\1*|[{}#]", " ".join(outside)):
        letter, count = run[0][0], len(run[0])
        if letter not in _LETTERS:
            near = f"; did you mean {letter.swapcase()!r}?" if letter.swapcase() in _LETTERS else ""
            raise ValueError(
                f"pattern {pattern!r}: {letter!r} cannot be read{near or '; letters meant as such stand in quotes'}"
            )
        if count > _LETTERS[letter] or (letter == "V" and count != 2):
            raise ValueError(f"pattern {pattern!r}: {run[0]!r}: write {letter * _LETTERS[letter]!r}")
        letters.add(letter)
    if "y" not in letters or not ({"d", "D"} & letters) or ("d" in letters and not {"M", "L"} & letters):
        raise ValueError(f"pattern {pattern!r}: a date needs year, month and day, as yyyy-MM-dd; none is made up")
    if "D" in letters and {"M", "L"} & letters:
        raise ValueError(f"pattern {pattern!r}: 'D' is the day of the year; did you mean 'd'?")
    if {"h", "K"} & letters and "a" not in letters:
        raise ValueError(f"pattern {pattern!r}: hours to 12 need AM or PM, as hh:mm a; hours to 23 are HH")
