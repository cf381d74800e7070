"""Silver: typed, checked, one sound row per thing; a module a subject."""

from __future__ import annotations

from conf.tables.silver.complaints import COMPLAINT, COMPLAINT_ISSUE, COMPLAINT_REDRESS, COMPLAINT_STATUS_HISTORY
from conf.tables.silver.contacts import (
    CALL_LEG,
    INTERACTION,
    INTERACTION_THREAD,
    PROMISE,
    SURVEY_RESPONSE,
    TRANSCRIPT_SEGMENT,
)
from conf.tables.silver.digital import (
    AUTHOR,
    DEVICE_READING,
    DEVICE_USAGE_DAILY,
    SOCIAL_MENTION,
    WEB_EVENT,
    WEB_SESSION,
)
from conf.tables.silver.documents import DOCUMENT, DOCUMENT_TEXT_RAW, MEDIA_OBJECT
from conf.tables.silver.outreach import CAMPAIGN_CONTACT, CONSENT, EMPLOYEE
from conf.tables.silver.parties import ADDRESS, CUSTOMER_XREF, RECORD_SUBJECT, SOURCE_PARTY
from conf.tables.silver.provenance import PROVENANCE_COLUMNS
from conf.tables.silver.taxonomy import TAXONOMY_CROSSWALK, TAXONOMY_NODE

__all__ = [
    "ADDRESS",
    "AUTHOR",
    "CALL_LEG",
    "CAMPAIGN_CONTACT",
    "COMPLAINT",
    "COMPLAINT_ISSUE",
    "COMPLAINT_REDRESS",
    "COMPLAINT_STATUS_HISTORY",
    "CONSENT",
    "CUSTOMER_XREF",
    "DEVICE_READING",
    "DEVICE_USAGE_DAILY",
    "DOCUMENT",
    "DOCUMENT_TEXT_RAW",
    "EMPLOYEE",
    "INTERACTION",
    "INTERACTION_THREAD",
    "MEDIA_OBJECT",
    "PROMISE",
    "PROVENANCE_COLUMNS",
    "RECORD_SUBJECT",
    "SOCIAL_MENTION",
    "SOURCE_PARTY",
    "SURVEY_RESPONSE",
    "TAXONOMY_CROSSWALK",
    "TAXONOMY_NODE",
    "TRANSCRIPT_SEGMENT",
    "WEB_EVENT",
    "WEB_SESSION",
]
