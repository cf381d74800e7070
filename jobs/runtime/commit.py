"""What a table's log says: who wrote a version, from what, and which rows it changed (docs/decisions/0002)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

# How the tables of a lake are made up; a lake of another version is not written to.
FORMAT_VERSION = 1
# Operations that add, change or remove rows, with the metrics that say how many.
DATA_METRICS = {
    # Written by Spark, or by deltalake.
    "WRITE": ("numOutputRows", "numDeletedRows", "num_added_rows"),
    "MERGE": ("numTargetRowsInserted", "numTargetRowsUpdated", "numTargetRowsDeleted",
              "num_target_rows_inserted", "num_target_rows_updated", "num_target_rows_deleted"),
    "DELETE": ("numDeletedRows",),
    "UPDATE": ("numUpdatedRows",),
}  # fmt: skip
NOT_DATA = ("CREATE TABLE", "OPTIMIZE", "VACUUM START", "VACUUM END", "SET TBLPROPERTIES", "ADD COLUMNS",
            "CHANGE COLUMN", "CLUSTER BY", "UNSET TBLPROPERTIES")  # fmt: skip


class LakeError(RuntimeError):
    """The lake cannot be read or written as asked; the message says what, where and what to do.

    `stops_readers` is False where the job's outputs are sound all the same: the jobs that read them go on.
    """

    stops_readers = True


class ConcurrentWriteError(LakeError):
    """Another driver committed what this run was about to write; the job starts again from its pins."""


@dataclass(frozen=True)
class Commit:
    """What a write says about itself: the job, its run, the inputs consumed, and the code that made it."""

    job: str
    run: str
    n: int
    inputs: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    as_of: str | None = None
    code: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def metadata(self) -> str:
        return json.dumps({**asdict(self), "format": FORMAT_VERSION}, sort_keys=True)


@dataclass(frozen=True)
class Version:
    """One entry of a table's log; `rows` is None where the log does not say."""

    number: int
    at: datetime
    operation: str
    rows: int | None
    commit: dict[str, Any]
    # Of a restore, the version or the moment that it went back to.
    restored: str | None = None

    @classmethod
    def of(cls, entry: dict[str, Any]) -> Version:
        """Read an entry of the log; metadata that is not ours is none."""
        operation = entry.get("operation", "")
        metrics = entry.get("operationMetrics") or {}
        said = [int(metrics[name]) for name in DATA_METRICS.get(operation, ()) if name in metrics]
        try:
            commit = json.loads(entry.get("userMetadata") or "{}")
        except ValueError:
            commit = {}
        at = datetime.fromtimestamp(entry["timestamp"] / 1000, UTC)
        own = commit if isinstance(commit, dict) else {}
        asked = entry.get("operationParameters") or {}
        to = next((str(asked[how]) for how in ("version", "timestamp") if asked.get(how) is not None), "")
        restored = to if operation == "RESTORE" else None
        return cls(entry["version"], at, operation, sum(said) if said else None, own, restored)

    @property
    def is_data(self) -> bool:
        return self.operation not in NOT_DATA and self.rows != 0

    def restores(self, earlier: Version) -> bool:
        """Say whether this restore kept an earlier version, rather than undid it."""
        assert self.restored is not None, f"version {self.number} is no restore"
        if self.restored.isdigit():
            return earlier.number <= int(self.restored)
        try:
            moment = datetime.fromisoformat(self.restored)
        except ValueError:
            return False
        return earlier.at <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def format_of(versions: Iterable[Version]) -> int:
    """Return the format version of a table, which its newest commit says that says one."""
    # Before commits said it, all were of the first.
    return next((int(v.commit["format"]) for v in versions if "format" in v.commit), 1)


def standing(versions: Iterable[Version]) -> list[Version]:
    """Return the versions, newest first as they were given, that no later restore undid."""
    kept: list[Version] = []
    restore: Version | None = None
    for version in versions:
        if restore is not None and not restore.restores(version):
            continue
        kept.append(version)
        restore = version if version.restored is not None else restore
    return kept


@dataclass(frozen=True)
class Pin:
    """A table as one run sees it: its id, the version to read, and the last version that changed rows (-1: none).

    `restored` is the last version that brought an older one back (-1: none).
    """

    id: str
    version: int
    data_version: int
    restored: int = -1

    @property
    def consumed(self) -> tuple[str, int]:
        return (self.id, self.data_version)


ABSENT = Pin("", -1, -1)
