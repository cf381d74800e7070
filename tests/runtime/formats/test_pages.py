import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conf.read import JsonRead
from jobs.runtime import readers
from jobs.runtime.archives import UnreadableFileError
from jobs.runtime.formats import json_elements
from tests.runtime.test_readers import Inbox, gzipped, zipped

MIB = 1 << 20


def pages(records="data.items", **options):
    return JsonRead(path="unused", options={"records": records, **options})


NUMBERED = pages("items", page="meta.page", pages="meta.pages")


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path)


def texts(inbox, content, read, **limits):
    return [record.payload for record in inbox.records(content, read, **limits)]


def page(number, *ids, of=5):
    return json.dumps({"meta": {"page": number, "pages": of}, "items": [{"id": n} for n in ids or (number,)]})


# -- Records ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 3, 8, MIB])
def test_each_record_keeps_its_own_text(inbox, monkeypatch, chunk):
    monkeypatch.setattr(json_elements, "CHUNK", chunk)
    elements = [
        '{"a":1.10 ,  "n": 12345678901234567890, "a": "\\u00f1", "e": 1E400}',
        '{ "s": "],[ \\" }", "o": {"items": [1]} }',
        "{}",
    ]
    content = f' {{"x": [1, {{"data": 2}}], "data": {{"items": [{" , ".join(elements)}], "n": 3}}, "y": "]}}"}}\n'
    found = inbox.records(content, pages())
    assert [(r.position, r.payload) for r in found] == list(enumerate(elements, start=1))
    assert found[0].columns == {"a": "text", "e": "number", "n": "number"}


def test_pages_come_one_in_a_file_or_a_line_or_in_an_array(inbox):
    one, two = '{"data": {"items": [{"a": 1.10}]}}', '{"more": true, "data": {"items": [{"a": 2}, {"a": 3}]}}'
    indented = json.dumps(json.loads(two), indent=2)
    expected = ['{"a": 1.10}', '{"a": 2}', '{"a": 3}']
    for content in (f"{one}\n{two}\n", f"[{one},\n{two}]", f"{one}{two}", f"\ufeff{one}\r\n\r\n{two}\r\n"):
        assert texts(inbox, content, pages()) == expected
    assert texts(inbox, one, pages()) == expected[:1]
    assert [json.loads(text) for text in texts(inbox, indented, pages())] == [{"a": 2}, {"a": 3}]
    assert [r.position for r in inbox.records(f"{one}\n{two}\n", pages())] == [1, 2, 3]


def test_members_of_an_archive_are_pages_of_one_dump(inbox):
    raw = zipped({"p2.json": page(2), "p1.json": gzipped(page(1).encode()), "p3.json": f"{page(3)}\n{page(4)}"})
    assert [(r.object, r.position, r.payload) for r in inbox.records(raw, NUMBERED)] == [
        ("f!p1.json", 1, '{"id": 1}'),
        ("f!p2.json", 1, '{"id": 2}'),
        ("f!p3.json", 1, '{"id": 3}'),
        ("f!p3.json", 2, '{"id": 4}'),
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("items", '{"items": [{"a": 1}]}'),
        ("a.b.c.d", '{"a": {"x": 1, "b": {"c": {"d": [{"a": 1}]}}}}'),
        ("data.items", '{"data.items": [{"a": 1}]}'),
        ("año", '{"a\\u00f1o": [{"a": 1}]}'),
    ],
)
def test_the_path_leads_to_the_records(inbox, path, content):
    assert texts(inbox, content, pages(path)) == ['{"a": 1}']


def test_a_page_without_records_is_sound(inbox):
    check = inbox.verify('{"data": {"items": []}}', pages())
    assert (check.error, check.record_count, check.columns) == (None, 0, [])
    assert texts(inbox, "[]", pages()) == []


def test_an_element_that_is_no_object_is_kept_and_marked(inbox):
    assert inbox.payloads('{"items": ["x", {"a": 1}, [ ], null]}', pages("items")) == [
        {"_malformed": "JSON, but not an object", "_text": '"x"'},
        {"a": 1},
        {"_malformed": "JSON, but not an object", "_text": "[ ]"},
        {"_malformed": "JSON, but not an object", "_text": "null"},
    ]


