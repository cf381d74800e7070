"""Silver: texts and media, described; the texts themselves are in the restricted prefix."""

from __future__ import annotations

from conf.table import Table
from conf.tables.silver.provenance import CUSTOMER, PROVENANCE, PROVENANCE_COLUMNS

DOCUMENT = Table(
    name="silver.document",
    kind="derived",
    key=("document_id",),
    comment="one text, described; the text itself is in restricted.document_text_raw",
    personal=("source_party_id", "_record_key"),
    computed=("length", *PROVENANCE_COLUMNS),
    schema=f"""
    document_id     STRING    COMMENT 'one text: key_space:id:part'
    document_type   STRING    COMMENT 'complaint, email, review …; the words are in expectations/complaints.py'
    origin          STRING    COMMENT 'typed, asr or ocr'
    author_role     STRING    COMMENT 'customer, agent or system'
    channel         STRING    COMMENT 'phone, email, counter, web, book, social, app, post, referral, chat, sms'
    language        STRING    COMMENT 'language as the source states it, ISO 639-1'
    written_at      TIMESTAMP COMMENT 'UTC; when it was written'
    length          INT       COMMENT 'characters of the text'
    complaint_id    STRING    COMMENT 'the complaint it belongs to'
    interaction_id  STRING    COMMENT 'the contact it was written or spoken in'
    media_id        STRING    COMMENT 'the file it was read from: scan, recording'
    source_party_id STRING    COMMENT 'who wrote it, as the source knows them'
    {PROVENANCE.strip()}
    """,
)

DOCUMENT_TEXT_RAW = Table(
    name="restricted.document_text_raw",
    kind="derived",
    key=("document_id",),
    comment="the raw text of a document; narrow grant",
    personal=("text",),
    schema="""
    document_id   STRING COMMENT 'the document'
    text          STRING COMMENT 'raw text as received'
    source_system STRING COMMENT 'the feed of the document'
    _batch_id     STRING COMMENT 'batch of the bronze record'
    """,
)

MEDIA_OBJECT = Table(
    name="silver.media_object",
    kind="derived",
    key=("media_id",),
    comment="a file that came with a record or by itself; its content is kept once, by its hash",
    personal=("file_name", "source_party_id", "_record_key"),
    computed=("customer_id", *PROVENANCE_COLUMNS),
    schema=f"""
    media_id         STRING    COMMENT 'one file where it came: key_space:id; the same content may come again'
    sha256           STRING    COMMENT 'its content: the file media/<sha256> of the lake'
    media_role       STRING    COMMENT 'attachment, recording, photo, scan, document'
    file_name        STRING    COMMENT 'its name without a path'
    mime_type        STRING    COMMENT 'what it is, by its content'
    bytes            BIGINT    COMMENT 'its size'
    duration_seconds DOUBLE    COMMENT 'audio and video'
    page_count       INT       COMMENT 'PDF and TIFF'
    width            INT       COMMENT 'pixels; pictures and video'
    height           INT       COMMENT 'pixels; pictures and video'
    problem          STRING    COMMENT 'why it can hardly be used: empty, broken, needs a password, wrongly named'
    language         STRING    COMMENT 'language as the source states it, ISO 639-1'
    received_at      TIMESTAMP COMMENT 'UTC; when it came'
    interaction_id   STRING    COMMENT 'the contact it came with, or is the recording of'
    complaint_id     STRING    COMMENT 'the complaint it belongs to'
    source_party_id  STRING    COMMENT 'who sent it, as the source knows them'
    {CUSTOMER.strip()}
    {PROVENANCE.strip()}
    """,
)
