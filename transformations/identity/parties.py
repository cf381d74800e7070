"""Parties as sources know them: names, contacts and ids in one standard form, with the keys they can be matched by."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from transformations.identity import contacts, names

EARLIEST_BIRTH = "1900-01-01"  # nobody who complains today was born before: such dates are fillers and slips

_NAMES = ("full_name", "given_name", "family_name", "company_name")
_ADDRESS = ("line", "city", "region", "postcode", "country")


def standardised(parties: DataFrame) -> DataFrame:
    """Standardise the givable columns of silver.source_party and add its computed keys; other columns pass through.

    One row in, one row out, whatever the content. What was present and has no standard form is null or absent in its
    column and stands in `unreadable` with its field, value and the reason in words; blanks and placeholders become
    null. An id without country of its own and a phone without country code are read as those of `country`.
    """
    steps = (_with_contacts, _with_addresses, _with_birth_and_language, _with_names)
    standard = parties
    for step in steps:
        standard = standard.transform(step)
    return standard


def _with_contacts(parties: DataFrame) -> DataFrame:
    read = contacts.standard(
        "country", "emails", "phones", "handles", F.expr("transform(addresses, address -> address.country)"),
        "national_id", "national_id_type", "national_id_country",
    )  # fmt: skip
    columns = {name: F.col(f"_read.{name}") for name in contacts.STANDARD.names}
    return parties.withColumn("_read", read).withColumns(columns | {"phone_keys": F.col("_read.phones")}).drop("_read")


def _with_addresses(parties: DataFrame) -> DataFrame:
    cleaned = F.filter(F.zip_with("addresses", "_address_countries", _address), _says_something)
    keys = F.array_compact(F.transform("addresses", _address_key))
    return (
        parties.withColumn("addresses", cleaned)
        .withColumns({"addresses": _distinct("addresses"), "address_keys": keys})
        .withColumn("address_keys", _distinct("address_keys"))
        .drop("_address_countries")
    )


def _says_something(address: Column) -> Column:
    return F.coalesce(*(address[part] for part in _ADDRESS)).isNotNull()


def _address(address: Column, country: Column) -> Column:
    texts = [names.collapsed_spaces(address[part]).alias(part) for part in ("line", "city", "region")]
    postcode = F.upper(names.collapsed_spaces(address["postcode"])).alias("postcode")
    return F.struct(*texts, postcode, country.alias("country"))


def _address_key(address: Column) -> Column:
    postcode = F.regexp_replace(F.coalesce(address["postcode"], F.lit("")), "[^0-9A-Z]", "")
    return F.concat(names.folded(address["line"]), F.lit("|"), postcode)


def _with_birth_and_language(parties: DataFrame) -> DataFrame:
    is_too_early = F.col("birth_on") < F.lit(EARLIEST_BIRTH).cast("date")
    language = F.nullif(F.lower(F.regexp_extract("language", r"^\s*([A-Za-z]{2})(?:[-_][\w-]*)?\s*$", 1)), F.lit(""))
    is_no_language = names.collapsed_spaces(F.col("language")).isNotNull() & language.isNull()
    refused = F.concat(
        F.coalesce("unreadable", F.array().cast(contacts.UNREADABLE)),
        _refused("birth_on", is_too_early, f"before {EARLIEST_BIRTH}"),
        _refused("language", is_no_language, "not an ISO 639-1 code"),
    )
    return parties.withColumns(
        {
            "birth_on": F.when(~is_too_early, F.col("birth_on")),
            "language": language,
            "unreadable": F.when(F.size(refused) > 0, refused),
        }
    )


def _refused(field: str, is_unreadable: Column, reason: str) -> Column:
    value = F.substring(F.col(field).cast("string"), 1, contacts.LONGEST)
    entry = F.struct(F.lit(field).alias("field"), value.alias("value"), F.lit(reason).alias("reason"))
    return F.when(is_unreadable, F.array(entry)).otherwise(F.array().cast(contacts.UNREADABLE))


def _with_names(parties: DataFrame) -> DataFrame:
    clean = {name: names.collapsed_spaces(F.col(name)) for name in _NAMES}
    of_parts = names.collapsed_spaces(F.concat_ws(" ", "given_name", "family_name"))
    is_company = F.coalesce(F.col("party_type") == "company", F.lit(False)) | (
        F.col("full_name").isNull() & F.col("company_name").isNotNull()
    )
    spoken = F.when(is_company, F.col("full_name")).otherwise(names.in_spoken_order(F.col("full_name")))
    company_key = names.company_key(F.coalesce("company_name", "full_name"))
    return (
        parties.withColumns(clean | {"party_type": F.lower(names.collapsed_spaces(F.col("party_type")))})
        .withColumn("full_name", F.coalesce(spoken, of_parts))
        .withColumn("name_key", F.when(is_company, company_key).otherwise(names.name_key(F.col("full_name"))))
    )


def _distinct(name: str) -> Column:
    return F.when(F.size(name) > 0, F.array_distinct(name))
