"""What truly became of people: their problems and contacts, who leaves, which cards lie idle, which bills are late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jobs.town import parameters
from jobs.town.life import Life
from jobs.town.outlook import Prospects
from jobs.town.world import World, emerges_on, fixed_on

HEADERS = {
    "issue": ("issue_id", "person_id", "cause", "severity", "amount", "currency", "happened_on", "city", "contacts",
                "filings"),
    "contact": ("person_id", "contact", "intent", "issue_id", "cause", "channel", "at", "waited_s", "is_abandoned",
                "is_settled", "is_filed"),
    "leaving": ("person_id", "as_of", "horizon_days", "probability", "left", "left_on", "is_within_horizon",
                "last_active_on"),
    "dormancy": ("account_id", "person_id", "kind", "as_of", "horizon_days", "status", "reason", "probability_of_use",
                 "is_used_within_horizon", "issued_on", "activated_on", "last_used_on"),
    "shopping": ("person_id", "orders_a_week", "orders"),
    "bill": ("person_id", "due_on", "probability_late", "probability_default", "days_late", "statement_id", "amount",
             "currency"),
    "movement": ("movement_id", "issue_id", "kind"),
}  # fmt: skip


def story(world: World) -> dict[str, Any]:
    """Return what happened whoever one is: incidents, offers, the cause that emerged, the one that was fixed."""
    return {
        "start": world.period.start.isoformat(),
        "days": world.period.days,
        "incidents": [
            {"cause": i.cause.key, "city": i.city, "first_day": i.first_day, "last_day": i.last_day,
             "daily_rate": round(i.daily_rate, 5)}
            for i in world.incidents
        ],
        "offers": {city: sorted(weeks) for city, weeks in world.offers.items()},
        "emerging": {"cause": parameters.EMERGING_CAUSE, "from_day": emerges_on(world.period.days)},
        "fixed": {"cause": parameters.FIXED_CAUSE, "from_day": fixed_on(world.period.days),
                  "share_left": parameters.LEFT_AFTER_FIX},
        "employees": {e.employee_id: round(e.skill, 4) for e in world.employees},
    }  # fmt: skip


def tables(life: Life, prospects: Prospects) -> dict[str, Iterable[tuple[Any, ...]]]:
    """Return the rows that a life adds to each table."""
    return {
        "issue": _issues(life),
        "contact": _contacts(life),
        "leaving": _leaving(life, prospects),
        "dormancy": _dormancy(life, prospects),
        "bill": _bills(life),
        "movement": ((m.movement_id, m.issue.issue_id, m.tie) for m in life.movements if m.issue),
        "shopping": [(life.person.person_id, f"{life.orders_a_week:.6f}", len(life.orders))],
    }  # fmt: skip


def _issues(life: Life) -> Iterator[tuple[Any, ...]]:
    for issue in life.issues:
        about = [c for c in life.contacts if c.issue is issue and c.intent == "complaint"]
        amount = "" if issue.cents is None else f"{issue.cents / 100:.2f}"
        yield (issue.issue_id, issue.person.person_id, issue.cause.key, issue.severity, amount,
               issue.currency if amount else "", issue.happened_on,
               issue.person.city.name, len(about),
               sum(contact.filing is not None for contact in about))  # fmt: skip


def _contacts(life: Life) -> Iterator[tuple[Any, ...]]:
    for contact in life.contacts:
        yield (life.person.person_id, contact.number, contact.intent, contact.issue.issue_id if contact.issue else "",
               contact.topic.key, contact.channel, contact.at.isoformat(), contact.waited_s, contact.is_abandoned,
               contact.is_settled, contact.filing is not None)  # fmt: skip


def _bills(life: Life) -> Iterator[tuple[Any, ...]]:
    for statement in life.statements:
        bill = statement.bill
        yield (life.person.person_id, bill.due_on, f"{bill.late:.6f}", f"{bill.default:.6f}", bill.days_late,
               statement.statement_id, f"{statement.cents / 100:.2f}", statement.currency)  # fmt: skip


def _dormancy(life: Life, prospects: Prospects) -> Iterator[tuple[Any, ...]]:
    outlook = life.outlook
    if outlook is None:
        return
    for found in outlook.accounts:
        account = found.account
        is_activated = found.status in ("activated_never_used", "lapsed", "active")
        yield (account.account_id, life.person.person_id, account.kind, outlook.as_of, 7 * prospects.weeks,
               found.status, found.reason, f"{found.chance_of_use:.6f}", account.account_id in life.used_ahead,
               account.issued_on, account.activated_on if is_activated else None, found.last_used_on)  # fmt: skip


def _leaving(life: Life, prospects: Prospects) -> Iterator[tuple[Any, ...]]:
    outlook = life.outlook
    if outlook is None:
        return
    within = bool(life.left_on and life.left_on < prospects.until)
    yield (life.person.person_id, outlook.as_of, 7 * prospects.weeks, f"{outlook.leaves:.6f}", life.left or "stayed",
           life.left_on, within, outlook.last_active_on)  # fmt: skip
