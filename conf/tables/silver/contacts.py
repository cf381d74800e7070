"""Silver: contacts on any channel, and what was said, promised and asked in them."""

from __future__ import annotations

from conf.table import Table
from conf.tables.silver.provenance import CUSTOMER, FIRST_KNOWN, PROVENANCE, PROVENANCE_COLUMNS

INTERACTION = Table(
    name="silver.interaction",
    kind="derived",
    key=("interaction_id",),
    comment="one contact with a person or company, on any channel",
    personal=("employee_id", "source_party_id", "message_id", "replies_to", "_record_key"),
    computed=("customer_id", "first_known_at", *PROVENANCE_COLUMNS),
    schema=f"""
    interaction_id   STRING    COMMENT 'one contact: key_space:id'
    channel          STRING    COMMENT 'phone, email, counter, web, book, social, app, post, referral, chat, sms'
    contact_type     STRING    COMMENT 'enquiry, request, complaint, claim, incident, suggestion; null where not told'
    direction        STRING    COMMENT 'inbound, outbound or internal'
    reason           STRING    COMMENT 'why, in the source''s own words or codes'
    started_at       TIMESTAMP COMMENT 'UTC; when it began, or the message was sent'
    ended_at         TIMESTAMP COMMENT 'UTC; when it ended'
    outcome          STRING    COMMENT 'answered, abandoned, resolved …; the words are in expectations/contacts.py'
    has_trusted_times BOOLEAN  COMMENT 'false where the source''s own times contradict each other'
    priority         STRING    COMMENT 'high, normal or low, as the source ranks it'
    language         STRING    COMMENT 'language as the source states it, ISO 639-1'
    employee_id      STRING    COMMENT 'who attended'
    queue_id         STRING    COMMENT 'queue, team, branch or mailbox it came to'
    is_automatic     BOOLEAN   COMMENT 'true where a machine wrote it: out of office, newsletter, bounce'
    message_id       STRING    COMMENT 'id by which others refer to it: the Message-ID of a mail, else key_space:id'
    replies_to       ARRAY<STRING> COMMENT 'message ids of the contacts it answers, oldest first'
    source_party_id  STRING    COMMENT 'who it was with, as the source knows them'
    complaint_id     STRING    COMMENT 'the complaint it is about'
    {CUSTOMER.strip()}
    {FIRST_KNOWN.strip()}
    {PROVENANCE.strip()}
    """,
)

INTERACTION_THREAD = Table(
    name="silver.interaction_thread",
    kind="derived",
    key=("interaction_id",),
    comment="which contacts answer each other: one conversation, however its messages came",
    personal=("thread_id",),
    schema="""
    interaction_id STRING COMMENT 'a contact that has a message id, or answers one'
    thread_id      STRING COMMENT 'the conversation: smallest message id of all that its messages name'
    position       INT    COMMENT 'order of the contact in it, from 1, by time'
    contact_count  INT    COMMENT 'contacts of the conversation that are here'
    missing_count  INT    COMMENT 'messages that it names and nobody delivered'
    """,
)

CALL_LEG = Table(
    name="silver.call_leg",
    kind="derived",
    key=("interaction_id", "leg_seq"),
    comment="one part of a call: from the queue to the end of the talk with one agent",
    personal=("employee_id", "_record_key"),
    computed=(*PROVENANCE_COLUMNS,),
    schema=f"""
    interaction_id STRING    COMMENT 'the call'
    leg_seq        INT       COMMENT 'order of the leg in the call, from 1'
    queue_id       STRING    COMMENT 'queue or skill group it waited in'
    employee_id    STRING    COMMENT 'agent who answered; null where nobody did'
    started_at     TIMESTAMP COMMENT 'UTC; entered the queue; else the talk; else left the voice unit'
    ended_at       TIMESTAMP COMMENT 'UTC; left'
    ivr_seconds    INT       COMMENT 'seconds with the voice unit before'
    wait_seconds   INT       COMMENT 'seconds in the queue; 0: did not wait'
    talk_seconds   INT       COMMENT 'seconds of talk'
    hold_seconds   INT       COMMENT 'of these, seconds on hold'
    wrap_seconds   INT       COMMENT 'seconds of work after the talk'
    outcome        STRING    COMMENT 'answered, abandoned, callback, transferred, voicemail; phantom: nobody called'
    has_trusted_times BOOLEAN COMMENT 'false where the source''s own times contradict each other'
    {PROVENANCE.strip()}
    """,
)

