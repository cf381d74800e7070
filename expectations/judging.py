"""Judging: the records of feeds become items of a target, each with one disposition and every rule that it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from conf.source import Given, Source
from conf.table import Table
from expectations.rules import KEY_PRESENT, RowRule, broken
from transformations.intake import giving, reading, versions

# The bronze rows of each feed, by the feed's name.
Records = Mapping[str, DataFrame]
ItemsOf = Callable[[Source, int, Given], DataFrame]
# Where a bronze row stands: as quarantine names it, and as bronze does.
PLACE = {"batch_id": "_batch_id", "source_object": "_source_object", "position": "_position"}
# What stood in quarantine is rejected again without saying why once more.
NO_REASON = "array(named_struct('rule', '', 'reason', '', 'values', cast(map() AS map<string,string>)))"
UNREADABLE = "array(named_struct('column', '', 'value', '', 'reason', ''))"


def judged(
    records: Records,
    sources: Sequence[Source],
    target: Table,
    rules: Sequence[RowRule],
    prepare: Callable[[DataFrame], DataFrame] = lambda given: given,
) -> DataFrame:
    """Return every item that the records give to the target, with its `disposition`, `_problems` and envelope.

    `prepare` makes of the given columns what is written, so that this is what is judged. Rules of severity reject
    decide; the others are the caller's business.
    """
    rejecting = (_key_given(target), *(rule for rule in rules if rule.severity == "reject"))

    def items_of(source: Source, number: int, given: Given) -> DataFrame:
        typed = _folded_for_each(reading.with_typed_columns(records[source.source], source), source, given)
        items = prepare(giving.items(typed, source, target, number, given))
        return _with_rules(items, rejecting, target)

    return _disposed(sources, target, items_of)


def as_they_stood(
    records: Records, sources: Sequence[Source], target: Table, quarantine: DataFrame, fresh: Sequence[str]
) -> DataFrame:
    """Return the items of all but the `fresh` batches with the dispositions they had: `quarantine` says what was open.

    What a run changes is what is judged now less what stood before.
    """

    # Who lost a key to another record was sound until then: it superseded its older versions all the same.
    lost = quarantine.where("array_contains(rules, 'key_given_once')")
    broken_then = quarantine.where("NOT array_contains(rules, 'key_given_once')")

    def items_of(source: Source, number: int, given: Given) -> DataFrame:
        typed = reading.with_typed_columns(records[source.source], source)
        old = _folded_for_each(_unreadable_as_it_was(typed, broken_then, fresh), source, given)
        return _rejected_as_it_was(giving.items(old, source, target, number, given), broken_then)

    items = _rejected_as_it_was(_disposed(sources, target, items_of), lost)
    became = F.when((F.col("disposition") == "sound") & (F.size("_problems") > 0), "quarantined")
    return items.withColumn("disposition", F.coalesce(became, "disposition"))


def _disposed(sources: Sequence[Source], target: Table, items_of: ItemsOf) -> DataFrame:
    whole: dict[bool, list[DataFrame]] = {False: [], True: []}
    parts = []
    for source in sources:
        for number, given in enumerate(source.gives[target.name]):
            every_version = given.versions == "all"
            items = items_of(source, number, given).withColumns(
                {"_withdrawable": F.lit(not every_version), "_key_space": F.lit(source.key_space)}
            )
            if given.each:
                parts.append(versions.with_disposition(items, every_version=every_version))
            else:
                whole[every_version].append(items)
    for every_version, frames in whole.items():
        if frames:
            # All sources together: one shuffle by record.
            items = versions.folded(_union(frames), rejected=F.size("_problems") > 0, by=("_item",))
            parts.append(versions.with_disposition(items, every_version=every_version))
    return _union(parts)


def _folded_for_each(typed: DataFrame, source: Source, given: Given) -> DataFrame:
    # The newest version of the record decides which items there are; an item alone may still be rejected.
    # A deletion needs nothing but its key.
    rejected = (F.size("unreadable") > 0) & ~F.col("_is_deleted")
    return versions.folded(giving.narrowed(typed, source, given), rejected=rejected) if given.each else typed


def _union(frames: list[DataFrame]) -> DataFrame:
    return reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), frames)


def _key_given(target: Table) -> RowRule:
    given = [c for c in target.key if c not in target.computed]
    return RowRule(
        "key_is_given", " AND ".join(f"`{c}` IS NOT NULL" for c in given) or "true", f"no {' or '.join(given)}"
    )


def _with_rules(items: DataFrame, rules: Sequence[RowRule], target: Table) -> DataFrame:
    if "text" in items.columns:
        items = items.withColumn("length", F.length("text"))
    # What a rule says of a value that could not be read would only repeat that it is null.
    judged_rules = F.when(F.col("_applicable") & (F.size("_problems") == 0), broken(rules, target)).otherwise(
        F.array().cast(f"array<{giving.PROBLEM}>")
    )
    return items.withColumn("_problems", F.concat("_problems", broken((KEY_PRESENT,), target), judged_rules))


def _unreadable_as_it_was(typed: DataFrame, quarantine: DataFrame, fresh: Sequence[str]) -> DataFrame:
    whole = quarantine.where("exists(rules, r -> r IN ('column_is_readable', 'record_is_readable'))")
    old = typed.where(~F.col("_batch_id").isin(*fresh)) if fresh else typed
    return _marked(old, whole, PLACE, "unreadable", UNREADABLE)


def _rejected_as_it_was(items: DataFrame, quarantine: DataFrame) -> DataFrame:
    return _marked(items, quarantine, {**PLACE, "item": "_item"}, "_problems", NO_REASON)


def _marked(frame: DataFrame, quarantine: DataFrame, place: Mapping[str, str], column: str, problem: str) -> DataFrame:
    """Give the rows that stand in quarantine one problem, the others none."""
    there = quarantine.select(*(F.col(a).alias(b) for a, b in place.items()), F.lit(True).alias("_was")).distinct()
    marked = frame.join(there, on=list(place.values()), how="left")
    return marked.withColumn(column, F.expr(f"if(_was, {problem}, slice({problem}, 1, 0))")).drop("_was")


def target_key(target: Table) -> list[str]:
    """Return the columns of judged items that make the target's key; empty where a job works out a part of it."""
    if any(column in target.computed and column != "source_system" for column in target.key):
        return []
    return ["_source_system" if column == "source_system" else column for column in target.key]


