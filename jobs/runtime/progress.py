"""Progress for a person at a terminal, or one log line a job where nobody watches."""

from __future__ import annotations

import logging

from rich.console import Console
from rich.status import Status

from jobs.runtime.pipeline import Outcome

log = logging.getLogger("reclamo360")
SIGNS = {
    "done": "[green]✓[/]",
    "current": "[dim]·[/]",
    "stale": "[yellow]![/]",
    "failed": "[red]✗[/]",
    "skipped": "[yellow]-[/]",
}


class Shown:
    """Shows each job as it runs: its number of all, its rows and seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._label = ""

    def start(self, job: str, number: int, total: int) -> None:
        self._label = f"[{number:>2}/{total}]"
        if self._console.is_terminal:
            self._status = self._console.status(f"{self._label} {job} …")
            self._status.start()

    def end(self, outcome: Outcome) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
        rows = " ".join(f"{table} {count:,}" for table, count in outcome.rows.items())
        if not self._console.is_terminal:
            log.info("event=job job=%s state=%s seconds=%.1f %s %s", outcome.job, outcome.state, outcome.seconds,
                     " ".join(f"{t}={n}" for t, n in outcome.rows.items()), outcome.why)  # fmt: skip
            return
        sign = SIGNS[outcome.state]
        note = rows if outcome.state == "done" else outcome.state
        self._console.print(
            f"{self._label} {sign} {outcome.job:<34} {outcome.seconds:5.1f} s  {note}", highlight=False, soft_wrap=True
        )
        if outcome.why and outcome.state in ("failed", "skipped", "stale"):
            self._console.print(f"        {outcome.why}", highlight=False, markup=False, soft_wrap=True)
