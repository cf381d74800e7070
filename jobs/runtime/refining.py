"""Refining: bronze records become judged rows of a target, with every rejected one in quarantine and all counted.

One pass: the versions of the changed records are read, typed, mapped and judged; sound ones are merged into the
target; rejected ones go to quarantine; and `ops.batch_run` says what became of each batch. The target is written last,
so a run that is killed before leaves its watermark where it was, and the next one does the same work again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.settings import Settings
from conf.source import Given, Source
from conf.table import Table
from conf.tables import ALL, ops, silver
from expectations.rules import KEY_PRESENT, RowRule, broken
from jobs.runtime.lake import LakeError
from jobs.runtime.scope import JobLake
from transformations.intake import giving, reading, versions

KILLED = "the last run was killed before its end"
IDENTITIES = "key_space string, record_key string"


class BalanceError(LakeError):
    """Landed records without exactly one disposition: the run stops before the target is written."""


class StopRuleError(LakeError):
    """Rows that break a rule of severity stop: the run ends before it writes anything."""


def changed_identities(lake: JobLake, settings: Settings, also: DataFrame | None = None) -> DataFrame | None:
    """Return (key_space, record_key) of every record with news; None: all of them.

    News is a new version in bronze, a record in `also`, and with `replay` every record in open quarantine.
    """
    if lake.is_full:
        return None
    parts = []
    for source in lake.job.sources:
        changed = lake.changes(ALL[source.lands_in])
        if changed is not None:
            own = changed.where(F.col("_source_system") == source.source).withColumn("_identity", versions.identity())
            parts.append(own.select(F.lit(source.key_space).alias("key_space"), F.col("_identity").alias("record_key")))
    if also is not None:
        parts.append(also.select("key_space", "record_key"))
    if settings.replay:
        waiting = _open_quarantine(lake).join(F.broadcast(_feeds(lake)), on="source_system", how="inner")
        parts.append(waiting.select("key_space", "record_key"))
    if not parts:
        return lake.lake.spark.createDataFrame([], IDENTITIES)
    return lake.keep(reduce(DataFrame.unionByName, parts).distinct())


def _open_quarantine(lake: JobLake) -> DataFrame:
    target = lake.job.primary[0].name
    return lake.read(ops.QUARANTINE_RECORD).where((F.col("target") == target) & F.col("resolved_at").isNull())


def refined(
    lake: JobLake,
    settings: Settings,
    target: Table,
    rules: tuple[RowRule, ...],
    also: Callable[[], DataFrame | None] = lambda: None,
) -> tuple[DataFrame, DataFrame | None]:
    """Judge what changed, write quarantine and counts, and return the judged items and the identities they are of.

    `also` gives further (key_space, record_key) to judge again. The caller writes the target, last of all.
    """
    _mend_killed_run(lake)
    identities = changed_identities(lake, settings, None if lake.is_full else also())
    items = lake.keep(_judged(lake, target, rules, identities))
    if identities is not None and _meets_others(lake, target, items, identities):
        lake.since, lake.why, identities = None, "records share keys of the target", None
        items = lake.keep(_judged(lake, target, rules, None))
    before = None if identities is None else _judged(lake, target, (), identities, stood=_open_quarantine(lake))
    items = _without_collisions(lake, target, items)
    _stop(items, rules, target)
    write_counts(lake, target, items, before)
    write_quarantine(lake, target, items, identities)
    return items, identities


def sound(lake: JobLake, target: Table, items: DataFrame) -> DataFrame:
    """Return one row per key of the target; feeds that share a key space make it together, field by field."""
    kept = provenance(items.where("disposition = 'sound'")).withColumn("first_known_at", F.col("_first_known_at"))
    spaces = [source.key_space for source in lake.job.sources]
    several = len(set(spaces)) < len(spaces) and "source_system" not in target.key
    if several and not any(column in target.computed for column in target.key):
        return versions.merged_feeds(kept, target.key, ("_known_at", "_version_by", "source_system"))
    return kept.withColumn("source_systems", F.array("source_system"))


def write_sound(lake: JobLake, target: Table, rows: DataFrame, identities: DataFrame | None) -> None:
    """Make the target's rows of the identities (all of it where None) equal `rows`."""
    keys = None
    if identities is not None:
        keys = of_identities(lake, lake.read(target), identities).select("source_system", "_record_key").distinct()
    lake.write(target, rows.select(*target.column_names), keys)


