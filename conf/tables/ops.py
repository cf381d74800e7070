"""Ops: what the platform did, why records were rejected, and how fresh the tables are."""

from __future__ import annotations

from conf.table import Table

INGEST_FILE = Table(
    name="ops.ingest_file",
    kind="journal",
    key=("source_system", "path", "sha256", "file_time"),
    comment="every file seen: landed, failed with its reason, or known under another name",
    personal=("path", "reason"),
    schema="""
    source_system STRING    COMMENT 'the feed'
    path          STRING    COMMENT 'file, below the inbox'
    sha256        STRING    COMMENT 'of the bytes of the file'
    status        STRING    COMMENT 'landed, failed, or duplicate (same content as another file of the feed)'
    reason        STRING    COMMENT 'why it failed, why a snapshot is not full, or what was noticed'
    batch_id      STRING    COMMENT 'batch it landed in'
    record_count  BIGINT    COMMENT 'records in the file'
    file_bytes    BIGINT    COMMENT 'size of the file'
    file_time     TIMESTAMP COMMENT 'UTC; modification time of the file'
    columns       ARRAY<STRING> COMMENT 'column names of the file, in order'
    pages         ARRAY<INT> COMMENT 'dumps of an API: numbers of the pages in the file; null where it says none'
    page_count    INT       COMMENT 'dumps of an API: how many pages there should be, as its pages say'
    is_complete   BOOLEAN   COMMENT 'snapshots: accepted as a full state, so that missing keys are deletions'
    seen_at       TIMESTAMP COMMENT 'UTC; start of the run that recorded it'
    """,
)

SCHEMA_CHANGE = Table(
    name="ops.schema_change",
    kind="journal",
    key=("source_system", "batch_id", "path", "column_name"),
    comment="a column that is new, missing or of another type in a file, against the feed's earlier files",
    personal=("path", "column_name", "detail"),
    schema="""
    source_system STRING    COMMENT 'the feed'
    batch_id      STRING    COMMENT 'batch the file landed in'
    path          STRING    COMMENT 'the file'
    column_name   STRING    COMMENT 'the column'
    change        STRING    COMMENT 'new, missing (or never there) or retyped'
    detail        STRING    COMMENT 'types before and after; whether the source description uses the column'
    seen_at       TIMESTAMP COMMENT 'UTC; start of the run that saw it'
    """,
)

BATCH_RUN = Table(
    name="ops.batch_run",
    kind="journal",
    key=("target", "batch_id", "run_n"),
    comment="what became of a batch in a target: the sum over runs has every landed record in exactly one disposition",
    schema="""
    target         STRING    COMMENT 'silver table the records were judged for'
    batch_id       STRING    COMMENT 'the batch'
    run_n          BIGINT    COMMENT 'number of the run of the job that judged'
    source_system  STRING    COMMENT 'the feed'
    record_count   BIGINT    COMMENT 'change in records judged'
    item_count     BIGINT    COMMENT 'change in items: as records, or one per item where the source says each'
    sound          BIGINT    COMMENT 'change in items that are in the target'
    quarantined    BIGINT    COMMENT 'change in items that are in quarantine'
    superseded     BIGINT    COMMENT 'change in items replaced by a newer version or deleted by the source'
    duplicate      BIGINT    COMMENT 'change in exact repetitions'
    not_applicable BIGINT    COMMENT 'change in items the source description leaves out for this target'
    suppressed     BIGINT    COMMENT 'change in items of erased persons'
    judged_at      TIMESTAMP COMMENT 'UTC; start of the run'
    """,
)

