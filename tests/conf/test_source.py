from pathlib import Path

import pytest
import yaml

from conf.read import CsvRead
from conf.secret import SecretError
from conf.source import SourceError, given_columns, load_source, load_sources
from conf.tables import ALL

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "conf" / "sources", ROOT / "tests" / "real" / "sources")
REAL = [path for folder in FOLDERS for path in sorted(folder.rglob("*.yaml"))]

SOUND = """
source: feed
key_space: shop
lands_in: bronze.web_form
delivery: upsert
read: {format: csv, path: "{inbox}/*.csv"}
columns: {Id: string, Filed: {date: yyyy-MM-dd}}
record_key: Id
gives:
  silver.complaint: {complaint_id: Id, kind: "'complaint'"}
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes the sound description with some keys changed (None: left out), and its path."""

    def written(name="feed.yaml", **changes):
        values = {k: v for k, v in (yaml.safe_load(SOUND) | changes).items() if v is not None}
        path = tmp_path / name
        path.write_text(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path

    return written


def refused(path, error=SourceError):
    """Return what is said about a description, without the name of its file, which is always said first."""
    with pytest.raises(error) as raised:
        load_source(path)
    said = str(raised.value)
    assert said.startswith(f"{path}:")
    return said.removeprefix(f"{path}:").strip()


def test_a_sound_description_is_read(write):
    source = load_source(write())
    assert (source.source, source.delivery, source.record_key) == ("feed", "upsert", "Id")
    assert source.columns["Id"].type == "string"
    assert source.columns["Filed"].date == ("yyyy-MM-dd",)
    assert isinstance(source.read, CsvRead)
    assert (source.read.encoding, source.read.zone, source.read.options.delimiter) == ("utf-8", "UTC", ",")
    (given,) = source.gives["silver.complaint"]
    assert given.columns == {"complaint_id": "Id", "kind": "'complaint'"}
    assert (given.each, given.where, given.versions) == (None, None, "newest")


def test_a_target_may_be_given_several_times(write):
    entries = [{"complaint_id": "Id"}, {"complaint_id": "Id", "where": "true", "each": "array(1)"}]
    first, second = load_source(write(gives={"silver.complaint": entries})).gives["silver.complaint"]
    assert (first.where, second.where, second.each, second.versions) == (None, "true", "array(1)", "newest")
    assert second.columns == {"complaint_id": "Id"}


def test_a_column_may_be_read_in_each_way(write):
    columns = {
        "a": "bigint",
        "b": {"date": ["yyyy-MM-dd", "dd/MM/yyyy"]},
        "c": {"timestamp": "yyyy-MM-dd HH:mm"},
        "d": {"decimal": "18,2"},
        "e": {"boolean": {True: ["Yes", "Y"], False: "No"}},
        "f": {"type": "string", "from": "F"},
        2019: "int",
    }
    read = load_source(write(columns=columns)).columns
    assert read["a"].type == "bigint"
    assert read["b"].date == ("yyyy-MM-dd", "dd/MM/yyyy")
    assert read["c"].timestamp == ("yyyy-MM-dd HH:mm",)
    assert read["d"].decimal == "18,2"
    assert read["e"].boolean == {"true": ("Yes", "Y"), "false": ("No",)}
    assert (read["f"].type, read["f"].from_) == ("string", "F")
    assert read["2019"].type == "int"


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_every_description_of_the_project_loads(path):
    assert load_source(path).file == str(path)


def test_the_descriptions_of_the_project_have_names_of_their_own():
    assert len(load_sources(FOLDERS)) == len(REAL) >= 11


def test_an_unknown_key_gets_a_suggestion(write):
    assert refused(write(record_keys="Id")) == "record_keys: no such key; did you mean 'record_key'?"


def test_a_missing_key_is_named(write):
    assert refused(write(key_space=None)) == "key_space: Field required"


def test_every_mistake_is_told_at_once(write):
    said = refused(write(delivery="append", read={"format": "xls", "path": "x"}, max_shrink=2)).splitlines()
    assert [line.split(":")[0].strip() for line in said] == ["delivery", "max_shrink", "read.format"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("silver.complaints", "did you mean 'silver.complaint'?"),
        ("silver.documents", "did you mean 'silver.document'?"),
        ("gold.fact_complaint", "silver.complaint"),
    ],
)
def test_an_unknown_table_or_one_no_source_can_give_gets_a_suggestion(write, name, meant):
    said = refused(write(gives={name: {"complaint_id": "Id"}}))
    assert said.startswith(f"source: gives: no table {name!r} that a source can give; ")
    assert meant in said


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("bronze.webform", "; did you mean 'bronze.web_form'?"),
        ("silver.complaint", "; one of: bronze.complaint_book, bronze.crm_case, bronze.crm_party, bronze.web_form"),
        ("zzz", "; one of: bronze.complaint_book, bronze.crm_case, bronze.crm_party, bronze.web_form"),
    ],
)
def test_a_table_to_land_in_is_one_of_bronze(write, name, meant):
    assert refused(write(lands_in=name)).startswith(f"source: lands_in: no table {name!r}{meant}")


