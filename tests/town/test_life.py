"""What happens to the people of the town has causes, and the town knows its own chances."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from sklearn.metrics import roc_auc_score

from jobs.town import write_town

# Three towns of 2,000 people take most of a minute.
pytestmark = pytest.mark.slow

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

    def cases(self) -> Iterator[dict[str, str]]:
        """The cases of the CRM in all their versions."""
        for path in (self.folder / "inbox" / "town" / "crm_case").glob("*.zip"):
            with zipfile.ZipFile(path) as archive:
                yield from csv.DictReader(io.StringIO(archive.read(archive.namelist()[0]).decode(), newline=""))

    def day(self, problem: dict[str, str]) -> int:
        return (date.fromisoformat(problem["happened_on"]) - date.fromisoformat(self.story["start"])).days


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> list[Town]:
    folders = [tmp_path_factory.mktemp(f"town{seed}") for seed in SEEDS]
    for seed, folder in zip(SEEDS, folders, strict=True):
        write_town(folder, customers=2000, days=180, seed=seed, noise=0.1)
    return [Town(folder) for folder in folders]


def share(rows: list[dict[str, str]], column: str, is_so: str = "True") -> float:
    return mean(row[column] == is_so for row in rows)


def assert_calibrated(rows: list[dict[str, str]], chance: str, happened: str, parts: int) -> None:
    """Of the least to the most likely parts as many happened as were expected, within four standard errors."""
    rows = sorted(rows, key=lambda row: float(row[chance]))
    size = len(rows) // parts
    for part in (rows[start : start + size] for start in range(0, parts * size, size)):
        expected = mean(float(row[chance]) for row in part)
        error = (expected * (1 - expected) / len(part)) ** 0.5
        # Futures are drawn, without incidents, and of several problems of a week one is.
        assert abs(share(part, happened) - expected) < 4 * error + 0.1 * expected, (expected, share(part, happened))


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


def test_the_chances_of_leaving_and_of_use_are_what_happens(towns: list[Town]) -> None:
    leaving = [row for town in towns for row in town.truth("leaving")]
    assert_calibrated(leaving, "probability", "is_within_horizon", 4)
    accounts = [row for town in towns for row in town.truth("dormancy")]
    assert_calibrated(accounts, "probability_of_use", "is_used_within_horizon", 5)


def test_who_was_not_helped_leaves_more_often(towns: list[Town]) -> None:
    left, stayed = Counter[bool](), Counter[bool]()
    for town in towns:
        rows = town.truth("leaving")
        settled = {row["issue_id"] for row in town.truth("contact") if row["is_settled"] == "True"}
        as_of = rows[0]["as_of"]
        hurt = {
            row["person_id"]
            for row in town.truth("issue")
            if row["severity"] == "3" and row["issue_id"] not in settled and row["happened_on"] < as_of
        }
        for row in rows:
            (left if row["is_within_horizon"] == "True" else stayed)[row["person_id"] in hurt] += 1
    shares = {is_hurt: left[is_hurt] / (left[is_hurt] + stayed[is_hurt]) for is_hurt in (True, False)}
    assert shares[True] > 1.3 * shares[False]


def test_one_cause_emerges_and_one_is_fixed(towns: list[Town]) -> None:
    before, after = Counter[bool](), Counter[bool]()
    for town in towns:
        story, problems = town.story, town.truth("issue")
        emerging, fixed = story["emerging"], story["fixed"]
        days = [town.day(row) for row in problems if row["cause"] == emerging["cause"]]
        assert min(days) >= emerging["from_day"]
        assert len(days) > 20
        first_on = date.fromisoformat(story["start"]) + timedelta(days=emerging["from_day"])
        dirty = {row["record_id"] for row in town.truth("dirty")}
        for case in (case for case in town.cases() if case["caso_id"] not in dirty):
            assert case["causa"] != "Entrega de tarjeta" or case["fecha_registro"] >= f"{first_on}"
        struck = {i["city"] for i in story["incidents"] if i["cause"] == fixed["cause"]}
        # Incidents are apart: what is compared is what is usual.
        for row in (row for row in problems if row["city"] not in struck):
            (before if town.day(row) < fixed["from_day"] else after)[row["cause"] == fixed["cause"]] += 1
    assert after[True] / after[False] < 0.4 * before[True] / before[False]


def test_incidents_strike_their_city_on_their_days(towns: list[Town]) -> None:
    struck, usual = 0, 0.0
    for town in towns:
        problems = town.truth("issue")
        of_city = Counter(row["city"] for row in problems)
        assert town.story["incidents"]
        for incident in town.story["incidents"]:
            assert 3 <= incident["last_day"] + 1 - incident["first_day"] <= 10
            then = [row["city"] for row in problems if row["cause"] == incident["cause"]
                    and incident["first_day"] <= town.day(row) <= incident["last_day"]]  # fmt: skip
            here, city = then.count(incident["city"]), incident["city"]
            struck += here
            usual += (len(then) - here) * of_city[city] / (of_city.total() - of_city[city])
    assert struck > 2 * usual


def test_some_say_nothing_and_some_tell_it_again_elsewhere(towns: list[Town]) -> None:
    for town in towns:
        problems = town.truth("issue")
        told: dict[str, list[str]] = {}
        for row in town.truth("contact"):
            if row["intent"] == "complaint":
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
    assert 0.16 < mean(row["is_abandoned"] == "True" for row in calls) < 0.22
    assert 55 < mean(int(row["waited_s"]) for row in calls) < 75


def test_more_than_half_of_the_credit_cards_lie_idle_and_each_has_its_reason(towns: list[Town]) -> None:
    for town in towns:
        rows, told = town.truth("dormancy"), {row["issue_id"] for row in town.truth("contact")}
        complained = {row["person_id"] for row in town.truth("issue") if row["issue_id"] in told}
        active = share([row for row in rows if row["kind"] == "credit_card"], "status", "active")
        assert 0.3 < active < 0.5
        assert all(bool(row["reason"]) == (row["status"] != "active") for row in rows)
        assert not any(row["activated_on"] for row in rows if row["status"] == "never_activated")
        assert all(row["issued_on"] < row["as_of"] > row["last_used_on"] for row in rows)
        assert {row["person_id"] for row in rows if row["reason"] == "complaint_before"} <= complained


def test_nobody_acts_before_they_come_or_after_they_go_and_nothing_lies_beyond_the_end(towns: list[Town]) -> None:
    for town in towns:
        end = f"{date.fromisoformat(town.story['start']) + timedelta(days=town.story['days'])}"
        people = town.truth("person")
        joined = {row["person_id"]: row["joined_on"] for row in people}
        gone = {row["person_id"]: row["left_on"] for row in (*people, *town.truth("leaving")) if row["left_on"]}
        closed = {row["person_id"]: row["left_on"] for row in people if row["left_on"]}
        assert all(day < end for day in gone.values())
        acts = [(row["person_id"], row["happened_on"]) for row in town.truth("issue")]
        acts += [(row["person_id"], row["at"]) for row in town.truth("contact")]
        for person, at in acts:
            assert joined[person] <= at < gone.get(person, end)
        for row in town.truth("bill"):
            assert joined[row["person_id"]] < row["due_on"] < closed.get(row["person_id"], end)


def test_no_more_is_paid_back_than_was_claimed(towns: list[Town]) -> None:
    for town in towns:
        issue_of = {row["record_id"]: row["issue_id"] for row in town.truth("record")}
        claimed = {row["issue_id"]: Decimal(row["amount"] or "0") for row in town.truth("issue")}
        dirty = {row["record_id"] for row in town.truth("dirty")}
        paid: dict[str, dict[str, Decimal]] = {}
        for case in town.cases():
            if case["devolucion_monto"] and case["caso_id"] in issue_of and case["caso_id"] not in dirty:
                refund = Decimal(case["devolucion_monto"])
                paid.setdefault(issue_of[case["caso_id"]], {})[case["caso_id"]] = refund
        assert len(paid) > 50
        assert all(sum(of_cases.values()) <= claimed[issue] for issue, of_cases in paid.items())


def test_bills_are_late_as_likely_as_the_town_says(towns: list[Town]) -> None:
    bills = [row for town in towns for row in town.truth("bill")]
    late = [row for row in bills if 0 < int(row["days_late"]) < 90]
    lost = [row for row in bills if int(row["days_late"]) >= 90]
    assert len(late) / len(bills) == pytest.approx(mean(float(r["probability_late"]) for r in bills), rel=0.1)
    assert len(lost) / len(bills) == pytest.approx(mean(float(r["probability_default"]) for r in bills), rel=0.2)
