"""Silver: filed complaints and what became of them."""

from __future__ import annotations

from conf.table import Table
from conf.tables.silver.provenance import PROVENANCE, PROVENANCE_COLUMNS

COMPLAINT = Table(
    name="silver.complaint",
    kind="derived",
    key=("complaint_id",),
    comment="one filed complaint for ever, in its current state",
    personal=("source_party_id", "_record_key"),
    computed=("customer_id", "source_systems", "first_known_at", *PROVENANCE_COLUMNS),
    schema=f"""
    complaint_id        STRING    COMMENT 'one filed complaint: key_space:id'
    kind                STRING    COMMENT 'reclamo (product or service), queja (attention), complaint (not told apart)'
    channel             STRING    COMMENT 'phone, email, counter, web, book, social, app, post, referral'
    source_party_id     STRING    COMMENT 'who complains, as the source knows them'
    customer_id         STRING    COMMENT 'who complains, resolved; null until the party has arrived'
    product             STRING    COMMENT 'product as filed'
    subproduct          STRING    COMMENT 'finer product as filed'
    cause               STRING    COMMENT 'cause or issue as filed'
    subcause            STRING    COMMENT 'finer cause as filed'
    product_node_id     STRING    COMMENT 'product in silver.taxonomy_node'
    cause_node_id       STRING    COMMENT 'cause in silver.taxonomy_node'
    provider            STRING    COMMENT 'company complained about, where the feed covers several'
    place               STRING    COMMENT 'district, city, branch or region the complaint is about'
    jurisdiction        STRING    COMMENT 'ISO 3166 of the country (or subdivision) whose rules apply'
    language            STRING    COMMENT 'language it was filed in, ISO 639-1'
    priority            STRING    COMMENT 'urgent or normal, as filed'
    amount_claimed      DECIMAL(18,2) COMMENT 'money claimed'
    currency            STRING    COMMENT 'ISO 4217 of amount_claimed'
    status              STRING    COMMENT 'current status; the words are in expectations/complaints.py'
    received_at         TIMESTAMP COMMENT 'UTC; when the company first heard of it; 00:00 where only the date is known'
    received_on         DATE      COMMENT 'calendar date of receipt where it was received'
    acknowledged_at     TIMESTAMP COMMENT 'UTC; receipt confirmed'
    responded_at        TIMESTAMP COMMENT 'UTC; answer sent'
    resolved_at         TIMESTAMP COMMENT 'UTC; solved'
    closed_at           TIMESTAMP COMMENT 'UTC; closed; null where the source states no date'
    reopened_at         TIMESTAMP COMMENT 'UTC; last reopening'
    outcome             STRING    COMMENT 'upheld, partly_upheld, rejected, explained, withdrawn, no_response'
    redress             STRING    COMMENT 'monetary, non_monetary, none'
    is_timely           BOOLEAN   COMMENT 'answered in time, as the source says'
    is_disputed         BOOLEAN   COMMENT 'the customer disputed the answer'
    parent_complaint_id STRING    COMMENT 'complaint that this one follows up'
    first_known_at      TIMESTAMP COMMENT 'UTC; when the company first knew of it'
    source_systems      ARRAY<STRING> COMMENT 'every feed that gave a part of the row'
    {PROVENANCE.strip()}
    """,
)

COMPLAINT_STATUS_HISTORY = Table(
    name="silver.complaint_status_history",
    kind="derived",
    key=("complaint_id", "seq"),
    comment="every status a complaint was in, with when it was known",
    personal=("changed_by", "_record_key", "stated_by"),
    computed=("seq", "from_status", "known_at", "withdrawn_at", "stated_by", *PROVENANCE_COLUMNS),
    schema="""
    complaint_id STRING    COMMENT 'the complaint'
    seq          INT       COMMENT 'order of the rows, from 1, withdrawn ones included; without a date by known_at'
    from_status  STRING    COMMENT 'status before; null for the first and for withdrawn statements'
    to_status    STRING    COMMENT 'status after'
    at           TIMESTAMP COMMENT 'UTC; when it changed; null where the source does not say when'
    changed_by   STRING    COMMENT 'employee id, system or team that changed it'
    known_at     TIMESTAMP COMMENT 'UTC; since when the company knew of it; a row for each time it was made again'
    withdrawn_at TIMESTAMP COMMENT 'UTC; until when: no longer stated, or the record deleted; null while it stands'
    stated_by    ARRAY<STRUCT<source_system: STRING, record_key: STRING>> COMMENT 'every record that states it, sorted'
    source_system      STRING    COMMENT 'the feed that first stated it'
    _record_key        STRING    COMMENT 'key of the bronze record that first stated it'
    _batch_id          STRING    COMMENT 'batch of that record'
    _known_at          TIMESTAMP COMMENT 'UTC; when the company knew the version the row was read from'
    has_newer_rejected BOOLEAN   COMMENT 'true where a newer version of that record is in quarantine'
    """,
)

COMPLAINT_REDRESS = Table(
    name="silver.complaint_redress",
    kind="derived",
    key=("complaint_id", "seq"),
    comment="a refund, goodwill or reversal given for a complaint",
    personal=("_record_key",),
    computed=(*PROVENANCE_COLUMNS,),
    schema=f"""
    complaint_id STRING        COMMENT 'the complaint'
    seq          INT           COMMENT 'order of the redress within the complaint, from 1'
    redress_type STRING        COMMENT 'refund, goodwill, reversal, monetary or non_monetary'
    amount       DECIMAL(18,2) COMMENT 'amount given, positive'
    currency     STRING        COMMENT 'ISO 4217 of amount'
    granted_at   TIMESTAMP     COMMENT 'UTC; when it was granted'
    {PROVENANCE.strip()}
    """,
)

COMPLAINT_ISSUE = Table(
    name="silver.complaint_issue",
    kind="derived",
    key=("complaint_id", "valid_from"),
    comment="which customer problem a complaint is about; one to one until issues are linked",
    schema="""
    complaint_id  STRING    COMMENT 'the complaint'
    issue_id      STRING    COMMENT 'one customer problem, whatever the number of filings and contacts'
    valid_from    TIMESTAMP COMMENT 'UTC; since when the complaint belongs to the issue'
    valid_to      TIMESTAMP COMMENT 'UTC; end, exclusive; null while it holds'
    is_current    BOOLEAN   COMMENT 'true while it holds'
    source_system STRING    COMMENT 'the feed of the complaint'
    _batch_id     STRING    COMMENT 'batch of the complaint'
    """,
)