def test_an_unknown_column_gets_a_suggestion(write):
    said = refused(write(gives={"silver.complaint": {"complaint_id": "Id", "chanel": "'web'"}}))
    assert said == "source: gives silver.complaint: no column 'chanel'; did you mean 'channel'?"


@pytest.mark.parametrize("column", ["customer_id", "source_systems"])
def test_a_column_that_a_job_works_out_cannot_be_given(write, column):
    said = refused(write(gives={"silver.complaint": {"complaint_id": "Id", column: "Id"}}))
    assert said.startswith(f"source: gives silver.complaint: no column {column!r}")


def test_the_key_of_a_target_must_be_given(write):
    said = refused(write(gives={"silver.complaint": {"kind": "'complaint'"}}))
    assert said == "source: gives silver.complaint: the key ['complaint_id'] is not given"


def test_a_document_may_be_given_its_text_which_lies_elsewhere():
    assert "text" in given_columns(ALL["silver.document"])
    assert "length" not in given_columns(ALL["silver.document"])
    assert "text" not in given_columns(ALL["silver.complaint"])


def test_columns_that_differ_only_in_case_need_another_name(write):
    assert refused(write(columns={"Id": "string", "ID": "string"})) == (
        "source: columns 'Id' and 'ID' differ only in case, which SQL does not tell apart: name one of them otherwise, "
        "as `other_name: {type: string, from: ID}`"
    )
    source = load_source(write(columns={"Id": "string", "other": {"type": "string", "from": "ID"}}))
    assert source.columns["other"].from_ == "ID"


@pytest.mark.parametrize("words", ["{true: [Yes], false: ['No']}", "{true: ['Yes'], false: No}", "{'true': true}"])
def test_words_that_yaml_reads_as_booleans_must_be_quoted(tmp_path, words):
    path = tmp_path / "feed.yaml"
    path.write_text(SOUND.replace("Id: string", f"Id: string, Sure: {{boolean: {words}}}"), encoding="utf-8")
    said = refused(path)
    assert said == "columns.Sure: YAML reads Yes, No, true and false as booleans: put these words in quotes"


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ({}, "needs exactly one of type, date, timestamp, decimal, boolean; has none"),
        (
            {"type": "string", "date": "yyyy"},
            "needs exactly one of type, date, timestamp, decimal, boolean; has ['type', 'date']",
        ),
        ({"from": "x"}, "needs exactly one of type, date, timestamp, decimal, boolean; has none"),
        ({"decimal": "18.2"}, "decimal is written as 'precision,scale', as '18,2'; found '18.2'"),
    ],
)
def test_a_column_is_read_in_one_way(write, reading, said):
    assert refused(write(columns={"Id": "string", "a": reading})) == f"columns.a: {said}"


@pytest.mark.parametrize("delivery", ["upsert", "snapshot"])
def test_versions_need_a_record_key(write, delivery):
    said = refused(write(delivery=delivery, record_key=None))
    assert said == f"source: delivery {delivery} needs a record_key, to know which versions are of one record"
    assert load_source(write(delivery="event", record_key=None)).record_key is None


def test_a_snapshot_has_no_version_by(write):
    said = refused(write(delivery="snapshot", version_by="Filed"))
    assert said == "source: a snapshot is ordered by known_at or file time: leave out version_by"
    assert load_source(write(delivery="snapshot")).delivery == "snapshot"