def test_a_long_text_of_a_record_goes_to_media(inbox):
    (payload,) = inbox.payloads(f'{{"items": [{{"a": "{"x" * 100}", "n": 1}}]}}', pages("items"), max_field=50)
    assert payload["a"].startswith("media:")
    assert payload["n"] == 1


def test_other_encodings_are_read_where_they_are_declared(inbox):
    read = JsonRead(path="x", encoding="latin-1", options={"records": "items"})
    assert inbox.payloads('{"items": [{"a": "ñ"}]}'.encode("latin-1"), read) == [{"a": "ñ"}]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(
        st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.booleans()), max_size=4
    ),
    around=st.dictionaries(st.text(max_size=3), st.integers() | st.lists(st.text(max_size=3)), max_size=3),
    chunk=st.integers(1, 30),
    indent=st.sampled_from([None, 2]),
)
def test_what_is_written_is_read_back(inbox, values, around, chunk, indent):
    document = {"before": around, "data": {**around, "items": values}, "after": around}
    content = json.dumps(document, ensure_ascii=False, indent=indent).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_elements, "CHUNK", chunk)
        for text in (content, content + b"\n" + content, b"[" + content + b"]"):
            found = inbox.payloads(text, pages())
            assert found in (values, values * 2)


# -- Pages that are not as they should be -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("third", "there"),
    [
        ("{}", "none"),
        ('{"data": null}', "data"),
        ('{"data": []}', "data"),
        ('{"data": {}}', "data"),
        ('{"data": {"items": null}}', "data, data.items"),
        ('{"data": {"items": {"a": 1}}}', "data, data.items"),
        ('{"data": {"items": "x"}}', "data, data.items"),
        ('{"items": [{"a": 1}]}', "items"),
        ('{"error": {"data": {"items": []}}}', "error"),
        ('{"next": 2, "data": {"rows": [{"a": 1}]}}', "next, data, data.rows"),
        (json.dumps(dict.fromkeys("abcdefghijkl", 1)), "a, b, c, d, e, f, g, h, i, j …"),
    ],
)
def test_a_page_without_the_array_is_refused_and_says_what_it_has(inbox, third, there):
    sound = '{"data": {"items": [{"a": 1}]}}'
    for content in (f"{sound}\n{sound}\n{third}\n{sound}", f"[{sound},{sound},{third}]"):
        assert inbox.error(content, pages()) == f"page 3: no array at data.items; there are: {there}"
    assert inbox.error(third, pages()) == f"page 1: no array at data.items; there are: {there}"


@pytest.mark.parametrize("other", ["1", '"x"', "null", "[]"])
def test_what_is_no_page_is_refused(inbox, other):
    sound = '{"items": []}'
    assert inbox.error(f"[{sound}, {other}]", pages("items")) == "page 2 is no JSON object"
    assert inbox.error(f"{sound}\n{other}", pages("items")) == "page 2 is no JSON object"


def test_an_array_of_records_is_no_page(inbox):
    assert inbox.error('[{"a": 1}, {"a": 2}]', pages()) == "page 1: no array at data.items; there are: a"


def test_two_arrays_at_the_path_are_refused(inbox):
    content = '{"data": {"items": [{"a": 1}]}, "data": {"items": [{"a": 2}]}}'
    assert inbox.error(content, pages()) == "page 1: data.items stands in it twice"


