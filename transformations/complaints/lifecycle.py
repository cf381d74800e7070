"""The statuses a complaint went through, and when each was known."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

# Order of statuses that share a moment, as when only the date is known.
SEQUENCE = ("received", "acknowledged", "assigned", "investigating", "pending", "responded", "resolved", "closed",
            "reopened", "withdrawn")  # fmt: skip
CLOSING = ("resolved", "closed", "withdrawn")
PROVENANCE = ("source_system", "_record_key", "_batch_id", "_known_at", "has_newer_rejected")


def history(items: DataFrame) -> DataFrame:
    """Make silver.complaint_status_history of judged items that state (complaint_id, to_status, at, changed_by).

    A statement is known from the first version that made it. Where the feed restates its history each time
    (`_withdrawable`), it is withdrawn when a later version no longer makes it; a feed that sends only the current
    status never withdraws one.
    """
    stated = items.where("disposition IN ('sound', 'superseded') AND size(_problems) = 0")
    last = F.struct("_version", "_known_at")
    per_record = stated.groupBy("source_system", "_record_key", "complaint_id", "to_status", "at").agg(
        F.min("_known_at").alias("known_at"),
        F.expr(
            "CASE WHEN max(_withdrawable) AND NOT (max(_version) <=> max(_newest)) "
            "THEN max_by(_next_known_at, _version) END"
        ).alias("withdrawn_at"),
        F.max_by(F.struct("changed_by", "_batch_id", "_known_at", "has_newer_rejected"), last).alias("_last"),
    )
    first = F.struct("known_at", "source_system", "_record_key")
    statements = per_record.groupBy("complaint_id", "to_status", "at").agg(
        F.min("known_at").alias("known_at"),
        F.expr("CASE WHEN count(withdrawn_at) = count(*) THEN max(withdrawn_at) END").alias("withdrawn_at"),
        F.min_by(F.struct("source_system", "_record_key", "_last.*"), first).alias("_from"),
    )
    return _in_order(statements.select("complaint_id", "to_status", "at", "known_at", "withdrawn_at", "_from.*"))


def _in_order(statements: DataFrame) -> DataFrame:
    rank = F.expr(f"array_position(array({', '.join(repr(s) for s in SEQUENCE)}), to_status)")
    order = Window.partitionBy("complaint_id").orderBy("at", rank, "to_status")
    standing = Window.partitionBy("complaint_id", F.col("withdrawn_at").isNull()).orderBy("at", rank, "to_status")
    return statements.select(
        "complaint_id",
        F.row_number().over(order).alias("seq"),
        F.when(F.col("withdrawn_at").isNull(), F.lag("to_status").over(standing)).alias("from_status"),
        "to_status",
        "at",
        "changed_by",
        "known_at",
        "withdrawn_at",
        *PROVENANCE,
    )


def open_at(history: DataFrame, complaints: DataFrame, end: str) -> DataFrame:
    """Return the complaints open at `end` (a UTC timestamp literal, exclusive) from what was known before it.

    A complaint that its source calls closed without a date has no closing in its history: it is not open either.
    One row per complaint: status, status_since, received_at, age_days (calendar days), reopen_count, source_system.
    """
    moment = f"timestamp'{end}'"
    known = history.where(
        f"known_at < {moment} AND at < {moment} AND (withdrawn_at IS NULL OR withdrawn_at >= {moment})"
    )
    latest = F.struct("at", "seq")
    states = known.groupBy("complaint_id").agg(
        F.max_by("to_status", latest).alias("status"),
        F.max("at").alias("status_since"),
        F.min("at").alias("received_at"),
        F.sum((F.col("to_status") == "reopened").cast("int")).cast("int").alias("reopen_count"),
        F.max_by("source_system", latest).alias("source_system"),
    )
    age = F.expr(f"(unix_micros({moment}) - unix_micros(received_at)) / 86400000000D").alias("age_days")
    ended = complaints.where(F.col("status").isin(*CLOSING) & (F.col("_known_at") < F.expr(moment)))
    open_states = states.where(~F.col("status").isin(*CLOSING))
    return open_states.join(ended.select("complaint_id"), on="complaint_id", how="left_anti").select("*", age)
