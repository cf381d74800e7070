"""A mail as bytes, its boundaries given: what the library draws at random would be another mail each time."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr
from functools import lru_cache
from html import escape

Head = list[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """A body with its own head; of a text `\n` ends lines, and `encoding` is that of the transfer."""

    head: Head
    content: bytes


def text(kind: str, body: str, charset: str, encoding: str) -> Part:
    """Return a text part; `encoding` is quoted-printable, base64 or 8bit."""
    raw = body.replace("\n", "\r\n").encode(charset)
    head = [("Content-Type", f'text/{kind}; charset="{charset}"'), ("Content-Transfer-Encoding", encoding)]
    return Part(head, _encoded(raw, encoding))


def html_of(body: str, *, quote: str = "") -> str:
    """Return a text as a mail program writes it in HTML, what it quotes set apart."""
    quoted = f'<blockquote type="cite">{_lines(quote)}</blockquote>' if quote else ""
    return f"<html><body><div>{_lines(body)}</div>{quoted}</body></html>\n"


def attached(name: str, mime: str, content: bytes) -> Part:
    head = [
        ("Content-Type", f'{mime}; name="{name}"'),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", f'attachment; filename="{name}"'),
    ]
    return Part(head, _encoded(content, "base64"))


def together(kind: str, boundary: str, parts: Iterable[Part]) -> Part:
    """Return parts as one: `alternative` or `mixed`."""
    opened = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), written(part)) for part in parts)
    head = [("Content-Type", f'multipart/{kind}; boundary="{boundary}"')]
    return Part(head, opened + b"--%s--\r\n" % boundary.encode())


def written(part: Part) -> bytes:
    """Return the part with its head, which must be ASCII."""
    head = "".join(f"{name}: {value}\r\n" for name, value in part.head)
    return head.encode("ascii") + b"\r\n" + part.content


@lru_cache(1000)
def words(name: str, value: str, charset: str) -> tuple[str, str]:
    """Return a field whose value may have any letter."""
    return name, value if value.isascii() else Header(value, charset, header_name=name).encode(linesep="\r\n")


def address(party: tuple[str, str], charset: str) -> str:
    """Return a name, which may be empty, and a mailbox."""
    return formataddr(party, charset)


def _encoded(raw: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(raw).replace(b"\n", b"\r\n")
    return binascii.b2a_qp(raw, istext=True) if encoding == "quoted-printable" else raw


def _lines(body: str) -> str:
    return "<br>\n".join(escape(line) for line in body.split("\n"))
