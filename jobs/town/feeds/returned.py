"""What comes back to the warehouse: pages of an API for each day with the steps of returns, in Lima's own time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from jobs.town import dirt, files, parameters
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.feeds.order import Account, order_id, shop_id, with_accounts
from jobs.town.fulfilment import Return
from jobs.town.shopping import Order


def return_id(desk: Desk, order: Order, back: Return) -> str:
    """Return the warehouse's number of a return."""
    return f"RMA{desk.id('return', order.part(back.line))}"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    if not any(order.returns for order in customer.life.orders):
        return
    for order, account in with_accounts(customer, desk):
        for back in order.returns:
            for number, (what, at, said) in enumerate(_steps(desk, order, account, back), start=1):
                if at.date() <= desk.last_day:
                    row = _row(desk, order, account, back, number, what, at, said)
                    # Both have numbers of their own: whoever counts arrivals must see that it is one.
                    is_again = what == "received" and at != back.received_at
                    row.dirt = ("received_twice", "corrected") if is_again else None
                    yield Delivery(at.date(), f"{at} {row.record_id}", row)


def _steps(desk: Desk, order: Order, account: Account, back: Return) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    who = account.who
    customer = {"id": shop_id(desk, order.person), "name": account.name, "email": who.email or None}
    yield "requested", back.requested_at, {"reason": back.reason, "customer": customer}
    if back.received_at:
        received = {"condition": back.condition}
        yield "received", back.received_at, received
        if desk.rng.random() < desk.noise * parameters.RECEIVED_TWICE:
            yield "received", back.received_at + timedelta(minutes=desk.rng.randrange(1, 90)), received
    if back.refused_at:
        yield "rejected", back.refused_at, {}
    if back.refunded_at:
        yield "refunded", back.refunded_at, {"refund": f"{back.refund_cents / 100:.2f}", "currency": order.currency}


def _row(
    desk: Desk, order: Order, account: Account, back: Return, number: int, what: str, at: datetime, said: dict[str, Any]
) -> Row:
    who, rma = account.who, return_id(desk, order, back)
    cells: dict[str, Any] = {
        "event_id": f"{rma}-{number}",
        "return_id": rma,
        "order_id": order_id(desk, order),
        "order_line": back.line,
        "sku": order.lines[back.line - 1].article.sku,
        "quantity": back.quantity,
        "event": what,
        "at": f"{at:%Y-%m-%dT%H:%M:%S}-05:00",
        "reason": None,
        "customer": None,
        "condition": None,
        "refund": None,
        "currency": None,
        **said,
    }
    row = Row(cells["event_id"], cells, order.person.person_id, contact_person_id=who.contact_person_id)
    if said.get("customer"):
        row.values = (("full_name", account.name), *(("email", email) for email in who.emails))
        row.slips = tuple(slip for slip in who.slips if slip != "document_slip")
    return row


def _write(file: File) -> None:
    items = [row.cells for row in file.rows]
    files.write_json(file.path, {"meta": {"page": file.page, "pages": file.pages}, "items": items}, at=file.at)


FEED = Feed(
    name="town_returned",
    path="returned/devoluciones_{day}_{page:03d}.json",
    write=_write,
    of_customer=_of_customer,
    page_size=40,
    faults=(
        dirt.missing_key("event_id", absent=None),
        dirt.written_as("quantity_not_a_number", "column_is_readable", "quantity", "dos"),
        dirt.written_as("refund_not_a_number", "column_is_readable", "refund", "12O.50"),
    ),
)
