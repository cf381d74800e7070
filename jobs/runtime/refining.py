"""Refining: bronze records become judged rows of a target, with every rejected one in quarantine and all counted.

The records with news are read once, typed, mapped and judged; rejected items go to quarantine, `ops.batch_run` says
what became of each batch, and sound ones are merged into the target. The target is written last, so a run that is
killed before leaves its watermark where it was, and the next one does the same work again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.settings import Settings
from conf.table import Table
from conf.tables import ALL, silver
from expectations import judging
from expectations.judging import Records
from expectations.rules import RowRule
from jobs.runtime import counting, quarantine
from jobs.runtime.lake import LakeError
from jobs.runtime.logs import Event
from jobs.runtime.scope import JobLake
from transformations.intake import versions

log = logging.getLogger("reclamo360")

# A record in whatever version, as silver names it: feed and identity.
RECORD = ("source_system", "_record_key")
# Records sent to every task rather than shuffled to meet their versions: about 100 MB at most.
FEW_RECORDS = 1_000_000
# Rounds of judging the changed records with those who have a part in the rows they touch, before all are judged.
ROUNDS = 4
# Batches named to Delta, so that it opens no other file; a longer list costs more than it saves.
FEW_BATCHES = 1_000


class StopRuleError(LakeError):
    """Rows that break a rule of severity stop: the run ends before it writes anything."""


def refined(
    lake: JobLake,
    settings: Settings,
    prepare: Callable[[DataFrame], DataFrame] = lambda given: given,
    also: Callable[[], DataFrame | None] = lambda: None,
) -> tuple[DataFrame, DataFrame | None]:
    """Judge what changed, write quarantine and counts, and return the judged items and the RECORDs they are of.

    `prepare` makes of the given columns what is judged and written; `also` gives further RECORDs to judge again.
    RECORDs are None where everything is judged. The caller writes the target, last of all.
    """
    target, rules = lake.target, lake.job.rules
    killed = counting.was_killed(lake)
    if killed and not lake.is_full:
        lake.since, lake.why = None, "the last run was killed before its end"
    lake.refuse_to_forget(target)
    changed = None if lake.is_full else _changed_records(lake, settings, also())
    for _ in range(ROUNDS):
        received = _received(lake, changed)
        records = _by_feed(lake, received if changed is not None else _with_several(lake, received))
        items = lake.keep(judging.judged(records, lake.job.sources, target, rules, prepare))
        others = None if changed is None else _others(lake, target, items, changed)
        if changed is None or others is None:
            break
        changed = _few(lake, changed.unionByName(others))
    else:
        log.warning(Event("fall_back", "records share rows with too many others: judging all", job=lake.job.name))
        lake.since, lake.why, changed = None, "records share rows with too many others", None
        lake.refuse_to_forget(target)
        received = _received(lake, None)
        records = _by_feed(lake, _with_several(lake, received))
        items = lake.keep(judging.judged(records, lake.job.sources, target, rules, prepare))
    before = None if changed is None else _as_they_stood(lake, target, records)
    items = _without_collisions(lake, target, items)
    _stop(items, rules, target)
    counting.write(lake, target, items, before, killed=killed)
    quarantine.write(lake, target, items, list(received.values()), changed)
    return items, changed


def sound(lake: JobLake, target: Table, items: DataFrame) -> DataFrame:
    """Return one row per key of the target; feeds that share a key space make it together, field by field."""
    kept = provenance(items.where("disposition = 'sound'")).withColumn("first_known_at", F.col("_first_known_at"))
    spaces = [source.key_space for source in lake.job.sources]
    several = len(set(spaces)) < len(spaces) and "source_system" not in target.key
    if several and not any(column in target.computed for column in target.key):
        return versions.merged_feeds(kept, target.key, ("_known_at", "_version_by", "source_system"))
    return kept.withColumn("source_systems", F.array("source_system"))


def write_sound(lake: JobLake, target: Table, rows: DataFrame, changed: DataFrame | None) -> None:
    """Make the target's rows of the changed RECORDs (all of it where None) equal `rows`."""
    keys = None if changed is None else made_by(lake.read(target), changed).select(*RECORD).distinct()
    lake.write(target, rows.select(*target.column_names), keys)


