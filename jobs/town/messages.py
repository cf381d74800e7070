"""Messages of the mailbox: what their rows hold, and their bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from jobs.town import eml
from jobs.town.feed import Row

DOMAIN = "bancovalle.example.com"


@dataclass(frozen=True)
class Mail:
    """A message that the next one of its thread answers; its body is quoted where the bank wrote it."""

    message_id: str
    references: tuple[str, ...]
    at: datetime
    subject: str
    body: str
    is_of_bank: bool

    @property
    def subject_of_reply(self) -> str:
        return self.subject if self.subject.startswith("RE: ") else f"RE: {self.subject}"


def cells_of(
    sender: tuple[str, str], to: tuple[str, str], subject: str, number: str, domain: str, before: Mail | None
) -> dict[str, Any]:
    """Return what a row of a message holds; its times and its body are still to be added."""
    return {
        "message_id": f"<{number}@{domain.rpartition('@')[2]}>",
        "sender": sender,
        "to": to,
        "subject": subject,
        "in_reply_to": before.message_id if before else "",
        "references": (*before.references, before.message_id) if before else (),
        "html": "",
        "charset": "utf-8",
        "encoding": "8bit",
        "fields": (),
        "receipt": None,
        "is_empty": False,
    }


def sent(cells: dict[str, Any], at: datetime, body: str, *, is_of_bank: bool = False) -> Mail:
    """Return a message as the next one of its thread sees it; `body` is without what it quotes."""
    return Mail(cells["message_id"], cells["references"], at, cells["subject"], body, is_of_bank)


def written(row: Row) -> bytes:
    """Return the message of a row."""
    cells, charset = row.cells, row.cells["charset"]
    if cells["is_empty"]:
        return b""
    body = eml.text("plain", cells["body"] + "\n", charset, cells["encoding"])
    if cells["html"]:
        html = eml.text("html", cells["html"], charset, cells["encoding"])
        body = eml.together("alternative", f"=_alt_{row.record_id}", (body, html))
    if receipt := cells["receipt"]:
        file = eml.attached(receipt.name, receipt.mime, receipt.content())
        body = eml.together("mixed", f"=_mix_{row.record_id}", (body, file))
    return eml.written(eml.Part([*_head(cells), ("MIME-Version", "1.0"), *body.head], body.content))


def _head(cells: dict[str, Any]) -> Iterator[tuple[str, str]]:
    charset, received = cells["charset"], cells["received_at"]
    if received:
        server = cells["sender"][1].rpartition("@")[2]
        yield "Received", f"from {server} by mx1.{DOMAIN} with ESMTPS; {format_datetime(received)}"
    yield "Date", format_datetime(cells["sent_at"])
    yield "From", eml.address(cells["sender"], charset)
    yield "To", eml.address(cells["to"], charset)
    if cells["subject"]:
        yield eml.words("Subject", cells["subject"], charset)
    if cells["message_id"]:
        yield "Message-ID", cells["message_id"]
    if cells["in_reply_to"]:
        yield "In-Reply-To", cells["in_reply_to"]
        yield "References", "\r\n ".join(cells["references"])
    yield from cells["fields"]
