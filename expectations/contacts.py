"""What must hold of contacts, and of what was asked, promised and sent."""

from __future__ import annotations

from conf.tables import silver
from expectations.rules import CHANNELS, RowRule, known

CONTACT_TYPES = ("enquiry", "request", "complaint", "claim", "incident", "suggestion")
OUTCOMES = ("answered", "abandoned", "callback", "transferred", "voicemail", "resolved", "unresolved", "phantom")
LEG_OUTCOMES = ("answered", "abandoned", "callback", "transferred", "voicemail", "phantom")
ATTEMPTS = ("sent", "delivered", "bounced", "opened", "clicked", "answered", "no_answer", "refused", "accepted")
QUESTIONS = ("nps", "csat", "ces", "stars", "yes_no", "choice", "comment")
PROMISES = ("callback", "answer", "refund", "delivery", "visit", "payment", "other")
PURPOSES = ("marketing", "profiling", "service", "third_parties", "recording")
SECONDS = ("ivr_seconds", "wait_seconds", "talk_seconds", "hold_seconds", "wrap_seconds")


def not_after_known(column: str) -> RowRule:
    """Return the rule that nothing is known more than a day before it happens: days and months change places easily."""
    return RowRule(f"{column}_not_after_known", f"{column} IS NULL OR {column} <= _known_at + INTERVAL 1 DAY",
                   f"{column} lies more than a day after the company knew of it")  # fmt: skip


def in_order(first: str, then: str) -> RowRule:
    """Return the rule that one moment is not before another."""
    return RowRule(f"{then}_not_before_{first}", f"{first} IS NULL OR {then} IS NULL OR {then} >= {first}",
                   f"{then} is before {first}")  # fmt: skip


def not_days_before(first: str, then: str) -> RowRule:
    """Return the rule that one day is not before another: a date without a time says 00:00."""
    return RowRule(f"{then}_not_before_{first}",
                   f"{first} IS NULL OR {then} IS NULL OR to_date({then}) >= to_date({first})",
                   f"{then} is before {first}")  # fmt: skip


def not_negative(column: str) -> RowRule:
    """Return the rule that a quantity is not below zero."""
    return RowRule(f"{column}_not_negative", f"{column} IS NULL OR {column} >= 0", f"{column} is negative")


RULES = {
    silver.INTERACTION: (
        known("channel", CHANNELS),
        known("contact_type", CONTACT_TYPES),
        known("direction", ("inbound", "outbound", "internal")),
        known("outcome", OUTCOMES),
        known("priority", ("high", "normal", "low")),
        not_after_known("started_at"),
        in_order("started_at", "ended_at"),
        RowRule("channel_present", "channel IS NOT NULL", "no channel: nobody can say where the person was heard"),
        RowRule("started_at_present", "started_at IS NOT NULL",
                "no moment: the contact counts, but stands in no timeline", severity="warn"),
    ),
    silver.CALL_LEG: (
        known("outcome", LEG_OUTCOMES),
        RowRule("leg_seq_from_1", "leg_seq >= 1", "legs are numbered from 1"),
        *(not_negative(column) for column in SECONDS),
        in_order("started_at", "ended_at"),
        RowRule("hold_within_talk", "hold_seconds IS NULL OR talk_seconds IS NULL OR hold_seconds <= talk_seconds",
                "on hold for longer than the talk"),
        RowRule("abandoned_without_talk", "outcome IS NULL OR outcome <> 'abandoned' OR coalesce(talk_seconds, 0) = 0",
                "abandoned, and yet somebody talked", severity="warn"),
    ),
    silver.TRANSCRIPT_SEGMENT: (
        known("speaker", ("customer", "agent", "system")),
        RowRule("segment_seq_from_1", "segment_seq >= 1", "segments are numbered from 1"),
        not_negative("start_seconds"),
        in_order("start_seconds", "end_seconds"),
        RowRule("confidence_is_share", "confidence IS NULL OR confidence BETWEEN 0 AND 1",
                "the confidence is not from 0 to 1"),
    ),
    silver.MEDIA_OBJECT: (
        known("media_role", ("attachment", "recording", "photo", "scan", "document")),
        RowRule("content_present", "sha256 RLIKE '^[0-9a-f]{64}$'", "the content was not kept: no sha256 of it"),
        not_negative("bytes"),
        not_negative("duration_seconds"),
        RowRule("usable", "problem IS NULL", "the file can hardly be used; its problem says why", severity="warn"),
    ),
    silver.SURVEY_RESPONSE: (
        known("question_type", QUESTIONS),
        known("channel", CHANNELS),
        not_after_known("answered_at"),
        RowRule("score_on_scale",
                "score IS NULL OR (score >= coalesce(scale_min, score) AND score <= coalesce(scale_max, score))",
                "the score is not on its scale"),
        RowRule("nps_from_0_to_10", "question_type IS NULL OR question_type <> 'nps' OR score IS NULL "
                "OR (score BETWEEN 0 AND 10 AND score = floor(score))", "an NPS answer is a whole number from 0 to 10"),
        RowRule("something_answered", "coalesce(cast(score AS string), choice, document_id) IS NOT NULL",
                "neither a score, nor a choice, nor a comment"),
    ),
    silver.PROMISE: (
        known("promise_type", PROMISES),
        not_after_known("promised_at"),
        not_days_before("promised_at", "due_at"),
        not_days_before("promised_at", "kept_at"),
        not_negative("amount"),
        RowRule("currency_with_amount", "amount IS NULL OR currency IS NOT NULL",
                "an amount is promised without its currency"),
    ),
    silver.CAMPAIGN_CONTACT: (
        known("channel", CHANNELS),
        known("outcome", ATTEMPTS),
        not_after_known("contacted_at"),
        not_negative("talk_seconds"),
        RowRule("attempt_from_1", "attempt IS NULL OR attempt >= 1", "attempts are numbered from 1"),
    ),
    silver.CONSENT: (
        known("purpose", PURPOSES),
        known("channel", (*CHANNELS, "all")),
        not_after_known("stated_at"),
        RowRule("is_granted_present", "is_granted IS NOT NULL", "neither allowed nor refused"),
    ),
    silver.EMPLOYEE: (not_after_known("stated_at"),),
    silver.SOCIAL_MENTION: (
        known("mention_type", ("post", "reply", "comment", "review", "message")),
        not_after_known("posted_at"),
        RowRule("rating_on_scale", "rating IS NULL OR (rating >= 0 AND rating <= coalesce(rating_max, rating))",
                "the rating is not on its scale"),
        *(not_negative(column) for column in ("reach", "like_count", "share_count", "reply_count")),
    ),
    silver.WEB_EVENT: (
        known("event_type", ("page_view", "search", "click", "login", "error", "purchase", "form", "other")),
        known("channel", ("web", "app")),
        RowRule("at_present", "at IS NOT NULL", "nobody can say when it happened"),
        not_after_known("at"),
        RowRule("session_id_present", "session_id IS NOT NULL", "it belongs to no visit"),
    ),
    silver.DEVICE_READING: (
        RowRule("device_and_day", "device_id IS NOT NULL AND usage_on IS NOT NULL", "no device, or no day"),
        not_after_known("read_at"),
        not_negative("usage_seconds"),
        RowRule("unit_with_quantity", "usage_quantity IS NULL OR unit IS NOT NULL", "a quantity without its unit"),
    ),
}  # fmt: skip
