"""What a person types and reads: options, days, grids, listings and questions, without Spark."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
import typer
from deltalake import write_deltalake
from rich.console import Console
from typer.testing import CliRunner

from conf.settings import SettingsError
from conf.tables import ALL, gold, ops, silver
from jobs.runtime import cli, context, grids, progress, querying, running
from jobs.runtime.commit import Commit
from jobs.runtime.context import UsageError
from jobs.runtime.grids import Head
from jobs.runtime.jvm import JvmError
from jobs.runtime.lake import Lake, LakeError
from jobs.runtime.pipeline import Outcome
from jobs.runtime.registry import Job
from tests.conftest import Company
from tests.runtime.feeds import CASES, cases


def invoke(*words: str) -> Any:
    return CliRunner().invoke(cli.app, list(words))


def error_of(*words: str) -> str:
    """What a command that fails says: main() prints it and ends with its exit code."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one is what the tests ask
        CliRunner().invoke(cli.app, list(words), catch_exceptions=False)
    assert cli.exit_code(caught.value) == cli.BAD_USAGE
    return str(caught.value)


# ---- days


def test_a_day_stands_for_itself() -> None:
    assert context.days("2026-02-28", None) == [date(2026, 2, 28)]


def test_a_span_is_every_day_or_the_last_day_of_every_month() -> None:
    assert context.days("2026-02-27..2026-03-02", "day") == [
        date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)
    ]  # fmt: skip
    assert context.days("2024-01-31..2024-03-30", "month") == [date(2024, 1, 31), date(2024, 2, 29)]


@pytest.mark.parametrize(
    ("as_of", "every", "said"),
    [
        ("31/01/2026", None, "expected a date as 2026-01-31"),
        ("2026-02-30", None, "expected a date"),
        ("2026-01-01", "month", "goes with a span of days"),
        (None, "day", "goes with a span of days"),
        ("2026-01-01..2026-02-01", None, "say which days of it"),
        ("2026-02-01..2026-01-01", "day", "the earlier first"),
        ("2026-01-01..", "day", "expected two dates"),
        ("2026-01-01..2026-01-20", "month", "no month ends"),
        ("2026-01-01..2026-01-20", "week", "expected day or month"),
    ],
)
def test_days_that_cannot_be_meant_are_refused(as_of: str | None, every: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        context.days(as_of, every)


def test_a_span_is_only_for_what_runs(tmp_path: Path) -> None:
    assert "A..B is for run and pipeline" in error_of(
        "list", "--lake", str(tmp_path), "--as-of", "2026-01-01..2026-01-02"
    )


# ---- which jobs, on which day


def job(name: str, reads: str = "", writes: str = "", snapshot: bool = False) -> Any:
    tables = lambda names: tuple(SimpleNamespace(name=n) for n in names.split())  # noqa: E731
    return SimpleNamespace(name=name, reads=tables(reads), primary=tables(writes), is_snapshot=snapshot)


FACT = job("build_fact", "silver", "fact")
BACKLOG = job("build_backlog", "silver", "backlog", snapshot=True)
FRESHNESS = job("measure", "fact backlog", "freshness")
ALERT = job("alert", "freshness", "alert")
JOBS: list[Any] = [FACT, BACKLOG, FRESHNESS, ALERT]


def test_snapshots_run_once_a_day_between_what_they_read_and_what_reads_them() -> None:
    first, second = date(2026, 1, 31), date(2026, 2, 28)
    assert running._steps(JOBS, [first, second]) == [
        (second, [FACT]), (first, [BACKLOG]), (second, [BACKLOG]), (second, [FRESHNESS, ALERT])
    ]  # fmt: skip
    assert running._steps(JOBS, [first]) == [(first, JOBS)]


def test_what_reads_from_a_job_that_failed_in_an_earlier_step_is_skipped() -> None:
    ended: list[Outcome] = []
    shown = SimpleNamespace(start=lambda *_: None, end=ended.append)
    runner: Any = SimpleNamespace(progress=shown, run=lambda jobs: ended.extend(Outcome(j.name, "done") for j in jobs))
    running._run_step(runner, [FACT, FRESHNESS, ALERT], JOBS, [Outcome("build_backlog", "failed")])
    assert [(o.job, o.state) for o in ended] == [("build_fact", "done"), ("measure", "skipped"), ("alert", "skipped")]
    assert "build_backlog" in ended[1].why


def test_an_unknown_job_is_named_with_those_that_there_are() -> None:
    said = error_of("run", "build_nothing", "--lake", "unused")
    assert said.startswith("no job build_nothing; there are: ")
    assert "build_fact_complaint" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "measure_freshness", "--until", "land_files"), "land_files comes before measure_freshness"),
        (("--only", "land_files", "--until", "land_files"), "--only goes without"),
        (("--retries", "99"), "less than or equal to 10"),
        (("--lake", ""), "--lake is empty"),
    ],
)
def test_options_that_contradict_are_refused(words: tuple[str, ...], said: str) -> None:
    assert said in error_of("pipeline", *words)


