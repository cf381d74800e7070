"""The money of the town: movements add up to statements, payments to bills, and what goes wrong leaves its traces."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from jobs.town import rates, write_town

START, DAYS = date(2026, 1, 1), 90
END = START + timedelta(days=DAYS)
FEEDS = ("card_account", "card_transaction", "collection", "payment", "statement")
# By the codes of the feed: what a holder does; shops that charge by themselves come on channel REC.
USES = ("PUR", "CWD", "TRF", "PAY", "DEP", "LNP")


def day_of(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


def lima_day(moment: str) -> date:
    return (datetime.fromisoformat(moment) - timedelta(hours=5)).date()


@dataclass
class Money:
    """The feeds of money in a town, each record once, in its newest version."""

    folder: Path

    def truth(self, name: str) -> list[dict[str, str]]:
        with (self.folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def files(self, feed: str) -> list[Path]:
        return sorted(path for path in (self.folder / "inbox/town" / feed).iterdir() if "_copia" not in path.name)

    @cached_property
    def account_versions(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for path in self.files("card_account"):
            text = path.read_text(encoding="cp1252")
            found += csv.DictReader(text.splitlines(), delimiter=";")
        return sorted(found, key=lambda row: datetime.strptime(row["fec_actualizacion"], "%d/%m/%Y %H:%M:%S"))

    @cached_property
    def accounts(self) -> dict[str, dict[str, str]]:
        return {row["nro_cuenta"]: row for row in self.account_versions}

    @cached_property
    def movement_versions(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for path in self.files("card_transaction"):
            text = gzip.decompress(path.read_bytes()).decode()
            found += csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        return sorted(found, key=lambda row: row["stamp"])

    @cached_property
    def movements(self) -> dict[str, dict[str, str]]:
        return {row["txn_id"]: row for row in self.movement_versions}

    @cached_property
    def statements(self) -> dict[str, ET.Element]:
        roots = (ET.parse(path).getroot() for path in self.files("statement"))
        return {element.attrib["nro"]: element for root in roots for element in root}

    @cached_property
    def payments(self) -> dict[str, dict[str, str]]:
        found = {}
        for path in self.files("payment"):
            for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter="|"):
                found[row["NRO_PAGO"]] = row
        return found

    @cached_property
    def cases(self) -> dict[str, dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for path in self.files("collection"):
            found += json.loads(path.read_text(encoding="utf-8"))
        return {case["id"]: case for case in sorted(found, key=lambda case: case["modificado"])}

    @cached_property
    def issues(self) -> dict[str, dict[str, str]]:
        return {row["issue_id"]: row for row in self.truth("issue")}

    @cached_property
    def of_issue(self) -> dict[str, dict[str, list[str]]]:
        """Ids of the movements of each issue, by their kind."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in self.truth("movement"):
            found[row["issue_id"]][row["kind"]].append(row["movement_id"])
        return found


def written(folder: Path, noise: float) -> Money:
    write_town(folder, customers=300, days=DAYS, seed=7, noise=noise)
    return Money(folder)


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Money:
    return written(tmp_path_factory.mktemp("money"), noise=0.0)


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Money:
    return written(tmp_path_factory.mktemp("noisy"), noise=0.3)


def of_cause(money: Money, cause: str) -> list[dict[str, str]]:
    found = [issue for issue in money.issues.values() if issue["cause"] == cause]
    assert len(found) > 5
    return found


def test_a_customer_has_about_20_movements_in_90_days(money: Money) -> None:
    assert 15 < len(money.movements) / 300 < 27


def test_nothing_moves_before_the_activation_or_after_the_closing(money: Money) -> None:
    for row in money.movements.values():
        day, account = lima_day(row["txn_ts"]), money.accounts[row["account"]]
        assert START <= day < END
        assert day_of(account["fec_activacion"]) <= day, row
        assert not account["fec_cierre"] or day < day_of(account["fec_cierre"]), row


def test_accounts_go_from_issue_to_activation_to_closing(money: Money) -> None:
    states: dict[str, list[str]] = defaultdict(list)
    for row in money.account_versions:
        states[row["nro_cuenta"]].append(row["estado"])
        opened, activated, closed = row["fec_apertura"], row["fec_activacion"], row["fec_cierre"]
        assert (row["estado"] == "EMITIDA") <= (not activated)
        assert (row["estado"] == "CANCELADA") == bool(closed)
        assert (row["estado"] == "BLOQUEADA") == bool(row["fec_bloqueo"])
        days = [day_of(day) for day in (opened, activated, closed) if day]
        assert days == sorted(days)
    assert {state for of_account in states.values() for state in of_account} == {
        "EMITIDA", "VIGENTE", "BLOQUEADA", "CANCELADA"
    }  # fmt: skip
    assert all("CANCELADA" not in of_account[:-1] for of_account in states.values())


