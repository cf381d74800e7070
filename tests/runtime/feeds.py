"""Small feeds that the tests of the runtime, and of its faults, deliver from."""

from __future__ import annotations

import json

CASES = """
source: cases
key_space: crm
lands_in: bronze.crm_case
delivery: upsert
read: {format: csv, path: "{inbox}/cases*"}
columns:
  id: string
  product: string
  state: string
  opened: {date: yyyy-MM-dd}
  amount: {decimal: '18,2'}
  updated: {timestamp: 'yyyy-MM-dd HH:mm'}
record_key: id
version_by: updated
known_at: updated
gives:
  silver.complaint:
    complaint_id: "concat(key_space, ':', id)"
    kind: "'complaint'"
    product: product
    status: state
    received_at: opened
    amount_claimed: amount
    currency: "'PEN'"
  silver.complaint_status_history:
    versions: all
    where: "state IS NOT NULL"
    complaint_id: "concat(key_space, ':', id)"
    to_status: state
    at: updated
  silver.document:
    where: "product IS NOT NULL"
    document_id: "concat(key_space, ':', id, ':product')"
    complaint_id: "concat(key_space, ':', id)"
    origin: "'typed'"
    text: product
"""
HEADER = "id,product,state,opened,amount,updated\n"


def cases(*rows: str) -> str:
    """A file of the feed with its header."""
    return HEADER + "".join(row + "\n" for row in rows)


# A second feed of the same key space: parts of the same complaints, deletions, statuses in a list, parties that
# several records claim.
DESK = """
source: desk
key_space: crm
lands_in: bronze.web_form
delivery: upsert
read: {format: json, path: "{inbox}/desk*"}
columns:
  id: string
  cause: string
  party: string
  email: string
  refund: {decimal: '18,2'}
  closed: timestamp
  gone: boolean
  updated: timestamp
record_key: id
version_by: updated
known_at: updated
is_deleted: gone
gives:
  silver.complaint:
    complaint_id: "concat(key_space, ':', id)"
    cause: cause
    source_party_id: "concat(key_space, ':', party)"
  silver.complaint_status_history:
    each: "array(named_struct('to', 'responded', 'at', updated), named_struct('to', 'closed', 'at', closed))"
    where: "item.at IS NOT NULL"
    complaint_id: "concat(key_space, ':', if(cause = 'moved', '1', id))"
    to_status: item.to
    at: item.at
  silver.complaint_redress:
    where: "refund IS NOT NULL"
    complaint_id: "concat(key_space, ':', id)"
    seq: "1"
    redress_type: "'refund'"
    amount: refund
    currency: "'PEN'"
  silver.source_party:
    where: "party IS NOT NULL"
    source_party_id: "concat(key_space, ':', party)"
    party_type: "'person'"
    emails: "array(email)"
"""

# A snapshot: who is not in it is gone.
PARTIES = """
source: parties
key_space: crm
lands_in: bronze.crm_party
delivery: snapshot
max_shrink: 0.5
read: {format: json, path: "{inbox}/parties*"}
columns: {id: string, name: string, stamp: timestamp}
record_key: id
known_at: stamp
gives:
  silver.source_party: {source_party_id: "concat(key_space, ':', id)", party_type: "'person'", full_name: name}
"""


def parties(day: int, *ids: str) -> str:
    """A snapshot of that day of January 2026."""
    return json.dumps([{"id": i, "name": f"Ana {i}", "stamp": f"2026-01-{day:02d}T00:00:00Z"} for i in ids])


# Events with attachments, which land in a table of their own.
MAILS = """
source: mails
key_space: mail
lands_in: bronze.email_message
also_lands: bronze.media_object
delivery: event
read: {format: email, path: "{inbox}/*.eml"}
columns:
  message_id: string
  sent_at: timestamp
  senders: {type: "array<struct<name:string,address:string>>", from: from}
  receivers: {type: "array<struct<name:string,address:string>>", from: to}
  body: string
record_key: message_id
known_at: sent_at
gives:
  silver.interaction:
    interaction_id: "concat(key_space, ':', message_id)"
    channel: "'email'"
    direction: "'inbound'"
    started_at: sent_at
    source_party_id: "concat('mail:', get(senders, 0).address)"
  silver.promise:
    promise_id: "concat(key_space, ':', message_id)"
    promise_type: "'answer'"
    promised_at: sent_at
    source_party_id: "concat('mail:', get(receivers, 0).address)"
  silver.document:
    document_id: "concat(key_space, ':', message_id)"
    origin: "'typed'"
    text: body
"""
MAIL = """\
Message-ID: <{0}@x>
Date: Fri, 2 Jan 2026 09:00:00 +0000
From: ana@x
To: luis@x
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Hola
--b
Content-Disposition: attachment; filename={0}.txt

factura {0}
--b--
"""
