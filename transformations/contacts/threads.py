"""Which messages belong to one conversation: those that name each other, whoever else is missing."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

# Each round joins every conversation that is not whole yet with another, so a handful does; one more says that it is
# whole. To stop before would split conversations, so that is an error.
ROUNDS = 40


def threads(interactions: DataFrame) -> DataFrame:
    """Make silver.interaction_thread of contacts with (interaction_id, message_id, replies_to, started_at).

    A contact with neither a message id nor an answer has no row. A message and all that it answers are one
    conversation, also where the messages between were never delivered: the connected components of the graph of message
    ids, by its smallest id.
    """
    own = worldwide_id(F.col("message_id"))
    answered = F.transform(F.coalesce("replies_to", F.array()), worldwide_id)
    named = interactions.select(
        "interaction_id",
        "started_at",
        own.alias("_own"),
        F.array_distinct(F.array_compact(F.concat(F.array(own), answered))).alias("_names"),
    ).where("size(_names) > 0")
    roots = _components(named.select(F.explode("_names").alias("id"), F.array_min("_names").alias("to")))
    found = named.withColumn("id", F.col("_names")[0]).join(roots, on="id", how="inner")
    delivered = named.where("_own IS NOT NULL").select(F.col("_own").alias("id")).distinct()
    sizes = (
        roots.join(delivered.withColumn("_here", F.lit(True)), on="id", how="left")
        .groupBy("root")
        .agg(F.sum(F.col("_here").isNull().cast("int")).cast("int").alias("missing_count"))
    )
    whole = Window.partitionBy("root")
    in_order = whole.orderBy(F.col("started_at").asc_nulls_last(), "interaction_id")
    return found.join(sizes, on="root", how="inner").select(
        "interaction_id",
        F.col("root").alias("thread_id"),
        F.row_number().over(in_order).alias("position"),
        F.count("*").over(whole).cast("int").alias("contact_count"),
        "missing_count",
    )


def worldwide_id(message_id: Column) -> Column:
    """Return a message id that no other system gives: bare ones, which are no Message-ID, are of their key space."""
    key_space = F.substring_index("interaction_id", ":", 1)
    return F.when(message_id.rlike("[@:]"), message_id).otherwise(F.concat(key_space, F.lit(":"), message_id))


def _components(edges: DataFrame) -> DataFrame:
    """Return (id, root) of every node of edges (id, to): root is the smallest id that it is connected with.

    Each round every node looks at the roots of its neighbours, for itself and for its own root, and then at the root of
    its root (Zhang, Azad and Hu, FastSV, 2020). A root that only heard of its own neighbours would take as many rounds
    as its conversation is long.
    """
    both = edges.unionByName(edges.select(F.col("to").alias("id"), F.col("id").alias("to"))).distinct()
    both = both.localCheckpoint()
    roots = both.groupBy("id").agg(F.min("to").alias("root")).select("id", F.least("id", "root").alias("root"))
    roots = roots.localCheckpoint()
    for _ in range(ROUNDS):
        near = both.join(roots.select(F.col("id").alias("to"), F.col("root").alias("_near")), on="to", how="inner")
        seen = near.join(roots, on="id", how="inner")
        told = seen.select(F.explode(F.array_distinct(F.array("id", "root"))).alias("id"), "_near")
        smaller = told.groupBy("id").agg(F.min("_near").alias("_near"))
        hooked = roots.join(smaller, on="id", how="inner").select(
            "id", F.least("root", "_near").alias("root"), F.col("root").alias("_was")
        )
        hooked = hooked.localCheckpoint()
        beyond = hooked.select(F.col("id").alias("root"), F.col("root").alias("_beyond"))
        moved = hooked.join(beyond, on="root", how="inner").select("id", F.col("_beyond").alias("root"), "_was")
        moved = moved.localCheckpoint()
        roots = moved.select("id", "root")
        if moved.where("root <> _was").isEmpty():
            return roots
    raise RuntimeError(f"conversations were not whole after {ROUNDS} rounds, and half ones would be wrong")
