import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import Row
from pyspark.sql.types import StructType

from conf.tables import silver
from transformations.identity import parties, placeholders

GIVABLE = [column for column in silver.SOURCE_PARTY.columns if column.name not in silver.SOURCE_PARTY.computed]
SCHEMA = ", ".join(f"`{column.name}` {column.type}" for column in GIVABLE)


@pytest.fixture
def standard(spark):
    def standard(*rows):
        """The standardised rows of parties of which only the named columns are given, in order."""
        full = [{"source_party_id": f"k:{n:05}"} | row for n, row in enumerate(rows)]
        values = [tuple(row.get(column.name) for column in GIVABLE) for row in full]
        frame = spark.createDataFrame(values, SCHEMA)
        return parties.standardised(frame).orderBy("source_party_id").collect()

    return standard


def refusals(row):
    return [tuple(entry) for entry in row.unreadable or []]


def test_standardised_writes_a_party_as_everyone_else_does(standard):
    (row,) = standard(
        dict(
            party_type=" Person ", full_name="Muñoz  de la Cruz, José", birth_on=dt.date(1980, 2, 29),
            national_id="10117410-2", national_id_type="D.N.I.", emails=["Jose.Munoz+x@Gmail.com", " "],
            phones=["987 654 321", "+51987654321", "no tiene"], handles=["Twitter:@JoseM"], country="Perú", language="es-PE",
            addresses=[
                Row(line=" Av.  Arequipa 123 ", city="Lima", region="", postcode="lima 15", country="peru"),
                Row(line=None, city=" ", region=None, postcode="", country=None),
            ],
        )
    )  # fmt: skip
    assert row.asDict(recursive=True) == {
        "source_party_id": "k:00000",
        "party_type": "person",
        "full_name": "José Muñoz de la Cruz",
        "given_name": None,
        "family_name": None,
        "company_name": None,
        "birth_on": dt.date(1980, 2, 29),
        "national_id": "101174102",
        "national_id_type": "dni",
        "national_id_country": "PE",
        "national_id_is_valid": True,
        "emails": ["Jose.Munoz+x@gmail.com"],
        "phones": ["+51987654321"],
        "addresses": [
            {"line": "Av. Arequipa 123", "city": "Lima", "region": None, "postcode": "LIMA 15", "country": "PE"}
        ],
        "handles": ["twitter:josem"],
        "country": "PE",
        "language": "es",
        "name_key": "cruz de jose la munoz",
        "national_id_key": "PE:dni:10117410",
        "email_keys": ["josemunoz@gmail.com"],
        "phone_keys": ["+51987654321"],
        "address_keys": ["av arequipa 123|LIMA15"],
        "unreadable": None,
    }


def test_standardised_says_what_it_could_not_read_and_why(standard):
    (row,) = standard(
        dict(
            birth_on=dt.date(1899, 12, 31), national_id="20512333798", national_id_type="ruc", emails=["ana@", "ana@x.pe"],
            phones=["123"], handles=["@ana"], country="pe", language="castellano",
            addresses=[Row(line="Real 1", city=None, region=None, postcode=None, country="Perulandia")],
        )
    )  # fmt: skip
    assert refusals(row) == [
        ("country", "Perulandia", "not a country known by name or code"),
    ] or {field for field, _, _ in refusals(row)} == {
        "birth_on", "national_id", "emails", "phones", "handles", "language", "addresses.country",
    }  # fmt: skip


def test_a_country_that_is_not_known_leaves_its_phones_and_ids_unread(standard):
    (row,) = standard(dict(country="Perulandia", phones=["987654321"], national_id="10117410", national_id_type="dni"))
    assert row.country is None and row.phones is None and row.phone_keys is None
    assert (row.national_id, row.national_id_key, row.national_id_is_valid) == ("10117410", None, None)
    assert refusals(row) == [
        ("country", "Perulandia", "not a country known by name or code"),
        ("phones", "987654321", "no country to read the phone number in"),
    ]


def test_an_id_is_of_its_own_country_before_that_of_residence(standard):
    own, unread = standard(
        dict(country="PE", national_id="12345678Z", national_id_type="nif", national_id_country="España"),
        dict(country="PE", national_id="10117410", national_id_type="dni", national_id_country="Perulandia"),
    )
    assert own.national_id_key == "ES:nif:12345678Z"
    assert (unread.national_id, unread.national_id_country, unread.national_id_key) == ("10117410", None, None)


