import io
import json
import re
import struct
import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta

import numpy as np
import openpyxl  # type: ignore[import-untyped]
import pytest

from conf.read import ExcelRead
from jobs.runtime import readers
from jobs.runtime.archives import Limits, UnreadableFileError
from jobs.runtime.formats import workbook_cells
from tests.runtime.test_readers import Inbox, gzipped, zipped

MIB = 1 << 20


def read(**options):
    return ExcelRead(path="unused", options=options)


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path)


def xlsx(*rows, title="Hoja", change=None, **sheets):
    """Return a workbook of a sheet with these rows, and others by name; `change` does more to its first sheet."""
    book = openpyxl.Workbook()
    for name, content in {title: rows, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    book.remove(book.worksheets[0])
    if change:
        change(book.worksheets[0])
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def rewritten(content, part, change):
    """Return a workbook with the text of one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert part in parts
    return zipped({name: change(text.decode()) if name == part else text for name, text in parts.items()})


SHEET = "xl/worksheets/sheet1.xml"

# -- Values -------------------------------------------------------------------------------------------------------


def test_a_row_below_the_header_is_a_record_of_texts(inbox):
    found = inbox.records(xlsx(["id", "text"], [1, "a"], [2, "b"]), read())
    assert [(r.object, r.position, r.payload, r.columns) for r in found] == [
        ("f", 1, '{"id": "1", "text": "a"}', {"id": "", "text": ""}),
        ("f", 2, '{"id": "2", "text": "b"}', {"id": "", "text": ""}),
    ]
    check = inbox.verify(xlsx(["id", "text"], [1, "a"]), read())
    assert (check.error, check.record_count, check.columns) == (None, 1, ["id", "text"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (-0.5, "-0.5"),
        (0, "0"),
        (1.1, "1.1"),
        (1e-7, "0.0000001"),
        (123456789012345, "123456789012345"),
        (1e21, "1000000000000000000000"),
        (True, "true"),
        (False, "false"),
        ("007", "007"),
        (" x ", " x "),
        ("1.10", "1.10"),
        ("uno\ndos", "uno\ndos"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 3, 4, 5), "2026-01-31T03:04:05"),
        (datetime(2026, 1, 31, 3, 4, 5, 678000), "2026-01-31T03:04:05.678000"),
        (time(1, 2, 3), "01:02:03"),
        (timedelta(hours=30), "PT30H"),
        (timedelta(hours=1, minutes=2, seconds=3.5), "PT1H2M3.5S"),
        (timedelta(minutes=90), "PT1H30M"),
    ],
)
def test_values_are_written_in_full_and_in_iso_form(inbox, value, text):
    assert inbox.payloads(xlsx(["id", "v"], [1, value]), read()) == [{"id": "1", "v": text}]


def test_a_duration_of_nothing_is_written_as_one(inbox):
    def change(sheet):
        sheet["B2"].number_format = "[h]:mm"

    assert inbox.payloads(xlsx(["id", "v"], [1, 0], change=change), read()) == [{"id": "1", "v": "PT0S"}]


def test_blank_cells_are_empty_texts_and_blank_rows_no_records(inbox):
    found = inbox.records(xlsx(["a", "b"], [None, None], [1, None], [], [None, 2], ["", ""]), read())
    assert [(r.position, r.payload) for r in found] == [(1, '{"a": "1", "b": ""}'), (2, '{"a": "", "b": "2"}')]


def test_errors_stay_what_they_are(inbox):
    errors = ["#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"]
    content = xlsx(["a", "b"], *([1, error] for error in errors))
    assert 't="e"' in zipfile.ZipFile(io.BytesIO(content)).read(SHEET).decode(), "errors, not texts"
    assert [p["b"] for p in inbox.payloads(content, read())] == errors


def test_of_a_formula_it_is_the_value_last_calculated(inbox):
    content = xlsx(["a", "b", "c", "d", "e"], [1, "=A2+1", "=NA()", "=A2&A2", '=""'])
    never = "#NOT_CALCULATED"
    assert inbox.payloads(content, read()) == [{"a": "1", "b": never, "c": never, "d": never, "e": never}]

    def calculated(xml):
        for cell, kind, value in (("B2", "n", "2"), ("C2", "e", "#N/A"), ("D2", "str", "11"), ("E2", "str", "")):
            xml = re.sub(
                rf'<c r="{cell}"([^>]*)>(<f>.*?</f>)<v ?/>', rf'<c r="{cell}" t="{kind}">\2<v>{value}</v>', xml
            )
        return xml

    (payload,) = inbox.payloads(rewritten(content, SHEET, calculated), read())
    assert payload == {"a": "1", "b": "2", "c": "#N/A", "d": "11", "e": ""}


def test_a_long_text_goes_to_media(inbox):
    (payload,) = inbox.payloads(xlsx(["a", "b"], [1, "x" * 100]), read(), max_field=50)
    assert payload["b"].startswith("media:")
    assert (inbox.media / payload["b"][6:]).read_text(encoding="utf-8") == "x" * 100


# -- Headers, ranges, sheets --------------------------------------------------------------------------------------


def test_a_column_without_a_name_has_that_of_its_letter_and_a_second_one_a_number(inbox):
    content = xlsx(["a", None, "a", " \n", "B"], [1, 2, 3, 4, 5])
    assert inbox.payloads(content, read()) == [{"a": "1", "B": "2", "a#2": "3", "D": "4", "B#2": "5"}]
    wide = xlsx(["a", *[None] * 27], [1, *range(2, 29)])
    assert list(inbox.payloads(wide, read())[0])[-3:] == ["Z", "AA", "AB"]


def test_line_breaks_and_spaces_in_a_name_are_one_space(inbox):
    assert inbox.payloads(xlsx([" Monto\n (S/.) ", 2026, date(2026, 1, 2)], [1, 2, 3]), read()) == [
        {"Monto (S/.)": "1", "2026": "2", "2026-01-02": "3"}
    ]


def test_a_header_of_several_rows_is_joined(inbox):
    def change(sheet):
        for cells in ("A1:F1", "A2:A3", "B2:C2", "D2:E2", "B3:B4"):
            sheet.merge_cells(cells)

    content = xlsx(
        ["Quejas de 2026"],
        ["Id", "Monto", None, "Fecha", None, None],
        [None, "USD", "PEN", "alta", "cierre", "Nota"],
        [1, None, 3, 4, 5, "x"],
        change=change,
    )
    assert inbox.payloads(content, read(header_rows=[2, 3])) == [
        {"Id": "1", "Monto / USD": "", "Monto / PEN": "3", "Fecha / alta": "4", "Fecha / cierre": "5", "Nota": "x"}
    ]
    (titled,) = inbox.payloads(content, read(header_rows=[1, 3]))
    assert list(titled)[:2] == ["Quejas de 2026 / Id", "Quejas de 2026 / Monto / USD"]
    assert list(inbox.payloads(content, read(header_rows=3))[0]) == ["Id", "USD", "PEN", "alta", "cierre", "Nota"]


@pytest.mark.parametrize(
    ("written", "payloads"),
    [
        ("B3:C5", [{"x": "1", "y": "2"}, {"x": "3", "y": ""}]),
        ("B3:C4", [{"x": "1", "y": "2"}]),
        ("B3:C", [{"x": "1", "y": "2"}, {"x": "3", "y": ""}, {"x": "Total", "y": "4"}]),
        ("B3:E4", [{"x": "1", "y": "2", "D": "note", "E": ""}]),
        ("B4:C99", [{"1": "3", "2": ""}, {"1": "Total", "2": "4"}]),
    ],
)
def test_a_range_is_what_is_read(inbox, written, payloads):
    content = xlsx(["title"], [], [0, "x", "y"], [0, 1, 2, "note"], [0, 3], [0, "Total", 4])
    assert inbox.payloads(content, read(range=written)) == payloads


def test_the_rows_of_a_header_count_within_the_range(inbox):
    content = xlsx(["title"], ["", "p", "q"], ["", "x", "y"], ["", 1, 2])
    assert inbox.payloads(content, read(range="B2:C", header_rows=[1, 2])) == [{"p / x": "1", "q / y": "2"}]
    assert inbox.payloads(content, read(range="B2:C", header_rows=2)) == [{"x": "1", "y": "2"}]


def test_what_stands_away_from_the_corner_is_read(inbox):
    def change(sheet):
        for place, value in {"C4": "a", "D4": "b", "C6": 1, "D6": 2}.items():
            sheet[place] = value

    assert inbox.payloads(xlsx(change=change), read(header_rows=4)) == [{"a": "1", "b": "2"}]


def test_a_sheet_is_known_by_name_or_number(inbox):
    content = xlsx(["a"], [1], Dos=[["b"], [2]], title="1")
    assert inbox.payloads(content, read(sheet="Dos")) == inbox.payloads(content, read(sheet=2)) == [{"b": "2"}]
    assert inbox.payloads(content, read()) == inbox.payloads(content, read(sheet="1")) == [{"a": "1"}]
    for wanted in ("Tres", "dos", 3, 0, -1):
        assert inbox.error(content, read(sheet=wanted)) == f"no sheet {wanted!r} in it; there are: 1 '1', 2 'Dos'"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (xlsx(), "sheet 'Hoja' is blank"),
        (xlsx(["a", "b"]), "no record in sheet 'Hoja' below its header in row 1"),
        (xlsx(["a"], [None], [None]), "no record in sheet 'Hoja' below its header in row 1"),
        (xlsx([], ["a"], [1]), "no header in row 1 of sheet 'Hoja': set read.options.header_rows, or its range"),
        (xlsx(Dos=[["b"], [2]]), "sheet 'Hoja' is blank; the sheets are: 1 'Hoja', 2 'Dos'"),
        (
            xlsx(["a"], Dos=[["b"], [2]]),
            "no record in sheet 'Hoja' below its header in row 1; the sheets are: 1 'Hoja', 2 'Dos'",
        ),
        (
            xlsx([], ["a"], [1], Dos=[["b"], [2]]),
            (
                "no header in row 1 of sheet 'Hoja': set read.options.header_rows, or its range; "
                "the sheets are: 1 'Hoja', 2 'Dos'"
            ),
        ),
    ],
)
def test_a_sheet_without_a_header_or_a_record_is_refused(inbox, content, said):
    assert inbox.error(content, read()) == said


def test_a_range_that_is_none_is_refused(inbox):
    content = xlsx(["a"], [1])
    assert inbox.error(content, read(range="C3:A9")) == "range C3:A9 ends before it begins"
    assert inbox.error(content, read(range="A3:C1")) == "range A3:C1 ends before it begins"
    assert "no header in row 9" in inbox.error(content, read(range="A9:C"))
    assert "no header in row 7" in inbox.error(content, read(header_rows=7))


# -- Where they come from -----------------------------------------------------------------------------------------


def test_workbooks_come_alone_packed_and_in_archives(inbox):
    one, two = xlsx(["a"], [1]), xlsx(["a"], [2])
    assert inbox.payloads(gzipped(one), read()) == [{"a": "1"}]
    found = inbox.records(zipped({"b.xlsx": two, "a.xlsx": gzipped(one)}), read())
    assert [(r.object, r.position, r.payload) for r in found] == [
        ("f!a.xlsx", 1, '{"a": "1"}'),
        ("f!b.xlsx", 1, '{"a": "2"}'),
    ]
    assert inbox.error(zipped({"a.xlsx": one, "b.csv": "a\n1\n"}), read()) == (
        "member b.csv: not a workbook (xlsx, xls, xlsb, ods): its content is text/plain"
    )


def cfb(name, stream):
    """Return a compound file with one stream; a small one stands in the stream of small ones."""
    is_small = len(stream) < 4096
    sectors = [stream[at : at + 512].ljust(512, b"\0") for at in range(0, len(stream), 512)]
    table = [0xFFFFFFFD, 0xFFFFFFFE]  # this table, the directory
    small_table = b""
    if is_small:
        count = -(-len(stream) // 64)
        small = struct.pack(f"<{count}I", *range(1, count), 0xFFFFFFFE)
        small_table, table = small.ljust(512, b"\xff"), [*table, 0xFFFFFFFE]
    first = len(table)
    table += [*range(first + 1, first + len(sectors)), 0xFFFFFFFE]

    def entry(name, start, size, kind):
        letters = name.encode("utf-16-le") + b"\0\0"
        head = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters), kind, 1) + b"\xff" * 12
        return head.ljust(116, b"\0") + struct.pack("<II", start, size) + b"\0" * 4

    root = entry("Root Entry", first if is_small else 0xFFFFFFFE, len(sectors) * 512 if is_small else 0, 5)
    directory = root + entry(name, 0 if is_small else first, len(stream), 2)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    mini = (2, 1) if is_small else (0xFFFFFFFE, 0)
    header = header.ljust(44, b"\0") + struct.pack("<IIIIIIII", 1, 1, 0, 4096, *mini, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    parts = [struct.pack("<128I", *table, *[0xFFFFFFFF] * (128 - len(table))), directory.ljust(512, b"\0")]
    return b"".join([header, *parts, *filter(None, [small_table]), *sectors])


def biff(*records, padding=0):
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records) + b"\0" * padding


def label(row, column, text):
    return 0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1")


def xls(*cells, name="Workbook", padding=0):
    """Return an xls of one sheet with these records."""
    version = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    end, sheet = (0x000A, b""), (0x0809, version[:2] + b"\x10\0" + version[4:])
    bound = lambda at: (0x0085, struct.pack("<IBBBB", at, 0, 0, 4, 0) + b"Hoja")  # noqa: E731
    start = len(biff((0x0809, version), bound(0), end))
    return cfb(name, biff((0x0809, version), bound(start), end, sheet, *cells, end, padding=padding))


XLS = [
    label(0, 0, "a"),
    label(0, 1, "b"),
    (0x0203, struct.pack("<HHHd", 1, 0, 0, 12.5)),
    (0x0205, struct.pack("<HHHBB", 1, 1, 0, 0x2A, 1)),  # the error #N/A
    (0x0205, struct.pack("<HHHBB", 2, 0, 0, 1, 0)),  # true
    (0x0006, struct.pack("<HHH", 2, 1, 0) + b"\x02\0\x07\0\0\0\xff\xff" + b"\0" * 8),  # a formula that gave #DIV/0!
]


@pytest.mark.parametrize(("name", "padding"), [("Workbook", 0), ("Workbook", 5000), ("Book", 5000)])
def test_an_xls_is_read_with_its_errors(inbox, name, padding):
    assert inbox.payloads(xls(*XLS, name=name, padding=padding), read(sheet="Hoja")) == [
        {"a": "12.5", "b": "#N/A"},
        {"a": "true", "b": "#DIV/0!"},
    ]


def test_an_xls_has_merged_cells(inbox):
    merged = (0x00E5, struct.pack("<HHHHH", 1, 0, 0, 0, 1))
    content = xls(label(0, 0, "p"), label(1, 0, "x"), label(1, 1, "y"), label(2, 0, "1"), label(2, 1, "2"), merged)
    assert inbox.payloads(content, read(header_rows=[1, 2])) == [{"p / x": "1", "p / y": "2"}]


def brt(*records):
    raw = b""
    for kind, data in records:
        raw += bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size = len(data)
        while size > 0x7F:
            raw += bytes([size & 0x7F | 0x80])
            size >>= 7
        raw += bytes([size]) + data
    return raw


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def rels(kind, target):
    return f'<Relationships><Relationship Id="rId1" Type="{RELS}/{kind}" Target="{target}"/></Relationships>'


def xlsb(*records):
    cells = brt((0x81, b""), (0x94, b"\0" * 16), (0x91, b""), *records, (0x92, b""), (0x82, b""))
    sheet = (0x9C, struct.pack("<II", 0, 1) + wide("rId1") + wide("Hoja"))
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": rels("officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": brt((0x83, b""), (0x8F, b""), sheet, (0x90, b""), (0x84, b"")),
            "xl/_rels/workbook.bin.rels": rels("worksheet", "worksheets/sheet1.bin"),
            "xl/worksheets/sheet1.bin": cells,
        }
    )


def brt_row(row):
    return 0x00, struct.pack("<I", row).ljust(17, b"\0")


def brt_cell(kind, column, data):
    return kind, struct.pack("<II", column, 0) + data


def test_an_xlsb_is_read_with_its_errors_and_merged_cells(inbox):
    content = xlsb(
        brt_row(0), brt_cell(6, 0, wide("p")),
        brt_row(1), brt_cell(6, 0, wide("a")), brt_cell(6, 1, wide("b")),
        brt_row(2), brt_cell(5, 0, struct.pack("<d", 1.5)), brt_cell(3, 1, b"\x2a"),
        brt_row(3), brt_cell(4, 0, b"\1"), brt_cell(11, 1, b"\x07" + b"\0" * 10),
        (0xB0, struct.pack("<IIII", 0, 0, 0, 1)),
    )  # fmt: skip
    assert inbox.payloads(content, read(header_rows=[1, 2])) == [
        {"p / a": "1.5", "p / b": "#N/A"},
        {"p / a": "true", "p / b": "#DIV/0!"},
    ]


NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {"office": "office", "table": "table", "text": "text", "calcext": "calcext"}.items()
)


def ods(*rows, manifest="<x/>"):
    body = f'<office:body><office:spreadsheet><table:table table:name="Hoja">{"".join(rows)}'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest,
            "content.xml": f"<office:document-content {NAMESPACES}>{body}</table:table></office:spreadsheet>"
            "</office:body></office:document-content>",
        },
        zipfile.ZIP_STORED,
    )


def ods_row(*cells, more=""):
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


TWICE = 'table:number-rows-repeated="2"'


def ods_text(text, more=""):
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


ODS_ERROR = (
    '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error">'
    "<text:p>#N/A</text:p></table:table-cell>"
)


def test_an_ods_is_read_with_its_errors_and_merged_cells(inbox):
    content = ods(
        ods_row(ods_text("p", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>"),
        ods_row(ods_text("a"), ods_text("b")),
        ods_row('<table:table-cell office:value-type="float" office:value="1.5"></table:table-cell>', ODS_ERROR),
        ods_row('<table:table-cell office:value-type="date" office:date-value="2026-01-31"></table:table-cell>'),
        ods_row(ods_text("x"), more=TWICE),
        ods_row('<table:table-cell table:number-columns-repeated="999"/>', more='table:number-rows-repeated="99999"'),
    )
    assert inbox.payloads(content, read(header_rows=[1, 2])) == [
        {"p / a": "1.5", "p / b": "#N/A"},
        {"p / a": "2026-01-31", "p / b": ""},
        {"p / a": "x", "p / b": ""},
        {"p / a": "x", "p / b": ""},
    ]


def test_an_error_of_an_ods_is_repeated_with_its_cell(inbox):
    repeated = 'table:number-columns-repeated="{}"'.format
    error = ODS_ERROR.replace(" office:string-value", f" {repeated(2)} office:string-value")
    content = ods(
        ods_row(ods_text("a"), ods_text("b"), ods_text("c")),
        ods_row(ods_text("x"), error, more=TWICE),
        ods_row(error, ods_text("y")),
        ods_row(ods_text("z")),
    )
    assert [tuple(found.values()) for found in inbox.payloads(content, read())] == [
        ("x", "#N/A", "#N/A"), ("x", "#N/A", "#N/A"), ("#N/A", "#N/A", "y"), ("z", "", ""),
    ]  # fmt: skip


def test_an_error_that_is_repeated_over_a_whole_sheet_takes_little_memory():
    error = ODS_ERROR.replace(" office:string-value", ' table:number-columns-repeated="16384" office:string-value')
    content = ods(ods_row(error, more='table:number-rows-repeated="2048"'))
    tracemalloc.start()
    try:
        (cells,) = workbook_cells.in_document(io.BytesIO(content))
        # One by one they took gigabytes.
        assert tracemalloc.get_traced_memory()[1] < 4 * MIB
    finally:
        tracemalloc.stop()
    assert (cells.rows, cells.columns) == (2048, 16384)
    assert cells.errors == [((0, 0), (2047, 16383), "#N/A")]


# -- Broken and hostile workbooks ---------------------------------------------------------------------------------


def test_a_workbook_that_needs_a_password_says_so(inbox):
    said = "it needs a password"
    assert inbox.error(cfb("EncryptedPackage", b"\0" * 5000), read()) == said
    stub = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage\0".encode("utf-16-le")
    assert inbox.error(stub, read()) == said
    locked = (0x002F, b"\x01\0" + b"\0" * 50)
    assert inbox.error(xls(), read()) == "sheet 'Hoja' is blank"
    assert inbox.error(cfb("Workbook", biff((0x0809, b"\0\6\5\0" + b"\0" * 12), locked, padding=5000)), read()) == said
    secret = '<manifest:encryption-data manifest:checksum="x"/>'
    assert inbox.error(ods(ods_row(ods_text("a")), manifest=secret), read()) == said
    assert inbox.error(zipped({"a.xlsx": cfb("EncryptedPackage", b"\0" * 5000)}), read()) == f"member a.xlsx: {said}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "not a workbook (xlsx, xls, xlsb, ods): its content is text/plain"),
        (b"<!DOCTYPE html><html></html>", "not a workbook (xlsx, xls, xlsb, ods): its content is text/html"),
        (cfb("WordDocument", b"x" * 5000), "not a workbook, but another document of the older Office"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "not a workbook that can be read: "),
        (xlsx(["a"], [1])[:-30], "truncated: the zip has no directory at its end that can be read"),
        (xls(*XLS)[:700], "the compound file is broken: "),
        (ods()[:50] + b"PK", "truncated: "),
    ],
)  # fmt: skip
def test_what_is_no_workbook_says_why(inbox, content, said):
    assert inbox.error(content, read()).startswith(said)


def test_a_stray_cell_at_the_far_end_is_refused_and_not_made_room_for(inbox):
    def far(xml):
        return xml.replace('<row r="2"', '<row r="1048576"').replace('r="A2"', 'r="XFD1048576"')

    said = (
        "a sheet of 1048576 rows and 16384 columns, more than 33554432 cells: "
        "delete what stands far from the rest, or deliver it as csv"
    )
    assert inbox.error(rewritten(xlsx(["a"], [1]), SHEET, far), read()) == said
    binary = xlsb(brt_row(0), brt_cell(4, 0, b"\1"), brt_row(1048575), brt_cell(4, 16383, b"\1"))
    assert inbox.error(binary, read()) == said
    document = ods(
        ods_row(ods_text("x", 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="1048576"')
    )
    assert inbox.error(document, read()) == said
    old = xls((0x0203, struct.pack("<HHHd", 0, 0, 0, 1)), (0x0203, struct.pack("<HHHd", 65535, 65535, 0, 1)))
    assert inbox.error(old, read()) == "a sheet of 65536 columns, more than 16384: deliver it as csv"


def test_blank_cells_with_a_format_do_not_count(inbox):
    def formatted(xml):
        return xml.replace("</row>", '<c r="XFD2" s="0"/></row><row r="1048576"><c r="A1048576" s="0"/></row>', 1)

    assert inbox.payloads(rewritten(xlsx(["a"], [1]), SHEET, formatted), read()) == [{"a": "1"}]


def test_the_cells_that_can_be_read_are_counted(inbox, monkeypatch):
    monkeypatch.setattr(workbook_cells, "MOST_CELLS", 6)
    assert len(inbox.payloads(xlsx(["a", "b"], [1, 2], [3, 4]), read())) == 2
    assert inbox.error(xlsx(["a", "b"], [1, 2], [3, 4], [5]), read()).startswith("a sheet of 4 rows and 2 columns")


def test_a_sheet_wider_than_those_of_any_program_is_refused(inbox):
    def wide(columns):
        return ods(ods_row(ods_text("x", f'table:number-columns-repeated="{columns}"'), more=TWICE))

    assert inbox.error(wide(16384), read()) is None
    assert inbox.error(wide(16385), read()) == "a sheet of 16385 columns, more than 16384: deliver it as csv"


def test_the_places_with_errors_are_counted(inbox, monkeypatch):
    monkeypatch.setattr(workbook_cells, "MOST_ERRORS", 2)
    assert len(inbox.payloads(xlsx(["a"], ["#N/A"], ["#N/A"]), read())) == 2
    assert inbox.error(xlsx(["a"], ["#N/A"], ["#N/A"], ["#N/A"]), read()) == (
        "a sheet with errors in more than 2 places: mend its formulas, or deliver it as csv"
    )


def test_entities_are_refused_and_not_expanded(inbox):
    def declared(xml):
        return (
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>' + xml[xml.index("<worksheet") :]
        )

    said = "it declares XML entities, which no workbook needs"
    assert inbox.error(rewritten(xlsx(["a"], [1]), SHEET, declared), read()) == said


def test_a_workbook_that_unpacks_to_a_bomb_is_refused(inbox):
    content = rewritten(
        xlsx(["a"], [1]), SHEET, lambda xml: xml.replace("<sheetData>", " " * (70 * MIB) + "<sheetData>")
    )
    assert len(content) < MIB
    assert inbox.error(content, read()) == (
        "unpacks to more than 250 times its size: taken for a bomb (landing.max_ratio)"
    )
    assert inbox.error(content, read(), max_bytes=10 * MIB) == (
        "larger than 10485760 bytes unpacked (landing.max_file_gib)"
    )


def test_damaged_workbooks_give_a_reason_and_never_an_exception(inbox):
    random = np.random.default_rng(1)
    for whole in (xlsx(["a", "b"], [1, "x"]), xls(*XLS), xlsb(brt_row(0), brt_cell(6, 0, wide("a")))):
        for _ in range(60):
            damaged = np.frombuffer(whole, "uint8").copy()
            damaged[random.integers(0, len(damaged), 6)] = random.integers(0, 256, 6)
            error = inbox.error(damaged.tobytes(), read())
            assert error is None or error.strip()


def test_damaged_parts_give_a_reason_and_never_an_exception(inbox):
    """Damage behind the checksums of a zip, which meets the readers of each part."""
    random = np.random.default_rng(2)
    books = (xlsx(["a", "b"], [1, "x"]), xlsb(brt_row(0), brt_cell(6, 0, wide("a"))), ods(ods_row(ods_text("a"))))
    for whole in books:
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for _ in range(60):
            name = sorted(parts)[random.integers(0, len(parts))]
            damaged = np.frombuffer(parts[name], "uint8").copy()
            damaged[random.integers(0, len(damaged), 3)] = random.integers(0, 256, 3)
            error = inbox.error(zipped(parts | {name: damaged.tobytes()}), read())
            assert error is None or error.strip()


def test_records_come_one_by_one_before_the_reason(inbox):
    inbox.deliver(xlsx(["a"], [1]))
    limits = Limits(1 << 30, 250, 8 * MIB, 128 * MIB, "")
    found = readers.records(str(inbox.path), "f", inbox.path.stat().st_size, read(sheet="x"), limits)
    with pytest.raises(UnreadableFileError, match="no sheet 'x'"):
        next(found)


def test_a_hash_is_that_of_the_values_whatever_the_order_of_the_columns(inbox):
    (one,), (other,) = (inbox.records(c, read()) for c in (xlsx(["a", "b"], [1, 2]), xlsx(["b", "a"], [2, 1])))
    assert (one.hash, one.schema_hash) == (other.hash, other.schema_hash)
    assert json.loads(one.payload) == json.loads(other.payload)
