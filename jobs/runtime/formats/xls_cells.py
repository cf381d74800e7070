"""The cells of an xls, up to Excel 2003: records in a stream of a compound file, which is a small file system."""

from __future__ import annotations

import io
import struct
from array import array
from typing import IO

from jobs.runtime.archives import UnreadableFileError
from jobs.runtime.formats.workbook_cells import ERRORS, Cells

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_SECTOR = 0xFFFFFFFA
_BOF, _EOF, _BOUND_SHEET, _FILE_PASS = 0x0809, 0x000A, 0x0085, 0x002F
_FORMULA, _BOOL_ERR, _MUL_RK = 0x0006, 0x0205, 0x00BD
_OTHERS = {0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E}


class Compound:
    """The streams of a compound file; raise UnreadableFileError where its tables lead in circles or out of it."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content, self._size = content, content.seek(0, io.SEEK_END)
        content.seek(0)
        header = content.read(512)
        if len(header) < 512 or not header.startswith(MAGIC) or header[30] not in (9, 12):
            raise _broken("no header")
        self._sector = 1 << header[30]
        self._most = self._size // self._sector + 1
        fat_size, directory, mini_fat, mini_size, more, more_size = (
            int.from_bytes(header[at : at + 4], "little") for at in (44, 48, 60, 64, 68, 72)
        )
        if max(fat_size, mini_size, more_size) > self._most:
            raise _broken("larger tables than the file")
        tables = array("I", header[76:512])
        while more < _NO_SECTOR:
            tables.extend(array("I", self._read(more)))
            more = tables.pop()
            if len(tables) > 2 * self._most + 128:
                raise _broken("tables in a circle")
        self._fat = array("I")
        for number in tables:
            if number < _NO_SECTOR:
                self._fat.extend(array("I", self._read(number)))
        entries = self._chain(directory)
        self._entries: dict[str, tuple[int, int]] = {}
        for at in range(0, len(entries) - 127, 128):
            entry = entries[at : at + 128]
            letters = max(min(int.from_bytes(entry[64:66], "little"), 64) - 2, 0)
            name = entry[:letters].decode("utf-16-le", "replace")
            # The root holds the small streams, in sectors of 64 bytes with a table of their own.
            self._entries.setdefault(name if at else "", struct.unpack("<II", entry[116:124]))
        self._mini_fat = array("I", self._chain(mini_fat)) if mini_size else array("I")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def stream(self, name: str) -> bytes:
        """Return the content of a stream."""
        first, size = self._entries[name]
        if size > self._size:
            raise _broken("a stream larger than the file")
        if size >= 4096:
            return self._chain(first)[:size]
        small = self._chain(self._entries[""][0])
        parts = [small[n * 64 : n * 64 + 64] for n in _followed(first, self._mini_fat, size // 64 + 1)]
        return b"".join(parts)[:size]

    def _chain(self, first: int) -> bytes:
        return b"".join(self._read(number) for number in _followed(first, self._fat, self._most))

    def _read(self, number: int) -> bytes:
        self._content.seek((number + 1) * self._sector)
        found = self._content.read(self._sector)
        if not found:
            raise _broken("a sector beyond its end")
        return found.ljust(self._sector, b"\0")


def _followed(first: int, table: array[int], most: int) -> list[int]:
    found = []
    while first < _NO_SECTOR:
        found.append(first)
        if len(found) > most or first >= len(table):
            raise _broken("sectors in a circle or beyond its end")
        first = table[first]
    return found


def _broken(what: str) -> UnreadableFileError:
    return UnreadableFileError(f"the compound file is broken: {what}")


def in_compound(content: IO[bytes]) -> list[Cells]:
    """Return the cells of every sheet of an xls, in their order."""
    compound = Compound(content)
    name = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in compound), None)
    if name is None:
        raise UnreadableFileError("not a workbook, but another document of the older Office")
    return _sheets(compound.stream(name))


def _sheets(stream: bytes) -> list[Cells]:
    """Return the cells by sheet; each begins at a place that the workbook names, and may hold charts of its own."""
    order: list[int] = []
    found: dict[int, Cells] = {}
    at, depth, cells = 0, 0, Cells()
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + size]
        if kind == _BOF:
            depth += 1
            cells = found.setdefault(at, Cells()) if depth == 1 else cells
        elif kind == _EOF:
            depth = max(depth - 1, 0)
        elif kind == _BOUND_SHEET and size >= 4:
            order.append(int.from_bytes(data[:4], "little"))
        elif kind == _FILE_PASS and data[:2] != b"\0\0":
            raise UnreadableFileError("it needs a password")
        elif depth == 1:
            _note(kind, data, cells)
        at += 4 + size
    return [found.get(offset, Cells()) for offset in order]


def _note(kind: int, data: bytes, cells: Cells) -> None:
    if len(data) < 8 or kind not in (_FORMULA, _BOOL_ERR, _MUL_RK, *_OTHERS):
        return
    row, column = struct.unpack_from("<HH", data)
    cells.reach(row, int.from_bytes(data[-2:], "little") if kind == _MUL_RK else column)
    if kind == _BOOL_ERR and data[7] == 1:
        cells.fail((row, column), (row, column), ERRORS.get(data[6], "#ERROR"))
    # The result of a formula is a number, or where it ends in 0xFFFF of the kind that its first byte says.
    if kind == _FORMULA and len(data) >= 14 and data[12:14] == b"\xff\xff" and data[6] == 2:
        cells.fail((row, column), (row, column), ERRORS.get(data[8], "#ERROR"))
