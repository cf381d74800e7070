"""Log lines that carry what they say as fields: words for a person, or one JSON object a line for a machine."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

log = logging.getLogger("reclamo360")


class Event:
    """What a log line says: its name, its fields as they are, and where fields do not do, a sentence.

    It is given to a logger in place of a message: `log.info(Event("verify", source="cases", files=3))`.
    """

    def __init__(self, event: str, said: str = "", **fields: Any) -> None:
        self.event, self.said = event, said
        self.fields = {name: value for name, value in fields.items() if value is not None}

    def __str__(self) -> str:
        words = [f"event={self.event}", *(f"{name}={_word(value)}" for name, value in self.fields.items()), self.said]
        return " ".join(word for word in words if word)


def _word(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    text = str(value)
    return repr(text) if isinstance(value, str) and (not text or " " in text) else text


class JsonLine(logging.Formatter):
    """Makes one JSON object of a record: ts (UTC), level, event, its fields, message; a traceback where there is one.

    What libraries log has the event `log` and the name of its logger.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if isinstance(record.msg, Event):
            line |= {"event": record.msg.event, **record.msg.fields}
            line |= {"message": record.msg.said} if record.msg.said else {}
        else:
            line |= {"event": "log", "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        # A new line within a text is \n there, so that a line stays a line.
        return json.dumps(line, ensure_ascii=False, default=str)


class _Lines(logging.Handler):
    """Writes to stderr as it is now: while a spinner turns, it lets lines pass above itself."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr, flush=True)


def set_up(*, verbose: bool) -> None:
    """Write log lines to stderr; at a terminal only what is worth a look, for progress is shown there."""
    handler = _Lines()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    # Libraries speak up only when something is wrong.
    handler.addFilter(lambda record: record.name.startswith("reclamo360") or record.levelno >= logging.WARNING)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    quiet = sys.stdout.isatty() and not verbose
    log.setLevel(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)


def as_json() -> None:
    """Write every line from here on as JSON, Python's own warnings among them."""
    logging.captureWarnings(True)
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Lines):
            handler.setFormatter(JsonLine())


def tell(text: str, event: Event, error: BaseException | None = None) -> None:
    """Say on stderr what ends a command: as a paragraph, or, where lines are JSON, as an event.

    `error` is the one whose traceback is to be shown.
    """
    if any(isinstance(handler.formatter, JsonLine) for handler in logging.getLogger().handlers):
        log.error(event, exc_info=error)
    elif error is not None:
        traceback.print_exception(error)
    else:
        print(text, file=sys.stderr)
