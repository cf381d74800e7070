import csv
import gzip
import hashlib
import io
import json
import os
import random
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conf.read import CsvRead, JsonRead
from jobs.runtime import archives, delivering, readers
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.formats import json_elements

CSV = CsvRead(path="unused")
JSON = JsonRead(path="unused")
MIB = 1 << 20


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path)


class Inbox:
    """Files in a scratch folder, read with limits wide enough for all but the tests about limits."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "delivered.bin"
        self.media = folder / "media"
        self.limits = Limits(
            max_bytes=1 << 30, max_ratio=250, max_field=8 * MIB, max_record=128 * MIB, media=str(self.media)
        )

    def deliver(self, content):
        self.path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def limited(self, **changes):
        return Limits(**{**vars(self.limits), **changes})

    def records(self, content, read=CSV, **limits):
        self.deliver(content)
        size = self.path.stat().st_size
        return list(readers.records(str(self.path), "f", size, read, self.limited(**limits)))

    def payloads(self, content, read=CSV, **limits):
        return [json.loads(record.payload) for record in self.records(content, read, **limits)]

    def verify(self, content, read=CSV, **limits):
        self.deliver(content)
        return readers.verify(str(self.path), "f", self.path.stat().st_size, read, self.limited(**limits))

    def error(self, content, read=CSV, **limits):
        return self.verify(content, read, **limits).error


def zipped(members, method=zipfile.ZIP_DEFLATED):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return raw.getvalue()


def stored_in(folder):
    """Return the files of a folder, wherever they lie in it."""
    return [path for path in folder.rglob("*") if path.is_file()]


def gzipped(content):
    return gzip.compress(content, mtime=0)


def noise(count):
    """Return letters that hardly compress, the same in every run."""
    return bytes(random.Random(1).choices(b"abcdefghijklmnopqrstuvwxyz0123456789", k=count))


# -- Archives -----------------------------------------------------------------------------------------------------

TWO = b"id,text\n1,a\n2,b\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TWO, "f"),
        (gzipped(TWO), "f"),
        (zipped({"m.csv": TWO}), "f!m.csv"),
        (zipped({"m.csv": TWO}, zipfile.ZIP_STORED), "f!m.csv"),
        (zipped({"m.csv": TWO}, zipfile.ZIP_BZIP2), "f!m.csv"),
        (zipped({"m.csv": TWO}, zipfile.ZIP_LZMA), "f!m.csv"),
        (zipped({"m.csv": gzipped(TWO)}), "f!m.csv"),
        (gzipped(TWO[:9]) + gzipped(TWO[9:]), "f"),
    ],
    ids=["plain", "gz", "zip", "stored", "bzip2", "lzma", "gz-in-zip", "two gz in one file"],
)
def test_what_a_file_is_shows_in_its_bytes_whatever_it_is_called(inbox, content, name):
    found = inbox.records(content)
    assert [(r.object, r.position, json.loads(r.payload)) for r in found] == [
        (name, 1, {"id": "1", "text": "a"}),
        (name, 2, {"id": "2", "text": "b"}),
    ]
    check = inbox.verify(content)
    assert (check.error, check.record_count, check.columns) == (None, 2, ["id", "text"])
    assert check.sha256 == hashlib.sha256(content).hexdigest()


def test_members_come_by_name_with_their_own_positions_and_columns(inbox):
    raw = zipped({"b.csv": "id,x\n3,z\n", "__MACOSX/a.csv": "junk", "dir/": "", "a.csv": TWO})
    assert [(r.object, r.position, r.payload) for r in inbox.records(raw)] == [
        ("f!a.csv", 1, '{"id": "1", "text": "a"}'),
        ("f!a.csv", 2, '{"id": "2", "text": "b"}'),
        ("f!b.csv", 1, '{"id": "3", "x": "z"}'),
    ]
    assert inbox.verify(raw).columns == ["id", "text", "x"]


def test_json_is_read_from_archives_as_well(inbox):
    raw = zipped({"a": gzipped(b'[{"a": 1}]'), "b": b'{"a": 2}\n'})
    assert [(r.object, r.payload) for r in inbox.records(raw, JSON)] == [("f!a", '{"a": 1}'), ("f!b", '{"a": 2}')]


def test_a_truncated_gzip_keeps_what_was_read_but_is_refused(inbox):
    raw = gzipped(b"id,text\n" + b"".join(b"%d,%s\n" % (n, noise(20)) for n in range(100)))
    assert inbox.error(raw[:-12]) == "truncated: the compressed data ends before its end mark"
    assert inbox.error(raw[:-4]) == "truncated: the compressed data ends before its end mark"


def test_a_bad_checksum_is_refused(inbox):
    raw = gzipped(TWO)
    assert inbox.error(raw[:-8] + struct.pack("<I", zlib.crc32(b"other")) + raw[-4:]).startswith(
        "cannot be unpacked or read: CRC check failed"
    )
    stored = zipped({"m.csv": TWO}, zipfile.ZIP_STORED)
    assert inbox.error(stored.replace(b"1,a", b"1,x")) == "cannot be unpacked or read: Bad CRC-32 for file 'm.csv'"


def test_bytes_after_the_end_of_a_gzip_are_refused(inbox):
    assert inbox.error(gzipped(TWO) + b"more").startswith("cannot be unpacked or read: Not a gzipped file")


def test_a_truncated_zip_is_refused(inbox):
    said = "truncated: the zip has no directory at its end that can be read"
    assert inbox.error(zipped({"m.csv": TWO})[:-5]) == inbox.error(b"PK\x03\x04") == said


def test_what_is_packed_twice_is_said_to_be(inbox):
    said = "packed twice: only gzip inside zip is unpacked, nothing deeper"
    latin = CsvRead(path="x", encoding="latin-1")
    assert inbox.error(zipped({"m.zip": zipped({"m.csv": TWO})}), latin) == f"member m.zip: {said}"
    assert inbox.error(gzipped(gzipped(TWO)), latin) == inbox.error(gzipped(zipped({"m": TWO})), latin) == said


def test_a_member_that_cannot_be_read_is_named(inbox):
    raw = zipped({"a.csv": TWO, "b.csv": "id,text\n1,ñ\n".encode("latin-1"), "c.csv": TWO})
    assert inbox.error(raw).startswith("member b.csv: not utf-8: byte 0xF1 cannot be read; ")
    assert inbox.error(zipped({"m.csv": gzipped(TWO)[:-4]})).startswith("member m.csv: truncated: ")


def test_a_zip_that_needs_a_password_is_refused(inbox):
    raw = bytearray(zipped({"m.csv": TWO}))
    # Bit 0 of the flags, in the member's own header and in the directory at the end.
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    assert inbox.error(bytes(raw)) == "member m.csv needs a password"
    both = bytearray(zipped({"a.csv": TWO, "b.csv": TWO}))
    both[both.rindex(b"PK\x01\x02") + 8] |= 1
    assert inbox.error(bytes(both)) == "member b.csv needs a password"


def test_an_unknown_compression_is_refused(inbox):
    raw = bytearray(zipped({"m.csv": TWO}))
    raw[8] = raw[raw.index(b"PK\x01\x02") + 10] = 9  # Deflate64
    assert inbox.error(bytes(raw)).startswith("cannot be unpacked or read: ")


BOMB = b"id,text\n1," + b"a" * (3 * MIB) + b"\n"


@pytest.mark.parametrize(
    "content",
    [gzipped(BOMB), zipped({"m.csv": BOMB}), zipped({"m.csv": gzipped(BOMB)}, zipfile.ZIP_STORED)],
    ids=["gz", "zip", "gz-in-zip"],
)
def test_a_bomb_is_told_by_its_ratio(inbox, content, monkeypatch):
    # 3 MiB of one letter pack to some 3 KiB, about 1000 times smaller.
    assert inbox.error(content, max_ratio=2000) is None
    assert inbox.error(content, max_ratio=100) is None, "too small for a bomb"
    monkeypatch.setattr(archives, "RATIO_FROM_BYTES", MIB)
    assert inbox.error(content, max_ratio=2000) is None
    said = "unpacks to more than 100 times its size: taken for a bomb (landing.max_ratio)"
    assert inbox.error(content, max_ratio=100).removeprefix("member m.csv: ") == said


def test_a_bomb_is_told_by_its_size(inbox):
    said = f"larger than {2 * MIB} bytes unpacked (landing.max_file_gib)"
    for content in (gzipped(BOMB), zipped({"m.csv": BOMB}), zipped({"m.csv": gzipped(BOMB)})):
        assert inbox.error(content, max_bytes=2 * MIB).removeprefix("member m.csv: ") == said
    assert inbox.error(BOMB, max_bytes=2 * MIB) == f"larger than {2 * MIB} bytes (landing.max_file_gib)"


def test_a_zip_that_says_how_large_it_is_need_not_be_unpacked(inbox):
    check = inbox.verify(zipped({"a.csv": TWO, "b.csv": BOMB}), max_bytes=MIB)
    assert (check.error, check.record_count) == (f"larger than {MIB} bytes unpacked (landing.max_file_gib)", 0)


def test_the_size_of_a_zip_is_that_of_all_its_members(inbox):
    said = f"larger than {5 * MIB} bytes unpacked (landing.max_file_gib)"
    for raw in (zipped({"a.csv": BOMB, "b.csv": BOMB}), zipped({"a.csv": gzipped(BOMB), "b.csv": gzipped(BOMB)})):
        assert inbox.error(raw, max_bytes=5 * MIB).removeprefix("member b.csv: ") == said
        assert inbox.error(raw, max_bytes=7 * MIB) is None


def test_the_ratio_of_a_zip_is_that_of_all_its_members(inbox, monkeypatch):
    monkeypatch.setattr(archives, "RATIO_FROM_BYTES", 5 * MIB)
    raw = zipped({f"{n}.csv": gzipped(BOMB) for n in range(2)}, zipfile.ZIP_STORED)
    assert "member 1.csv: unpacks to more than 100 times its size" in inbox.error(raw, max_ratio=100)


def test_a_bomb_that_lies_about_its_size_takes_little_memory(inbox):
    # 300 MiB of one letter are 300 bytes of bzip2, which zipfile would unpack in one go.
    raw = bytearray(zipped({"m.csv": b"a" * (300 * MIB)}, zipfile.ZIP_BZIP2))
    struct.pack_into("<I", raw, raw.rindex(b"PK\x01\x02") + 24, 1000)
    tracemalloc.start()
    try:
        assert inbox.error(bytes(raw)) == "cannot be unpacked or read: Bad CRC-32 for file 'm.csv'"
        assert tracemalloc.get_traced_memory()[1] < 150 * MIB
    finally:
        tracemalloc.stop()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_bytes_give_a_reason_and_never_an_exception(inbox, data):
    raw = bytearray(data.draw(st.sampled_from([gzipped(TWO), zipped({"a.csv": TWO, "b.csv": gzipped(TWO)}), TWO])))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    for read in (CSV, JSON):
        check = inbox.verify(bytes(raw), read)
        assert check.error is None or check.error.strip()


# -- Files with nothing in them ------------------------------------------------------------------------------------


def test_an_empty_file_is_refused(inbox):
    for read in (CSV, JSON):
        check = inbox.verify(b"", read)
        assert (check.error, check.record_count) == ("empty: 0 bytes", 0)
        assert check.sha256 == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("content", [gzipped(b""), zipped({}), zipped({"a": b"", "b": gzipped(b"")})])
def test_an_archive_of_nothing_is_empty(inbox, content):
    assert inbox.error(content) == inbox.error(content, JSON) == "empty: 0 bytes"


def test_an_empty_member_beside_others_is_passed_over(inbox):
    assert [r.object for r in inbox.records(zipped({"a": b"", "b": TWO}))] == ["f!b", "f!b"]
    assert [r.object for r in inbox.records(zipped({"a": b"", "b": b'{"a": 1}'}), JSON)] == ["f!b"]


@pytest.mark.parametrize("content", [b"id,text\n", b"id,text", b"\n\n"])
def test_a_csv_without_records_is_refused(inbox, content):
    assert inbox.error(content) == "no record in it"


def test_a_file_that_is_not_there_is_a_reason(inbox):
    check = readers.verify(str(inbox.folder / "gone"), "gone", 5, CSV, inbox.limits)
    assert check.error == "cannot be opened: No such file or directory"


# -- CSV -----------------------------------------------------------------------------------------------------------


def test_line_breaks_quotes_and_delimiters_stay_in_their_field(inbox):
    content = 'id,text\r\n1,"one, ""two""\r\nthree\nfour"\r\n2,a"b\r\n'
    assert inbox.payloads(content) == [{"id": "1", "text": 'one, "two"\r\nthree\nfour'}, {"id": "2", "text": 'a"b'}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(inbox, end):
    assert inbox.payloads(f"a,b{end}1,2{end}3,4") == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_delimiter_quote_and_escape_are_those_of_the_source(inbox):
    read = CsvRead(path="x", options={"delimiter": ";", "quote": "'", "escape": "\\"})
    assert inbox.payloads("a;b\n'1;\\'2\\\\';\"x\"\n", read) == [{"a": "1;'2\\", "b": '"x"'}]


def test_a_byte_order_mark_is_not_part_of_the_first_name(inbox):
    for encoding in ("utf-8", "U8", "utf-16-le", "utf-16-be", "utf-32-le"):
        read = CsvRead(path="x", encoding=encoding)
        assert inbox.payloads('\ufeff"año",b\n1,ñ\n'.encode(encoding), read) == [{"año": "1", "b": "ñ"}]
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        read = CsvRead(path="x", encoding=encoding)
        assert inbox.payloads("año,b\n1,ñ\n".encode(encoding), read) == [{"año": "1", "b": "ñ"}]


def test_a_byte_order_mark_before_json_is_passed_over(inbox):
    assert inbox.payloads('{"a": 1}\n'.encode("utf-8-sig"), JSON) == [{"a": 1}]
    assert inbox.payloads('[{"a": 1}]'.encode("utf-8-sig"), JSON) == [{"a": 1}]


def test_latin_1_is_read_where_it_is_declared(inbox):
    content = "id,text\n1,Señor Núñez\n".encode("latin-1")
    assert inbox.payloads(content, CsvRead(path="x", encoding="latin-1")) == [{"id": "1", "text": "Señor Núñez"}]


def test_a_wrong_charset_names_the_byte_and_the_encoding(inbox):
    content = "id,text\n1,año\n".encode("latin-1")
    assert inbox.error(content) == (
        "not utf-8: byte 0xF1 cannot be read; declare the file's own encoding under read.encoding"
    )
    ascii_read = JsonRead(path="x", encoding="ascii")
    assert inbox.error('{"a": "ñ"}'.encode(), ascii_read).startswith("not ascii: byte 0xC3 cannot be read; ")


def test_a_charset_that_shows_in_the_first_bytes_is_told(inbox):
    declare = "declare the file's own encoding under read.encoding"
    for encoding in ("utf-8", "latin-1"):
        read = CsvRead(path="x", encoding=encoding)
        for content in ("id,text\n1,a\n".encode(form) for form in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")):
            assert inbox.error(content, read) == (
                f"not {encoding}: it begins with NUL bytes, as UTF-16 does; {declare}"
            )
    read = CsvRead(path="x", encoding="cp1252")
    assert inbox.error(TWO.decode().encode("utf-8-sig"), read) == (
        f"not cp1252: it begins with the mark of UTF-8; {declare}"
    )


def test_a_wrong_charset_far_into_the_file_is_found(inbox):
    check = inbox.verify(b"id,text\n" + b"1,a\n" * 100_000 + b"2,\xff\n")
    assert check.error is not None
    assert check.error.startswith("not utf-8: byte 0xFF")


def test_blanks_are_kept_and_what_is_absent_stays_absent(inbox):
    assert inbox.payloads('a,b,c\n,"", \n1\n1,2\n') == [
        {"a": "", "b": "", "c": " "},
        {"a": "1", "_malformed": "1 fields where the header has 3"},
        {"a": "1", "b": "2", "_malformed": "2 fields where the header has 3"},
    ]


@pytest.mark.parametrize(
    ("content", "record"),
    [('a,b\n0,0\n1,"x\n2,y\n', {"a": "1", "b": "x\n2,y\n"}), ('a,b\n0,0\n"1,x\n2,y', {"a": "1,x\n2,y"})],
)
def test_a_quote_that_is_never_closed_is_marked(inbox, content, record):
    reason = "a quote or escape in it is still open where the file ends"
    assert inbox.payloads(content) == [{"a": "0", "b": "0"}, record | {"_malformed": reason}]
    assert inbox.error('"a,b\n1,2\n') == "a quote or escape in the header is still open where the file ends"


def test_surplus_fields_are_kept_and_marked(inbox):
    assert inbox.payloads("a,b\n1,2,3,\n") == [
        {"a": "1", "b": "2", "_malformed": "4 fields where the header has 2", "_surplus": ["3", ""]}
    ]


def test_blank_lines_are_no_records(inbox):
    found = inbox.records("\n\na,b\n\n1,2\n\r\n3,4\n\n")
    assert [(r.position, r.payload) for r in found] == [(1, '{"a": "1", "b": "2"}'), (2, '{"a": "3", "b": "4"}')]


def test_a_name_used_twice_is_numbered(inbox):
    assert inbox.payloads("a,b,a,a\n1,2,3,4\n") == [{"a": "1", "b": "2", "a#2": "3", "a#3": "4"}]
    assert inbox.payloads("a,,\n1,2,3\n") == [{"a": "1", "": "2", "#2": "3"}]
    assert inbox.payloads("a,a#2,a,a#2\n1,2,3,4\n") == [{"a": "1", "a#2": "2", "a#3": "3", "a#2#2": "4"}]


def test_names_that_differ_only_in_case_stay_apart(inbox):
    assert inbox.payloads("id,ID,Id\n1,2,3\n") == [{"id": "1", "ID": "2", "Id": "3"}]
    assert inbox.records('{"id": 1, "ID": 2}\n', JSON)[0].payload == '{"id": 1, "ID": 2}'
    assert inbox.verify('{"id": 1, "ID": 2}\n', JSON).columns == ["ID\tnumber", "id\tnumber"]


def test_300_columns_are_read(inbox):
    content = ",".join(f"c{n}" for n in range(300)) + "\n" + ",".join(str(n) for n in range(300)) + "\n"
    assert inbox.payloads(content) == [{f"c{n}": str(n) for n in range(300)}]
    assert inbox.verify(content).columns == [f"c{n}" for n in range(300)]


def test_nul_bytes_are_kept(inbox):
    assert inbox.payloads(b"a,b\n1,x\x00y\n") == [{"a": "1", "b": "x\x00y"}]
    (record,) = inbox.records(b'{"a": "x\\u0000y"}\n', JSON)
    assert record.payload == '{"a": "x\\u0000y"}'


def test_values_are_texts_as_they_stand(inbox):
    assert inbox.payloads("a,b,c\n1.10,007,12345678901234567890\n") == [
        {"a": "1.10", "b": "007", "c": "12345678901234567890"}
    ]


def test_a_hash_is_that_of_the_content_whatever_the_order_of_the_columns(inbox):
    (one,), (other,) = inbox.records("a,b\n1,2\n"), inbox.records("b,a\n2,1\n")
    assert one.payload != other.payload
    assert (one.hash, one.schema_hash) == (other.hash, other.schema_hash)


def test_a_hash_differs_where_the_content_does(inbox):
    contents = [
        "a,b\n1,2\n",
        "a,b\n2,1\n",
        "a,b\n1,2 \n",
        "a,B\n1,2\n",
        "a,b\n1,\n",
        "a,b\n1\n",
        "a,b\n1,2,\n",
        "a,b,c\n1,2,\n",
        "a,b\n12,\n",
        "a,b\n\"1', '2\",\n",
    ]
    assert len({inbox.records(content)[0].hash for content in contents}) == len(contents)


def test_a_hash_does_not_depend_on_file_place_or_neighbours(inbox):
    (alone,) = inbox.records("a,b\n1,2\n")
    assert inbox.records(zipped({"x": "a,b\n0,0\n1,2\n"}))[1].hash == alone.hash


# Lone surrogates cannot be written to a file at all.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(TEXTS, min_size=n, max_size=n), min_size=1, max_size=8)),
    delimiter=st.sampled_from(",;\t|"),
    # The writer leaves a lone \r unquoted where lines end in \n, unless it quotes everything.
    form=st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
    packed=st.booleans(),
)
def test_what_csv_writer_writes_is_read_back(inbox, rows, delimiter, form, packed):
    text = io.StringIO(newline="")
    header = [f"c{n}" for n in range(len(rows[0]))]
    csv.writer(text, delimiter=delimiter, lineterminator=form[0], quoting=form[1]).writerows([header, *rows])
    content = text.getvalue().encode()
    read = CsvRead(path="x", options={"delimiter": delimiter})
    found = inbox.records(gzipped(content) if packed else content, read)
    assert [list(json.loads(record.payload).values()) for record in found] == rows
    assert [list(json.loads(record.payload)) for record in found] == [header] * len(rows)
    assert [record.position for record in found] == list(range(1, len(rows) + 1))


# -- Fields too long for a record ----------------------------------------------------------------------------------


def test_10_mb_in_one_field_go_to_media_once(inbox):
    long = "ñ" + "x" * (10 * MIB)
    name = hashlib.sha256(long.encode()).hexdigest()
    content = f"id,text\n1,{long}\n2,short\n3,{long}\n"
    assert inbox.error(content) is None
    assert not inbox.media.exists(), "one that only looks keeps nothing"
    inbox.payloads(content)
    stored = inbox.media / name
    os.utime(stored, (1, 1))
    assert inbox.payloads(content) == [
        {"id": "1", "text": f"media:{name}"},
        {"id": "2", "text": "short"},
        {"id": "3", "text": f"media:{name}"},
    ]
    assert [path.name for path in stored_in(inbox.media)] == [name]
    assert stored.read_text(encoding="utf-8") == long
    assert stored.stat().st_mtime == 1, "written once"


def test_a_field_of_just_the_limit_stays_in_the_record(inbox):
    assert inbox.payloads("a\n12345678\n", max_field=8) == [{"a": "12345678"}]
    assert not inbox.media.exists()
    (payload,) = inbox.payloads("a,b\n12345678,123456789\n", max_field=8)
    assert payload["a"] == "12345678"
    assert payload["b"].startswith("media:")


def test_a_long_field_of_json_goes_to_media(inbox):
    long = "ñ" * 100
    name = hashlib.sha256(long.encode()).hexdigest()
    line = json.dumps({"id": 1, "text": long, "n": None}, ensure_ascii=False)
    for content in (line, f"[{line}]"):
        assert inbox.payloads(content, JSON, max_field=50) == [{"id": 1, "text": f"media:{name}", "n": None}]
    assert (inbox.media / name).read_text(encoding="utf-8") == long


def test_a_long_text_at_any_depth_goes_to_media_and_all_else_keeps_its_text(inbox):
    long = 'ñ "1.10": \\ ' * 9
    name = hashlib.sha256(long.encode()).hexdigest()
    text, key = json.dumps(long), "k" * 60
    line = f'{{ "a":1.10, "a" :[1e2, {text},{{"{key}" : {text}, "b":"\\u00f1"}}],"c": -0 }}'
    for content in (line, f"[{line}]"):
        (record,) = inbox.records(content, JSON, max_field=50)
        assert record.payload == line.replace(text, f'"media:{name}"')
        assert record.hash == hashlib.sha256(line.encode()).hexdigest()
    assert (inbox.media / name).read_text(encoding="utf-8") == long


def test_a_long_element_that_is_no_object_goes_to_media_as_a_whole(inbox):
    text = f'["{"x" * 100}"]'
    assert (
        inbox.payloads(text[1:-1], JSON, max_field=50)
        == inbox.payloads(text, JSON, max_field=50)
        == [
            {
                "_malformed": "JSON, but not an object, and too long to keep here",
                "_text": f"media:{hashlib.sha256(text[1:-1].encode()).hexdigest()}",
            }
        ]
    )


def test_a_long_line_that_is_no_json_goes_to_media_as_a_whole(inbox):
    line = '{"a": ' + "x" * 100
    name = hashlib.sha256(line.encode()).hexdigest()
    assert inbox.payloads(line, JSON, max_field=50) == [
        {"_malformed": "not JSON, and too long to keep here", "_text": f"media:{name}"}
    ]
    assert (inbox.media / name).read_text(encoding="utf-8") == line


def test_the_hash_of_a_long_field_tells_contents_apart(inbox):
    one, other, same = (inbox.records(f"a\n{'x' * 99}{end}\n", max_field=50)[0].hash for end in "yzy")
    assert one == same != other


# -- JSON ----------------------------------------------------------------------------------------------------------


def test_lines_keep_their_own_text(inbox):
    content = '\n  {"a":1.10 ,  "n": 12345678901234567890, "a": "\\u00f1", "e": 1E400}  \r\n\n{"b": [ 1 ]}'
    assert [(r.position, r.payload) for r in inbox.records(content, JSON)] == [
        (1, '{"a":1.10 ,  "n": 12345678901234567890, "a": "\\u00f1", "e": 1E400}'),
        (2, '{"b": [ 1 ]}'),
    ]


def test_an_array_keeps_the_text_of_each_element(inbox):
    content = ' [ {"a" :\n 1.10},\n\t{"n":12345678901234567890} , {"s": "],[ \\" "}\n] \n'
    assert [(r.position, r.payload) for r in inbox.records(content, JSON)] == [
        (1, '{"a" :\n 1.10}'),
        (2, '{"n":12345678901234567890}'),
        (3, '{"s": "],[ \\" "}'),
    ]


def test_a_broken_line_is_kept_and_marked_and_stops_nothing(inbox):
    content = '{"a": 1}\n{"a": "cut\n{"a": 3}\n'
    assert inbox.payloads(content, JSON) == [{"a": 1}, {"_malformed": "not JSON", "_text": '{"a": "cut'}, {"a": 3}]
    check = inbox.verify(content, JSON)
    assert (check.error, check.record_count, check.columns) == (None, 3, ["a\tnumber"])


@pytest.mark.parametrize("text", ["[1, 2]", '"text"', "1.10", "true", "12345678901234567890"])
def test_a_line_that_is_no_object_is_kept_and_marked(inbox, text):
    content = f'{{"a": 1}}\n{text}\n'
    assert inbox.payloads(content, JSON)[1] == {"_malformed": "JSON, but not an object", "_text": text}


def test_an_element_that_is_no_object_is_kept_and_marked(inbox):
    assert inbox.payloads('["x", {"a": 1}, [ ]]', JSON) == [
        {"_malformed": "JSON, but not an object", "_text": '"x"'},
        {"a": 1},
        {"_malformed": "JSON, but not an object", "_text": "[ ]"},
    ]


def test_kinds_are_told_by_column(inbox):
    content = '{"s": "x", "n": 1, "f": 1.5, "b": true, "o": {}, "l": [], "z": null}\n{"z": "now", "s": null}\n'
    one, other = inbox.records(content, JSON)
    assert one.columns == {
        "s": "text", "n": "number", "f": "number", "b": "boolean", "o": "object", "l": "array", "z": ""
    }  # fmt: skip
    assert one.schema_hash != other.schema_hash
    assert sorted(inbox.verify(content, JSON).columns) == [
        "b\tboolean",
        "f\tnumber",
        "l\tarray",
        "n\tnumber",
        "o\tobject",
        "s\ttext",
        "z\ttext",
    ]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_an_array_is_the_same_across_the_borders_of_chunks(inbox, monkeypatch, chunk):
    monkeypatch.setattr(json_elements, "CHUNK", chunk)
    elements = ['{"a" : 1.10, "t": "ñ\\u00f1"}', '"x"', '{"n": [{"b": "]"}, 12345678901234567890]}', "true", "{}"]
    found = inbox.records("[\n" + " ,\n".join(elements) + " ]\n", JSON)
    texts = [json.loads(r.payload).get("_text", r.payload) for r in found]
    assert texts == elements


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_a_bare_whole_number_is_the_same_across_the_borders_of_chunks(inbox, monkeypatch, chunk):
    monkeypatch.setattr(json_elements, "CHUNK", chunk)
    assert [p["_text"] for p in inbox.payloads("[12345678901234567890,-7]", JSON)] == ["12345678901234567890", "-7"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(
        st.dictionaries(
            TEXTS, st.none() | st.integers() | TEXTS | st.lists(st.booleans() | TEXTS, max_size=3), max_size=4
        ),
        max_size=5,
    ),
    chunk=st.integers(1, 40),
)
def test_lines_and_arrays_give_the_same_objects_back(inbox, values, chunk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_elements, "CHUNK", chunk)
        lines = "\n".join(json.dumps(value, ensure_ascii=False) for value in values)
        contents = (lines, json.dumps(values), json.dumps(values, indent=2, ensure_ascii=False))
        for content in filter(None, contents):
            assert inbox.payloads(content, JSON) == values


@pytest.mark.parametrize("chunk", [2, MIB])
@pytest.mark.parametrize("content", ['[{"a": 1}, {"a": 2', '[{"a": 1}, {"a": 2}', '[{"a": 1},', "["])
def test_an_array_cut_in_the_middle_is_refused(inbox, monkeypatch, content, chunk):
    monkeypatch.setattr(json_elements, "CHUNK", chunk)
    assert inbox.error(content, JSON).startswith(f"JSON array breaks off after element {content.count('}')}: ")


@pytest.mark.parametrize("chunk", [2, MIB])
def test_a_broken_element_of_an_array_is_refused(inbox, monkeypatch, chunk):
    monkeypatch.setattr(json_elements, "CHUNK", chunk)
    assert inbox.error('[{"a": 1}, {"a": }, {"a": 3}]', JSON) == (
        "JSON array is broken after element 1: Expecting value"
    )


def test_of_a_broken_array_no_more_is_read_than_shows_it(inbox, monkeypatch):
    monkeypatch.setattr(json_elements, "CHUNK", 8)
    text = io.StringIO('[{"a" 1}' + ', {"a": 1}' * 100)
    text.read(1)
    with pytest.raises(UnreadableFileError, match="is broken after element 0"):
        list(json_elements._array(text, inbox.limits))
    assert text.tell() < 20


@pytest.mark.parametrize("digits", ["1" * 5000, "-" + "9" * 5000])
def test_a_number_of_any_length_is_one(inbox, digits):
    for content in (f'{{"n": {digits}}}', f'[{{"n": {digits}}}]'):
        (record,) = inbox.records(content, JSON)
        assert (record.payload, record.columns) == (f'{{"n": {digits}}}', {"n": "number"})


@pytest.mark.parametrize("content", ['[{"a": 1}] x', '[{"a": 1}]\n[{"a": 2}]', "[]]"])
def test_text_after_the_end_of_an_array_is_refused(inbox, content):
    assert inbox.error(content, JSON) == "text follows the end of the JSON array"


@pytest.mark.parametrize("content", ["[]", " [ \n ] \n"])
def test_an_empty_array_is_sound_and_has_no_records(inbox, content):
    check = inbox.verify(content, JSON)
    assert (check.error, check.record_count, check.columns) == (None, 0, [])


def test_deep_nesting_is_kept_in_a_line_and_refused_in_an_array(inbox):
    deep = '{"a": ' * 100_000 + "1" + "}" * 100_000
    assert [set(p) for p in inbox.payloads(f'{deep}\n{{"a": 1}}\n', JSON)] == [{"_malformed", "_text"}, {"a"}]
    assert inbox.error(f"[{deep}]", JSON) == "JSON nested deeper than can be read"


def test_nesting_of_a_reasonable_depth_is_read(inbox):
    deep = '{"a": ' * 200 + "1" + "}" * 200
    assert [r.payload for r in inbox.records(f"[{deep}]", JSON)] == [deep]


def test_records_break_off_with_the_reason(inbox):
    inbox.deliver('[{"a": 1}, {"a"')
    found = readers.records(str(inbox.path), "f", 15, JSON, inbox.limits)
    assert next(found).payload == '{"a": 1}'
    with pytest.raises(UnreadableFileError, match="breaks off"):
        next(found)


# -- Odd ends ------------------------------------------------------------------------------------------------------


def test_numbers_beside_a_long_field_keep_their_text(inbox):
    (record,) = inbox.records(f'{{"amount": 1.10, "text": "{"x" * 100}"}}', JSON, max_field=50)
    assert '"amount": 1.10,' in record.payload


def test_equal_keys_beside_a_long_field_are_kept(inbox):
    (record,) = inbox.records(f'{{"a": "first", "a": "second", "text": "{"x" * 100}"}}', JSON, max_field=50)
    assert "first" in record.payload


def test_a_long_text_cut_inside_an_emoji_is_read(inbox):
    assert inbox.error(f'{{"text": "{"x" * 100}\\ud83d"}}', JSON, max_field=50) is None


def test_a_payload_can_always_be_stored(inbox):
    (record,) = inbox.records(f'{{"cut": "\\ud83d", "text": "{"x" * 100}"}}', JSON, max_field=50)
    record.payload.encode("utf-8")


def test_a_key_cut_inside_an_emoji_can_be_written_down(inbox):
    (column,) = inbox.verify('{"x\\ud83d": 1}', JSON).columns
    assert column == "x\\ud83d\tnumber"


def test_utf_16_without_its_mark_is_refused(inbox):
    read = CsvRead(path="x", encoding="utf-16")
    assert "utf-16" in inbox.error("id,text\n1,a\n".encode("utf-16-le"), read)


def test_a_header_of_commas_is_refused_before_it_takes_memory(inbox):
    tracemalloc.start()
    said = inbox.error(b"," * (8 * MIB) + b"\n1,2\n")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said == f"{8 * MIB + 1} columns in its header, more than 65536: is the delimiter right?"
    assert peak < 160 * MIB
    assert inbox.error(",".join(f"c{n}" for n in range(1 << 16)) + "\n" + "," * 65535 + "\n") is None


def test_a_numbered_name_never_meets_one_of_the_header(inbox):
    (record,) = inbox.payloads("a,a#2,a\n1,2,3\n")
    assert sorted(record.values()) == ["1", "2", "3"]


def test_null_is_json_but_not_an_object(inbox):
    for content in ('{"a": 1}\nnull\n', '[{"a": 1}, null]'):
        assert inbox.payloads(content, JSON)[1] == {"_malformed": "JSON, but not an object", "_text": "null"}


def test_a_single_character_is_not_lost(inbox):
    assert inbox.payloads("x", JSON) == [{"_malformed": "not JSON", "_text": "x"}]


def test_a_bare_number_across_the_border_of_a_chunk_is_whole(inbox, monkeypatch):
    monkeypatch.setattr(json_elements, "CHUNK", 2)
    assert [p["_text"] for p in inbox.payloads("[1.10]", JSON)] == ["1.10"]


def test_a_member_without_a_name_is_a_reason_or_is_read(inbox):
    inbox.verify(zipped({"?": TWO}).replace(b"?", b"\0"))


def appended(*members):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive, warnings.catch_warnings(action="ignore"):
        for name, content in members:
            archive.writestr(name, content)
    return raw.getvalue()


def test_members_of_one_name_are_objects_of_their_own(inbox):
    raw = appended(("a.csv", "id\n1\n"), ("a.csv", "id\n2\n"), ("a.csv#2", "id\n3\n"), ("a.csv", "id\n4\n"))
    assert [(r.object, r.position, r.payload) for r in inbox.records(raw)] == [
        ("f!a.csv", 1, '{"id": "1"}'),
        ("f!a.csv#2", 1, '{"id": "3"}'),
        ("f!a.csv#3", 1, '{"id": "2"}'),
        ("f!a.csv#4", 1, '{"id": "4"}'),
    ]


# -- Records too large to be read ----------------------------------------------------------------------------------

TOO_LARGE = "larger than 100 bytes (landing.max_record_mib)"


def test_a_quote_that_takes_in_more_than_a_record_fails_the_file(inbox):
    inbox.limits = inbox.limited(max_record=100)
    said = "a quote in it is not closed, or the limit is too low for this feed"
    assert inbox.error("a,b\n1,2\n\n" + '3,"4\n' + "5,6\n" * 50) == (
        f"the row that begins in line 4 is {TOO_LARGE}: {said}"
    )
    assert inbox.error('"a,b\n' + "5,6\n" * 50) == f"the row that begins in line 1 is {TOO_LARGE}: {said}"
    assert inbox.error("a\n" + "x" * 101) == f"the row that begins in line 2 is {TOO_LARGE}: {said}"
    # The line ends in a character that counts as well.
    assert inbox.payloads(f"a\n{'x' * 99}\n{'y' * 100}") == [{"a": "x" * 99}, {"a": "y" * 100}]
    assert len(inbox.payloads("a\n" + "\n" * 500 + "5\n" * 500)) == 500, "neither blank lines nor rows add up"


def test_a_line_of_json_too_large_for_a_record_is_kept_as_it_is(inbox, monkeypatch):
    inbox.limits = inbox.limited(max_record=100)
    monkeypatch.setattr(json_elements, "CHUNK", 64)
    large = f'{{"a": "{"ñ" * 300}"}}'
    name = hashlib.sha256(f"{large}\n".encode()).hexdigest()
    refused = {"_malformed": TOO_LARGE, "_text": f"media:{name}"}
    assert inbox.payloads(f'{large}\n{{"a": 1}}\n\n{large}\n{{"a": 2}}', JSON) == [
        refused, {"a": 1}, refused, {"a": 2}
    ]  # fmt: skip
    assert [path.name for path in stored_in(inbox.media)] == [name]
    assert (inbox.media / name).read_text(encoding="utf-8") == f"{large}\n"
    check = inbox.verify(f'{large}\n{{"a": 1}}', JSON)
    assert (check.error, check.record_count) == (None, 2)
    exact = f'{{"a": "{"x" * 90}"}}'
    assert inbox.payloads(f"{exact}\n{exact}", JSON) == [{"a": "x" * 90}] * 2


@pytest.mark.parametrize("chunk", [1, 7, 64, MIB])
def test_an_element_of_an_array_too_large_for_a_record_fails_the_file(inbox, monkeypatch, chunk):
    inbox.limits = inbox.limited(max_record=100)
    monkeypatch.setattr(json_elements, "CHUNK", chunk)
    exact = f'{{"a": "{"x" * 91}"}}'
    assert inbox.payloads(f"[{exact}, {exact}{' ' * 300}]", JSON) == [{"a": "x" * 91}] * 2
    said = f"{TOO_LARGE}; a quote in it is not closed, or the limit is too low for this feed"
    for large in (exact.replace("x", "xx", 1) + "]", '{"a": "' + "x" * 300):
        assert inbox.error(f"[{exact}, {large}", JSON) == f"JSON array: what follows element 1 is {said}"
    read = JsonRead(path="x", options={"records": "items"})
    assert inbox.error(f'{{"items": [{exact}], "more": "{"x" * 300}"}}', read) == (
        f"page 1: what follows element 1 is {said}"
    )


@pytest.mark.parametrize(
    ("begin", "read"),
    [(b'a\n"', CSV), (b'{"a": "', JSON), (b'[{"a": "', JSON), (b"a\n", CSV)],
    ids=["open quote", "line", "array", "row"],
)
def test_what_is_too_large_for_a_record_takes_memory_by_the_limit(inbox, monkeypatch, begin, read):
    inbox.limits = inbox.limited(max_record=4 * MIB)
    inbox.deliver(begin + (b"x" * 99 + b"y") * MIB)
    tracemalloc.start()
    try:
        check = readers.verify(str(inbox.path), "f", inbox.path.stat().st_size, read, inbox.limits)
        # csv takes four bytes for a character of an open field.
        assert tracemalloc.get_traced_memory()[1] < 40 * MIB
    finally:
        tracemalloc.stop()
    assert check.error is None or "larger than 4194304 bytes (landing.max_record_mib)" in check.error
    assert check.record_count == (begin == b'{"a": "')


# -- What was read is what was hashed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [TWO, gzipped(TWO), zipped({"b": TWO, "a": TWO}), gzipped(TWO)[:-9], b"x" * 9_000_000]
)
def test_the_fingerprint_has_every_byte_also_where_reading_breaks_off(inbox, content):
    for read in (CSV, JSON):
        for limits in ({}, {"max_bytes": 5}):
            assert inbox.verify(content, read, **limits).sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_that_is_still_being_written_is_left_for_the_next_run(inbox):
    for content in (TWO, gzipped(TWO), zipped({"a": TWO}), gzipped(TWO)[:-9]):
        inbox.deliver(content)
        check = readers.verify(str(inbox.path), "f", len(content) - 1, CSV, inbox.limits)
        assert check.error == readers.CHANGED


def batches(inbox, verified, now, read=CSV):
    """Read a file as a task of landing does, with the hash of what was verified."""
    inbox.deliver(now)
    listed = dict(number=7, path=str(inbox.path), name="f", size=len(verified), time=datetime(2026, 1, 1, tzinfo=UTC))
    batch = pa.RecordBatch.from_pylist([{**listed, "sha256": hashlib.sha256(verified).hexdigest()}])
    return [row for found in delivering._read([batch], read, inbox.limits) for row in found.to_pylist()]


@pytest.mark.parametrize("pack", [bytes, gzipped, lambda content: zipped({"a": content})], ids=["plain", "gz", "zip"])
def test_a_task_fails_where_a_file_is_not_what_was_verified(inbox, pack):
    assert [row["_position"] for row in batches(inbox, pack(TWO), pack(TWO))] == [1, 2]
    for now in (TWO + b"3,c\n", TWO[:-1], TWO.replace(b"b", b"B"), b"", TWO + b"\xff\n"):
        with pytest.raises(delivering.ChangedFileError, match=r"^7$"):
            batches(inbox, pack(TWO), pack(now))
    inbox.path.unlink()
    assert archives.fingerprint(str(inbox.path)).sha256 == ""


def test_a_task_that_fails_for_another_reason_says_that_one(inbox):
    broken = b"id\n1\n\xff\n"
    with pytest.raises(UnreadableFileError, match="0xFF"):
        batches(inbox, broken, broken)
