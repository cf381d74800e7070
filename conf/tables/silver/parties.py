"""Silver: who people and companies are."""

from __future__ import annotations

from conf.table import Table
from conf.tables.silver.provenance import PROVENANCE, PROVENANCE_COLUMNS

ADDRESS = "line: STRING, city: STRING, region: STRING, postcode: STRING, country: STRING"

SOURCE_PARTY = Table(
    name="silver.source_party",
    kind="derived",
    key=("source_system", "source_party_id"),
    comment="one person or company as one source knows it, standardised",
    personal=(
        "source_party_id",
        "full_name",
        "given_name",
        "family_name",
        "company_name",
        "birth_on",
        "national_id",
        "emails",
        "phones",
        "addresses",
        "handles",
        "name_key",
        "national_id_key",
        "email_keys",
        "phone_keys",
        "address_keys",
        "unreadable",
        "_record_key",
    ),
    computed=(
        "national_id_is_valid",
        "name_key",
        "national_id_key",
        "email_keys",
        "phone_keys",
        "address_keys",
        "unreadable",
        "first_known_at",
        *PROVENANCE_COLUMNS,
    ),
    schema=f"""
    source_party_id      STRING    COMMENT 'the party in its key space: key_space:id'
    party_type           STRING    COMMENT 'person, company or prospect'
    full_name            STRING    COMMENT 'name as one text, spaces collapsed'
    given_name           STRING    COMMENT 'given names'
    family_name          STRING    COMMENT 'family names, both where there are two'
    company_name         STRING    COMMENT 'registered or trade name of a company'
    birth_on             DATE      COMMENT 'birth date'
    national_id          STRING    COMMENT 'national or tax id in its compact form'
    national_id_type     STRING    COMMENT 'dni, ce, ruc, nie, nif, curp, rfc, cc, nit, rut, ssn, passport …'
    national_id_country  STRING    COMMENT 'ISO 3166 alpha-2 of the issuing country'
    national_id_is_valid BOOLEAN   COMMENT 'check digits hold; null where the type has none or is not known'
    emails               ARRAY<STRING> COMMENT 'e-mail addresses, normalised'
    phones               ARRAY<STRING> COMMENT 'phone numbers in E.164'
    addresses            ARRAY<STRUCT<{ADDRESS}>> COMMENT 'postal addresses'
    handles              ARRAY<STRING> COMMENT 'social handles as network:name, lower case'
    country              STRING    COMMENT 'ISO 3166 alpha-2 of residence; default region of phones and ids'
    language             STRING    COMMENT 'preferred language, ISO 639-1'
    name_key             STRING    COMMENT 'match key: folded name tokens in alphabetical order'
    national_id_key      STRING    COMMENT 'match key: country:type:number, only where valid or not checkable'
    email_keys           ARRAY<STRING> COMMENT 'match keys: e-mails without tags, lower case'
    phone_keys           ARRAY<STRING> COMMENT 'match keys: the E.164 numbers'
    address_keys         ARRAY<STRING> COMMENT 'match keys: folded address line and post code'
    unreadable           ARRAY<STRUCT<field: STRING, value: STRING, reason: STRING>> COMMENT 'present, not standardised'
    first_known_at       TIMESTAMP COMMENT 'UTC; when the company first knew the party'
    {PROVENANCE.strip()}
    """,
)

CUSTOMER_XREF = Table(
    name="silver.customer_xref",
    kind="journal",
    key=("source_system", "source_party_id", "valid_from"),
    personal=("source_party_id",),
    comment="which customer a source party is, over time",
    schema="""
    source_system   STRING    COMMENT 'the feed of the source party'
    source_party_id STRING    COMMENT 'the source party'
    valid_from      TIMESTAMP COMMENT 'UTC; when the company knew the party'
    valid_to        TIMESTAMP COMMENT 'UTC; end of the assignment, exclusive; null while it holds'
    is_current      BOOLEAN   COMMENT 'true while the assignment holds'
    customer_id     STRING    COMMENT 'the lasting customer id'
    """,
)

RECORD_SUBJECT = Table(
    name="silver.record_subject",
    kind="derived",
    key=("batch_id", "source_object", "position", "role", "source_party_id"),
    comment="which bronze record concerns which source party",
    personal=("source_object", "source_party_id"),
    schema="""
    batch_id        STRING COMMENT 'batch of the bronze record'
    source_object   STRING COMMENT 'object of the bronze record'
    position        BIGINT COMMENT 'position of the bronze record'
    role            STRING COMMENT 'self, complainant, author, contact, respondent, sender, visitor or owner'
    source_party_id STRING COMMENT 'the source party the record is about'
    source_system   STRING COMMENT 'the feed of the bronze record'
    bronze_table    STRING COMMENT 'table the bronze record lies in'
    """,
)