@pytest.mark.parametrize("zone", ["Lima", "America", "../etc", ""])
def test_an_unknown_zone_is_refused(write, zone):
    said = refused(write(read={"format": "csv", "path": "x", "zone": zone}))
    assert said == f"read.zone: no time zone {zone!r}; write a name as America/Lima or UTC"


def test_an_unknown_encoding_is_refused(write):
    said = refused(write(read={"format": "csv", "path": "x", "encoding": "latin-nine"}))
    assert said == (
        "read.encoding: no text encoding 'latin-nine'; write one that Python knows, as utf-8, latin-1, cp1252"
    )


@pytest.mark.parametrize("delimiter", ["", "||"])
def test_a_delimiter_is_one_character(write, delimiter):
    said = refused(write(read={"format": "csv", "path": "x", "options": {"delimiter": delimiter}}))
    assert said.startswith("read.options.delimiter: String should have at ")


@pytest.mark.parametrize(
    "text", ["source: [", "source: feed\n\tkey_space: x", "a: b: c", "source: !!python/none x", "source: 2026-02-30"]
)
def test_what_is_not_yaml_is_said_in_one_line(tmp_path, text):
    path = tmp_path / "feed.yaml"
    path.write_text(text, encoding="utf-8")
    said = refused(path)
    assert said.startswith("not YAML: ")
    assert "line" in said
    assert "\n" not in said


def test_what_is_not_yaml_is_told_without_its_text(tmp_path):
    path = tmp_path / "feed.yaml"
    path.write_text("source: feed\npassword: hunter2: x\n", encoding="utf-8")
    said = refused(path)
    assert said == 'not YAML: mapping values are not allowed here in "<file>", line 2, column 18'


@pytest.mark.parametrize("text", ["", "- a", "word", "# only a comment"])
def test_a_file_without_keys_is_refused(tmp_path, text):
    path = tmp_path / "feed.yaml"
    path.write_text(text, encoding="utf-8")
    assert refused(path) == "expected a mapping that begins with `source:`"


@pytest.mark.parametrize("name", ["Feed", "1feed", "my feed", "my-feed", ""])
def test_a_name_is_lower_case_with_underscores(write, name):
    assert refused(write(source=name)).startswith("source: String should match pattern")


def test_a_literal_password_is_refused_and_never_shown(write):
    said = refused(write(read={"format": "csv", "path": "x", "password": "hunter2"}), error=SecretError)
    assert said == (
        "read.password holds a secret in plain text; write ${env:NAME} or ${file:PATH} and keep the value outside"
    )


def test_a_secret_inside_a_value_is_refused_and_never_shown(write):
    said = refused(write(read={"format": "csv", "path": "s3a://key:hunter2@bucket/*.csv"}), error=SecretError)
    assert said.startswith("read.path holds a secret in plain text; ")
    assert "hunter2" not in said


def test_two_files_may_not_have_one_name(write, tmp_path):
    first, second = write("a.yaml"), write("b.yaml")
    with pytest.raises(SourceError) as raised:
        load_sources((tmp_path,))
    assert str(raised.value) == f"{second}: the name 'feed' is taken by {first}"


def test_a_missing_folder_is_named_with_the_option(tmp_path):
    with pytest.raises(SourceError) as raised:
        load_sources((tmp_path / "gone",))
    assert str(raised.value) == (
        f"sources: {tmp_path / 'gone'} does not exist; give a folder of source descriptions with --sources"
    )


def test_folders_are_read_to_any_depth_and_a_file_may_stand_for_a_folder(write, tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    write("deep/er/one.yaml", source="one")
    write("two.yaml", source="two")
    (tmp_path / "notes.txt").write_text("no YAML at all: [", encoding="utf-8")
    assert [s.source for s in load_sources((tmp_path,))] == ["one", "two"]
    assert [s.source for s in load_sources((tmp_path / "two.yaml", tmp_path / "deep"))] == ["two", "one"]


def test_the_text_of_a_description_is_kept_as_written(tmp_path):
    path = tmp_path / "feed.yaml"
    path.write_text(SOUND + "# año\n", encoding="utf-8")
    assert load_source(path).text == SOUND + "# año\n"


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ({"encodng": "utf-8"}, "encoding"),
        ({"options": {"delimeter": ";"}}, "delimiter"),
        ({"null_token": "x"}, "null_tokens"),
    ],
)
def test_an_unknown_nested_key_gets_a_suggestion_of_its_own_level(write, read, meant):
    assert refused(write(read={"format": "csv", "path": "x", **read})).endswith(f"did you mean {meant!r}?")


