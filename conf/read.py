"""How the bytes of a feed become records: one model for each format, with the keys that it has and no others."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator


class Strict(BaseModel):
    """A part of a source description: frozen, and no key but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Read(Strict):
    """What holds of every format: the zone of local times, the mark of decimals, the words for missing."""

    zone: str = "UTC"
    decimal_mark: Literal[".", ","] = "."
    null_tokens: tuple[str, ...] = ("",)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"no time zone {value!r}; write a name as America/Lima or UTC") from None
        return value


class _Files(_Read):
    """Files of an inbox that a glob names."""

    path: str


class _Texts(_Files):
    """Files of text, in an encoding that Python knows."""

    encoding: str = "utf-8"

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            # Not codecs.lookup: it also finds hex, rot13 and others that do not give text.
            "".encode(value)
        except (LookupError, ValueError):
            raise ValueError(
                f"no text encoding {value!r}; write one that Python knows, as utf-8, latin-1, cp1252"
            ) from None
        return value


class CsvOptions(Strict):
    """How a delimited file is written; line breaks inside quotes are always read."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    escape: str = Field(default='"', min_length=1, max_length=1)
    header: Literal[True] = True


class CsvRead(_Texts):
    """Delimited text with a header."""

    format: Literal["csv"] = "csv"
    options: CsvOptions = CsvOptions()


class JsonOptions(Strict):
    """Where the records stand in a page of an API, as `data.items`, and where it says which page it is of how many."""

    records: str | None = None
    page: str | None = None
    pages: str | None = None

    @model_validator(mode="after")
    def _pages_of_records(self) -> JsonOptions:
        if (self.page or self.pages) and not self.records:
            raise ValueError("page and pages go with records: where in a page the records stand, as data.items")
        return self


class JsonRead(_Texts):
    """JSON: an array of objects, one object a line, or with `records` the pages of an API."""

    format: Literal["json"] = "json"
    options: JsonOptions = JsonOptions()


class XmlOptions(Strict):
    """`record` is the name of the element that is one record, without its namespace."""

    record: str


class XmlRead(_Files):
    """XML; the encoding is what the document declares."""

    format: Literal["xml"] = "xml"
    options: XmlOptions


def _as_pair(value: Any) -> Any:
    return (value, value) if isinstance(value, int) else value


class ExcelOptions(Strict):
    """The sheet (its name, or number from 1), the rows of its header (from 1, within the range) and the range.

    `range` is written as in Excel, `B3:F200` or, to the last row, `B3:F`. A header of several rows is joined from top
    to bottom, a merged cell standing for all that it covers.
    """

    sheet: str | int = 1
    header_rows: Annotated[tuple[int, int], BeforeValidator(_as_pair)] = (1, 1)
    range: str | None = None

    @field_validator("range")
    @classmethod
    def _as_in_excel(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Z]{1,3}[1-9]\d*:[A-Z]{1,3}(?:[1-9]\d*)?", value):
            raise ValueError(f"no range {value!r}; write it as B3:F200, or B3:F to the last row")
        return value

    @field_validator("header_rows")
    @classmethod
    def _in_order(cls, value: tuple[int, int]) -> tuple[int, int]:
        if not 1 <= value[0] <= value[1]:
            raise ValueError("header_rows is the number of a row from 1, or the first and the last, as [1, 2]")
        return value


class ExcelRead(_Files):
    """A sheet of a workbook: xlsx, xls, xlsb or ods, told by content."""

    format: Literal["excel"] = "excel"
    options: ExcelOptions = ExcelOptions()


class ParquetRead(_Files):
    """Parquet."""

    format: Literal["parquet"] = "parquet"


class EmailOptions(Strict):
    """`mbox`: many messages in a file; `message`: one; `auto`: one in a file named *.eml, else told by content."""

    layout: Literal["auto", "mbox", "message"] = "auto"


class EmailRead(_Files):
    """E-mail messages, one a file or many in an mbox."""

    format: Literal["email"] = "email"
    options: EmailOptions = EmailOptions()


class MediaRead(_Files):
    """Audio, images, video, PDF: a record is a file, kept once by its content."""

    format: Literal["media"] = "media"


class JdbcRead(_Read):
    """A table or query of a database; secrets stand in it as references.

    With `watermark`, a column of dates or times that every change sets, a run asks for what changed since the newest
    one landed, less the overlap. `partition_by`, a column of numbers, dates or times that no change moves, lets several
    tasks read at once.
    """

    format: Literal["jdbc"] = "jdbc"
    url: str
    table: str | None = None
    query: str | None = None
    user: str | None = None
    password: str | None = Field(default=None, repr=False)
    watermark: str | None = None
    overlap_minutes: int = Field(default=60, ge=0)
    partition_by: str | None = None
    partitions: int = Field(default=4, ge=1, le=64)
    fetch_rows: int = Field(default=10_000, ge=1)

    @field_validator("url")
    @classmethod
    def _of_a_known_product(cls, value: str) -> str:
        # What a reference leads to is looked at when it is used.
        if not re.match(r"jdbc:(postgresql|oracle|sqlserver):|\$\{", value):
            raise ValueError("begins with jdbc:postgresql:, jdbc:oracle: or jdbc:sqlserver:, as jdbc:oracle:thin:@//…")
        return value

    @model_validator(mode="after")
    def _table_or_query(self) -> JdbcRead:
        if (self.table is None) == (self.query is None):
            raise ValueError('needs either table, as schema.name, or query, as "select … from …"')
        return self


class DeltaRead(_Read):
    """A Delta table of others, at its current version."""

    format: Literal["delta"] = "delta"
    path: str


FileRead = CsvRead | JsonRead | XmlRead | ExcelRead | ParquetRead | EmailRead | MediaRead
RelationRead = JdbcRead | DeltaRead
Read = Annotated[FileRead | RelationRead, Field(discriminator="format")]
# The model of each format, by its name.
FORMATS: dict[str, type[_Read]] = {
    model.model_fields["format"].default: model for model in (*get_args(FileRead), *get_args(RelationRead))
}
