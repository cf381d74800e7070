"""Landing from relations: the rows of a database's or another lake's table that are news land, each version once.

A row is news where its content is not that of the newest landed version of its key, so that what is read again, by a
watermark's overlap or whole, lands nothing. Bronze is the truth here too: its commits carry the newest watermark.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from conf.read import JdbcRead
from conf.secret import SecretError
from conf.source import Source
from conf.tables import ALL
from jobs.runtime import drift, ledger, objects, readers, relations
from jobs.runtime.archives import Limits
from jobs.runtime.databases import RelationError
from jobs.runtime.ledger import Batches, Feed, File
from jobs.runtime.logs import Event
from jobs.runtime.relations import Relation
from jobs.runtime.scope import JobLake
from jobs.runtime.snapshots import NO_DELETIONS
from transformations.intake.envelope import envelope

log = logging.getLogger("reclamo360")

# Few enough keys to be sent to every task that looks for their versions.
KEYS_TO_SEND = 100_000
# In place of a content.
TOMBSTONE = "tombstone"


def land(lake: JobLake, feed: Feed, batches: Batches, limits: Limits) -> None:
    """Land what is news in the relation of a feed; `batches` is what its bronze table's commits say.

    What is longer than a field may be goes to the folder that the `limits` name, as it does from files.

    Raises RelationError, and writes the failure down, where the relation cannot be read or is not as described.
    """
    try:
        _land(lake, feed, [batch for batch in batches if batch["source"] == feed.source.source], limits)
    except (RelationError, SecretError, Py4JJavaError, PySparkException) as error:
        reason = relations.said(error, feed.source)
        if reason is None:
            raise
        title = relations.name(feed.source)
        feed.add("failed", path=title, sha256="", file_time=feed.now, columns=[], reason=reason)
        # Not from the error: what Java says may hold what secrets lead to.
        raise RelationError(f"{title} cannot be read: {reason}; nothing of it landed, the next run reads it") from None


def _land(lake: JobLake, feed: Feed, batches: Batches, limits: Limits) -> None:
    source = feed.source
    relation = relations.opened(lake.lake.spark, source, _since(source, batches))
    # Of the attempt, for an earlier one may have landed what it read: another batch, before this one.
    batch_id = hashlib.sha256(f"{source.source}\0{relation.name}\0{lake.run}".encode()).hexdigest()[:32]
    now = _after(batches, relation.name, lake.now)
    _refuse_absent(feed, relation, batch_id)
    rows = lake.keep(relation.rows)
    facts = (F.count("*"), F.max("_watermark"), F.count_if(relations.is_large(limits)))
    # The first thing done with the rows: the database is asked once, for all of them.
    count, newest, large = rows.withColumn("_watermark", _capped(source, lake.now)).agg(*facts).collect()[0]
    if large:
        rows = lake.keep(relations.by_reference(rows, relation, limits))
    records = envelope(_records(rows, relation, now), source, batch_id, now)
    found = _found(lake, source, records, count, now, is_first=not batches and not feed.landed)
    log.info(Event("extract", source=source.source, read=count, news=found.news, deletions=found.gone))
    if found.reason:
        log.warning(Event("unusual_file", source=source.source, batch=batch_id, reason=found.reason))
    note = {"reason": found.reason, "is_complete": found.is_complete}
    file = _as_file(relation, batch_id, found.news, now)
    if found.news + found.gone == 0:
        if feed.has_failed(relation.name):
            # It does no more. Without columns: one that is new is told when records land that have it.
            feed.add("landed", **{**file.facts, **note, "columns": []})
        return
    lake.append(
        ALL[source.lands_in],
        found.rows,
        source=source.source,
        batch_id=batch_id,
        records=found.news + found.gone,
        **_watermark(source, batches, newest),
        **ledger.listed([file], {relation.name: note}),
    )
    for column, change, detail in drift.schema_changes(feed, file.check.columns):
        feed.add_change(batch_id, relation.name, column, change, detail)
    feed.add("landed", batch_id=batch_id, **file.facts, **note)


# -- The watermark -------------------------------------------------------------------------------------------------


def _kept(source: Source, batches: Batches) -> str | None:
    """Return the newest watermark that landed, as ISO text; None where there is none of what is asked now."""
    if not isinstance(source.read, JdbcRead) or source.read.watermark is None:
        return None
    of = relations.fingerprint(source.read)
    kept = (batch.get("watermark") or {} for batch in batches)
    return max((k["newest"] for k in kept if k.get("of") == of), default=None)


def _since(source: Source, batches: Batches) -> datetime | None:
    kept = _kept(source, batches)
    if kept is None or not isinstance(source.read, JdbcRead):
        return None
    return datetime.fromisoformat(kept).replace(tzinfo=None) - timedelta(minutes=source.read.overlap_minutes)


def _capped(source: Source, now: datetime) -> Column:
    """Return the watermark of a row, at most now: one far ahead would hide every change before it."""
    moment = F.expr("try_cast(_watermark AS timestamp)")
    upto = F.when(F.col("_watermark").endswith("Z"), F.lit(now))
    upto = upto.otherwise(F.from_utc_timestamp(F.lit(now), source.read.zone))
    # Not least(), which takes now where there is no moment.
    capped = F.when(moment > upto, upto).otherwise(moment)
    return F.date_format(capped, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS").alias("_watermark")


def _watermark(source: Source, batches: Batches, newest: str | None) -> dict[str, Any]:
    """Return what the commit says of the watermark: the newest one ever."""
    known = [mark for mark in (_kept(source, batches), newest) if mark is not None]
    if not known or not isinstance(source.read, JdbcRead):
        return {}
    return {"watermark": {"of": relations.fingerprint(source.read), "newest": max(known)}}


# -- Records -------------------------------------------------------------------------------------------------------


def _after(batches: Batches, relation: str, now: datetime) -> datetime:
    """Return now, or where its clock went back a moment after the newest extract: what is read later is newer."""
    files = (file for batch in batches for file in batch["files"] if file["path"] == relation)
    earlier = (datetime.fromisoformat(file["file_time"]) + timedelta(microseconds=1) for file in files)
    return max([now, *earlier])


def _refuse_absent(feed: Feed, relation: Relation, batch_id: str) -> None:
    file = _as_file(relation, batch_id, 0, feed.now)
    if absent := drift.absent_columns(feed, [file]):
        said = "; ".join(f"{name!r} ({meant})" if meant else repr(name) for name, meant in absent.items())
        raise RelationError(f"{feed.source.file} reads columns that it does not have: {said}; it has "
                            f"{', '.join(sorted(relation.columns))}")  # fmt: skip


def _as_file(relation: Relation, batch_id: str, count: int, now: datetime) -> File:
    """Return what the ledger says of an extract, as it does of a file."""
    columns = [f"{name}\t{kind}" for name, kind in relation.columns.items()]
    return File(objects.Found("", relation.name, 0, now), readers.Check(batch_id, count, columns))


def _records(rows: DataFrame, relation: Relation, now: datetime) -> DataFrame:
    shape = hashlib.sha256(repr(sorted(relation.columns)).encode()).hexdigest()
    return rows.select(
        F.lit(relation.name).alias("_source_object"),
        F.lit(now).alias("_file_time"),
        # Rows have no order: what tells them apart in the batch is enough.
        (F.monotonically_increasing_id() + 1).alias("_position"),
        "payload",
        "_record_hash",
        F.lit(shape).alias("_schema_hash"),
    )


# -- News ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """What is to land: rows that are news and tombstones, how many of each; of a snapshot why it is not full."""

    rows: DataFrame
    news: int
    gone: int = 0
    reason: str | None = None
    is_complete: bool | None = None


def _found(lake: JobLake, source: Source, records: DataFrame, count: int, now: datetime, *, is_first: bool) -> _Found:
    is_snapshot = source.delivery == "snapshot"
    if is_first and not is_snapshot:
        return _Found(records, count)
    records = lake.keep(records)
    versions = lake.keep(_newest_versions(lake, source, records, None if is_snapshot else count))
    news = lake.keep(_news(records, versions, now))
    if not is_snapshot:
        return _Found(news, news.count())
    if reason := _unfit(source, records, versions, count):
        return _Found(news, news.count(), 0, reason, False)
    gone = lake.keep(_gone(records, versions, now))
    return _Found(news.unionByName(gone), news.count(), gone.count(), None, True)


def _key() -> Column:
    """Return what tells versions of one record from those of others: its key, or where that is null its content."""
    return F.coalesce("_record_key", F.concat(F.lit("#"), "_record_hash")).alias("_key")


def _newest_versions(lake: JobLake, source: Source, records: DataFrame, count: int | None) -> DataFrame:
    """Return a row per landed key, of the `count` records only where it is given.

    It has the contents that the key last came with, when these were known, and whether it is gone.
    """
    earlier = lake.lake.read(ALL[source.lands_in]).where(F.col("_source_system") == source.source)
    landed = earlier.select(_key(), "_record_key", "_record_hash", "_known_at", "_is_deleted", "_ingested_at")
    if count is not None:
        keys = records.select(_key()).distinct()
        landed = landed.join(F.broadcast(keys) if count <= KEYS_TO_SEND else keys, on="_key", how="left_semi")
    last = F.rank().over(Window.partitionBy("_key").orderBy(F.desc("_ingested_at")))
    return (
        landed.withColumn("_last", last)
        .where("_last = 1")
        .groupBy("_key")
        .agg(
            F.collect_set("_record_hash").alias("_landed"),
            F.max("_record_key").alias("_record_key"),
            F.max("_known_at").alias("_known_at"),
            F.max("_is_deleted").alias("_is_gone"),
        )
    )


def _news(records: DataFrame, versions: DataFrame, now: datetime) -> DataFrame:
    """Return the rows of each key that has come with a content it did not have last.

    All of its rows: where a key is not unique, those that land together are what is looked at the next time.
    """
    placed = records.withColumn("_key", _key()).join(versions.select("_key", "_landed"), on="_key", how="left")
    is_new = ~F.coalesce(F.array_contains("_landed", F.col("_record_hash")), F.lit(False))
    has_news = F.max(is_new).over(Window.partitionBy("_key"))
    # A row that was gone is back from now on, whatever stamp it has kept.
    is_back = F.array_contains("_landed", TOMBSTONE)
    known_at = F.when(is_back, F.greatest("_known_at", F.lit(now))).otherwise(F.col("_known_at"))
    found = placed.withColumn("_has_news", has_news).where("_has_news").withColumn("_known_at", known_at)
    return found.select(*records.columns)


# -- Snapshots -----------------------------------------------------------------------------------------------------


def _unfit(source: Source, records: DataFrame, versions: DataFrame, count: int) -> str | None:
    """Return why the keys that a relation lacks are no deletions; None where they are."""
    if count == 0:
        return f"no record in it: {NO_DELETIONS}"
    if keyless := records.where("_record_key IS NULL").count():
        return f"{keyless} of {count} records have no key: {NO_DELETIONS}"
    before = versions.where("_record_key IS NOT NULL AND NOT _is_gone").count()
    if count < before * (1 - source.max_shrink):
        return f"{count} records after {before}, less than max_shrink allows: {NO_DELETIONS}"
    return None


def _gone(records: DataFrame, versions: DataFrame, now: datetime) -> DataFrame:
    """Return a tombstone for every key that landed and is there no more."""
    there = versions.where("_record_key IS NOT NULL AND NOT _is_gone")
    lacking = there.join(records.select("_record_key").distinct(), on="_record_key", how="left_anti")
    # All records of an extract have the same batch, source and object.
    own = records.select("_batch_id", "_source_system", "_source_object", "_ingested_at").limit(1)
    return lacking.crossJoin(F.broadcast(own)).select(
        "_batch_id",
        "_source_system",
        "_source_object",
        (-1 - F.monotonically_increasing_id()).alias("_position"),
        "_record_key",
        F.lit(TOMBSTONE).alias("_record_hash"),
        F.lit(None).cast("string").alias("_version_by"),
        F.greatest("_known_at", F.lit(now)).alias("_known_at"),
        F.lit(True).alias("_is_deleted"),
        F.lit("").alias("_schema_hash"),
        "_ingested_at",
        F.lit(None).cast("string").alias("payload"),
    )
