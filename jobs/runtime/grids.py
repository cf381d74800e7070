"""Grids of text: at a terminal they keep to its width and cut nothing, in a pipe every row is one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

GAP = "  "
# Prose in the last column is wrapped below itself, unless there is less room than this.
PROSE_WIDTH = 20
# What would break a grid, or command the terminal, shows as what it is.
SHOWN = dict.fromkeys((*range(32), *range(127, 160)), "�") | {9: "\\t", 10: "\\n", 13: "\\r"}


@dataclass(frozen=True)
class Head:
    """The head of a column; where the terminal is too narrow, the column with the highest `rank` goes first."""

    name: str
    is_number: bool = False
    rank: int = 0


def show(console: Console, heads: Sequence[Head], rows: Iterable[Sequence[str]], *, prose: bool = False) -> None:
    """Print a grid; `prose` wraps the last column. Columns that do not fit and may go are named below."""
    cells = [[_clean(cell) for cell in row] for row in rows]
    widths = _widths(heads, cells)
    kept = list(range(len(heads)))
    room = console.width if console.is_terminal else None
    wraps = prose and room is not None
    while room is not None and _total(kept, widths, wraps) > room:
        goes = max(kept, key=lambda n: (heads[n].rank, n))
        if not heads[goes].rank:
            break
        kept.remove(goes)
        wraps = wraps and goes != len(heads) - 1
    if wraps and room is not None:
        widths[-1] = max(PROSE_WIDTH, room - _total(kept[:-1], widths, False) - len(GAP))
    _print(console, Text(_line(heads, widths, kept, [head.name for head in heads]), style="bold"))
    for row in cells:
        for line in _wrapped(row, widths[-1]) if wraps else [row]:
            _print(console, Text(_line(heads, widths, kept, line)))
    if gone := [head.name for n, head in enumerate(heads) if n not in kept]:
        _print(console, Text(f"(a wider terminal shows also: {', '.join(gone)})", style="dim"))


def show_records(console: Console, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print each row as a list of names and values: for rows that are wider than the terminal."""
    width = max(map(cell_len, names))
    for number, row in enumerate(rows, start=1):
        _print(console, Text(f"row {number:,}", style="bold"))
        for name, cell in zip(names, row, strict=True):
            _print(console, Text(f"{GAP}{name}{' ' * (width - cell_len(name))}{GAP}{_clean(cell)}".rstrip()))


def fits(console: Console, names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a grid keeps to the width of the terminal; everything fits into a pipe."""
    if not console.is_terminal:
        return True
    heads = [Head(name) for name in names]
    cells = [[_clean(cell) for cell in row] for row in rows]
    return _total(range(len(heads)), _widths(heads, cells), False) <= console.width


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True)


def _clean(cell: str) -> str:
    return cell.translate(SHOWN)


def _widths(heads: Sequence[Head], cells: Sequence[Sequence[str]]) -> list[int]:
    return [max([cell_len(h.name), *(cell_len(row[n]) for row in cells)]) for n, h in enumerate(heads)]


def _total(kept: Sequence[int], widths: Sequence[int], wraps: bool) -> int:
    """Return the width of the kept columns; one that wraps needs no more than room for prose."""
    last = len(widths) - 1
    return sum(min(widths[n], PROSE_WIDTH) if wraps and n == last else widths[n] for n in kept) + len(GAP) * (
        len(kept) - 1
    )


def _line(heads: Sequence[Head], widths: Sequence[int], kept: Sequence[int], row: Sequence[str]) -> str:
    cells = []
    for n in kept:
        fill = " " * max(0, widths[n] - cell_len(row[n]))
        cells.append(fill + row[n] if heads[n].is_number else row[n] + fill)
    return GAP.join(cells).rstrip()


def _wrapped(row: Sequence[str], width: int) -> list[list[str]]:
    parts = wrapped(row[-1], width)
    return [[*(row[:-1] if n == 0 else [""] * (len(row) - 1)), part] for n, part in enumerate(parts)]


def wrapped(text: str, width: int) -> list[str]:
    """Break a text at spaces; a word that is longer than the width is broken where it must."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and cell_len(lines[-1]) + 1 + cell_len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
        while cell_len(lines[-1]) > width:
            lines[-1:] = [lines[-1][:width], lines[-1][width:]]
    return lines
