"""The columns that say where a row of silver comes from."""

from __future__ import annotations

PROVENANCE = """
    source_system      STRING    COMMENT 'the feed that gave the newest part of the row'
    _record_key        STRING    COMMENT 'key of the bronze record in its key space'
    _batch_id          STRING    COMMENT 'batch of the bronze record the row was read from'
    _known_at          TIMESTAMP COMMENT 'UTC; when the company knew the version the row was read from'
    has_newer_rejected BOOLEAN   COMMENT 'true where a newer version of the record is in quarantine'
"""
CUSTOMER = """
    customer_id        STRING    COMMENT 'who, resolved; null until the party has arrived'
"""
FIRST_KNOWN = """
    first_known_at     TIMESTAMP COMMENT 'UTC; when the company first knew of it'
"""
PROVENANCE_COLUMNS = ("source_system", "_record_key", "_batch_id", "_known_at", "has_newer_rejected")
