"""Refine texts: what each is, in silver; the text itself, in the restricted prefix."""

from __future__ import annotations

from conf.settings import Settings
from conf.tables import ops, silver
from jobs.runtime import refining
from jobs.runtime.scope import JobLake

TARGET = silver.DOCUMENT
READS = ()
PRIMARY = (silver.DOCUMENT, silver.DOCUMENT_TEXT_RAW)
WRITES = (*PRIMARY, ops.QUARANTINE_RECORD, ops.BATCH_RUN)


def run(lake: JobLake, settings: Settings) -> None:
    """Merge the documents of the records that changed, and their texts."""
    items, changed = refining.refined(lake, settings)
    documents = lake.keep(refining.sound(lake, TARGET, items))
    keys = None
    if changed is not None:
        there = refining.made_by(lake.read(silver.DOCUMENT), changed)
        keys = lake.keep(there.select("document_id").unionByName(documents.select("document_id")).distinct())
    texts = documents.select(*silver.DOCUMENT_TEXT_RAW.column_names)
    lake.write(silver.DOCUMENT_TEXT_RAW, texts, keys)
    lake.write(silver.DOCUMENT, documents.select(*TARGET.column_names), keys)
