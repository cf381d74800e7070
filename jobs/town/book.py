"""The complaints book: sheets written by hand at the branches and copied into one file a week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from random import Random

from jobs.town import files, parameters, texts
from jobs.town.contacts import Filing
from jobs.town.dirt import Planter, Shape, double_files, doubled
from jobs.town.identification import Identification, on_book_sheet
from jobs.town.telling import facts_of
from jobs.town.truth import Row, Truth

FEED = "town_book"
SHAPE = Shape(
    key="N° hoja",
    kind="Tipo",
    name="Apellidos y nombres",
    amount="Monto reclamado",
    currency="Moneda",
    received="Fecha",
    ends=("Fecha respuesta",),
    wall="%d/%m/%Y",
    unreadable_date=("Fecha", "30/02/2026"),
    unreadable_amount="12O,50",
)


def write(
    filings: list[Filing], inbox: Path, truth: Truth, rng: Random, *, noise: float, start: date, days: int
) -> None:
    """Write the sheets, each into the file of the week it was answered in; the last file has the unanswered ones."""
    planter = Planter(rng, noise, SHAPE, without=("received_in_future",))
    last_day = start + timedelta(days=days - 1)
    sheets = [
        (_week(filing, start, last_day), f"{number:06d}-{filing.at.year}", filing)
        for number, filing in enumerate((f for f in filings if f.channel == "book"), start=1)
    ]
    paths = []
    for week, found in groupby(sorted(sheets, key=lambda sheet: sheet[:2]), key=lambda sheet: sheet[0]):
        rows = (planter.plant(_row(rng, number, filing, last_day, noise)) for _, number, filing in found)
        path = inbox / "town" / "book" / f"libro_{week:%Y-%m-%d}.csv"
        noted = truth.noted(FEED, path.relative_to(inbox).as_posix(), doubled(rng, noise, rows))
        # Seven days after the week began it is complete; the file is there the next morning.
        at = datetime.combine(week + timedelta(days=7), time(11))
        files.write_csv(path, _lines(noted), delimiter=";", encoding="cp1252", at=at)
        paths.append(path)
    double_files(rng, noise, paths, inbox, FEED, truth)


def _week(filing: Filing, start: date, last_day: date) -> date:
    """Return the first day of the week in which the sheet is done with."""
    done_on = min((filing.answered_at or filing.steps[-1].at).date(), last_day)
    return done_on - timedelta(days=(done_on - start).days % 7)


def _row(rng: Random, number: str, filing: Filing, last_day: date, noise: float) -> Row:
    issue, person = filing.issue, filing.issue.person
    answered_on = filing.answered_at.date() if filing.answered_at else None
    answered = answered_on is not None and answered_on <= last_day
    who = on_book_sheet(rng, person, filing.at.date(), noise)
    name = _name(rng, who)
    told = facts_of(rng, filing)
    # Pen and paper: no emoji, and the file's encoding has none.
    account = texts.as_typed(rng, texts.compose(rng, "complaint", told, "book"), noise, emoji=False)
    cells: dict[str, str | None] = {
        "N° hoja": number,
        "Fecha": f"{filing.at:%d/%m/%Y}",
        "Tipo": issue.cause.kind.capitalize(),
        "Apellidos y nombres": name,
        "Tipo doc.": person.id_type.capitalize() if person.id_type == "PASAPORTE" else person.id_type,
        "N° documento": who.national_id,
        "Teléfono": who.phone,
        "Correo": who.email.upper() if rng.random() < parameters.BOOK_EMAIL_IN_CAPITALS else who.email,
        "Domicilio": f"{who.address}, {person.city.name}",
        "Monto reclamado": "" if issue.cents is None else texts.es_number(issue.cents),
        "Moneda": "" if issue.cents is None else {"PEN": "S/", "USD": "US$"}[issue.currency],
        "Detalle": account.text,
        "Pedido": texts.demand(rng, told),
        "Sede": f"Agencia {person.city.name if person.country == 'PE' else 'Lima'}",
        "Acciones del proveedor": texts.ANSWERS[filing.outcome] if answered else "",
        "Fecha respuesta": f"{answered_on:%d/%m/%Y}" if answered else "",
    }
    return Row(
        number,
        cells,
        person,
        issue,
        contact_person_id=who.contact_person_id,
        texts={"Detalle": account},
        values=(*who.values(), ("full_name", name)),
        slips=who.slips,
    )


def _name(rng: Random, who: Identification) -> str:
    # The sheet asks for family names first, a comma between; some leave it out.
    comma = "" if rng.random() < parameters.OTHER_NAME_ORDER else ","
    name = who.company or f"{who.family}{comma} {who.given}"
    return name.upper() if rng.random() < parameters.BOOK_NAME_IN_CAPITALS else name


def _lines(rows: Iterable[Row]) -> Iterator[list[str]]:
    for position, row in enumerate(rows):
        if position == 0:
            yield list(row.cells)
        yield [*(value or "" for value in row.cells.values()), *row.extra]
