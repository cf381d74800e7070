import base64
import hashlib
import io
import json
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conf.read import ParquetRead
from jobs.runtime import readers
from jobs.runtime.archives import UnreadableFileError
from jobs.runtime.formats import parquet
from tests.runtime.test_readers import Inbox, gzipped, noise, stored_in, zipped

READ = ParquetRead(path="unused")
MIB = 1 << 20


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path)


def written(columns, **options):
    """Return a file of these columns: arrays, or values whose type Arrow tells."""
    raw = io.BytesIO()
    pq.write_table(pa.table(columns), raw, **options)
    return raw.getvalue()


def values(inbox, array):
    """Return what is made of the values of a column."""
    return [payload["v"] for payload in inbox.payloads(written({"v": array}), READ)]


# -- Records ------------------------------------------------------------------------------------------------------


def test_every_row_is_a_record(inbox):
    content = written({"id": [1, 2], "text": ["a", "ñ"]})
    found = inbox.records(content, READ)
    assert [(r.object, r.position, r.payload, r.columns) for r in found] == [
        ("f", 1, '{"id": "1", "text": "a"}', {"id": "int64", "text": "string"}),
        ("f", 2, '{"id": "2", "text": "ñ"}', {"id": "int64", "text": "string"}),
    ]
    check = inbox.verify(content, READ)
    assert (check.error, check.record_count, check.columns) == (None, 2, ["id\tint64", "text\tstring"])


def test_it_comes_packed_and_in_archives(inbox):
    one, two = written({"a": [1]}), written({"a": [2]})
    assert inbox.payloads(gzipped(one), READ) == [{"a": "1"}]
    found = inbox.records(zipped({"b": two, "a": gzipped(one)}), READ)
    assert [(r.object, r.payload) for r in found] == [("f!a", '{"a": "1"}'), ("f!b", '{"a": "2"}')]


def test_row_groups_and_batches_make_no_difference(inbox, monkeypatch):
    numbers = list(range(50))
    monkeypatch.setattr(parquet, "_BATCH_ROWS", 7)
    content = written({"n": numbers, "l": [[n, n + 1] if n % 3 else None for n in numbers]}, row_group_size=20)
    found = inbox.records(content, READ)
    assert [r.position for r in found] == list(range(1, 51))
    assert [json.loads(r.payload) for r in found] == [
        {"n": str(n), "l": [str(n), str(n + 1)] if n % 3 else None} for n in numbers
    ]


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd", "lz4", "brotli"])
def test_any_compression_is_read(inbox, codec):
    assert inbox.payloads(written({"a": [1]}, compression=codec), READ) == [{"a": "1"}]


def test_a_file_without_rows_is_sound(inbox):
    check = inbox.verify(written({"a": pa.array([], pa.int64())}), READ)
    assert (check.error, check.record_count, check.columns) == (None, 0, [])


def test_a_name_used_twice_is_numbered(inbox):
    raw = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), raw)
    assert inbox.payloads(raw.getvalue(), READ) == [{"a": "1", "a#2": "2"}]


def test_a_hash_is_that_of_the_values_and_a_schema_that_of_the_types(inbox):
    (one,), (other,) = (inbox.records(written(c), READ) for c in ({"a": [1], "b": ["x"]}, {"b": ["x"], "a": [1]}))
    (retyped,) = inbox.records(written({"a": ["1"], "b": ["x"]}), READ)
    assert (one.hash, one.schema_hash) == (other.hash, other.schema_hash)
    assert (one.payload, one.hash) == (retyped.payload, retyped.hash)
    assert one.schema_hash != retyped.schema_hash


# -- Values -------------------------------------------------------------------------------------------------------

