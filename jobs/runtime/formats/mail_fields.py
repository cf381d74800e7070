"""Header fields of e-mail: decoded texts, times, ids and parties; what cannot be read is said and never raised."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import HeaderRegistry
from email.message import Message
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jobs.runtime.formats import mail_text

# What the parser of the standard library raises on fields that are broken enough.
BREAKS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MessageError, RecursionError, TypeError, ValueError,
)  # fmt: skip
# Its parser of fields takes time by the square of their length.
_LONGEST_PARSED, _LONGEST_DECODED = 8 << 10, 16 << 10
_YEARS = range(1970, 2101)
_UNSTRUCTURED = HeaderRegistry(use_default_map=False)
_ID = re.compile(r"<([^<>]*)>")
_BREAK = re.compile(r"[\r\n]")
Party = dict[str, str | None]


class Tolerant(EmailPolicy):
    """The default policy, which gives the text of a field, without properties, where that is too broken or long."""

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return _parsed(name, value) if len(value) <= _LONGEST_PARSED else _text_of(value[:_LONGEST_PARSED])[0]


# The parser is asked several times for a field, and most mails of a sender have the same types.
@lru_cache(1024)
def _parsed(name: str, value: str) -> Any:
    text = _text_of(value)[0]
    try:
        return policy.default.header_fetch_parse(name, text)
    except BREAKS:
        return text


def _text_of(value: str) -> tuple[str, str | None]:
    """Return the text of a field in one line, and what was done with bytes outside of ASCII that are not UTF-8."""
    line = _BREAK.sub("", value)
    if line.isascii():
        return line, None
    text, note = mail_text.decoded(line.encode("utf-8", "surrogateescape"), "utf-8")
    return text, note and f"bytes outside of ASCII, {note}"


class Fields:
    """The fields of one message; `defects` gathers what could not be read as it should be.

    `listed` has every field as written, {name, value}, in order, with its encoded words decoded.
    """

    def __init__(self, message: Message[Any, Any], zone: str) -> None:
        self._message, self._zone = message, ZoneInfo(zone)
        self.defects: list[str] = []
        self.listed = [{"name": name, "value": self._decoded(name, value)} for name, value in message.raw_items()]

    def first(self, name: str) -> str | None:
        """Return the value of the first field of a name as it is, also a blank one; None where there is none."""
        return next((field["value"] for field in self.listed if field["name"].lower() == name), None)

    def text(self, name: str) -> str | None:
        """Return the value of the first field of a name without blanks around it, None where nothing is left."""
        return (self.first(name) or "").strip() or None

    def id_of(self, name: str) -> str | None:
        """Return the id of a message that a field names, as `<left@right>` without blanks.

        Old programs write words about it: those behind the id begin with it, those before may name a person first.
        """
        text = self.text(name) or ""
        if found := _ids(text):
            return found[0] if text.startswith("<") else found[-1]
        bare = text.strip("<>")
        return f"<{bare}>" if bare and not re.search(r"\s", bare) else None

    def ids_of(self, name: str) -> list[str]:
        """Return all ids that the fields of a name hold, each once, in their order."""
        texts = (field["value"] for field in self.listed if field["name"].lower() == name)
        return list(dict.fromkeys(found for text in texts for found in _ids(text)))

    def parties(self, role: str) -> list[Party]:
        """Return the people of a field as {name, address}, those of groups one by one; what is missing is None.

        A field in which nobody can be found gives its text as a name.
        """
        values = [_text_of(value)[0] for name, value in self._message.raw_items() if name.lower() == role]
        if sum(map(len, values)) <= _LONGEST_PARSED:
            try:
                parsed = [policy.default.header_fetch_parse(role, value) for value in values]
                found = [(party.display_name, party.addr_spec) for field in parsed for party in field.addresses]
                return self._people(role, found, values)
            except BREAKS:
                self.defects.append(f"{role}: broken; its addresses are read one by one")
        try:
            found = [(self._decoded(role, name), address) for name, address in getaddresses(values)]
        except BREAKS:
            found = [("", "<>")]
        return self._people(role, found, values)

    def _people(self, role: str, found: list[tuple[str, str]], values: list[str]) -> list[Party]:
        people = [{"name": name or None, "address": None if address in ("", "<>") else address}
                  for name, address in found]  # fmt: skip
        named = [party for party in people if any(party.values())]
        if len(named) < len(people) and not named and (text := " ".join(values).strip(" <>;:,")):
            self.defects.append(f"{role}: no address in it; its text is taken as a name")
            return [{"name": self._decoded(role, text), "address": None}]
        return named

    def moment(self, name: str, text: str | None) -> str | None:
        """Return a date as written in mails in ISO 8601 of UTC, None where there is none or an impossible one.

        A time without a zone, or of an unknown one, is of the zone that the feed declares.
        """
        if text is None:
            return None
        try:
            moment = self._in_utc(name, text, parsedate_to_datetime(text))
        except BREAKS:
            self.defects.append(f"{name}: no date that can be read")
            return None
        if moment.year not in _YEARS:
            self.defects.append(f"{name}: the year {moment.year} is taken as impossible")
            return None
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _in_utc(self, name: str, text: str, moment: datetime) -> datetime:
        if moment.year not in _YEARS:
            return moment
        if moment.tzinfo is None:
            # -0000 says that the time is UTC, and nothing of the place.
            is_utc = re.search(r"-0000\b", text) is not None
            moment = moment.replace(tzinfo=UTC if is_utc else self._zone)
            if not is_utc:
                self.defects.append(f"{name}: no zone that is known; taken as {self._zone.key}")
        return moment.astimezone(UTC)

    def _decoded(self, name: str, value: str) -> str:
        text, note = _text_of(value)
        if note:
            self.defects.append(f"{name.lower()}: {note}")
        if "=?" not in text:
            return text
        if len(text) > _LONGEST_DECODED:
            self.defects.append(f"{name.lower()}: more than {_LONGEST_DECODED} characters; left as it is written")
            return text
        try:
            return str(_UNSTRUCTURED(name, text))
        except BREAKS:
            self.defects.append(f"{name.lower()}: encoded words that cannot be decoded; left as they are written")
            return text


def _ids(text: str) -> list[str]:
    return [f"<{inner}>" for found in _ID.findall(text) if (inner := "".join(found.split()))]
