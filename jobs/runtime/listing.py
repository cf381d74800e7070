"""What list, tables and describe print: the jobs and their state, the tables, and one table in full."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from conf.table import Column, Table
from conf.tables import ALL
from jobs.runtime import grids, pipeline
from jobs.runtime.context import Context, UsageError
from jobs.runtime.grids import Head

if TYPE_CHECKING:
    from jobs.runtime.registry import Job

TABLE_HEADS = (Head("table"), Head("kind", rank=3), Head("rows", is_number=True),
               Head("version", is_number=True, rank=1), Head("last written (UTC)"),
               Head("newest data (UTC)", rank=2), Head("one row is", rank=4))  # fmt: skip
VERSIONS_SHOWN = 5
KINDS = {
    "journal": "only added to, never made anew",
    "derived": "made of other tables, may be made anew at any time",
    "snapshot": "one state a day",
}
# A type whose fields are told in the comment: spelt out, it leaves no room for anything else.
NESTED = re.compile(r"struct<(.*?)>", re.IGNORECASE)


def print_jobs(context: Context, shown: Console) -> None:
    """Print the jobs in order with their state: a block each at a terminal, a line each in a pipe."""
    rows = []
    for job in context.jobs:
        state, why = pipeline.state_of(context.lake, job, context.settings, context.sources)
        writes = ", ".join(table.name for table in job.writes)
        rows.append((job.name, f"{state}: {why}" if why else state, _made_of(job), writes))
    if not shown.is_terminal:
        grids.show(shown, [Head("job"), Head("state"), Head("reads"), Head("writes")], rows)
        return
    width = max(len(row[0]) for row in rows)
    for name, state, reads, writes in rows:
        _print_block(shown, Text(f"{name:<{width}}  ", style="bold"), state)
        _print_block(shown, Text("  reads   ", style="dim"), reads)
        _print_block(shown, Text("  writes  ", style="dim"), writes)


def _made_of(job: Job) -> str:
    if job.by_name:
        return "every table"
    if job.reads:
        return ", ".join(table.name for table in job.reads)
    if job.lands:
        return f"files of {len(job.sources)} sources"
    return "definitions" if job.target is None else "nothing: no source gives it"


def _print_block(shown: Console, label: Text, text: str) -> None:
    lines = grids.wrapped(text, max(grids.PROSE_WIDTH, shown.width - label.cell_len))
    for number, line in enumerate(lines):
        shown.print((label if number == 0 else Text(" " * label.cell_len)) + Text(line), soft_wrap=True)


def print_tables(context: Context, shown: Console) -> None:
    """Print every table with its rows, version, last write and how far its data reach."""
    context.refuse_absent_lake()
    freshness = {row["table_name"]: row for row in context.lake.rows(ALL["ops.table_freshness"])}
    rows = []
    for table in ALL.values():
        versions = context.lake.versions(table)
        if not versions:
            rows.append((table.name, table.kind, "", "", "not yet", "", table.comment))
            continue
        last = next((v for v in versions if v.is_data), versions[-1])
        known = freshness.get(table.name, {}).get("newest_known_at")
        rows.append((table.name, table.kind, f"{context.lake.row_count(table):,}", f"{versions[0].number:,}",
                     _minute(last.at), _minute(known), table.comment))  # fmt: skip
    grids.show(shown, TABLE_HEADS, rows, prose=True)


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def print_table(context: Context, name: str, shown: Console) -> None:
    """Print one table in full: contract, lineage and last versions."""
    contract = _contract(name)
    _print_block(shown, Text(f"{contract.name}  ", style="bold"), contract.comment)
    _print_block(shown, Text("kind        ", style="dim"), f"{contract.kind}: {KINDS[contract.kind]}")
    _print_block(shown, Text("key         ", style="dim"), ", ".join(contract.key))
    _print_block(shown, Text("keeps       ", style="dim"), f"old versions for {contract.keeps_days} days")
    for job in context.jobs:
        if contract in job.writes:
            _print_block(shown, Text("written by  ", style="dim"), f"{job.name} from {_made_of(job)}")
    if readers := [job.name for job in context.jobs if contract in job.reads and not job.by_name]:
        _print_block(shown, Text("read by     ", style="dim"), ", ".join(readers))
    _print_block(shown, Text("by sources  ", style="dim"), ", ".join(context.settings.sources))
    shown.print()
    rows = [(c.name, _type(c), _marks(contract, c.name), _comment(c)) for c in contract.columns]
    grids.show(shown, [Head("column"), Head("type"), Head("is"), Head("comment")], rows, prose=True)
    shown.print()
    _print_versions(context, contract, shown)


def _type(column: Column) -> str:
    return NESTED.sub("struct", column.type.lower())


def _comment(column: Column) -> str:
    fields = NESTED.search(column.type)
    return f"{column.comment} ({fields[1].lower()})" if fields else column.comment


def _contract(name: str) -> Table:
    if name.lower() not in ALL:
        from jobs.runtime.querying import unknown_table

        raise UsageError(unknown_table(name))
    return ALL[name.lower()]


def _marks(contract: Table, column: str) -> str:
    return " ".join(
        word for word, marked in (("key", contract.key), ("personal", contract.personal)) if column in marked
    )


def _print_versions(context: Context, contract: Table, shown: Console) -> None:
    versions = context.lake.versions(contract)
    if not versions:
        shown.print(f"not written yet in {context.settings.lake}", highlight=False)
        return
    rows = []
    for version in versions[:VERSIONS_SHOWN]:
        inputs = ", ".join(f"{name}@{pin[1]}" for name, pin in version.commit.get("inputs", {}).items() if pin[0])
        changed = "" if version.rows is None else f"{version.rows:,}"
        rows.append((f"{version.number:,}", f"{version.at:%Y-%m-%d %H:%M:%S}", version.operation.lower(), changed,
                     version.commit.get("job", ""), inputs))  # fmt: skip
    heads = [Head("version", is_number=True), Head("at (UTC)"), Head("operation", rank=1),
             Head("rows changed", is_number=True), Head("job"), Head("from", rank=2)]  # fmt: skip
    grids.show(shown, heads, rows, prose=True)
    if len(versions) > VERSIONS_SHOWN:
        shown.print(f"and {len(versions) - VERSIONS_SHOWN:,} older versions", highlight=False)