def keys_to_look_at(items: DataFrame, target: Table) -> DataFrame:
    """Return the keys of the target among which are all that `claimed_keys` finds: mostly none, and that cheaply."""
    record, feed = F.xxhash64("_key_space", "_identity"), F.xxhash64("_source_system")
    counted = (
        items.where("disposition = 'sound'")
        .groupBy(*target_key(target))
        .agg(
            F.count("*").alias("_items"),
            *(what(of).alias(f"_{what.__name__}_{name}") for name, of in (("record", record), ("feed", feed))
              for what in (F.min, F.max)),
        )
    )  # fmt: skip
    # The second feed of a key space may give a part of the same row.
    several = "_min_record <> _max_record OR (_items > 1 AND _min_feed = _max_feed) OR _items > 2"
    return counted.where(several).select(*target_key(target))


def claimed_keys(items: DataFrame, among: DataFrame, target: Table) -> DataFrame:
    """Return the keys of the target, `among` these, that several records claim, or several items of one feed.

    Feeds of one key space have their records in common, and make a row of the target together. `_keeper` is the record
    that keeps the key, the newest; `_kept_items` its item in each feed.
    """
    key = target_key(target)
    newest = F.struct("_known_at", "_record_hash", "_identity", "_item")
    per_record = (
        items.where("disposition = 'sound'")
        .join(among, on=key, how="left_semi")
        .groupBy(*key, "_key_space", "_identity", F.col("_source_system").alias("_feed"))
        .agg(F.count("*").alias("_claims"), F.max_by("_item", newest).alias("_kept"), F.max(newest).alias("_newest"))
    )
    record = F.struct("_key_space", "_identity")
    per_key = per_record.groupBy(*key).agg(
        F.max_by(record, "_newest").alias("_keeper"),
        F.count_distinct(record).alias("_records"),
        F.max("_claims").alias("_claims"),
        F.collect_list(F.struct(record.alias("record"), "_feed", "_kept")).alias("_all_kept"),
    )
    own = F.expr("filter(_all_kept, k -> k.record = _keeper)").alias("_kept_items")
    return per_key.where("_records > 1 OR _claims > 1").select(*key, "_keeper", own)


def without_losers(items: DataFrame, claimed: DataFrame, target: Table) -> DataFrame:
    """Quarantine all but the kept items of the keeper of those that claim one key of the target."""
    problem: Column = F.expr(
        "named_struct('rule', 'key_given_once', 'reason', 'another, newer record claims the same "
        f"{', '.join(target.key)}', 'values', map('record_that_kept_it', _keeper._identity))"
    )
    marked = items.join(claimed, on=target_key(target), how="left")
    is_kept = F.expr(
        "exists(_kept_items, k -> k.record = struct(_key_space, _identity) "
        "AND k._feed = _source_system AND k._kept = _item)"
    )
    lost = (F.col("disposition") == "sound") & F.col("_keeper").isNotNull() & ~is_kept
    return marked.withColumns(
        {
            "_problems": F.when(lost, F.array(problem)).otherwise(F.col("_problems")),
            "disposition": F.when(lost, "quarantined").otherwise(F.col("disposition")),
        }
    ).drop("_keeper", "_kept_items")
