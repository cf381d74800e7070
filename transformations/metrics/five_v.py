"""Volume, velocity, variety, veracity and value of each source."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

# The target whose dispositions speak for a feed: what it gives first of these.
JUDGED_BY = (
    "silver.complaint", "silver.source_party", "silver.interaction", "silver.survey_response", "silver.social_mention",
    "silver.campaign_contact", "silver.consent", "silver.employee", "silver.promise", "silver.web_event",
    "silver.device_reading", "silver.call_leg", "silver.transcript_segment", "silver.media_object", "silver.document",
)  # fmt: skip


def landed(records: DataFrame, end: str) -> DataFrame:
    """Measure volume, velocity and variety per source of records known before `end` (a UTC timestamp literal)."""
    known = records.where(f"NOT _is_deleted AND _known_at < timestamp'{end}'")
    lag = (F.unix_micros("_ingested_at") - F.unix_micros("_known_at")) / F.lit(1e6)
    return known.groupBy(F.col("_source_system").alias("source_system")).agg(
        F.count("*").alias("volume_records"),
        F.sum(F.length("payload")).alias("volume_bytes"),
        F.count_distinct("_batch_id").alias("volume_batches"),
        F.percentile_approx(lag, 0.5).alias("velocity_lag_p50_s"),
        F.percentile_approx(lag, 0.95).alias("velocity_lag_p95_s"),
        F.max("_known_at").alias("velocity_newest_at"),
        F.count_distinct("_source_object").alias("variety_objects"),
        F.count_distinct("_schema_hash").alias("variety_shapes"),
    )


def judged(batch_runs: DataFrame) -> DataFrame:
    """Measure veracity per source from the dispositions of its batches in the first of JUDGED_BY that it gives."""
    order = F.expr(f"array_position(array({', '.join(repr(t) for t in JUDGED_BY)}), target)")
    totals = batch_runs.where(F.col("target").isin(*JUDGED_BY)).groupBy("source_system", "target").agg(
        F.sum("item_count").alias("items"),
        F.sum("not_applicable").alias("not_applicable"),
        F.sum("quarantined").alias("quarantined"),
        F.sum("duplicate").alias("duplicates"),
    )  # fmt: skip
    first = totals.groupBy("source_system").agg(F.min_by(F.struct(*totals.columns[1:]), order).alias("t"))
    counted = F.col("t.items") - F.col("t.not_applicable")
    return first.select(
        "source_system",
        counted.alias("veracity_judged"),
        F.col("t.quarantined").alias("veracity_quarantined"),
        F.col("t.duplicates").alias("veracity_duplicates"),
        F.when(counted > 0, 1 - F.col("t.quarantined") / counted).alias("veracity_sound_share"),
    )


def worth(complaints: DataFrame, contacts: DataFrame, end: str) -> DataFrame:
    """Measure value per source: complaints and contacts known before `end`, their customers, money claimed by currency.

    `contacts` has (source_system, customer_id, first_known_at) of contacts, answers and posts. Who and how much is what
    their newest version says: a complaint that changed later still counts for the day it was first known.
    """
    known = complaints.where(f"first_known_at < timestamp'{end}'")
    heard = contacts.where(f"first_known_at < timestamp'{end}'").select("source_system", "customer_id")
    both = known.select("source_system", "customer_id", F.lit(1).alias("_complaint")).unionByName(
        heard.withColumn("_complaint", F.lit(0))
    )
    counts = both.groupBy("source_system").agg(
        F.sum("_complaint").cast("bigint").alias("value_complaints"),
        F.sum(1 - F.col("_complaint")).cast("bigint").alias("value_contacts"),
        F.count_distinct("customer_id").alias("value_customers"),
    )
    money = known.where("amount_claimed IS NOT NULL").groupBy("source_system", "currency").agg(
        F.sum("amount_claimed").cast("decimal(18,2)").alias("amount")
    )  # fmt: skip
    by_currency = money.groupBy("source_system").agg(
        F.map_from_entries(F.sort_array(F.collect_list(F.struct("currency", "amount")))).alias("value_claimed")
    )
    return counts.join(by_currency, on="source_system", how="left")


def scorecard(
    records: DataFrame, batch_runs: DataFrame, complaints: DataFrame, contacts: DataFrame, *, end: str
) -> DataFrame:
    """Make gold.five_v_scorecard but for its date: one row per source with anything known before `end`."""
    batches = records.where(f"_known_at < timestamp'{end}'").select(F.col("_batch_id").alias("batch_id")).distinct()
    known_runs = batch_runs.join(batches, on="batch_id", how="left_semi")
    card = landed(records, end).join(judged(known_runs), on="source_system", how="left")
    card = card.join(worth(complaints, contacts, end), on="source_system", how="left")
    counts = [
        c for c in card.columns if c.startswith(("veracity_j", "veracity_q", "veracity_d", "value_cu", "value_co"))
    ]
    return card.fillna(0, subset=counts)
