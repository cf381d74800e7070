"""The consent platform's events: a JSON array a week; in the first one all that was said before the town began."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from jobs.town import consents, dirt, files
from jobs.town.consents import Statement
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row

STAMP = "%Y-%m-%dT%H:%M:%S-05:00"
PURPOSES = {
    "marketing": "publicidad",
    "profiling": "perfilamiento",
    "third_parties": "terceros",
    "recording": "grabacion",
}
CHANNELS = {"email": "correo", "phone": "telefono", "all": "todos"}
PLACES = {"contract": "contrato", "app": "app", "web": "web", "phone": "llamada"}
# Of one person, in all: at joining, and one a week.
MOST_STATEMENTS = 1000


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    life, period = customer.life, desk.period
    for number, statement in enumerate(consents.statements(desk.seed, life, period)):
        on = max(statement.at.date(), period.start)
        week = on - timedelta(days=(on - period.start).days % 7)
        key = f"cns-{desk.id('consent', life.person.number * MOST_STATEMENTS + number, 12)}"
        party_id = customer.party_id(desk.rng, statement.at.date())
        yield Delivery(week, f"{statement.at} {key}", _row(key, party_id, statement, life.person.person_id))


def _row(key: str, party_id: str, statement: Statement, person_id: str) -> Row:
    cells: dict[str, Any] = {
        "evento": key,
        "cliente": party_id,
        "momento": statement.at.strftime(STAMP),
        "origen": PLACES[statement.where],
        "consentimientos": [
            {"finalidad": PURPOSES[purpose], "canal": CHANNELS[channel], "otorgado": is_granted}
            for (purpose, channel), is_granted in statement.allowed.items()
        ],
    }
    return Row(key, cells, person_id)


def _unknown_purpose(row: Row, rng: Random) -> bool:
    rng.choice(row.cells["consentimientos"])["finalidad"] = "sorteos"
    return True


def _neither_yes_nor_no(row: Row, rng: Random) -> bool:
    rng.choice(row.cells["consentimientos"])["otorgado"] = None
    return True


def _in_future(row: Row, rng: Random) -> bool:
    later = datetime(2060, 1, 1, 9) + timedelta(days=rng.randrange(300))
    row.cells["momento"] = later.strftime(STAMP)
    return True


def _write(file: File) -> None:
    elements = (json.dumps(row.cells, ensure_ascii=False) for row in file.rows)
    files.write_json_array(file.path, elements, at=file.at)


FEED = Feed(
    name="town_consent",
    path="consent/consentimientos_{day}.json",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=7, hours=9),
    days_between_files=7,
    faults=(
        dirt.missing_key("evento", absent=None),
        dirt.written_as("impossible_date", "column_is_readable", "momento", "2026-02-30T10:00:00-05:00"),
        Fault("unknown_purpose", "quarantine:purpose_known", _unknown_purpose),
        Fault("neither_yes_nor_no", "quarantine:is_granted_present", _neither_yes_nor_no),
        Fault("said_in_future", "quarantine:stated_at_not_after_known", _in_future),
    ),
)
