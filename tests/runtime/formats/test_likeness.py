"""What is told of a file that is described as another format than it is."""

from __future__ import annotations

import io

import openpyxl  # type: ignore[import-untyped]
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conf.read import CsvRead, EmailRead, ExcelRead, JsonRead, ParquetRead, XmlOptions, XmlRead
from jobs.runtime.formats import likeness
from tests.runtime.test_readers import Inbox, gzipped, zipped

JSON_LINES = '{"id": "1", "text": "a"}\n{"id": "2", "text": "b"}\n'
CSV_ROWS = "id;text\n1;a\n2;b\n"
MAIL = "From: Ana <ana@x.pe>\nSubject: =?utf-8?q?Reclamo?=\n\nNo llega.\n"
XML_TEXT = '\n<?xml version="1.0"?><l><queja id="1"/></l>'


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path)


def workbook():
    book, raw = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["id"])
    book.active.append([1])
    book.save(raw)
    return raw.getvalue()


def parquet():
    raw = io.BytesIO()
    pq.write_table(pa.table({"id": [1]}), raw)
    return raw.getvalue()


JSON, XML, EXCEL, PARQUET = (
    JsonRead(path="x"), XmlRead(path="x", options=XmlOptions(record="queja")), ExcelRead(path="x"),
    ParquetRead(path="x"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "described", "said"),
    [
        (CSV_ROWS, JSON, "no record of it can be read; the first: not JSON; it looks like CSV: is it format: csv?"),
        (CSV_ROWS, XML, "it looks like CSV: is it format: csv?"),
        (CSV_ROWS, EXCEL, "it looks like CSV: is it format: csv?"),
        (JSON_LINES, XML, "it looks like JSON: is it format: json?"),
        (f"[{JSON_LINES.replace(chr(10), ',')[:-1]}]", EXCEL, "it looks like JSON: is it format: json?"),
        (JSON_LINES, PARQUET, "it looks like JSON: is it format: json?"),
        (XML_TEXT, JSON, "it looks like XML: is it format: xml?"),
        (MAIL, JSON, "it looks like mail: is it format: email?"),
        (parquet(), CsvRead(path="x"), "it looks like Parquet: is it format: parquet?"),
        (parquet(), EXCEL, "it looks like Parquet: is it format: parquet?"),
        (workbook(), JSON, "an Office document, not an archive of files; workbooks are format excel"),
        (workbook(), EmailRead(path="x"), "an Office document, not an archive of files; workbooks are format excel"),
        (gzipped(JSON_LINES.encode()), XML, "it looks like JSON: is it format: json?"),
        (zipped({"a.csv": CSV_ROWS.encode()}), JSON, "it looks like CSV: is it format: csv?"),
    ],
)
def test_the_format_that_is_meant_is_named(inbox, content, described, said):
    check = inbox.verify(content, described)
    assert check.error is not None
    assert check.error.endswith(said)


@pytest.mark.parametrize(
    ("content", "described"),
    [
        ('[{"id": 1}, {"id"', JSON),
        ('{"id": 1}\n{"id": 2', JSON),
        ("\ufeff<l><queja/>", XML),
        ("<l><queja></l>", XML),
        (b"\x89\xff not text", EXCEL),
        ("una nota sin campos\n", JSON),
    ],
)
def test_nothing_is_said_of_what_is_broken_or_of_no_known_make(inbox, content, described):
    assert "it looks like" not in (inbox.verify(content, described).error or "")


def test_broken_lines_of_json_land_each_with_its_reason(inbox):
    for content in ('{"id": 1, "text": "cut', "una nota sin campos\n", '"a text"\n7\n'):
        check = inbox.verify(content, JSON)
        assert check.error is None
        assert check.record_count == len(content.splitlines())


def test_a_header_in_brackets_is_no_json():
    assert likeness.hint(b"[id],[fecha de alta]\r\n1,2\r\n", "csv") == ""
    assert likeness.hint(b'{"id": 1}\n', "csv") == "; it looks like JSON: is it format: json?"
    assert likeness.hint(b'[\n  {"id": 1}]', "csv") == "; it looks like JSON: is it format: json?"
    assert likeness.hint(b"<html>", "media") == "", "of files whose content is not read nothing is expected"
