"""The statuses a complaint went through, and when each was known."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from conf.tables.silver import PROVENANCE_COLUMNS as PROVENANCE

# Order of statuses that share a moment, as when only the date is known.
SEQUENCE = ("received", "acknowledged", "assigned", "investigating", "pending", "responded", "resolved", "closed",
            "reopened", "withdrawn")  # fmt: skip
CLOSING = ("resolved", "closed", "withdrawn")
# What makes two statements the same, whoever makes them.
STATEMENT = ("complaint_id", "to_status", "at")
FOREVER = "timestamp'9999-12-31 00:00:00'"


def history(items: DataFrame) -> DataFrame:
    """Make silver.complaint_status_history of judged items that state (complaint_id, to_status, at, changed_by).

    One row per statement and span of time in which it was known to stand. Where the feed restates its history each time
    (`_withdrawable`) a statement stands while the newest version known makes it, and so does one without a date, which
    says what is now; otherwise it stands from the first version that makes it until the record is deleted.
    """
    stated = items.where("disposition IN ('sound', 'superseded') AND size(_problems) = 0")
    spans = stated.select(
        *STATEMENT,
        F.struct("changed_by", *PROVENANCE).alias("_made"),
        F.struct("source_system", F.col("_record_key").alias("record_key")).alias("_by"),
        "_version",
        F.explode(_standing()).alias("_span"),
    )
    # Statements, and after them their order, are all within a complaint: one shuffle.
    return _in_order(_joined(spans.select("*", "_span.*").repartition("complaint_id")))


def _standing() -> Column:
    """Return the spans (since, until) of knowledge in which the statement of a version stands."""
    newest_known = f"array(named_struct('since', _known_at, 'until', coalesce(_until, {FOREVER})))"
    lasting = "filter(_gone, g -> g.until IS NULL OR g.since < g.until)"
    gone = (
        f"array_sort(transform({lasting}, g -> named_struct('since', g.since, 'until', coalesce(g.until, {FOREVER}))))"
    )
    between = (
        f"transform(sequence(0, size({gone})), i -> named_struct("
        f"'since', greatest(_known_at, get({gone}, i - 1).until), "
        f"'until', coalesce(get({gone}, i).since, {FOREVER})))"
    )
    return F.expr(f"filter(if(_withdrawable OR at IS NULL, {newest_known}, {between}), s -> s.since < s.until)")


def _joined(spans: DataFrame) -> DataFrame:
    """Make one row of the spans of a statement that meet or overlap, with every record that has a part in it."""
    by_time = Window.partitionBy(*STATEMENT).orderBy("since", "_by", "_version")
    reached = F.max("until").over(by_time.rowsBetween(Window.unboundedPreceding, -1))
    begins = F.coalesce(F.col("since") > reached, F.lit(True)).cast("int")
    numbered = spans.withColumn("_begins", begins).withColumn("_number", F.sum("_begins").over(by_time))
    until = F.max("until")
    # The first to state it is named: that is so for ever, whoever repeats it later.
    first = F.struct("since", "_by", "_version")
    return numbered.groupBy(*STATEMENT, "_number").agg(
        F.min("since").alias("known_at"),
        F.when(until < F.expr(FOREVER), until).alias("withdrawn_at"),
        F.array_sort(F.collect_set("_by")).alias("stated_by"),
        F.min_by("_made", first).alias("_made"),
    )


def _in_order(statements: DataFrame) -> DataFrame:
    rank = F.expr(f"array_position(array({', '.join(repr(s) for s in SEQUENCE)}), to_status)")
    # A status without a date is ordered by when it was known.
    moment = F.coalesce("at", "known_at")
    order = (moment, rank, F.col("to_status"), F.col("at").asc_nulls_last(), F.col("known_at"))
    whole = Window.partitionBy("complaint_id").orderBy(*order)
    standing = Window.partitionBy("complaint_id", F.col("withdrawn_at").isNull()).orderBy(*order)
    return statements.select(
        "complaint_id",
        F.row_number().over(whole).alias("seq"),
        F.when(F.col("withdrawn_at").isNull(), F.lag("to_status").over(standing)).alias("from_status"),
        "to_status",
        "at",
        "_made.changed_by",
        "known_at",
        "withdrawn_at",
        "stated_by",
        *(f"_made.{column}" for column in PROVENANCE),
    )


def open_at(history: DataFrame, end: str) -> DataFrame:
    """Return the complaints open at `end` (a UTC timestamp literal, exclusive) from what was known before it.

    One row per complaint: status, status_since (null where the source gives no date), received_at (the first date that
    is stated), age_days (calendar days; null without one), reopen_count, source_system.
    """
    moment = f"timestamp'{end}'"
    known = history.where(
        f"known_at < {moment} AND (at IS NULL OR at < {moment}) AND (withdrawn_at IS NULL OR withdrawn_at >= {moment})"
    )
    states = known.groupBy("complaint_id").agg(
        F.max_by("to_status", "seq").alias("status"),
        F.max_by("at", "seq").alias("status_since"),
        F.min("at").alias("received_at"),
        F.sum((F.col("to_status") == "reopened").cast("int")).cast("int").alias("reopen_count"),
        F.max_by("source_system", "seq").alias("source_system"),
    )
    age = F.expr(f"(unix_micros({moment}) - unix_micros(received_at)) / 86400000000D").alias("age_days")
    return states.where(~F.col("status").isin(*CLOSING)).select("*", age)
