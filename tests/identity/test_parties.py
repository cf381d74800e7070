import datetime as dt
import unicodedata

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import Row

from conf.tables import silver
from transformations.identity import parties, placeholders

CONTRACT = silver.SOURCE_PARTY.columns
GIVABLE = [column for column in CONTRACT if column.name not in silver.SOURCE_PARTY.computed]
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
            phones=["987 654 321", "+51987654321", "no tiene"], handles=["Twitter:@JoseM"], country="Perú",
            language="es-PE", addresses=[
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
            birth_on=dt.date(1899, 12, 31), national_id="20512333798", national_id_type="ruc",
            emails=["ana@", "ana@x.pe"], phones=["123"], handles=["@ana"], country="pe", language="castellano",
            addresses=[Row(line="Real 1", city=None, region=None, postcode=None, country="Perulandia")],
        )
    )  # fmt: skip
    no_domain = "not an e-mail address: There must be something after the @-sign."
    assert refusals(row) == [
        ("emails", "ana@", no_domain),
        ("phones", "123", "not a possible phone number for PE"),
        ("handles", "@ana", "not written as network:name"),
        ("addresses.country", "Perulandia", "not a country known by name or code"),
        ("national_id", "20512333798", "not a valid ruc of PE: wrong check digit"),
        ("birth_on", "1899-12-31", "before 1900-01-01"),
        ("language", "castellano", "not an ISO 639-1 code"),
    ]
    assert (row.emails, row.phones, row.handles, row.birth_on, row.language) == (["ana@x.pe"], None, None, None, None)
    assert (row.national_id, row.national_id_is_valid, row.national_id_key) == ("20512333798", False, None)
    assert row.addresses == [Row(line="Real 1", city=None, region=None, postcode=None, country=None)]


def test_a_country_that_is_not_known_leaves_its_phones_and_ids_unread(standard):
    (row,) = standard(dict(country="Perulandia", phones=["987654321"], national_id="10117410", national_id_type="dni"))
    assert (row.country, row.phones, row.phone_keys) == (None, None, None)
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
    contract = spark.createDataFrame([], ", ".join(f"`{column.name}` {column.type}" for column in CONTRACT)).schema
    types = {field.name: field.dataType.simpleString() for field in contract}
    assert {field.name: field.dataType.simpleString() for field in out.schema} == {
        name: "int" if name == "seen" else types[name] for name in out.columns
    }
    assert [row.seen for row in out.collect()] == [7]
    assert set(out.columns) - {column.name for column in GIVABLE} == {
        "seen", "national_id_is_valid", "name_key", "national_id_key", "email_keys", "phone_keys", "address_keys",
        "unreadable",
    }  # fmt: skip


TELLING = [
    "987654321",
    "+34612345678",
    "ana@x.pe",
    "N/A",
    "Perú",
    "dni",
    "12345678Z",
    "x:ana",
    "\u200b",
    "😀",
    "ñ\u0301",
    "\x00",
]


@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=20) | st.sampled_from(TELLING), min_size=150, max_size=150))
def test_nothing_raises_and_nothing_is_lost_whatever_the_text(standard, texts):
    many, one = ("emails", "phones", "handles"), ("national_id", "national_id_type", "national_id_country", "country")
    named = (*one, "language", "full_name", "given_name", "family_name", "company_name", "party_type")
    address = dict.fromkeys(("line", "city", "region", "postcode", "country"))
    rows = [
        dict.fromkeys(named, text)
        | {name: [text] for name in many}
        | {"addresses": [Row(**address | {"country": text})]}
        for text in texts
    ]
    for text, after in zip(texts, standard(*rows), strict=True):
        visible = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cc")).strip()
        digits = "".join(c for c in visible if c.isdigit())
        if not visible or placeholders.stands_for_missing(visible) or (digits and len(set(digits[-3:])) == 1):
            continue
        refused = {field for field, _, _ in refusals(after)}
        for name in (*many, *one, "language"):
            assert after[name] or name in refused, (name, text)
        assert after.addresses or "addresses.country" in refused, text