QUARANTINE_RECORD = Table(
    name="ops.quarantine_record",
    kind="journal",
    key=("target", "batch_id", "source_object", "position", "item"),
    comment="a rejected record with every broken rule and the values that broke it",
    personal=("source_object", "record_key", "values", "payload"),
    schema="""
    target         STRING    COMMENT 'silver table it was rejected from'
    batch_id       STRING    COMMENT 'batch of the bronze record'
    source_object  STRING    COMMENT 'object of the bronze record'
    position       BIGINT    COMMENT 'position of the bronze record'
    item           INT       COMMENT 'item within the record, from 0'
    source_system  STRING    COMMENT 'the feed'
    record_key     STRING    COMMENT 'key of the record'
    rules          ARRAY<STRING> COMMENT 'every broken rule'
    reasons        ARRAY<STRING> COMMENT 'the same in words, in the same order'
    values         MAP<STRING, STRING> COMMENT 'the values that broke them'
    payload        STRING    COMMENT 'the record as received'
    quarantined_at TIMESTAMP COMMENT 'UTC; start of the run that rejected it'
    resolved_at    TIMESTAMP COMMENT 'UTC; start of the run in which it passed or was replaced; null while open'
    resolution     STRING    COMMENT 'passed, superseded, duplicate, not_applicable or suppressed'
    """,
)

VALIDATION_RESULT = Table(
    name="ops.validation_result",
    kind="journal",
    key=("table_name", "table_version", "expectation"),
    comment="what Great Expectations found of a table version",
    schema="""
    table_name       STRING    COMMENT 'the table'
    table_version    BIGINT    COMMENT 'its Delta version'
    expectation      STRING    COMMENT 'the expectation or row rule'
    severity         STRING    COMMENT 'reject, stop or warn'
    is_met           BOOLEAN   COMMENT 'true where it holds'
    checked_count    BIGINT    COMMENT 'rows looked at'
    unexpected_count BIGINT    COMMENT 'rows that break it'
    detail           STRING    COMMENT 'observed value'
    validated_at     TIMESTAMP COMMENT 'UTC; start of the run'
    """,
)

RUN_COST = Table(
    name="ops.run_cost",
    kind="journal",
    key=("run_id", "job", "as_of", "source_system"),
    comment="what a job took in a run in which it did something or failed; of landing, each feed beside the rest",
    schema="""
    run_id               STRING    COMMENT 'the run'
    job                  STRING    COMMENT 'the job'
    as_of                STRING    COMMENT 'snapshots: the day it was made for; else empty'
    source_system        STRING    COMMENT 'landing: the feed; empty for what was done for no one feed'
    state                STRING    COMMENT 'what became of the job: done or failed'
    ended_at             TIMESTAMP COMMENT 'UTC; end of the run'
    seconds              DOUBLE    COMMENT 'from its beginning to its end; a job''s hold those of its feeds'
    tasks                BIGINT    COMMENT 'tasks of Spark that ended'
    failed_tasks         BIGINT    COMMENT 'tasks of Spark that failed, tried again or not'
    rows_read            BIGINT    COMMENT 'rows that Spark read from files, as often as it read them'
    bytes_read           BIGINT    COMMENT 'bytes of these'
    rows_written         BIGINT    COMMENT 'rows written to files; where Spark wrote them, the change feed among them'
    bytes_written        BIGINT    COMMENT 'bytes of these'
    shuffle_read_bytes   BIGINT    COMMENT 'bytes read from shuffles'
    shuffle_write_bytes  BIGINT    COMMENT 'bytes written to shuffles'
    memory_spilled_bytes BIGINT    COMMENT 'bytes that did not fit into memory, as they were there'
    disk_spilled_bytes   BIGINT    COMMENT 'the same, as they went to disk'
    peak_execution_memory_bytes BIGINT COMMENT 'most memory that the tasks of one stage took for sorting and joining'
    driver_python_bytes  BIGINT    COMMENT 'most memory of the driver''s Python until the end of the run'
    driver_heap_bytes    BIGINT    COMMENT 'most memory of its Java heap, pool by pool, until then; null without Java'
    """,
)

TABLE_FRESHNESS = Table(
    name="ops.table_freshness",
    kind="derived",
    key=("table_name",),
    comment="how fresh each table is",
    schema="""
    table_name      STRING    COMMENT 'the table'
    data_version    BIGINT    COMMENT 'last Delta version that changed rows'
    written_at      TIMESTAMP COMMENT 'UTC; when that version was committed'
    newest_known_at TIMESTAMP COMMENT 'UTC; newest knowledge in it, where it has such a column'
    lag_seconds     DOUBLE    COMMENT 'from newest knowledge to the commit'
    """,
)
