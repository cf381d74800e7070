"""Secrets in configuration: written as ${env:NAME} or ${file:PATH}, never as a literal."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SECRET_KEY = re.compile(
    r"""
    ( password | passwd | passphrase | (^|[._-])pwd | secret
    | (secret|access|account|shared|api|private)[._-]?key | access[._-]?key[._-]?id | connection[._-]?string
    | (^|(?<!null)[._-])token | (access|session|refresh|auth|sas)token | (?-i:[a-z]Token)
    )$
    # Azure ends its names in the account's host, and a SAS token's begins with container or account.
    | azure\S*\.(account\.key|secret|password|fixed\.token|refresh\.token)(\.(?!endpoint)\S+)?$
    | azure\.sas\.(?!token\.provider|fixed\.token)\S+$
    """,
    re.IGNORECASE | re.VERBOSE,
)
# In a value: user:password@ of a URL, user/password@ of Oracle, password=, AccountKey= or sig= of a connection string.
_SECRET_VALUE = re.compile(
    r"""
    ://[^/\s:@]*:[^/\s@]+@
    | jdbc:oracle:\w+:[^/\s@]*/[^\s@]+@
    | (password|passwd|passphrase|\bpwd|secret|(secret|access|account|shared)[._-]?(access)?[._-]?key
      |access[._-]?key[._-]?id|signature|\bsig|token)=[^\s;&,'"]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_REFERENCE = re.compile(r"\$\{(?P<kind>env|file):(?P<name>[^}]+)\}")


class SecretError(Exception):
    """A secret that is written out, or a reference that leads nowhere; the message never shows a value."""


def literal_secrets(values: Any, place: str = "") -> Iterator[str]:
    """Yield the place of every secret that is written out: the value of a key that names one, or a part of a text."""
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
    elif isinstance(values, str) and _SECRET_VALUE.search(_REFERENCE.sub("", values)):
        yield place


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


def masked(text: str, values: Any) -> str:
    """Return a text with *** for everything that the references in `values` lead to."""
    found = {resolved(match[0]) for match in _REFERENCE.finditer(str(values))}
    for secret in sorted(filter(None, found), key=len, reverse=True):
        # A user named sa is not to be found in every message.
        whole = rf"(?<!\w){secret}(?!\w)" if secret.isalnum() else re.escape(secret)
        text = re.sub(whole, "***", text)
    return text


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