def made_by(rows: DataFrame, records: DataFrame) -> DataFrame:
    """Return the rows of a target that the RECORDs made."""
    return rows.join(records, on=list(RECORD), how="left_semi")


def of_customers(lake: JobLake, target: Table) -> DataFrame | None:
    """Return the RECORDs of the target's rows whose source party changed its customer."""
    changed = lake.changes(silver.CUSTOMER_XREF)
    if changed is None:
        return None
    rows = lake.read(target).join(changed.select("source_party_id"), on="source_party_id", how="left_semi")
    return rows.select(*RECORD)


def provenance(items: DataFrame) -> DataFrame:
    """Name the envelope as silver does: source_system and _record_key."""
    return items.withColumns({"source_system": F.col("_source_system"), "_record_key": F.col("_identity")})


# ---- which records, in which versions


def _changed_records(lake: JobLake, settings: Settings, also: DataFrame | None) -> DataFrame:
    """Return every RECORD with news: a new version, a place in `also`, or, with `replay`, in open quarantine.

    A record has its key in every feed of its key space: what is news in one is judged in all of them.
    """
    bronze = {ALL[source.lands_in].name: ALL[source.lands_in] for source in lake.job.sources}
    parts = [_record_of(rows) for table in bronze.values() if (rows := lake.changes(table)) is not None]
    parts += [] if also is None else [also]
    if settings.replay:
        waiting = quarantine.still_open(lake)
        parts.append(waiting.select("source_system", F.col("record_key").alias("_record_key")))
    spark = lake.lake.spark
    if not parts:
        return spark.createDataFrame([], "source_system string, _record_key string")
    return _few(lake, _in_all_feeds(lake, reduce(DataFrame.unionByName, parts)))


def _in_all_feeds(lake: JobLake, records: DataFrame) -> DataFrame:
    """Return RECORDs under every feed of their key space: feeds that share one make a row together."""
    sources = lake.job.sources
    if len({source.key_space for source in sources}) == len(sources):
        return records.where(F.col("source_system").isin([source.source for source in sources]))
    pairs = [(a.source, b.source) for a in sources for b in sources if a.key_space == b.key_space]
    siblings = F.broadcast(lake.lake.spark.createDataFrame(pairs, "source_system string, _sibling string"))
    found = records.join(siblings, on="source_system", how="inner")
    return found.select(F.col("_sibling").alias("source_system"), "_record_key")


def _few(lake: JobLake, records: DataFrame) -> DataFrame:
    """Keep RECORDs, to be sent to every task where they are few: their versions need not be shuffled to meet them."""
    kept = lake.keep(records.distinct())
    return F.broadcast(kept) if kept.count() <= FEW_RECORDS else kept


def _record_of(bronze: DataFrame) -> DataFrame:
    return bronze.select(F.col("_source_system").alias("source_system"), versions.identity().alias("_record_key"))


def _received(lake: JobLake, changed: DataFrame | None) -> dict[str, DataFrame]:
    """Return the bronze rows of each table: every version of the changed records, or all of them."""
    tables = {source.lands_in: ALL[source.lands_in] for source in lake.job.sources}
    if changed is None:
        return {name: lake.read(table) for name, table in tables.items()}
    return {name: lake.keep(_versions_of(lake.read(table), changed)) for name, table in tables.items()}


def _by_feed(lake: JobLake, received: dict[str, DataFrame]) -> Records:
    return {
        source.source: received[source.lands_in].where(F.col("_source_system") == source.source)
        for source in lake.job.sources
    }