def test_names_are_made_of_their_parts_and_companies_keyed_without_legal_form(standard):
    parts, company, unsaid, company_with_comma = standard(
        dict(given_name=" Ana  María", family_name="de la O"),
        dict(party_type="company", company_name="Aceros del Sur S.A.C."),
        dict(company_name="ACEROS DEL SUR SAC"),
        dict(party_type="company", full_name="Vega, Hermanos"),
    )
    assert (parts.full_name, parts.name_key) == ("Ana María de la O", "ana de la maria o")
    assert company.name_key == unsaid.name_key == "aceros del sur"
    assert company.full_name is None
    assert company_with_comma.full_name == "Vega, Hermanos"


def test_a_party_of_nulls_or_blanks_is_all_null(standard):
    address = Row(line="", city=None, region=" ", postcode=None, country=None)
    blanks = dict(full_name=" ", national_id="-", emails=["", None], phones=[], addresses=[address, None], country=" ")
    for row in standard({}, blanks):
        assert {name for name, value in row.asDict().items() if value is not None} == {"source_party_id"}


def test_a_very_long_value_is_refused_in_short(standard):
    (row,) = standard(dict(emails=["a" * 1_000_000, "ana@x.pe"], national_id="9" * 400, full_name="é" * 1_000_000))
    long = "longer than 320 characters"
    assert refusals(row) == [("emails", "a" * 320 + "…", long), ("national_id", "9" * 320 + "…", long)]
    assert row.emails == ["ana@x.pe"]


def test_other_columns_pass_through_and_types_are_those_of_the_contract(spark):
    frame = spark.createDataFrame([("k:1", 7)], "source_party_id string, seen int")
    given = spark.createDataFrame([], SCHEMA).drop("source_party_id")
    out = parties.standardised(frame.join(given, how="left"))
    contract = {column.name: column.type for column in silver.SOURCE_PARTY.columns}
    declared = StructType.fromDDL(", ".join(f"`{name}` {contract[name]}" for name in out.columns if name != "seen"))
    assert {field.name: field.dataType.simpleString() for field in out.schema if field.name != "seen"} == {
        field.name: field.dataType.simpleString() for field in declared
    }
    assert [row.seen for row in out.collect()] == [7]
    assert set(silver.SOURCE_PARTY.computed) - set(out.columns) == {
        "source_system", "_record_key", "_batch_id", "_known_at", "has_newer_rejected",
    }  # fmt: skip


NOISE = st.text(max_size=40) | st.sampled_from(
    ["987654321", "+34612345678", "ana@x.pe", "N/A", "Perú", "dni", "ñ\u0301", "12345678Z", "twitter:ana", "\u200b", "😀"]
)
PARTY = st.fixed_dictionaries(
    {
        **{name: st.none() | NOISE for name in ("full_name", "given_name", "company_name", "party_type", "language")},
        **{name: st.none() | NOISE for name in ("national_id", "national_id_type", "national_id_country", "country")},
        **{name: st.none() | st.lists(st.none() | NOISE, max_size=4) for name in ("emails", "phones", "handles")},
        "addresses": st.none() | st.lists(st.tuples(*[st.none() | NOISE] * 5), max_size=3),
    }
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PARTY, min_size=200, max_size=200))
def test_nothing_raises_and_nothing_is_lost_whatever_the_text(standard, given_parties):
    for before, after in zip(given_parties, standard(*given_parties), strict=True):
        refused = [field for field, _, _ in refusals(after)]
        for name in ("emails", "phones", "handles"):
            values = {clean for value in before[name] or [] if (clean := visible(value)) and not missing(clean)}
            kept = set(after[name] or [])
            assert not values or kept or name in refused
            assert len(refused) >= 0 and len(values) <= len(before[name] or [])
        for name in ("country", "national_id", "national_id_country", "language", "national_id_type"):
            if (clean := visible(before[name])) and not missing(clean):
                assert after[name] is not None or name in refused, (name, before[name])


def visible(value):
    return (value or "").strip()


def missing(text):
    return placeholders.stands_for_missing(text)
