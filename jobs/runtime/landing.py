"""Landing: files of an inbox become bronze rows, each content once, and the ledger says what became of each file.

Bronze is the truth of what landed: its commits carry the list of files, and the ledger is repaired from them when a
run was killed between the two.
"""

from __future__ import annotations

import difflib
import hashlib
import logging
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from conf.settings import Settings
from conf.source import Source
from conf.table import Table
from conf.tables import ALL, ops
from jobs.runtime import objects, readers
from jobs.runtime.lake import LakeError
from jobs.runtime.scope import JobLake
from transformations.intake import giving, reading

log = logging.getLogger("reclamo360")

TASKS_A_CORE = 3
ROWS_A_BATCH, BYTES_A_BATCH = 2_000, 4 << 20
RECORDS = (
    "_source_object string, _file_time timestamp, _position bigint, payload string, _record_hash string, "
    "_schema_hash string"
)
ARROW = pa.schema([
    ("_source_object", pa.string()), ("_file_time", pa.timestamp("us", tz="UTC")), ("_position", pa.int64()),
    ("payload", pa.string()), ("_record_hash", pa.string()), ("_schema_hash", pa.string()),
])  # fmt: skip


@dataclass
class Feed:
    """One source while it lands: its ledger so far and what this run adds to it."""

    source: Source
    known: list[dict[str, Any]]
    rows: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def landed(self) -> list[dict[str, Any]]:
        return [row for row in (*self.known, *self.rows) if row["status"] == "landed"]


def land(lake: JobLake, settings: Settings) -> None:
    """Land every new file of every source; one that cannot is recorded with its reason and stops no other."""
    ledger = lake.lake.rows(ops.INGEST_FILE)
    feeds = [Feed(source, [r for r in ledger if r["source_system"] == source.source]) for source in lake.job.sources]
    errors: dict[str, Exception] = {}
    for feed in feeds:
        try:
            _repair(lake, feed)
            _land_feed(lake, settings, feed)
        except Exception as error:
            # One feed's mistake stops no other; the job fails at its end, with what landed written down.
            errors[feed.source.source] = error
    _record(lake, feeds)
    if len(errors) == 1:
        raise next(iter(errors.values()))
    if errors:
        raise LakeError("; ".join(f"{name}: {str(error).splitlines()[0][:300]}" for name, error in errors.items()))


def _repair(lake: JobLake, feed: Feed) -> None:
    """Add the files of commits that the ledger does not know: their run was killed before it wrote them down."""
    known = {row["batch_id"] for row in feed.known}
    for version in lake.lake.versions(ALL[feed.source.lands_in]):
        extra = version.commit.get("extra", {})
        if extra.get("source") == feed.source.source and extra["batch_id"] not in known:
            for file in extra["files"]:
                file = {
                    **file,
                    "file_time": datetime.fromisoformat(file["file_time"]),
                    "columns": extra["shapes"][file["shape"]],
                }
                file.pop("shape")
                feed.rows.append(_row(lake, feed.source, "landed", batch_id=extra["batch_id"], **file))


def _land_feed(lake: JobLake, settings: Settings, feed: Feed) -> None:
    found = list(_new_files(settings, feed))
    if not found:
        return
    log.info("event=verify source=%s files=%d", feed.source.source, len(found))
    limits = _limits(lake, settings)
    checks = _verified(lake, feed.source, found, limits)
    sound = list(_sound(lake, feed, list(zip(found, checks, strict=True))))
    if reason := _misspelt(feed, [check for _, check in sound]):
        feed.rows += [_row(lake, feed.source, "failed", reason=reason, **_facts(file, check)) for file, check in sound]
        return
    size = settings.landing.files_per_batch
    for start in range(0, len(sound), size):
        _land_batch(lake, settings, feed, sound[start : start + size], limits)


def _new_files(settings: Settings, feed: Feed) -> Iterator[objects.Found]:
    seen = {(r["path"], r["file_bytes"], r["file_time"]) for r in (*feed.known, *feed.rows) if r["status"] != "failed"}
    pattern = feed.source.read.path.replace("{inbox}", settings.inbox)
    files = list(objects.find(pattern, settings.inbox))
    if not files and not feed.known:
        log.warning("event=no_files source=%s path=%s", feed.source.source, pattern)
    yield from (file for file in files if (file.name, file.size, file.time) not in seen)


