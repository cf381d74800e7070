from dataclasses import replace

import pytest
import yaml

from conf.source import load_source
from conf.table import Table
from conf.tables import ALL, bronze, ops, silver
from jobs.runtime import registry
from jobs.runtime.registry import Job

DESCRIPTION = """
source: feed
key_space: shop
lands_in: bronze.crm_case
delivery: event
read: {format: csv, path: "{inbox}/*.csv"}
columns: {Id: string}
gives:
  silver.complaint: {complaint_id: Id}
"""


@pytest.fixture
def source(tmp_path):
    """Return a function that writes a description with some keys changed and reads it."""

    def written(**changes):
        path = tmp_path / "feed.yaml"
        path.write_text(yaml.safe_dump(yaml.safe_load(DESCRIPTION) | changes), encoding="utf-8")
        return load_source(path)

    return written


def table(name):
    return Table(name=name, kind="derived", key=("a",), comment="c", schema="a STRING COMMENT 'x'")


def job(name, reads=(), writes=(), primary=None):
    reads, writes = (tuple(table(t) for t in tables) for tables in (reads, writes))
    primary = writes if primary is None else tuple(table(t) for t in primary)
    return Job(name, reads, writes, primary, lambda lake, settings: None, (), False, None, "")


def ordered(*jobs):
    return [j.name for j in registry._ordered(list(jobs))]


# -- Order ---------------------------------------------------------------------------------------------------------


def test_a_job_comes_after_those_that_write_what_it_reads():
    a, b, c = job("a", ["t.c"], ["t.a"]), job("b", ["t.a", "t.c"], ["t.b"]), job("c", [], ["t.c"])
    assert ordered(a, b, c) == ordered(c, b, a) == ["c", "a", "b"]


def test_jobs_that_do_not_need_each_other_come_by_name():
    assert ordered(job("b", [], ["t.b"]), job("c", [], ["t.c"]), job("a", [], ["t.a"])) == ["a", "b", "c"]


def test_a_table_that_nobody_writes_holds_nobody_up():
    assert ordered(job("a", ["t.outside"], ["t.a"])) == ["a"]


def test_a_job_may_read_what_it_writes():
    assert ordered(job("a", ["t.a"], ["t.a"])) == ["a"]


def test_what_several_jobs_add_to_is_read_after_all_of_them():
    adding = [job(name, [], [f"t.{name}", "ops.counts"], [f"t.{name}"]) for name in ("x", "y")]
    assert ordered(job("a", ["ops.counts"], ["t.a"]), *adding) == ["x", "y", "a"]


def test_a_second_writer_is_an_error():
    with pytest.raises(ValueError, match=r"^t\.a is written by one and two: one writer a table$"):
        ordered(job("one", [], ["t.a"]), job("two", [], ["t.a", "t.b"]))


def test_a_circle_is_an_error_that_names_only_those_who_wait():
    a, b = job("a", ["t.b"], ["t.a"]), job("b", ["t.c"], ["t.b"])
    with pytest.raises(ValueError, match=r"^jobs read each other in a circle: \['a', 'b', 'c'\]$"):
        ordered(job("first", [], ["t.first"]), a, b, job("c", ["t.a"], ["t.c"]))


# -- The jobs of the project ---------------------------------------------------------------------------------------


def test_every_job_comes_after_those_that_write_what_it_reads(source):
    jobs = registry.load([source()])
    place = {j.name: n for n, j in enumerate(jobs)}
    early = [
        (j.name, t.name, other.name)
        for j in jobs
        for t in j.reads
        for other in jobs
        if t in other.writes and other is not j and place[other.name] > place[j.name]
    ]
    assert early == []
    assert place["land_files"] < place["refine_complaint"] < place["build_fact_complaint"]


def test_every_table_but_those_of_the_runtime_has_a_job_that_writes_it():
    written = {t.name for j in registry.load(()) for t in j.writes}
    assert {name for name in ALL if name not in written} == {"ops.run_cost", "gold.alert"}


