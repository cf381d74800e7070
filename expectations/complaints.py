"""What must hold of complaints and what hangs on them."""

from __future__ import annotations

from conf.tables import silver
from expectations.rules import CHANNELS, RowRule, known

STATUSES = (
    "received", "acknowledged", "assigned", "investigating", "pending", "responded", "resolved", "closed", "reopened",
    "withdrawn",
)  # fmt: skip
DOCUMENT_TYPES = ("complaint", "request", "response", "note", "email", "chat_turn", "transcript", "post", "review",
                  "survey_comment", "form")  # fmt: skip
OUTCOMES = ("upheld", "partly_upheld", "rejected", "explained", "withdrawn", "no_response")


def _ends() -> str:
    ends = ("acknowledged_at", "responded_at", "resolved_at", "closed_at", "reopened_at")
    # A date without a time says 00:00: the same day is never before the receipt.
    return " AND ".join(
        f"({end} IS NULL OR received_at IS NULL OR to_date({end}) >= to_date(received_at))" for end in ends
    )


RULES = {
    silver.COMPLAINT: (
        known("kind", ("reclamo", "queja", "complaint")),
        known("channel", CHANNELS),
        known("status", STATUSES),
        known("outcome", OUTCOMES),
        RowRule("received_not_after_known", "received_at IS NULL OR received_at <= _known_at + INTERVAL 1 DAY",
                "received more than a day after the company knew of it"),
        RowRule("ends_not_before_receipt", _ends(), "acknowledged, answered, solved or closed before it was received"),
        RowRule("amount_not_negative", "amount_claimed IS NULL OR amount_claimed >= 0", "a negative amount is claimed"),
        RowRule("currency_with_amount", "amount_claimed IS NULL OR currency IS NOT NULL",
                "an amount is claimed without its currency"),
        RowRule("known_at_present", "_known_at IS NOT NULL", "nobody can say what was known when", severity="stop"),
        RowRule("received_at_present", "received_at IS NOT NULL",
                "no date of receipt: the complaint counts, but leaves every duration", severity="warn"),
    ),
    silver.COMPLAINT_STATUS_HISTORY: (
        RowRule("status_known", f"to_status IN ({', '.join(repr(s) for s in STATUSES)})",
                f"the status is none of {', '.join(STATUSES)}"),
        RowRule("at_not_after_known", "at IS NULL OR at <= _known_at + INTERVAL 1 DAY",
                "the change lies more than a day after the company knew of it"),
    ),
    silver.COMPLAINT_REDRESS: (
        RowRule("redress_type_known", "redress_type IN ('refund', 'goodwill', 'reversal', 'monetary', 'non_monetary')",
                "the redress is none of refund, goodwill, reversal, monetary, non_monetary"),
        RowRule("amount_positive", "amount IS NULL OR amount > 0", "the amount given is not positive"),
        RowRule("currency_with_amount", "amount IS NULL OR currency IS NOT NULL",
                "an amount is given without its currency"),
    ),
    silver.DOCUMENT: (
        RowRule("text_present", "length > 0", "the document has no text"),
        known("document_type", DOCUMENT_TYPES),
        known("origin", ("typed", "asr", "ocr")),
        known("author_role", ("customer", "agent", "system")),
        known("channel", CHANNELS),
    ),
}  # fmt: skip
