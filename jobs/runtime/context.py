"""What every command starts from: its settings, logs and console, and the lake, opened only when it is asked for."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from conf import settings as settings_module
from conf.read import FileRead
from conf.settings import Settings
from conf.source import Source, load_sources
from conf.tables import ALL
from jobs.runtime import logs

if TYPE_CHECKING:
    from jobs.runtime.lake import Lake
    from jobs.runtime.registry import Job


class UsageError(Exception):
    """A command that cannot be done as it is put; the message says what was expected."""


def console() -> Console:
    """Return where results are printed; lines keep their length in a pipe."""
    is_terminal = sys.stdout.isatty()
    return Console(width=None if is_terminal else 10_000, soft_wrap=not is_terminal)


@dataclass
class Context:
    """What a command works with. Importing Spark and the jobs takes a second, which --help does not need."""

    settings: Settings

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        return load_sources(tuple(Path(folder) for folder in self.settings.sources))

    @cached_property
    def jobs(self) -> list[Job]:
        from jobs.runtime import registry

        return registry.load(self.sources)

    @cached_property
    def lake(self) -> Lake:
        from jobs.runtime.lake import Lake

        return Lake(self.settings.lake, lambda: self.spark)

    @property
    def is_lake(self) -> bool:
        """Tell whether any run wrote into the lake's folder."""
        return any(self.lake.versions(table) for table in ALL.values())

    def refuse_absent_lake(self) -> None:
        """Raise UsageError where there is no lake to look into: a folder that is misspelt looks like an empty one."""
        if not self.is_lake:
            raise UsageError(f"there is no lake in {self.settings.lake}; give its folder with --lake")

    @cached_property
    def spark(self) -> Any:
        from jobs.runtime import session

        return session.create(self.settings.spark, is_small=self.is_small, on_s3=self.on_s3)

    @property
    def on_s3(self) -> bool:
        """Tell whether anything that is read or written lies on S3."""
        from jobs.runtime import s3

        paths = [getattr(source.read, "path", "") for source in self.__dict__.get("sources", ())]
        return any(map(s3.is_address, (self.settings.lake, self.settings.inbox, *paths)))

    @property
    def is_small(self) -> bool:
        """Tell whether all there is to be read lies in the lake and the inbox, and is little."""
        from jobs.runtime import session

        # A command that looks into the lake alone has read no descriptions.
        reads = [source.read for source in self.__dict__.get("sources", ())]
        # How much a database holds, or a place outside of the inbox, nobody knows before it was read.
        is_seen = all(isinstance(read, FileRead) and read.path.startswith("{inbox}/") for read in reads)
        is_local = self.settings.spark.master.startswith("local")
        return is_local and is_seen and session.is_small(self.settings.lake, self.settings.inbox)

    def tasks(self) -> str:
        """Say how far the stages are that Spark works on now; empty where it does not."""
        if "spark" not in self.__dict__:
            return ""
        tracker = self.spark.sparkContext.statusTracker()
        stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        done = sum(stage.numCompletedTasks for stage in stages if stage)
        total = sum(stage.numTasks for stage in stages if stage)
        return f"{done:,} of {total:,} tasks" if total else ""


def make(
    env: str, verbose: bool, as_of: str | None = None, overrides: list[str] | None = None, **given: Any
) -> Context:
    """Read the settings of a command; `given` are options that stand for a setting, None where not given."""
    logs.set_up(verbose=verbose)
    changes = []
    for key, value in given.items():
        if value == "":
            # As in --lake "$LAKE" without a LAKE: the folder one happens to stand in is not meant.
            raise UsageError(f"--{key} is empty: expected a path")
        if value is not None and value != []:
            changes.append(f"{key}={json.dumps(value)}")
    settings = settings_module.load(env, day(as_of), [*(overrides or ()), *changes])
    if settings.log_format == "json":
        logs.as_json()
    return Context(settings)


def day(as_of: str | None) -> date:
    """Return the day of --as-of; today in UTC where none is given."""
    if not as_of:
        return datetime.now(UTC).date()
    if ".." in as_of:
        raise UsageError(f"--as-of {as_of}: expected one date as 2026-01-31; A..B is for run and pipeline")
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise UsageError(f"--as-of {as_of!r}: expected a date as 2026-01-31") from None


def days(as_of: str | None, every: str | None) -> list[date]:
    """Return the days of --as-of A..B, each of them or the last of each month; one day where it is one."""
    if every not in (None, "day", "month"):
        raise UsageError(f"--every {every}: expected day or month")
    if ".." not in (as_of or ""):
        if every:
            raise UsageError(f"--every {every} goes with a span of days, as --as-of 2026-01-01..2026-03-31")
        return [day(as_of)]
    first, last = (day(part) if part else None for part in str(as_of).split("..", 1))
    if first is None or last is None or first > last:
        raise UsageError(f"--as-of {as_of}: expected two dates, the earlier first, as 2026-01-01..2026-03-31")
    if every is None:
        raise UsageError(f"--as-of {as_of}: say which days of it, with --every day or --every month")
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    chosen = [d for d in span if every == "day" or (d + timedelta(days=1)).day == 1]
    if not chosen:
        raise UsageError(f"--as-of {as_of} --every month: no month ends in that span")
    return chosen
