"""Bronze: records as received, append-only, all tables with one envelope."""

from __future__ import annotations

from conf.table import Table

ENVELOPE = """
    _batch_id      STRING    COMMENT 'hash of the source and of the contents of the files landed together'
    _source_system STRING    COMMENT 'the feed: name of the source description that landed the record'
    _source_object STRING    COMMENT 'file, below the inbox; of an archive with its member: file!member'
    _position      BIGINT    COMMENT 'ordinal of the record in its object, from 1; below 0 for a tombstone'
    _record_key    STRING    COMMENT 'the source''s own key of the record; object and position where it has none'
    _record_hash   STRING    COMMENT 'sha256 of the content: CSV in any column order, JSON by its own text'
    _version_by    STRING    COMMENT 'what the source orders the versions of a record by, in sortable form'
    _known_at      TIMESTAMP COMMENT 'UTC; when the company knew: the source''s stamp, else file time'
    _is_deleted    BOOLEAN   COMMENT 'true for a tombstone: the record is gone from the source'
    _schema_hash   STRING    COMMENT 'sha256 of the column names of the object'
    _ingested_at   TIMESTAMP COMMENT 'UTC; start of the run that landed the record'
    payload        STRING    COMMENT 'the record as JSON text: as received for JSON, all strings for CSV'
"""


def _bronze(name: str, comment: str) -> Table:
    return Table(
        name=f"bronze.{name}",
        kind="journal",
        key=("_batch_id", "_source_system", "_source_object", "_position"),
        comment=comment,
        schema=ENVELOPE,
        # A record key or a file name may be a person's (an e-mail address, a scan named after its owner).
        personal=("_source_object", "_record_key", "_version_by", "payload"),
    )


COMPLAINT_BOOK = _bronze("complaint_book", "one complaints-book sheet (libro de reclamaciones)")
CRM_CASE = _bronze("crm_case", "a case of a CRM or service desk, per extracted version")
CRM_PARTY = _bronze("crm_party", "a person or company of a CRM, per extracted version")
WEB_FORM = _bronze("web_form", "a submission of a web form")
BRANCH_VISIT = _bronze("branch_visit", "a visit to a counter or branch")
EMAIL_MESSAGE = _bronze("email_message", "an e-mail message: headers, bodies, references to its attachments")
CHAT_SESSION = _bronze("chat_session", "a live or bot chat with its messages")
CALL_CONTACT_RECORD = _bronze("call_contact_record", "a telephony contact record, with its legs and queue events")
CALL_TRANSCRIPT = _bronze("call_transcript", "a transcript, where speech was already converted")
MEDIA_OBJECT = _bronze("media_object", "a file: audio, photo, video, PDF, attachment")
SOCIAL_POST = _bronze("social_post", "a post, comment or review")
SURVEY_RESPONSE = _bronze("survey_response", "the answers of one filled-in survey")
WEB_EVENT = _bronze("web_event", "an event of the web site")
APP_EVENT = _bronze("app_event", "an event of the app")
DEVICE_TELEMETRY = _bronze("device_telemetry", "a reading of a device")
EMPLOYEE = _bronze("employee", "an employee, per extracted version")
CAMPAIGN_CONTACT = _bronze("campaign_contact", "an attempt to reach somebody for a campaign")
CONSENT_EVENT = _bronze("consent_event", "a consent given, refused or withdrawn")
THIRD_PARTY_PROFILE = _bronze("third_party_profile", "what a credit bureau or the like says of somebody")
PRODUCT = _bronze("product", "a product or an article on sale, per extracted version")
CARD_ACCOUNT = _bronze("card_account", "an account or card that was issued, per extracted version")
CARD_TRANSACTION = _bronze(
    "card_transaction", "a movement of an account or card: purchase, cash, transfer, fee, refund"
)
ERP_ORDER = _bronze("erp_order", "an order with its lines, per extracted version")
ERP_INVOICE = _bronze("erp_invoice", "an invoice, credit note or statement, or a line of one")
PAYMENT = _bronze("payment", "a payment, an attempt to pay, or a refund")
COLLECTIONS_CASE = _bronze("collections_case", "an overdue debt that is collected, per extracted version")
SHIPMENT_EVENT = _bronze("shipment_event", "what a carrier did with a parcel")
RETURN_EVENT = _bronze("return_event", "a step of a return: asked for, received, paid back, refused")
CRM_OPPORTUNITY = _bronze("crm_opportunity", "a deal of a CRM, per extracted version")
# In the order of the channels as people meet them; land_files writes all of them.
ALL = (COMPLAINT_BOOK, CRM_CASE, CRM_PARTY, WEB_FORM, BRANCH_VISIT, EMAIL_MESSAGE, CHAT_SESSION, CALL_CONTACT_RECORD,
       CALL_TRANSCRIPT, MEDIA_OBJECT, SOCIAL_POST, SURVEY_RESPONSE, WEB_EVENT, APP_EVENT, DEVICE_TELEMETRY, EMPLOYEE,
       CAMPAIGN_CONTACT, CONSENT_EVENT, THIRD_PARTY_PROFILE, PRODUCT, CARD_ACCOUNT, CARD_TRANSACTION, ERP_ORDER,
       ERP_INVOICE, PAYMENT, COLLECTIONS_CASE, SHIPMENT_EVENT, RETURN_EVENT, CRM_OPPORTUNITY)  # fmt: skip