def test_retries_reach_the_settings() -> None:
    assert context.make("local", False, "2026-01-01", retries=3).settings.retries == 3
    assert context.make("local", False, "2026-01-01", ["retries=2"], retries=0).settings.retries == 0


# ---- the result file


def test_the_result_says_what_became_of_each_job(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    outcome = Outcome("build_fact", "failed", 1.23456, "no máquina", {"gold.fact_complaint": 2})
    with pytest.raises(typer.Exit), running.recorded(file, cli.exit_code) as ran:  # noqa: PT012 - raised where jobs run
        ran.append(running.Ran(outcome, "2026-01-31"))
        raise typer.Exit(1)
    assert json.loads(file.read_text()) == {
        "exit_code": 1,
        "error": "",
        "jobs": [{
            "job": "build_fact", "as_of": "2026-01-31", "state": "failed", "seconds": 1.235,
            "rows": {"gold.fact_complaint": 2}, "why": "no máquina", "costs": [],
        }],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code"), [(LakeError("busy"), 1), (JvmError("no Java"), 2), (SettingsError("no"), 2)]
)
def test_the_result_holds_the_error_that_ended_the_run(tmp_path: Path, error: Exception, code: int) -> None:
    file = tmp_path / "result.json"
    with pytest.raises(type(error)), running.recorded(file, cli.exit_code):
        raise error
    written = json.loads(file.read_text())
    assert (written["exit_code"], written["jobs"]) == (code, [])
    assert str(error) in written["error"]


def test_a_result_that_cannot_be_written_is_refused_before_anything_runs(tmp_path: Path) -> None:
    assert "cannot be written" in error_of("run", "land_files", "--result", str(tmp_path / "nowhere" / "result.json"))


# ---- grids


def printed(width: int | None, heads: list[Head], rows: Sequence[tuple[str, ...]], prose: bool = False) -> list[str]:
    console = Console(width=width or 10_000, force_terminal=width is not None, color_system=None, highlight=False)
    with console.capture() as capture:
        grids.show(console, heads, rows, prose=prose)
    return capture.get().splitlines()


HEADS = [Head("table"), Head("rows", is_number=True), Head("version", rank=1), Head("comment", rank=2)]
ROWS = [("gold.fact_complaint", "1,234", "7", "one row per complaint with every duration"), ("ops.x", "5", "1", "x")]


def test_in_a_pipe_every_row_is_one_line_and_nothing_is_cut() -> None:
    assert printed(None, HEADS, ROWS, prose=True) == [
        "table                 rows  version  comment",
        "gold.fact_complaint  1,234  7        one row per complaint with every duration",
        "ops.x                    5  1        x",
    ]


def test_at_a_terminal_prose_is_wrapped_below_itself() -> None:
    assert printed(60, HEADS, ROWS, prose=True) == [
        "table                 rows  version  comment",
        "gold.fact_complaint  1,234  7        one row per complaint",
        "                                     with every duration",
        "ops.x                    5  1        x",
    ]


def test_columns_that_do_not_fit_go_whole_and_are_named() -> None:
    lines = printed(40, HEADS, ROWS, prose=True)
    assert lines[:2] == ["table                 rows  version", "gold.fact_complaint  1,234  7"]
    assert lines[-1] == "(a wider terminal shows also: comment)"
    assert max(map(len, lines)) <= 40


def test_a_value_cannot_break_the_grid_or_command_the_terminal() -> None:
    lines = printed(None, [Head("a"), Head("b")], [("one\ntwo\t3", "\x1b[31mred"), ("日本", "[bold]x")])
    assert lines[1:] == [r"one\ntwo\t3  �[31mred", "日本         [bold]x"]


def test_progress_numbers_a_run_over_many_days_through(caplog: pytest.LogCaptureFixture) -> None:
    shown = progress.Shown(Console(force_terminal=False), total=2)
    console = Console(width=100, force_terminal=True, color_system=None)
    watched = progress.Shown(console, total=2)
    with caplog.at_level("INFO", logger="reclamo360"), console.capture() as capture:
        for day in ("2026-01-31", "2026-02-28"):
            for progress_of_day in (shown, watched):
                progress_of_day.day = day
                progress_of_day.start("build_backlog")
                progress_of_day.end(Outcome("build_backlog", "done", 1.0, rows={"gold.x": 1200}))
    lines = [line for line in capture.get().splitlines() if "gold.x" in line]
    assert [line.split("✓ ")[0][-6:] for line in lines] == ["[1/2] ", "[2/2] "]
    assert caplog.messages[0] == "event=job job=build_backlog as_of=2026-01-31 state=done seconds=1.0 gold.x=1200"


def test_progress_keeps_to_the_width_and_a_table_beside_its_count() -> None:
    console = Console(width=60, force_terminal=True, color_system=None)
    with console.capture() as capture:
        shown = progress.Shown(console, total=1)
        shown.start("land_files")
        shown.end(Outcome("land_files", "done", 20.3, rows={"bronze.complaint_book": 1, "bronze.crm_case": 25_000}))
    lines = capture.get().splitlines()
    assert lines[-1] == "        bronze.complaint_book 1, bronze.crm_case 25,000"
    assert lines[-2].endswith("20.3 s")


# ---- tables, describe, and questions that Spark never hears


@pytest.fixture
def lake(tmp_path: Path) -> str:
    """A lake with two versions of one table, written without Spark."""
    path = str(tmp_path / gold.FACT_COMPLAINT.path)
    for count in (1_000, 234):
        rows = pa.table({"complaint_id": [f"c{n}" for n in range(count)]})
        write_deltalake(path, rows, mode="append")
    return str(tmp_path)


def test_tables_show_rows_with_thousands(lake: str) -> None:
    line = next(x for x in invoke("tables", "--lake", lake).output.splitlines() if x.startswith("gold.fact_complaint"))
    assert line.split()[:4] == ["gold.fact_complaint", "derived", "1,234", "1"]


def test_describe_knows_a_table_in_any_case_and_suggests_one(lake: str) -> None:
    said = invoke("describe", "GOLD.fact_complaint", "--lake", lake).output
    assert "calendar days from receipt" in said
    assert "written by  build_fact_complaint from silver.complaint" in said
    assert "by sources  conf/sources" in said
    assert said.splitlines()[-2].split()[:1] == ["1"]
    assert "did you mean gold.fact_complaint?" in error_of("describe", "gold.fact_complaints", "--lake", lake)
    assert "did you mean silver.complaint?" in error_of("describe", "complaint", "--lake", lake)


def test_the_fields_of_a_nested_type_are_told_beside_it(lake: str) -> None:
    lines = invoke("describe", "silver.source_party", "--lake", lake).output.splitlines()
    addresses = next(line for line in lines if line.startswith("addresses"))
    assert addresses.split()[1] == "array<struct>"
    assert "postcode: string" in addresses


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("SELECT * FROM gold.fact_complain",), "did you mean gold.fact_complaint?"),
        (("SELECT * FROM `gold`.`nothing`",), "no table gold.nothing"),
        (("SELECT * FROM gold.fact_complaint", "--version", "999"), "no version 999; there are 0 to 1"),
        (("SELECT 1", "--timestamp", "rubbish"), "expected a date or time (UTC)"),
        (("SELECT * FROM gold.fact_complaint", "--timestamp", "2001-01-01"), "was not there at 2001-01-01"),
        (("SELECT 1", "--timestamp", "2026-01-01", "--version", "1"), "give one of them"),
        (("SELECT 1", "--format", "xml"), "expected table, csv or json"),
        (("DELETE FROM gold.fact_complaint",), "query only reads, and DELETE does not"),
        (("WITH x AS (SELECT 1) INSERT INTO gold.fact_complaint SELECT * FROM x",), "query only reads"),
        (("  ",), "nothing to answer"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_before_spark_starts(
    lake: str, words: tuple[str, ...], said: str
) -> None:
    assert said in error_of("query", *words, "--lake", lake)


def test_a_table_that_is_not_written_yet_is_an_error_of_the_lake(lake: str) -> None:
    with pytest.raises(LakeError, match=r"silver\.complaint has not been written yet"):
        CliRunner().invoke(cli.app, ["query", "SELECT * FROM silver.complaint", "--lake", lake], catch_exceptions=False)


def test_a_time_is_the_version_that_was_current_then(lake: str) -> None:
    made = context.make("local", False, lake=lake)
    newest, oldest = made.lake.versions(gold.FACT_COMPLAINT)
    assert querying._chosen(gold.FACT_COMPLAINT, (newest, oldest), None, datetime(2100, 1, 1, tzinfo=UTC)) == 1
    assert querying._chosen(gold.FACT_COMPLAINT, (newest, oldest), None, oldest.at) in (0, 1)
    views = querying.views(made, "SELECT * FROM Gold.Fact_Complaint f JOIN gold.fact_complaint g", 0, None)
    assert list(views) == ["gold.fact_complaint"]
    assert views["gold.fact_complaint"].endswith(" VERSION AS OF 0")


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_is_a_number_of_rows(limit: str) -> None:
    assert invoke("query", "SELECT 1", "--limit", limit).exit_code == cli.BAD_USAGE


def test_every_table_of_the_readme_can_be_described() -> None:
    assert {silver.COMPLAINT.name, gold.FACT_COMPLAINT.name} <= set(ALL)


# ---- answers, with Spark

WORDS = """SELECT 'a,"b"' AS quoted, 'one
two' AS lines, 'ñ' AS letter, true AS yes, CAST(null AS STRING) AS nothing, 12345678.9D AS big, 1.50BD AS money,
timestamp'2026-01-01 10:00:00.25' AS at, array(1, null) AS items, named_struct('p', true, 'q', null) AS parts, 1 AS yes
UNION ALL SELECT '', '', '', false, null, double('NaN'), null, null, null, null, null"""


def answered(spark: Any, capsys: Any, sql: str, format_: str, limit: int | None = None) -> str:
    asked: Any = SimpleNamespace(spark=spark)
    querying.answer(asked, sql, format_, limit, {})
    out: str = capsys.readouterr().out
    return out


def test_explain_shows_columns_which_the_plans_of_jobs_leave_out(spark: Any, capsys: Any) -> None:
    spark.conf.set("spark.sql.debug.maxToStringFields", "0")
    plan = answered(spark, capsys, "EXPLAIN SELECT id * 2 AS doubled, id + 1 AS next FROM range(3)", "csv")
    assert "AS doubled" in plan
    assert "AS next" in plan


def test_csv_quotes_what_must_be_and_writes_nulls_as_nothing(spark: Any, capsys: Any) -> None:
    assert answered(spark, capsys, WORDS, "csv") == (
        "quoted,lines,letter,yes,nothing,big,money,at,items,parts,yes\n"
        '"a,""b""","one\ntwo",ñ,true,,12345678.9,1.50,2026-01-01T10:00:00.25Z,"[1,null]","{""p"":true,""q"":null}",1\n'
        ",,,false,,NaN,,,,,\n"
    )


def test_json_is_one_object_a_line_with_every_field(spark: Any, capsys: Any) -> None:
    lines = answered(spark, capsys, "SELECT 'ñ' AS x, CAST(null AS INT) AS y, timestamp'2026-01-01' AS t", "json")
    assert json.loads(lines) == {"x": "ñ", "y": None, "t": "2026-01-01T00:00:00.000Z"}
    assert "ñ" in lines


def test_a_grid_says_that_there_is_more_or_nothing(spark: Any, capsys: Any) -> None:
    sql = "SELECT explode(sequence(1, 60)) AS n"
    assert answered(spark, capsys, sql, "table", 2).splitlines()[:3] == ["n", "1", "2"]
    assert "these are the first 50" in answered(spark, capsys, sql, "table")
    assert answered(spark, capsys, sql, "csv", 2) == "n\n1\n2\n"
    assert "(no rows)" in answered(spark, capsys, "SELECT 1 WHERE false", "table")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT * FORM x", "Syntax error at or near"),
        ("SELECT nothing FROM VALUES (1) AS t(something)", "something"),
        ("SELECT * FROM fact_complaint", "did you mean gold.fact_complaint?"),
    ],
)
def test_what_spark_says_of_a_statement_is_one_line(spark: Any, capsys: Any, sql: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?")) as caught:
        answered(spark, capsys, sql, "csv")
    assert "\n" not in str(caught.value)
    assert "JVM" not in str(caught.value)


@pytest.mark.slow
def test_a_day_that_fails_stops_no_other_and_is_named(company: Company, tmp_path: Path, capsys: Any) -> None:
    def fails_once(lake: Any, settings: Any) -> None:
        if settings.as_of == date(2026, 1, 31):
            raise LakeError("no disk")

    backlog = (gold.COMPLAINT_BACKLOG_DAILY,)
    snapshot = Job("backlog", (), backlog, backlog, fails_once, (), False, None, "", module="land_files")
    made = context.Context(company.settings())
    made.__dict__["spark"] = company.spark
    span, file = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)], tmp_path / "result.json"
    with pytest.raises(typer.Exit), running.recorded(file, cli.exit_code) as ran:
        running.run(made, [snapshot], span, ran, Console(quiet=True), rebuild=False)
    said = json.loads(file.read_text())
    assert said["exit_code"] == 1
    assert [(job["as_of"], job["state"]) for job in said["jobs"]] == [
        ("2026-01-31", "failed"), ("2026-02-28", "current"), ("2026-03-31", "current"),
    ]  # fmt: skip
    assert "backlog of 2026-01-31: no disk" in capsys.readouterr().err