LIMA = ZoneInfo("America/Lima")


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([True, False, None]), [True, False, None]),
        (pa.array([None, None]), [None, None]),
        (pa.array(["x", "", None]), ["x", "", None]),
        (pa.array([9007199254740993, -(2**63), None]), ["9007199254740993", "-9223372036854775808", None]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([0.1, 12.0, 1e21, -0.0, None]), ["0.1", "12.0", "1e+21", "-0.0", None]),
        (pa.array([float("nan"), float("inf")]), ["nan", "inf"]),
        (pa.array([0.1, 16777216.0], pa.float32()), ["0.1", "16777216.0"]),
        (pa.array([Decimal("1.10"), Decimal("-0.05"), None], pa.decimal128(18, 2)), ["1.10", "-0.05", None]),
        (pa.array([Decimal("1E-10")], pa.decimal128(20, 10)), ["0.0000000001"]),
        (pa.array([Decimal("9" * 60)], pa.decimal256(60, 0)), ["9" * 60]),
        (pa.array([date(2026, 1, 31), None]), ["2026-01-31", None]),
        (pa.array([3_000_000], pa.date32()), ["10183-09-21"]),
        (pa.array([time(3, 4, 5), time(3, 4, 5, 678)]), ["03:04:05", "03:04:05.000678"]),
        (pa.array([datetime(2026, 1, 31), datetime(2026, 1, 31, 3, 4, 5, 678)]),
         ["2026-01-31T00:00:00", "2026-01-31T03:04:05.000678"]),
        (pa.array([1_767_225_600_000_000_001, 1_767_225_600_500_000_000], pa.timestamp("ns")),
         ["2026-01-01T00:00:00.000000001", "2026-01-01T00:00:00.500000"]),
        (pa.array([1_767_225_600_500], pa.timestamp("ms")), ["2026-01-01T00:00:00.500"]),
        (pa.array([datetime(2026, 1, 31, 20, tzinfo=LIMA)], pa.timestamp("us", "America/Lima")),
         ["2026-02-01T01:00:00Z"]),
        (pa.array([timedelta(hours=1, microseconds=5)], pa.duration("us")), ["PT3600.000005S"]),
        (pa.array([b"\0\xff", b"", None]), ["AP8=", "", None]),
        (pa.array(["x", "y", None, "x"]).dictionary_encode(), ["x", "y", None, "x"]),
        (pa.array([[1, None], [], None]), [["1", None], [], None]),
        (pa.array([[1, 2], [3, None]], pa.list_(pa.int64(), 2)), [["1", "2"], ["3", None]]),
        (pa.array([{"a": 1, "b": [True]}, None, {"a": None, "b": None}]),
         [{"a": "1", "b": [True]}, None, {"a": None, "b": None}]),
        (pa.array([[{"d": Decimal("1.10")}], [None]], pa.list_(pa.struct([("d", pa.decimal128(9, 2))]))),
         [[{"d": "1.10"}], [None]]),
        (pa.array([[("x", 1), ("y", None)], [], None], pa.map_(pa.string(), pa.int64())),
         [{"x": "1", "y": None}, {}, None]),
        (pa.array([[("x", 1), ("x", 2)]], pa.map_(pa.string(), pa.int64())), [{"x": "1", "x#2": "2"}]),
        (pa.array([[(1, "a")]], pa.map_(pa.int64(), pa.string())), [{"1": "a"}]),
        (pa.array([uuid.UUID(int=1).bytes], pa.uuid()), ["00000000-0000-0000-0000-000000000001"]),
    ],
)  # fmt: skip
def test_values_are_what_they_are_in_the_file(inbox, array, expected):
    assert values(inbox, array) == expected


def test_bytes_are_base64_or_kept_as_a_file(inbox, monkeypatch):
    short, long = bytes(range(64)), bytes(range(65))
    name = hashlib.sha256(long).hexdigest()
    content = written({"v": [short, long], "l": [[long], None]})
    monkeypatch.chdir(inbox.folder)
    assert inbox.error(content, READ) is None
    assert list(inbox.folder.iterdir()) == [inbox.path], "one that only looks keeps nothing"
    assert inbox.payloads(content, READ) == [
        {"v": base64.b64encode(short).decode(), "l": [f"media:{name}"]},
        {"v": f"media:{name}", "l": None},
    ]
    assert [(path.name, path.read_bytes()) for path in stored_in(inbox.media)] == [(name, long)]


