"""Silver: what the company sends to people, what they allowed it, and who works for it."""

from __future__ import annotations

from conf.table import Table
from conf.tables.silver.provenance import CUSTOMER, FIRST_KNOWN, PROVENANCE, PROVENANCE_COLUMNS

CAMPAIGN_CONTACT = Table(
    name="silver.campaign_contact",
    kind="derived",
    key=("contact_id",),
    comment="one attempt to reach a person or company for a campaign",
    personal=("employee_id", "source_party_id", "_record_key"),
    computed=("customer_id", "first_known_at", *PROVENANCE_COLUMNS),
    schema=f"""
    contact_id      STRING    COMMENT 'the attempt: key_space:id'
    campaign_id     STRING    COMMENT 'the campaign'
    channel         STRING    COMMENT 'phone, email, counter, web, book, social, app, post, referral, chat, sms'
    contacted_at    TIMESTAMP COMMENT 'UTC; when'
    attempt         INT       COMMENT 'which attempt of the campaign, from 1'
    outcome         STRING    COMMENT 'sent, delivered, opened, answered …; the words are in expectations/contacts.py'
    talk_seconds    INT       COMMENT 'seconds of talk; known only afterwards'
    is_converted    BOOLEAN   COMMENT 'the offer was taken'
    employee_id     STRING    COMMENT 'who tried'
    interaction_id  STRING    COMMENT 'the contact that it became'
    source_party_id STRING    COMMENT 'whom, as the source knows them'
    {CUSTOMER.strip()}
    {FIRST_KNOWN.strip()}
    {PROVENANCE.strip()}
    """,
)

CONSENT = Table(
    name="silver.consent",
    kind="derived",
    key=("source_party_id", "purpose", "channel", "valid_from"),
    comment="what a person allowed or refused, over time",
    personal=("source_party_id", "stated_by", "_record_key"),
    computed=("valid_from", "valid_to", "is_current", "customer_id", "stated_by", *PROVENANCE_COLUMNS),
    schema=f"""
    source_party_id STRING    COMMENT 'who, as the source knows them'
    purpose         STRING    COMMENT 'marketing, profiling, service, third_parties, recording'
    channel         STRING    COMMENT 'channel it is for; all: every one'
    stated_at       TIMESTAMP COMMENT 'UTC; when the person said so, as the source gives it'
    is_granted      BOOLEAN   COMMENT 'true: allowed; false: refused or withdrawn'
    evidence        STRING    COMMENT 'how it was given: form, click, recording, law'
    valid_from      TIMESTAMP COMMENT 'UTC; since when it holds'
    valid_to        TIMESTAMP COMMENT 'UTC; until when, exclusive; null while it holds'
    is_current      BOOLEAN   COMMENT 'true while it holds'
    stated_by       ARRAY<STRUCT<source_system: STRING, record_key: STRING>> COMMENT 'every record behind it, sorted'
    {CUSTOMER.strip()}
    {PROVENANCE.strip()}
    """,
)

EMPLOYEE = Table(
    name="silver.employee",
    kind="derived",
    key=("employee_id", "valid_from"),
    comment="who works for the company, over time",
    personal=("employee_id", "full_name", "email", "stated_by", "_record_key"),
    computed=("valid_from", "valid_to", "is_current", "stated_by", *PROVENANCE_COLUMNS),
    schema=f"""
    employee_id STRING    COMMENT 'the employee: key_space:id'
    stated_at   TIMESTAMP COMMENT 'UTC; since when it is so, as the source gives it'
    full_name   STRING    COMMENT 'name'
    email       STRING    COMMENT 'address at work'
    team        STRING    COMMENT 'team, branch or queue'
    role        STRING    COMMENT 'what they do'
    skills      ARRAY<STRING> COMMENT 'what they can attend to'
    languages   ARRAY<STRING> COMMENT 'ISO 639-1'
    site        STRING    COMMENT 'where they work'
    is_active   BOOLEAN   COMMENT 'false once they left'
    valid_from  TIMESTAMP COMMENT 'UTC; since when it holds'
    valid_to    TIMESTAMP COMMENT 'UTC; until when, exclusive; null while it holds'
    is_current  BOOLEAN   COMMENT 'true while it holds'
    stated_by   ARRAY<STRUCT<source_system: STRING, record_key: STRING>> COMMENT 'every record behind it, sorted'
    {PROVENANCE.strip()}
    """,
)