def test_a_span_of_days_is_run_in_one_go(company: Company, tmp_path: Path, capsys: Any) -> None:
    # Open until the 5th: in the backlog of the 3rd, not in that of the 7th.
    company.source(CASES).deliver(
        "cases.csv",
        cases("1,card,received,2026-01-02,,2026-01-02 09:00", "1,card,closed,2026-01-02,,2026-01-05 09:00"),
    )
    made = context.Context(company.settings())
    made.__dict__["spark"] = company.spark
    names = ["land_files", "refine_complaint", "refine_complaint_status_history", "build_complaint_backlog_daily",
             "measure_freshness"]  # fmt: skip
    span = [date(2026, 1, 3), date(2026, 1, 7)]
    file = tmp_path / "result.json"
    with running.recorded(file, cli.exit_code) as ran:
        running.run(made, running.chosen(made.jobs, names), span, ran, context.console(), rebuild=False)
    written = json.loads(file.read_text())
    ran_on = [(j["job"], j["as_of"]) for j in written["jobs"]]
    assert sorted(ran_on[:3]) == [(name, None) for name in names[:3]]
    assert ran_on[3:] == [
        ("build_complaint_backlog_daily", "2026-01-03"),
        ("build_complaint_backlog_daily", "2026-01-07"),
        ("measure_freshness", None),
    ]
    assert {j["state"] for j in written["jobs"]} == {"done"}, written
    backlog = company.lake.read(gold.COMPLAINT_BACKLOG_DAILY).collect()
    assert [(row.as_of_date, row.complaint_id) for row in backlog] == [(date(2026, 1, 3), "crm:1")]
    said = capsys.readouterr().out
    assert said.startswith("6 done in ")
    assert "records landed: bronze.crm_case 2" in said
    # The same command, with a day more: days that are done are not done again, also one without a row.
    before = company.lake.version(gold.COMPLAINT_BACKLOG_DAILY)
    made.__dict__["lake"] = Lake(made.settings.lake, lambda: company.spark)
    with running.recorded(None, cli.exit_code) as again:
        dated = running.chosen(made.jobs, [names[3]])
        running.run(made, dated, [*span, date(2026, 1, 8)], again, context.console(), rebuild=False)
    assert [(day, outcome.state) for outcome, day in again] == [
        ("2026-01-03", "current"), ("2026-01-07", "current"), ("2026-01-08", "done"),
    ]  # fmt: skip
    assert company.lake.version(gold.COMPLAINT_BACKLOG_DAILY) == before + 1
    made.__dict__["lake"] = Lake(made.settings.lake, lambda: pytest.fail("Spark was started"))
    with running.recorded(None, cli.exit_code) as again:
        running.run(made, dated, span, again, context.console(), rebuild=False)
    assert {outcome.state for outcome, _ in again} == {"current"}


