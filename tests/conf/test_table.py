import pytest

from conf.table import Column, Table
from conf.tables import ALL

TABLES = pytest.mark.parametrize("table", ALL.values(), ids=ALL)


def made(schema="a STRING COMMENT 'x'", **options):
    return Table(**{"name": "silver.t", "kind": "derived", "key": ("a",), "comment": "c", "schema": schema, **options})


def test_a_schema_is_read_line_by_line():
    table = made("""
        a  STRING                          COMMENT 'the record''s own key',
        b  DECIMAL(18,2)                   COMMENT ''
        c  MAP<STRING, ARRAY<STRING>>      COMMENT 'with: a, b'
    """)
    assert table.columns == (
        Column("a", "STRING", "the record's own key"),
        Column("b", "DECIMAL(18,2)", ""),
        Column("c", "MAP<STRING, ARRAY<STRING>>", "with: a, b"),
    )
    assert table.column_names == ("a", "b", "c")
    assert (table.layer, table.path) == ("silver", "silver/t")


@pytest.mark.parametrize("line", ["b STRING", "b COMMENT 'x'", "b STRING COMMENT x", "b STRING COMMENT 'it's'"])
def test_a_line_without_type_and_comment_is_an_error(line):
    with pytest.raises(ValueError, match=r"^contract silver\.t: not a column with type and comment: ") as raised:
        made(f"a STRING COMMENT 'x'\n{line}")
    assert str(raised.value).endswith(repr(line))


@pytest.mark.parametrize("what", ["key", "personal", "computed"])
def test_key_personal_and_computed_name_columns_of_the_schema(what):
    with pytest.raises(ValueError, match=rf"^contract silver\.t: {what} names \['y', 'z'\], which the schema does not"):
        made(**{what: ("z", "a", "y")})


def test_a_column_listed_twice_is_an_error():
    with pytest.raises(ValueError, match="a column is listed twice"):
        made("a STRING COMMENT 'x'\na INT COMMENT 'y'")


def test_all_holds_every_layer_under_the_names_of_its_tables():
    assert {name.split(".")[0] for name in ALL} == {"bronze", "silver", "restricted", "gold", "ops"}
    assert [table.name for table in ALL.values()] == list(ALL)


@TABLES
def test_a_contract_explains_itself(table):
    assert table.comment.strip()
    assert [column.name for column in table.columns if not column.comment.strip()] == []


@TABLES
def test_a_contract_has_a_key_of_its_own_columns(table):
    assert table.key
    assert len(set(table.key)) == len(table.key)
    assert set(table.key) <= set(table.column_names)


@TABLES
def test_no_two_columns_differ_only_in_case(table):
    assert len({name.casefold() for name in table.column_names}) == len(table.column_names)


@TABLES
def test_a_snapshot_is_told_apart_by_its_day(table):
    assert ("as_of_date" in table.key) == (table.kind == "snapshot")


@TABLES
def test_key_columns_hold_no_nested_values(table):
    nested = [c.name for c in table.columns if c.name in table.key and c.type.startswith(("MAP", "ARRAY", "STRUCT"))]
    assert nested == []


@TABLES
def test_bronze_is_a_journal(table):
    assert table.layer != "bronze" or table.kind == "journal"


def test_gold_holds_no_personal_columns():
    # What is personal in one table is not to be found under the same name in gold.
    personal = {column for table in ALL.values() for column in table.personal}
    gold = [table for table in ALL.values() if table.layer == "gold"]
    assert [table.name for table in gold if table.personal] == []
    assert {table.name: sorted(personal & set(table.column_names)) for table in gold} == {t.name: [] for t in gold}
    assert gold
