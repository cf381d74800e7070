"""The jobs: what each reads, writes and is made of, and the order that follows."""

from __future__ import annotations

import ast
import hashlib
import importlib
import pkgutil
import re
import threading
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jobs
from conf.source import Source
from conf.table import Table
from conf.tables import ALL, ops, silver
from expectations.rules import RowRule
from expectations.suites import RULES
from jobs import refine
from jobs.runtime.session import ROOT

# Python 3.11 counts how deep a parser is for all threads together, and fails where two parse at once.
_PARSING = threading.Lock()
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
    # It runs only where it is named: no table waits for it.
    by_name: bool = False
    rules: tuple[RowRule, ...] = ()
    # Where several jobs are made of one module, its name differs from theirs.
    module: str = ""

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
        parts = [_module_code(f"jobs.{self.module or self.name}"), repr(self.rules)]
        parts += sorted(source.text for source in self.sources)
        parts += [table.schema for table in self.primary]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def load(sources: Iterable[Source]) -> list[Job]:
    """Return every job in the order that reads and writes demand; a cycle or a second writer is an error."""
    sources = tuple(sources)
    modules = [m.name for m in pkgutil.iter_modules(jobs.__path__) if not m.ispkg and not m.name.startswith("_")]
    found = [job for name in modules if (job := _job(name, sources)) is not None]
    refined = {job.target for job in found}
    given = (table for table in ALL.values() if table.computed and table not in refined)
    return _ordered([*found, *(_refine(table, sources) for table in given)])


def _refine(target: Table, sources: tuple[Source, ...]) -> Job:
    """Return the job of a table that sources give and that has no module of its own."""
    used = tuple(s for s in sources if target.name in s.gives)
    reads = (silver.CUSTOMER_XREF,) if "customer_id" in target.computed else ()
    return Job(
        name=f"refine_{target.name.split('.')[1]}",
        reads=_with_bronze(reads, used),
        writes=(target, ops.QUARANTINE_RECORD, ops.BATCH_RUN),
        primary=(target,),
        run=refine.run,
        sources=used,
        lands=False,
        target=target,
        first_line=f"Refine {target.comment}.",
        rules=RULES.get(target, ()),
        module="refine",
    )


def _with_bronze(reads: tuple[Table, ...], sources: tuple[Source, ...]) -> tuple[Table, ...]:
    landed = (ALL[name] for name in sorted({source.lands_in for source in sources}))
    return (*reads, *(table for table in landed if table not in reads))


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
    if not lands:
        reads = _with_bronze(reads, used)
    primary = tuple(getattr(module, "PRIMARY", ())) or tuple(
        t for t in module.WRITES if t.layer != "ops" or len(module.WRITES) == 1
    )
    doc = (module.__doc__ or "").strip().splitlines()
    rebuilds = getattr(module, "REBUILDS", False)
    first = doc[0] if doc else ""
    rules = RULES.get(target, ()) if target is not None else ()
    by_name = getattr(module, "BY_NAME", False)
    return Job(name, reads, tuple(module.WRITES), primary, module.run, used, lands, target, first, rebuilds, by_name,
               rules)  # fmt: skip


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
    texts = (_opened(ROOT).joinpath(f"conf/definitions/{d}.yaml").read_text(encoding="utf-8") for d in definitions)
    return "\0".join([code, *texts])


@cache
def _opened(root: Path) -> Path | zipfile.Path:
    """Return where our packages lie, to be read from: the checkout, or the zip that spark-submit was given."""
    return zipfile.Path(root) if root.is_file() else root


def _file(module: str) -> Path | zipfile.Path | None:
    path = module.replace(".", "/")
    candidates = (_opened(ROOT).joinpath(file) for file in (f"{path}.py", f"{path}/__init__.py"))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _imported(text: str) -> list[str]:
    found = []
    with _PARSING:
        tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in found if name.split(".")[0] in PACKAGES]
