"""What happens to the people of the town has causes, and the town knows its own chances."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from sklearn.metrics import roc_auc_score

from jobs.town import write_town

SEEDS = (1, 2, 3)


@dataclass
class Town:
    """The truth of a town of 2,000 customers and 180 days."""

    folder: Path

    def truth(self, name: str) -> list[dict[str, str]]:
        with (self.folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def story(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "truth" / "story.json").read_text(encoding="utf-8"))
        return found

    def day(self, problem: dict[str, str]) -> int:
        return (date.fromisoformat(problem["happened_on"]) - date.fromisoformat(self.story["start"])).days


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> list[Town]:
    folders = [tmp_path_factory.mktemp(f"town{seed}") for seed in SEEDS]
    for seed, folder in zip(SEEDS, folders, strict=True):
        write_town(folder, customers=2000, days=180, seed=seed, noise=0.1)
    return [Town(folder) for folder in folders]


def test_recency_alone_tells_less_about_leaving_than_the_town_knows(towns: list[Town]) -> None:
    for town in towns:
        rows = town.truth("leaving")
        leaves = [row["is_within_horizon"] == "True" for row in rows]
        assert 50 < sum(leaves) < len(leaves) / 5
        recency = [
            (date.fromisoformat(row["as_of"]) - date.fromisoformat(row["last_active_on"] or "2020-01-01")).days
            for row in rows
        ]
        own = roc_auc_score(leaves, [float(row["probability"]) for row in rows])
        assert roc_auc_score(leaves, recency) <= own - 0.05


def test_the_chances_of_leaving_are_what_happens(towns: list[Town]) -> None:
    rows = sorted((row for town in towns for row in town.truth("leaving")), key=lambda row: float(row["probability"]))
    # From the least to the most likely: in each third about as many leave as was to be expected.
    for third in (rows[start::1][: len(rows) // 3] for start in (0, len(rows) // 3, 2 * len(rows) // 3)):
        expected = mean(float(row["probability"]) for row in third)
        assert mean(row["is_within_horizon"] == "True" for row in third) == pytest.approx(expected, rel=0.35)


def test_who_was_not_helped_leaves_more_often(towns: list[Town]) -> None:
    left, stayed = Counter[bool](), Counter[bool]()
    for town in towns:
        rows = town.truth("leaving")
        settled = {row["issue_id"] for row in town.truth("contact") if row["is_settled"] == "True"}
        as_of = rows[0]["as_of"]
        hurt = {
            row["person_id"]
            for row in town.truth("problem")
            if row["severity"] == "3" and row["issue_id"] not in settled and row["happened_on"] < as_of
        }
        for row in rows:
            (left if row["is_within_horizon"] == "True" else stayed)[row["person_id"] in hurt] += 1
    shares = {is_hurt: left[is_hurt] / (left[is_hurt] + stayed[is_hurt]) for is_hurt in (True, False)}
    assert shares[True] > 1.4 * shares[False]


def test_one_cause_emerges_and_one_is_fixed(towns: list[Town]) -> None:
    for town in towns:
        story, problems = town.story, town.truth("problem")
        emerging, fixed = story["emerging"], story["fixed"]
        days = [town.day(row) for row in problems if row["cause"] == emerging["cause"]]
        assert min(days) >= emerging["from_day"]
        assert len(days) > 20
        struck = {i["cause"] for i in story["incidents"]}
        if fixed["cause"] not in struck:
            days = [town.day(row) for row in problems if row["cause"] == fixed["cause"]]
            before = sum(day < fixed["from_day"] for day in days) / fixed["from_day"]
            after = sum(day >= fixed["from_day"] for day in days) / (story["days"] - fixed["from_day"])
            assert after < 0.4 * before


def test_an_incident_strikes_its_city_on_its_days(towns: list[Town]) -> None:
    for town in towns:
        problems = town.truth("problem")
        assert town.story["incidents"]
        for incident in town.story["incidents"]:
            last = min(incident["last_day"], town.story["days"] - 1)
            of_cause = [row for row in problems if row["cause"] == incident["cause"]]
            here = [town.day(row) for row in of_cause if row["city"] == incident["city"]]
            days = last + 1 - incident["first_day"]
            during = sum(incident["first_day"] <= day <= last for day in here) / days
            usual = len(here) / town.story["days"]
            assert during >= usual


def test_some_say_nothing_and_some_tell_it_again_elsewhere(towns: list[Town]) -> None:
    for town in towns:
        problems = town.truth("problem")
        told: dict[str, list[str]] = {}
        for row in town.truth("contact"):
            told.setdefault(row["issue_id"], []).append(row["channel"])
        silent = sum(row["issue_id"] not in told for row in problems) / len(problems)
        assert 0.15 < silent < 0.5
        again = [channels for channels in told.values() if len(channels) > 1]
        assert len(again) > 0.2 * len(told)
        assert sum(len(set(channels)) > 1 for channels in again) > 0.5 * len(again)
        unlogged = sum(row["filings"] == "0" and row["contacts"] != "0" for row in problems)
        assert 0.03 < unlogged / len(told) < 0.35


def test_callers_wait_and_hang_up_as_those_of_a_real_bank_do(towns: list[Town]) -> None:
    calls = [row for town in towns for row in town.truth("contact") if row["channel"] == "phone"]
    # Of queued calls 18.7 % hung up, and they waited 62.7 s (Guedj and Mandelbaum, see docs/town.md).
    assert 0.12 < mean(row["is_abandoned"] == "True" for row in calls) < 0.22
    assert 45 < mean(int(row["waited_s"]) for row in calls) < 80


def test_more_than_half_of_the_credit_cards_lie_idle_and_each_has_its_reason(towns: list[Town]) -> None:
    for town in towns:
        cards = [row for row in town.truth("dormancy") if row["kind"] == "credit_card" and row["status"] != "closed"]
        idle = [row for row in cards if row["status"] != "active"]
        assert 0.5 < len(idle) / len(cards) < 0.7
        never = [row for row in idle if row["status"] == "never_activated"]
        assert all(row["reason"] and not row["activated_on"] for row in never)
        chance = {status: mean(float(r["probability_of_use"]) for r in cards if r["status"] == status)
                  for status in ("never_activated", "lapsed", "active")}  # fmt: skip
        assert chance["never_activated"] < chance["lapsed"] < chance["active"]


def test_bills_are_late_as_likely_as_the_town_says(towns: list[Town]) -> None:
    bills = [row for town in towns for row in town.truth("bill")]
    late = [row for row in bills if 0 < int(row["days_late"]) < 90]
    lost = [row for row in bills if int(row["days_late"]) >= 90]
    assert len(late) / len(bills) == pytest.approx(mean(float(r["probability_late"]) for r in bills), rel=0.1)
    assert len(lost) / len(bills) == pytest.approx(mean(float(r["probability_default"]) for r in bills), rel=0.2)
