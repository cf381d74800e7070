"""What truly became of people: their problems and contacts, who leaves, which cards lie idle, which bills are late."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jobs.town import files, parameters
from jobs.town.life import Life
from jobs.town.money import Account
from jobs.town.prospects import HORIZON_DAYS
from jobs.town.world import World

HEADERS = {
    "problem": ("issue_id", "person_id", "cause", "severity", "amount", "currency", "happened_on", "city", "contacts",
                "filings"),
    "contact": ("issue_id", "contact", "channel", "at", "waited_s", "is_abandoned", "is_settled", "is_filed"),
    "leaving": ("person_id", "as_of", "horizon_days", "probability", "left", "left_on", "is_within_horizon",
                "last_active_on"),
    "dormancy": ("account_id", "person_id", "kind", "as_of", "status", "reason", "probability_of_use", "issued_on",
                 "activated_on", "last_used_on", "closed_on"),
    "bill": ("person_id", "due_on", "probability_late", "probability_default", "days_late"),
}  # fmt: skip


def written(folder: Path, lives: Iterable[Life], world: World, *, at: datetime) -> Iterator[Life]:
    """Write what became of each person to `folder`, and pass them on one by one."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.csv" for name in HEADERS}
    with ExitStack() as stack:
        writers = {}
        for name, path in paths.items():
            writers[name] = csv.writer(stack.enter_context(path.open("w", encoding="utf-8", newline="")))
            writers[name].writerow(HEADERS[name])
        for life in lives:
            for name, rows in _tables(life, world).items():
                writers[name].writerows(rows)
            yield life
    for path in paths.values():
        files.stamp(path, at)


def story(world: World) -> dict[str, Any]:
    """Return what happened whoever one is: incidents, offers, the cause that emerged, the one that was fixed."""
    return {
        "start": world.start.isoformat(),
        "days": world.days,
        "incidents": [
            {"cause": i.cause.key, "city": i.city, "first_day": i.first_day, "last_day": i.last_day,
             "daily_rate": round(i.daily_rate, 5)}
            for i in world.incidents
        ],
        "offers": {city: sorted(weeks) for city, weeks in world.offers.items()},
        "emerging": {"cause": parameters.EMERGING_CAUSE, "from_day": round(parameters.EMERGES_AFTER * world.days)},
        "fixed": {"cause": parameters.FIXED_CAUSE, "from_day": round(parameters.FIXED_AFTER * world.days),
                  "share_left": parameters.LEFT_AFTER_FIX},
        "employees": {e.employee_id: round(e.skill, 4) for e in world.employees},
    }  # fmt: skip


def _tables(life: Life, world: World) -> dict[str, Iterable[tuple[Any, ...]]]:
    person_id = life.person.person_id
    return {
        "problem": _problems(life),
        "contact": _contacts(life),
        "leaving": _leaving(life),
        "dormancy": (_dormancy(account, person_id, world.end) for account in life.accounts),
        "bill": ((person_id, b.due_on, f"{b.late:.6f}", f"{b.default:.6f}", b.days_late) for b in life.bills),
    }  # fmt: skip


def _problems(life: Life) -> Iterator[tuple[Any, ...]]:
    for issue in life.issues:
        about = [contact for contact in life.contacts if contact.issue is issue]
        amount = "" if issue.cents is None else f"{issue.cents / 100:.2f}"
        yield (issue.issue_id, issue.person.person_id, issue.cause.key, issue.severity, amount,
               issue.currency if amount else "", issue.happened_on,
               issue.person.city.name, len(about),
               sum(contact.filing is not None for contact in about))  # fmt: skip


def _contacts(life: Life) -> Iterator[tuple[Any, ...]]:
    for number, contact in enumerate(life.contacts, start=1):
        yield (contact.issue.issue_id, number, contact.channel, contact.at.isoformat(), contact.waited_s,
               contact.is_abandoned, contact.is_settled, contact.filing is not None)  # fmt: skip


def _dormancy(account: Account, person_id: str, on: date) -> tuple[Any, ...]:
    status = account.status(on)
    is_new = status == "never_activated" and account.activated_on
    return (account.account_id, person_id, account.kind, on, status, "just_issued" if is_new else account.idle_reason,
            f"{account.chance_of_use():.6f}", account.issued_on, None if is_new else account.activated_on,
            account.last_used_on, account.closed_on)  # fmt: skip


def _leaving(life: Life) -> Iterator[tuple[Any, ...]]:
    outlook = life.outlook
    if outlook is None or life.person.joined_on > outlook.as_of or (life.left_on and life.left_on <= outlook.as_of):
        return
    within = bool(life.left_on and (life.left_on - outlook.as_of).days <= HORIZON_DAYS)
    yield (life.person.person_id, outlook.as_of, HORIZON_DAYS, f"{outlook.leaves:.6f}", life.left or "stayed",
           life.left_on, within, outlook.last_active_on)  # fmt: skip
