"""Surveys of satisfaction: a workbook a week with the answers, below a title, and a sheet that explains the scales."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import xlsxwriter

from jobs.town import dirt, files, parameters, texts
from jobs.town.contacts import Contact
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row
from jobs.town.feeds.crm_case import case_id
from jobs.town.feeds.mail import mail_number
from jobs.town.telling import facts_of

SURVEYS = {"contact": "ATENCION-2026", "case": "CIERRE-2026"}
CHANNELS = {
    "phone": "Teléfono",
    "chat": "Chat",
    "counter": "Agencia",
    "app": "App",
    "email": "Correo",
    "web": "Web",
    "book": "Libro",
    "social": "Redes",
}
LEGEND = (
    ("P1", "NPS", 0, 10, "¿Qué tan probable es que nos recomiende a un familiar o amigo?"),
    ("P2", "CSAT", 1, 5, "¿Qué tan satisfecho está con la atención?"),
    ("P3", "CES", 1, 7, "¿Qué tan fácil fue resolver su pedido? (7: muy fácil)"),
    ("P4", "Comentario", "", "", "¿Qué podríamos mejorar?"),
)
HEADER_ROW = 3  # from 0: a title, the week and a blank row stand above
KEY, WHEN, COMMENT = "ID respuesta", "Fecha de respuesta", "P4 Comentario"


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    """Put each answer into the workbook of its week."""
    rng, start = desk.rng, desk.period.start
    for contact in customer.life.contacts:
        asked = _asked(rng, contact)
        if asked is None or rng.random() >= parameters.SURVEY_ANSWERED:
            continue
        survey, asked_at = asked
        at = asked_at + timedelta(minutes=int(rng.expovariate(1 / parameters.SURVEY_MEAN_HOURS) * 60))
        if at.date() <= desk.last_day:
            row = _row(customer, desk, contact, survey, at)
            week = at.date() - timedelta(days=(at.date() - start).days % 7)
            yield Delivery(week, f"{at} {row.record_id}", row)


def _asked(rng: Random, contact: Contact) -> tuple[str, datetime] | None:
    """Return which survey somebody is invited to, and when: about the case once it is closed, else the contact."""
    if contact.filing:
        closed_at = next((step.at for step in contact.filing.steps if step.status == "closed"), None)
        if closed_at and rng.random() < parameters.SURVEY_OF_CASE:
            return "case", closed_at
    is_asked = contact.channel in parameters.SURVEY_OF_CONTACT and not contact.is_abandoned
    if is_asked and rng.random() < parameters.SURVEY_OF_CONTACT[contact.channel]:
        return "contact", contact.at + timedelta(hours=2)
    return None


def _row(customer: Customer, desk: Desk, contact: Contact, survey: str, at: datetime) -> Row:
    rng, person = desk.rng, contact.person
    number = f"SV{desk.id('survey', contact.slot)}"
    pleased = _pleased(rng, customer, desk, contact, at)
    told_of = _contact_number(desk, contact)
    # Who is asked by phone or in a chat is known by the contact alone, half of the time.
    is_named = not told_of or survey == "case" or rng.random() < parameters.SURVEY_NAMES_CUSTOMER
    csat = _on_scale(rng, pleased, 1, 5)
    comment = _comment(desk, contact, csat)
    cells: dict[str, Any] = {
        KEY: number,
        "Encuesta": SURVEYS[survey],
        WHEN: at.replace(second=0),
        "Canal": CHANNELS[contact.channel],
        "Cliente CRM": customer.party_id(rng, at.date()) if is_named else "",
        "ID contacto": told_of,
        "ID caso": _case_number(desk, contact) if survey == "case" else "",
        "Producto": contact.topic.product,
        "Asesor": contact.employee.employee_id,
        "P1 NPS": _on_scale(rng, pleased, 0, 10) if rng.random() < parameters.SURVEY_NPS else "",
        "P2 CSAT": csat,
        "P3 CES": _on_scale(rng, pleased, 1, 7) if rng.random() < parameters.SURVEY_CES else "",
        COMMENT: comment.text if comment else "",
    }
    return Row(number, cells, person.person_id, contact, texts={COMMENT: comment} if comment else {})


def _pleased(rng: Random, customer: Customer, desk: Desk, contact: Contact, at: datetime) -> float:
    """Return how content somebody is, from about -2 to 2: with what was done, in general, and by chance."""
    moods = customer.life.moods
    mood = moods[min((at.date() - desk.period.start).days // 7, len(moods) - 1)]
    helped = parameters.SURVEY_HELPED if contact.is_settled else parameters.SURVEY_NOT_HELPED
    spoiled = parameters.SURVEY_MOOD * (1 - mood)
    return helped - spoiled + rng.gauss(0, parameters.SURVEY_SPREAD)


def _on_scale(rng: Random, pleased: float, lowest: int, highest: int) -> int:
    """Return an answer; each question is answered a little differently."""
    share = (pleased + rng.gauss(0, parameters.SURVEY_QUESTION_SPREAD) + 2) / 4
    return round(lowest + (highest - lowest) * min(max(share, 0), 1))


def _comment(desk: Desk, contact: Contact, csat: int) -> texts.Text | None:
    rng = desk.rng
    if rng.random() >= parameters.SURVEY_COMMENT:
        return None
    intent = "complaint" if csat <= 2 else "praise" if csat >= 4 else rng.choice(("complaint", "praise", "other"))
    return texts.as_typed(rng, texts.compose(rng, intent, facts_of(rng, contact), "survey"), desk.noise)


def _contact_number(desk: Desk, contact: Contact) -> str:
    """Return the id of the contact in its own system; "" where that has none."""
    slot = contact.slot
    match contact.channel:
        case "phone":
            return f"CTR-{desk.id('call', slot)}"
        case "chat":
            return f"CH{desk.id('chat', slot)}"
        case "counter":
            return f"V-{desk.id('visit', slot)}"
        case "email":
            return mail_number(desk, contact)
    return ""


def _case_number(desk: Desk, contact: Contact) -> str:
    """Return the number of the case, or of the form or sheet that is one."""
    if contact.channel == "web":
        return f"WF-{desk.id('form', contact.slot)}"
    if contact.channel == "book":
        return f"{desk.id('sheet', contact.slot)}-{contact.at.year}"
    return case_id(desk, contact)


def _write(file: File) -> None:
    rows = list(file.rows)
    file.path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(file.path, {"in_memory": True}) as book:
        # Else the clock is written into the workbook.
        book.set_properties({"created": file.at, "author": "Calidad de Servicio"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        answers = book.add_worksheet("Respuestas")
        answers.write_string(0, 0, "Encuestas de satisfacción", book.add_format({"bold": True}))
        answers.write_string(1, 0, f"Generado el {file.at:%d/%m/%Y}")
        for column, name in enumerate(rows[0].cells):
            answers.write_string(HEADER_ROW, column, name)
        for number, row in enumerate(rows, start=HEADER_ROW + 1):
            for column, value in enumerate(row.cells.values()):
                if isinstance(value, datetime):
                    answers.write_datetime(number, column, value, moment)
                elif isinstance(value, int):
                    answers.write_number(number, column, value)
                elif value:
                    answers.write_string(number, column, value)
        legend = book.add_worksheet("Leyenda")
        for number, line in enumerate((("Código", "Pregunta", "Mínimo", "Máximo", "Texto"), *LEGEND)):
            legend.write_row(number, 0, line)
    files.stamp(file.path, file.at)


def _answered_in_future(row: Row, rng: Random) -> bool:
    row.cells[WHEN] += timedelta(days=rng.randrange(30, 90))
    return True


FEED = Feed(
    name="town_survey",
    path="survey/encuestas_{day}.xlsx",
    write=_write,
    of_customer=_of_customer,
    # Seven days after the week began it is complete; somebody exports it on the morning after.
    ready=timedelta(days=7, hours=14),
    days_between_files=7,
    faults=(
        dirt.missing_key(KEY),
        dirt.written_as("nps_off_scale", "nps_from_0_to_10", "P1 NPS", 11),
        dirt.written_as("csat_off_scale", "score_on_scale", "P2 CSAT", 9),
        dirt.written_as("score_in_words", "column_is_readable", "P3 CES", "muy fácil"),
        Fault("answered_in_future", "quarantine:answered_at_not_after_known", _answered_in_future),
    ),
)
