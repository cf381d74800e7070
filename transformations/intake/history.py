"""What held from when until when, of statements that each hold until the next (slowly changing, type 2)."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from conf.tables.silver import PROVENANCE_COLUMNS as PROVENANCE

# The first deletion of the record after a version; one that is taken back at once is none.
DELETED = "array_min(filter(_gone, g -> g.since >= _until AND (g.until IS NULL OR g.since < g.until)).since)"
# Where the newest version says what there is, a date that it corrects was never true; what is deleted was.
CORRECTED = (
    f"_withdrawable AND stated_at IS NOT NULL AND disposition = 'superseded' AND coalesce({DELETED} > _until, true)"
)


def spans(items: DataFrame, key: tuple[str, ...], said: tuple[str, ...]) -> DataFrame:
    """Return one row per span in which the `said` columns of a key did not change: half open, the last one open.

    `items` are judged and state `said` at `stated_at`, or where that is null at their `_known_at`; without a date they
    hold until the record's next version. A deleted record ends what its versions said, and nothing else. Columns: key,
    `stated_at`, said, valid_from, valid_to, is_current, stated_by, provenance of the first statement of the span.
    """
    words = _last_words(_statements(items, key, said), key)
    by_time = Window.partitionBy(*key).orderBy("_at")
    what = F.struct(*said)
    dated = words.withColumn("_to", F.least("_end", F.lead("_at").over(by_time)))
    goes_on = what.eqNullSafe(F.lag(what).over(by_time)) & (F.lag("_to").over(by_time) == F.col("_at"))
    begins = (~F.coalesce(goes_on, F.lit(False))).cast("int")
    numbered = dated.withColumn("_begins", begins).withColumn("_number", F.sum("_begins").over(by_time))
    joined = numbered.groupBy(*key, "_number").agg(
        F.min("_at").alias("valid_from"),
        F.max_by("_to", "_at").alias("valid_to"),
        F.min_by(F.struct("stated_at", *said, "_made"), "_at").alias("_first"),
        F.array_sort(F.array_distinct(F.flatten(F.collect_list("_all_by")))).alias("stated_by"),
    )
    return joined.select(
        *key,
        "_first.stated_at",
        *(f"_first.{column}" for column in said),
        "valid_from",
        "valid_to",
        F.col("valid_to").isNull().alias("is_current"),
        "stated_by",
        *(f"_first._made.{column}" for column in PROVENANCE),
    )


def _statements(items: DataFrame, key: tuple[str, ...], said: tuple[str, ...]) -> DataFrame:
    """Return what was said, with `_at` and `_end`: null where only another statement ends it."""
    stated = items.where("disposition IN ('sound', 'superseded') AND size(_problems) = 0").where(f"NOT ({CORRECTED})")
    made = stated.select(
        *key, "stated_at", *said,
        F.coalesce("stated_at", "_known_at").alias("_at"),
        F.when(F.col("stated_at").isNull(), F.col("_until")).otherwise(F.expr(DELETED)).alias("_end"),
        _rank().alias("_rank"),
        F.struct(*PROVENANCE).alias("_made"),
        F.struct("source_system", F.col("_record_key").alias("record_key")).alias("_by"),
    )  # fmt: skip
    # An old version that becomes known late ended before it began, as does one that was deleted before its day.
    return made.where("_end IS NULL OR _at < _end")


def _rank() -> Column:
    """The order of statements of one moment, last known last; a version known only after a newer one comes first."""
    in_turn = F.coalesce(F.col("_known_at") <= F.col("_until"), F.lit(True))
    return F.struct(in_turn.alias("in_turn"), "_known_at", "_version_by", "_record_hash")


def _last_words(statements: DataFrame, key: tuple[str, ...]) -> DataFrame:
    """Return the last statement of each moment, with `_all_by`: whoever made one, for it may be the last tomorrow."""
    moment = Window.partitionBy(*key, "_at")
    ranked = statements.withColumns(
        {
            "_all_by": F.collect_set("_by").over(moment),
            "_place": F.row_number().over(moment.orderBy(F.col("_rank").desc(), F.col("_by").desc())),
        }
    )
    return ranked.where("_place = 1")
