"""Visits and days of use, from single events and readings."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def sessions(events: DataFrame) -> DataFrame:
    """Make silver.web_session but for its customer, of whole visits of silver.web_event."""
    moment = F.struct("at", "event_id")
    seen = F.when((F.col("event_type") == "page_view") & F.col("page").isNotNull(), moment)
    return events.groupBy("session_id").agg(
        F.min_by("channel", F.when(F.col("channel").isNotNull(), moment)).alias("channel"),
        F.min_by("device_id", F.when(F.col("device_id").isNotNull(), moment)).alias("device_id"),
        F.min("at").alias("started_at"),
        F.max("at").alias("ended_at"),
        F.count("*").alias("event_count"),
        F.count(seen).alias("page_count"),
        F.count(F.when(F.col("is_error") | (F.col("event_type") == "error"), 1)).alias("error_count"),
        F.min_by("page", seen).alias("entry_page"),
        F.max_by("page", seen).alias("exit_page"),
        F.max_by("source_party_id", F.when(F.col("source_party_id").isNotNull(), moment)).alias("source_party_id"),
        F.min_by("source_system", moment).alias("source_system"),
        F.min_by("_batch_id", moment).alias("_batch_id"),
    )


def days(readings: DataFrame) -> DataFrame:
    """Make silver.device_usage_daily but for its customer, of whole days of silver.device_reading."""
    moment = F.struct("read_at", "reading_id")
    measured = F.when(F.col("usage_quantity").isNotNull(), F.col("unit"))
    is_one_unit = F.count_distinct(measured) <= 1
    return readings.groupBy("device_id", "usage_on").agg(
        F.count("*").alias("reading_count"),
        _total("usage_seconds").alias("usage_seconds"),
        F.when(is_one_unit, _total("usage_quantity")).alias("usage_quantity"),
        F.when(is_one_unit, F.max(measured)).alias("unit"),
        F.count_if(F.coalesce("is_error", F.lit(False))).alias("error_count"),
        F.min("read_at").alias("first_at"),
        F.max("read_at").alias("last_at"),
        F.max_by("source_party_id", F.when(F.col("source_party_id").isNotNull(), moment)).alias("source_party_id"),
        F.max_by("source_system", moment).alias("source_system"),
        F.max_by("_batch_id", moment).alias("_batch_id"),
    )


def _total(column: str) -> Column:
    """The sum of doubles, added in one order: an increment and a rebuild agree to the last bit."""
    values = F.array_sort(F.collect_list(column))
    return F.when(F.size(values) > 0, F.aggregate(values, F.lit(0.0), lambda total, value: total + value))
