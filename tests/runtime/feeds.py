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