TRANSCRIPT_SEGMENT = Table(
    name="silver.transcript_segment",
    kind="derived",
    key=("interaction_id", "segment_seq"),
    comment="a stretch of speech of one speaker; its words are a document",
    personal=("_record_key",),
    computed=(*PROVENANCE_COLUMNS,),
    schema=f"""
    interaction_id STRING COMMENT 'the call'
    segment_seq    INT    COMMENT 'order in the call, from 1'
    speaker        STRING COMMENT 'customer, agent or system'
    start_seconds  DOUBLE COMMENT 'from the beginning of the recording'
    end_seconds    DOUBLE COMMENT 'from the beginning of the recording'
    confidence     DOUBLE COMMENT 'of the recogniser, 0 to 1'
    document_id    STRING COMMENT 'the words, in silver.document'
    {PROVENANCE.strip()}
    """,
)

SURVEY_RESPONSE = Table(
    name="silver.survey_response",
    kind="derived",
    key=("response_id", "question_id"),
    comment="one answer to one question of a survey",
    personal=("employee_id", "source_party_id", "_record_key"),
    computed=("customer_id", "first_known_at", *PROVENANCE_COLUMNS),
    schema=f"""
    response_id     STRING    COMMENT 'the filled-in survey: key_space:id'
    question_id     STRING    COMMENT 'the question'
    survey_id       STRING    COMMENT 'the survey, or its wave'
    question_type   STRING    COMMENT 'nps, csat, ces, stars, yes_no, choice, comment'
    score           DECIMAL(9,2) COMMENT 'answer as a number; null where it is none'
    scale_min       DECIMAL(9,2) COMMENT 'lowest possible score'
    scale_max       DECIMAL(9,2) COMMENT 'highest possible score'
    choice          STRING    COMMENT 'code of the chosen answer'
    document_id     STRING    COMMENT 'the comment, in silver.document'
    answered_at     TIMESTAMP COMMENT 'UTC; when it was answered'
    channel         STRING    COMMENT 'channel it was asked on'
    product         STRING    COMMENT 'product, company or branch that was rated'
    employee_id     STRING    COMMENT 'who was rated'
    interaction_id  STRING    COMMENT 'contact that was rated'
    complaint_id    STRING    COMMENT 'complaint whose handling was rated'
    source_party_id STRING    COMMENT 'who answered, as the source knows them'
    {CUSTOMER.strip()}
    {FIRST_KNOWN.strip()}
    {PROVENANCE.strip()}
    """,
)

PROMISE = Table(
    name="silver.promise",
    kind="derived",
    key=("promise_id",),
    comment="something promised to a customer: when it was due, and when it was kept",
    personal=("employee_id", "source_party_id", "_record_key"),
    computed=("customer_id", *PROVENANCE_COLUMNS),
    schema=f"""
    promise_id      STRING    COMMENT 'the promise: key_space:id'
    promise_type    STRING    COMMENT 'callback, answer, refund, delivery, visit, payment, other'
    promised_at     TIMESTAMP COMMENT 'UTC; when it was given'
    due_at          TIMESTAMP COMMENT 'UTC; until when it was to be kept, that moment included; of a day its end'
    kept_at         TIMESTAMP COMMENT 'UTC; when it was kept; null while it is not'
    amount          DECIMAL(18,2) COMMENT 'money promised'
    currency        STRING    COMMENT 'ISO 4217 of amount'
    employee_id     STRING    COMMENT 'who gave it'
    interaction_id  STRING    COMMENT 'contact in which it was given'
    complaint_id    STRING    COMMENT 'complaint it belongs to'
    source_party_id STRING    COMMENT 'to whom, as the source knows them'
    {CUSTOMER.strip()}
    {PROVENANCE.strip()}
    """,
)
