"""A small feed that the tests of the runtime deliver from."""

from __future__ import annotations

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
