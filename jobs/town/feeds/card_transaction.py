"""Movements as the switch sends them: a compressed file a day of UTC, amounts in minor units with a sign beside them.

A movement comes again once somebody disputes it, and some come days late.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

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
STAMP = "%Y-%m-%dT%H:%M:%SZ"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    rng, period, late_share = desk.rng, desk.period, desk.noise * parameters.LATE_MOVEMENT
    person_id = customer.life.person.person_id
    for movement in customer.life.movements:
        at = movement.at + LIMA_TO_UTC
        if movement.at.date() < period.start:
            continue
        cells = _cells(movement, at, rng.randrange(10**6))
        row = Row(movement.movement_id, cells, person_id)
        day, disputed_at = at.date(), movement.disputed_at
        is_disputed = disputed_at is not None and disputed_at.date() <= desk.last_day
        if not is_disputed and rng.random() < late_share:
            late = day + timedelta(days=rng.randint(1, parameters.LATE_MOVEMENT_DAYS))
            if late <= desk.last_day:
                day, row.dirt = late, ("late_row", "kept")
        yield Delivery(day, cells["txn_ts"], row)
        if is_disputed and disputed_at:
            # The desk of disputes works after hours.
            noted = max(disputed_at + LIMA_TO_UTC, at) + timedelta(hours=2)
            again = {**cells, "dispute": "Y", "stamp": noted.strftime(STAMP)}
            yield Delivery(noted.date(), cells["txn_ts"], Row(movement.movement_id, again, person_id))


def _cells(movement: Movement, at: datetime, drawn: int) -> dict[str, str]:
    place, account, undoes = movement.place, movement.account, movement.undoes
    written = f"{at:%Y-%m-%dT%H:%M:%S}Z"
    return {
        "txn_id": movement.movement_id,
        "txn_ts": written,
        "account": account.account_id,
        "pan": masked(account),
        "type": TYPES[movement.kind],
        "channel": place.channel,
        "mcc": place.mcc,
        "merchant": place.name,
        "city": place.city,
        "country": place.country,
        "amount": str(movement.minor),
        "sign": "C" if movement.kind in CREDITS else "D",
        "currency": rates.NUMERIC[movement.currency],
        "bill_amount": str(movement.billed_cents),
        "bill_currency": rates.NUMERIC[account.currency],
        "response": movement.response,
        "auth_code": f"{drawn:06d}" if movement.is_approved else "",
        "orig_txn_id": undoes.movement_id if undoes else "",
        "orig_date": f"{(undoes.at + LIMA_TO_UTC):%Y-%m-%d}" if undoes else "",
        "dispute": "N",
        "stamp": written,
    }


def _write(file: File) -> None:
    files.write_gzipped_tabs(file.path, file.rows, at=file.at)


FEED = Feed(
    name="town_card_transaction",
    path="card_transaction/txn_{day}.tsv.gz",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=4),
)
