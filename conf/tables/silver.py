"""Silver: typed, checked, one sound row per thing."""

from __future__ import annotations

from conf.table import Table

PROVENANCE = """
    source_system      STRING    COMMENT 'the feed that gave the newest part of the row'
    _record_key        STRING    COMMENT 'key of the bronze record in its key space'
    _batch_id          STRING    COMMENT 'batch of the bronze record the row was read from'
    _known_at          TIMESTAMP COMMENT 'UTC; when the company knew the version the row was read from'
    has_newer_rejected BOOLEAN   COMMENT 'true where a newer version of the record is in quarantine'
"""
PROVENANCE_COLUMNS = ("source_system", "_record_key", "_batch_id", "_known_at", "has_newer_rejected")

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
    key=("batch_id", "source_object", "position", "role"),
    comment="which bronze record concerns which source party",
    personal=("source_object", "source_party_id"),
    schema="""
    batch_id        STRING COMMENT 'batch of the bronze record'
    source_object   STRING COMMENT 'object of the bronze record'
    position        BIGINT COMMENT 'position of the bronze record'
    role            STRING COMMENT 'self, complainant or author'
    source_party_id STRING COMMENT 'the source party the record is about'
    source_system   STRING COMMENT 'the feed of the bronze record'
    bronze_table    STRING COMMENT 'table the bronze record lies in'
    """,
)

COMPLAINT = Table(
    name="silver.complaint",
    kind="derived",
    key=("complaint_id",),
    comment="one filed complaint for ever, in its current state",
    personal=("source_party_id", "_record_key"),
    computed=("customer_id", "source_systems", "first_known_at", *PROVENANCE_COLUMNS),
    schema=f"""
    complaint_id        STRING    COMMENT 'one filed complaint: key_space:id'
    kind                STRING    COMMENT 'reclamo (product or service), queja (attention), complaint (not told apart)'
    channel             STRING    COMMENT 'phone, email, counter, web, book, social, app, post, referral'
    source_party_id     STRING    COMMENT 'who complains, as the source knows them'
    customer_id         STRING    COMMENT 'who complains, resolved; null until the party has arrived'
    product             STRING    COMMENT 'product as filed'
    subproduct          STRING    COMMENT 'finer product as filed'
    cause               STRING    COMMENT 'cause or issue as filed'
    subcause            STRING    COMMENT 'finer cause as filed'
    product_node_id     STRING    COMMENT 'product in silver.taxonomy_node'
    cause_node_id       STRING    COMMENT 'cause in silver.taxonomy_node'
    provider            STRING    COMMENT 'company complained about, where the feed covers several'
    place               STRING    COMMENT 'district, city, branch or region the complaint is about'
    jurisdiction        STRING    COMMENT 'ISO 3166 of the country (or subdivision) whose rules apply'
    language            STRING    COMMENT 'language it was filed in, ISO 639-1'
    priority            STRING    COMMENT 'urgent or normal, as filed'
    amount_claimed      DECIMAL(18,2) COMMENT 'money claimed'
    currency            STRING    COMMENT 'ISO 4217 of amount_claimed'
    status              STRING    COMMENT 'current status; the words are in expectations/complaints.py'
    received_at         TIMESTAMP COMMENT 'UTC; when the company first heard of it; 00:00 where only the date is known'
    received_on         DATE      COMMENT 'calendar date of receipt where it was received'
    acknowledged_at     TIMESTAMP COMMENT 'UTC; receipt confirmed'
    responded_at        TIMESTAMP COMMENT 'UTC; answer sent'
    resolved_at         TIMESTAMP COMMENT 'UTC; solved'
    closed_at           TIMESTAMP COMMENT 'UTC; closed; null where the source states no date'
    reopened_at         TIMESTAMP COMMENT 'UTC; last reopening'
    outcome             STRING    COMMENT 'upheld, partly_upheld, rejected, explained, withdrawn, no_response'
    redress             STRING    COMMENT 'monetary, non_monetary, none'
    is_timely           BOOLEAN   COMMENT 'answered in time, as the source says'
    is_disputed         BOOLEAN   COMMENT 'the customer disputed the answer'
    parent_complaint_id STRING    COMMENT 'complaint that this one follows up'
    first_known_at      TIMESTAMP COMMENT 'UTC; when the company first knew of it'
    source_systems      ARRAY<STRING> COMMENT 'every feed that gave a part of the row'
    {PROVENANCE.strip()}
    """,
)

