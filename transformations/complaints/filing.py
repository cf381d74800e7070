"""Filed complaints in their current state."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.identity import names


def current(sound: DataFrame, crosswalk: DataFrame) -> DataFrame:
    """Complete the sound rows of silver.complaint with what the house calls product and cause.

    `crosswalk` has (from_taxonomy, from_value, node_id).
    """
    filed = sound.withColumns(
        {
            "received_on": F.coalesce("received_on", F.to_date("received_at")),
            "_key_space": F.substring_index("complaint_id", ":", 1),
        }
    )
    for column in ("product", "cause"):
        filed = _with_node(filed, crosswalk, column)
    return filed.drop("_key_space")


def _with_node(filed: DataFrame, crosswalk: DataFrame, column: str) -> DataFrame:
    """Fill `<column>_node_id` where the source did not give it, from the crosswalk of its key space."""
    words = crosswalk.select(
        F.col("from_taxonomy").alias("_taxonomy"), F.col("from_value").alias("_value"), F.col("node_id").alias("_node")
    )
    taxonomy = F.concat_ws(".", "_key_space", F.lit(column))
    matched = filed.withColumns({"_taxonomy": taxonomy, "_value": names.folded(F.col(column))}).join(
        F.broadcast(words), on=["_taxonomy", "_value"], how="left"
    )
    node = f"{column}_node_id"
    return matched.withColumn(node, F.coalesce(node, "_node")).drop("_taxonomy", "_value", "_node")


def issues(complaints: DataFrame) -> DataFrame:
    """Make silver.complaint_issue: each complaint an issue of its own, until issues are linked."""
    return complaints.select(
        "complaint_id",
        F.concat(F.lit("issue:"), "complaint_id").alias("issue_id"),
        F.coalesce("received_at", "_known_at").alias("valid_from"),
        F.lit(None).cast("timestamp").alias("valid_to"),
        F.lit(True).alias("is_current"),
        "source_system",
        "_batch_id",
    )


def days_between(start: str, end: str) -> Column:
    """Calendar days from one timestamp column to another, with fractions; null where either is null."""
    return (F.unix_micros(end) - F.unix_micros(start)) / F.lit(86_400_000_000.0)
