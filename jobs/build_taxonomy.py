"""Build the house taxonomy and its crosswalk from the definitions."""

from __future__ import annotations

from pyspark.sql import functions as F

from conf import definitions
from conf.settings import Settings
from conf.tables import silver
from jobs.runtime.scope import JobLake
from transformations.identity import names

READS = ()
WRITES = (silver.TAXONOMY_NODE, silver.TAXONOMY_CROSSWALK)


def run(lake: JobLake, settings: Settings) -> None:
    """Write the nodes and the words of the sources' own lists that lead to them."""
    taxonomy = definitions.load("taxonomy")
    nodes = [
        (node_id, taxonomy["version"], kind, node_id.rpartition(".")[0] or None, words["es"], words["en"])
        for kind, listed in taxonomy["nodes"].items()
        for node_id, words in listed.items()
    ]
    spark = lake.lake.spark
    lake.write(silver.TAXONOMY_NODE, spark.createDataFrame(nodes, lake.lake.schema(silver.TAXONOMY_NODE)))
    words = [
        (source_list, str(word), taxonomy["version"], node_id)
        for source_list, mapped in taxonomy["crosswalk"].items()
        for node_id, listed in mapped.items()
        for word in listed
    ]
    crosswalk = spark.createDataFrame(words, lake.lake.schema(silver.TAXONOMY_CROSSWALK))
    folded = crosswalk.withColumn("from_value", names.folded(F.col("from_value")))
    lake.write(silver.TAXONOMY_CROSSWALK, folded.dropDuplicates(list(silver.TAXONOMY_CROSSWALK.key)))
