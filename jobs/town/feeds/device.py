"""The card terminals that firms hold: a file a day of what each did, by a clock that is its own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from jobs.town import dirt, files, parameters
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row
from jobs.town.life import Life

WALL = "%Y-%m-%d %H:%M:%S"
# Of one firm, in all.
MOST_TERMINALS = 4


@dataclass(frozen=True)
class Terminal:
    """One terminal: how much is paid with it on a usual day, the day it is updated, and how its clock goes."""

    serial: str
    payments: float
    updated_on: date
    clock_is_off: timedelta

    def firmware(self, day: date) -> str:
        old, new = parameters.TERMINAL_ERRORS
        return new if day >= self.updated_on else old


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    rng, life = desk.rng, customer.life
    person = life.person
    if not person.company or rng.random() >= parameters.HOLDS_TERMINALS:
        return
    for number in range(rng.randint(*parameters.TERMINALS[person.segment])):
        terminal = _terminal(rng, f"POS{desk.id('terminal', person.number * MOST_TERMINALS + number, 9)}", desk)
        for offset in range(desk.period.days):
            day = desk.period.start + timedelta(days=offset)
            # Who only fell silent still has it: it tells each day that nothing was paid.
            if person.joined_on < day and (person.left_on is None or day < person.left_on):
                row = _row(rng, terminal, day, life, desk)
                yield Delivery(day, terminal.serial, row)


def _terminal(rng: Random, serial: str, desk: Desk) -> Terminal:
    off = parameters.CLOCK_OFF_MINUTES * 60
    is_plugged_in = rng.random() >= parameters.NEVER_PLUGGED_IN
    payments = parameters.PAYMENTS_A_DAY * rng.lognormvariate(0, parameters.PAYMENTS_SIGMA) if is_plugged_in else 0.0
    released_on = desk.period.start + timedelta(days=math.ceil(parameters.NEW_FIRMWARE_AFTER * desk.period.days))
    return Terminal(
        serial=serial,
        payments=payments,
        updated_on=released_on + timedelta(days=rng.randrange(30)),
        clock_is_off=timedelta(seconds=rng.randint(-off, off) if rng.random() < parameters.CLOCK_IS_OFF else 0),
    )


def _row(rng: Random, terminal: Terminal, day: date, life: Life, desk: Desk) -> Row:
    person = life.person
    mood = life.moods[(day - desk.period.start).days // 7]
    usual = terminal.payments * mood * parameters.WEEKEND_PAYMENTS.get(day.weekday(), 1.0)
    payments = max(0, round(rng.gauss(usual, math.sqrt(usual))))
    firmware = terminal.firmware(day)
    has_errors = payments > 0 and rng.random() < parameters.TERMINAL_ERRORS[firmware]
    closed_at = datetime.combine(day, time(20)) + timedelta(seconds=rng.randrange(3 * 3600))
    cells = {
        "serie": terminal.serial,
        "cif_comercio": f"CIF{desk.id('cif', person.number, 8)}",
        "dia": f"{day}",
        "reloj": (closed_at + terminal.clock_is_off).strftime(WALL),
        "seg_uso": f"{payments * parameters.SECONDS_A_PAYMENT + rng.randrange(payments * 8 + 1)}",
        "operaciones": f"{payments}",
        "errores": f"{rng.randrange(1, 9) if has_errors else 0}",
        "firmware": firmware,
    }
    return Row(f"{terminal.serial}/{day}", cells, person.person_id)


def _counted_backwards(row: Row, rng: Random) -> bool:
    row.cells["seg_uso"] = f"-{rng.randrange(60, 9000)}"
    return True


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter="\t", encoding="utf-16", at=file.at)


FEED = Feed(
    name="town_device",
    path="device/lecturas_{day}.tsv",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=11),
    faults=(
        dirt.missing_key("serie"),
        dirt.written_as("seconds_not_a_number", "column_is_readable", "seg_uso", "#DESB"),
        # The terminal's clock weeks ahead: too far for what is merely off.
        dirt.moved(
            "clock_ahead", "read_at_not_after_known", "reloj", WALL, lambda rng: timedelta(days=rng.randrange(10, 400))
        ),
        Fault("counted_backwards", "quarantine:usage_seconds_not_negative", _counted_backwards),
        dirt.too_many_fields(),
    ),
)
