"""The list of employees that human resources keeps: all of them once a week, who left for some weeks more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from jobs.town import dirt, files, parameters
from jobs.town.feed import Delivery, Desk, Fault, Feed, File, Row
from jobs.town.world import Employee

DAY = "%d-%m-%Y"


def _of_world(desk: Desk) -> Iterator[Delivery]:
    for employee in (*desk.world.employees, *desk.world.colleagues):
        for offset in range(0, desk.period.days, 7):
            day = desk.period.start + timedelta(days=offset)
            row = _row(employee, day)
            if row:
                yield Delivery(day, employee.employee_id, row)


def _row(employee: Employee, day: date) -> Row | None:
    """Return what the list of a day says of an employee; None where they are not on it."""
    post, left_on = employee.post_on(day), employee.left_on
    is_gone = left_on is not None and left_on <= day
    if post is None or (left_on and day - left_on > timedelta(days=parameters.LISTED_AFTER_LEAVING)):
        return None
    cells = {
        "Legajo": employee.employee_id,
        "Apellidos": employee.family,
        "Nombres": employee.given,
        "Correo": employee.email,
        "Equipo": post.team,
        "Puesto": post.role,
        "Habilidades": "|".join(post.skills),
        "Idiomas": "|".join(employee.languages),
        "Sede": post.site,
        "Estado": "Cesado" if is_gone else "Activo",
        "Vigente desde": f"{left_on if is_gone and left_on else post.since:{DAY}}",
    }
    values = (("full_name", employee.full_name), ("full_name", employee.family), ("email", employee.email))
    return Row(employee.employee_id, cells, values=values)


# A list repeats itself from week to week: a fault must not be the same twice, or the second is none.
def _impossible_date(row: Row, rng: Random) -> bool:
    row.cells["Vigente desde"] = f"{rng.randrange(32, 100)}-{rng.randrange(13, 100)}-2026"
    return True


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter=";", encoding="utf-8-sig", at=file.at)


FEED = Feed(
    name="town_employee",
    path="employee/planilla_{day}.csv",
    write=_write,
    of_world=_of_world,
    ready=timedelta(hours=20),
    days_between_files=7,
    faults=(
        dirt.missing_key("Legajo"),
        Fault("impossible_date", "quarantine:column_is_readable", _impossible_date),
        dirt.moved(
            "since_in_future",
            "stated_at_not_after_known",
            "Vigente desde",
            DAY,
            lambda rng: timedelta(days=rng.randrange(4000, 9000)),
        ),
    ),
    has_twice=False,
)