def of_identities(lake: JobLake, rows: DataFrame, identities: DataFrame) -> DataFrame:
    """Return the rows that records of the identities made."""
    return rows.join(_made_by(lake, identities), on=["source_system", "_record_key"], how="left_semi")


def _made_by(lake: JobLake, identities: DataFrame) -> DataFrame:
    own = identities.join(F.broadcast(_feeds(lake)), on="key_space", how="inner")
    return own.select("source_system", F.col("record_key").alias("_record_key"))


def of_customers(lake: JobLake, target: Table) -> DataFrame | None:
    """Return (key_space, record_key) of the target's rows whose source party changed its customer."""
    changed = lake.changes(silver.CUSTOMER_XREF)
    if changed is None:
        return None
    rows = lake.read(target).join(changed.select("source_party_id"), on="source_party_id", how="left_semi")
    named = rows.join(F.broadcast(_feeds(lake)), on="source_system", how="inner")
    return named.select("key_space", F.col("_record_key").alias("record_key"))


def _feeds(lake: JobLake) -> DataFrame:
    pairs = [(s.source, s.key_space) for s in lake.job.sources]
    return lake.lake.spark.createDataFrame(pairs, "source_system string, key_space string")


def provenance(items: DataFrame) -> DataFrame:
    """Name the envelope as silver does: source_system and _record_key."""
    return items.withColumns({"source_system": F.col("_source_system"), "_record_key": F.col("_identity")})


def _mend_killed_run(lake: JobLake) -> None:
    """Recompute everything where a run was killed after its counts and before its target was written."""
    run_n = lake.n[lake.job.primary[0].name] + 1
    for version in lake.lake.versions(ops.BATCH_RUN):
        if version.commit.get("job") == lake.job.name:
            if version.commit["extra"].get("run_n") == run_n and not lake.is_full:
                lake.since, lake.why = None, KILLED
            return


def _meets_others(lake: JobLake, target: Table, items: DataFrame, identities: DataFrame) -> bool:
    """Say whether other records than these have a part in the target's rows of the same keys.

    Then what is right cannot be judged from the changed records alone.
    """
    given = [c for c in target.key if c not in target.computed]
    keys = provenance(items).select(*given, *(["source_system"] if "source_system" in target.key else [])).distinct()
    held = lake.read(target).join(keys, on=keys.columns, how="left_semi").select("source_system", "_record_key")
    collided = _open_quarantine(lake).where("array_contains(rules, 'key_given_once')")
    return (
        not held.join(_made_by(lake, identities), on=held.columns, how="left_anti").isEmpty() or not collided.isEmpty()
    )


def _without_collisions(lake: JobLake, target: Table, items: DataFrame) -> DataFrame:
    """Quarantine all but the newest of the sound items of different records that claim one key."""
    key = ["_source_system" if column == "source_system" else column for column in target.key]
    if any(column in target.computed for column in key):
        return items
    same_key = items.where("disposition = 'sound'").groupBy(*key)
    this = F.struct("_identity", "_version", "_item")
    newest = F.max_by(this, F.struct("_known_at", "_record_hash", "_item"))
    claimed = same_key.agg(F.count("*").alias("_claims"), newest.alias("_keeper"))
    collisions = lake.keep(claimed.where("_claims > 1").drop("_claims"))
    if collisions.isEmpty():
        return items
    named = ", ".join(target.key)
    problem = F.expr(
        f"named_struct('rule', 'key_given_once', 'reason', 'another, newer record claims the same {named}', "
        "'values', map('record_that_kept_it', _keeper._identity))"
    )
    marked = items.join(F.broadcast(collisions), on=key, how="left")
    is_loser = F.coalesce((F.col("disposition") == "sound") & (this != F.col("_keeper")), F.lit(False))
    parted = marked.withColumns(
        {
            "_problems": F.when(is_loser, F.array(problem)).otherwise(F.col("_problems")),
            "disposition": F.when(is_loser, "quarantined").otherwise(F.col("disposition")),
        }
    )
    return lake.keep(parted.drop("_keeper"))


