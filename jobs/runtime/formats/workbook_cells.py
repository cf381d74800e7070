"""How far the cells of a sheet reach, which are errors and which merged: what calamine leaves out, or could not bear.

calamine gives blanks for errors, and makes room for every cell up to the last one: of a sheet with one stray cell at
its far end it takes so much memory that the process is killed.
"""

from __future__ import annotations

import functools
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from jobs.runtime.archives import CHUNK, UnreadableFileError

# Some 32 bytes of memory each, of errors some 256: a GiB.
MOST_CELLS, MOST_ERRORS = 32 << 20, 4 << 20
# No program has more; each is a name in every record.
MOST_COLUMNS = 1 << 14
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!",
          0x2A: "#N/A", 0x2B: "#GETTING_DATA"}  # fmt: skip
# What stands for the value of a formula that the program which wrote the workbook did not work out.
NOT_CALCULATED = "#NOT_CALCULATED"
Place = tuple[int, int]
Attributes = dict[str, str]


@dataclass
class Cells:
    """How many rows and columns hold values; errors and merged ranges, each with its first and its last place.

    A place is row and column, from 0. Where calamine knows the merged ranges, as in xlsx and xls, there are none here.
    """

    rows: int = 0
    columns: int = 0
    errors: list[tuple[Place, Place, str]] = field(default_factory=list)
    merged: list[tuple[Place, Place]] = field(default_factory=list)

    def reach(self, row: int, column: int) -> None:
        """Note a value; raise UnreadableFileError where the cells up to it are too many."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        if self.columns > MOST_COLUMNS:
            raise UnreadableFileError(f"a sheet of {self.columns} columns, more than {MOST_COLUMNS}: deliver it as csv")
        if self.rows * self.columns > MOST_CELLS:
            raise UnreadableFileError(
                f"a sheet of {self.rows} rows and {self.columns} columns, more than {MOST_CELLS} cells: "
                "delete what stands far from the rest, or deliver it as csv"
            )

    def fail(self, first: Place, last: Place, error: str) -> None:
        """Note an error, which stands in all cells from the first to the last."""
        self.reach(*last)
        self.errors.append((first, last, error))
        if len(self.errors) > MOST_ERRORS:
            raise UnreadableFileError(
                f"a sheet with errors in more than {MOST_ERRORS} places: mend its formulas, or deliver it as csv"
            )


def in_open_xml(content: IO[bytes], number: int) -> Cells:
    """Return the cells of a sheet, by its number from 0, of an xlsx or xlsb."""
    with zipfile.ZipFile(content) as archive:
        parts = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

        def target(source: str, wanted: Callable[[Attributes], bool]) -> str:
            """Return the part that another refers to; the archive itself is "" and refers to the workbook."""
            folder, _, base = source.rpartition("/")
            folder += "/" if folder else ""
            found: list[str] = []
            with archive.open(parts[f"{folder}_rels/{base}.rels".lower()]) as part:
                _parsed(part, lambda _, given: found.append(given["Target"]) if wanted(given) else None)
            return found[0].lstrip("/") if found[0].startswith("/") else folder + found[0]

        book = target("", lambda given: given.get("Type", "").endswith("/officeDocument"))
        is_binary = book.lower().endswith(".bin")
        with archive.open(parts[book.lower()]) as part:
            wanted = (_sheets_of_bin(part) if is_binary else _sheets_of_xml(part))[number]
        sheet = target(book, lambda given: given.get("Id") == wanted)
        cells = Cells()
        with archive.open(parts[sheet.lower()]) as part:
            (_scan_bin if is_binary else _scan_xml)(part, cells)
        return cells


def _parsed(
    part: IO[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Give the elements of a part to handlers, their names without a prefix, those of attributes as written."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, given: start(name.rpartition(":")[2], given)
    parser.EndElementHandler = end and (lambda name: end(name.rpartition(":")[2]))
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = _refused
    try:
        while chunk := part.read(CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableFileError(f"its XML is broken: {error}") from error


def _refused(*_: Any) -> None:
    raise UnreadableFileError("it declares XML entities, which no workbook needs")


def _sheets_of_xml(part: IO[bytes]) -> list[str]:
    found: list[str] = []

    def start(name: str, given: Attributes) -> None:
        if name == "sheet":
            # Its prefix is that of relationships, mostly `r`.
            found.append(next((value for key, value in given.items() if key.endswith(":id")), ""))

    _parsed(part, start)
    return found


class _SheetXml:
    """Handlers of expat for a sheet of an xlsx."""

    def __init__(self, cells: Cells) -> None:
        self._cells, self._row, self._column = cells, -1, -1
        self._kind: str | None = None
        self._is_error, self._is_formula, self._text = False, False, ""

    def start(self, name: str, given: Attributes) -> None:
        if name == "row":
            self._row, self._column = int(given["r"]) - 1 if "r" in given else self._row + 1, -1
        elif name == "c":
            if "r" in given:
                self._row, self._column = place(given["r"])
            else:
                self._column += 1
            self._kind, self._text = given.get("t"), ""
            self._is_error, self._is_formula = self._kind == "e", False
        elif name == "f":
            self._is_formula = True
        elif name in ("v", "is"):
            self._cells.reach(self._row, self._column)

    def end(self, name: str) -> None:
        at, text = (self._row, self._column), self._text.strip()
        if name == "f":
            # What follows is its value.
            self._text = ""
        elif name == "c" and self._is_error:
            self._cells.fail(at, at, text or "#ERROR")
        # An empty text is a value, and then said to be one.
        elif name == "c" and self._is_formula and not text and self._kind != "str":
            self._cells.fail(at, at, NOT_CALCULATED)

    def text(self, text: str) -> None:
        if self._is_error or self._is_formula:
            self._text += text


def _scan_xml(part: IO[bytes], cells: Cells) -> None:
    sheet = _SheetXml(cells)
    _parsed(part, sheet.start, sheet.end, sheet.text)


def place(reference: str) -> Place:
    """Return row and column, from 0, of a reference as B3; of B, or of 3, the other is -1."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :] or 0) - 1, _column(letters)


