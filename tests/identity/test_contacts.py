import email_validator
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conf import definitions
from transformations.identity import contacts, countries, national_ids, placeholders
from transformations.identity.contacts import Reading


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ana.Perez@Gmail.COM", "Ana.Perez@gmail.com"),
        ("josé@españa.es", "josé@españa.es"),
        ("INFO@empresa.pe", "info@empresa.pe"),
        ("a+b@x.co", "a+b@x.co"),
    ],
)
def test_email_is_written_as_the_validator_writes_it(text, clean):
    assert contacts.email(text) == Reading(clean)


@pytest.mark.parametrize(
    "text", ["sin correo", "N/A", "n.a.", "-", ".", "xxx", "noemail@gmail.com", "Sin-Correo@x.pe", ""]
)
def test_email_that_stands_for_missing_is_missing(text):
    assert contacts.email(text) == Reading()


def test_email_that_cannot_be_is_refused_in_words():
    assert contacts.email("ana perez@x.com") == Reading(
        reason="not an e-mail address: The email address contains invalid characters before the @-sign: SPACE."
    )
    assert contacts.email("ana@x").reason == (
        "not an e-mail address: The part after the @-sign is not valid. It should have a period."
    )
    assert contacts.email("😀").clean is None


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"\A[A-Za-z0-9._+\-]{1,12}@[A-Za-z0-9.\-]{1,12}\.(pe|com|test)\Z"))
def test_email_takes_no_short_cut_that_the_validator_would_not(text):
    if placeholders.stands_for_missing(text):
        return
    try:
        expected = email_validator.validate_email(text, check_deliverability=False).normalized
    except email_validator.EmailNotValidError:
        expected = None
    assert contacts.email(text).clean == expected


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Ana.Perez+promo@gmail.com", "anaperez@gmail.com"),
        ("a.b@googlemail.com", "ab@googlemail.com"),
        ("Ana.Perez+promo@empresa.pe", "ana.perez@empresa.pe"),
        ("+tag@x.com", "+tag@x.com"),
    ],
)
def test_email_key_is_the_mailbox(address, key):
    assert contacts.email_key(address) == key


@pytest.mark.parametrize(
    ("text", "country", "clean"),
    [
        ("987 654 321", "PE", "+51987654321"),
        ("51987654321", "PE", "+51987654321"),
        ("0051 987-654-321", "PE", "+51987654321"),
        ("(01) 456-7890", "PE", "+5114567890"),
        ("９８７６５４３２１", "PE", "+51987654321"),
        ("+34 612 345 678", None, "+34612345678"),
        ("612345678", "ES", "+34612345678"),
        ("55 1234 5678", "MX", "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("045 55 1234 5678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("+52 1 55 1234 5678", None, "+525512345678"),
        ("11 15 2345 6789", "AR", "+5491123456789"),
    ],
)
def test_phone_is_e164_in_the_country_of_the_row(text, country, clean):
    assert contacts.phone(text, country) == Reading(clean)


@pytest.mark.parametrize(
    ("text", "country", "reason"),
    [
        ("123", "PE", "not a possible phone number for PE"),
        ("612345678", "MX", "not a possible phone number for MX"),
        ("+44 12", "PE", "not a possible phone number for +44"),
        ("4567890", "PE", "not a possible phone number for PE without area code"),
        ("987654321", None, "no country to read the phone number in"),
        ("llamar a Ana", "PE", "not a phone number"),
        ("987654321 / 912345678", "PE", "not a phone number"),
        ("987654321 - Ana", "PE", "not a possible phone number for PE"),
    ],
)
def test_phone_that_cannot_be_is_refused_in_words(text, country, reason):
    assert contacts.phone(text, country) == Reading(None, reason)


@pytest.mark.parametrize("text", ["999999999", "000 000 000", "+51 999 999 999", "no tiene", "xxx", "-"])
def test_phone_that_stands_for_missing_is_missing(text):
    assert contacts.phone(text, "PE") == Reading()


def test_phone_says_when_an_extension_is_left_out():
    assert contacts.phone("(01) 456-7890 ext 12", "PE") == Reading(
        "+5114567890", "extension 12 left out: E.164 has no place for it"
    )


def test_handle_is_network_and_name():
    assert contacts.handle("Twitter: @AnaP") == Reading("twitter:anap")
    assert contacts.handle("@AnaP") == Reading(reason="not written as network:name")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pe", "PE"), ("PER", "PE"), ("Perú", "PE"), ("PERU", "PE"), ("España", "ES"), ("spain", "ES"),
        ("méxico", "MX"), ("EE.UU.", "US"), ("Estados Unidos", "US"), ("USA", "US"), ("UK", "GB"),
        ("no", "NO"), ("NA", "NA"),
    ],
)  # fmt: skip
def test_country_is_known_by_name_and_code(text, code):
    assert contacts.country_code(text) == Reading(code)


