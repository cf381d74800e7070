"""What every format gives: records, each with its own text as JSON and a hash of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from jobs.runtime import objects
from jobs.runtime.archives import Limits

# Key of a record that could not be read as one, with the reason; `_surplus` and `_text` hold what came with it.
MALFORMED = "_malformed"
# json.dumps would make an encoder for every record.
as_json = json.JSONEncoder(ensure_ascii=False).encode


class Record(NamedTuple):
    """One record of an object: position from 1, JSON text, content hash, columns with their kinds ("" for none)."""

    object: str
    position: int
    payload: str
    hash: str
    schema_hash: str
    columns: dict[str, str]

    @property
    def is_malformed(self) -> bool:
        """Whether it stands for what could not be read as a record."""
        return self.payload.startswith(f'{{"{MALFORMED}": ')


def of_values(name: str, position: int, values: Mapping[str, Any], limits: Limits) -> Record:
    """Make a record of values that have no text of their own: texts, booleans, null, lists and objects of these.

    Its hash is that of the values in any order of columns; a text that is too long is kept by reference.
    """
    content = sha(json.dumps(values, ensure_ascii=False, sort_keys=True))
    kept = {key: shortened(value, limits) for key, value in values.items()}
    return Record(name, position, as_json(kept), content, sha(repr(sorted(values))),
                  dict.fromkeys(values, ""))  # fmt: skip


def malformed(name: str, position: int, reason: str, content: bytes, **more: Any) -> Record:
    """Make the record of what could not be read as one; `content` tells it from others."""
    payload = json.dumps({MALFORMED: reason, **more}, ensure_ascii=False)
    return Record(name, position, payload, hashlib.sha256(content).hexdigest(), sha(""), {})


def overlong(name: str, position: int, pieces: Iterable[bytes], limits: Limits) -> Record:
    """Make the record of one that is too large to be read; all its bytes are taken, and kept by reference."""
    if limits.media:
        sha256, _ = objects.store_stream(limits.media, pieces)
    else:
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        sha256 = digest.hexdigest()
    payload = json.dumps({MALFORMED: too_large(limits), "_text": f"media:{sha256}"})
    return Record(name, position, payload, sha256, sha(""), {})


def too_large(limits: Limits) -> str:
    """Return what is said of a record that has more."""
    return f"larger than {limits.max_record} bytes (landing.max_record_mib)"


def shortened(value: Any, limits: Limits) -> Any:
    """Return a value with references for its long texts, at any depth."""
    match value:
        case str():
            return by_reference(value, limits)
        case list() | tuple():
            return [shortened(part, limits) for part in value]
        case dict():
            return {key: shortened(part, limits) for key, part in value.items()}
    return value


def by_reference(value: str, limits: Limits) -> str:
    """Return a text, or where it is longer than a field may be the name under which it is kept."""
    if len(value) <= limits.max_field:
        return value
    content = value.encode("utf-8", "surrogatepass")
    name = hashlib.sha256(content).hexdigest()
    if limits.media:
        objects.store(limits.media, name, content)
    return f"media:{name}"


def sha(text: str) -> str:
    """Return the sha256 of a text, also of one that is no Unicode."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