def test_an_unknown_key_of_a_column_gets_a_suggestion_of_its_own_level(write):
    said = refused(write(columns={"Id": "string", "a": {"type": "string", "form": "A"}}))
    assert said == "columns.a.form: no such key; did you mean 'from'?"
    said = refused(write(columns={"a": {"type": "string", "zzz": "A"}}))
    assert said == "columns.a.zzz: no such key; one of: type, date, timestamp, decimal, boolean, from"


def test_an_unknown_option_of_a_target_gets_a_suggestion(write):
    said = refused(write(gives={"silver.complaint": {"complaint_id": "Id", "wher": "true"}}))
    assert said == "source: gives silver.complaint: no column 'wher'; did you mean 'where'?"


@pytest.mark.parametrize("key", ["file", "text"])
def test_what_the_loader_fills_is_no_key(write, key):
    said = refused(write(**{key: "x"}))
    assert said.startswith(f"{key}: no such key; one of: source, description, ")
    assert said.endswith(", gives")


@pytest.mark.parametrize("key", ["on", "2019"])
def test_a_key_that_is_no_text_is_refused(tmp_path, key):
    path = tmp_path / "feed.yaml"
    path.write_text(f"{SOUND}\n{key}: x\n", encoding="utf-8")
    assert refused(path).startswith(f"{key}: no such key")


def test_columns_may_be_called_as_yaml_calls_booleans_and_numbers(tmp_path):
    path = tmp_path / "feed.yaml"
    path.write_text(SOUND.replace("Id: string", "Id: string, on: string, No: int, 2019: int, 1_0: int, ~: int"))
    assert list(load_source(path).columns) == ["Id", "on", "No", "2019", "1_0", "~", "Filed"]


def test_a_description_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "feed.yaml"
    path.write_bytes((SOUND + "description: año\n").encode("latin-1"))
    assert refused(path) == f"line {SOUND.count(chr(10)) + 1}: byte 0xF1 is not UTF-8; save the file as UTF-8"


@pytest.mark.parametrize(
    ("old", "new", "key", "lines"),
    [
        ("complaint_id: Id,", "complaint_id: Id, kind: \"'queja'\",", "kind", (10, 10)),
        ("record_key: Id", "record_key: Id\nsource: other", "source", (9, 2)),
        ("Filed: {", "'Id': int, Filed: {", "Id", (7, 7)),
    ],
)
def test_a_key_written_twice_is_refused(tmp_path, old, new, key, lines):
    path = tmp_path / "feed.yaml"
    path.write_text(SOUND.replace(old, new), encoding="utf-8")
    assert refused(path) == f"line {lines[0]}: the key {key!r} stands in line {lines[1]} as well; keep one"


def test_a_key_may_be_written_over_one_that_an_anchor_brings(tmp_path):
    path = tmp_path / "feed.yaml"
    columns = "a: &a {type: string, from: A}, b: &b {<<: *a, from: B}, c: {<<: *b, from: C}, d: {<<: *a, from: D}"
    path.write_text(SOUND.replace("Id: string,", f"Id: string, {columns},"), encoding="utf-8")
    read = load_source(path).columns
    assert [read[name].from_ for name in "abcd"] == ["A", "B", "C", "D"]


def test_a_column_may_be_called_token(write):
    assert load_source(write(columns={"Id": "string", "Token": "string"})).columns["Token"].type == "string"


@pytest.mark.parametrize("encoding", ["hex", "rot13", "base64", "zip", "undefined", "", "utf-8\0"])
def test_an_encoding_is_one_of_text(write, encoding):
    assert refused(write(read={"format": "csv", "path": "x", "encoding": encoding})).startswith("read.encoding: ")
