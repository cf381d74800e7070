"""Accounts and cards of the core bank: all there are on the first day, then each day those that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from jobs.town import dirt, files
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.money import Account
from jobs.town.names import City
from jobs.town.person import Person

PRODUCTS = {"savings": "AHO", "debit_card": "TDB", "credit_card": "TCR", "loan": "PRE"}
BINS = {"debit_card": "455788", "credit_card": "377123"}
BRANCHES = {"Lima": "001", "Arequipa": "014", "Trujillo": "022", "Cusco": "031", "Piura": "037"}


def cif(desk: Desk, person: Person) -> str:
    """Return the number that the core bank knows a customer by."""
    return f"CIF{desk.id('cif', person.number, 8)}"


def masked(account: Account) -> str:
    """Return the number of a card as systems show it; "" of what is no card."""
    return f"{BINS[account.kind]}******{account.last4}" if account.last4 else ""


def branch(city: City) -> str:
    """Return the branch that keeps the accounts of those who live in a city: from abroad, the one in Lima."""
    return BRANCHES.get(city.name, "001")


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    for account in customer.life.accounts:
        fixed = _fixed_cells(desk, customer.life.person, account)
        start = desk.period.start
        days = sorted(day for day in _changes(account) if day <= desk.last_day)
        # What was there before comes as it stood then.
        known = [day for day in days if day < start][-1:] + [day for day in days if day >= start]
        for day in known:
            row = _row(desk, customer.life.person, account, fixed, day)
            yield Delivery(max(day, start), account.account_id, row)


def _changes(account: Account) -> set[date]:
    """Return the days at whose end the account is another than the day before."""
    days = {account.issued_on, account.activated_on, account.closed_on, account.raised and account.raised[0]}
    days.update(day for block in account.blocked for day in block)
    return {day for day in days if day and (account.closed_on is None or day <= account.closed_on)}


def _fixed_cells(desk: Desk, person: Person, account: Account) -> dict[str, str]:
    """Return the cells that no later version changes: names are those of the contract."""
    return {
        "nro_cuenta": account.account_id,
        "cif": cif(desk, person),
        "titular": person.company or f"{person.family_on(account.issued_on)}, {person.given}".upper(),
        "tipo_titular": "E" if person.company else "P",
        "tipo_doc": person.id_type,
        "nro_doc": person.national_id,
        "producto": PRODUCTS[account.kind],
        "tarjeta": masked(account),
        "agencia": branch(person.city),
        "moneda": account.currency,
        "comision_mensual": _money(account.monthly_fee_cents),
        "cuota": _money(account.instalment_cents),
    }


def _row(desk: Desk, person: Person, account: Account, fixed: dict[str, str], day: date) -> Row:
    """Return the account as it stands at the end of a day."""
    blocked_on = next((since for since, until in account.blocked if since <= day < until), None)
    activated_on, closed_on = _by(day, account.activated_on), _by(day, account.closed_on)
    limit = account.raised[1] if account.raised and account.raised[0] <= day else account.limit_cents
    state = "VIGENTE" if activated_on else "EMITIDA"
    changing = {
        "limite": _money(limit),
        "fec_apertura": f"{account.issued_on:%d/%m/%Y}",
        "fec_activacion": f"{activated_on:%d/%m/%Y}" if activated_on and activated_on != closed_on else "",
        "fec_bloqueo": f"{blocked_on:%d/%m/%Y}" if blocked_on and not closed_on else "",
        "fec_cierre": f"{closed_on:%d/%m/%Y}" if closed_on else "",
        "estado": "CANCELADA" if closed_on else "BLOQUEADA" if blocked_on else state,
        "fec_actualizacion": f"{day:%d/%m/%Y} 20:{desk.rng.randrange(60):02d}:{desk.rng.randrange(60):02d}",
    }
    name = fixed["titular"]
    return Row(
        account.account_id,
        {**fixed, **changing},
        person.person_id,
        values=(("full_name", name), ("full_name", person.full_name), ("national_id", person.national_id)),
    )


def _by(day: date, then: date | None) -> date | None:
    return then if then and then <= day else None


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}".replace(".", ",") if cents else ""


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter=";", encoding="cp1252", at=file.at)


FEED = Feed(
    name="town_card_account",
    path="card_account/cuentas_{day}.csv",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=1, hours=8),
    faults=(
        dirt.missing_key("nro_cuenta"),
        dirt.written_as("impossible_date", "column_is_readable", "fec_apertura", "31/02/2024"),
        dirt.written_as("amount_not_a_number", "column_is_readable", "comision_mensual", "12,5O"),
    ),
    has_late_versions=True,
)
