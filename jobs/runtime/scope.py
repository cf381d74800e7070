"""The lake as one job sees it: pinned inputs, changed keys, and writes that carry what they were made from."""

from __future__ import annotations

import gc
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.source import Source
from conf.table import Table
from jobs.runtime.lake import Commit, Lake, LakeError, Pin, Version
from jobs.runtime.writing_at_hand import MOST_ROWS

if TYPE_CHECKING:
    from jobs.runtime.registry import Job

# How the changed rows of an input lead to keys of the output: by a column, or by a function of these rows.
Leads = str | Callable[[DataFrame], DataFrame]


class ForgottenFeedError(LakeError):
    """A table would lose the rows of feeds whose descriptions were not given to this run."""

    def __init__(self, table: Table, feeds: str) -> None:
        super().__init__(
            f"{table.name} holds rows of {feeds}, which no source description of this run gives it; recomputing would "
            "remove them. Give their folder with --sources as well; to take the rows back, keep the description and "
            'let it give the table with where: "false"'
        )


@dataclass(frozen=True)
class Watermark:
    """What an output was last made from: the job's run number, inputs consumed and code, and the output's version."""

    n: int
    inputs: dict[str, tuple[str, int]]
    code: str
    as_of: str | None
    version: int

    @classmethod
    def of(cls, versions: list[Version], job: str, as_of: str | None = None) -> Watermark | None:
        """Find the newest commit of a job (for one `as_of`, where given) in an output's log."""
        for version in versions:
            commit = version.commit
            if commit.get("job") == job and (as_of is None or commit.get("as_of") == as_of):
                inputs = {name: (pin[0], pin[1]) for name, pin in commit["inputs"].items()}
                return cls(commit["n"], inputs, commit["code"], commit.get("as_of"), version.number)
        return None


