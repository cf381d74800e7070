"""Movements as the switch sends them: a compressed file a day of UTC, amounts in minor units with a sign beside them.

A movement comes again once somebody disputes it, and some come days late.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import chain

from jobs.town import files, parameters, rates
from jobs.town.contacts import LIMA_TO_UTC
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.card_account import masked
from jobs.town.ledger import CREDITS, Movement

TYPES = {
    "purchase": "PUR",
    "online": "PUR",
    "recurring": "PUR",
    "withdrawal": "CWD",
    "transfer": "TRF",
    "service_payment": "PAY",
    "cash_deposit": "DEP",
    "salary": "SAL",
    "loan_payment": "LNP",
    "fee": "FEE",
    "refund": "RFD",
    "reversal": "REV",
    "bank_refund": "ADJ",
}


# A movement is one cell, its line: there are many of them.
COLUMNS = (
    "txn_id", "txn_ts", "account", "pan", "type", "channel", "mcc", "merchant", "city", "country", "amount", "sign",
    "currency", "bill_amount", "bill_currency", "response", "auth_code", "orig_txn_id", "orig_date", "dispute", "stamp",
)  # fmt: skip


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    rng, period, late_share = desk.rng, desk.period, desk.noise * parameters.LATE_MOVEMENT
    person_id, first, last_day = customer.life.person.person_id, datetime.combine(period.start, time()), desk.last_day
    for movement in customer.life.movements:
        if movement.at < first:
            continue
        at = movement.at + LIMA_TO_UTC
        day, order, about = at.date(), f"{at.isoformat()}Z", _about(movement, int(rng.random() * 1e6))
        row = Row(movement.movement_id, {"line": _line(movement, order, about, "N", order)}, person_id)
        disputed_at = movement.disputed_at
        is_disputed = disputed_at is not None and disputed_at.date() <= last_day
        if not is_disputed and rng.random() < late_share:
            late = day + timedelta(days=rng.randint(1, parameters.LATE_MOVEMENT_DAYS))
            if late <= last_day:
                day, row.dirt = late, ("late_row", "kept")
        yield Delivery(day, order, row)
        if is_disputed and disputed_at:
            # The desk of disputes works after hours.
            noted = max(disputed_at + LIMA_TO_UTC, at) + timedelta(hours=2)
            line = _line(movement, order, about, "Y", f"{noted.isoformat()}Z")
            yield Delivery(noted.date(), order, Row(movement.movement_id, {"line": line}, person_id))


def _about(movement: Movement, drawn: int) -> str:
    """Return the columns from account to orig_date."""
    place, account, undoes = movement.place, movement.account, movement.undoes
    auth_code = f"{drawn:06d}" if movement.is_approved else ""
    original = f"{undoes.movement_id}\t{undoes.at + LIMA_TO_UTC:%Y-%m-%d}" if undoes else "\t"
    return (
        f"{account.account_id}\t{masked(account)}\t{TYPES[movement.kind]}\t{place.channel}\t{place.mcc}\t{place.name}\t"
        f"{place.city}\t{place.country}\t{movement.minor}\t{'C' if movement.kind in CREDITS else 'D'}\t"
        f"{rates.NUMERIC[movement.currency]}\t{movement.billed_cents}\t{rates.NUMERIC[account.currency]}\t"
        f"{movement.response}\t{auth_code}\t{original}"
    )


def _line(movement: Movement, written: str, about: str, dispute: str, stamp: str) -> str:
    return f"{movement.movement_id}\t{written}\t{about}\t{dispute}\t{stamp}"


def _write(file: File) -> None:
    files.write_gzipped_text(
        file.path, chain(("\t".join(COLUMNS),), (row.cells["line"] for row in file.rows)), at=file.at
    )


FEED = Feed(
    name="town_card_transaction",
    path="card_transaction/txn_{day}.tsv.gz",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=4),
)