COMPLAINT_STATUS_HISTORY = Table(
    name="silver.complaint_status_history",
    kind="derived",
    key=("complaint_id", "seq"),
    comment="every status a complaint was in, with when it was known",
    personal=("_record_key", "stated_by"),
    computed=("seq", "from_status", "known_at", "withdrawn_at", "stated_by", *PROVENANCE_COLUMNS),
    schema="""
    complaint_id STRING    COMMENT 'the complaint'
    seq          INT       COMMENT 'order of the rows, from 1, withdrawn ones included; without a date by known_at'
    from_status  STRING    COMMENT 'status before; null for the first and for withdrawn statements'
    to_status    STRING    COMMENT 'status after'
    at           TIMESTAMP COMMENT 'UTC; when it changed; null where the source does not say when'
    changed_by   STRING    COMMENT 'employee id, system or team that changed it'
    known_at     TIMESTAMP COMMENT 'UTC; since when the company knew of it; a row for each time it was made again'
    withdrawn_at TIMESTAMP COMMENT 'UTC; until when: no longer stated, or the record deleted; null while it stands'
    stated_by    ARRAY<STRUCT<source_system: STRING, record_key: STRING>> COMMENT 'every record that states it, sorted'
    source_system      STRING    COMMENT 'the feed that first stated it'
    _record_key        STRING    COMMENT 'key of the bronze record that first stated it'
    _batch_id          STRING    COMMENT 'batch of that record'
    _known_at          TIMESTAMP COMMENT 'UTC; when the company knew the version the row was read from'
    has_newer_rejected BOOLEAN   COMMENT 'true where a newer version of that record is in quarantine'
    """,
)

COMPLAINT_REDRESS = Table(
    name="silver.complaint_redress",
    kind="derived",
    key=("complaint_id", "seq"),
    comment="a refund, goodwill or reversal given for a complaint",
    personal=("_record_key",),
    computed=(*PROVENANCE_COLUMNS,),
    schema=f"""
    complaint_id STRING        COMMENT 'the complaint'
    seq          INT           COMMENT 'order of the redress within the complaint, from 1'
    redress_type STRING        COMMENT 'refund, goodwill, reversal, monetary or non_monetary'
    amount       DECIMAL(18,2) COMMENT 'amount given, positive'
    currency     STRING        COMMENT 'ISO 4217 of amount'
    granted_at   TIMESTAMP     COMMENT 'UTC; when it was granted'
    {PROVENANCE.strip()}
    """,
)

COMPLAINT_ISSUE = Table(
    name="silver.complaint_issue",
    kind="derived",
    key=("complaint_id", "valid_from"),
    comment="which customer problem a complaint is about; one to one until issues are linked",
    schema="""
    complaint_id  STRING    COMMENT 'the complaint'
    issue_id      STRING    COMMENT 'one customer problem, whatever the number of filings and contacts'
    valid_from    TIMESTAMP COMMENT 'UTC; since when the complaint belongs to the issue'
    valid_to      TIMESTAMP COMMENT 'UTC; end, exclusive; null while it holds'
    is_current    BOOLEAN   COMMENT 'true while it holds'
    source_system STRING    COMMENT 'the feed of the complaint'
    _batch_id     STRING    COMMENT 'batch of the complaint'
    """,
)

DOCUMENT = Table(
    name="silver.document",
    kind="derived",
    key=("document_id",),
    comment="one text, described; the text itself is in restricted.document_text_raw",
    personal=("source_party_id", "_record_key"),
    computed=("length", *PROVENANCE_COLUMNS),
    schema=f"""
    document_id     STRING    COMMENT 'one text: key_space:id:part'
    document_type   STRING    COMMENT 'complaint, request, response, note'
    origin          STRING    COMMENT 'typed, asr or ocr'
    author_role     STRING    COMMENT 'customer, agent or system'
    channel         STRING    COMMENT 'phone, email, counter, web, book, social, app, post, referral'
    language        STRING    COMMENT 'language as the source states it, ISO 639-1'
    written_at      TIMESTAMP COMMENT 'UTC; when it was written'
    length          INT       COMMENT 'characters of the text'
    complaint_id    STRING    COMMENT 'the complaint it belongs to'
    source_party_id STRING    COMMENT 'who wrote it, as the source knows them'
    {PROVENANCE.strip()}
    """,
)

DOCUMENT_TEXT_RAW = Table(
    name="restricted.document_text_raw",
    kind="derived",
    key=("document_id",),
    comment="the raw text of a document; narrow grant",
    personal=("text",),
    schema="""
    document_id   STRING COMMENT 'the document'
    text          STRING COMMENT 'raw text as received'
    source_system STRING COMMENT 'the feed of the document'
    _batch_id     STRING COMMENT 'batch of the bronze record'
    """,
)

TAXONOMY_NODE = Table(
    name="silver.taxonomy_node",
    kind="derived",
    key=("node_id", "version"),
    comment="a product, cause or contact reason of the house taxonomy",
    schema="""
    node_id   STRING COMMENT 'the node: taxonomy.path'
    version   STRING COMMENT 'version of the taxonomy'
    taxonomy  STRING COMMENT 'product, cause or contact_reason'
    parent_id STRING COMMENT 'node above; null at the top'
    name_es   STRING COMMENT 'name in Spanish'
    name_en   STRING COMMENT 'name in English'
    """,
)

TAXONOMY_CROSSWALK = Table(
    name="silver.taxonomy_crosswalk",
    kind="derived",
    key=("from_taxonomy", "from_value", "version"),
    comment="what a word of a source's own list means in the house taxonomy",
    schema="""
    from_taxonomy STRING COMMENT 'list of the source: key_space.product or key_space.cause'
    from_value    STRING COMMENT 'value of that list, folded: lower case, no accents, single spaces'
    version       STRING COMMENT 'version of the crosswalk'
    node_id       STRING COMMENT 'node of silver.taxonomy_node'
    """,
)
