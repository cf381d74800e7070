"""The web form: one compressed file of JSON lines for each day that has submissions, times in UTC."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

from jobs.town import files, texts
from jobs.town.contacts import LIMA_TO_UTC, Filing
from jobs.town.dirt import Planter, Shape, double_files, doubled
from jobs.town.identification import name_as_typed, on_web_form
from jobs.town.telling import facts_of
from jobs.town.truth import Row, Truth

FEED = "town_web"
STAMP = "%Y-%m-%dT%H:%M:%S+00:00"
SHAPE = Shape(
    key="form_id",
    kind="kind",
    name="consumer.name",
    amount="amount",
    currency="currency",
    received="submitted_at",
    ends=("acknowledged_at",),
    wall=STAMP,
    unreadable_date=("acknowledged_at", "2026-02-30T10:00:00+00:00"),
    unreadable_amount='"12O.50"',
    absent=None,
)


def write(filings: list[Filing], inbox: Path, truth: Truth, rng: Random, *, noise: float) -> None:
    """Write the submissions, each into the file of its UTC day."""
    # A line of JSON cannot have too many fields, and the company knows of a form the moment it is sent.
    planter = Planter(rng, noise, SHAPE, without=("too_many_fields", "received_in_future"))
    forms = [
        (filing.at + LIMA_TO_UTC, f"WF-{number:08d}", filing)
        for number, filing in enumerate((f for f in filings if f.channel == "web"), start=1)
    ]
    paths = []
    for day, found in groupby(forms, key=lambda form: form[0].date()):
        rows = (planter.plant(_row(rng, number, at, filing, noise)) for at, number, filing in found)
        path = inbox / "town" / "web" / f"web_{day:%Y-%m-%d}.jsonl.gz"
        noted = truth.noted(FEED, path.relative_to(inbox).as_posix(), doubled(rng, noise, rows))
        files.write_gzipped_lines(path, _lines(noted), at=datetime.combine(day + timedelta(days=1), time(2)))
        paths.append(path)
    double_files(rng, noise, paths, inbox, FEED, truth)


def _row(rng: Random, number: str, at: datetime, filing: Filing, noise: float) -> Row:
    issue, person = filing.issue, filing.issue.person
    who = on_web_form(rng, person, filing.at.date(), noise)
    name = name_as_typed(rng, who.full_name)
    told = facts_of(rng, filing)
    account = texts.as_typed(rng, texts.compose(rng, "complaint", told, "web"), noise)
    cells = {
        "form_id": number,
        "submitted_at": at.strftime(STAMP),
        "acknowledged_at": (at + timedelta(seconds=rng.randrange(1, 600))).strftime(STAMP),
        "kind": issue.cause.kind.upper(),
        "lang": person.language,
        "topic": issue.cause.key.replace("_", "-"),
        "product": issue.cause.product,
        "city": person.city.name,
        "consumer.type": "company" if person.company else "person",
        "consumer.name": name,
        "consumer.doc_type": person.id_type if who.national_id else None,
        "consumer.doc_number": who.national_id or None,
        "consumer.birth_date": f"{who.birth_on}" if who.birth_on else None,
        "consumer.email": who.email or None,
        "consumer.phone": who.phone or None,
        "consumer.country": person.country,
        "text": account.text,
        "request": texts.demand(rng, told),
        "currency": None if issue.cents is None else issue.currency,
        "amount": None if issue.cents is None else f"{issue.cents / 100:.2f}",
    }
    return Row(
        number,
        cells,
        person,
        issue,
        contact_person_id=who.contact_person_id,
        texts={"text": account},
        values=(*who.values(), ("full_name", name)),
        slips=who.slips,
    )


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        record: dict[str, Any] = {}
        for name, value in row.cells.items():
            group, dot, leaf = name.partition(".")
            if dot:
                record.setdefault(group, {})[leaf] = value
            elif name != "amount":
                record[name] = value
        # The amount is spliced in as text: json would write 120.50 as 120.5.
        yield f'{json.dumps(record, ensure_ascii=False)[:-1]}, "amount": {row.cells["amount"] or "null"}}}'
