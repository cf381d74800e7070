"""Volume, velocity, variety, veracity and value of each source."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

# The target whose dispositions speak for a feed: what it gives first of these.
JUDGED_BY = (
    "silver.complaint", "silver.source_party", "silver.interaction", "silver.survey_response", "silver.social_mention",
    "silver.campaign_contact", "silver.consent", "silver.employee", "silver.promise", "silver.web_event",
    "silver.device_reading", "silver.call_leg", "silver.transcript_segment", "silver.media_object", "silver.document",
)  # fmt: skip


def landed(records: DataFrame, end: str) -> DataFrame:
    """Measure volume, velocity and variety per source of records known before `end` (a UTC timestamp literal).

    `records` are those of bronze, with `_beside`: true where a feed of another table may have brought them along, as
    mails bring attachments; they count only for a feed that has no others. `batches` are those known before `end`.
    One pass over the records: sets of names are small beside them.
    """
    known = records.where(f"_known_at < timestamp'{end}'")
    there = "NOT _is_deleted"

    def of_those_there(column: str) -> Column:
        return F.expr(f"CASE WHEN {there} THEN {column} END")

    lag = of_those_there("(unix_micros(_ingested_at) - unix_micros(_known_at)) / 1e6D")
    found = known.groupBy(F.col("_source_system").alias("source_system"), "_beside").agg(
        F.count_if(F.expr(there)).alias("volume_records"),
        F.sum(of_those_there("length(payload)")).alias("volume_bytes"),
        F.size(F.collect_set(of_those_there("_batch_id"))).cast("bigint").alias("volume_batches"),
        F.percentile_approx(lag, 0.5).alias("velocity_lag_p50_s"),
        F.percentile_approx(lag, 0.95).alias("velocity_lag_p95_s"),
        F.max(of_those_there("_known_at")).alias("velocity_newest_at"),
        F.size(F.collect_set(of_those_there("_source_object"))).cast("bigint").alias("variety_objects"),
        F.size(F.collect_set(of_those_there("_schema_hash"))).cast("bigint").alias("variety_shapes"),
        F.collect_set("_batch_id").alias("batches"),
    )
    first = found.groupBy("source_system").agg(F.min_by(F.struct(*found.columns[2:]), "_beside").alias("found"))
    return first.select("source_system", "found.*")


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
    measured: DataFrame, batch_runs: DataFrame, complaints: DataFrame, contacts: DataFrame, *, end: str
) -> DataFrame:
    """Make gold.five_v_scorecard but for its date: one row per source with anything known before `end`.

    `measured` is what `landed` says; it is used twice.
    """
    batches = measured.select(F.explode("batches").alias("batch_id"))
    known_runs = batch_runs.join(batches, on="batch_id", how="left_semi")
    there = measured.where("volume_records > 0").drop("batches")
    card = there.join(judged(known_runs), on="source_system", how="left")
    card = card.join(worth(complaints, contacts, end), on="source_system", how="left")
    counts = [
        c for c in card.columns if c.startswith(("veracity_j", "veracity_q", "veracity_d", "value_cu", "value_co"))
    ]
    return card.fillna(0, subset=counts)
