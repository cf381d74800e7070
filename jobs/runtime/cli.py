"""Complaints from every channel in one Delta lake: run the jobs, look at the tables, ask them in SQL."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from conf.secret import SecretError
from conf.settings import SettingsError
from conf.source import SourceError
from jobs.runtime import context as contexts
from jobs.runtime import logs
from jobs.runtime.context import Context, UsageError
from jobs.runtime.jvm import JvmError
from jobs.runtime.logs import Event

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

DONE, FAILED, BAD_USAGE = 0, 1, 2
USAGE_ERRORS = (UsageError, SettingsError, SourceError, SecretError, JvmError)

Env = Annotated[str, typer.Option("--env", help="settings of conf/NAME.yaml over conf/base.yaml")]
LakeRoot = Annotated[str | None, typer.Option("--lake", help="root of the lake")]
Inbox = Annotated[str | None, typer.Option("--inbox", help="where deliveries arrive")]
Sources = Annotated[list[str] | None, typer.Option("--sources", help="folder of source descriptions; may be repeated")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="the day the run speaks of; default today")]
AsOfDays = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="the day the run speaks of, default today; or A..B with --every"),
]
Every = Annotated[
    str | None,
    typer.Option(
        "--every", metavar="day|month",
        help="with --as-of A..B: tables of one state a day (snapshots) are made for every day, or for the last day of "
        "every month, from A to B; all other jobs run once, those that snapshots read before, the others after",
    ),
]  # fmt: skip
Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="one setting; may be repeated")]
Rebuild = Annotated[bool, typer.Option("--rebuild", help="recompute derived tables from all of their inputs")]
Retries = Annotated[int | None, typer.Option("--retries", metavar="N", help="times a failed job is tried again")]
Result = Annotated[
    Path | None, typer.Option("--result", metavar="FILE", help="write what became of each job into a JSON file")
]
Verbose = Annotated[bool, typer.Option("--verbose", help="log each step; show the traceback of an error")]


@app.command(name="list")
def list_jobs(
    env: Env = "local", lake: LakeRoot = None, inbox: Inbox = None, sources: Sources = None, as_of: AsOf = None,
    set_: Set = None, verbose: Verbose = False,
) -> None:  # fmt: skip
    """Jobs in order: what each reads and writes, and whether it is current, due, new or stale."""
    from jobs.runtime import listing

    context = contexts.make(env, verbose, as_of, set_, lake=lake, inbox=inbox, sources=sources)
    listing.print_jobs(context, contexts.console())


@app.command()
def run(
    jobs: Annotated[list[str], typer.Argument(help="names of jobs")],
    env: Env = "local", lake: LakeRoot = None, inbox: Inbox = None, sources: Sources = None, as_of: AsOfDays = None,
    every: Every = None, set_: Set = None, rebuild: Rebuild = False, retries: Retries = None, result: Result = None,
    verbose: Verbose = False,
) -> None:  # fmt: skip
    """Run these jobs, in the order that their reads and writes demand."""
    from jobs.runtime import running

    with running.recorded(result, exit_code) as ran:
        days = contexts.days(as_of, every)
        context = contexts.make(env, verbose, days[-1].isoformat(), set_, lake=lake, inbox=inbox, sources=sources,
                                retries=retries)  # fmt: skip
        running.run(context, running.chosen(context.jobs, jobs), days, ran, contexts.console(), rebuild=rebuild)


@app.command(name="pipeline")
def run_pipeline(
    only: Annotated[str | None, typer.Option("--only", metavar="JOB", help="this job alone")] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="JOB", help="from this job on")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="JOB", help="up to and with this job")] = None,
    env: Env = "local", lake: LakeRoot = None, inbox: Inbox = None, sources: Sources = None, as_of: AsOfDays = None,
    every: Every = None, set_: Set = None, rebuild: Rebuild = False, retries: Retries = None, result: Result = None,
    verbose: Verbose = False,
) -> None:  # fmt: skip
    """Every job whose inputs changed, in order."""
    from jobs.runtime import running

    with running.recorded(result, exit_code) as ran:
        days = contexts.days(as_of, every)
        context = contexts.make(env, verbose, days[-1].isoformat(), set_, lake=lake, inbox=inbox, sources=sources,
                                retries=retries)  # fmt: skip
        jobs = running.between(context.jobs, only, from_, until)
        running.run(context, jobs, days, ran, contexts.console(), rebuild=rebuild)


@app.command()
def tables(env: Env = "local", lake: LakeRoot = None, set_: Set = None, verbose: Verbose = False) -> None:
    """Tables with rows, version, last write and the newest data in them."""
    from jobs.runtime import listing

    listing.print_tables(contexts.make(env, verbose, None, set_, lake=lake), contexts.console())


@app.command()
def describe(
    table: Annotated[str, typer.Argument(help="a table, as gold.fact_complaint")],
    env: Env = "local", lake: LakeRoot = None, sources: Sources = None, set_: Set = None, verbose: Verbose = False,
) -> None:  # fmt: skip
    """Columns with types and comments, key, kind, lineage and last versions of a table."""
    from jobs.runtime import listing

    context = contexts.make(env, verbose, None, set_, lake=lake, sources=sources)
    listing.print_table(context, table, contexts.console())


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="Spark SQL over tables by their names, as gold.fact_complaint")],
    format_: Annotated[str, typer.Option("--format", metavar="table|csv|json", help="how it is printed")] = "table",
    version: Annotated[int | None, typer.Option("--version", metavar="N", help="read tables as of a version")] = None,
    timestamp: Annotated[
        str | None, typer.Option("--timestamp", metavar="T", help="read tables as they were at a time (UTC)")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="rows printed; default 50 in a table, all else")
    ] = None,
    env: Env = "local", lake: LakeRoot = None, set_: Set = None, verbose: Verbose = False,
) -> None:  # fmt: skip
    """Ask the lake in SQL. CSV and JSON go to stdout with nothing else: null is empty in CSV, times are ISO."""
    from jobs.runtime import querying

    if format_ not in querying.FORMATS:
        raise UsageError(f"--format {format_}: expected table, csv or json")
    with tempfile.TemporaryDirectory() as warehouse:
        overrides = [*(set_ or ()), f"spark.conf.spark.sql.warehouse.dir={warehouse}"]
        context = contexts.make(env, verbose, None, overrides, lake=lake)
        views = querying.views(context, sql, version, timestamp)
        querying.answer(context, sql, format_, limit, views)


@app.command()
def check(
    env: Env = "local", lake: LakeRoot = None, inbox: Inbox = None, sources: Sources = None, set_: Set = None,
    verbose: Verbose = False,
) -> None:  # fmt: skip
    """Settings, sources, secrets, Java, jars and lake: say what is wrong before anything runs."""
    from jobs.runtime import checking

    def make() -> Context:
        return contexts.make(env, verbose, None, set_, lake=lake, inbox=inbox, sources=sources)

    problems = 0
    shown = contexts.console()
    for what, finding in checking.findings(make):
        mark = "[red]✗[/]" if finding.is_problem else "[yellow]![/]" if finding.is_doubt else "[green]✓[/]"
        shown.print(f"{mark} {what}: ", end="")
        shown.print(finding.text, highlight=False, markup=False, soft_wrap=True)
        problems += finding.is_problem
    if problems:
        typer.echo(f"{problems:,} {'problem' if problems == 1 else 'problems'} found", err=True)
        raise typer.Exit(BAD_USAGE)


@app.command()
def upgrade(env: Env = "local", lake: LakeRoot = None, set_: Set = None, verbose: Verbose = False) -> None:
    """Bring a lake that an older release wrote to the format of this one; `check` says whether it is needed."""
    from jobs.runtime import commit, lease, upgrading

    context = contexts.make(env, verbose, None, set_, lake=lake)
    context.refuse_absent_lake()
    done = 0
    settings = context.settings
    with lease.hold(settings.lake, settings.lock_wait_seconds, settings.lease_seconds) as held:
        context.lake.hold(held)
        for line in upgrading.upgrade(context.lake):
            typer.echo(line)
            done += 1
    if not done:
        typer.echo(f"{context.settings.lake} is current: format version {commit.FORMAT_VERSION}")


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
        raise UsageError(f"--out {out}: there is a town already; give another folder, or remove it first")
    for what, count in write_town(out, customers=customers, days=days, seed=seed, noise=noise).items():
        typer.echo(f"{what:<40} {count:>10,}")


def exit_code(error: Exception) -> int:
    """Return 2 where what was asked or configured is wrong, else 1."""
    return BAD_USAGE if isinstance(error, USAGE_ERRORS) else FAILED


def main() -> None:
    """Run a command; an error is one readable paragraph, with a traceback only on --verbose."""
    try:
        app(standalone_mode=True)
    except Exception as error:
        from jobs.runtime.errors import said

        code = exit_code(error)
        text = str(error) if code == BAD_USAGE else said(error)
        logs.tell(text, Event("error", text, exit_code=code), error if "--verbose" in sys.argv else None)
        sys.exit(code)
