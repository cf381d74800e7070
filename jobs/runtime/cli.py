"""The command line."""

from __future__ import annotations

import csv
import json
import logging
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.table import Table as Grid

from conf import settings as settings_module
from conf.secret import SecretError
from conf.settings import Settings, SettingsError
from conf.source import Source, SourceError, load_sources
from conf.table import Table
from conf.tables import ALL
from jobs.runtime import pipeline, progress, registry
from jobs.runtime.jvm import JvmError
from jobs.runtime.lake import Lake, LakeError
from jobs.runtime.pipeline import Outcome
from jobs.runtime.registry import Job

log = logging.getLogger("reclamo360")
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

DONE, FAILED, BAD_USAGE = 0, 1, 2
USAGE_ERRORS = (SettingsError, SourceError, SecretError)

Env = Annotated[str, typer.Option("--env", help="settings of conf/NAME.yaml over conf/base.yaml")]
LakeRoot = Annotated[str | None, typer.Option("--lake", help="root of the lake")]
Inbox = Annotated[str | None, typer.Option("--inbox", help="where deliveries arrive")]
Sources = Annotated[list[str] | None, typer.Option("--sources", help="folder of source descriptions; may be repeated")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="the day the run speaks of; default today")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="one setting; may be repeated")]
Rebuild = Annotated[bool, typer.Option("--rebuild", help="recompute derived tables from all of their inputs")]
Verbose = Annotated[bool, typer.Option("--verbose", help="log each step; show the traceback of an error")]


def console() -> Console:
    width = None if sys.stdout.isatty() else 200
    return Console(width=width, soft_wrap=not sys.stdout.isatty())


@dataclass
class Context:
    """What every command starts from; Spark starts only when something asks for it."""

    settings: Settings

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        return load_sources(tuple(Path(folder) for folder in self.settings.sources))

    @cached_property
    def jobs(self) -> list[Job]:
        return registry.load(self.sources)

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.settings.lake, lambda: self.spark)

    @cached_property
    def spark(self) -> Any:
        # Importing Spark takes a second that most commands do not need.
        from jobs.runtime import session

        return session.create(self.settings.spark)


def _context(
    env: str, verbose: bool, as_of: str | None = None, overrides: list[str] | None = None, **given: Any
) -> Context:
    _set_up_logs(verbose)
    try:
        day = date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
    except ValueError:
        raise SettingsError(f"--as-of {as_of!r}: expected a date as 2026-01-31") from None
    changes = [f"{key}={json.dumps(value)}" for key, value in given.items() if value]
    return Context(settings_module.load(env, day, [*(overrides or ()), *changes]))


def _set_up_logs(verbose: bool) -> None:
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
    if sys.stderr.isatty():
        handler = RichHandler(console=Console(stderr=True), show_path=False, show_time=False, markup=False)
    # Libraries speak up only when something is wrong.
    handler.addFilter(lambda record: record.name.startswith("reclamo360") or record.levelno >= logging.WARNING)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    quiet = sys.stdout.isatty() and not verbose
    log.setLevel(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)


@app.command(name="list")
def list_jobs(
    env: Env = "local", lake: LakeRoot = None, inbox: Inbox = None, sources: Sources = None, as_of: AsOf = None,
    set_: Set = None, verbose: Verbose = False,
) -> None:  # fmt: skip
    """Jobs in order: what each reads and writes, and whether it is current, due or stale."""
    context = _context(env, verbose, as_of, set_, lake=lake, inbox=inbox, sources=sources)
    grid = Grid("job", "reads", "writes", "state", box=None, header_style="bold")
    now = datetime.now(UTC)
    for job in context.jobs:
        state, why = pipeline.state_of(context.lake, job, context.settings, context.sources, now)
        reads = ", ".join(t.name for t in job.reads) or (
            f"files of {len(job.sources)} sources"
            if job.lands
            else "definitions"
            if job.target is None
            else "no source gives it"
        )
        grid.add_row(job.name, reads, ", ".join(t.name for t in job.writes), state + (f": {why}" if why else ""))
    console().print(grid)


