"""Snapshots: which are full, and the tombstones of the keys that the next full one lacks.

A file is one snapshot. Snapshots are ordered by when they were known, so that a late one gives what it would have
given in time: a key is deleted at the first full snapshot that lacks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from conf.tables import ALL
from jobs.runtime.formats.record import MALFORMED
from jobs.runtime.ledger import Feed, File
from jobs.runtime.scope import JobLake

LISTED = "_batch_id string, _file string, _file_time timestamp, _is_new boolean"
RANKS = (
    "_batch_id string, _file string, _rank int, _is_new boolean, "
    "_next_rank int, _next_at timestamp, _next_file string, _next_is_new boolean"
)
NO_DELETIONS = "no deletions are made from it"


@dataclass
class Judged:
    """New snapshots: why one is not full (None: it is), by path, and the tombstones they make, where they make any."""

    unfit: dict[str, str | None]
    tombstones: DataFrame | None = None


@dataclass(frozen=True)
class _Snapshot:
    batch_id: str
    file: str
    at: datetime
    is_new: bool
    is_full: bool


def judge(
    lake: JobLake, feed: Feed, records: DataFrame, batch_id: str, files: list[File], partial: Mapping[str, str]
) -> Judged:
    """Judge the new snapshots of a batch and find the tombstones they make; `partial` says of some what they lack.

    One that is empty, has shrunk, or has a record that cannot be read makes none: what it lacks may be there. A key
    that only such a snapshot has is still deleted by the next full one.
    """
    earlier = lake.lake.read(ALL[feed.source.lands_in]).where(
        (F.col("_source_system") == feed.source.source) & (F.col("_position") > 0)
    )
    file = _file_of([row["path"] for row in feed.landed] + [f.found.name for f in files])
    landed = [(row["batch_id"], row["path"], row["file_time"], False) for row in feed.landed]
    new = [(batch_id, f.found.name, f.found.time, True) for f in files]
    listed = lake.lake.spark.createDataFrame([*landed, *new], LISTED)
    placed = (
        records.unionByName(earlier)
        .withColumn("_file", file)
        .join(F.broadcast(listed), on=["_batch_id", "_file"], how="inner")
    )
    full_before = {(row["batch_id"], row["path"]) for row in feed.landed if row["is_complete"]}
    snapshots, unfit = _judged(_found(placed), full_before, feed.source.max_shrink, partial)
    judged = Judged({f.found.name: unfit.get(f.found.name, f"no record in it: {NO_DELETIONS}") for f in files})
    ranks = _ranks(snapshots)
    if any(row[3] or row[7] for row in ranks):
        own = records.select("_batch_id", "_source_system", "_ingested_at").limit(1)
        judged.tombstones = lake.keep(_gone(placed, lake.lake.spark.createDataFrame(ranks, RANKS), own))
    return judged


def _file_of(paths: list[str]) -> Column:
    """Return the file of an object: what stands before the member of an archive."""
    place, file = F.col("_source_object"), F.substring_index("_source_object", "!", 1)
    for path in (p for p in dict.fromkeys(paths) if "!" in p):
        file = F.when((place == path) | place.startswith(f"{path}!"), path).otherwise(file)
    return file


def _found(placed: DataFrame) -> list[Any]:
    """Return the snapshots by moment: the newest stamp of a readable record, or the file time where none has one."""
    is_readable = F.col("_record_key").isNotNull() & ~F.col("payload").contains(f'"{MALFORMED}":')
    # A record without a stamp is known at its file's time, which says nothing where others have stamps.
    stamp = F.when(is_readable & (F.col("_known_at") != F.col("_file_time")), F.col("_known_at"))
    found = placed.groupBy("_batch_id", "_file", "_file_time", "_is_new").agg(
        F.coalesce(F.max(stamp), F.col("_file_time")).alias("at"),
        F.count("*").alias("n"),
        F.sum((~is_readable).cast("int")).alias("unreadable"),
    )
    return sorted(found.collect(), key=lambda row: (row["at"], row["_file"]))


def _judged(
    found: list[Any], full_before: set[tuple[str, str]], max_shrink: float, partial: Mapping[str, str]
) -> tuple[list[_Snapshot], dict[str, str | None]]:
    """Return all snapshots in their order, and for the new ones why they are not full."""
    snapshots: list[_Snapshot] = []
    unfit: dict[str, str | None] = {}
    last = 0
    for row in found:
        if row["_is_new"]:
            lacking = partial.get(row["_file"])
            unfit[row["_file"]] = f"{lacking}: {NO_DELETIONS}" if lacking else _why_unfit(row, last, max_shrink)
            is_full = unfit[row["_file"]] is None
        else:
            is_full = (row["_batch_id"], row["_file"]) in full_before
        if is_full:
            last = row["n"]
        snapshots.append(_Snapshot(row["_batch_id"], row["_file"], row["at"], row["_is_new"], is_full))
    return snapshots, unfit


def _why_unfit(row: Any, last: int, max_shrink: float) -> str | None:
    if row["unreadable"]:
        return f"{row['unreadable']} of {row['n']} records cannot be read: {NO_DELETIONS}"
    if row["n"] < last * (1 - max_shrink):
        return f"{row['n']} records after {last}, less than max_shrink allows: {NO_DELETIONS}"
    return None


def _ranks(snapshots: list[_Snapshot]) -> list[tuple[Any, ...]]:
    """Number the snapshots, oldest first, each with the next full one behind it."""
    rows: list[tuple[Any, ...]] = []
    following: tuple[Any, ...] = (None, None, None, None)
    for rank, s in reversed(list(enumerate(snapshots))):
        rows.append((s.batch_id, s.file, rank, s.is_new, *following))
        if s.is_full:
            following = (rank, s.at, s.file, s.is_new)
    return rows


def _gone(placed: DataFrame, ranked: DataFrame, own: DataFrame) -> DataFrame:
    """Return a tombstone for every key of a snapshot that the next full one lacks, where one of the two is new."""
    present = placed.select("_batch_id", "_file", "_record_key").where("_record_key IS NOT NULL").distinct()
    keyed = present.join(F.broadcast(ranked), on=["_batch_id", "_file"], how="inner")
    following = F.lead("_rank").over(Window.partitionBy("_record_key").orderBy("_rank"))
    lacking = keyed.withColumn("_following", following).where(
        "_next_at IS NOT NULL AND (_following IS NULL OR _following > _next_rank) AND (_is_new OR _next_is_new)"
    )
    place = F.when(F.col("_next_is_new"), F.col("_next_file")).otherwise(F.col("_file"))
    nth = F.row_number().over(Window.partitionBy(place).orderBy("_next_at", "_record_key", "_rank"))
    return lacking.drop("_batch_id").crossJoin(F.broadcast(own)).select(
        "_batch_id",
        "_source_system",
        place.alias("_source_object"),
        (-nth).cast("bigint").alias("_position"),
        "_record_key",
        F.lit("tombstone").alias("_record_hash"),
        F.lit(None).cast("string").alias("_version_by"),
        F.col("_next_at").alias("_known_at"),
        F.lit(True).alias("_is_deleted"),
        F.lit("").alias("_schema_hash"),
        "_ingested_at",
        F.lit(None).cast("string").alias("payload"),
    )  # fmt: skip
