"""The web site's events: a compressed file of JSON lines for each UTC day, times in milliseconds of the epoch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from jobs.town import dirt, files, parameters, visits
from jobs.town.contacts import LIMA_TO_UTC
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row
from jobs.town.names import folded
from jobs.town.visits import Step, Visit

TYPES = {"page": "pv", "search": "search", "click": "click", "login": "login", "error": "err", "form": "submit"}
PAGES = {
    "home": "/",
    "login": "/ingresar",
    "movements": "/banca/movimientos",
    "cards": "/banca/tarjetas",
    "transfers": "/banca/transferencias",
    "loans": "/prestamos",
    "shop": "/tienda",
    "help": "/ayuda/buscar",
    "help_article": "/ayuda",
    "complaints": "/reclamos/formulario",
}
BROWSERS = ("Chrome/131", "Chrome/131 Mobile", "Safari/18 Mobile", "Firefox/133", "Edge/131")
# Of one person: browsers, and cookies in each.
MOST_COOKIES = 200
DAY_MS = 86_400_000
EPOCH = datetime(1970, 1, 1)
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    rng, life = desk.rng, customer.life
    found = visits.visits(rng, life, desk.world, "web")
    if not found:
        return
    down, party_id = visits.down_days(life, desk.world), customer.party_id(rng, found[0].at.date())
    has_second, lost = rng.random() < parameters.SECOND_BROWSER, [0, 0]
    for visit in found:
        browser = int(has_second and rng.random() < parameters.USES_SECOND_BROWSER)
        if rng.random() < parameters.COOKIE_LOST:
            lost[browser] = min(lost[browser] + 1, MOST_COOKIES // 2 - 1)
        cookie = desk.id("cookie", life.person.number * MOST_COOKIES + 2 * lost[browser] + browser, 12)
        agent = BROWSERS[int(cookie[-4:]) % len(BROWSERS)]
        session = f"s{desk.id('web visit', visits.slot(life, visit), 12)}"
        is_down = any(first <= visit.at.date() <= last for first, last in down)
        for number, step in enumerate(visits.steps(rng, visit, "web", is_down=is_down), start=1):
            key, at = f"{session}-{number}", step.at + LIMA_TO_UTC
            cells = {
                "id": key,
                "ts": (at - EPOCH) // timedelta(milliseconds=1) + rng.randrange(1000),
                "sid": session,
                "cid": cookie,
                "type": TYPES[step.kind],
                "url": _url(visit, step),
                "status": 503 if step.kind == "error" else 200,
                "uid": party_id if step.is_logged_in else None,
                "ua": agent,
            }
            yield Delivery(at.date(), f"{cells['ts']} {key}", Row(key, cells, life.person.person_id, visit.contact))


def _url(visit: Visit, step: Step) -> str:
    page = PAGES[step.place]
    if step.place == "help" and visit.contact:
        return f"{page}?q={folded(visit.contact.topic.label_es).lower().replace(' ', '+')}"
    if step.place == "help_article" and visit.contact:
        return f"{page}/{visit.contact.topic.key.replace('_', '-')}"
    return page


def _ahead(row: Row, rng: Random) -> bool:
    """Date the event weeks ahead, as a server does whose clock is wrong."""
    row.cells["ts"] += rng.randrange(10, 60) * DAY_MS
    return True


def _write(file: File) -> None:
    files.write_gzipped_lines(file.path, (ENCODE(row.cells) for row in file.rows), at=file.at)


FEED = Feed(
    name="town_web_event",
    path="web_event/events_{day}.jsonl.gz",
    write=_write,
    of_customer=_of_customer,
    faults=(
        dirt.missing_key("id", absent=None),
        dirt.written_as("unknown_event", "event_type_known", "type", "scrol?"),
        dirt.written_as("time_not_a_number", "column_is_readable", "ts", "NaN"),
        dirt.written_as("no_session", "session_id_present", "sid", None),
        Fault("clock_ahead", "quarantine:at_not_after_known", _ahead),
    ),
)
