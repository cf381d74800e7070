"""The CRM's database as a script for PostgreSQL: the same deals as the feed of files, in their last state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs.town import files
from jobs.town.feeds import opportunity
from jobs.town.spool import Spool

# Times are wall time in Lima.
TABLE = """\
CREATE SCHEMA crm;
CREATE TABLE crm.oportunidad (
    oportunidad_id text PRIMARY KEY,
    cliente_id text NOT NULL,
    producto text NOT NULL,
    monto numeric(18, 2) NOT NULL,
    moneda char(3) NOT NULL,
    responsable text NOT NULL,
    apertura timestamp NOT NULL,
    cierre_previsto date NOT NULL,
    etapa text NOT NULL,
    probabilidad integer NOT NULL,
    cierre timestamp,
    motivo_perdida text,
    modificado timestamp NOT NULL
);"""


def write(path: Path, spool: Spool, at: datetime) -> None:
    """Write the script: a schema, a table, and a row for each deal."""
    deals: dict[str, dict[str, Any]] = {}
    for day in spool.days(opportunity.FEED.name):
        for row in spool.rows(opportunity.FEED.name, day):
            known = deals.get(row.record_id)
            if known is None or row.cells["modificado"] > known["modificado"]:
                deals[row.record_id] = row.cells
    files.write_lines(path, ["BEGIN;", TABLE, *_inserts(deals), "COMMIT;"], at=at)


def _inserts(deals: dict[str, dict[str, Any]]) -> Iterator[str]:
    for _, cells in sorted(deals.items()):
        values = ", ".join(f"'{value.replace(chr(39), chr(39) * 2)}'" if value else "NULL" for value in cells.values())
        yield f"INSERT INTO crm.oportunidad ({', '.join(cells)}) VALUES ({values});"