@functools.lru_cache(1 << 15)
def _column(letters: str) -> int:
    column = 0
    for letter in letters[:8]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _records(part: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the content of each record of an xlsb part; one of more than 1 MiB is none of ours."""
    while first := part.read(1):
        kind, size = first[0], 0
        if kind & 0x80:
            kind = kind & 0x7F | (part.read(1) or b"\0")[0] << 7
        for shift in (0, 7, 14, 21):
            byte = (part.read(1) or b"\0")[0]
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        content = part.read(min(size, CHUNK))
        left = size - len(content)
        while left > 0 and (skipped := part.read(min(left, CHUNK))):
            left -= len(skipped)
        yield kind, content


def _sheets_of_bin(part: IO[bytes]) -> list[str]:
    found = []
    for kind, content in _records(part):
        if kind == 0x9C:  # BrtBundleSh: state, number, then the id of its part
            letters = int.from_bytes(content[8:12], "little")
            found.append(content[12 : 12 + 2 * letters].decode("utf-16-le", "replace"))
    return found


def _scan_bin(part: IO[bytes], cells: Cells) -> None:
    row = -1
    for kind, content in _records(part):
        first = int.from_bytes(content[:4], "little")
        if kind == 0x00:  # BrtRowHdr
            row = first
        elif 0x02 <= kind <= 0x0B or kind == 0x3E:  # cells, all but blank ones
            cells.reach(row, first)
            if kind in (0x03, 0x0B) and len(content) > 8:  # BrtCellError, BrtFmlaError
                cells.fail((row, first), (row, first), ERRORS.get(content[8], "#ERROR"))
        elif kind == 0xB0:  # BrtMergeCell: first and last row, first and last column
            top, bottom, left, right = (int.from_bytes(content[at : at + 4], "little") for at in (0, 4, 8, 12))
            cells.merged.append(((top, left), (bottom, right)))


def in_document(content: IO[bytes]) -> list[Cells]:
    """Return the cells of every sheet of an ods, in their order."""
    sheets = _Document()
    with zipfile.ZipFile(content) as archive:
        if "META-INF/manifest.xml" in archive.namelist():
            with archive.open("META-INF/manifest.xml") as part:
                if b"encryption-data" in part.read(CHUNK):
                    raise UnreadableFileError("it needs a password")
        with archive.open("content.xml") as part:
            _parsed(part, sheets.start, sheets.end, sheets.text)
    return sheets.found


class _Document:
    """Handlers of expat for the content of an ods, where rows and cells are written once and repeated."""

    def __init__(self) -> None:
        self.found: list[Cells] = []
        self._row = self._next_row = self._column = self._next_column = 0
        self._is_error, self._text = False, ""

    def start(self, name: str, given: Attributes) -> None:
        if name == "table":
            self.found.append(Cells())
            self._row = self._next_row = 0
        elif name == "table-row":
            self._row = self._next_row
            self._next_row += int(given.get("table:number-rows-repeated", 1))
            self._column = self._next_column = 0
        elif name in ("table-cell", "covered-table-cell") and self.found:
            self._cell(given)

    def _cell(self, given: Attributes) -> None:
        self._column = self._next_column
        self._next_column += int(given.get("table:number-columns-repeated", 1))
        if "office:value-type" in given:
            self.found[-1].reach(self._next_row - 1, self._next_column - 1)
        # As LibreOffice writes it, to the standard it is a text.
        self._is_error, self._text = given.get("calcext:value-type") == "error", ""
        down, right = int(given.get("table:number-rows-spanned", 1)), int(given.get("table:number-columns-spanned", 1))
        if down > 1 or right > 1:
            last = (self._row + down - 1, self._column + right - 1)
            self.found[-1].merged.append(((self._row, self._column), last))

    def end(self, name: str) -> None:
        if self._is_error and name == "table-cell":
            last = (self._next_row - 1, self._next_column - 1)
            self.found[-1].fail((self._row, self._column), last, self._text.strip() or "#ERROR")
            self._is_error = False

    def text(self, text: str) -> None:
        if self._is_error:
            self._text += text
