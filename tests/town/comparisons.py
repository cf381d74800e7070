"""A town beside the public sets: figures of each, and how far apart the samples lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tests.town import public_sets, samples

LANGUAGES = {"en": "English", "es": "Spanish"}
GENRES = {"form": "web form", "mail": "mail", "sheet": "book sheet", "summary": "agent's summary"}
CHANNELS = ("phone", "counter", "written", "web")
# Of waits in seconds: up to the first, up to the second, longer.
WAIT_BINS = {"up to 30 s": (0, 30), "31 to 90 s": (30, 90), "over 90 s": (90, np.inf)}


@dataclass(frozen=True)
class Figure:
    """One figure of a town and of a public set; `distance` is that of the whole samples, where one is of use."""

    what: str
    town: float
    public: float
    form: str
    source: str
    distance: float | None = None


@dataclass(frozen=True)
class Sides:
    """The samples of a town and the public ones of the same thing, by name of the set."""

    calls: tuple[pd.DataFrame, pd.DataFrame]
    texts: tuple[pd.DataFrame, dict[str, pd.Series]]
    channels: tuple[pd.Series, dict[str, pd.Series]]
    answers: tuple[pd.DataFrame, pd.DataFrame]
    purchases: tuple[pd.DataFrame, dict[str, pd.DataFrame]]


def read(town: Path, data: Path) -> Sides:
    """Read both sides."""
    return Sides(
        calls=(samples.calls(town), public_sets.bank_calls(data)),
        texts=(
            samples.complaint_texts(town),
            {"en": public_sets.cfpb_narratives(data), "es": public_sets.bank_reviews(data)},
        ),
        channels=(
            samples.complaint_channels(town),
            {
                "Pamplona": public_sets.pamplona_channels(data),
                "Comcast": public_sets.comcast_channels(data),
                "CFPB": public_sets.cfpb_channels(data),
            },
        ),
        answers=(samples.answers(town), public_sets.city_answers(data)),
        purchases=(
            samples.purchases(town),
            {
                "CDNOW": public_sets.cdnow_purchases(data),
                "Online Retail": public_sets.online_retail_purchases(data),
            },
        ),
    )


def figures(sides: Sides) -> dict[str, Figure]:
    """Return every figure by a short name."""
    found = {**of_waits(*sides.calls), **of_lengths(*sides.texts), **of_channels(*sides.channels)}
    return {**found, **of_answers(*sides.answers), **of_purchases(*sides.purchases)}


# --- Statistics ---------------------------------------------------------------------------------------------------


def distance(one: pd.Series, other: pd.Series) -> float:
    """Return the Kolmogorov-Smirnov distance: the widest gap between the two cumulative shares, from 0 to 1.

    It needs no bins and is the same for values and for their logarithms, so that the long tails of waits and lengths
    neither rule it nor have to be cut.
    """
    a, b = np.sort(one.to_numpy(dtype=float)), np.sort(other.to_numpy(dtype=float))
    at = np.concatenate([a, b])
    apart = np.searchsorted(a, at, side="right") / len(a) - np.searchsorted(b, at, side="right") / len(b)
    return float(np.abs(apart).max())


def scaled(values: pd.Series) -> pd.Series:
    """Divide by the median: what is left is the shape, where another trade sets the pace."""
    return values / values.median()


def longest_tenth(values: pd.Series) -> float:
    """Return at how many times the median the highest tenth begins."""
    return float(scaled(values).quantile(0.9))


def words(texts: pd.Series) -> pd.Series:
    """Count what stands between blanks."""
    return texts.map(lambda text: len(text.split()))


def shares_abandoned(calls: pd.DataFrame) -> dict[str, float]:
    """Return the share that hung up, of the calls that ended after a wait of so long."""
    return {
        name: share(calls["is_abandoned"][calls["waited_s"].gt(above) & calls["waited_s"].le(to)])
        for name, (above, to) in WAIT_BINS.items()
    }


def gaps(purchases: pd.DataFrame) -> pd.Series:
    """Return the days between one purchase and the next of the same customer."""
    ordered = purchases.sort_values(["customer", "at"])
    return ordered.groupby("customer")["at"].diff().dt.days.dropna()


def share(flags: pd.Series) -> float:
    """Return the share that is true."""
    return float(flags.mean())


def purchases_per_customer(purchases: pd.DataFrame) -> pd.Series:
    return purchases.groupby("customer").size()


# --- Comparisons --------------------------------------------------------------------------------------------------


def of_waits(town: pd.DataFrame, public: pd.DataFrame) -> dict[str, Figure]:
    """Compare the waits in the queue: who hangs up, after how long, and how long the others wait."""
    source = "bank calls"
    found = {
        "hang_up": Figure(
            "calls that hang up, of those that wait", share(town["is_abandoned"]), share(public["is_abandoned"]),
            "share", source,
        )
    }  # fmt: skip
    for name, label, abandoned in (("served", "who is served", False), ("hung_up", "who hangs up", True)):
        ours, theirs = (calls["waited_s"][calls["is_abandoned"] == abandoned] for calls in (town, public))
        found[f"wait_{name}"] = Figure(
            f"median wait of {label}", ours.median(), theirs.median(), "seconds", source, distance(ours, theirs)
        )
    by_wait, public_by_wait = shares_abandoned(town), shares_abandoned(public)
    for name, key in zip(WAIT_BINS, ("short", "middle", "long"), strict=True):
        found[f"hang_up_{key}"] = Figure(
            f"hang up, of the waits of {name}", by_wait[name], public_by_wait[name], "share", source
        )
    return found


def of_lengths(town: pd.DataFrame, public: dict[str, pd.Series]) -> dict[str, Figure]:
    """Compare the words of complaints, by language and by who wrote them where."""
    counted = town.assign(words=words(town["text"]))
    found: dict[str, Figure] = {}
    for language, label in LANGUAGES.items():
        theirs = words(public[language])
        source = {"en": "CFPB", "es": "bank reviews"}[language]
        for key, genre in GENRES.items():
            ours = counted["words"][(counted["language"] == language) & (counted["genre"] == genre)]
            found[f"words_{key}_{language}"] = Figure(
                f"median words of a complaint, {label}: {genre}", ours.median(), theirs.median(), "words", source,
                distance(ours, theirs),
            )  # fmt: skip
        ours = counted["words"][(counted["language"] == language) & (counted["genre"] == GENRES["form"])]
        found[f"spread_{language}"] = Figure(
            f"longest tenth of the web forms, {label}: begins at so many times the median",
            longest_tenth(ours), longest_tenth(theirs), "count", source,
            distance(scaled(ours), scaled(theirs)),
        )  # fmt: skip
    return found


def of_channels(town: pd.Series, public: dict[str, pd.Series]) -> dict[str, Figure]:
    """Compare where complaints come from, by the two channels that every set knows: telephone and web."""
    ours = _phone_beside_web(town)
    return {
        f"phone_{name.lower()}": Figure(
            "complaints by phone, of those by phone and web", ours, _phone_beside_web(channels), "share", name
        )
        for name, channels in public.items()
    }


def _phone_beside_web(channels: pd.Series) -> float:
    both = channels[channels.isin(["phone", "web"])]
    return share(both == "phone")


def of_answers(town: pd.DataFrame, public: pd.DataFrame) -> dict[str, Figure]:
    """Compare the days until an answer; another trade has another pace, so the distance is that of the shapes."""
    ours, theirs = town["days"].dropna(), public["days"].dropna()
    source = "NYC 311"
    return {
        "answer_days": Figure(
            "median days to an answer", ours.median(), theirs.median(), "days", source,
            distance(scaled(ours), scaled(theirs)),
        ),
        "answer_spread": Figure(
            "slowest tenth of the answers: begins at so many times the median", longest_tenth(ours),
            longest_tenth(theirs), "count", source,
        ),
        "answer_open": Figure(
            "cases open at the end", share(town["is_open"]), share(public["is_open"]), "share", source
        ),
    }  # fmt: skip


def of_purchases(town: pd.DataFrame, public: dict[str, pd.DataFrame]) -> dict[str, Figure]:
    """Compare how often the customers of a shop buy in 180 days, and after how long they come again."""
    ours, often = gaps(town), purchases_per_customer(town)
    found: dict[str, Figure] = {}
    for name, bought in public.items():
        key = name.lower().replace(" ", "_")
        theirs, their_often = gaps(bought), purchases_per_customer(bought)
        found |= {
            f"bought_once_{key}": Figure(
                "customers who buy once in 180 days, of those who buy", share(often == 1),
                share(their_often == 1), "share", name,
            ),
            f"purchases_{key}": Figure(
                "mean purchases of the others", often[often > 1].mean(), their_often[their_often > 1].mean(),
                "count", name, distance(often[often > 1], their_often[their_often > 1]),
            ),
            f"gap_{key}": Figure(
                "median gap between purchases", ours.median(), theirs.median(), "days", name,
                distance(scaled(ours), scaled(theirs)),
            ),
        }  # fmt: skip
    return found
