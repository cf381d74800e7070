"""Workbooks: a sheet of an xlsx, xls, xlsb or ods, whose rows below a header are records."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections import deque
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import IO, Any

import python_calamine

from conf.read import ExcelOptions, ExcelRead
from jobs.runtime import archives
from jobs.runtime.archives import CHUNK, Limits, UnreadableFileError
from jobs.runtime.formats import media_types, workbook_cells, xls_cells
from jobs.runtime.formats.record import Record, of_values
from jobs.runtime.formats.workbook_cells import MOST_COLUMNS, Cells, Place

PASSWORD = "it needs a password"


def records(name: str, stream: io.BufferedReader, read: ExcelRead, limits: Limits) -> Iterator[Record]:
    """Yield a record for every row below the header that is not blank; its position counts these, from 1.

    All values are texts: numbers in full as Excel keeps them (12.0 is `12`), dates, times and durations in ISO form,
    `true` and `false`, `` for a blank cell and `#N/A` or the like for an error, which no type but text accepts. Of a
    formula it is the value that was last calculated; one that never was, as programs write them, is blank.

    A column without a name has that of its letter, of several of one name the further ones are numbered. Raise
    UnreadableFileError where there is no such sheet, no header or no record, where it is no workbook, needs a
    password, or reaches over more cells than can be read.
    """
    with archives.seekable(stream, limits) as content:
        sheet, cells, beside = _sheet(content, read.options, limits)
    if sheet.start is None:
        raise UnreadableFileError(f"sheet {sheet.name!r} is blank{beside}")
    top, left, bottom, right = _bounds(read.options.range, sheet, cells)
    first, last = (top + row - 1 for row in read.options.header_rows)
    rows = _rows(sheet, cells)
    above = list(itertools.islice(rows, last + 1))
    columns = _columns(above, first, left, right, _covered(sheet, cells, above))
    if columns is None:
        raise UnreadableFileError(
            f"no header in row {last + 1} of sheet {sheet.name!r}: set read.options.header_rows, or its range{beside}"
        )
    position = 0
    for row in itertools.islice(rows, max(bottom - last, 0)):
        values = [_text(value) for value in _cut(row, left, right)]
        if any(values):
            position += 1
            yield of_values(name, position, dict(zip(columns, values, strict=True)), limits)
    if not position:
        raise UnreadableFileError(f"no record in sheet {sheet.name!r} below its header in row {last + 1}{beside}")


def _sheet(content: IO[bytes], options: ExcelOptions, limits: Limits) -> tuple[Any, Cells, str]:
    """Open a sheet, after its workbook was found to be what calamine can read in reasonable memory.

    The text names all sheets where there are others: to be said where this one is not as it should be.
    """
    try:
        all_cells = _guarded(content, content.seek(0, io.SEEK_END), limits)
        content.seek(0)
        book = python_calamine.CalamineWorkbook.from_filelike(content)
        number = _number(book.sheet_names, options.sheet)
        cells = all_cells[number] if all_cells is not None else workbook_cells.in_open_xml(content, number)
        names = book.sheet_names
        return book.get_sheet_by_index(number), cells, f"; the sheets are: {_listed(names)}" if names[1:] else ""
    except python_calamine.PasswordError as error:
        raise UnreadableFileError(PASSWORD) from error
    except (UnreadableFileError, OSError, zipfile.BadZipFile):
        raise
    except (python_calamine.CalamineError, KeyError, IndexError, ValueError) as error:
        raise UnreadableFileError(f"not a workbook that can be read: {error}") from error
    except BaseException as error:
        # What breaks calamine off is no Exception.
        if type(error).__name__ == "PanicException":
            raise UnreadableFileError(f"not a workbook that can be read: {error}") from error
        raise


def _guarded(content: IO[bytes], size: int, limits: Limits) -> list[Cells] | None:
    """Return the cells of all sheets, where opening the workbook reads them all; raise where it must not be opened."""
    kind = media_types.found(content, size, "")
    if kind == "application/encrypted":
        raise UnreadableFileError(PASSWORD)
    content.seek(0)
    head = content.read(8)
    if head == xls_cells.MAGIC:
        return xls_cells.in_compound(content)
    if not archives.is_packed(head, gzip_too=False):
        raise UnreadableFileError(f"not a workbook (xlsx, xls, xlsb, ods): its content is {kind}")
    return workbook_cells.in_document(content) if "content.xml" in _unpacked(content, size, limits) else None


def _unpacked(content: IO[bytes], size: int, limits: Limits) -> set[str]:
    """Return the names of a workbook's parts, all of which were unpacked to see that none is broken or a bomb."""
    content.seek(0)
    stream: Any = io.BufferedReader(content)
    names = set()
    for part, unpacked in archives.members(stream, size, limits):
        names.add(part)
        while unpacked.read(CHUNK):
            pass
    stream.detach()
    return names