def _with_several(lake: JobLake, received: dict[str, DataFrame]) -> dict[str, DataFrame]:
    """Say of each bronze row whether its record has other versions, to be sorted with: of most there are none."""
    if lake.lake.is_small:
        # Sorting them all is done before they are counted.
        return received
    mine = F.col("_source_system").isin([source.source for source in lake.job.sources])
    parts = (versions.received_again(rows.where(mine)) for rows in received.values())
    again = lake.keep(reduce(DataFrame.unionByName, parts))
    count = again.count()
    if count > FEW_RECORDS:
        return received
    few = F.broadcast(again) if count else None
    return {name: versions.with_several(rows, few) for name, rows in received.items()}


def _versions_of(bronze: DataFrame, changed: DataFrame) -> DataFrame:
    # The keys alone are read first: payloads are long, and mostly of batches that hold no changed record.
    wanted = changed.withColumnsRenamed({"source_system": "_source_system", "_record_key": "_identity"})
    keyed = bronze.withColumn("_identity", versions.identity())
    batches = keyed.join(wanted, on=wanted.columns, how="left_semi").select("_batch_id").distinct()
    named = [row[0] for row in batches.limit(FEW_BATCHES + 1).collect()]
    near = keyed if len(named) > FEW_BATCHES else keyed.where(F.col("_batch_id").isin(named))
    return near.join(wanted, on=wanted.columns, how="left_semi").select(*bronze.columns)


def _as_they_stood(lake: JobLake, target: Table, records: Records) -> DataFrame:
    fresh = [batch for batch, _, _ in counting.fresh_batches(lake)]
    return judging.as_they_stood(records, lake.job.sources, target, quarantine.still_open(lake), fresh)


# ---- several records, one key


def _others(lake: JobLake, target: Table, items: DataFrame, changed: DataFrame) -> DataFrame | None:
    """Return the RECORDs not in `changed` that have a part in the target's rows of the same keys; None: there are none.

    What is right for such a row cannot be judged from the changed records alone.
    """
    given = [c for c in target.key if c not in target.computed]
    keys = provenance(items).select(*given, *(["source_system"] if "source_system" in target.key else [])).distinct()
    held = lake.keep(lake.read(target).join(keys, on=keys.columns, how="left_semi"))
    lake.refuse_to_forget(target, held)
    if "stated_by" in target.column_names:
        itself = F.array(F.struct("source_system", F.col("_record_key").alias("record_key")))
        held = held.select(F.explode(F.coalesce("stated_by", itself)).alias("by")).select("by.*")
    else:
        held = held.select(*RECORD)
    waiting = quarantine.still_open(lake).where("array_contains(rules, 'key_given_once')")
    losers = waiting.select("source_system", F.col("record_key").alias("_record_key"),
                            F.expr("values['record_that_kept_it']").alias("_keeper"))  # fmt: skip
    kept_out = losers.join(
        changed.select(F.col("_record_key").alias("_keeper")).distinct(), on="_keeper", how="left_semi"
    )
    known = _in_all_feeds(lake, held.toDF(*RECORD).unionByName(kept_out.select(*RECORD)))
    found = known.join(changed, on=list(RECORD), how="left_anti")
    others = lake.keep(found.distinct())
    return None if others.isEmpty() else others


def _without_collisions(lake: JobLake, target: Table, items: DataFrame) -> DataFrame:
    """Quarantine all but the newest of the sound items of different records that claim one key."""
    if not judging.target_key(target):
        return items
    among = lake.keep(judging.keys_to_look_at(items, target))
    count = among.count()
    if not count:
        return items
    few = (lambda keys: F.broadcast(keys)) if count <= FEW_RECORDS else (lambda keys: keys)
    claimed = lake.keep(judging.claimed_keys(items, few(among), target))
    return lake.keep(judging.without_losers(items, few(claimed), target))


def _stop(items: DataFrame, rules: tuple[RowRule, ...], target: Table) -> None:
    """Raise StopRuleError where rows that are about to be written break a rule that allows none."""
    for rule in (rule for rule in rules if rule.severity == "stop"):
        count = items.where("disposition = 'sound'").where(f"NOT coalesce({rule.sql}, false)").count()
        if count:
            raise StopRuleError(f"{target.name}: {count} rows break {rule.name} ({rule.reason}); nothing was written")
