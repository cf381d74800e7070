"""Every table contract of the lake, by layer."""

from __future__ import annotations

from conf.table import Table
from conf.tables import bronze, gold, ops, silver

ALL: dict[str, Table] = {
    table.name: table
    for module in (bronze, silver, gold, ops)
    for table in vars(module).values()
    if isinstance(table, Table)
}
