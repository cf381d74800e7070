"""Receipts that people attach: a page of PDF with real text, a picture as a phone takes it of a screen."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from jobs.town.names import folded
from jobs.town.texts import es_number

SIGNS = {"PEN": "S/", "USD": "US$"}
WIDTH, LINE_HEIGHT, MARGIN = 340, 26, 14  # pixels of a picture


@dataclass(frozen=True)
class Receipt:
    """A file with what a receipt of the bank says; `is_pdf`, else a PNG."""

    name: str
    is_pdf: bool
    number: str
    on: date
    cents: int | None
    currency: str
    last4: str

    @property
    def mime(self) -> str:
        return "application/pdf" if self.is_pdf else "image/png"

    def lines(self) -> tuple[str, ...]:
        amount = () if self.cents is None else (f"Importe: {SIGNS[self.currency]} {es_number(self.cents)}",)
        return (
            "Banco del Valle",
            "Constancia de operación",
            f"Operación: {self.number}",
            f"Fecha: {self.on:%d/%m/%Y}",
            *amount,
            f"Tarjeta: **** **** **** {self.last4}",
        )

    def content(self) -> bytes:
        return _pdf(self.lines()) if self.is_pdf else _png(self.lines())


def _pdf(lines: tuple[str, ...]) -> bytes:
    """Return one page with the lines, by PDF 1.4: six objects, where each begins, and no clock."""
    shown = b" T* ".join(b"(" + _escaped(line) + b") Tj" for line in lines)
    text = b"BT /F1 12 Tf 18 TL 40 340 Td " + shown + b" ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    content, begins = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, start=1):
        begins.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _escaped(line: str) -> bytes:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")


def _png(lines: tuple[str, ...]) -> bytes:
    picture = Image.new("L", (WIDTH, LINE_HEIGHT * len(lines) + 2 * MARGIN), 255)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        # The font has no accents.
        draw.text((MARGIN, MARGIN + number * LINE_HEIGHT), folded(line), fill=0, font=_font())
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that Pillow brings along: the same on every machine."""
    return ImageFont.load_default(size=18)