def _limits(lake: JobLake, settings: Settings) -> readers.Limits:
    landing = settings.landing
    return readers.Limits(
        max_bytes=int(landing.max_file_gib * 2**30),
        max_ratio=landing.max_ratio,
        max_field=int(landing.max_field_mib * 2**20),
        media=f"{lake.lake.root}/media",
    )


def _verified(lake: JobLake, source: Source, found: list[objects.Found], limits: readers.Limits) -> list[readers.Check]:
    read = source.read
    files = lake.lake.spark.sparkContext.parallelize(found, _tasks(lake, len(found)))
    return files.map(lambda file: readers.verify(file.path, file.name, file.size, read, limits)).collect()


def _sound(
    lake: JobLake, feed: Feed, checked: list[tuple[objects.Found, readers.Check]]
) -> Iterator[tuple[objects.Found, readers.Check]]:
    """Yield the files to land; write down the failed ones and those whose content is known under another name."""
    landed = sorted(feed.landed(), key=lambda row: row["file_time"])
    here = {row["path"]: row["sha256"] for row in landed}
    # Two snapshots with the same content are two moments, unless the content itself says its moment.
    is_moment = feed.source.delivery == "snapshot" and feed.source.known_at is None
    contents = {row["sha256"]: row["path"] for row in (landed[-1:] if is_moment else landed)}
    for file, check in checked:
        if check.error:
            feed.rows.append(_row(lake, feed.source, "failed", reason=check.error, **_facts(file, check)))
        elif _headless(feed.source, check):
            reason = "none of the columns that the source description reads is in it: has it no header?"
            feed.rows.append(_row(lake, feed.source, "failed", reason=reason, **{**_facts(file, check), "columns": []}))
        elif here.get(file.name, check.sha256) == check.sha256 and check.sha256 in contents:
            reason = "only its time changed" if file.name in here else f"same content as {contents[check.sha256]}"
            feed.rows.append(_row(lake, feed.source, "duplicate", reason=reason, **_facts(file, check)))
        else:
            contents[check.sha256] = file.name
            yield file, check


def _headless(source: Source, check: readers.Check) -> bool:
    wanted = {how.from_ or name for name, how in source.columns.items()}
    return source.read.format == "csv" and len(wanted) > 1 and not wanted & {_name(c) for c in check.columns}


def _misspelt(feed: Feed, checks: list[readers.Check]) -> str | None:
    """Say which columns of the description are in no file of the feed, ever: they are misspelt there."""
    there = {_name(c) for check in checks for c in check.columns}
    there |= {_name(c) for row in feed.landed() for c in row["columns"] or ()}
    wanted = [reading_.from_ or name for name, reading_ in feed.source.columns.items()]
    absent = [name for name in wanted if name not in there]
    if not checks or not absent or feed.source.read.format == "json":
        return None
    near = {name: difflib.get_close_matches(name, sorted(there), n=1, cutoff=0.5) for name in absent}
    said = "; ".join(f"{name!r}" + (f" (did you mean {near[name][0]!r}?)" if near[name] else "") for name in absent)
    return f"{feed.source.file} reads columns that are in no file of the feed: {said}; the files have {sorted(there)}"


def _name(column: str) -> str:
    return column.rsplit("\t", 1)[0]


