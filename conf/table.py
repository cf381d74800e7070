"""A table contract: name, kind, key, columns with types and comments, and which of them are personal data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["journal", "derived", "snapshot"]

# Days that old versions of a table are kept, by layer: fewer where whole records and people's own words lie.
RETENTION_DAYS = {"restricted": 7, "ops": 7}
OTHER_RETENTION_DAYS = 30

_COLUMN = re.compile(r"^\s*(?P<name>\w+)\s+(?P<type>[^']+?)\s+COMMENT\s+'(?P<comment>(?:[^']|'')*)',?\s*$")


@dataclass(frozen=True)
class Column:
    """One column of a contract: its name, Spark SQL type and comment."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A contract that the lake enforces at every write.

    `schema` lists one column a line as `name TYPE COMMENT 'text'`. `personal` names the columns that hold personal
    data; none of them ever gets statistics in a Delta log. `computed` names the columns no source may give, because
    a job works them out. `kind` decides how the table may be rebuilt: a journal never is, a derived table always may
    be, a snapshot replaces its own `as_of_date`. `retention_days` is how long old versions, and the files that only
    they have, are kept; None: as long as in its layer.
    """

    name: str
    kind: Kind
    key: tuple[str, ...]
    comment: str
    schema: str
    personal: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    retention_days: int | None = None

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        for what, listed in (("key", self.key), ("personal", self.personal), ("computed", self.computed)):
            if unknown := sorted(set(listed) - set(names)):
                raise ValueError(f"contract {self.name}: {what} names {unknown}, which the schema does not have")
        if len(set(names)) != len(names):
            raise ValueError(f"contract {self.name}: a column is listed twice")
        if self.keeps_days < 1:
            raise ValueError(f"contract {self.name}: retention_days is {self.retention_days}, expected at least 1")

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in order, read from `schema`; a line that is not a column with a comment is an error."""
        found = []
        for line in self.schema.strip().splitlines():
            match = _COLUMN.match(line)
            if match is None:
                raise ValueError(f"contract {self.name}: not a column with type and comment: {line.strip()!r}")
            found.append(Column(match["name"], match["type"], match["comment"].replace("''", "'")))
        return tuple(found)

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def layer(self) -> str:
        return self.name.split(".")[0]

    @property
    def keeps_days(self) -> int:
        """The days that old versions are kept."""
        if self.retention_days is not None:
            return self.retention_days
        return RETENTION_DAYS.get(self.layer, OTHER_RETENTION_DAYS)

    @property
    def path(self) -> str:
        """Where the table lies below the lake's root."""
        return self.name.replace(".", "/")
