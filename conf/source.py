"""A source description: one YAML file that says where a feed is, how to read it and what it gives."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from conf import kinds, secret, strict_yaml
from conf.read import FORMATS, Read, RelationRead, Strict
from conf.table import Table
from conf.tables import ALL

# Names that the SQL of a description may use beside the feed's own columns, or that the records carry.
IN_SCOPE = frozenset(("seq", "item", "zone", "payload", "key_space", "source_system", "unreadable", "record"))


class SourceError(Exception):
    """A source description that cannot be used; the message says which file, what is wrong and what to do."""


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Formats = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Reading(Strict):
    """How one column is read: exactly one of `type`, `date`, `timestamp`, `decimal`, `boolean`.

    `type` is a Spark SQL type read from its ISO form; `date` and `timestamp` are one or several Spark patterns, the
    first that fits wins; `boolean` lists the words for true and false. `from` names the record's own column where it
    differs from the name used in `gives`.
    """

    type: str | None = None
    date: Formats | None = None
    timestamp: Formats | None = None
    decimal: str | None = None
    boolean: dict[Literal["true", "false"], Formats] | None = None
    from_: str | None = Field(default=None, alias="from")

    @model_validator(mode="before")
    @classmethod
    def _booleans_as_words(cls, value: Any) -> Any:
        # YAML reads the words Yes and No in the lists as booleans.
        if isinstance(value, dict) and isinstance(value.get("boolean"), dict):
            words = {k.lower(): v for k, v in value["boolean"].items()}
            for listed in words.values():
                if any(isinstance(word, bool) for word in (listed if isinstance(listed, list) else [listed])):
                    raise ValueError("YAML reads Yes, No, true and false as booleans: put these words in quotes")
            return {**value, "boolean": words}
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Reading:
        ways = [k for k in ("type", "date", "timestamp", "decimal", "boolean") if getattr(self, k) is not None]
        if len(ways) != 1:
            raise ValueError(f"needs exactly one of type, date, timestamp, decimal, boolean; has {ways or 'none'}")
        if self.decimal is not None and not re.fullmatch(r"\d{1,2},\s*\d{1,2}", self.decimal):
            raise ValueError(f"decimal is written as 'precision,scale', as '18,2'; found {self.decimal!r}")
        for listed in (self.date, self.timestamp, self.boolean, *(self.boolean or {}).values()):
            if listed is not None and not listed:
                raise ValueError("an empty list; name what is read")
        for pattern in (*(self.date or ()), *(self.timestamp or ())):
            kinds.check_pattern(pattern)
        _ = self.kind  # says what is wrong with a type, before any file is read by it
        return self

    @property
    def kind(self) -> kinds.Kind:
        """The type that the column has once it is read."""
        if self.decimal is not None:
            return kinds.parse(f"decimal({self.decimal})")
        return kinds.parse(self.type or ("date" if self.date else "timestamp" if self.timestamp else "boolean"))


class Given(Strict):
    """What one record gives to one target: SQL per column, optionally one row per item of `each`, only `where` true.

    `versions: newest` takes the items of the newest sound version of a record; `versions: all` adds up what every
    version states, for feeds that send only the current state each time.
    """

    columns: dict[str, str]
    each: str | None = None
    where: str | None = None
    versions: Literal["newest", "all"] = "newest"


class Source(Strict):
    """One feed: where it lies, how it is read and what it gives."""

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str = ""
    key_space: str
    lands_in: str
    also_lands: Literal["bronze.media_object"] | None = None
    delivery: Literal["event", "upsert", "snapshot"]
    max_shrink: float = Field(default=0.5, ge=0, le=1)
    read: Read
    columns: dict[str, Reading]
    record_key: str | None = None
    version_by: str | None = None
    known_at: str | None = None
    is_deleted: str | None = None
    gives: dict[str, tuple[Given, ...]]
    # Filled by the loader, under names that are no keys: `file` and `text` in a description are mistakes.
    file: str = Field(exclude=True, alias="(file)")
    text: str = Field(exclude=True, alias="(text)", repr=False)

    @field_validator("columns", mode="before")
    @classmethod
    def _short_readings(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {k: {"type": v} if isinstance(v, str) else v for k, v in value.items()}

    @field_validator("gives", mode="before")
    @classmethod
    def _short_gives(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            target: tuple(_given(g) for g in (gs if isinstance(gs, list) else [gs])) for target, gs in value.items()
        }

    @model_validator(mode="after")
    def _consistent(self) -> Source:
        if self.lands_in not in ALL or not self.lands_in.startswith("bronze."):
            raise ValueError(f"lands_in: no table {self.lands_in!r}" + _meant(self.lands_in, _layer("bronze")))
        if self.also_lands and self.read.format != "email":
            raise ValueError("also_lands: only messages of format email carry files of their own; leave it out")
        if isinstance(self.read, RelationRead):
            self._of_a_relation(self.read)
        if taken := sorted(set(self.columns) & IN_SCOPE):
            raise ValueError(
                f"columns {taken} have names that mean something else in SQL here: name them otherwise, "
                f"as `other_name: {{type: string, from: {taken[0]}}}`"
            )
        folded: dict[str, str] = {}
        for name in self.columns:
            if other := folded.get(name.casefold()):
                raise ValueError(
                    f"columns {other!r} and {name!r} differ only in case, which SQL does not tell apart: name one of "
                    f"them otherwise, as `other_name: {{type: string, from: {name}}}`"
                )
            folded[name.casefold()] = name
        if self.delivery == "snapshot" and self.version_by:
            raise ValueError("a snapshot is ordered by known_at or file time: leave out version_by")
        if self.delivery != "event" and not self.record_key:
            raise ValueError(f"delivery {self.delivery} needs a record_key, to know which versions are of one record")
        for target, entries in self.gives.items():
            _check_given(target, entries)
        return self

    def _of_a_relation(self, read: RelationRead) -> None:
        if not self.record_key:
            raise ValueError(f"read.format {read.format} needs a record_key, to know which rows landed before")
        if self.delivery == "snapshot" and getattr(read, "watermark", None):
            raise ValueError("a snapshot is the whole relation: leave out read.watermark, or deliver by upsert")


_OPTIONS = tuple(name for name in Given.model_fields if name != "columns")


def _given(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    options = {k: value[k] for k in _OPTIONS if k in value}
    return {**options, "columns": {k: str(v) for k, v in value.items() if k not in options}}


def given_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of a target that a source may give."""
    extra = ("text",) if table.name == "silver.document" else ()
    return tuple(c for c in table.column_names if c not in table.computed) + extra