def test_country_that_is_none_is_refused_and_one_for_missing_is_missing():
    assert contacts.country_code("Perulandia") == Reading(reason="not a country known by name or code")
    assert contacts.country_code("sin datos") == Reading()


def test_every_country_has_one_code_and_no_name_is_shared():
    known = definitions.load("countries")
    names = [(countries.folded(name), code) for code, written in known.items() for name in written]
    assert len(known) == 249
    assert len(dict(names)) == len(set(names))


# Valid numbers are the published examples of the authorities, as python-stdnum quotes them, or worked out by hand:
# DNI 12345678: 12345678 mod 23 = 14, the letter Z. NIE X1234567: 01234567 mod 23 = 19, the letter L.
@pytest.mark.parametrize(
    ("text", "kind", "country", "expected"),
    [
        ("10117410", "dni", "PE", ("10117410", None, "PE:dni:10117410")),
        ("10117410-2", "dni", "PE", ("101174102", True, "PE:dni:10117410")),
        ("20512333797", "ruc", "PE", ("20512333797", True, "PE:ruc:20512333797")),
        ("001234567", "ce", "PE", ("001234567", None, "PE:ce:001234567")),
        ("12.345.678-z", "dni", "ES", ("12345678Z", True, "ES:nif:12345678Z")),
        ("12345678Z", "nif", "ES", ("12345678Z", True, "ES:nif:12345678Z")),
        ("X-1234567-L", "nie", "ES", ("X1234567L", True, "ES:nif:X1234567L")),
        ("BOXW310820HNERXN09", "curp", "MX", ("BOXW310820HNERXN09", True, "MX:curp:BOXW310820HNERXN09")),
        ("GODE 561231 GR8", "rfc", "MX", ("GODE561231GR8", True, "MX:rfc:GODE561231GR8")),
        ("09.123.456-7", "passport", "CL", ("091234567", None, "CL:passport:091234567")),
        ("1.020.304.050", "cc", "CO", ("1020304050", None, "CO:cc:1020304050")),
        ("536-90-4399", "ssn", "US", ("536904399", None, "US:ssn:536904399")),
        ("AB 12 34 56 C", "nino", "GB", ("AB123456C", None, "GB:nino:AB123456C")),
        ("A-12", "carnet", "PE", ("A12", None, "PE:carnet:A12")),
        ("A-12", None, "PE", ("A12", None, None)),
        ("A-12", "dni", None, ("A12", None, None)),
    ],
)
def test_national_id_is_compact_checked_and_keyed(text, kind, country, expected):
    assert national_ids.read(text, kind, country) == (*expected, None)


@pytest.mark.parametrize(
    ("text", "kind", "country", "compact", "reason"),
    [
        ("20512333798", "ruc", "PE", "20512333798", "not a valid ruc of PE: wrong check digit"),
        ("1234567", "dni", "PE", "1234567", "not a valid dni of PE: wrong length"),
        ("12345678A", "dni", "ES", "12345678A", "not a valid dni of ES: wrong check digit"),
        ("VACE-460910-SX6", "rfc", "MX", "VACE460910SX6", "not a valid rfc of MX: wrong check digit"),
        ("GODE561231", "rfc", "MX", "GODE561231", "not a valid rfc of MX: wrong length"),
        ("BG 12 34 56 C", "nino", "GB", "BG123456C", "not a valid nino of GB: wrong format"),
        ("000-12-3456", "ssn", "US", "000123456", "not a valid ssn of US: a part that is never issued"),
    ],
)
def test_national_id_that_is_not_valid_keeps_its_text_but_gets_no_key(text, kind, country, compact, reason):
    assert national_ids.read(text, kind, country) == (compact, False, None, reason)


@pytest.mark.parametrize("text", ["000000000", "99999999", "N/A", "no tiene", "XAXX010101000", "", "111.111.111-11"])
def test_national_id_that_stands_for_missing_is_missing(text):
    assert national_ids.read(text, "dni", "PE") == (None, None, None, None)


def test_id_type_is_lower_case_without_signs_and_translated():
    written = "D.N.I.", "RUC", "Pasaporte", "Cédula de ciudadanía", "Carné"
    assert [national_ids.id_type(text) for text in written] == ["dni", "ruc", "passport", "cc", "carne"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"\A[0-9A-Z&Ñ .\-]{1,20}\Z"))
def test_no_national_id_raises_or_is_lost(text):
    for country, kind in national_ids._TYPES:
        read = national_ids.read(text, kind, country)
        assert read.text or read.reason or placeholders.stands_for_missing(text)
        assert (read.key is None) == (read.is_valid is False or not read.text)
