"""The CRM's cases: a zip a day with the cases that changed, each in its state at the end of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from jobs.town import dirt, files, texts
from jobs.town.contacts import Contact, Filing, Step
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.identification import contact_person_of
from jobs.town.telling import facts_of
from jobs.town.texts import Text

WALL = "%Y-%m-%d %H:%M:%S"
KINDS = {"reclamo": "REC", "queja": "QJA"}
CHANNELS = {
    "phone": "Teléfono",
    "email": "Correo",
    "counter": "Agencia",
    "app": "App",
    "chat": "Chat",
    "social": "Redes",
}
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
SHAPE = dirt.Shape(
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


def case_id(desk: Desk, contact: Contact) -> str:
    """Return the number of the case that was made of a contact; "" where none was, or another system keeps it."""
    return f"C-{desk.id('case', contact.slot)}" if contact.filing and contact.channel in CHANNELS else ""


def case_spoken_of(desk: Desk, customer: Customer, contact: Contact) -> str:
    """Return the case that a contact became, or the newest one that it asks about or is glad of; "" where none is."""
    number = case_id(desk, contact)
    if not number and contact.intent in ("follow_up", "solved"):
        before = (c for c in reversed(customer.life.contacts) if c.issue is contact.issue and c.at < contact.at)
        number = next(filter(None, (case_id(desk, c) for c in before)), "")
    return number


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    rng = desk.rng
    for contact in customer.life.contacts:
        filing, number = contact.filing, case_id(desk, contact)
        if not filing or not number:
            continue
        account = texts.compose(rng, contact.intent, facts_of(rng, contact), contact.channel)
        account = texts.as_typed(rng, account, desk.noise, emoji=contact.channel in ("email", "app", "chat", "social"))
        fixed = _fixed_cells(desk, number, contact, customer.party_id(rng, contact.at.date()), account)
        speaker = contact_person_of(rng, contact.person)
        for steps in _daily_states(filing):
            if steps[-1].at.date() <= desk.last_day:
                row = _row(fixed, contact, filing, steps, account, speaker)
                yield Delivery(steps[-1].at.date(), number, row)


def _daily_states(filing: Filing) -> Iterator[list[Step]]:
    """Return the steps done by the end of each day that had one."""
    done: list[Step] = []
    for _, steps in groupby(filing.steps, key=lambda step: step.at.date()):
        done = [*done, *steps]
        yield done


def _fixed_cells(desk: Desk, number: str, contact: Contact, party_id: str, account: Text) -> dict[str, str | None]:
    """Return the cells that no later version changes."""
    rng, issue, person = desk.rng, contact.issue, contact.person
    # Agents file in haste: with noise the cause on record is not always the true one.
    filed = rng.choice(contact.known) if rng.random() < desk.noise else contact.topic
    cents, currency = (issue.cents, issue.currency) if issue else (None, "")
    return {
        "caso_id": number,
        "cliente_id": party_id,
        "tipo": KINDS[contact.topic.kind],
        "canal": CHANNELS[contact.channel],
        "idioma": person.language,
        "producto": contact.topic.product,
        "causa": filed.label_es,
        "prioridad": "Alta" if issue and issue.severity == 3 else "Normal",
        "asignado_a": contact.employee.employee_id,
        "ciudad": person.city.name,
        "descripcion": account.text,
        "monto_reclamado": _money(cents),
        "moneda": "" if cents is None else currency,
        "fecha_registro": contact.at.strftime(WALL),
    }


def _row(
    fixed: dict[str, str | None], contact: Contact, filing: Filing, steps: list[Step], account: Text, speaker: str
) -> Row:
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
        "devolucion_moneda": fixed["moneda"] if granted is not None else "",
        "devolucion_fecha": "" if granted is None else first_answer,
        "updated_at": now.at.strftime(WALL),
    }
    return Row(
        fixed["caso_id"] or "",
        {**fixed, **changing},
        contact.person.person_id,
        contact,
        contact_person_id=speaker,
        texts={"descripcion": account},
    )


def _money(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:.2f}"


def _write(file: File) -> None:
    files.write_zipped_csv(file.path, file.member, files.lines(file.rows), at=file.at)


FEED = Feed(
    name="town_crm_case",
    path="crm_case/casos_{day}.zip",
    member="casos_{day}.csv",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=7),
    faults=dirt.of_complaints(SHAPE, without=("name_typo",)),
    has_late_versions=True,
)
