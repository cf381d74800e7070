"""Row rules: what must hold of every row of a table, judged in one pass and again by Great Expectations."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F

from conf.table import Table

Severity = Literal["reject", "stop", "warn"]


@dataclass(frozen=True)
class RowRule:
    """A name, an SQL boolean over a target's columns (null counts as broken), and why, in words for a person.

    `reject` quarantines the row; `stop` ends the job before its write; `warn` is reported by validate_tables.
    """

    name: str
    sql: str
    reason: str
    severity: Severity = "reject"


# Where people are heard, or reached.
CHANNELS = ("phone", "email", "counter", "web", "book", "social", "app", "post", "referral", "chat", "sms")


def known(column: str, words: Sequence[str]) -> RowRule:
    """Return the rule that a column, where it is given, is one of the words of a closed list."""
    listed = ", ".join(repr(word) for word in words)
    name = column.removesuffix("_id").replace("_", " ")
    return RowRule(f"{column}_known", f"{column} IS NULL OR {column} IN ({listed})",
                   f"the {name} is none of {', '.join(words)}")  # fmt: skip


# What holds of every record of every feed.
KEY_PRESENT = RowRule(
    "key_present", "_record_key IS NOT NULL", "the record has no key, so it cannot be told from others"
)


def broken(rules: Sequence[RowRule], table: Table) -> Column:
    """Return an array of (rule, reason, values) of every rule that a row breaks, with the values it was judged by."""
    if not rules:
        return F.lit(None).cast(BROKEN)
    breaks = [~F.coalesce(F.expr(rule.sql), F.lit(False)) for rule in rules]
    checks = [
        F.when(
            is_broken,
            F.struct(
                F.lit(rule.name).alias("rule"), F.lit(rule.reason).alias("reason"), _values(rule, table).alias("values")
            ),
        )
        for rule, is_broken in zip(rules, breaks, strict=True)
    ]
    # Listed only where one is broken: lists take long.
    listed = F.filter(F.array(*checks), lambda check: check.isNotNull())
    return F.when(reduce(operator.or_, breaks), listed).otherwise(F.array().cast(BROKEN))


BROKEN = "array<struct<rule:string,reason:string,values:map<string,string>>>"


def judged_columns(rule: RowRule, table: Table) -> tuple[str, ...]:
    """Return the columns of the table that a rule looks at."""
    words = set(re.findall(r"[A-Za-z_]\w*", rule.sql))
    return tuple(c for c in table.column_names if c in words)


def _values(rule: RowRule, table: Table) -> Column:
    pairs = [part for c in judged_columns(rule, table) for part in (F.lit(c), F.col(c).cast("string"))]
    return F.create_map(*pairs) if pairs else F.create_map().cast("map<string,string>")