@app.command()
def run(
    jobs: Annotated[list[str], typer.Argument(help="names of jobs")],
    env: Env = "local", lake: LakeRoot = None, inbox: Inbox = None, sources: Sources = None, as_of: AsOf = None,
    set_: Set = None, rebuild: Rebuild = False, verbose: Verbose = False,
) -> None:  # fmt: skip
    """Run these jobs, in the order that their reads and writes demand."""
    context = _context(env, verbose, as_of, set_, lake=lake, inbox=inbox, sources=sources)
    _run(context, [job for job in context.jobs if job.name in _known(context, jobs)], rebuild)


@app.command(name="pipeline")
def run_pipeline(
    only: Annotated[str | None, typer.Option("--only", help="this job alone")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="from this job on")] = None,
    until: Annotated[str | None, typer.Option("--until", help="up to and with this job")] = None,
    env: Env = "local", lake: LakeRoot = None, inbox: Inbox = None, sources: Sources = None, as_of: AsOf = None,
    set_: Set = None, rebuild: Rebuild = False, verbose: Verbose = False,
) -> None:  # fmt: skip
    """Every job whose inputs changed, in order."""
    context = _context(env, verbose, as_of, set_, lake=lake, inbox=inbox, sources=sources)
    names = [job.name for job in context.jobs]
    for name in (only, from_, until):
        _known(context, [name] if name else [])
    first = names.index(only or from_ or names[0])
    last = names.index(only or until or names[-1])
    _run(context, context.jobs[first : last + 1], rebuild)


def _known(context: Context, names: list[str]) -> list[str]:
    there = [job.name for job in context.jobs]
    if unknown := [name for name in names if name not in there]:
        raise SettingsError(f"no job {', '.join(unknown)}; there are: {', '.join(there)}")
    return names


def _run(context: Context, jobs: list[Job], rebuild: bool) -> None:
    shown = console()
    with pipeline.lease(context.settings.lake, context.settings.lock_wait_seconds):
        runner = pipeline.Pipeline(
            context.lake, context.settings, context.sources, progress.Shown(shown), rebuild=rebuild
        )
        outcomes = runner.run(jobs)
    counts = {
        state: sum(o.state == state for o in outcomes) for state in ("done", "current", "stale", "failed", "skipped")
    }
    seconds = sum(o.seconds for o in outcomes)
    shown.print(", ".join(f"{n} {state}" for state, n in counts.items() if n) + f" in {seconds:.1f} s", highlight=False)
    if counts["done"]:
        _print_landed_and_rejected(context, outcomes, shown)
    for outcome in outcomes:
        if outcome.error is not None:
            typer.echo(f"{outcome.job}: {outcome.why}", err=True)
            log.debug("traceback of %s", outcome.job, exc_info=outcome.error)
    if counts["failed"]:
        raise typer.Exit(FAILED)


def _print_landed_and_rejected(context: Context, outcomes: list[Outcome], shown: Console) -> None:
    landed = {t: n for o in outcomes for t, n in o.rows.items() if t.startswith("bronze.")}
    if landed:
        shown.print("landed: " + ", ".join(f"{n:,} records in {t}" for t, n in landed.items()), highlight=False)
    ledger = sorted(context.lake.rows(ALL["ops.ingest_file"]), key=lambda row: row["seen_at"])
    failed = [row for row in {(r["source_system"], r["path"]): r for r in ledger}.values() if row["status"] == "failed"]
    for row in failed[:20]:
        shown.print(f"not landed: {row['path']}: {row['reason']}", highlight=False, markup=False, soft_wrap=True)
    reasons = context.lake.open_reasons(ALL["ops.quarantine_record"])
    if reasons:
        shown.print("rejected, in ops.quarantine_record:", highlight=False)
        grid = Grid("table", "records", "why", box=None)
        for (target, why), count in reasons[:20]:
            grid.add_row(target, f"{count:,}", why)
        shown.print(grid)
        if len(reasons) > 20:
            shown.print(f"  and {len(reasons) - 20} more reasons", highlight=False)


