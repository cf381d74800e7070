"""The pictures of docs/performance.md."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from tests.bench.bars import Figure, seconds, sizes

NAMES = {"full": "landing and refining", "bare": "Spark alone", "parquet": "plain copy to parquet", "duckdb": "DuckDB",
         "new rows": "1% new rows", "updates": "1% updates", "nothing new": "nothing new"}  # fmt: skip
COLORS = dict(zip(NAMES, ("#1f5fa8", "#d9730d", "#7a7a7a", "#e8b04a", "#6ea6dd", "#123a66", "#9db8d2"), strict=True))
JOBS = ("#1f5fa8", "#6ea6dd", "#123a66", "#d9730d", "#7a7a7a")


def draw(figures: list[Figure], out: Path) -> None:
    """Write all pictures into a folder."""
    mpl.use("Agg")
    mpl.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
                         "grid.alpha": 0.25})  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    for name, drawn in {"seconds": _seconds, "ratios": _ratios, "jobs": _jobs}.items():
        picture, axes = plt.subplots(figsize=(8, 4.4), dpi=100, layout="constrained")
        drawn(axes, figures)
        picture.savefig(out / f"{name}.png", metadata={"Software": None})
        plt.close(picture)


def _line(axes: Axes, figures: list[Figure], what: str, over: str = "") -> None:
    points = [
        (rows, seconds(figures, what, rows), seconds(figures, over, rows) if over else 1.0) for rows in sizes(figures)
    ]
    known = [(rows, took / base) for rows, took, base in points if took and base]
    if known:
        axes.plot(*zip(*known, strict=True), "o-", label=NAMES[what], color=COLORS[what], linewidth=1.6, markersize=4)


def _over_rows(axes: Axes, title: str, ylabel: str) -> None:
    axes.set(title=title, xlabel="rows of the first load", ylabel=ylabel, xscale="log", yscale="log")
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))


def _seconds(axes: Axes, figures: list[Figure]) -> None:
    for what in NAMES:
        _line(axes, figures, what)
    known = sizes(figures)
    first = seconds(figures, "full", known[0])
    assert first is not None
    # 2.2 times the seconds for twice the rows is this power of the rows.
    bar = [first * (rows / known[0]) ** 1.1375 for rows in known]
    axes.plot(known, bar, ":", color="black", linewidth=1, label="bar: 2x rows, 2.2x time")
    _over_rows(axes, "Seconds against rows", "seconds, from the command to its end")


def _ratios(axes: Axes, figures: list[Figure]) -> None:
    for what in ("bare", "parquet", "duckdb"):
        known = [(rows, seconds(figures, "full", rows), seconds(figures, what, rows)) for rows in sizes(figures)]
        points = [(rows, full / took) for rows, full, took in known if full and took]
        if points:
            axes.plot(*zip(*points, strict=True), "o-", label=f"against {NAMES[what]}", color=COLORS[what])
    axes.axhline(2, color="black", linestyle=":", linewidth=1, label="bar against Spark alone")
    _over_rows(axes, "Landing and refining: how many times the yardstick", "ratio of seconds")


def _jobs(axes: Axes, figures: list[Figure]) -> None:
    """Draw the shares of the jobs of each first load; jobs run side by side, so their sum is more than the whole."""
    known = {f["rows"]: f["jobs"] for f in figures if f["what"] == "full"}
    names, below = [f"{rows:,}" for rows in sorted(known)], [0.0] * len(known)
    for job, color in zip(known[min(known)], JOBS, strict=False):
        shares = [100 * known[rows].get(job, 0) / sum(known[rows].values()) for rows in sorted(known)]
        axes.bar(names, shares, bottom=below, label=job, color=color, width=0.6)
        below = [a + b for a, b in zip(below, shares, strict=True)]
    axes.set(
        title="Where the time goes: seconds of the jobs",
        xlabel="rows of the first load",
        ylabel="% of the jobs' seconds",
    )
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
