"""The pictures of docs/town.md: each has a town and the public sets that it is compared with."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from PIL import Image

from tests.town import comparisons
from tests.town.comparisons import Sides

# The town is blue and what is public is orange or grey in every picture.
TOWN, PUBLIC = ("#1f5fa8", "#6ea6dd", "#123a66", "#9db8d2"), ("#d9730d", "#7a7a7a", "#e8b04a")
STYLES = ("-", "--", "-.", ":")


def draw(sides: Sides, out: Path) -> None:
    """Write all pictures into a folder."""
    mpl.use("Agg")
    out.mkdir(parents=True, exist_ok=True)
    mpl.rcParams.update({"font.size": 9, "axes.titlesize": 10, "axes.spines.top": False, "axes.spines.right": False,
                         "axes.grid": True, "grid.alpha": 0.25})  # fmt: skip
    _save(_waits(*sides.calls), out / "waits.png")
    _save(_lengths(*sides.texts), out / "lengths.png")
    _save(_channels(*sides.channels), out / "channels.png")
    _save(_answers(*sides.answers), out / "answers.png")
    _save(_purchases(*sides.purchases), out / "purchases.png")


def _save(picture: Figure, path: Path) -> None:
    drawn = BytesIO()
    picture.savefig(drawn, metadata={"Software": None})
    plt.close(picture)
    # A few colours do, and make the file half as large.
    Image.open(drawn).convert("RGB").quantize(48).save(path, optimize=True)


def _panels(columns: int) -> tuple[Figure, list[Axes]]:
    picture, axes = plt.subplots(1, columns, figsize=(9, 4.6), dpi=100, layout="constrained", squeeze=False)
    return picture, list(axes[0])


def _cumulative(axes: Axes, values: pd.Series, label: str, color: str, style: str = "-") -> None:
    """Draw the share of the values up to each."""
    ordered = np.sort(values.to_numpy(dtype=float))
    axes.plot(ordered, np.arange(1, len(ordered) + 1) / len(ordered), style, color=color, label=label, linewidth=1.6)


def _as_shares(axes: Axes, title: str, xlabel: str, ticks: tuple[float, ...]) -> None:
    axes.set(
        title=title, xlabel=xlabel, ylabel="share up to there", xscale="log", ylim=(0, 1), xlim=(ticks[0], ticks[-1])
    )
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.legend(loc="upper left", fontsize=8, frameon=False)


def _bars(axes: Axes, names: tuple[str, ...], sides: dict[str, tuple[list[float], str]]) -> None:
    """Draw the shares of each side beside one another."""
    width = 0.8 / len(sides)
    for at, (label, (shares, color)) in enumerate(sides.items()):
        places = np.arange(len(names)) + (at - (len(sides) - 1) / 2) * width
        drawn = axes.bar(places, shares, width * 0.94, color=color, label=label)
        axes.bar_label(drawn, [f"{share:.0%}" if share else "–" for share in shares], fontsize=7, padding=1)
    axes.set_xticks(range(len(names)), names)
    axes.grid(visible=False, axis="x")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))


def _waits(town: pd.DataFrame, public: pd.DataFrame) -> Figure:
    picture, (left, right) = _panels(2)
    for calls, who, color in ((town, "town", TOWN[0]), (public, "bank, 1999", PUBLIC[0])):
        for abandoned, label, style in ((False, "served", "-"), (True, "hang up", "--")):
            _cumulative(left, calls["waited_s"][calls["is_abandoned"] == abandoned], f"{who}: {label}", color, style)
    _as_shares(left, "Waits in the queue", "seconds", (2, 5, 15, 30, 60, 120, 300, 600))
    shares = {
        "town": (list(comparisons.shares_abandoned(town).values()), TOWN[0]),
        "bank, 1999": (list(comparisons.shares_abandoned(public).values()), PUBLIC[0]),
    }
    _bars(right, tuple(comparisons.WAIT_BINS), shares)
    right.set(title="Calls that hang up, by how long they waited", xlabel="wait", ylim=(0, 0.45))
    right.legend(loc="upper left", fontsize=8, frameon=False)
    return picture


def _lengths(town: pd.DataFrame, public: dict[str, pd.Series]) -> Figure:
    picture, panels = _panels(2)
    sources = {"en": "CFPB narratives", "es": "reviews of banks, 1-2 stars"}
    for axes, (language, label) in zip(panels, comparisons.LANGUAGES.items(), strict=True):
        _cumulative(axes, comparisons.words(public[language]), sources[language], PUBLIC[0])
        spoken = town[town["language"] == language]
        for genre, color, style in zip(comparisons.GENRES.values(), TOWN, STYLES, strict=True):
            texts = spoken["text"][spoken["genre"] == genre]
            _cumulative(axes, comparisons.words(texts), f"town: {genre}", color, style)
        _as_shares(axes, f"Words of a complaint, {label}", "words", (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000))
        axes.legend(loc="lower right", fontsize=8, frameon=False)
    return picture


def _channels(town: pd.Series, public: dict[str, pd.Series]) -> Figure:
    picture, (axes,) = _panels(1)
    sides = {"town": (_shares(town), TOWN[0])}
    names = {"Pamplona": "Pamplona, city", "Comcast": "Comcast, telecom", "CFPB": "CFPB, finance"}
    for (name, channels), color in zip(public.items(), PUBLIC, strict=True):
        sides[names[name]] = _shares(channels), color
    _bars(axes, comparisons.CHANNELS, sides)
    axes.set(title="Channels of filed complaints", ylabel="share of the complaints", ylim=(0, 1.05))
    axes.legend(loc="upper center", fontsize=8, frameon=False)
    return picture


def _shares(channels: pd.Series) -> list[float]:
    return [float((channels == name).mean()) for name in comparisons.CHANNELS]


def _answers(town: pd.DataFrame, public: pd.DataFrame) -> Figure:
    picture, (left, right) = _panels(2)
    for cases, label, color in (
        (town, "town: cases of the CRM", TOWN[0]),
        (public, "NYC 311: dead animals", PUBLIC[0]),
    ):
        days = cases["days"].dropna()
        _cumulative(left, days, label, color)
        _cumulative(right, comparisons.scaled(days), label, color)
    _as_shares(left, "Days from filing to answer", "days", (0.1, 0.3, 1, 3, 10, 30))
    _as_shares(right, "The same, divided by the median", "times the median", (0.1, 0.3, 1, 3, 10))
    return picture


def _purchases(town: pd.DataFrame, public: dict[str, pd.DataFrame]) -> Figure:
    picture, (left, right) = _panels(2)
    counts = {"1": (1, 1), "2": (2, 2), "3 or 4": (3, 4), "5 or more": (5, np.inf)}
    bars: dict[str, tuple[list[float], str]] = {}
    for (name, bought), color in zip({"town": town, **public}.items(), (TOWN[0], *PUBLIC), strict=False):
        _cumulative(left, comparisons.scaled(comparisons.gaps(bought)), name, color)
        often = comparisons.purchases_per_customer(bought)
        bars[name] = [comparisons.share(often.between(low, high)) for low, high in counts.values()], color
    _as_shares(left, "Gaps between purchases, divided by the median", "times the median", (0.03, 0.1, 0.3, 1, 3, 10))
    _bars(right, tuple(counts), bars)
    right.set(title="Purchases of a customer in 180 days", xlabel="purchases", ylabel="share of the customers")
    right.margins(y=0.1)
    right.legend(loc="upper right", fontsize=8, frameon=False)
    return picture
