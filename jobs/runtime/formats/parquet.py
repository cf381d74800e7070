"""Parquet: every row a record, read in small batches; all that JSON numbers could spoil is written as text."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types

from conf.read import ParquetRead
from jobs.runtime import archives, objects
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.formats import media_types
from jobs.runtime.formats.record import Record, of_values, sha

_BATCH_ROWS, _BATCH_BYTES = 1024, 8 << 20
# Longer bytes are no value to look at: they are kept as a file.
_MOST_BYTES = 64
Values = list[Any]


def records(name: str, stream: io.BufferedReader, read: ParquetRead, limits: Limits) -> Iterator[Record]:
    """Yield a record for every row; its columns have the type of Arrow as their kind, whatever library wrote it.

    Integers, decimals and floats are texts, exactly as they are (a float as Python's repr); dates, times and
    timestamps in ISO form, those of a zone in UTC with a `Z`; booleans and nulls are JSON's own. Bytes are base64,
    more than 64 of them `media:` and their hash. Lists, structs and maps are arrays and objects of these.

    Raise UnreadableFileError where it is no Parquet or breaks off.
    """
    position = 0
    with archives.seekable(stream, limits) as content:
        head = content.read(4)
        if head == b"PARE":
            raise UnreadableFileError("it is encrypted and needs a key")
        if head != b"PAR1":
            kind = media_types.found(content, content.seek(0, io.SEEK_END), "")
            raise UnreadableFileError(f"not Parquet: its content is {kind}")
        content.seek(0)
        try:
            file = pq.ParquetFile(content, pre_buffer=False)
            columns = archives.numbered(file.schema_arrow.names)
            kinds = {column: _kind(kind) for column, kind in zip(columns, file.schema_arrow.types, strict=True)}
            schema_hash = sha(repr(sorted(kinds.items())))
            for batch in _batches(file, limits):
                converted = [_values(array, limits) for array in batch.columns]
                for row in zip(*converted, strict=True):
                    position += 1
                    record = of_values(name, position, dict(zip(columns, row, strict=True)), limits)
                    yield record._replace(columns=kinds, schema_hash=schema_hash)
        except UnicodeDecodeError as error:
            raise UnreadableFileError(f"a text after record {position} is not UTF-8: {error}") from error
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            said = str(error).partition("\n")[0]
            raise UnreadableFileError(f"Parquet that cannot be read after record {position}: {said}") from error


def _batches(file: pq.ParquetFile, limits: Limits) -> Iterator[pa.RecordBatch]:
    """Yield batches of some MiB; of a file that repeats its values no more than the limit of all that is unpacked."""
    groups = [file.metadata.row_group(n) for n in range(file.metadata.num_row_groups)]
    largest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
    rows = min(max(_BATCH_BYTES // max(largest, 1), 1), _BATCH_ROWS)
    unpacked = 0
    for batch in file.iter_batches(batch_size=rows, use_threads=False):
        unpacked += batch.nbytes
        if unpacked > limits.max_bytes:
            raise UnreadableFileError(f"larger than {limits.max_bytes} bytes unpacked (landing.max_file_gib)")
        yield batch


def _kind(kind: pa.DataType) -> str:
    """Return the name of a type, the same for all libraries: not whether its offsets are long or its values coded."""
    if types.is_dictionary(kind):
        return _kind(kind.value_type)
    if _is_list(kind):
        return f"list<{_kind(kind.value_type)}>"
    if types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {_kind(field.type)}' for field in kind)}>"
    if types.is_map(kind):
        return f"map<{_kind(kind.key_type)}, {_kind(kind.item_type)}>"
    return str(kind).replace("large_", "").replace("_view", "")


def _is_list(kind: pa.DataType) -> bool:
    return any(is_one(kind) for is_one in (types.is_list, types.is_large_list, types.is_fixed_size_list))


def _values(array: pa.Array, limits: Limits) -> Values:
    """Return the values of a column as of_values takes them."""
    kind = array.type
    if types.is_dictionary(kind):
        return _values(array.dictionary_decode(), limits)
    if isinstance(kind, pa.BaseExtensionType) and not isinstance(kind, pa.UuidType):
        return _values(array.storage, limits)
    if _is_list(kind):
        return _lists(array, _values(array.flatten(), limits))
    if types.is_map(kind):
        # A map may hold a key twice, an object may not.
        entry = pa.struct([pa.field("key", kind.key_type, nullable=False), pa.field("value", kind.item_type)])
        return [_object(pairs) for pairs in _values(array.cast(pa.list_(entry)), limits)]
    if types.is_struct(kind):
        names = archives.numbered(field.name for field in kind)
        fields = zip(*(_values(part, limits) for part in array.flatten()), strict=True) if names else [()] * len(array)
        valid = array.is_valid().to_pylist()
        return [dict(zip(names, row, strict=True)) if is_valid else None
                for is_valid, row in zip(valid, fields, strict=True)]  # fmt: skip
    return _leaves(array, limits)


def _object(pairs: Values | None) -> dict[str, Any] | None:
    if pairs is None:
        return None
    keys = (key if isinstance(key, str) else json.dumps(key, ensure_ascii=False) for key in (p["key"] for p in pairs))
    return dict(zip(archives.numbered(keys), (pair["value"] for pair in pairs), strict=True))


def _lists(array: pa.Array, flat: Values) -> Values:
    lists, at = [], 0
    for length in pc.list_value_length(array).to_pylist():
        lists.append(None if length is None else flat[at : at + length])
        at += length or 0
    return lists


def _leaves(array: pa.Array, limits: Limits) -> Values:
    kind = array.type
    if types.is_boolean(kind) or types.is_null(kind) or _is_text(kind):
        found: Values = array.to_pylist()
        return found
    if types.is_integer(kind):
        return _each(array, str)
    if types.is_temporal(kind) and not types.is_duration(kind) and not types.is_interval(kind):
        return _moments(array)
    if types.is_float32(kind):
        return _each(array, lambda value: str(np.float32(value)))
    if types.is_floating(kind):
        return _each(array, repr)
    if types.is_decimal(kind):
        return _each(array, lambda value: format(value, "f"))
    if types.is_duration(kind):
        ticks = {"s": 0, "ms": 3, "us": 6, "ns": 9}[kind.unit]
        return _each(array.cast(pa.int64()), lambda value: f"PT{Decimal(value).scaleb(-ticks):f}S")
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return _each(array, lambda value: _bytes(value, limits))
    return _each(array, str)


def _is_text(kind: pa.DataType) -> bool:
    return any(is_one(kind) for is_one in (types.is_string, types.is_large_string, types.is_string_view))


def _each(array: pa.Array, text: Callable[[Any], str]) -> Values:
    return [None if value is None else text(value) for value in array.to_pylist()]


def _moments(array: pa.Array) -> Values:
    """Return dates, times and timestamps as texts; Arrow knows years beyond 9999 and nanoseconds, Python does not."""
    kind, end = array.type, ""
    if types.is_timestamp(kind) and kind.tz:
        # Of another zone Arrow would write the time there.
        array, end = array.cast(pa.timestamp(kind.unit, "UTC")).cast(pa.timestamp(kind.unit)), "Z"
    return _each(pc.cast(array, pa.string()), lambda text: _in_iso(text) + end)


def _in_iso(text: str) -> str:
    moment, _, fraction = text.replace(" ", "T").partition(".")
    if len(fraction) == 9:
        fraction = fraction.removesuffix("000")
    return f"{moment}.{fraction}" if fraction.strip("0") else moment


def _bytes(value: bytes, limits: Limits) -> str:
    if len(value) <= _MOST_BYTES:
        return base64.b64encode(value).decode()
    name = hashlib.sha256(value).hexdigest()
    if limits.media:
        objects.store(limits.media, name, value)
    return f"media:{name}"
