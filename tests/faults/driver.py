"""A driver as `python -m jobs` is, that kills itself and all that it started where a function is entered or left.

The first word says where: `enter` or `leave`, the function by its whole name and, where it is to be that of one table
alone, the table; `-` stands for nowhere.
"""

from __future__ import annotations

import functools
import os
import pkgutil
import signal
import sys
from collections.abc import Callable
from typing import Any

from jobs.runtime import cli


def die_at(moment: str) -> None:
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


if __name__ == "__main__":
    where = sys.argv.pop(1)
    if where != "-":
        die_at(where)
    cli.main()
