"""Counting: what became of every landed record, in `ops.batch_run` (docs/decisions/0003)."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from conf.table import Table
from conf.tables import ALL, ops
from jobs.runtime.lake import Lake, LakeError
from jobs.runtime.scope import JobLake
from transformations.intake import versions

COUNTED = ("record_count", "item_count", *versions.DISPOSITIONS)
BATCH = ("batch_id", "source_system")
# The numbers of COUNTED, by BATCH.
Counts = dict[tuple[str, str], tuple[int, ...]]


class BalanceError(LakeError):
    """Landed records without exactly one disposition: the run stops before the target is written."""


def was_killed(lake: JobLake) -> bool:
    """Say whether the last run ended after its counts and before its target was written."""
    return left_counts(lake.lake, lake.job.name, lake.n[lake.job.primary[0].name])


def left_counts(lake: Lake, job: str, n: int) -> bool:
    """Say whether the newest counts of a job belong to a run that its target, whose last commit is `n`, never saw."""
    runs = (v.commit["extra"].get("run_n", 0) for v in lake.versions(ops.BATCH_RUN) if v.commit.get("job") == job)
    return bool(next(runs, 0) > n)


def write(lake: JobLake, target: Table, items: DataFrame, before: DataFrame | None, *, killed: bool) -> None:
    """Add what this run changed in the dispositions of each batch, after checking the balance.

    `before` holds the same items as they stood, for an increment; a full recompute is held against the sum so far.
    Where the last run was `killed`, its counts are replaced, by none if there are none.
    """
    run_n = lake.n[lake.job.primary[0].name] + 1
    after = _counted(_counts(items))
    _check_balance(lake, after)
    if before is None:
        past = lake.read(ops.BATCH_RUN).where((F.col("target") == target.name) & (F.col("run_n") < run_n))
        earlier = _counted(past.groupBy(*BATCH).agg(*(F.sum(c).alias(c) for c in COUNTED)))
    else:
        earlier = _counted(_counts(before))
    none = (0,) * len(COUNTED)
    moved = {
        batch: tuple(new - old for new, old in zip(after.get(batch, none), earlier.get(batch, none), strict=True))
        for batch in after | earlier
    }
    columns = ("target", "batch_id", "run_n", "source_system", *COUNTED, "judged_at")
    rows = [
        dict(zip(columns, (target.name, batch_id, run_n, source, *counts, lake.now), strict=True))
        for (batch_id, source), counts in moved.items()
        if any(counts)
    ]
    if killed:
        # Runs from this number on never reached the target.
        contract = lake.lake.schema(ops.BATCH_RUN)
        values = [tuple(row[column] for column in contract.names) for row in rows]
        frame = lake.lake.spark.createDataFrame(values, contract)
        lake.replace(ops.BATCH_RUN, frame, f"target = '{target.name}' AND run_n >= {run_n}", run_n=run_n)
    elif rows:
        lake.append_rows(ops.BATCH_RUN, rows, run_n=run_n)


def fresh_batches(lake: JobLake) -> list[tuple[str, str, int]]:
    """Return (batch, source, records) of the batches that are new to this run, from the commits that landed them."""
    names = {source.source for source in lake.job.sources}
    found = []
    for table in {ALL[source.lands_in] for source in lake.job.sources}:
        after = -1 if lake.since is None else lake.since.get(table.name, ("", -1))[1]
        for version in lake.lake.standing(table):
            extra = version.commit.get("extra", {})
            if after < version.number <= lake.pins[table.name].version and extra.get("source") in names:
                found.append((extra["batch_id"], extra["source"], extra["records"]))
    return found


def _counts(items: DataFrame) -> DataFrame:
    first = (F.col("_item") == 0).cast("bigint")
    return items.groupBy(F.col("_batch_id").alias("batch_id"), F.col("_source_system").alias("source_system")).agg(
        F.sum(first).alias("record_count"),
        F.count("*").alias("item_count"),
        *(F.sum((F.col("disposition") == d).cast("bigint")).alias(d) for d in versions.DISPOSITIONS),
    )


def _counted(frame: DataFrame) -> Counts:
    """Return the counts of a frame by batch: batches are few, so they are compared here and not in a query."""
    return {(row["batch_id"], row["source_system"]): tuple(row[c] for c in COUNTED) for row in frame.collect()}


def _check_balance(lake: JobLake, counts: Counts) -> None:
    """Raise BalanceError where a new batch has other records than landed, or items without exactly one disposition."""
    for (batch, _), (_, items, *dispositions) in counts.items():
        if sum(dispositions) != items:
            raise BalanceError(f"batch {batch}: {items} items, but {sum(dispositions)} dispositions")
    for batch, source, landed in fresh_batches(lake):
        judged_records = counts[batch, source][0] if (batch, source) in counts else 0
        if judged_records != landed:
            raise BalanceError(
                f"{lake.job.name}: batch {batch} of {source} landed {landed} records, {judged_records} were judged"
            )
