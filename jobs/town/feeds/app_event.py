"""The app's events as its analytics service exports them: a Parquet file a UTC day, times in microseconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from jobs.town import dirt, files, parameters, visits
from jobs.town.contacts import LIMA_TO_UTC
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row

TYPES = {
    "page": "screen_view",
    "search": "view_search_results",
    "click": "select_content",
    "login": "login",
    "error": "app_exception",
    "form": "generate_lead",
}
SCREENS = {
    "home": "Inicio",
    "login": "Ingreso",
    "movements": "Movimientos",
    "cards": "Mis tarjetas",
    "transfers": "Transferir",
    "loans": "Préstamos",
    "shop": "Tienda",
    "help": "Buscar ayuda",
    "help_article": "Ayuda",
    "complaints": "Escríbenos",
}
# The columns of the export with their types.
COLUMNS = {
    "event_id": "string",
    "event_timestamp": "int64",
    "event_name": "string",
    "session_id": "string",
    "user_pseudo_id": "string",
    "user_id": "string",
    "screen": "string",
    "platform": "string",
    "app_version": "string",
}
# Of one person, in all.
MOST_HANDSETS = 8
EPOCH = datetime(1970, 1, 1)
DAY_US = 86_400_000_000


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    rng, life = desk.rng, customer.life
    found = visits.visits(rng, life, desk.world, "app")
    if not found:
        return
    down, party_id = visits.down_days(life, desk.world), customer.party_id(rng, found[0].at.date())
    handset, platform = 0, rng.choice(("ANDROID", "ANDROID", "ANDROID", "IOS"))
    installed = desk.id("app", life.person.number * MOST_HANDSETS, 12)
    for visit in found:
        if rng.random() < parameters.CHANGES_HANDSET and handset < MOST_HANDSETS - 1:
            handset += 1
            installed = desk.id("app", life.person.number * MOST_HANDSETS + handset, 12)
        session = desk.id("app visit", visits.slot(life, visit), 12)
        version = f"7.{(visit.at.date() - desk.period.start).days // 28}.{int(installed[-1]) % 3}"
        is_down = any(first <= visit.at.date() <= last for first, last in down)
        for number, step in enumerate(visits.steps(rng, visit, "app", is_down=is_down)):
            key, at = f"{session}:{number:02d}", step.at + LIMA_TO_UTC
            cells = {
                "event_id": key,
                "event_timestamp": (at - EPOCH) // timedelta(microseconds=1) + rng.randrange(1_000_000),
                "event_name": TYPES[step.kind],
                "session_id": session,
                "user_pseudo_id": installed,
                "user_id": party_id if step.is_logged_in else None,
                "screen": SCREENS[step.place],
                "platform": platform,
                "app_version": version,
            }
            row = Row(key, cells, life.person.person_id, visit.contact)
            yield Delivery(at.date(), f"{cells['event_timestamp']} {key}", row)


def _ahead(row: Row, rng: Random) -> bool:
    """Date the event weeks ahead, as a phone does whose owner plays with its clock."""
    row.cells["event_timestamp"] += rng.randrange(10, 60) * DAY_US
    return True


def _write(file: File) -> None:
    files.write_parquet(file.path, COLUMNS, file.rows, at=file.at)


FEED = Feed(
    name="town_app_event",
    path="app_event/events_{day}.parquet",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=14),
    faults=(
        dirt.missing_key("event_id", absent=None),
        dirt.written_as("unknown_event", "event_type_known", "event_name", "session_strat"),
        dirt.written_as("no_session", "session_id_present", "session_id", None),
        Fault("clock_ahead", "quarantine:at_not_after_known", _ahead),
    ),
)