def _stop(items: DataFrame, rules: tuple[RowRule, ...], target: Table) -> None:
    """Raise StopRuleError where rows that are about to be written break a rule that allows none."""
    for rule in (rule for rule in rules if rule.severity == "stop"):
        count = items.where("disposition = 'sound'").where(f"NOT coalesce({rule.sql}, false)").count()
        if count:
            raise StopRuleError(f"{target.name}: {count} rows break {rule.name} ({rule.reason}); nothing was written")


def _judged(
    lake: JobLake,
    target: Table,
    rules: tuple[RowRule, ...],
    identities: DataFrame | None,
    stood: DataFrame | None = None,
) -> DataFrame:
    """Return every item of the identities' versions with its disposition, over all sources that give the target.

    With `stood`, the open quarantine: the items of earlier batches, with the dispositions they had before this run.
    """
    entries = [
        (given, _items(lake, source, target, number, given, rules, identities, stood))
        for source in lake.job.sources
        for number, given in enumerate(source.gives[target.name])
    ]
    parts = []
    for every_version in (False, True):
        whole = [items for given, items in entries if not given.each and (given.versions == "all") == every_version]
        if whole:
            # All sources together: one shuffle by record.
            items = versions.folded(_union(whole), rejected=F.size("_problems") > 0, by=("_item",))
            parts.append(versions.with_disposition(items, every_version=every_version))
        exploded = [items for given, items in entries if given.each and (given.versions == "all") == every_version]
        parts += [versions.with_disposition(items, every_version=every_version) for items in exploded]
    return _union(parts)


def _union(frames: list[DataFrame]) -> DataFrame:
    return reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), frames)


def _items(
    lake: JobLake,
    source: Source,
    target: Table,
    number: int,
    given: Given,
    rules: tuple[RowRule, ...],
    identities: DataFrame | None,
    stood: DataFrame | None,
) -> DataFrame:
    """Return the judged items of one entry; those of `each` with the versions of their record already folded."""
    records = reading.with_typed_columns(_records(lake, source, identities), source)
    if stood is not None:
        records = _as_it_stood(lake, records, stood)
    if given.each:
        # The newest version of the record decides which items there are; an item alone may still be rejected.
        records = versions.folded(records, rejected=F.size("unreadable") > 0)
    items = giving.items(records, source, target, number, given)
    rejecting = (_key_given(target), *(rule for rule in rules if rule.severity == "reject"))
    items = _with_rules(items, rejecting, target) if stood is None else _rejected_then(items, stood)
    return items.withColumn("_withdrawable", F.lit(given.versions == "newest"))


_PLACE = {"batch_id": "_batch_id", "source_object": "_source_object", "position": "_position"}


def _as_it_stood(lake: JobLake, typed: DataFrame, stood: DataFrame) -> DataFrame:
    """Keep the records of earlier batches, unreadable where their quarantine says so."""
    fresh = [batch for batch, _, _ in _landed(lake, everything=False)]
    whole = stood.where("exists(rules, r -> r IN ('column_is_readable', 'record_is_readable'))")
    places = whole.select(*(F.col(a).alias(b) for a, b in _PLACE.items()), F.lit(True).alias("_was")).distinct()
    old = typed.where(~F.col("_batch_id").isin(fresh)) if fresh else typed
    problem = F.array(F.struct(F.lit("").alias("column"), F.lit("").alias("value"), F.lit("").alias("reason")))
    return (
        old.join(places, on=list(_PLACE.values()), how="left")
        .withColumn("unreadable", F.when(F.col("_was"), problem).otherwise(F.slice(problem, 1, 0)))
        .drop("_was")
    )