def test_numbers_of_accounts_and_of_customers_of_the_core_bank_are_each_ones_own(money: Money) -> None:
    people = {row["record_id"]: row["person_id"] for row in money.truth("record") if row["feed"] == "town_card_account"}
    owners, savings = defaultdict(set), defaultdict(set)
    for number, row in money.accounts.items():
        assert len(number) == 14
        owners[row["cif"]].add(people[number])
        if row["producto"] == "AHO":
            savings[row["cif"]].add(number)
    assert all(len(found) == 1 for found in owners.values())
    # Of these alone the core bank's customers are made.
    assert all(len(found) == 1 for found in savings.values())
    assert len({row["cif"] for row in money.accounts.values()}) == len({people[number] for number in money.accounts})


def test_the_dormancy_of_the_truth_is_of_accounts_in_the_feed_and_their_last_use_is_there(money: Money) -> None:
    odd = {row["movement_id"] for row in money.truth("movement") if row["kind"] in ("fraud", "duplicate")}
    uses: dict[str, list[date]] = defaultdict(list)
    for number, row in money.movements.items():
        if row["type"] in USES and row["channel"] != "REC" and row["response"] == "00" and number not in odd:
            uses[row["account"]].append(lima_day(row["txn_ts"]))
    rows = money.truth("dormancy")
    assert len(rows) > 500
    assert {row["account_id"] for row in rows} <= money.accounts.keys()
    for row in rows:
        as_of = date.fromisoformat(row["as_of"])
        until = as_of + timedelta(days=int(row["horizon_days"]))
        before = [day for day in uses[row["account_id"]] if day < as_of]
        ahead = [day for day in uses[row["account_id"]] if as_of <= day < until]
        assert bool(ahead) == (row["is_used_within_horizon"] == "True"), row
        last = row["last_used_on"]
        assert f"{max(before)}" == last if before else last < f"{START}", row


def test_a_first_use_that_was_declined_is_a_reason_to_lie_idle(money: Money) -> None:
    assert "declined_first_use" in {row["reason"] for row in money.truth("dormancy")}


def test_a_charge_nobody_made_stands_on_the_card_on_its_day_with_its_amount(money: Money) -> None:
    for issue in of_cause(money, "unrecognised_charge"):
        (number,) = money.of_issue[issue["issue_id"]]["fraud"]
        row = money.movements[number]
        assert (row["type"], row["sign"], row["response"]) == ("PUR", "D", "00")
        assert lima_day(row["txn_ts"]) == date.fromisoformat(issue["happened_on"])
        assert Decimal(row["amount"]) == 100 * Decimal(issue["amount"])
        assert row["currency"] == rates.NUMERIC[issue["currency"]]


def test_a_double_charge_is_the_same_purchase_twice(money: Money) -> None:
    same = ("account", "pan", "type", "channel", "mcc", "merchant", "amount", "currency")
    for issue in of_cause(money, "double_charge"):
        ((original,), (again,)) = (money.of_issue[issue["issue_id"]][kind] for kind in ("original", "duplicate"))
        assert lima_day(money.movements[again]["txn_ts"]) == date.fromisoformat(issue["happened_on"])
        assert Decimal(money.movements[again]["amount"]) == 100 * Decimal(issue["amount"])
        if original in money.movements:  # else it was made before the town began
            first, second = money.movements[original], money.movements[again]
            assert [first[column] for column in same] == [second[column] for column in same]
            assert first["txn_ts"] < second["txn_ts"]
    assert any(kinds["original"][0] in money.movements for kinds in money.of_issue.values() if kinds["original"])


def test_an_undue_fee_and_a_declined_purchase_with_a_blocked_card_are_there(money: Money) -> None:
    for issue in of_cause(money, "undue_fee"):
        (number,) = money.of_issue[issue["issue_id"]]["undue_fee"]
        row = money.movements[number]
        assert (row["type"], Decimal(row["amount"])) == ("FEE", 100 * Decimal(issue["amount"]))
    for issue in of_cause(money, "blocked_card"):
        (number,) = money.of_issue[issue["issue_id"]]["blocked"]
        row = money.movements[number]
        assert (row["response"], row["auth_code"]) == ("62", "")
        states = [v["estado"] for v in money.account_versions if v["nro_cuenta"] == row["account"]]
        assert "BLOQUEADA" in states


