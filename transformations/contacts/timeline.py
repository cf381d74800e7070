"""The journey of a customer: what happened, in order, from every table that knows of something."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import DataFrame

from conf.table import Table
from conf.tables import silver

# Per table the events that a row is: SQL of the columns of gold.customer_timeline. `event_id` is completed with the
# event's type; an event without a moment stands in no timeline.
EVENTS: Mapping[Table, tuple[Mapping[str, str], ...]] = {
    silver.COMPLAINT: (
        {
            "event_type": "'complaint'", "event_at": "received_at", "event_id": "complaint_id", "channel": "channel",
            "summary": "concat_ws(' / ', product, cause)", "amount": "amount_claimed", "currency": "currency",
            "complaint_id": "complaint_id",
        },
        {
            "event_type": "'complaint_closed'", "event_at": "coalesce(closed_at, resolved_at)",
            "event_id": "complaint_id", "channel": "channel", "summary": "outcome", "complaint_id": "complaint_id",
        },
    ),
    silver.INTERACTION: (
        {
            "event_type": "'contact'", "event_at": "started_at", "event_id": "interaction_id", "channel": "channel",
            "summary": "concat_ws(' / ', contact_type, reason, outcome)", "complaint_id": "complaint_id",
            "interaction_id": "interaction_id",
        },
    ),
    silver.SURVEY_RESPONSE: (
        {
            "event_type": "'survey'", "event_at": "answered_at", "event_id": "concat_ws(':', response_id, question_id)",
            "channel": "channel", "summary": "concat_ws(' ', question_type, cast(score AS string), choice)",
            "complaint_id": "complaint_id", "interaction_id": "interaction_id",
        },
    ),
    silver.SOCIAL_MENTION: (
        {
            "event_type": "'post'", "event_at": "posted_at", "event_id": "mention_id", "channel": "'social'",
            "summary": "concat_ws(' ', network, mention_type, cast(rating AS string))", "complaint_id": "complaint_id",
            "interaction_id": "interaction_id",
        },
    ),
    silver.PROMISE: (
        {
            "event_type": "'promise'", "event_at": "promised_at", "event_id": "promise_id", "summary": "promise_type",
            "amount": "amount", "currency": "currency", "complaint_id": "complaint_id",
            "interaction_id": "interaction_id",
        },
        {
            "event_type": "'promise_kept'", "event_at": "kept_at", "event_id": "promise_id",
            "summary": "concat_ws(' ', promise_type, CASE WHEN kept_at <= due_at THEN 'in time' "
            "WHEN kept_at > due_at THEN 'late' END)",
            "amount": "amount", "currency": "currency", "complaint_id": "complaint_id",
            "interaction_id": "interaction_id",
        },
    ),
    silver.CAMPAIGN_CONTACT: (
        {
            "event_type": "'campaign'", "event_at": "contacted_at", "event_id": "contact_id", "channel": "channel",
            "summary": "concat_ws(' / ', campaign_id, outcome)", "interaction_id": "interaction_id",
        },
    ),
    silver.WEB_SESSION: (
        {
            "event_type": "'visit'", "event_at": "started_at", "event_id": "session_id", "channel": "channel",
            "summary": "concat(page_count, ' pages, ', error_count, ' errors')",
        },
    ),
}  # fmt: skip
COLUMNS = ("event_at", "event_type", "channel", "summary", "amount", "currency", "complaint_id", "interaction_id")


def timeline(tables: Mapping[Table, DataFrame]) -> DataFrame:
    """Make gold.customer_timeline of the rows of each table in EVENTS; those without a customer stand in none."""
    parts = [_events(tables[table], table, event) for table, events in EVENTS.items() for event in events]
    return reduce(DataFrame.unionByName, parts).where("customer_id IS NOT NULL AND event_at IS NOT NULL")


def _events(rows: DataFrame, table: Table, event: Mapping[str, str]) -> DataFrame:
    types = {"event_at": "timestamp", "amount": "decimal(18,2)"}
    # Words of which none is given say nothing.
    said = {**event, "summary": f"nullif({event['summary']}, '')"}
    columns = [f"cast({said.get(c, 'NULL')} AS {types.get(c, 'string')}) AS {c}" for c in COLUMNS]
    return rows.selectExpr(
        "customer_id",
        f"concat({event['event_type']}, ':', {event['event_id']}) AS event_id",
        *columns,
        "source_system",
        f"'{table.name}' AS source_table",
    )