def _rejected_then(items: DataFrame, stood: DataFrame) -> DataFrame:
    """Give the items the one problem that they are in open quarantine, or none."""
    place = {**_PLACE, "item": "_item"}
    places = stood.select(*(F.col(a).alias(b) for a, b in place.items()), F.lit(True).alias("_was"))
    problem = F.expr("array(named_struct('rule', '', 'reason', '', 'values', cast(map() AS map<string,string>)))")
    return (
        items.join(places, on=list(place.values()), how="left")
        .withColumn("_problems", F.when(F.col("_was"), problem).otherwise(F.slice(problem, 1, 0)))
        .drop("_was")
    )


def _records(lake: JobLake, source: Source, identities: DataFrame | None) -> DataFrame:
    records = lake.read(ALL[source.lands_in]).where(F.col("_source_system") == source.source)
    if identities is None:
        return records
    own = identities.where(F.col("key_space") == source.key_space).select(F.col("record_key").alias("_identity"))
    return (
        records.withColumn("_identity", versions.identity())
        .join(own, on="_identity", how="left_semi")
        .drop("_identity")
    )


def _key_given(target: Table) -> RowRule:
    given = [c for c in target.key if c not in target.computed]
    return RowRule(
        "key_is_given", " AND ".join(f"`{c}` IS NOT NULL" for c in given) or "true", f"no {' or '.join(given)}"
    )


def _with_rules(items: DataFrame, rules: tuple[RowRule, ...], target: Table) -> DataFrame:
    if "text" in items.columns:
        items = items.withColumn("length", F.length("text"))
    # What a rule says of a value that could not be read would only repeat that it is null.
    judged_rules = F.when(F.col("_applicable") & (F.size("_problems") == 0), broken(rules, target)).otherwise(
        F.array().cast(f"array<{giving.PROBLEM}>")
    )
    return items.withColumn("_problems", F.concat("_problems", broken((KEY_PRESENT,), target), judged_rules))


def write_quarantine(lake: JobLake, target: Table, items: DataFrame, identities: DataFrame | None) -> None:
    """Open a quarantine row for every newly rejected item, and close those that no longer are, saying why."""
    rejected = items.where("disposition = 'quarantined'").select(
        F.lit(target.name).alias("target"),
        F.col("_batch_id").alias("batch_id"),
        F.col("_source_object").alias("source_object"),
        F.col("_position").alias("position"),
        F.col("_item").alias("item"),
        F.col("_source_system").alias("source_system"),
        F.col("_identity").alias("record_key"),
        F.expr("transform(_problems, p -> p.rule)").alias("rules"),
        F.expr("transform(_problems, p -> p.reason)").alias("reasons"),
        F.expr("aggregate(_problems, cast(map() AS map<string,string>), (all, p) -> "
               "map_concat(map_filter(all, (k, v) -> NOT map_contains_key(p.values, k)), p.values))").alias("values"),
        "payload",
        F.lit(lake.now).alias("quarantined_at"),
        F.lit(None).cast("timestamp").alias("resolved_at"),
        F.lit(None).cast("string").alias("resolution"),
    )  # fmt: skip
    key = list(ops.QUARANTINE_RECORD.key)
    waiting = _open_quarantine(lake)
    if identities is not None:
        waiting = waiting.join(F.broadcast(_feeds(lake)), on="source_system", how="inner")
        waiting = waiting.join(identities, on=["key_space", "record_key"], how="left_semi").drop("key_space")
    now = items.select(
        F.lit(target.name).alias("target"),
        F.col("_batch_id").alias("batch_id"),
        F.col("_source_object").alias("source_object"),
        F.col("_position").alias("position"),
        F.col("_item").alias("item"),
        F.when(F.col("disposition") == "sound", "passed").otherwise(F.col("disposition")).alias("resolution"),
    )
    resolved = (
        waiting.drop("resolution", "resolved_at")
        .join(now, on=key, how="left")
        # An item that the description no longer gives at all is not applicable any more.
        .withColumn("resolution", F.coalesce("resolution", F.lit("not_applicable")))
        .where("resolution <> 'quarantined'")
        .withColumn("resolved_at", F.lit(lake.now))
    )
    same = waiting.select(*key, "rules").withColumn("_open", F.lit(True))
    fresh = rejected.join(same, on=[*key, "rules"], how="left_anti")
    changed = lake.keep(fresh.unionByName(resolved.select(*fresh.columns)))
    if not changed.isEmpty():
        lake.merge(ops.QUARANTINE_RECORD, changed)