def test_a_long_text_goes_to_media_at_any_depth(inbox):
    long = "ñ" * 100
    name = hashlib.sha256(long.encode()).hexdigest()
    assert inbox.payloads(written({"v": [{"t": long}]}), READ, max_field=50) == [{"v": {"t": f"media:{name}"}}]
    assert (inbox.media / name).read_text(encoding="utf-8") == long


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (pa.int32(), "int32"),
        (pa.large_string(), "string"),
        (pa.dictionary(pa.int32(), pa.large_string()), "string"),
        (pa.decimal128(18, 2), "decimal128(18, 2)"),
        (pa.timestamp("us", "UTC"), "timestamp[us, tz=UTC]"),
        (pa.list_(pa.field("item", pa.int64())), "list<int64>"),
        (pa.large_list(pa.field("element", pa.int64(), nullable=False)), "list<int64>"),
        (pa.struct([("a", pa.int64()), ("b", pa.large_string())]), "struct<a: int64, b: string>"),
        (pa.map_(pa.string(), pa.list_(pa.int64())), "map<string, list<int64>>"),
    ],
)
def test_kinds_are_types_whatever_library_wrote_them(inbox, kind, said):
    element = {"list<int64>": [1], "struct<a: int64, b: string>": {}, "map<string, list<int64>>": []}.get(said)
    (record,) = inbox.records(written({"v": pa.array([element], kind)}), READ)
    assert record.columns == {"v": said}


# -- Broken files -------------------------------------------------------------------------------------------------


def test_what_is_no_parquet_says_what_it_is(inbox):
    assert (
        inbox.error(b"a,b\n1,2\n", READ)
        == "not Parquet: its content is text/plain; it looks like CSV: is it format: csv?"
    )
    assert inbox.error(b"PARE" + b"\0" * 100, READ) == "it is encrypted and needs a key"
    assert inbox.error(zipped({"m": b"x"}), READ) == "member m: not Parquet: its content is text/plain"


def test_a_file_that_breaks_off_says_so(inbox):
    content = written({"a": list(range(1000))})
    for cut in (4, 100, len(content) - 1):
        said = inbox.error(content[:cut], READ)
        assert said.startswith("Parquet that cannot be read after record 0: ")
        assert "\n" not in said


def test_a_broken_page_says_how_far_it_is_sound(inbox):
    content = bytearray(written({"a": [noise(2000).decode()] * 3072}, row_group_size=1024, use_dictionary=False))
    second = pq.ParquetFile(io.BytesIO(bytes(content))).metadata.row_group(1).column(0).data_page_offset
    content[second : second + 200] = b"\xff" * 200
    inbox.deliver(bytes(content))
    found = readers.records(str(inbox.path), "f", len(content), READ, inbox.limits)
    assert [next(found).position for _ in range(1024)][-1] == 1024
    with pytest.raises(UnreadableFileError, match=r"^Parquet that cannot be read after record 1024: "):
        next(found)


def test_a_text_that_is_none_is_refused(inbox):
    array = pa.array([b"ok", b"\xff"]).view(pa.string())
    assert inbox.error(written({"a": array}), READ).startswith("a text after record 0 is not UTF-8: ")


def test_a_file_that_repeats_its_values_is_counted_as_unpacked(inbox):
    content = written({"a": ["x" * 1000] * 100_000})
    assert len(content) < MIB / 10
    assert (
        inbox.error(content, READ, max_bytes=50 * MIB) == "larger than 52428800 bytes unpacked (landing.max_file_gib)"
    )
    assert inbox.error(content, READ) is None


def test_damaged_bytes_give_a_reason_and_never_an_exception(inbox):
    random = np.random.default_rng(1)
    whole = written({"a": [1, 2], "s": ["x", None], "l": [[1], None], "m": [{"a": b"x"}, None]})
    for _ in range(150):
        damaged = np.frombuffer(whole, "uint8").copy()
        damaged[random.integers(0, len(damaged), 4)] = random.integers(0, 256, 4)
        error = inbox.error(damaged.tobytes(), READ)
        assert error is None or error.strip()