def _land_batch(
    lake: JobLake,
    settings: Settings,
    feed: Feed,
    files: list[tuple[objects.Found, readers.Check]],
    limits: readers.Limits,
) -> None:
    source, table = feed.source, ALL[feed.source.lands_in]
    shas = sorted(check.sha256 for _, check in files)
    # A content that comes back to the place it had left is a batch of its own.
    returned = [f"{c.sha256}@{f.time}" for f, c in files if c.sha256 in {row["sha256"] for row in feed.landed()}]
    batch_id = hashlib.sha256("\0".join([source.source, *shas, *returned]).encode()).hexdigest()[:32]
    records = envelope(_records(lake, source, files, limits), source, batch_id, lake.now)
    expected, complete = sum(check.record_count for _, check in files), dict[str, bool]()
    if source.delivery == "snapshot":
        records = lake.keep(records)
        tombstones, complete = _tombstones(lake, feed, records)
        expected += tombstones.count()
        records = records.unionByName(tombstones)
    shapes = {_shape(check.columns): check.columns for _, check in files}
    facts = [_facts(file, check) for file, check in files]
    lake.append(
        table,
        records,
        source=source.source,
        batch_id=batch_id,
        records=expected,
        shapes=shapes,
        files=[
            {**{k: v for k, v in fact.items() if k != "columns"}, "file_time": fact["file_time"].isoformat(),
             "shape": _shape(fact["columns"]), "is_complete": complete.get(fact["path"])}
            for fact in facts
        ],
    )  # fmt: skip
    for fact in facts:
        _report(lake, feed, batch_id, fact)
        reason = _shrunken(settings, feed, fact["record_count"])
        if reason:
            log.warning("event=shrunken source=%s file=%s %s", source.source, fact["path"], reason)
        feed.rows.append(
            _row(
                lake, source, "landed", reason=reason, batch_id=batch_id, is_complete=complete.get(fact["path"]), **fact
            )
        )


