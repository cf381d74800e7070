"""Silver: the house taxonomy, and what the words of sources mean in it."""

from __future__ import annotations

from conf.table import Table

TAXONOMY_NODE = Table(
    name="silver.taxonomy_node",
    kind="derived",
    key=("node_id", "version"),
    comment="a product, cause or contact reason of the house taxonomy",
    schema="""
    node_id   STRING COMMENT 'the node: taxonomy.path'
    version   STRING COMMENT 'version of the taxonomy'
    taxonomy  STRING COMMENT 'product, cause or contact_reason'
    parent_id STRING COMMENT 'node above; null at the top'
    name_es   STRING COMMENT 'name in Spanish'
    name_en   STRING COMMENT 'name in English'
    """,
)

TAXONOMY_CROSSWALK = Table(
    name="silver.taxonomy_crosswalk",
    kind="derived",
    key=("from_taxonomy", "from_value", "version"),
    comment="what a word of a source's own list means in the house taxonomy",
    schema="""
    from_taxonomy STRING COMMENT 'list of the source: key_space.product or key_space.cause'
    from_value    STRING COMMENT 'value of that list, folded: lower case, no accents, single spaces'
    version       STRING COMMENT 'version of the crosswalk'
    node_id       STRING COMMENT 'node of silver.taxonomy_node'
    """,
)
