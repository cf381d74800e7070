"""Who writes in public."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def authors(mentions: DataFrame, end: str) -> DataFrame:
    """Make silver.author but for its date, of the posts first known before `end` (a UTC timestamp literal).

    What they say is what their newest version says: a post that changed later still counts for the day.
    """
    known = mentions.where(f"author_id IS NOT NULL AND first_known_at < timestamp'{end}'")
    moment = F.struct("posted_at", "mention_id")
    said = sum((F.coalesce(F.col(c), F.lit(0)) for c in ("like_count", "share_count", "reply_count")), F.lit(0))
    return known.groupBy("author_id").agg(
        F.min("network").alias("network"),
        F.count("*").alias("mention_count"),
        F.count_distinct("brand").alias("brand_count"),
        F.min("posted_at").alias("first_at"),
        F.max("posted_at").alias("last_at"),
        F.max_by("reach", F.when(F.col("reach").isNotNull(), moment)).alias("reach"),
        F.sum(said).cast("bigint").alias("response_count"),
    )
