"""A command as a process of its own: its seconds from outside, and the memory of all that it started."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY = 0.25  # seconds between two looks at the memory


class CommandError(RuntimeError):
    """A measured command failed: its figures would mean nothing."""


@dataclass
class Ran:
    """What a command took: seconds from its start to its end, and MiB at their most."""

    seconds: float
    python_mib: float = 0
    java_mib: float = 0
    workers_mib: float = 0
    output: str = field(default="", repr=False)


def run(*words: str | Path, log: Path) -> Ran:
    """Run Python with these words and wait for it; raise CommandError with the end of what it said if it fails."""
    started = time.monotonic()
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen([sys.executable, *map(str, words)], cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
        ran, done = Ran(0), threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, ran, done))
        watcher.start()
        try:
            code = process.wait()
        finally:
            ran.seconds = round(time.monotonic() - started, 2)
            done.set()
            watcher.join()
    ran.output = log.read_text(encoding="utf-8", errors="replace")
    if code:
        raise CommandError(f"python {' '.join(map(str, words))} ended with {code}:\n{ran.output[-2000:]}")
    return ran


def _watch(pid: int, ran: Ran, done: threading.Event) -> None:
    while not done.wait(EVERY):
        python, java, workers = _memory(pid)
        ran.python_mib = max(ran.python_mib, python)
        ran.java_mib = max(ran.java_mib, java)
        ran.workers_mib = max(ran.workers_mib, workers)


def _memory(root: int) -> tuple[float, float, float]:
    """Return the MiB of the driver's Python, of Java, and of all other Pythons below a process."""
    python = java = workers = 0.0
    for pid in _family(root):
        try:
            mib = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 2**20
            name = Path(f"/proc/{pid}/exe").readlink().name
        except (OSError, IndexError):
            continue  # it has ended since it was listed
        if pid == root:
            python = mib
        elif name == "java":
            # What Java starts is for a moment a second Java with the same memory.
            java = max(java, mib)
        elif name.startswith("python"):
            workers += mib
    return python, java, workers


def _family(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                after_name = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended since it was listed
            parents.setdefault(int(after_name[1]), []).append(int(place.name))
    family = [root]
    for pid in family:
        family.extend(parents.get(pid, ()))
    return family
