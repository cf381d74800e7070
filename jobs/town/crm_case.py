"""The CRM's cases: a zip a day with the cases that changed, each in its state at the end of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from random import Random

from jobs.town import files, texts
from jobs.town.contacts import CRM_CHANNELS, Filing, Step
from jobs.town.crm_party import Party
from jobs.town.dirt import Planter, Shape, double_files, doubled
from jobs.town.identification import contact_person_of
from jobs.town.telling import facts_of
from jobs.town.texts import Text
from jobs.town.truth import Row, Truth

FEED = "town_crm_case"
WALL = "%Y-%m-%d %H:%M:%S"
LATE_SHARE = 0.1
KINDS = {"reclamo": "REC", "queja": "QJA"}
CHANNELS = {"phone": "Teléfono", "email": "Correo", "counter": "Agencia", "app": "App"}
STATUSES = {
    "received": "Nuevo",
    "assigned": "Asignado",
    "investigating": "En análisis",
    "pending": "Pendiente de cliente",
    "responded": "Respondido",
    "closed": "Cerrado",
    "reopened": "Reabierto",
    "withdrawn": "Desistido",
}
OUTCOMES = {
    "upheld": "Procedente",
    "partly_upheld": "Procedente en parte",
    "rejected": "Improcedente",
    "explained": "Informado",
    "withdrawn": "Desistido",
}
SHAPE = Shape(
    key="caso_id",
    kind="tipo",
    name="",
    amount="monto_reclamado",
    currency="moneda",
    received="fecha_registro",
    ends=("fecha_respuesta", "fecha_cierre", "fecha_reapertura"),
    wall=WALL,
    unreadable_date=("fecha_registro", "2026-02-30 10:00:00"),
    unreadable_amount="12O.50",
    known="updated_at",
)


@dataclass
class Delivery:
    """One version of a case and the day whose extract carries it."""

    day: date
    row: Row


def write(
    filings: list[Filing],
    parties: list[Party],
    inbox: Path,
    truth: Truth,
    rng: Random,
    *,
    noise: float,
    start: date,
    days: int,
) -> None:
    """Write each day's changed cases; by noise an old version comes some days after a newer one."""
    planter = Planter(rng, noise, SHAPE, without=("name_typo",))
    last_day = start + timedelta(days=days - 1)
    deliveries = _deliveries(rng, filings, parties, planter, last_day, noise)
    paths = []
    for day, found in groupby(sorted(deliveries, key=lambda d: d.day), key=lambda d: d.day):
        path = inbox / "town" / "crm_case" / f"casos_{day:%Y-%m-%d}.zip"
        member = f"casos_{day:%Y-%m-%d}.csv"
        object_name = f"{path.relative_to(inbox).as_posix()}!{member}"
        noted = truth.noted(FEED, object_name, doubled(rng, noise, (delivery.row for delivery in found)))
        at = datetime.combine(day + timedelta(days=1), time(7))
        files.write_zipped_csv(path, member, _lines(noted), at=at)
        paths.append(path)
    double_files(rng, noise, paths, inbox, FEED, truth)


def _deliveries(
    rng: Random, filings: list[Filing], parties: list[Party], planter: Planter, last_day: date, noise: float
) -> Iterator[Delivery]:
    known: dict[str, list[Party]] = {}
    for party in parties:
        known.setdefault(party.person.person_id, []).append(party)
    for number, filing in enumerate((f for f in filings if f.channel in CRM_CHANNELS), start=1):
        choice = [p for p in known[filing.issue.person.person_id] if p.since <= filing.at.date()]
        account = texts.compose(rng, "complaint", facts_of(rng, filing), filing.channel)
        account = texts.as_typed(rng, account, noise, emoji=filing.channel in ("email", "app"))
        fixed = _fixed_cells(rng, f"C-{number:06d}", filing, rng.choice(choice), account, noise)
        contact = contact_person_of(rng, filing.issue.person)
        versions = [
            Delivery(steps[-1].at.date(), planter.plant(_row(fixed, filing, steps, account, contact)))
            for steps in _daily_states(filing)
            if steps[-1].at.date() <= last_day
        ]
        _delay_some(rng, versions, last_day, noise)
        yield from versions


