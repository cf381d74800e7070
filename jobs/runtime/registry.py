"""The jobs: what each reads, writes and is made of, and the order that follows."""

from __future__ import annotations

import ast
import hashlib
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jobs
from conf.source import Source
from conf.table import Table
from conf.tables import ALL
from jobs.runtime.session import ROOT

PACKAGES = ("conf", "transformations", "expectations", "ml", "jobs")


@dataclass(frozen=True)
class Job:
    """One job: a module with READS, WRITES and run; `sources` are the descriptions it is made from.

    `primary` are the outputs whose logs are its watermark; the others (quarantine, counts) are written before them.
    """

    name: str
    reads: tuple[Table, ...]
    writes: tuple[Table, ...]
    primary: tuple[Table, ...]
    run: Callable[[Any, Any], None]
    sources: tuple[Source, ...]
    lands: bool
    target: Table | None
    first_line: str
    rebuilds: bool = False

    @property
    def is_idle(self) -> bool:
        """True where the job refines a table that no source gives."""
        return self.target is not None and not self.sources

    @property
    def is_snapshot(self) -> bool:
        return any(table.kind == "snapshot" for table in self.primary)

    @property
    def is_journal(self) -> bool:
        """True where what was written is never made anew."""
        return not self.rebuilds and any(table.kind == "journal" for table in self.primary)

    @property
    def code(self) -> str:
        """Hash of the job's module, of every module of ours that it imports, its sources and its contracts."""
        parts = [_module_code(f"jobs.{self.name}")]
        parts += sorted(source.text for source in self.sources)
        parts += [table.schema for table in self.primary]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def load(sources: Iterable[Source]) -> list[Job]:
    """Return every job in the order that reads and writes demand; a cycle or a second writer is an error."""
    sources = tuple(sources)
    modules = [m.name for m in pkgutil.iter_modules(jobs.__path__) if not m.ispkg and not m.name.startswith("_")]
    found = [_job(name, sources) for name in modules]
    return _ordered([job for job in found if job is not None])


def _job(name: str, sources: tuple[Source, ...]) -> Job | None:
    module = importlib.import_module(f"jobs.{name}")
    if not hasattr(module, "WRITES"):
        return None
    target: Table | None = getattr(module, "TARGET", None)
    lands = getattr(module, "LANDS", False)
    used = sources if lands or getattr(module, "ALL_SOURCES", False) else ()
    reads = tuple(module.READS)
    if target is not None:
        used = tuple(s for s in sources if target.name in s.gives)
    if not lands and used:
        reads += tuple(ALL[name] for name in sorted({s.lands_in for s in used}) if ALL[name] not in reads)
    primary = tuple(getattr(module, "PRIMARY", ())) or tuple(
        t for t in module.WRITES if t.layer != "ops" or len(module.WRITES) == 1
    )
    doc = (module.__doc__ or "").strip().splitlines()
    rebuilds = getattr(module, "REBUILDS", False)
    first = doc[0] if doc else ""
    return Job(name, reads, tuple(module.WRITES), primary, module.run, used, lands, target, first, rebuilds)


def _ordered(found: list[Job]) -> list[Job]:
    writer: dict[str, Job] = {}
    for job in found:
        for table in job.primary:
            if table.name in writer:
                raise ValueError(
                    f"{table.name} is written by {writer[table.name].name} and {job.name}: one writer a table"
                )
            writer[table.name] = job
    ordered: list[Job] = []
    waiting = sorted(found, key=lambda j: j.name)
    while waiting:
        done = {job.name for job in ordered}
        ready = [j for j in waiting if all(_before(j, t, writer, done, found) for t in j.reads)]
        if not ready:
            raise ValueError(f"jobs read each other in a circle: {[j.name for j in waiting]}")
        ordered.append(ready[0])
        waiting.remove(ready[0])
    return ordered


def _before(job: Job, table: Table, writer: dict[str, Job], done: set[str], found: list[Job]) -> bool:
    # Tables that several jobs add to (quarantine, counts) are read after all of them.
    writers = [writer[table.name]] if table.name in writer else [j for j in found if table in j.writes]
    return all(w.name in done or w.name == job.name for w in writers)


@cache
def _module_code(name: str) -> str:
    """Return the text of a module, of every module of ours that it imports, and of the definitions they load."""
    seen: dict[str, str] = {}
    visited: set[str] = set()
    waiting = [name]
    while waiting:
        module = waiting.pop()
        path = _file(module)
        if module in visited or path is None or module.startswith(("conf.tables", "conf.settings")):
            continue
        visited.add(module)
        text = path.read_text(encoding="utf-8")
        # How the runtime moves rows is not what they mean; refining decides which, and what it imports.
        if not module.startswith("jobs.runtime") or module == "jobs.runtime.refining":
            seen[module] = text
        if not module.startswith("jobs.runtime") or module in ("jobs.runtime.refining", "jobs.runtime.landing"):
            waiting += _imported(text)
    code = "\0".join(seen[module] for module in sorted(seen))
    definitions = sorted(set(re.findall(r"definitions\.load\(\"(\w+)\"\)", code)))
    return "\0".join(
        [code, *((ROOT / "conf" / "definitions" / f"{d}.yaml").read_text(encoding="utf-8") for d in definitions)]
    )


def _file(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _imported(text: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in found if name.split(".")[0] in PACKAGES]
