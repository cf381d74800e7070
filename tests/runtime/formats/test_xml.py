import json
import tracemalloc

import numpy as np
import pytest

from conf.read import XmlRead
from jobs.runtime import readers
from jobs.runtime.archives import UnreadableFileError
from jobs.runtime.formats import xml_records
from tests.runtime.test_readers import Inbox, gzipped, zipped

READ = XmlRead(path="unused", options={"record": "queja"})
MIB = 1 << 20


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path)


def payload(inbox, inner, attributes=""):
    """Return the payload of one record with this in it."""
    (found,) = inbox.payloads(f"<lote><queja{attributes}>{inner}</queja></lote>", READ)
    return found


# -- Records ------------------------------------------------------------------------------------------------------


def test_every_element_of_the_name_is_a_record(inbox):
    content = '<?xml version="1.0"?>\n<lote><n>2</n><queja id="1"><a>x</a></queja>\n<g><queja id="2"/></g></lote>\n'
    found = inbox.records(content, READ)
    assert [(r.object, r.position, r.payload, r.columns) for r in found] == [
        ("f", 1, '{"@id": "1", "a": "x"}', {"@id": "", "a": ""}),
        ("f", 2, '{"@id": "2"}', {"@id": ""}),
    ]
    check = inbox.verify(content, READ)
    assert (check.error, check.record_count, check.columns) == (None, 2, ["@id", "a"])


def test_the_root_may_be_the_record(inbox):
    assert inbox.payloads("<queja><a>x</a></queja>", READ) == [{"a": "x"}]


def test_a_record_within_another_is_part_of_it(inbox):
    content = "<lote><queja><a>1</a><queja><a>2</a></queja></queja><queja><a>3</a></queja></lote>"
    assert inbox.payloads(content, READ) == [{"a": "1", "queja": {"a": "2"}}, {"a": "3"}]


def test_it_comes_packed_and_in_archives(inbox):
    one, two = b"<l><queja><a>1</a></queja></l>", b"<l><queja><a>2</a></queja></l>"
    assert inbox.payloads(gzipped(one), READ) == [{"a": "1"}]
    found = inbox.records(zipped({"b": two, "a": gzipped(one)}), READ)
    assert [(r.object, r.position, r.payload) for r in found] == [("f!a", 1, '{"a": "1"}'), ("f!b", 1, '{"a": "2"}')]


def test_a_hash_is_that_of_the_values_whatever_the_order_and_the_space_around(inbox):
    one, other, more = inbox.records(
        "<l><queja a='1' b='2'><c>x</c></queja>"
        "<queja b='2' a='1'>\n  <c>x</c>\n</queja><queja a='1' b='2'><c>x </c></queja></l>",
        READ,
    )
    assert (one.hash, one.schema_hash) == (other.hash, other.schema_hash)
    assert one.hash != more.hash


# -- Values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "value"),
    [
        ("<a>x</a>", "x"),
        ("<a> x\n </a>", " x\n "),
        ("<a/>", ""),
        ("<a></a>", ""),
        ("<a> </a>", " "),
        ("<a>1.10</a>", "1.10"),
        ("<a>x &amp; &lt;y&gt; &#241;</a>", "x & <y> ñ"),
        ("<a><![CDATA[<b>x</b> & y]]></a>", "<b>x</b> & y"),
        ("<a>x<!-- said --><?pi x?>y</a>", "xy"),
        ("<a k='1'>x</a>", {"@k": "1", "#text": "x"}),
        ("<a k='1'> </a>", {"@k": "1", "#text": " "}),
        ("<a k='1'/>", {"@k": "1"}),
        ("<a k=''/>", {"@k": ""}),
        ("<a>\n  <b>x</b>\n</a>", {"b": "x"}),
        ("<a k='1'>\n<b>x</b></a>", {"@k": "1", "b": "x"}),
        ("<a>uno <b>dos</b> tres</a>", {"b": "dos", "#text": "uno  tres"}),
        ("<a>x</a><a>y</a>", ["x", "y"]),
        ("<a/><a k='1'/><a>x</a>", ["", {"@k": "1"}, "x"]),
        ("<a><b>1</b><b><c>2</c></b></a>", {"b": ["1", {"c": "2"}]}),
        ("<a><b><c><d>x</d></c></b></a>", {"b": {"c": {"d": "x"}}}),
    ],
)
def test_an_element_is_its_text_or_an_object(inbox, inner, value):
    assert payload(inbox, inner) == {"a": value}


