"""The README's table of tables and docs/sources.md say what the contracts say."""

from __future__ import annotations

import re
from pathlib import Path

from conf.tables import ALL, bronze

ROOT = Path(__file__).resolve().parents[1]
README, SOURCES = ROOT / "README.md", ROOT / "docs" / "sources.md"


def test_the_readme_lists_every_table_with_its_key() -> None:
    rows = re.findall(r"^\| `(\w+\.\w+)` \| [^|]+ \| (`[^|]+`|the same) \|$", README.read_text("utf-8"), re.MULTILINE)
    keys: dict[str, tuple[str, ...]] = {}
    for table, key in rows:
        keys[table] = next(reversed(keys.values())) if key == "the same" else tuple(key.strip("`").split(", "))
    assert len(rows) == len(keys), "a table is listed twice"
    assert keys == {name: keys.get(name) and table.key for name, table in ALL.items()}


def test_every_bronze_table_is_listed_once_where_sources_are_described() -> None:
    (line,) = [line for line in SOURCES.read_text("utf-8").splitlines() if line.startswith("`lands_in` is one of")]
    listed = re.findall(r"`(?:bronze\.)?(\w+)`", line.split(". They are all alike")[0])[1:]
    assert listed == [table.name.removeprefix("bronze.") for table in bronze.ALL]
