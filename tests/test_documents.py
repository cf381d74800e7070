"""The README's table of tables says what the contracts say."""

from __future__ import annotations

import re
from pathlib import Path

from conf.tables import ALL

README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_readme_lists_every_table_with_its_key() -> None:
    rows = re.findall(r"^\| `(\w+\.\w+)` \| [^|]+ \| (`[^|]+`|the same) \|$", README.read_text("utf-8"), re.MULTILINE)
    keys: dict[str, tuple[str, ...]] = {}
    for table, key in rows:
        keys[table] = next(reversed(keys.values())) if key == "the same" else tuple(key.strip("`").split(", "))
    assert keys == {name: keys.get(name) and table.key for name, table in ALL.items()}