def test_a_record_of_text_alone_is_an_object(inbox):
    assert payload(inbox, "x") == {"#text": "x"}
    assert payload(inbox, "") == {}
    assert payload(inbox, "x", " k='1'") == {"@k": "1", "#text": "x"}


def test_namespaces_are_left_out(inbox):
    content = """
        <s:lote xmlns:s="urn:s" xmlns="urn:d"><s:queja s:id="1" lang="es" xml:lang="en">
        <monto>1</monto><t:monto xmlns:t="urn:t">2</t:monto></s:queja></s:lote>"""
    assert inbox.payloads(content.strip(), READ) == [{"@id": "1", "@lang": ["es", "en"], "monto": ["1", "2"]}]


def test_a_long_text_goes_to_media_at_any_depth(inbox):
    (found,) = inbox.payloads(f"<l><queja><a><b>{'x' * 100}</b></a></queja></l>", READ, max_field=50)
    assert (inbox.media / found["a"]["b"].removeprefix("media:")).read_text(encoding="utf-8") == "x" * 100


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "utf-16", "iso-8859-15"])
def test_the_encoding_is_what_the_document_declares(inbox, encoding):
    declared = encoding.removesuffix("-sig")
    content = f'<?xml version="1.0" encoding="{declared}"?><l><queja><a>Núñez</a></queja></l>'.encode(encoding)
    assert inbox.payloads(content, READ) == [{"a": "Núñez"}]


@pytest.mark.parametrize("encoding", ["gb2312", "klingon"])
def test_an_encoding_that_cannot_be_read_is_said(inbox, encoding):
    content = f'<?xml version="1.0" encoding="{encoding}"?><l><queja><a>x</a></queja></l>'
    error = inbox.error(content, READ)
    assert error.startswith(("XML in an encoding that cannot be read: ", "XML is broken after record 0: unknown encod"))


# -- Broken and hostile documents ---------------------------------------------------------------------------------

SAID = "it declares XML entities, which could be a bomb or read other files"


def test_a_billion_laughs_are_refused_and_not_expanded(inbox):
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE l [<!ENTITY a0 "ha">{entities}]><l><queja><a>&a9;</a></queja></l>'
    tracemalloc.start()
    try:
        assert inbox.error(bomb, READ) == SAID
        assert tracemalloc.get_traced_memory()[1] < 10 * MIB
    finally:
        tracemalloc.stop()


def test_external_entities_are_never_fetched(inbox, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for declared in (f'<!ENTITY x SYSTEM "file://{secret}">', f'<!ENTITY % x SYSTEM "file://{secret}"> %x;'):
        assert inbox.error(f"<!DOCTYPE l [{declared}]><l><queja><a>&x;</a></queja></l>", READ) == SAID


def test_a_document_type_without_entities_is_passed_over_and_not_fetched(inbox):
    content = '<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd" [<!ELEMENT l ANY>]><l><queja><a>x</a></queja></l>'
    assert inbox.payloads(content, READ) == [{"a": "x"}]
    unknown = '<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd"><l><queja><a>&nbsp;</a></queja></l>'
    assert inbox.error(unknown, READ).startswith("XML is broken after record 0: undefined entity")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<l><queja><a>1</a></queja><queja><a>", "XML breaks off after record 1: "),
        ("<l><queja><a>1</a></queja><que", "XML breaks off after record 1: "),
        ("<l><queja><a>1</a></queja>", "XML breaks off after record 1: "),
        ("<l><queja><a>1</a></queja><queja><a><![CDATA[x", "XML breaks off after record 1: "),
        ("<l><queja><a>1</a></queja><queja><a>2</b></queja></l>", "XML is broken after record 1: mismatched tag"),
        ("<l><queja><a>1 & 2</a></queja></l>", "XML is broken after record 0: not well-formed"),
        ("<l><queja/></l><l/>", "XML is broken after record 1: junk after document element"),
        ("<l><queja><a>\x01</a></queja></l>", "XML is broken after record 0: not well-formed"),
        ("id,text\n1,x\n", "XML is broken after record 0: syntax error"),
        ("<l><queja><a>ñ</a></queja></l>".encode("latin-1"), "XML is broken after record 0: not well-formed"),
    ],
)
def test_broken_xml_says_how_far_it_is_sound(inbox, content, said):
    assert inbox.error(content, READ).startswith(said)


