"""Cases of collections, from an agency's system: a JSON array a day of those that changed, times in milliseconds.

A case shows all calls so far, and of each promise to pay whether it was kept, once that is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from jobs.town import dirt, files
from jobs.town.bills import Call, Case, Statement
from jobs.town.contacts import LIMA_TO_UTC
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row
from jobs.town.feeds.card_account import cif
from jobs.town.person import Person
from jobs.town.reach import holding

RESULTS = {"no_answer": "NC", "promise": "PP", "refused": "NP", "third_person": "TE"}


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    for statement in customer.life.statements:
        if statement.case:
            for day in _days(statement.case):
                if day <= desk.last_day:
                    row = _row(desk, customer.life.person, statement, statement.case, day)
                    yield Delivery(day, row.record_id, row)


def _days(case: Case) -> list[date]:
    """Return the days at whose end the case is another than the day before."""
    days = {case.opened_on, *(call.at.date() for call in case.calls)}
    days.update(_known_on(call, case) for call in case.calls if call.promised_for)
    return sorted({*days, *([case.closed_on] if case.closed_on else [])})


def _known_on(call: Call, case: Case) -> date:
    """Return the day on which it is known whether a promise was kept: when it was paid, or when its day has passed."""
    broken_on = (call.promised_for or date.max) + timedelta(days=1)
    return case.closed_on if call.is_kept and case.closed_on else broken_on


def _row(desk: Desk, person: Person, statement: Statement, case: Case, day: date) -> Row:
    number = f"COB{desk.id('collection', statement.slot)}"
    is_closed = case.closed_on is not None and case.closed_on <= day
    # The agency dials what it was given with the case.
    dialled = holding(person.phones, case.opened_on)[:1]
    cells = {
        "id": number,
        "estado": ({"paid": "PAGADO", "written_off": "CASTIGADO"}[case.result] if is_closed else "EN_GESTION"),
        "deudor": {"cif": cif(desk, person), "nombre": person.full_name, "fonos": dialled},
        "documento": statement.statement_id,
        "vencimiento": f"{statement.bill.due_on}",
        "deuda": {"monto": f"{statement.cents / 100:.2f}", "moneda": statement.currency},
        "gestor": case.agent.employee_id,
        "abierto": _milliseconds(datetime.combine(case.opened_on, time(7))),
        "cerrado": _milliseconds(datetime.combine(case.closed_on, time(19))) if is_closed and case.closed_on else None,
        "gestiones": [_shown(number, at, call, case, day) for at, call in enumerate(case.calls, start=1)
                      if call.at.date() <= day],
        "modificado": _milliseconds(datetime.combine(day, time(21))),
    }  # fmt: skip
    values = (("full_name", person.full_name), *(("phone", phone) for phone in dialled))
    return Row(number, cells, person.person_id, values=values)


def _shown(number: str, at: int, call: Call, case: Case, day: date) -> dict[str, object]:
    is_known = call.promised_for is not None and _known_on(call, case) <= day
    return {
        "id": f"{number}-{at}",
        "ts": _milliseconds(call.at),
        "resultado": RESULTS[call.outcome],
        "promesa": f"{call.promised_for}" if call.promised_for else None,
        "cumplida": call.is_kept if is_known else None,
    }


def _milliseconds(at: datetime) -> int:
    return int((at + LIMA_TO_UTC).replace(tzinfo=UTC).timestamp()) * 1000


def _write(file: File) -> None:
    files.write_json_array(file.path, (json.dumps(row.cells, ensure_ascii=False) for row in file.rows), at=file.at)


# What is promised is all that is refined of a case so far: a fault in one without a promise would spoil nothing.
def _with_promise(fault: Fault) -> Fault:
    def spoil(row: Row, rng: Random) -> bool:
        return any(call["promesa"] for call in row.cells["gestiones"]) and fault.spoil(row, rng)

    return replace(fault, spoil=spoil)


def _negative_debt(row: Row, rng: Random) -> bool:
    row.cells["deuda"] = {**row.cells["deuda"], "monto": f"-{row.cells['deuda']['monto']}"}
    return True


FEED = Feed(
    name="town_collection",
    path="collection/cobranza_{day}.json",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=6),
    faults=tuple(
        _with_promise(fault)
        for fault in (
            dirt.missing_key("id", absent=None),
            dirt.written_as("impossible_date", "column_is_readable", "vencimiento", "2026-02-30"),
            Fault("negative_amount", "quarantine:amount_not_negative", _negative_debt),
        )
    ),
    has_late_versions=True,
)
