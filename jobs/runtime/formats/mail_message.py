"""One e-mail message: what a reader sees of it, what it says of itself, and the files that came with it."""

from __future__ import annotations

import binascii
import contextlib
import itertools
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesFeedParser
from typing import Any

from jobs.runtime import archives, objects
from jobs.runtime.archives import Limits
from jobs.runtime.formats import mail_text
from jobs.runtime.formats.mail_fields import BREAKS, Fields, Tolerant

DEEPEST, MOST_PARTS = 50, 1000
_CHUNK = 64 << 10
ROLES = {"from": "from", "sender": "sender", "reply_to": "reply-to", "to": "to", "cc": "cc", "bcc": "bcc"}
_IN_BRACKETS = re.compile(r"<([^<>]+)>")
_NO_NAMES = ("", ".", "..")


class NoMessageError(ValueError):
    """What cannot be taken for a message; the message is the reason kept with the record."""


class _Part(EmailMessage):
    """A message or a part of one, which refuses to grow beyond the number and depth of parts that mails have."""

    def __init__(self, policy: Any = None) -> None:
        super().__init__(policy)
        # All parts of a message take their number from one.
        self._depth, self._numbers = 0, itertools.count(1)

    def attach(self, payload: Any) -> None:
        payload._depth, payload._numbers = self._depth + 1, self._numbers
        if payload._depth > DEEPEST:
            raise NoMessageError(f"parts within parts, more than {DEEPEST} deep")
        if next(self._numbers) > MOST_PARTS:
            raise NoMessageError(f"more than {MOST_PARTS} parts")
        super().attach(payload)

    def is_attachment(self) -> bool:
        try:
            return super().is_attachment()
        except AttributeError:
            # The field is too broken to have properties.
            return self.get_content_disposition() == "attachment"


# Fields stay as written in a message that is kept as a file.
_POLICY = Tolerant(message_factory=_Part, refold_source="none")


