"""Makes a lake older than it is: the times of its files and those that its logs tell."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

TIMES = ("timestamp", "modificationTime", "deletionTimestamp", "createdTime")


def age(lake: Path, by: timedelta) -> None:
    """Put all that happened in a lake back by so much; its logs must still begin with their first commits."""
    for path in sorted(lake.rglob("*")):
        if path.parent.name == "_delta_log" and path.suffix != ".json":
            # Checkpoints and checksums repeat what the commits say.
            path.unlink(missing_ok=True) if path.is_file() else None
            continue
        if path.name.endswith(".crc") or path.name == "_last_checkpoint":
            path.unlink()
            continue
        if not path.is_file():
            continue
        before = path.stat()
        if path.parent.name == "_delta_log":
            lines = [_older(json.loads(line), by) for line in path.read_text().splitlines()]
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        then = before.st_mtime - by.total_seconds()
        os.utime(path, (then, then))


def _older(action: Any, by: timedelta) -> Any:
    if isinstance(action, dict):
        return {
            key: value - int(by.total_seconds() * 1000)
            if key in TIMES and isinstance(value, int)
            else _older(value, by)
            for key, value in action.items()
        }
    return action