def test_records_come_before_the_place_where_it_breaks_off(inbox):
    inbox.deliver("<l><queja><a>1</a></queja>" + " " * (1 << 17) + "<queja><a>")
    found = readers.records(str(inbox.path), "f", inbox.path.stat().st_size, READ, inbox.limits)
    assert json.loads(next(found).payload) == {"a": "1"}
    with pytest.raises(UnreadableFileError, match="breaks off after record 1"):
        next(found)


def test_a_document_without_the_element_names_those_there_are(inbox):
    assert (
        inbox.error("<lote><fecha/><Queja/><fecha/></lote>", READ)
        == "no element 'queja' in it; there are: fecha, Queja"
    )
    assert inbox.error("<error>no access</error>", READ) == "no element 'queja' in it; there are: error"
    many = "".join(f"<e{n}/>" for n in range(100))
    assert inbox.error(f"<l>{many}</l>", READ).endswith(", e8, e9")


def test_an_empty_document_is_sound_and_has_no_records(inbox):
    check = inbox.verify("<lote>\n</lote>", READ)
    assert (check.error, check.record_count, check.columns) == (None, 0, [])


def test_nesting_is_read_to_a_reasonable_depth(inbox):
    def nested(depth):
        return "<l><queja>" + "<a>" * depth + "x" + "</a>" * depth + "</queja></l>"

    assert inbox.error(nested(xml_records.MOST_DEPTH - 2), READ) is None
    said = f"XML nested deeper than {xml_records.MOST_DEPTH} elements"
    assert inbox.error(nested(xml_records.MOST_DEPTH - 1), READ) == said
    assert inbox.error("<a>" * 1_000_000, READ) == said


def test_a_long_document_takes_little_memory(inbox):
    record = f"<queja id='1'><a>{'x' * 500}</a></queja>\n<nota>{'y' * 500}</nota>\n"
    inbox.deliver("<l>" + record * 12_000 + "</l>")
    tracemalloc.start()
    try:
        found = readers.records(str(inbox.path), "f", inbox.path.stat().st_size, READ, inbox.limits)
        assert sum(1 for _ in found) == 12_000
        assert tracemalloc.get_traced_memory()[1] < 4 * MIB
    finally:
        tracemalloc.stop()


def test_damaged_bytes_give_a_reason_and_never_an_exception(inbox):
    random = np.random.default_rng(1)
    declared = "<?xml version='1.0' encoding='utf-8'?>"
    whole = f"{declared}<l><queja id='1'><a>ñ &amp; x</a><b><![CDATA[x]]></b></queja></l>".encode()
    for _ in range(300):
        damaged = np.frombuffer(whole, "uint8").copy()
        damaged[random.integers(0, len(damaged), 3)] = random.integers(0, 256, 3)
        error = inbox.error(damaged[: random.integers(1, len(damaged) + 1)].tobytes(), READ)
        assert error is None or error.strip()


def test_an_element_too_large_for_a_record_fails_the_file(inbox):
    inbox.limits = inbox.limited(max_record=MIB)
    said = "larger than 1048576 bytes (landing.max_record_mib)"
    small, large = "<queja><a>x</a></queja>", f"<queja><a>{'x' * 3 * MIB}</a></queja>"
    assert inbox.error(f"<l>{small}{large}{small}</l>", READ) == f"XML: what follows record 1 is {said}"
    assert inbox.error(f"<l>{small}<x>{'x' * 3 * MIB}</x></l>", READ) == f"XML: what follows record 1 is {said}"
    assert inbox.error(f"<l {'x' * 3 * MIB}", READ) == f"XML: what follows record 0 is {said}"
    near = f"<queja>{'<a>x</a>' * (MIB * 9 // 80)}</queja>"
    check = inbox.verify(f"<l>{near * 5}{'<b/>' * MIB}</l>", READ)
    assert (check.error, check.record_count) == (None, 5)
