"""Landing: files of an inbox become bronze rows, each content once, and the ledger says what became of each file."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from pyspark.sql import functions as F

from conf.read import FileRead
from conf.settings import Settings
from conf.source import Source, SourceError
from conf.tables import ALL, ops
from jobs.runtime import drift, extracting, file_feeds, ledger, objects
from jobs.runtime.costs import Part
from jobs.runtime.errors import said
from jobs.runtime.jvm import JvmError
from jobs.runtime.lake import ConcurrentWriteError, LakeError
from jobs.runtime.lease import LeaseLostError
from jobs.runtime.ledger import Batches, Feed
from jobs.runtime.logs import Event
from jobs.runtime.scope import JobLake
from transformations.intake.envelope import files_of

log = logging.getLogger("reclamo360")

# What a commit of attachments says of itself: the batches of the messages that they came with.
BESIDE = "beside"
# Feeds that land at the same time.
FEEDS_AT_A_TIME = 3


class FeedError(LakeError):
    """Feeds failed, others did what they had to; `errors` has what went wrong, by feed."""

    # What landed is sound, by other feeds or before: jobs that read bronze go on with it.
    stops_readers = False

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        feeds: dict[str, list[str]] = {}
        for name, error in errors.items():
            feeds.setdefault(said(error)[:300], []).append(name)
        super().__init__("; ".join(f"{', '.join(names)}: {text}" for text, names in feeds.items()))
        self.errors = dict(errors)


def land(lake: JobLake, settings: Settings) -> None:
    """Land every new file of every source; one that cannot is recorded with its reason and stops no other.

    Raises FeedError at its end where feeds failed.
    """
    objects.remove_partial(f"{lake.lake.root}/media")
    known = lake.lake.rows(ops.INGEST_FILE)
    landed = {t.name: ledger.batches(lake, t) for t in lake.job.writes if t.layer == "bronze"}
    feeds = []
    for source in lake.job.sources:
        mine = [row for row in known if row["source_system"] == source.source]
        feeds.append(Feed(source, lake.now, ledger.held(lake, source, mine, landed[source.lands_in])))
    errors: dict[str, Exception] = {}

    def land_in_turn(feeds: list[Feed]) -> None:
        for feed in feeds:
            lake.lake.refuse_to_commit()
            try:
                with lake.lake.meter.of(Part(lake.job.name, None, feed.source.source), lake.lake.started):
                    _land_one(lake, settings, feed, landed)
            except (JvmError, LeaseLostError, ConcurrentWriteError):
                # Nothing of any feed can be done: what landed is in bronze, and the next run writes it down.
                raise
            except Exception as error:
                log.debug(Event("feed_failed", source=feed.source.source), exc_info=True)
                errors[feed.source.source] = error

    # A small feed keeps one core busy at most, planning and committing.
    with ThreadPoolExecutor(FEEDS_AT_A_TIME) as pool:
        try:
            for done in as_completed([pool.submit(land_in_turn, group) for group in _by_table(feeds)]):
                done.result()
        except BaseException:
            # The run ends, or nothing can be done: what has not begun does not begin.
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    ledger.write(lake, feeds)
    if errors:
        in_order = {name: errors[name] for name in (feed.source.source for feed in feeds) if name in errors}
        raise FeedError(in_order) from next(iter(in_order.values()))


def _land_one(lake: JobLake, settings: Settings, feed: Feed, landed: Mapping[str, Batches]) -> None:
    _refuse_moved(feed.source, landed)
    ledger.mend(feed, landed[feed.source.lands_in], drift.schema_changes)
    if isinstance(feed.source.read, FileRead):
        file_feeds.land(lake, settings, feed)
    else:
        extracting.land(lake, feed, landed[feed.source.lands_in], file_feeds.limits_of(settings, lake.lake.root))
    if feed.source.also_lands:
        _land_attachments(lake, feed.source, feed.source.also_lands)


def _by_table(feeds: list[Feed]) -> list[list[Feed]]:
    """Put feeds that write to one table together: a table takes one commit of a job after the other."""
    groups: list[tuple[set[str], list[Feed]]] = []
    for feed in feeds:
        tables = {feed.source.lands_in, *filter(None, (feed.source.also_lands,))}
        shared = [group for group in groups if group[0] & tables]
        groups = [group for group in groups if group not in shared]
        merged = tables.union(*(names for names, _ in shared)), [f for _, members in shared for f in members]
        groups.append((merged[0], [*merged[1], feed]))
    return [members for _, members in groups]


def _refuse_moved(source: Source, landed: Mapping[str, Batches]) -> None:
    """Raise SourceError where records of the source lie in another table: jobs would no longer find them."""
    for table, batches in landed.items():
        mine = (b for b in batches if b["source"] == source.source)
        if table != source.lands_in and any(b["records"] for b in mine):
            raise SourceError(
                f"{source.file}: lands_in: {source.lands_in}, but records of {source.source} already lie in {table}, "
                f"and a feed keeps its table; write lands_in: {table} again, or give the source another name"
            )


def _land_attachments(lake: JobLake, source: Source, also_lands: str) -> None:
    """Land the attachments of every batch of messages that has none yet: also of one whose run was killed before."""
    table, messages = ALL[also_lands], ALL[source.lands_in]
    done = {batch for version in lake.lake.standing(table) for batch in version.commit.get("extra", {}).get(BESIDE, ())}
    landed = [batch["batch_id"] for batch in ledger.batches(lake, messages) if batch["source"] == source.source]
    if waiting := [batch for batch in landed if batch not in done]:
        # Logs are cleaned after a year, and of each table by itself: what lies there has landed.
        there = lake.lake.read(table).where(F.col("_batch_id").isin(waiting)).select("_batch_id").distinct()
        new = set(waiting) - {row[0] for row in there.collect()}
        found = files_of(lake.lake.read(messages).where(F.col("_batch_id").isin(*new)))
        # Also a commit without rows: these batches are dealt with.
        said: dict[str, Any] = {BESIDE: waiting}
        lake.append(table, found, **said)
