"""The bars, and whether measured figures reach them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

Figure = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """One bar at one size: what was asked for, what was measured."""

    bar: str
    rows: int
    asked: str
    measured: str
    is_reached: bool


def seconds(figures: list[Figure], what: str, rows: int | None = None) -> float | None:
    """Return the median seconds of what was measured, at a size if one is given; None where it was not."""
    of = [f["seconds"] for f in figures if f["what"] == what and rows in (None, f["rows"])]
    return median(of) if of else None


def sizes(figures: list[Figure]) -> list[int]:
    """Return the sizes that a first load was measured at, smallest first."""
    return sorted({f["rows"] for f in figures if f["what"] == "full"})


def verdicts(figures: list[Figure]) -> Iterator[Verdict]:
    """Yield every bar that the figures say something about."""
    for rows in sizes(figures):
        yield from _of_size(figures, rows)
    yield from _growth(figures)
    yield from _memory(figures)
    yield from _start_up(figures)


def _of_size(figures: list[Figure], rows: int) -> Iterator[Verdict]:
    full = seconds(figures, "full", rows)
    assert full is not None
    bare = seconds(figures, "bare", rows)
    if bare:
        yield Verdict(
            "landing and refining against Spark alone", rows, "<= 2 times", f"{full / bare:.2f} times", full <= 2 * bare
        )
    limits = {"new rows": (full / 10 + 10, "a tenth of the full run + 10 s"),
              "updates": (full / 3, "a third of the full run"),
              "nothing new": (15.0, "15 s")}  # fmt: skip
    for what, (limit, said) in limits.items():
        took = seconds(figures, what, rows)
        if took is not None:
            yield Verdict(what, rows, f"<= {said} ({limit:.1f} s)", f"{took:.1f} s", took <= limit)


def _growth(figures: list[Figure]) -> Iterator[Verdict]:
    known = sizes(figures)
    for rows in known:
        if 2 * rows in known:
            small, large = seconds(figures, "full", rows), seconds(figures, "full", 2 * rows)
            assert small
            assert large
            yield Verdict(
                "twice the rows", 2 * rows, "<= 2.2 times", f"{large / small:.2f} times", large <= 2.2 * small
            )


def _memory(figures: list[Figure]) -> Iterator[Verdict]:
    for what, key, said in (
        ("live", "live_mib", "live heap of the driver"),
        ("full", "python_mib", "Python of the driver"),
    ):
        at = {f["rows"]: f[key] for f in figures if f["what"] == what}
        if len(at) > 1:
            small, large = min(at), max(at)
            yield Verdict(f"{said} against {small:,} rows", large, "<= 1.2 times",
                          f"{at[large] / at[small]:.2f} times ({at[small]:.0f} and {at[large]:.0f} MiB)",
                          at[large] <= 1.2 * at[small])  # fmt: skip


def _start_up(figures: list[Figure]) -> Iterator[Verdict]:
    for what in ("small job, landing", "small job, refining"):
        small = seconds(figures, what)
        if small is not None:
            yield Verdict(f"{what} one table", 1_000, "<= 8 s", f"{small:.1f} s", small <= 8)
    for what in ("a little news", "nothing new", "query"):
        fresh, old = seconds(figures, f"fresh lake, {what}"), seconds(figures, f"old lake, {what}")
        if fresh and old:
            yield Verdict(
                f"many versions against few: {what}",
                1_000,
                "<= 1.3 times",
                f"{old / fresh:.2f} times",
                old <= 1.3 * fresh,
            )