def write_counts(lake: JobLake, target: Table, items: DataFrame, before: DataFrame | None) -> None:
    """Add what this run changed in the dispositions of each batch to `ops.batch_run`, after checking the balance.

    `before` holds the same items as they stood, for an increment; a full recompute is held against the sum so far.
    """
    run_n = lake.n[lake.job.primary[0].name] + 1
    after = lake.keep(_counts(items))
    _check_balance(lake, after, everything=lake.is_full)
    key = ["batch_id", "source_system"]
    if before is None:
        past = lake.read(ops.BATCH_RUN).where((F.col("target") == target.name) & (F.col("run_n") < run_n))
        earlier = past.groupBy(*key).agg(*(F.sum(c).alias(c) for c in _COUNTED))
    else:
        earlier = _counts(before)
    moved = after.select(*key, *_COUNTED).unionByName(earlier.select(*key, *((-F.col(c)).alias(c) for c in _COUNTED)))
    rows = lake.keep(
        moved.groupBy(*key)
        .agg(*(F.sum(c).alias(c) for c in _COUNTED))
        .where(" OR ".join(f"{c} <> 0" for c in _COUNTED))
        .select(F.lit(target.name).alias("target"), "batch_id", F.lit(run_n).cast("bigint").alias("run_n"),
                "source_system", *_COUNTED, F.lit(lake.now).alias("judged_at"))
    )  # fmt: skip
    if lake.why == KILLED or not rows.isEmpty():
        # Runs from this number on never reached the target.
        lake.replace(ops.BATCH_RUN, rows, f"target = '{target.name}' AND run_n >= {run_n}", run_n=run_n)


_COUNTED = ("record_count", "item_count", *versions.DISPOSITIONS)


def _counts(items: DataFrame) -> DataFrame:
    first = (F.col("_item") == 0).cast("bigint")
    return items.groupBy(F.col("_batch_id").alias("batch_id"), F.col("_source_system").alias("source_system")).agg(
        F.sum(first).alias("record_count"),
        F.count("*").alias("item_count"),
        *(F.sum((F.col("disposition") == d).cast("bigint")).alias(d) for d in versions.DISPOSITIONS),
    )


def _check_balance(lake: JobLake, counts: DataFrame, *, everything: bool) -> None:
    """Raise BalanceError where a new batch has other records than landed, or items without exactly one disposition."""
    found = {(r.batch_id, r.source_system): r for r in counts.collect()}
    for r in found.values():
        total = sum(r[d] for d in versions.DISPOSITIONS)
        if total != r.item_count:
            raise BalanceError(f"batch {r.batch_id}: {r.item_count} items, but {total} dispositions")
    for batch, source, landed in _landed(lake, everything=everything):
        judged_records = found[(batch, source)].record_count if (batch, source) in found else 0
        if judged_records != landed:
            raise BalanceError(
                f"{lake.job.name}: batch {batch} of {source} landed {landed} records, {judged_records} were judged"
            )


def _landed(lake: JobLake, *, everything: bool) -> list[tuple[str, str, int]]:
    """Return (batch, source, records) of the batches that are new to this run, from the commits that landed them."""
    names = {source.source for source in lake.job.sources}
    found = []
    for table in {ALL[source.lands_in] for source in lake.job.sources}:
        after = -1 if everything or lake.since is None else lake.since.get(table.name, ("", -1))[1]
        for version in lake.lake.versions(table):
            extra = version.commit.get("extra", {})
            if after < version.number <= lake.pins[table.name].version and extra.get("source") in names:
                found.append((extra["batch_id"], extra["source"], extra["records"]))
    return found
