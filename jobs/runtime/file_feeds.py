"""One feed of files: new ones are verified and landed in batches, and what is to be said of each goes to the ledger."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from conf.read import FileRead
from conf.settings import Settings
from conf.tables import ALL, ops
from jobs.runtime import archives, delivering, drift, ledger, objects, readers, session, snapshots
from jobs.runtime.lake import LakeError
from jobs.runtime.ledger import Feed, File
from jobs.runtime.logs import Event
from jobs.runtime.scope import JobLake
from jobs.runtime.writing_at_hand import MOST_ROWS
from transformations.intake.envelope import envelope

log = logging.getLogger("reclamo360")

# Of so little the records are held by the driver before they are written.
FEW_BYTES = 16 * 2**20


class InboxError(LakeError):
    """There is no inbox to look for the files of a feed in."""


def land(lake: JobLake, settings: Settings, feed: Feed) -> None:
    """Land the new files of a feed in batches, and note what became of each file."""
    found = list(_new_files(settings, feed))
    if not found:
        # Files that a run landed that was killed may be the first of the feed.
        _report_absent(lake, feed, drift.absent_columns(feed, ()) if feed.rows else {})
        return
    log.info(Event("verify", source=feed.source.source, files=len(found)))
    limits = limits_of(settings, lake.lake.root)
    twins: list[tuple[File, str]] = []
    sound = list(_sound(feed, delivering.verified(lake.lake.spark, found, _read(feed), limits), twins))
    absent = drift.absent_columns(feed, sound)
    if reason := drift.misspelt(feed, sound, absent):
        for file in sound:
            feed.add("failed", reason=reason, **file.facts)
    else:
        size = settings.landing.files_per_batch
        for start in range(0, len(sound), size):
            _land_unchanged(lake, settings, feed, sound[start : start + size], limits)
        _report_absent(lake, feed, absent)
    landed = {row["sha256"] for row in feed.landed}
    for file, path in twins:
        # Where its twin did not land after all, the file is new in the next run.
        if file.check.sha256 in landed:
            feed.add("duplicate", reason=f"same content as {path}", **file.facts)
    if failed := sum(row["status"] == "failed" for row in feed.rows):
        log.warning(Event("failed_files", source=feed.source.source, files=failed, why="ops.ingest_file"))


def _read(feed: Feed) -> FileRead:
    assert isinstance(feed.source.read, FileRead), f"{feed.source.source} is no feed of files"
    return feed.source.read


def _new_files(settings: Settings, feed: Feed) -> Iterator[objects.Found]:
    seen = {(r["path"], r["file_bytes"], r["file_time"]) for r in (*feed.known, *feed.rows) if r["status"] != "failed"}
    path = _read(feed).path
    if "{inbox}" in path and not objects.is_folder(settings.inbox):
        # An inbox that is misspelt, or whose disk is not mounted, must not look like a day without deliveries.
        raise InboxError(f"the inbox {settings.inbox} is no folder; give the right one with --inbox")
    pattern = path.replace("{inbox}", settings.inbox)
    files = list(objects.find(pattern, settings.inbox))
    if not files:
        log.warning(Event("no_files", source=feed.source.source, known=len(feed.landed), path=pattern))
    yield from (file for file in files if (file.name, file.size, file.time) not in seen)


def limits_of(settings: Settings, root: str) -> archives.Limits:
    """Return the bounds of a file for a lake with this root."""
    landing = settings.landing
    return archives.Limits(
        max_bytes=int(landing.max_file_gib * 2**30),
        max_ratio=landing.max_ratio,
        max_field=int(landing.max_field_mib * 2**20),
        max_record=int(landing.max_record_mib * 2**20),
        media=f"{root}/media",
    )


def _sound(feed: Feed, files: list[File], twins: list[tuple[File, str]]) -> Iterator[File]:
    """Yield the files to land; write down the failed ones and those whose content the feed landed before.

    A file with the content of another of this run goes to `twins`, with the other's path.
    """
    landed = sorted(feed.landed, key=lambda row: row["file_time"])
    here = {row["path"]: row["sha256"] for row in landed}
    # Two snapshots with the same content are two moments, unless the content itself says its moment.
    is_moment = feed.source.delivery == "snapshot" and feed.source.known_at is None
    contents = {row["sha256"]: row["path"] for row in (landed[-1:] if is_moment else landed)}
    going: dict[str, str] = {}
    for file in files:
        path, sha256 = file.found.name, file.check.sha256
        if file.check.error:
            feed.add("failed", reason=file.check.error, **file.facts)
        elif reason := drift.headless(feed.source, file):
            feed.add("failed", reason=reason, **{**file.facts, "columns": []})
        elif here.get(path, sha256) != sha256 or (sha256 not in contents and sha256 not in going):
            going[sha256] = path
            yield file
        elif sha256 in going:
            twins.append((file, going[sha256]))
        else:
            known_as = "only its time changed" if path in here else f"same content as {contents[sha256]}"
            feed.add("duplicate", reason=known_as, **file.facts)


def _land_unchanged(lake: JobLake, settings: Settings, feed: Feed, files: list[File], limits: archives.Limits) -> None:
    """Land a batch without the files that changed since they were verified; those are read anew in the next run."""
    while files:
        try:
            _land_batch(lake, settings, feed, files, limits)
            return
        except Exception as error:
            changed = delivering.changed(lake.lake.spark, files, error)
            if not changed:
                raise
        for file in changed:
            feed.add("failed", reason=readers.CHANGED, **file.facts)
        files = [file for file in files if file not in changed]


def _land_batch(lake: JobLake, settings: Settings, feed: Feed, files: list[File], limits: archives.Limits) -> None:
    source, batch_id = feed.source, _batch_id(feed, files)
    read = delivering.records(lake.lake.spark, files, _read(feed), limits)
    records = envelope(read, source, batch_id, lake.now)
    count = sum(file.check.record_count for file in files)
    partial = drift.missing_pages(feed, files)
    notes = _notes(settings, feed, files, partial)
    if source.delivery == "snapshot":
        records = lake.keep(records)
        judged = snapshots.judge(lake, feed, records, batch_id, files, partial)
        for path, reason in judged.unfit.items():
            notes[path] = {"reason": reason or notes[path]["reason"], "is_complete": reason is None}
        if judged.tombstones is not None:
            count += judged.tombstones.count()
            records = records.unionByName(judged.tombstones)
    lake.append(
        ALL[source.lands_in],
        records,
        is_few=_are_few(files),
        source=source.source,
        batch_id=batch_id,
        records=count,
        **ledger.listed(files, notes),
    )
    _write_down(feed, files, batch_id, notes)


def _are_few(files: list[File]) -> bool:
    rows = sum(file.check.record_count for file in files)
    return rows <= MOST_ROWS and sum(session.unpacked(f.found.name, f.found.size) for f in files) <= FEW_BYTES


def _notes(settings: Settings, feed: Feed, files: list[File], partial: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    usual, notes = [row["record_count"] for row in feed.landed], {}
    for file in files:
        count = file.check.record_count
        said = (partial.get(file.found.name), drift.shrunken(usual, count, settings.landing.shrink_warning))
        notes[file.found.name] = {"reason": "; ".join(filter(None, said)) or None}
        usual.append(count)
    return notes


def _batch_id(feed: Feed, files: list[File]) -> str:
    landed = {row["sha256"] for row in feed.landed}
    # A content that comes back to the place it had left is a batch of its own.
    returned = [f"{f.check.sha256}@{f.found.time}" for f in files if f.check.sha256 in landed]
    parts = [feed.source.source, *sorted(file.check.sha256 for file in files), *returned]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _write_down(feed: Feed, files: list[File], batch_id: str, notes: Mapping[str, Mapping[str, Any]]) -> None:
    changes = 0
    for file in files:
        path = file.found.name
        for column, change, detail in drift.schema_changes(feed, file.check.columns):
            feed.add_change(batch_id, path, column, change, detail)
            changes += 1
        feed.add("landed", batch_id=batch_id, **file.facts, **notes[path])
    # Names of files and of their columns may be personal: the log has neither, the tables do.
    if changes:
        log.warning(Event("schema_changes", source=feed.source.source, batch=batch_id, changes=changes))
    for reason in (note["reason"] for note in notes.values() if note["reason"]):
        log.warning(Event("unusual_file", source=feed.source.source, batch=batch_id, reason=reason))


def _report_absent(lake: JobLake, feed: Feed, absent: Mapping[str, str]) -> None:
    """Say which columns of the description no record of the feed ever had: in every log, once in the table."""
    first = next((row for row in feed.rows if row["status"] == "landed"), None)
    if first is None or not absent:
        return
    log.warning(Event("absent_columns", drift.NEVER_THERE, source=feed.source.source, columns=list(absent)))
    told = {
        row["column_name"]
        for row in lake.lake.rows(ops.SCHEMA_CHANGE)
        if row["source_system"] == feed.source.source and row["detail"].startswith(drift.NEVER_THERE)
    }
    for name, meant in absent.items():
        if name not in told:
            detail = f"{drift.NEVER_THERE}; {meant}" if meant else drift.NEVER_THERE
            feed.add_change(first["batch_id"], first["path"], name, "missing", detail)
