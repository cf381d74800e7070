"""Silver: what people write in public, and what they do on the web, in the app and with devices."""

from __future__ import annotations

from conf.table import Table
from conf.tables.silver.provenance import CUSTOMER, FIRST_KNOWN, PROVENANCE, PROVENANCE_COLUMNS

SOCIAL_MENTION = Table(
    name="silver.social_mention",
    kind="derived",
    key=("mention_id",),
    comment="one public post, comment or review",
    personal=("author_id", "source_party_id", "author_place", "_record_key"),
    computed=("customer_id", "first_known_at", *PROVENANCE_COLUMNS),
    schema=f"""
    mention_id        STRING    COMMENT 'the post: key_space:id'
    network           STRING    COMMENT 'where: twitter, facebook, trustpilot …'
    mention_type      STRING    COMMENT 'post, reply, comment, review, message'
    author_id         STRING    COMMENT 'who wrote it: network:name'
    posted_at         TIMESTAMP COMMENT 'UTC; when'
    brand             STRING    COMMENT 'company it is about'
    product           STRING    COMMENT 'product it is about'
    sector            STRING    COMMENT 'line of business of the brand'
    author_place      STRING    COMMENT 'where the author says to be'
    language          STRING    COMMENT 'language as the source states it, ISO 639-1'
    rating            DECIMAL(9,2) COMMENT 'stars or points given'
    rating_max        DECIMAL(9,2) COMMENT 'most that could be given'
    reach             BIGINT    COMMENT 'people who could see it: followers or views'
    like_count        BIGINT    COMMENT 'likes'
    share_count       BIGINT    COMMENT 'shares, retweets'
    reply_count       BIGINT    COMMENT 'answers'
    parent_mention_id STRING    COMMENT 'post that it answers'
    document_id       STRING    COMMENT 'its text, in silver.document'
    interaction_id    STRING    COMMENT 'the contact it became'
    complaint_id      STRING    COMMENT 'the complaint it became'
    source_party_id   STRING    COMMENT 'who wrote it, where they are known as a party'
    {CUSTOMER.strip()}
    {FIRST_KNOWN.strip()}
    {PROVENANCE.strip()}
    """,
)

AUTHOR = Table(
    name="silver.author",
    kind="snapshot",
    key=("as_of_date", "author_id"),
    comment="who writes in public, with what was known of them by a day",
    personal=("author_id",),
    schema="""
    as_of_date     DATE      COMMENT 'the day'
    author_id      STRING    COMMENT 'the author: network:name'
    network        STRING    COMMENT 'where'
    mention_count  BIGINT    COMMENT 'posts known by the day'
    brand_count    BIGINT    COMMENT 'companies they wrote about'
    first_at       TIMESTAMP COMMENT 'UTC; first post'
    last_at        TIMESTAMP COMMENT 'UTC; last post'
    reach          BIGINT    COMMENT 'people who could see their last post that says so'
    response_count BIGINT    COMMENT 'likes, shares and answers to all their posts'
    """,
)

WEB_EVENT = Table(
    name="silver.web_event",
    kind="derived",
    key=("event_id",),
    comment="one event of the web site or the app",
    personal=("source_party_id", "device_id", "_record_key"),
    computed=(*PROVENANCE_COLUMNS,),
    schema=f"""
    event_id        STRING    COMMENT 'the event: key_space:id'
    session_id      STRING    COMMENT 'the visit it belongs to'
    event_type      STRING    COMMENT 'page_view, search, click, login, error, purchase, form, other'
    page            STRING    COMMENT 'page or screen, without its query'
    at              TIMESTAMP COMMENT 'UTC; when'
    channel         STRING    COMMENT 'web or app'
    device_id       STRING    COMMENT 'browser or phone'
    is_error        BOOLEAN   COMMENT 'the person saw an error'
    source_party_id STRING    COMMENT 'who, where they were logged in'
    {PROVENANCE.strip()}
    """,
)

WEB_SESSION = Table(
    name="silver.web_session",
    kind="derived",
    key=("session_id",),
    comment="one visit to the web site or the app, from its events",
    personal=("source_party_id", "device_id"),
    schema="""
    session_id      STRING    COMMENT 'the visit'
    channel         STRING    COMMENT 'web or app'
    device_id       STRING    COMMENT 'browser or phone'
    started_at      TIMESTAMP COMMENT 'UTC; first event'
    ended_at        TIMESTAMP COMMENT 'UTC; last event'
    event_count     BIGINT    COMMENT 'events'
    page_count      BIGINT    COMMENT 'pages seen'
    error_count     BIGINT    COMMENT 'errors seen'
    entry_page      STRING    COMMENT 'first page'
    exit_page       STRING    COMMENT 'last page'
    source_party_id STRING    COMMENT 'who, if they logged in at any moment of it'
    customer_id     STRING    COMMENT 'who, resolved; null until the party has arrived'
    source_system   STRING    COMMENT 'feed of its first event'
    _batch_id       STRING    COMMENT 'batch of its first event'
    """,
)

DEVICE_READING = Table(
    name="silver.device_reading",
    kind="derived",
    key=("reading_id",),
    comment="one reading of a device that a customer has",
    personal=("source_party_id", "device_id", "_record_key"),
    computed=(*PROVENANCE_COLUMNS,),
    schema=f"""
    reading_id      STRING    COMMENT 'the reading: key_space:id'
    device_id       STRING    COMMENT 'the device'
    read_at         TIMESTAMP COMMENT 'UTC; when'
    usage_on        DATE      COMMENT 'calendar date where the device is'
    usage_seconds   DOUBLE    COMMENT 'seconds in use since the last reading'
    usage_quantity  DOUBLE    COMMENT 'what was used: kWh, litres, MB'
    unit            STRING    COMMENT 'unit of usage_quantity'
    is_error        BOOLEAN   COMMENT 'the device reports a fault'
    source_party_id STRING    COMMENT 'whose, as the source knows them'
    {PROVENANCE.strip()}
    """,
)

DEVICE_USAGE_DAILY = Table(
    name="silver.device_usage_daily",
    kind="derived",
    key=("device_id", "usage_on"),
    comment="what a device did on a day",
    personal=("source_party_id", "device_id"),
    schema="""
    device_id       STRING    COMMENT 'the device'
    usage_on        DATE      COMMENT 'calendar date where the device is'
    reading_count   BIGINT    COMMENT 'readings'
    usage_seconds   DOUBLE    COMMENT 'seconds in use'
    usage_quantity  DOUBLE    COMMENT 'what was used; null where readings have several units'
    unit            STRING    COMMENT 'unit of usage_quantity'
    error_count     BIGINT    COMMENT 'readings that report a fault'
    first_at        TIMESTAMP COMMENT 'UTC; first reading'
    last_at         TIMESTAMP COMMENT 'UTC; last reading'
    source_party_id STRING    COMMENT 'whose, by the last reading that says so'
    customer_id     STRING    COMMENT 'whose, resolved; null until the party has arrived'
    source_system   STRING    COMMENT 'feed of its last reading'
    _batch_id       STRING    COMMENT 'batch of its last reading'
    """,
)