def _number(names: list[str], wanted: str | int) -> int:
    if wanted in names:
        return names.index(str(wanted))
    if isinstance(wanted, int) and 1 <= wanted <= len(names):
        return wanted - 1
    raise UnreadableFileError(f"no sheet {wanted!r} in it; there are: {_listed(names)}")


def _listed(names: list[str]) -> str:
    return ", ".join(f"{n} {name!r}" for n, name in enumerate(names, start=1)) or "none"


def _bounds(written: str | None, sheet: Any, cells: Cells) -> tuple[int, int, int, int]:
    """Return the first row and column and the last row and column that are read, from 0."""
    # Of an xlsb calamine does not know of formulas that failed.
    bottom = max([sheet.end[0], *(row for _, (row, _), _ in cells.errors)])
    right = max([sheet.end[1], *(column for _, (_, column), _ in cells.errors)])
    if written is None:
        return 0, sheet.start[1], bottom, right
    (top, left), (last, right) = map(workbook_cells.place, written.split(":"))
    if (0 <= last < top) or right < left:
        raise UnreadableFileError(f"range {written} ends before it begins")
    return top, left, last if last >= 0 else bottom, right


def _rows(sheet: Any, cells: Cells) -> Iterator[list[Any]]:
    """Yield the rows from the first of the sheet, each from its first column, with the errors in their place."""
    # Those of cells that are repeated over many rows stay until the last of these.
    below, here = deque(sorted(cells.errors, key=lambda error: error[0])), list[tuple[Place, Place, str]]()
    values = sheet.iter_rows()
    for number in range(max([sheet.end[0], *(row for _, (row, _), _ in cells.errors)]) + 1):
        found = [""] * sheet.start[1] + next(values, [])
        while below and below[0][0][0] <= number:
            here.append(below.popleft())
        here = [error for error in here if error[1][0] >= number]
        for (_, left), (_, right), error in here:
            found += [""] * (right + 1 - len(found))
            found[left : right + 1] = [error] * (right + 1 - left)
        yield found


def _cut(row: list[Any], left: int, right: int) -> list[Any]:
    cut = row[left : right + 1]
    return cut + [""] * (right + 1 - left - len(cut))


def _covered(sheet: Any, cells: Cells, above: list[list[Any]]) -> dict[Place, Place]:
    """Return by place, in the rows down to the header, the first cell of what it is merged into."""
    covered: dict[Place, Place] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or cells.merged:
        for row in range(top, min(bottom + 1, len(above))):
            covered |= {(row, column): (top, left) for column in range(left, min(right, left + MOST_COLUMNS) + 1)}
    return covered


def _columns(
    above: list[list[Any]], first: int, left: int, right: int, covered: dict[Place, Place]
) -> list[str] | None:
    """Return the names that the rows of a header give, joined from top to bottom; None where there are none."""
    names = []
    for column in range(left, right + 1):
        # A cell merged over several rows is in the name once.
        places = dict.fromkeys(covered.get((row, column), (row, column)) for row in range(first, len(above)))
        parts = (_cut(above[row], column, column)[0] for row, column in places)
        names.append(" / ".join(filter(None, (" ".join(_text(part).split()) for part in parts))))
    if not any(names):
        return None
    return archives.numbered(name or _letters(left + n) for n, name in enumerate(names))


def _letters(column: int) -> str:
    letters = ""
    while column >= 0:
        column, letter = divmod(column, 26)
        letters, column = chr(ord("A") + letter) + letters, column - 1
    return letters


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            # Without a sign where it is 0.
            return format(Decimal(repr(value or 0.0)), "f").removesuffix(".0")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return _duration(value)
    return str(value)


def _duration(value: timedelta) -> str:
    seconds = abs(value).total_seconds()
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (round(rest, 6), "S"))
    written = "".join(f"{number:.6f}".rstrip("0").rstrip(".") + unit for number, unit in parts if number)
    return f"{'-' if value < timedelta() else ''}PT{written or '0S'}"