@dataclass
class JobLake:
    """What a job is given: it reads its READS as pinned, writes its WRITES, and nothing else.

    `since` holds what was consumed per input, or None where everything is to be recomputed, with the reason in `why`.
    """

    lake: Lake
    job: Job
    n: dict[str, int]
    pins: dict[str, Pin]
    own: dict[str, Pin]
    since: dict[str, tuple[str, int]] | None
    why: str
    sources: tuple[Source, ...]
    now: datetime
    code_before: str
    as_of: str | None
    run: str = field(default_factory=lambda: str(uuid.uuid4()))
    rows: dict[str, int] = field(default_factory=dict)
    # What a job that writes no rows found, a line each, and whether it changed anything.
    report: list[str] = field(default_factory=list)
    has_acted: bool = False
    _kept: list[DataFrame] = field(default_factory=list, repr=False)

    @property
    def target(self) -> Table:
        """The table that the job refines."""
        assert self.job.target is not None, f"{self.job.name} refines no table"
        return self.job.target

    @property
    def is_full(self) -> bool:
        return self.since is None

    # ---- reading

    def read(self, table: Table) -> DataFrame:
        """Return a table of READS at its pin, or one of the job's own outputs as it was before the run."""
        if table.name in self.pins:
            pin = self.pins[table.name]
            return self.lake.read(table, pin.version if pin.data_version >= 0 else -1)
        if table.name in self.own:
            # As the run found it: a frame that is computed again must not see the run's own writes.
            pin = self.own[table.name]
            return self.lake.read(table, pin.version if pin.data_version >= 0 else -1)
        raise LakeError(f"job {self.job.name} reads {table.name}, which is not in its READS; declare it there")

    def read_only(self, table: Table, keys: DataFrame | None) -> DataFrame:
        """Return the rows of a table whose key columns are in `keys`; all of them where it is None."""
        frame = self.read(table)
        return frame if keys is None else frame.join(keys, on=keys.columns, how="left_semi")

    def changes(self, table: Table) -> DataFrame | None:
        """Return the rows of an input that changed since the last run (both images of updates); None where none did."""
        if self.since is None:
            raise LakeError(f"job {self.job.name} asks for changes of {table.name} while it recomputes everything")
        pin, consumed = self.pins[table.name], self.since.get(table.name, ("", -1))
        if pin.data_version == consumed[1]:
            return None
        if consumed[1] < 0:
            return self.read(table)
        return self.lake.changes(table, consumed[1], pin.version)

    def changed_keys(self, *key: str, by: Mapping[Table, Leads]) -> DataFrame | None:
        """Return the distinct output keys that the changed rows of the inputs lead to; None: recompute everything.

        `by` says of each input how: the name of the column that holds the output's key, or a function that makes of
        the changed rows a frame with the key's columns. An input that changed and is not named there makes the whole
        output stale.
        """
        if self.since is None:
            return None
        self.full_if_changed(*(table for table in self.job.reads if table not in by))
        if self.is_full:
            return None
        parts = [
            changed.select(F.col(leads).alias(key[0])) if isinstance(leads, str) else leads(changed).select(*key)
            for table, leads in by.items()
            if (changed := self.changes(table)) is not None
        ]
        if not parts:
            return self.read(self.job.primary[0]).select(*key).limit(0)
        return self.keep(reduce(DataFrame.unionByName, parts).dropna(subset=list(key)).distinct())

    def refuse_to_forget(self, table: Table, touched: DataFrame | None = None) -> None:
        """Raise ForgottenFeedError where the rows of an output that are made anew have a part of feeds not described.

        These are the `touched` rows, or all of them where everything is recomputed.
        """
        if touched is None and (not self.is_full or self.own[table.name].data_version < 0):
            return
        rows = self.read(table) if touched is None else touched
        parts = {"source_systems": "explode(source_systems)", "stated_by": "explode(stated_by.source_system)"}
        feeds = next((sql for column, sql in parts.items() if column in table.column_names), "source_system")
        held = {row[0] for row in rows.selectExpr(feeds).distinct().collect()}
        if gone := sorted(held - {source.source for source in self.job.sources}):
            raise ForgottenFeedError(table, ", ".join(gone))

    def full_if_changed(self, *tables: Table) -> None:
        """Recompute everything where an input changed whose rows lead to no single keys (a calendar, a taxonomy)."""
        for table in tables:
            if self.since is not None and self.changes(table) is not None:
                self.since, self.why = None, f"{table.name} changed"

    def keep(self, frame: DataFrame) -> DataFrame:
        """Compute a frame that is used more than once a single time; it is released when the job ends.

        A checkpoint, not a cache: what is made of it is planned from here on, not from the files again, and a MERGE
        into a table that it was read from does not compute it anew (docs/decisions/0005).
        """
        kept = frame.localCheckpoint(eager=False)
        self._kept.append(kept)
        return kept

    def release(self) -> None:
        """Free what this job kept; what others in the same session hold stays."""
        for frame in self._kept:
            frame._jdf.queryExecution().logical().rdd().unpersist(False)
        self._kept.clear()
        # A frame's Java side refers to itself through Python: only the collector lets the plans of a job go.
        gc.collect()

    # ---- writing

    def _commit(self, table: Table, **extra: object) -> Commit:
        self.lake.refuse_to_commit()
        # n follows the last one that the job committed to this output, read before planning: a zombie's write is void.
        if table not in self.job.writes:
            raise LakeError(f"job {self.job.name} writes {table.name}, which is not in its WRITES; declare it there")
        self.n[table.name] += 1
        inputs = {name: pin.consumed for name, pin in self.pins.items()}
        # An increment by new code leaves the older rows as they were made: the table stays stale until it is rebuilt.
        code = self.job.code if self.since is None or self.job.is_journal else self.code_before
        return Commit(self.job.name, self.run, self.n[table.name], inputs, self.as_of, code, extra)

    def write(self, table: Table, frame: DataFrame, keys: DataFrame | None = None) -> None:
        """Make the output equal `frame` for the given keys (all of it where None), touching only rows that differ."""
        commit = self._commit(table)
        if table.kind == "snapshot" and self.as_of not in self.lake.days(table):
            # Nothing to replace: an append is cheaper.
            self.lake.writer.append(table, frame, commit)
        elif table.kind == "snapshot":
            self.lake.writer.replace(table, frame, commit, f"as_of_date = '{self.as_of}'")
        elif self.own[table.name].data_version < 0:
            self.lake.writer.merge(table, frame, commit)
        else:
            present = self.read(table)
            if keys is not None:
                present = present.join(keys, on=keys.columns, how="left_semi")
            present = present.select(*table.key)
            kept = self.keep(frame)
            gone = present.join(kept.select(*table.key), on=list(table.key), how="left_anti")
            self.lake.writer.merge(table, kept, commit, gone, is_few=self._is_few(kept))
        self._count(table)

    def append(self, table: Table, frame: DataFrame, *, is_few: bool = False, **extra: object) -> None:
        """Add rows to a journal, `is_few` where they can be held here; `extra` is kept in the commit."""
        self.lake.writer.append(table, frame, self._commit(table, **extra), is_few=is_few)
        self._count(table)

    def append_rows(self, table: Table, rows: Sequence[Mapping[str, Any]], **extra: object) -> None:
        """Add rows that are at hand to a journal; `extra` is kept in the commit."""
        self.lake.writer.append_rows(table, rows, self._commit(table, **extra))
        self._count(table)

    def merge_rows(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Upsert rows that are at hand into a journal by its key."""
        self.lake.writer.merge_rows(table, rows, self._commit(table))
        self._count(table)

    def merge(self, table: Table, frame: DataFrame) -> None:
        """Upsert kept rows into a journal by its key; nothing is deleted."""
        self.lake.writer.merge(table, frame, self._commit(table), is_few=self._is_few(frame))
        self._count(table)

    def replace(self, table: Table, frame: DataFrame, where: str, **extra: object) -> None:
        """Replace the rows of a journal that fulfil `where`: this run's own, of a run that was killed."""
        self.lake.writer.replace(table, frame, self._commit(table, **extra), where)
        self._count(table)

    def _is_few(self, kept: DataFrame) -> bool:
        return self.lake.is_small or kept.count() <= MOST_ROWS

    def _count(self, table: Table) -> None:
        # The newest version may be another job's, or one that holds no rows.
        made = {"run": self.run, "n": self.n[table.name]}
        own = next(v for v in self.lake.versions(table) if made.items() <= v.commit.items())
        self.rows[table.name] = self.rows.get(table.name, 0) + (own.rows or 0)