@app.command()
def tables(env: Env = "local", lake: LakeRoot = None, set_: Set = None, verbose: Verbose = False) -> None:
    """Tables with rows, version, last write and newest knowledge."""
    context = _context(env, verbose, None, set_, lake=lake)
    freshness = {row["table_name"]: row for row in context.lake.rows(ALL["ops.table_freshness"])}
    grid = Grid(
        "table", "kind", "rows", "version", "last written (UTC)", "newest knowledge", "what one row is", box=None
    )
    grid.columns[2].justify = grid.columns[3].justify = "right"
    for table in ALL.values():
        versions = context.lake.versions(table)
        if not versions:
            grid.add_row(table.name, table.kind, "-", "-", "not yet", "", table.comment)
            continue
        last = next((v for v in versions if v.is_data), versions[-1])
        known = freshness.get(table.name, {}).get("newest_known_at")
        grid.add_row(table.name, table.kind, f"{context.lake.row_count(table):,}", str(versions[0].number),
                     f"{last.at:%Y-%m-%d %H:%M}", f"{known:%Y-%m-%d %H:%M}" if known else "",
                     table.comment)  # fmt: skip
    console().print(grid)


@app.command()
def describe(
    table: Annotated[str, typer.Argument(help="a table, as gold.fact_complaint")],
    env: Env = "local", lake: LakeRoot = None, sources: Sources = None, set_: Set = None, verbose: Verbose = False,
) -> None:  # fmt: skip
    """Columns with types and comments, key, kind, lineage and last versions of a table."""
    context = _context(env, verbose, None, set_, lake=lake, sources=sources)
    contract = _contract(table)
    shown = console()
    writers = [job for job in context.jobs if contract in job.writes]
    shown.print(f"[bold]{contract.name}[/]: {contract.comment}")
    shown.print(f"kind {contract.kind}; key {', '.join(contract.key)}", highlight=False)
    for job in writers:
        made_of = ", ".join(t.name for t in job.reads) or "the files of the inbox"
        shown.print(f"written by {job.name} from {made_of}", highlight=False, soft_wrap=True)
    if readers := [job.name for job in context.jobs if contract in job.reads]:
        shown.print(f"read by {', '.join(readers)}", highlight=False)
    grid = Grid("column", "type", "", "comment", box=None)
    for column in contract.columns:
        marks = ("key " if column.name in contract.key else "") + (
            "personal" if column.name in contract.personal else ""
        )
        grid.add_row(column.name, column.type.lower(), marks, column.comment)
    shown.print(grid)
    _print_versions(context, contract, shown)


def _print_versions(context: Context, contract: Table, shown: Console) -> None:
    grid = Grid("version", "at (UTC)", "operation", "rows", "job", "from", box=None)
    for version in context.lake.versions(contract)[:5]:
        inputs = ", ".join(f"{name}@{pin[1]}" for name, pin in version.commit.get("inputs", {}).items())
        rows = "" if version.rows is None else f"{version.rows:,}"
        grid.add_row(str(version.number), f"{version.at:%Y-%m-%d %H:%M:%S}", version.operation.lower(), rows,
                     version.commit.get("job", ""), inputs)  # fmt: skip
    shown.print(grid if grid.rows else "not written yet")


def _contract(name: str) -> Table:
    if name not in ALL:
        raise SettingsError(f"no table {name!r}; there are: {', '.join(ALL)}")
    return ALL[name]


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="Spark SQL over tables by their names, as gold.fact_complaint")],
    format_: Annotated[str, typer.Option("--format", help="table, csv or json")] = "table",
    version: Annotated[int | None, typer.Option("--version", help="read every table as of this version")] = None,
    timestamp: Annotated[str | None, typer.Option("--timestamp", help="read every table as of this time (UTC)")] = None,
    limit: Annotated[int, typer.Option("--limit", help="rows printed as a table")] = 50,
    env: Env = "local", lake: LakeRoot = None, set_: Set = None, verbose: Verbose = False,
) -> None:  # fmt: skip
    """Ask the lake in SQL."""
    if format_ not in ("table", "csv", "json"):
        raise SettingsError(f"--format {format_}: expected table, csv or json")
    context = _context(
        env, verbose, None, [*(set_ or ()), f"spark.conf.spark.sql.warehouse.dir={tempfile.mkdtemp()}"], lake=lake
    )
    _create_views(context, sql, version, timestamp)
    frame = context.spark.sql(sql)
    if format_ == "table":
        _print_grid(frame.columns, [tuple(row) for row in frame.limit(limit + 1).collect()], limit)
        return
    if format_ == "csv":
        rows = frame.toLocalIterator()
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows([_plain(value) for value in row] for row in rows)
    else:
        for line in frame.toJSON().toLocalIterator():
            typer.echo(line)