def _records(
    lake: JobLake, source: Source, files: list[tuple[objects.Found, readers.Check]], limits: readers.Limits
) -> DataFrame:
    read = source.read

    def to_records(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for file in batch.to_pylist():
                yield from _in_batches(
                    readers.records(file["path"], file["name"], file["size"], read, limits), file["time"]
                )

    listed = lake.lake.spark.createDataFrame(
        [(f.path, f.name, f.size, f.time, c.record_count) for f, c in files],
        "path string, name string, size bigint, time timestamp, expected bigint",
    )
    return listed.repartition(_tasks(lake, len(files))).mapInArrow(to_records, RECORDS)


def _tasks(lake: JobLake, files: int) -> int:
    return min(files, lake.lake.spark.sparkContext.defaultParallelism * TASKS_A_CORE)


def _in_batches(records: Iterator[readers.Record], time: datetime) -> Iterator[pa.RecordBatch]:
    rows: list[tuple[Any, ...]] = []
    size = 0
    for record in records:
        rows.append((record.object, time, record.position, record.payload, record.hash, record.schema_hash))
        size += len(record.payload)
        if len(rows) >= ROWS_A_BATCH or size >= BYTES_A_BATCH:
            yield _arrow(rows)
            rows, size = [], 0
    if rows:
        yield _arrow(rows)


def _arrow(rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = zip(zip(*rows, strict=True), ARROW, strict=True)
    return pa.RecordBatch.from_arrays([pa.array(values, kind.type) for values, kind in columns], schema=ARROW)


def envelope(records: DataFrame, source: Source, batch_id: str, now: datetime) -> DataFrame:
    """Put read records into the envelope of bronze, with the keys and stamps that the source description says."""
    typed = reading.with_typed_columns(records, source)
    scope = typed.select(*records.columns, "record.*", F.lit(source.key_space).alias("key_space"),
                         F.lit(source.source).alias("source_system"),
                         F.lit(source.read.zone).alias("zone"))  # fmt: skip
    place = F.concat_ws("#", "_source_object", F.col("_position").cast("string"))
    key = giving.compiled(scope, source.record_key, source, "record_key").cast("string") if source.record_key else place
    known = (
        giving.compiled(scope, source.known_at, source, "known_at").cast("timestamp")
        if source.known_at
        else F.lit(None)
    )
    deleted = giving.compiled(scope, source.is_deleted, source, "is_deleted") if source.is_deleted else F.lit(False)
    return scope.select(
        F.lit(batch_id).alias("_batch_id"),
        F.lit(source.source).alias("_source_system"),
        "_source_object",
        "_position",
        F.when(F.trim(key) != "", key).alias("_record_key"),
        "_record_hash",
        _sortable(scope, source).alias("_version_by"),
        F.coalesce(known, F.col("_file_time")).alias("_known_at"),
        F.coalesce(deleted, F.lit(False)).alias("_is_deleted"),
        "_schema_hash",
        F.lit(now).alias("_ingested_at"),
        "payload",
    )


def _sortable(scope: DataFrame, source: Source) -> Column:
    """Return version_by as text that sorts as its value does."""
    if source.version_by is None:
        return F.lit(None).cast("string")
    column = giving.compiled(scope, source.version_by, source, "version_by")
    kind = scope.select(column.alias("v")).dtypes[0][1]
    if kind.startswith("timestamp"):
        return F.date_format(column, "yyyy-MM-dd HH:mm:ss.SSSSSS")
    if kind in ("tinyint", "smallint", "int", "bigint", "float", "double") or kind.startswith("decimal"):
        # Twenty digits before the point, nine behind; negative numbers sort before positive ones.
        shifted = column.cast("decimal(30,9)") + F.lit("10000000000000000000").cast("decimal(30,9)")
        return F.lpad(shifted.cast("string"), 32, "0")
    return column.cast("string")


def _tombstones(lake: JobLake, feed: Feed, records: DataFrame) -> tuple[DataFrame, dict[str, bool]]:
    """Return the tombstones that new full snapshots make, and which of their files are accepted as full.

    A file is one snapshot; snapshots are ordered by when they were known, so that a late one gives what it would have
    given in time: a key is deleted at the first snapshot that lacks it. A shrunken snapshot makes no tombstones and is
    not held against others.
    """
    source = feed.source
    accepted = {(row["batch_id"], row["path"]) for row in feed.landed() if row["is_complete"]}
    earlier = lake.lake.read(ALL[source.lands_in]).where(
        (F.col("_source_system") == source.source) & ~F.col("_is_deleted")
    )
    file = F.substring_index("_source_object", "!", 1)
    rows = [
        *((False, r) for r in _snapshots(earlier, file) if (r["_batch_id"], r["_file"]) in accepted),
        *((True, r) for r in _snapshots(records, file)),
    ]
    rows.sort(key=lambda pair: (pair[1]["at"], pair[1]["_file"]))
    full: list[tuple[bool, Any]] = []
    complete: dict[str, bool] = {}
    for is_new, snapshot in rows:
        shrunken = bool(full) and snapshot["n"] < full[-1][1]["n"] * (1 - source.max_shrink)
        if is_new:
            complete[snapshot["_file"]] = not shrunken
        if is_new and shrunken:
            log.warning(
                "event=shrunken_snapshot source=%s file=%s records=%d", source.source, snapshot["_file"], snapshot["n"]
            )
            continue
        full.append((is_new, snapshot))
    ranks = []
    for rank, (is_new, s) in enumerate(full):
        next_new, after = full[rank + 1] if rank + 1 < len(full) else (None, {"at": None, "_file": None})
        ranks.append((rank, s["_batch_id"], s["_file"], is_new, after["at"], after["_file"], next_new))
    ranked = lake.lake.spark.createDataFrame(ranks, RANKS)
    return _gone(records, earlier, ranked, file), complete


RANKS = (
    "_rank int, _batch_id string, _file string, _is_new boolean, "
    "_next_at timestamp, _next_file string, _next_is_new boolean"
)


def _snapshots(records: DataFrame, file: Column) -> list[Any]:
    return records.groupBy("_batch_id", file.alias("_file")).agg(
        F.max("_known_at").alias("at"), F.count("*").alias("n")
    ).collect()  # fmt: skip


def _gone(records: DataFrame, earlier: DataFrame, ranked: DataFrame, file: Column) -> DataFrame:
    """Return a tombstone for every key of a snapshot that the next one lacks, where one of the two is new."""
    columns = [F.col("_batch_id"), file.alias("_file"), F.col("_record_key")]
    present = records.select(*columns).unionByName(earlier.select(*columns)).where("_record_key IS NOT NULL").distinct()
    keyed = present.join(F.broadcast(ranked), on=["_batch_id", "_file"], how="inner")
    following = F.lead("_rank").over(Window.partitionBy("_record_key").orderBy("_rank"))
    lacking = keyed.withColumn("_following", following).where(
        "_next_at IS NOT NULL AND NOT (_following <=> _rank + 1) AND (_is_new OR _next_is_new)"
    )
    own = records.select("_batch_id", "_source_system", "_ingested_at").limit(1)
    place = F.when(F.col("_next_is_new"), F.col("_next_file")).otherwise(F.col("_file"))
    return (
        lacking.drop("_batch_id")
        .crossJoin(F.broadcast(own))
        .select(
            "_batch_id",
            "_source_system",
            place.alias("_source_object"),
            (-F.row_number().over(Window.partitionBy(place).orderBy("_next_at", "_record_key")))
            .cast("bigint")
            .alias("_position"),
            "_record_key",
            F.lit("tombstone").alias("_record_hash"),
            F.lit(None).cast("string").alias("_version_by"),
            F.col("_next_at").alias("_known_at"),
            F.lit(True).alias("_is_deleted"),
            F.lit("").alias("_schema_hash"),
            "_ingested_at",
            F.lit(None).cast("string").alias("payload"),
        )
    )


def _report(lake: JobLake, feed: Feed, batch_id: str, fact: dict[str, Any]) -> None:
    """Write down the columns of a file that are new, missing or of another type against the feed's last file."""
    landed = feed.landed()
    if not landed:
        return
    last = {_name(c): c for c in max(landed, key=lambda r: (r["seen_at"], r["path"]))["columns"] or ()}
    ever = {_name(c) for row in landed for c in row["columns"] or ()}
    now = {_name(c): c for c in fact["columns"]}
    used = {r.from_ or name for name, r in feed.source.columns.items()}
    found = [
        (c, "new", "not in the source description" if c not in used else "now there") for c in now if c not in ever
    ]
    found += [
        (c, "missing", "the source description reads it: null from here on" if c in used else "not read")
        for c in last
        if c not in now
    ]
    found += [
        (c, "retyped", f"{last[c]} -> {now[c]}".replace("\t", ": "))
        for c in now
        if c in last and last[c] != now[c] and "\t" in last[c] and "\t" in now[c]
    ]  # not null alone
    for column, change, detail in found:
        log.warning(
            "event=schema_change source=%s file=%s column=%r change=%s",
            feed.source.source,
            fact["path"],
            column,
            change,
        )
        feed.changes.append({
            "source_system": feed.source.source, "batch_id": batch_id, "path": fact["path"], "column_name": column,
            "change": change, "detail": detail, "seen_at": lake.now,
        })  # fmt: skip


def _shrunken(settings: Settings, feed: Feed, count: int) -> str | None:
    usual = [row["record_count"] for row in feed.landed()][-9:]
    if len(usual) < 3 or count >= statistics.median(usual) * settings.landing.shrink_warning:
        return None
    return f"{count} records where the feed's files have {statistics.median(usual):g} as a rule"


def _shape(columns: list[str]) -> str:
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:12]


def _facts(file: objects.Found, check: readers.Check) -> dict[str, Any]:
    return {
        "path": file.name, "sha256": check.sha256, "record_count": check.record_count, "file_bytes": file.size,
        "file_time": file.time, "columns": check.columns,
    }  # fmt: skip


def _row(lake: JobLake, source: Source, status: str, **values: Any) -> dict[str, Any]:
    empty = dict.fromkeys(ops.INGEST_FILE.column_names)
    return {**empty, "source_system": source.source, "status": status, "seen_at": lake.now, **values}


def _record(lake: JobLake, feeds: list[Feed]) -> None:
    """Write the ledger, but for failures that it already holds as they are, and the schema changes."""
    for feed in feeds:
        same = {(r["path"], r["sha256"], r["reason"]) for r in feed.known if r["status"] == "failed"}
        feed.rows = [
            r for r in feed.rows if r["status"] != "failed" or (r["path"], r["sha256"], r["reason"]) not in same
        ]
    _merge_rows(lake, ops.INGEST_FILE, [row for feed in feeds for row in feed.rows])
    _merge_rows(lake, ops.SCHEMA_CHANGE, [change for feed in feeds for change in feed.changes])


def _merge_rows(lake: JobLake, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        values = [tuple(row[c] for c in table.column_names) for row in rows]
        lake.merge(table, lake.lake.spark.createDataFrame(values, lake.lake.schema(table)))