def test_a_refund_that_is_late_names_the_purchase_and_comes_after_the_complaint(money: Money) -> None:
    late = 0
    for issue in of_cause(money, "refund_delay"):
        kinds = money.of_issue[issue["issue_id"]]
        (bought,) = kinds["returned"]
        assert not (kinds["late_refund"] and kinds["refund"])
        for number in kinds["late_refund"]:
            row = money.movements[number]
            assert (row["type"], row["sign"], row["orig_txn_id"]) == ("RFD", "C", bought)
            assert lima_day(row["txn_ts"]) > date.fromisoformat(issue["happened_on"])
            late += 1
    assert late > 2


def test_what_is_given_back_names_what_it_undoes(money: Money) -> None:
    undoing = [row for row in money.movements.values() if row["orig_txn_id"]]
    assert {row["type"] for row in undoing} == {"RFD", "REV", "ADJ"}
    for row in money.movements.values():
        assert (row["type"] in ("RFD", "REV", "ADJ")) == bool(row["orig_txn_id"])
    for row in undoing:
        original = money.movements.get(row["orig_txn_id"])
        if original is None:
            assert lima_day(f"{row['orig_date']}T05:00:00Z") < START
            continue
        assert (original["account"], original["sign"]) == (row["account"], "D")
        assert original["txn_ts"][:10] == row["orig_date"]
        assert original["txn_ts"] <= row["txn_ts"]
        if row["type"] != "ADJ":
            assert (row["amount"], row["currency"]) == (original["amount"], original["currency"])


def test_no_more_is_credited_of_an_issue_than_it_is_about(money: Money) -> None:
    credited = 0
    for issue_id, kinds in money.of_issue.items():
        given = sum(Decimal(money.movements[number]["amount"]) / 100 for number in kinds["refund"])
        assert given <= Decimal(money.issues[issue_id]["amount"] or "0")
        credited += len(kinds["refund"])
    assert credited > 20


def test_a_disputed_movement_comes_again_and_only_that(money: Money) -> None:
    versions: dict[str, list[str]] = defaultdict(list)
    for row in money.movement_versions:
        if row["dispute"] not in versions[row["txn_id"]]:
            versions[row["txn_id"]].append(row["dispute"])
    disputed = {number for number, found in versions.items() if "Y" in found}
    assert all(versions[number] == ["N", "Y"] for number in disputed)
    about = {
        row["movement_id"] for row in money.truth("movement") if row["kind"] in ("fraud", "duplicate", "undue_fee")
    }
    assert disputed <= about
    assert len(disputed) > 10


def test_late_rows_come_days_after_their_own_day(noisy: Money) -> None:
    late = [row for row in noisy.truth("dirty") if row["kind"] == "late_row"]
    assert len(late) > 50
    assert {(row["feed"], row["expected"]) for row in late} == {("town_card_transaction", "kept")}
    for row in late:
        assert row["file"][-17:-7] > noisy.movements[row["record_id"]]["txn_ts"][:10]


def test_noise_changes_no_money(noisy: Money, money: Money) -> None:
    assert noisy.movements.keys() == money.movements.keys()
    for name in ("bill", "movement", "dormancy", "leaving"):
        assert noisy.truth(name) == money.truth(name)


def test_faults_are_planted_where_they_are_found(noisy: Money) -> None:
    planted = {(row["feed"], row["kind"]) for row in noisy.truth("dirty") if row["expected"].startswith("quarantine:")}
    assert {kind for feed, kind in planted if feed == "town_card_account"} == {
        "missing_key", "impossible_date", "amount_not_a_number"
    }  # fmt: skip
    assert not {feed for feed, _ in planted} & {"town_card_transaction", "town_payment", "town_statement"}


