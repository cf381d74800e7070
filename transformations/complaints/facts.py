"""One row per complaint with every duration, outcome and amount."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.complaints.filing import days_between
from transformations.complaints.lifecycle import CLOSING

ENDS = {"acknowledge": "acknowledged_at", "respond": "responded_at", "resolve": "resolved_at", "close": "closed_at"}


def facts(
    complaints: DataFrame,
    *,
    history: DataFrame,
    redress: DataFrame,
    issues: DataFrame,
    documents: DataFrame,
    nodes: DataFrame,
    known_until: DataFrame,
) -> DataFrame:
    """Make gold.fact_complaint: exactly one row per row of `complaints`, whatever the others hold.

    `known_until` has one row per source_system: the newest knowledge of the feed, which open complaints age up to.
    """
    joined = complaints.join(F.broadcast(known_until), on="source_system", how="left")
    for part in (_changes(history), _given(redress), _issue(issues), _texts(documents)):
        joined = joined.join(part, on="complaint_id", how="left")
    for column in ("product", "cause"):
        joined = joined.join(F.broadcast(_names(nodes, column)), on=f"{column}_node_id", how="left")
    is_open = ~F.col("status").isin(*CLOSING)
    return joined.withColumns(
        {
            **{f"days_to_{verb}": _trusted(end) for verb, end in ENDS.items()},
            "is_open": is_open,
            "known_until": F.when(is_open, F.col("known_until")),
            "age_days": F.when(is_open, _not_negative(days_between("received_at", "known_until"))),
            "has_trusted_dates": _has_trusted_dates(is_open),
            "reopen_count": F.coalesce("reopen_count", F.lit(0)),
            "status_change_count": F.coalesce("status_change_count", F.lit(0)),
            "document_count": F.coalesce("document_count", F.lit(0)),
        }
    )


def _trusted(end: str) -> Column:
    # The same day may stand as 00:00 where a source keeps dates only: that is no time at all, not a negative one.
    days = days_between("received_at", end)
    return F.when(F.to_date(end) >= F.to_date("received_at"), _not_negative(days))


def _not_negative(days: Column) -> Column:
    # `greatest` alone skips nulls: it would give 0 days where a date is missing.
    return F.when(days.isNotNull(), F.greatest(days, F.lit(0.0)))


def _has_trusted_dates(is_open: Column) -> Column:
    ends = [F.col(end) for end in ENDS.values()]
    ordered = [end.isNull() | (F.to_date(end) >= F.to_date("received_at")) for end in ends]
    has_end = F.coalesce("closed_at", "resolved_at", "responded_at").isNotNull()
    sound = F.col("received_at").isNotNull() & (F.coalesce(is_open, F.lit(True)) | has_end)
    for rule in ordered:
        sound = sound & rule
    return F.coalesce(sound, F.lit(False))


def _changes(history: DataFrame) -> DataFrame:
    standing = history.where("withdrawn_at IS NULL").groupBy("complaint_id")
    return standing.agg(
        F.count("*").cast("int").alias("status_change_count"),
        F.sum((F.col("to_status") == "reopened").cast("int")).cast("int").alias("reopen_count"),
    )


def _given(redress: DataFrame) -> DataFrame:
    # Amounts of several currencies are never added together.
    several = F.count_distinct("currency") > 1
    return redress.groupBy("complaint_id").agg(
        F.when(~several, F.sum("amount").cast("decimal(18,2)")).alias("redress_amount"),
        F.when(~several, F.max("currency")).alias("redress_currency"),
    )


def _issue(issues: DataFrame) -> DataFrame:
    current = issues.where("is_current").select("complaint_id", "issue_id", "valid_from")
    first = current.groupBy("issue_id").agg(
        F.min_by("complaint_id", F.struct("valid_from", "complaint_id")).alias("_first")
    )
    return current.join(first, on="issue_id", how="inner").select(
        "complaint_id", "issue_id", (F.col("complaint_id") == F.col("_first")).alias("is_first_of_issue")
    )


def _texts(documents: DataFrame) -> DataFrame:
    return documents.where("complaint_id IS NOT NULL").groupBy("complaint_id").agg(
        F.count("*").cast("int").alias("document_count")
    )  # fmt: skip


def _names(nodes: DataFrame, column: str) -> DataFrame:
    return nodes.select(
        F.col("node_id").alias(f"{column}_node_id"),
        F.col("name_es").alias(f"{column}_name_es"),
        F.col("name_en").alias(f"{column}_name_en"),
    )