def _daily_states(filing: Filing) -> Iterator[list[Step]]:
    """Return the steps done by the end of each day that had one."""
    done: list[Step] = []
    for _, steps in groupby(filing.steps, key=lambda step: step.at.date()):
        done = [*done, *steps]
        yield done


def _delay_some(rng: Random, versions: list[Delivery], last_day: date, noise: float) -> None:
    """Hold some sound versions back until after a sound newer one, so that the late one is never the newest sound."""
    # From the newest on: one that is held back itself is not there yet.
    for old, new in reversed(list(pairwise(versions))):
        late = new.day + timedelta(days=rng.randrange(1, 5))
        if late <= last_day and not old.row.dirt and not new.row.dirt and rng.random() < noise * LATE_SHARE:
            old.day = late
            old.row.dirt = ("late_version", "superseded")


def _fixed_cells(
    rng: Random, number: str, filing: Filing, party: Party, account: Text, noise: float
) -> dict[str, str | None]:
    """Return the cells that no later version changes."""
    issue, person = filing.issue, filing.issue.person
    # Agents file in haste: with noise the cause on record is not always the true one.
    filed = rng.choice(issue.known) if rng.random() < noise else issue.cause
    return {
        "caso_id": number,
        "cliente_id": party.party_id,
        "tipo": KINDS[issue.cause.kind],
        "canal": CHANNELS[filing.channel],
        "idioma": person.language,
        "producto": issue.cause.product,
        "causa": filed.label_es,
        "prioridad": "Alta" if issue.severity == 3 else "Normal",
        "asignado_a": filing.employee.employee_id,
        "ciudad": person.city.name,
        "descripcion": account.text,
        "monto_reclamado": _money(issue.cents),
        "moneda": "" if issue.cents is None else issue.currency,
        "fecha_registro": filing.at.strftime(WALL),
    }


def _row(fixed: dict[str, str | None], filing: Filing, steps: list[Step], account: Text, contact: str) -> Row:
    """Return the case in the state it reached by the last of the steps."""
    last = {step.status: step.at.strftime(WALL) for step in steps}
    now = steps[-1]
    is_reopened = "reopened" in last and last["reopened"] > last["closed"]
    is_decided = "responded" in last or "withdrawn" in last
    granted = filing.refund_cents if "responded" in last else None
    first_answer = next((s.at.strftime(WALL) for s in steps if s.status == "responded"), "")
    changing: dict[str, str | None] = {
        "estado": STATUSES[now.status],
        "fecha_estado": now.at.strftime(WALL),
        "fecha_respuesta": last.get("responded", ""),
        "fecha_cierre": "" if is_reopened else last.get("closed", ""),
        "fecha_reapertura": last.get("reopened", ""),
        "resultado": OUTCOMES[filing.outcome] if is_decided else "",
        "devolucion_tipo": "" if granted is None else "Extorno" if filing.outcome == "upheld" else "Cortesía",
        "devolucion_monto": _money(granted),
        "devolucion_moneda": "" if granted is None else filing.issue.currency,
        "devolucion_fecha": "" if granted is None else first_answer,
        "updated_at": now.at.strftime(WALL),
    }
    issue, cells = filing.issue, {**fixed, **changing}
    return Row(
        fixed["caso_id"] or "",
        cells,
        issue.person,
        issue,
        contact_person_id=contact,
        texts={"descripcion": account},
    )


def _money(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:.2f}"


def _lines(rows: Iterable[Row]) -> Iterator[list[str]]:
    for position, row in enumerate(rows):
        if position == 0:
            yield list(row.cells)
        yield [*(value or "" for value in row.cells.values()), *row.extra]
