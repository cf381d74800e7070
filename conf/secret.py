"""Secrets in configuration: written as ${env:NAME} or ${file:PATH}, never as a literal."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SECRET_KEY = re.compile(
    r"(password|passwd|secret([._-]?key)?|(^|[._-])token|access[._-]?key|private[._-]?key)$", re.IGNORECASE
)
_REFERENCE = re.compile(r"\$\{(?P<kind>env|file):(?P<name>[^}]+)\}")


class SecretError(Exception):
    """A secret that is written out, or a reference that leads nowhere; the message never shows a value."""


def literal_secrets(values: Any, place: str = "") -> Iterator[str]:
    """Yield the place of every key that names a secret and whose value is written out."""
    if isinstance(values, dict):
        for key, value in values.items():
            here = f"{place}.{key}" if place else str(key)
            if not isinstance(value, dict) and value and _SECRET_KEY.search(str(key)):
                if not (isinstance(value, str) and _REFERENCE.fullmatch(value)):
                    yield here
                continue
            yield from literal_secrets(value, here)
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from literal_secrets(value, f"{place}[{index}]")


def refuse_literals(values: Any, file: str) -> None:
    """Raise SecretError where a password or key is written out in a file."""
    if places := list(literal_secrets(values)):
        raise SecretError(
            f"{file}: {', '.join(places)} holds a secret in plain text; "
            "write ${env:NAME} or ${file:PATH} and keep the value outside"
        )


def resolved(values: Any) -> Any:
    """Return the values with every ${env:NAME} and ${file:PATH} replaced by what it refers to."""
    if isinstance(values, dict):
        return {key: resolved(value) for key, value in values.items()}
    if isinstance(values, list):
        return [resolved(value) for value in values]
    return _REFERENCE.sub(_referred, values) if isinstance(values, str) else values


def _referred(match: re.Match[str]) -> str:
    name = match["name"]
    if match["kind"] == "env":
        if name not in os.environ:
            raise SecretError(f"${{env:{name}}}: the environment has no variable {name}; export it and try again")
        return os.environ[name]
    path = Path(name)
    if not path.is_file():
        raise SecretError(f"${{file:{name}}}: there is no such file; put the secret there, readable by this user only")
    return path.read_text(encoding="utf-8").strip()
