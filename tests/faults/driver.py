"""A driver as `python -m jobs` is, that may kill itself and all that it started where a function is entered or left."""

from __future__ import annotations

import functools
import os
import pkgutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jobs.runtime import cli

ROOT = Path(__file__).resolve().parents[2]


def run(words: Sequence[str], said: Path, moment: str) -> None:
    """Run a command in a session of its own, until the moment at which it kills itself, if there is one.

    `moment` is `enter` or `leave`, a function by its whole name and, where it is to be that of one table alone, the
    table, with `:` between them.
    """
    os.setsid()
    os.chdir(ROOT)
    with said.open("wb") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    if moment:
        _die_at(moment)
    sys.argv = ["jobs", *words]
    cli.main()


def _die_at(moment: str) -> None:
    """Put the end of the process into the function that `moment` names."""
    when, name, table = f"{moment}::".split(":")[:3]
    place, _, function = name.rpartition(".")
    owner = pkgutil.resolve_name(place)
    real: Callable[..., Any] = getattr(owner, function)

    @functools.wraps(real)
    def dying(*arguments: Any, **named: Any) -> Any:
        if table and table not in (getattr(value, "name", None) for value in arguments):
            return real(*arguments, **named)
        if when == "leave":
            real(*arguments, **named)
        os.killpg(0, signal.SIGKILL)
        raise AssertionError("a process that was killed goes on")

    setattr(owner, function, dying)