def test_every_job_says_in_one_line_what_it_does():
    assert [j.name for j in registry.load(()) if not j.first_line.endswith(".")] == []


def test_a_refining_job_reads_where_the_sources_of_its_target_land(source):
    feed = source()
    jobs = {j.name: j for j in registry.load([feed])}
    refining, other, landing = (jobs[n] for n in ("refine_complaint", "refine_document", "land_files"))
    assert (refining.target, refining.sources, refining.is_idle) == (silver.COMPLAINT, (feed,), False)
    assert bronze.CRM_CASE in refining.reads
    assert bronze.WEB_FORM not in refining.reads
    assert (other.sources, other.is_idle) == ((), True)
    assert (landing.lands, landing.sources, landing.is_idle, landing.is_journal) == (True, (feed,), False, True)


def test_counts_and_quarantine_are_no_watermark():
    jobs = {j.name: j for j in registry.load(())}
    assert jobs["refine_complaint"].primary == (silver.COMPLAINT,)
    assert jobs["refine_document"].primary == (silver.DOCUMENT, silver.DOCUMENT_TEXT_RAW)
    assert jobs["validate_tables"].primary == (ops.VALIDATION_RESULT,)
    assert [name for name, j in jobs.items() if j.is_snapshot] == [
        "build_complaint_backlog_daily",
        "build_author",
        "build_five_v_scorecard",
    ]


# -- What a job is made of -----------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project of its own; `write` changes a file, `code` is the hash of its one job after that."""
    monkeypatch.setattr(registry, "ROOT", tmp_path)
    project = Project(tmp_path)
    project.write("jobs/build_a.py", "from jobs.runtime import lake\nfrom transformations import near\n")
    project.write("jobs/runtime/lake.py", "import transformations.behind\n")
    project.write("transformations/near.py", 'from transformations.deep.far import f\nf(definitions.load("words"))\n')
    project.write("transformations/deep/far.py", "import os\nfrom conf.tables import gold\n")
    project.write("transformations/behind.py", "")
    project.write("transformations/unused.py", "")
    project.write("conf/tables/gold.py", "")
    project.write("conf/definitions/words.yaml", "a: 1\n")
    project.write("conf/definitions/unused.yaml", "a: 1\n")
    yield project
    registry._module_code.cache_clear()


class Project:
    def __init__(self, root):
        self.root = root

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def append(self, name, text):
        self.write(name, (self.root / name).read_text(encoding="utf-8") + text)

    def code(self, **changes):
        registry._module_code.cache_clear()
        return replace(job("build_a", [], ["t.a"]), **changes).code


@pytest.mark.parametrize(
    "name",
    ["jobs/build_a.py", "transformations/near.py", "transformations/deep/far.py", "conf/definitions/words.yaml"],
)
def test_the_code_changes_with_whatever_the_job_is_made_of(project, name):
    before = project.code()
    assert project.code() == before
    project.append(name, "# changed\n")
    assert project.code() != before


@pytest.mark.parametrize(
    "name",
    [
        "jobs/runtime/lake.py",
        "transformations/behind.py",
        "transformations/unused.py",
        "conf/tables/gold.py",
        "conf/definitions/unused.yaml",
    ],
)
def test_the_code_does_not_change_with_the_runtime_or_what_is_not_used(project, name):
    before = project.code()
    project.append(name, "# changed\n")
    assert project.code() == before


def test_the_code_changes_with_the_text_of_a_source(project, source):
    one, other = source(), source(description="changed")
    codes = {project.code(sources=sources) for sources in ((), (one,), (other,), (one, other))}
    assert len(codes) == 4
    assert project.code(sources=(one, other)) == project.code(sources=(other, one))


def test_the_code_changes_with_the_schema_of_an_output_but_not_of_an_input(project):
    wider = replace(table("t.a"), schema="a STRING COMMENT 'x'\nb INT COMMENT 'y'")
    assert project.code(primary=(wider,)) != project.code()
    assert project.code(reads=(wider,)) == project.code()
