"""Which format a content looks like: a word for those who described it as another."""

from __future__ import annotations

import re

# By the first bytes, behind a mark of UTF-8 and space; the first that fits.
_LOOKS = (
    (rb"PAR1", "Parquet", "parquet"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document", "excel"),
    (rb'\{\s*["}]|\[\s*[\[{"\]]', "JSON", "json"),
    (rb"<\?xml|<!--|<[A-Za-z][\w:.-]*[\s/>]", "XML", "xml"),
    (rb"From \S|(?i:return-path|received|delivered-to|from|to|date|subject|message-id|mime-version):", "mail", "email"),
    # A line of fields, none of which is binary.
    (rb"[^\x00-\x08\x0e-\x1f\r\n]*[,;\t|][^\x00-\x08\x0e-\x1f\r\n]*[\r\n]", "CSV", "csv"),
)  # fmt: skip


def hint(head: bytes, described: str) -> str:
    """Return what is to be said of a content that cannot be read as described: "" where it does not look otherwise."""
    if described == "media":
        return ""
    content = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, what, meant in _LOOKS:
        if re.match(mark, content):
            return "" if meant == described else f"; it looks like {what}: is it format: {meant}?"
    return ""