PAGES = """
source: pages
key_space: pages
lands_in: bronze.web_form
delivery: event
read: {format: json, path: "{inbox}/p*", options: {records: data, page: p, pages: of}}
columns: {id: string}
record_key: id
gives:
  silver.complaint: {complaint_id: id}
"""


def test_the_end_of_a_run_tells_what_is_unusual_about_what_landed(company: Company, capsys: Any) -> None:
    company.source(PAGES, "pages")
    for number in (1, 3):
        company.deliver(f"p{number}.json", f'{{"p": {number}, "of": 3, "data": [{{"id": "{number}"}}]}}')
    made = context.Context(company.settings())
    made.__dict__["spark"] = company.spark
    for said in ("unusual: pages, 2 files: page 2 of 3 was not in any file of its folder", ""):
        with running.recorded(None, cli.exit_code) as ran:
            land = running.chosen(made.jobs, ["land_files"])
            running.run(made, land, [company.as_of], ran, context.console(), rebuild=False)
        shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("unusual")]
        assert shown == [said] * bool(said)


def test_the_end_of_a_run_tells_what_does_not_hold_of_whole_tables(company: Company, frame: Any, capsys: Any) -> None:
    company.source(PAGES, "pages").deliver("p1.json", '{"p": 1, "of": 1, "data": [{"id": "1"}]}')
    result = {"table_name": "silver.complaint", "table_version": 1, "checked_count": 1200, "is_met": False}
    found = [
        {**result, "expectation": "a", "severity": "warn", "unexpected_count": 2, "detail": "no receipt"},
        {**result, "expectation": "b", "severity": "stop", "unexpected_count": 1, "detail": "a key stands twice"},
        {**result, "expectation": "c", "severity": "stop", "unexpected_count": 0, "is_met": True},
    ]
    days = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    rows = [{**one, "table_version": n, "validated_at": at} for n, at in enumerate(days) for one in found]
    company.lake.writer.append(ops.VALIDATION_RESULT, frame(ops.VALIDATION_RESULT, *rows), Commit("planted", "run", 1))
    made = context.Context(company.settings())
    made.__dict__["spark"] = company.spark
    with running.recorded(None, cli.exit_code) as ran:
        running.run(made, running.chosen(made.jobs, ["land_files"]), [company.as_of], ran, context.console(),
                    rebuild=False)  # fmt: skip
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "broken: silver.complaint, 1 of 1,200: a key stands twice",
        "warned: silver.complaint, 2 of 1,200: no receipt",
        f"all checks: {company.folder / 'lake'}/docs/index.html",
    ]


def test_the_end_of_a_run_tells_its_own_rejections_from_older_ones_and_what_was_mended(
    company: Company, capsys: Any
) -> None:
    broken = "1,card,lost,2026-01-02,,2026-01-02 09:00"

    def said() -> str:
        made = context.Context(company.settings())
        made.__dict__["spark"] = company.spark
        chosen = running.chosen(made.jobs, ["land_files", "refine_complaint"])
        with running.recorded(None, cli.exit_code) as ran:
            running.run(made, chosen, [company.as_of], ran, context.console(), rebuild=False)
        return " ".join(capsys.readouterr().out.split())

    company.source(CASES).deliver("cases1.csv", cases(broken))
    first = said()
    assert "table items of this run why silver.complaint 1 1 the status is none of" in first
    assert "no longer rejected" not in first
    company.deliver("cases2.csv", cases(broken.replace("1,card", "2,card"), broken.replace("1,card", "3,card")))
    assert "silver.complaint 3 2 the status is none of" in said()
    company.source(CASES.replace("status: state", "status: \"'received'\""))
    mended = said()
    assert "no longer rejected: 3" in mended
    assert "rejected, in" not in mended