def _check_given(target: str, entries: tuple[Given, ...]) -> None:
    table = ALL.get(target)
    if table is None or not table.computed:
        raise ValueError(f"gives: no table {target!r} that a source can give" + _meant(target, _givable()))
    for entry in entries:
        for column in entry.columns:
            if column not in given_columns(table):
                known = (*given_columns(table), *_OPTIONS)
                raise ValueError(f"gives {target}: no column {column!r}" + _meant(column, known))
        if entry.versions == "all" and not set(table.key) & set(table.computed):
            raise ValueError(f"gives {target}: versions all would give one key several rows; leave it out")
        if missing := [k for k in table.key if k not in entry.columns and k not in table.computed]:
            raise ValueError(f"gives {target}: the key {missing} is not given")


def _layer(layer: str) -> tuple[str, ...]:
    return tuple(name for name in ALL if name.startswith(layer + "."))


def _givable() -> tuple[str, ...]:
    return tuple(name for name, table in ALL.items() if table.computed)


def _meant(word: str, words: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; one of: {', '.join(words)}"


def load_source(path: Path) -> Source:
    """Read one source description; raise SourceError that names the file and the place of each mistake."""
    try:
        text = path.read_text(encoding="utf-8")
        values = strict_yaml.load(text)
    except UnicodeDecodeError as error:
        line, byte = error.object.count(b"\n", 0, error.start) + 1, error.object[error.start]
        raise SourceError(f"{path}: line {line}: byte 0x{byte:02X} is not UTF-8; save the file as UTF-8") from error
    except strict_yaml.DuplicateKeyError as error:
        raise SourceError(f"{path}: {error}") from error
    except yaml.YAMLError as error:
        raise SourceError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise SourceError(f"{path}: expected a mapping that begins with `source:`")
    # Columns of a feed may be called anything.
    secret.refuse_literals({k: v for k, v in values.items() if k not in ("columns", "gives")}, str(path))
    try:
        return Source.model_validate({**values, "(file)": str(path), "(text)": text})
    except ValidationError as error:
        raise SourceError(f"{path}:\n" + "\n".join(_mistakes(error))) from error


def _mistakes(error: ValidationError) -> Iterator[str]:
    for item in error.errors():
        # Of what depends on the format, pydantic names the format as well: it is no key.
        place = [part for n, part in enumerate(item["loc"]) if n != 1 or item["loc"][0] != "read"]
        message = item["msg"].removeprefix("Value error, ")
        match item["type"]:
            case "extra_forbidden":
                *above, key = item["loc"]
                message = "no such key" + _meant(str(key), _keys(above))
            case "union_tag_invalid" | "union_tag_not_found":
                place, tag = ["read", "format"], item.get("ctx", {}).get("tag")
                message = (f"no format {tag!r}" if tag else "missing") + _meant(tag or "", tuple(FORMATS))
        yield f"  {'.'.join(map(str, place)) or 'source'}: {message}"


def _keys(place: list[str | int]) -> tuple[str, ...]:
    """Return the keys that may stand at a place of a description."""
    model: Any = Source
    for part in place:
        if part in FORMATS:
            model = FORMATS[str(part)]
            continue
        # Below a mapping of names, as columns are, lies the model of one.
        model = model.model_fields[part].annotation if hasattr(model, "model_fields") else get_args(model)[-1]
    return tuple(field.alias or name for name, field in model.model_fields.items() if not field.exclude)


def load_sources(folders: tuple[Path, ...]) -> tuple[Source, ...]:
    """Read every `*.yaml` below the folders (a folder may be one file); names must be unique."""
    found: dict[str, Source] = {}
    for folder in folders:
        for path in described(folder):
            add(load_source(path), found)
    return tuple(found.values())


def described(folder: Path) -> list[Path]:
    """Return the source descriptions below a folder, which may be one file."""
    if not folder.exists():
        raise SourceError(f"sources: {folder} does not exist; give a folder of source descriptions with --sources")
    return [folder] if folder.is_file() else sorted(folder.rglob("*.yaml"))


def add(source: Source, found: dict[str, Source]) -> None:
    """Put a source under its name; raise SourceError where another one has it."""
    if other := found.get(source.source):
        raise SourceError(f"{source.file}: the name {source.source!r} is taken by {other.file}")
    found[source.source] = source
