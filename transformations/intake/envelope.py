"""From read records to rows of bronze: the key, the order and the moment that the source description gives them."""

from __future__ import annotations

from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from conf.source import Source
from transformations.intake import giving, reading

RECORDS = (
    "_source_object string, _file_time timestamp, _position bigint, payload string, _record_hash string, "
    "_schema_hash string"
)
# What a description says of a record as it lands.
STAMPS = ("record_key", "version_by", "known_at", "is_deleted")
NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double")


def envelope(records: DataFrame, source: Source, batch_id: str, now: datetime) -> DataFrame:
    """Put records (`RECORDS`) into the envelope of bronze, with the keys and stamps that the source description says.

    A record without a stamp of its own was known at the time of its file.
    """
    # The other columns are read when they are refined.
    own = giving.named(source.columns, *(getattr(source, name) for name in STAMPS)) or list(source.columns)[:1]
    narrow = source.model_copy(update={"columns": {name: source.columns[name] for name in own}})
    typed = reading.with_typed_columns(records, narrow)
    scope = typed.select(*records.columns, "record.*", F.lit(source.key_space).alias("key_space"),
                         F.lit(source.source).alias("source_system"),
                         F.lit(source.read.zone).alias("zone"))  # fmt: skip
    return scope.select(
        F.lit(batch_id).alias("_batch_id"),
        F.lit(source.source).alias("_source_system"),
        "_source_object",
        "_position",
        _key(scope, source).alias("_record_key"),
        "_record_hash",
        _sortable(scope, source).alias("_version_by"),
        F.coalesce(_given(scope, source, "known_at").cast("timestamp"), "_file_time").alias("_known_at"),
        F.coalesce(_given(scope, source, "is_deleted").cast("boolean"), F.lit(False)).alias("_is_deleted"),
        "_schema_hash",
        F.lit(now).alias("_ingested_at"),
        "payload",
    )


def files_of(messages: DataFrame) -> DataFrame:
    """Return the attachments of bronze messages as rows of bronze, each known when its message was.

    An attachment lies beside the message that it came with: its object is the message's object and position.
    """
    texts = F.from_json(F.get_json_object("payload", "$.attachments"), "array<string>")
    found = messages.select("*", F.posexplode(texts).alias("_number", "_file"))
    place = F.concat_ws("#", "_source_object", F.col("_position").cast("string"))
    number = (F.col("_number") + 1).cast("bigint")
    return found.select(
        "_batch_id",
        "_source_system",
        place.alias("_source_object"),
        number.alias("_position"),
        F.concat_ws("#", place, number.cast("string")).alias("_record_key"),
        F.sha2("_file", 256).alias("_record_hash"),
        F.lit(None).cast("string").alias("_version_by"),
        "_known_at",
        F.lit(False).alias("_is_deleted"),
        F.sha2(F.lit(""), 256).alias("_schema_hash"),
        "_ingested_at",
        F.col("_file").alias("payload"),
    )


def _key(scope: DataFrame, source: Source) -> Column:
    if source.record_key is None:
        return F.concat_ws("#", "_source_object", F.col("_position").cast("string"))
    key = _given(scope, source, "record_key").cast("string")
    return F.when(F.trim(key) != "", key)


def _given(scope: DataFrame, source: Source, name: str) -> Column:
    sql: str | None = getattr(source, name)
    return F.lit(None) if sql is None else giving.compiled(scope, sql, source, name)


def _sortable(scope: DataFrame, source: Source) -> Column:
    """Return version_by as text that sorts as its value does."""
    column = _given(scope, source, "version_by")
    kind = scope.select(column.alias("v")).dtypes[0][1]
    if kind.startswith("timestamp"):
        return F.date_format(column, "yyyy-MM-dd HH:mm:ss.SSSSSS")
    if kind in NUMBERS or kind.startswith("decimal"):
        # Nineteen digits before the point, nine behind, shifted so that negative numbers sort before positive ones.
        # A number that does not fit orders nothing: when it was known does.
        number = giving.compiled(scope, f"try_cast(({source.version_by}) AS decimal(30,9))", source, "version_by")
        shift = F.lit("10000000000000000000").cast("decimal(30,9)")
        shifted = F.when(F.abs(number) < shift, number + shift)
        return F.lpad(shifted.cast("string"), 32, "0")
    return column.cast("string")