class Reading:
    """One message on its way to a payload: its fields, then part by part, each decoded once."""

    def __init__(self, raw: bytes, zone: str, limits: Limits) -> None:
        self._message: Any = _parsed(raw)
        if not self._message.keys():
            packed = ": it is packed once more" if archives.is_packed(raw[:4]) else ""
            raise NoMessageError(f"no header field in it, so it is no e-mail message{packed}")
        self._fields, self._limits = Fields(self._message, zone), limits
        self._defects = self._fields.defects
        self._message_id = self._fields.id_of("message-id")
        self._parts: list[dict[str, Any]] = []
        self._attachments: list[dict[str, Any]] = []

    def payload(self) -> dict[str, Any]:
        """Return the payload of the message."""
        plain, html = self._body("plain"), self._body("html")
        if plain is None and html is None:
            plain = next(filter(_is_undivided, self._outer()), None)
        texts: dict[int, str] = {}
        for part in self._outer():
            if part.get_content_maintype() != "multipart" or _is_undivided(part):
                content = _content(part)
                self._take(part, content)
                if part is plain or part is html:
                    texts[id(part)] = self._text(part, content)
            kind = part.get_content_type()
            # What a defect itself tells is a piece of the message.
            self._defects += (f"{kind}: {(type(defect).__doc__ or '').strip()}" for defect in part.defects)
        values = self._of_fields() | self._of_body(plain, html, texts)
        return self._with_defects(values | {"parts": self._parts, "attachments": self._attachments})

    def _of_body(self, plain: _Part | None, html: _Part | None, texts: dict[int, str]) -> dict[str, Any]:
        """Return the text for a reader: the plain one, but where it is blank or missing that of the HTML."""
        body, body_html = texts.get(id(plain)), texts.get(id(html))
        part = plain
        if body_html is not None and not (body and body.strip()):
            body, part = mail_text.from_html(body_html), html
        charset = _charset(part) if part is not None else None
        language = str(part.get("content-language", "")).strip() if part is not None else ""
        return {
            "body": body,
            "body_html": body_html,
            "charset": charset,
            "language": self._fields.text("content-language") or language or None,
        }

    def _of_fields(self) -> dict[str, Any]:
        fields = self._fields
        date, received = fields.text("date"), fields.text("received")
        automatic = (fields.text("auto-submitted") or "no").partition(";")[0].strip().lower() != "no"
        bulk = (fields.text("precedence") or "").lower() in ("bulk", "list", "junk")
        listed = fields.text("list-id") or ""
        return {
            "message_id": self._message_id,
            "in_reply_to": fields.id_of("in-reply-to"),
            "references": fields.ids_of("references"),
            "subject": fields.first("subject"),
            "date": date,
            "sent_at": fields.moment("date", date),
            "received_at": fields.moment("received", received and received.rpartition(";")[2]),
            **{key: fields.parties(role) for key, role in ROLES.items()},
            "headers": fields.listed,
            "list_id": (_IN_BRACKETS.search(listed) or ["", listed])[1] or None,
            "mailer": fields.text("x-mailer") or fields.text("user-agent"),
            "is_automatic": automatic or bulk,
        }

    def _outer(self) -> Iterator[_Part]:
        """Yield the message and its parts, in their order, but not those of messages that it holds."""
        waiting: list[Any] = [self._message]
        while waiting:
            part = waiting.pop()
            yield part
            if part.get_content_maintype() == "multipart" and part.is_multipart():
                waiting += reversed(part.get_payload())

    def _body(self, kind: str) -> _Part | None:
        try:
            body: _Part | None = self._message.get_body((kind,))
        except BREAKS:
            texts = (p for p in self._outer() if p.get_content_type() == f"text/{kind}" and not p.is_attachment())
            body = next(texts, None)
        return body

    def _text(self, part: _Part, content: bytes) -> str:
        text, note = mail_text.decoded(content, _charset(part))
        if note:
            self._defects.append(f"{part.get_content_type()}: {note}")
        return text

    def _take(self, part: _Part, content: bytes) -> None:
        """Keep a part that is an attachment: one that is called so, has a name, or is no text."""
        filename, kind, disposition = _filename(part), part.get_content_type(), part.get_content_disposition()
        self._parts.append({
            "content_type": kind, "charset": _charset(part), "filename": filename, "disposition": disposition,
            "bytes": len(content),
        })  # fmt: skip
        if disposition != "attachment" and filename is None and kind.partition("/")[0] in ("text", "multipart"):
            return
        # It knows many kinds of files, by libraries that take long to load.
        from jobs.runtime.formats import media

        found = media.described(content, filename or "")
        if kind == "message/rfc822":
            found["mime"] = kind
        if self._limits.media:
            objects.store(self._limits.media, found["sha256"], content)
        number = len(self._attachments) + 1
        named = {"attachment_number": number, "filename": filename, "declared_type": kind}
        self._attachments.append(named | {k: v for k, v in found.items() if k != "name"} | {"bytes": len(content)})

    def _with_defects(self, values: dict[str, Any]) -> dict[str, Any]:
        written: dict[str, Any] = mail_text.whole(values)
        if written != values:
            self._defects.append("halves of characters that stand alone; replaced")
        return written | {"defects": list(dict.fromkeys(map(mail_text.whole, self._defects)))}


def _parsed(raw: bytes) -> Any:
    parser: Any = BytesFeedParser(policy=_POLICY)
    # message_from_bytes takes all of it into a text of four bytes a character first.
    for begin in range(0, len(raw), _CHUNK):
        parser.feed(raw[begin : begin + _CHUNK])
    return parser.close()


def _is_undivided(part: _Part) -> bool:
    """Return whether a part says that it is made of parts, but has none: then it is read as one text."""
    return part.get_content_maintype() == "multipart" and not part.is_multipart()


def _content(part: _Part) -> bytes:
    """Return the bytes of a part, decoded; of a message that it holds, or of several as in reports, as written."""
    if not part.is_multipart():
        content: Any = part.get_payload(decode=True)
        return content or b""
    held: list[Any] = part.get_payload()  # type: ignore[assignment]
    if not held[0].keys() and str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        # Not allowed for messages, and so left alone by the standard library; written all the same.
        with contextlib.suppress(ValueError):
            return binascii.a2b_base64(held[0].get_payload(decode=True))
    return b"".join(message.as_bytes() for message in held)


def _charset(part: _Part) -> str | None:
    try:
        return part.get_content_charset()
    except BREAKS:
        return None


def _filename(part: _Part) -> str | None:
    """Return the name of a part as that of a file in some folder, never one of another folder."""
    try:
        name = part.get_filename() or ""
    except BREAKS:
        return None
    base = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", mail_text.whole(name))[-1]).strip()
    return None if base in _NO_NAMES else base