def _create_views(context: Context, sql: str, version: int | None, timestamp: str | None) -> None:
    """Make a view of each table the statement names; an unknown name is left to Spark, which says so."""
    named = {f"{a}.{b}".lower() for a, b in re.findall(r"\b(\w+)`?\.`?(\w+)\b", sql)}
    travel = (
        f" VERSION AS OF {version}" if version is not None else f" TIMESTAMP AS OF '{timestamp}'" if timestamp else ""
    )
    for name in sorted(named & set(ALL)):
        table = ALL[name]
        if not context.lake.versions(table):
            raise LakeError(f"{name} has not been written yet in {context.settings.lake}; run: python -m jobs pipeline")
        context.spark.sql(f"CREATE DATABASE IF NOT EXISTS {table.layer}")
        context.spark.sql(
            f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM delta.`{Path(context.lake.path(table)).resolve()}`{travel}"
        )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict, tuple)) else value


def _print_grid(columns: list[str], rows: list[tuple[Any, ...]], limit: int) -> None:
    grid = Grid(*columns, box=None, header_style="bold")
    for row in rows[:limit]:
        grid.add_row(*("" if value is None else str(_plain(value)) for value in row))
    console().print(grid)
    if len(rows) > limit:
        typer.echo(f"(the first {limit} rows; --limit N for more, --format csv for all)")


@app.command()
def check(
    env: Env = "local", lake: LakeRoot = None, inbox: Inbox = None, sources: Sources = None, set_: Set = None,
    verbose: Verbose = False,
) -> None:  # fmt: skip
    """Settings, sources, secrets, Java, jars and lake: say what is wrong before anything runs."""
    from jobs.runtime import checking

    _set_up_logs(verbose)
    problems = 0
    shown = console()
    make: Callable[[], Context] = lambda: _context(env, verbose, None, set_, lake=lake, inbox=inbox, sources=sources)  # noqa: E731
    for what, finding in checking.findings(make):
        shown.print(f"{'[red]✗[/]' if finding.is_problem else '[green]✓[/]'} {what}: ", end="")
        shown.print(finding.text, highlight=False, markup=False, soft_wrap=True)
        problems += finding.is_problem
    if problems:
        raise typer.Exit(BAD_USAGE)


@app.command()
def town(
    out: Annotated[Path, typer.Option("--out", help="folder for inbox/ and truth/")],
    customers: Annotated[int, typer.Option("--customers", min=1)] = 2000,
    days: Annotated[int, typer.Option("--days", min=1)] = 180,
    seed: Annotated[int, typer.Option("--seed")] = 1,
    noise: Annotated[float, typer.Option("--noise", min=0, max=1)] = 0.1,
) -> None:
    """Write the inbox of a made-up company, with the truth behind it in a folder that no job reads."""
    from jobs.town import write_town

    if (out / "inbox").exists() or (out / "truth").exists():
        raise SettingsError(f"--out {out}: there is a town already; give another folder, or remove it first")
    for what, count in write_town(out, customers=customers, days=days, seed=seed, noise=noise).items():
        typer.echo(f"{what:<40} {count:>10,}")


def main() -> None:
    """Run a command; an error is one readable paragraph, with a traceback only on --verbose."""
    try:
        app(standalone_mode=True)
    except (*USAGE_ERRORS, JvmError) as error:
        _fail(error, BAD_USAGE)
    except LakeError as error:
        _fail(error, FAILED)
    except Exception as error:
        from jobs.runtime.pipeline import said

        _fail(error, FAILED, said(error))


def _fail(error: Exception, code: int, text: str | None = None) -> None:
    if "--verbose" in sys.argv:
        raise error
    typer.echo(text or str(error), err=True)
    sys.exit(code)
