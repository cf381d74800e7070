"""Versions of a record: which is a repetition, which is the newest sound one, and what became of each."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

# The source's own order first, then knowledge, then content, so that the order of deliveries never matters.
ORDER = ("_version_by", "_known_at", "_record_hash", "_ingested_at", "_batch_id", "_source_object", "_position")

# Whether there are other versions of the record.
SEVERAL = "_several"

DISPOSITIONS = ("sound", "quarantined", "superseded", "duplicate", "not_applicable", "suppressed")


def identity() -> Column:
    """The record a bronze row is a version of; without a key its place in its batch tells it from every other."""
    return F.coalesce("_record_key", F.concat_ws("#", "_batch_id", "_source_object", F.col("_position").cast("string")))


def folded(versions: DataFrame, *, rejected: Column, by: tuple[str, ...] = ()) -> DataFrame:
    """Number the versions of each record and find the newest sound one.

    `versions` has one row per received version (per value of `by` as well) with the bronze envelope; where it has a
    column `SEVERAL`, rows in which that is false are all there is of their record, and are not sorted to meet others.
    Adds `_version` (from 1, oldest first), `_is_duplicate` (same content as the version before), `_rejected`, `_newest`
    (number of the newest sound version; null where none is sound), `_newest_rejected`, `_first_known_at`, `_until`
    (when a later sound version was first known; null for the newest) and `_gone` (the spans in which the record was
    known to be deleted: an array of since and until, until null for one that lasts).

    From its `_known_at` to its `_until` a sound version is the newest one known: a late old version never is.
    """
    judged = versions.withColumns({"_identity": identity(), "_rejected": rejected})
    if SEVERAL not in versions.columns:
        return _compared(judged, by)
    several = _compared(judged.where(SEVERAL), by)
    return several.unionByName(_alone(judged.where(f"NOT {SEVERAL}"))).drop(SEVERAL)


def with_several(versions: DataFrame, records: DataFrame | None) -> DataFrame:
    """Add `SEVERAL`: whether the record is among `records`, those of `received_again`; None: there are none."""
    if records is None:
        # A word, not a column of a join: Spark plans nothing for rows that there cannot be.
        return versions.withColumn(SEVERAL, F.lit(False))
    marks = records.withColumn(SEVERAL, F.lit(True))
    marked = versions.withColumn("_record", _hashed()).join(marks, on="_record", how="left")
    return marked.withColumn(SEVERAL, F.coalesce(SEVERAL, F.lit(False))).drop("_record")


def received_again(versions: DataFrame) -> DataFrame:
    """Return, as `_record`, hashes of the records that were received more than once, and maybe of a few others."""
    return versions.groupBy(_hashed().alias("_record")).count().where("count > 1").select("_record")


def _hashed() -> Column:
    return F.xxhash64("_source_system", identity())


def _alone(versions: DataFrame) -> DataFrame:
    """Return what `_compared` gives for records of one version."""
    spans = "array<struct<since:timestamp,until:timestamp>>"
    deleted = "array(named_struct('since', _known_at, 'until', cast(null AS timestamp)))"
    return versions.selectExpr(
        "*",
        "1 AS _version",
        "false AS _is_duplicate",
        "if(_rejected, null, 1) AS _newest",
        "if(_rejected, 1, null) AS _newest_rejected",
        "_known_at AS _first_known_at",
        "cast(null AS timestamp) AS _until",
        f"cast(if(_is_deleted AND NOT _rejected, {deleted}, array()) AS {spans}) AS _gone",
    )


def _compared(versions: DataFrame, by: tuple[str, ...]) -> DataFrame:
    record = Window.partitionBy("_source_system", "_identity", *by)
    ordered = record.orderBy(*(F.col(c).asc_nulls_first() for c in ORDER))
    later = ordered.rowsBetween(1, Window.unboundedFollowing)
    counted = versions.withColumns(
        {
            "_version": F.row_number().over(ordered),
            "_is_duplicate": F.col("_record_hash").eqNullSafe(F.lag("_record_hash").over(ordered)),
        }
    )
    sound = ~F.col("_is_duplicate") & ~F.col("_rejected")
    numbered = counted.withColumns(
        {
            "_newest": F.max(F.when(sound, F.col("_version"))).over(record),
            "_newest_rejected": F.max(F.when(~F.col("_is_duplicate") & F.col("_rejected"), F.col("_version"))).over(
                record
            ),
            "_first_known_at": F.min("_known_at").over(record),
            "_until": F.min(F.when(sound, F.col("_known_at"))).over(later),
        }
    )
    deleted = F.when(
        sound & F.col("_is_deleted"), F.struct(F.col("_known_at").alias("since"), F.col("_until").alias("until"))
    )
    return numbered.withColumn("_gone", F.collect_list(deleted).over(record))


def with_disposition(items: DataFrame, *, every_version: bool) -> DataFrame:
    """Add `disposition` to folded, judged items: exactly one of DISPOSITIONS; and `has_newer_rejected`.

    With `every_version` each sound version counts, not the newest alone.
    """
    is_current = F.lit(True) if every_version else F.col("_version") == F.col("_newest")
    return items.withColumns(
        {
            "disposition": F.when(F.col("_is_duplicate"), "duplicate")
            .when(F.col("_rejected"), "quarantined")
            .when(~F.col("_applicable"), "not_applicable")
            .when(~is_current, "superseded")
            .when(F.size("_problems") > 0, "quarantined")
            .otherwise("sound"),
            "has_newer_rejected": F.coalesce(F.col("_newest_rejected") > F.col("_newest"), F.lit(False)),
        }
    )


def merged_feeds(rows: DataFrame, key: tuple[str, ...], order: tuple[str, ...]) -> DataFrame:
    """Make one row per key of the rows of several feeds: field by field, the newest value that is not null.

    `order` sorts the feeds' rows, newest last. Columns that start with `_`, and `source_system`, are the newest row's.
    """
    newest = F.struct(*(F.col(c) for c in order))
    whole = [
        c for c in rows.columns if c.startswith("_") or c in ("source_system", "has_newer_rejected", "disposition")
    ]
    parts = [c for c in rows.columns if c not in key and c not in whole and c != "source_systems"]
    merged = rows.groupBy(*key).agg(
        F.max_by(F.struct(*whole), newest).alias("_whole"),
        *(F.max_by(c, F.when(F.col(c).isNotNull(), newest)).alias(c) for c in parts if c != "first_known_at"),
        F.min("first_known_at").alias("first_known_at"),
        F.sort_array(F.collect_set("source_system")).alias("source_systems"),
    )
    return merged.select(*key, *parts, "source_systems", "_whole.*")
