"""Progress for a person at a terminal, or one log line a job where nobody watches."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from rich.console import Console
from rich.status import Status
from rich.text import Text

from jobs.runtime import grids
from jobs.runtime.logs import Event
from jobs.runtime.pipeline import Outcome

log = logging.getLogger("reclamo360")
TIED = "\u00a0"
SIGNS = {
    "done": "[green]✓[/]",
    "current": "[dim]·[/]",
    "stale": "[yellow]![/]",
    "failed": "[red]✗[/]",
    "skipped": "[yellow]-[/]",
}


class Shown:
    """Shows the jobs that run, the seconds and Spark's tasks so far, then of each that ended its rows.

    A run over several days numbers the jobs through, as they end; `day` says which one a job speaks of.
    """

    def __init__(
        self,
        console: Console,
        total: int,
        tasks: Callable[[], str] = str,
        ended: Callable[[Outcome, str], None] = lambda outcome, day: None,
    ) -> None:
        """`tasks` says how far Spark is; `ended` hears of each job and its day as it ends."""
        self._console, self._total, self._tasks, self._ended = console, total, tasks, ended
        self._number = 0
        self._running: list[str] = []
        self._status: Status | None = None
        self.day = ""

    def start(self, job: str) -> None:
        self._running.append(self._named(job))
        if self._console.is_terminal and self._status is None:
            self._status = self._console.status(_Running(self._label, self._tasks))
            self._status.start()

    def end(self, outcome: Outcome) -> None:
        self._number += 1
        self._running.remove(self._named(outcome.job))
        if not self._running:
            self.close()
        self._ended(outcome, self.day)
        if self._console.is_terminal:
            self._print(outcome)
            return
        said = {
            "job": outcome.job,
            "as_of": self.day or None,
            "state": outcome.state,
            "seconds": round(outcome.seconds, 3),
        }
        log.info(Event("job", outcome.why, **said, **outcome.rows))

    def close(self) -> None:
        """Stop the spinner, which hides the cursor: also where a run is interrupted."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _label(self) -> str:
        return f"{self._numbered(self._number + 1)} {', '.join(self._running)}"

    def _numbered(self, number: int) -> str:
        return f"[{number:>{len(str(self._total))}}/{self._total}]"

    def _named(self, job: str) -> str:
        return f"{job} {self.day}".rstrip()

    def _print(self, outcome: Outcome) -> None:
        # A table and its count stay together where the line is wrapped.
        rows = ", ".join(f"{table}{TIED}{count:,}" for table, count in outcome.rows.items())
        note = rows if outcome.state == "done" else outcome.state
        # What a failed job says stands at the end of the run, where the eyes are.
        if outcome.why and outcome.state in ("skipped", "stale"):
            note += f": {outcome.why}"
        label = self._numbered(self._number)
        line = Text(f"{label} ") + Text.from_markup(
            f"{SIGNS[outcome.state]} {self._named(outcome.job):<{41 if self.day else 34}} {outcome.seconds:6.1f} s"
        )
        indent = " " * (len(label) + 3)
        if line.cell_len + 2 + len(note) <= self._console.width:
            line.append(f"  {note}")
        else:
            lines = grids.wrapped(note, self._console.width - len(indent))
            line.append("".join(f"\n{indent}{part}" for part in lines))
        self._console.print(Text(line.plain.replace(TIED, " "), spans=line.spans), soft_wrap=True)


class _Running:
    """What stands beside the spinner, said anew whenever it turns."""

    def __init__(self, label: Callable[[], str], tasks: Callable[[], str]) -> None:
        self._label, self._tasks = label, tasks
        self._started = self._asked = time.monotonic()
        self._said = ""

    def __rich__(self) -> Text:
        now = time.monotonic()
        if now - self._asked > 1:
            self._asked, self._said = now, self._tasks()
        return Text(f"{self._label()}  {now - self._started:.0f} s  {self._said}".rstrip())
