"""The first page of the data docs: every table, what was last found of it, and the way to Great Expectations' page.

Great Expectations' own first page lists only what one run validated, and is empty without a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
td.n, th.n { text-align: right } .bad { color: #a40000; font-weight: 600 } .warn { color: #8a5a00; font-weight: 600 }
"""


class Result(NamedTuple):
    """What was found of one check in the newest version of a table that was validated; of ops.validation_result."""

    table_name: str
    table_version: int
    expectation: str
    severity: str
    is_met: bool
    checked_count: int
    unexpected_count: int
    detail: str | None
    validated_at: datetime


def write_index(docs: Path, results: Sequence[Result]) -> None:
    """Write index.html over the newest results of every table: what is broken first, then a line a table."""
    rows = sorted(results)
    broken = [row for row in rows if not row.is_met]
    parts = [f"<p>{len(broken):,} of {len(rows):,} checks do not hold.</p>"]
    if broken:
        parts.append(_table(("table", "check", "severity", "broken", "of", "why"), [_broken(row) for row in broken]))
    by_table = [(name, list(found)) for name, found in groupby(rows, key=lambda row: row.table_name)]
    parts.append(_table(("table", "version", "validated (UTC)", "rows", "checks", "do not hold"),
                        [_summary(docs, name, found) for name, found in by_table]))  # fmt: skip
    docs.mkdir(parents=True, exist_ok=True)
    body = f"<h1>Validation of the lake</h1>{''.join(parts)}"
    head = f'<meta charset="utf-8"><title>Validation of the lake</title><style>{STYLE}</style>'
    (docs / "index.html").write_text(f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n',
                                     encoding="utf-8")  # fmt: skip


def _broken(row: Result) -> tuple[str, ...]:
    mark = "warn" if row.severity == "warn" else "bad"
    return (escape(row.table_name), escape(row.expectation), f'<span class="{mark}">{escape(row.severity)}</span>',
            f"{row.unexpected_count:,}", f"{row.checked_count:,}", escape(row.detail or ""))  # fmt: skip


def _summary(docs: Path, name: str, found: Sequence[Result]) -> tuple[str, ...]:
    pages = sorted(docs.joinpath("validations", *name.split(".")).rglob("*.html"))
    shown = f'<a href="{escape(str(pages[-1].relative_to(docs)))}">{escape(name)}</a>' if pages else escape(name)
    bad = sum(not row.is_met for row in found)
    first = found[0]
    return (shown, f"{first.table_version:,}", f"{first.validated_at:%Y-%m-%d %H:%M}", f"{first.checked_count:,}",
            f"{len(found):,}", f"{bad:,}")  # fmt: skip


NUMBERS = ("version", "rows", "checks", "do not hold", "broken", "of")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    classes = [' class="n"' if head in NUMBERS else "" for head in heads]
    lines = ["".join(f"<th{mark}>{head}</th>" for head, mark in zip(heads, classes, strict=True))]
    lines += ["".join(f"<td{mark}>{cell}</td>" for cell, mark in zip(row, classes, strict=True)) for row in rows]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