def test_the_lines_of_a_statement_are_the_movements_of_the_month_before_and_add_up(money: Money) -> None:
    assert len(money.statements) > 100
    cards = {row["nro_cuenta"] for row in money.account_versions if row["producto"] == "TCR"}
    of_month: dict[tuple[str, str], set[str]] = defaultdict(set)
    for number, row in money.movements.items():
        if row["account"] in cards and row["response"] == "00":
            of_month[row["account"], f"{lima_day(row['txn_ts']):%Y-%m}"].add(number)
    for element in money.statements.values():
        lines = element.findall("lineas/linea")
        assert sum(Decimal(line.attrib["importe"]) for line in lines) == Decimal(element.findtext("total", ""))
        shown: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            if reference := line.attrib["ref"]:
                row = money.movements[reference]
                cents = Decimal(row["bill_amount"]) * (1 if row["sign"] == "D" else -1)
                assert (line.attrib["cuenta"], 100 * Decimal(line.attrib["importe"])) == (row["account"], cents)
                shown[row["account"]].add(reference)
        before = day_of(element.findtext("emision", "")) - timedelta(days=1)
        for account, references in shown.items():
            assert references == of_month[account, f"{before:%Y-%m}"]


def test_a_bill_of_the_truth_names_its_statement_and_amount(money: Money) -> None:
    bills = money.truth("bill")
    assert {bill["statement_id"] for bill in bills} == money.statements.keys()
    for bill in bills:
        element = money.statements[bill["statement_id"]]
        assert (bill["amount"], bill["currency"]) == (element.findtext("total"), element.findtext("moneda"))
        assert Decimal(bill["amount"]) > 0
        assert f"{day_of(element.findtext('vencimiento', ''))}" == bill["due_on"]


def test_a_bill_is_paid_in_full_as_late_as_the_truth_says_and_never_when_it_is_lost(money: Money) -> None:
    paid: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in money.payments.values():
        amount = Decimal(row["IMPORTE"].replace(".", "").replace(",", "."))
        on = datetime.strptime(row["FECHA_HORA"], "%d/%m/%Y %H:%M:%S").date()
        assert on <= day_of(row["FECHA_VALOR"]) <= on + timedelta(days=1)
        paid[row["NRO_ESTADO"]].append((on, amount))
    parts = 0
    for bill in money.truth("bill"):
        due, late = date.fromisoformat(bill["due_on"]), int(bill["days_late"])
        payments = sorted(paid.pop(bill["statement_id"], []))
        total, expected = sum(amount for _, amount in payments), Decimal(bill["amount"])
        if late >= 90:
            assert payments == []
        elif due + timedelta(days=late) < END:
            assert total == expected
            assert payments[-1][0] == due + timedelta(days=late) if late else payments[-1][0] <= due
        else:
            assert total < expected
        parts += len(payments) > 1
    assert paid == {}
    assert parts > 5


def test_collections_take_up_what_is_late_and_close_it_when_it_is_paid(money: Money) -> None:
    bills = {bill["statement_id"]: bill for bill in money.truth("bill")}
    assert len(money.cases) > 4
    kept = set()
    for case in money.cases.values():
        bill = bills[case["documento"]]
        due, late = date.fromisoformat(bill["due_on"]), int(bill["days_late"])
        assert late > 5
        paid_on = due + timedelta(days=late) if late < 90 else date.max
        opened = datetime.fromtimestamp(case["abierto"] / 1000, UTC).date()
        assert timedelta(days=5) <= opened - due <= timedelta(days=9)
        if case["estado"] == "PAGADO":
            assert datetime.fromtimestamp(case["cerrado"] / 1000 - 5 * 3600, UTC).date() == paid_on
        for call in case["gestiones"]:
            called_on = datetime.fromtimestamp(call["ts"] / 1000 - 5 * 3600, UTC).date()
            assert opened <= called_on < paid_on
            assert (call["resultado"] == "PP") == (call["promesa"] is not None)
            if call["cumplida"] is not None:
                assert call["cumplida"] == (paid_on <= date.fromisoformat(call["promesa"]))
                kept.add(call["cumplida"])
    assert kept == {True, False}


def test_without_noise_a_movement_comes_once_unless_it_is_disputed(money: Money) -> None:
    assert money.truth("dirty") == []
    keys = [row["txn_id"] for row in money.movement_versions if row["dispute"] == "N"]
    assert len(keys) == len(set(keys))


def test_the_same_seed_gives_the_same_bytes(noisy: Money, tmp_path: Path) -> None:
    written(tmp_path, noise=0.3)
    for feed in FEEDS:
        for path in (noisy.folder / "inbox/town" / feed).iterdir():
            twin = tmp_path / "inbox/town" / feed / path.name
            assert twin.read_bytes() == path.read_bytes()
            assert twin.stat().st_mtime == path.stat().st_mtime