@pytest.mark.parametrize("chunk", [2, MIB])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"items": [{"a": 1}, {"a": 2', "page 1 breaks off after element 1: "),
        ('{"items": [{"a": 1}, {"a": 2}', "page 1 breaks off after element 2: "),
        ('{"items": [{"a": 1}]', "page 1 breaks off after element 1: "),
        ('{"items": [{"a": 1}]}\n{"items": [', "page 2 breaks off after element 0: "),
        ('{"items": [{"a": 1}]}\n{"ite', "page 2 breaks off after element 0: "),
        ('{"items": [{"a": 1}]}\n{"items"', "page 2 breaks off after element 0: "),
        ('{"items": [{"a": 1}]}\n{', "page 2 breaks off after element 0: "),
        ('[{"items": [{"a": 1}]},', "JSON array breaks off after page 1"),
        ('[{"items": [{"a": 1}]}', "JSON array breaks off after page 1"),
        ('{"items": [{"a": 1}, {"a" 2}]}', "page 1 is broken after element 1: "),
        ('{"items" [{"a": 1}]}', "page 1 is broken after element 0: Expecting a name and a colon"),
        ('{items: [{"a": 1}]}', "page 1 is broken after element 0: Expecting a name and a colon"),
        ('[{"items": []}] x', "text follows the end of the JSON array"),
        ('{"items": []} ]', "text follows the end of the last page"),
    ],
)
def test_a_page_that_is_cut_or_broken_is_refused(inbox, monkeypatch, content, said, chunk):
    monkeypatch.setattr(json_elements, "CHUNK", chunk)
    assert inbox.error(content, pages("items")).startswith(said)


def test_records_come_before_the_place_where_a_page_breaks_off(inbox):
    inbox.deliver('{"items": [{"a": 1}, {"a": 2')
    found = readers.records(str(inbox.path), "f", 28, pages("items"), inbox.limits)
    assert next(found).payload == '{"a": 1}'
    with pytest.raises(UnreadableFileError, match="breaks off after element 1"):
        next(found)


def test_deep_nesting_is_refused(inbox):
    deep = '{"a": ' * 100_000 + "1" + "}" * 100_000
    for content in (f'{{"items": [{deep}]}}', f'{{"x": {deep}, "items": []}}'):
        assert inbox.error(content, pages("items")) == "JSON nested deeper than can be read"


# -- Missing and repeated pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([1, 2, 3, 4, 5], None),
        ([3, 1, 2], None),
        ([4], None),
        ([4, 5], None),
        ([0, 1], None),
        ([1, 2, 4, 5], "page 3 of 5 is missing"),
        ([5, 1], "page 2 of 5 is missing"),
        ([1, 2, 2, 3], "page 2 of 5 stands in it twice"),
        (["1", "2", "4"], "page 3 of 5 is missing"),
    ],
)
def test_the_pages_of_a_file_follow_each_other(inbox, numbers, said):
    written = [page(number) for number in numbers]
    assert inbox.error("\n".join(written), NUMBERED) == said
    assert inbox.error(f"[{','.join(written)}]", NUMBERED) == said


def test_pages_need_not_say_how_many_they_are(inbox):
    content = f"{page(1, of=None)}\n{page(3, of=None)}"
    assert inbox.error(content, NUMBERED) == "page 2 is missing"
    assert inbox.error(content, pages("items", page="meta.page")) == "page 2 is missing"
    assert inbox.error(content, pages("items")) is None


def test_a_number_behind_the_records_is_read_as_well(inbox):
    content = '{"items": [{"a": 1}], "meta": {"page": 1}}\n{"items": [], "meta": {"page": 3}}'
    assert inbox.error(content, NUMBERED) == "page 2 is missing"


@pytest.mark.parametrize("meta", ["{}", "1", '{"page": null}', '{"page": "x"}', '{"page": true}', '{"page": [1]}'])
def test_a_page_without_its_number_is_refused(inbox, meta):
    content = f'{page(1)}\n{{"meta": {meta}, "items": []}}'
    assert inbox.error(content, NUMBERED) == "page 2: no number at meta.page"


def test_a_large_document_takes_little_memory(inbox):
    """20 MB in one page, of which no more is in memory than a few records."""
    record = json.dumps({"id": 1, "text": "x" * 1000, "parts": list(range(50))})
    inbox.deliver('{"skipped": [1], "items": [' + ",\n".join([record] * 16_000) + '], "meta": {"page": 1}}')
    tracemalloc.start()
    try:
        found = readers.records(str(inbox.path), "f", inbox.path.stat().st_size, NUMBERED, inbox.limits)
        assert sum(1 for _ in found) == 16_000
        assert tracemalloc.get_traced_memory()[1] < 10 * MIB
    finally:
        tracemalloc.stop()
