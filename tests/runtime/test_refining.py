"""What becomes of records that come late, twice, broken or in pieces: the same silver, and every record counted."""

from __future__ import annotations

from datetime import datetime

import pytest
from pyspark.sql import functions as F

from conf.tables import ALL
from jobs.runtime import quarantine, refining
from tests.conftest import Company
from tests.runtime.feeds import CASES, cases

OLD = "1,card,received,2026-01-02,10.00,2026-01-02 09:00"
NEW = "1,card,closed,2026-01-02,10.00,2026-01-05 09:00"
OTHER = "2,loan,received,2026-01-03,,2026-01-03 09:00"
JOBS = ("land_files", "refine_complaint", "refine_complaint_status_history")


def dispositions(company: Company, target: str = "silver.complaint") -> dict[str, int]:
    names = ("record_count", "item_count", "sound", "quarantined", "superseded", "duplicate", "not_applicable")
    runs = company.lake.read(ALL["ops.batch_run"]).where(F.col("target") == target)
    row = runs.agg(*(F.sum(n).alias(n) for n in names)).first()
    assert row is not None
    return {name: row[name] for name in names if row[name]}


def statuses(company: Company) -> dict[str, str]:
    return {r.complaint_id: r.status for r in company.lake.read(ALL["silver.complaint"]).collect()}


@pytest.mark.slow
def test_an_older_version_that_comes_last_does_not_win(company: Company) -> None:
    company.source(CASES).deliver("cases1.csv", cases(NEW))
    company.run(*JOBS)
    company.deliver("cases2.csv", cases(OLD, OTHER))
    company.run(*JOBS)
    assert statuses(company) == {"crm:1": "closed", "crm:2": "received"}
    assert dispositions(company) == {"record_count": 3, "item_count": 3, "sound": 2, "superseded": 1}
    history = company.lake.read(ALL["silver.complaint_status_history"]).where("complaint_id = 'crm:1'").orderBy("seq")
    assert [(r.from_status, r.to_status, r.at) for r in history.collect()] == [
        (None, "received", datetime(2026, 1, 2, 9)),
        ("received", "closed", datetime(2026, 1, 5, 9)),
    ]


def test_the_same_content_again_is_a_duplicate_and_a_return_to_old_content_is_a_version(company: Company) -> None:
    again = OLD.replace("2026-01-02 09:00", "2026-01-06 09:00")
    company.source(CASES).deliver("cases1.csv", cases(OLD, NEW, NEW))
    company.deliver("cases2.csv", cases(again, again))
    company.run(*JOBS)
    # received, closed, closed again (the same), received once more, and that twice.
    assert dispositions(company) == {
        "record_count": 5, "item_count": 5, "sound": 1, "superseded": 2, "duplicate": 2
    }  # fmt: skip
    assert statuses(company) == {"crm:1": "received"}


def test_a_rejected_record_says_every_reason_with_its_values_and_comes_back_when_mended(company: Company) -> None:
    company.source(CASES.replace("kind: \"'complaint'\"", "kind: product"))
    company.deliver("cases.csv", cases("7,card,lost,2026-01-02,-5,2026-01-02 09:00"))
    company.run(*JOBS)
    (row,) = company.lake.read(ALL["ops.quarantine_record"]).where("target = 'silver.complaint'").collect()
    assert row.rules == ["kind_known", "status_known", "amount_not_negative"]
    assert row["values"] == {"kind": "card", "status": "lost", "amount_claimed": "-5.00"}
    assert '"product": "card"' in row.payload
    assert row.record_key == "7"
    # The description is mended: what is derived is rebuilt, and the record passes without being landed again.
    company.source(
        CASES.replace("status: state", "status: \"'received'\"").replace(
            "amount_claimed: amount", "amount_claimed: abs(amount)"
        )
    )
    company.run(*JOBS)
    assert statuses(company) == {"crm:7": "received"}
    (row,) = company.lake.read(ALL["ops.quarantine_record"]).where("target = 'silver.complaint'").collect()
    assert (row.resolution, row.resolved_at is not None) == ("passed", True)
    assert dispositions(company) == {"record_count": 1, "item_count": 1, "sound": 1}


def test_replay_judges_the_quarantine_again_without_a_rebuild(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.source(CASES).deliver("cases.csv", cases(OTHER, "7,card,lost,2026-01-02,5,2026-01-02 09:00"))
    company.run(*JOBS)
    company.source(CASES.replace("status: state", "status: \"replace(state, 'lost', 'closed')\""))
    never = ("rebuild=never",)
    assert company.run("refine_complaint", overrides=never)["refine_complaint"].state == "stale"
    assert statuses(company) == {"crm:2": "received"}
    done = company.run("refine_complaint", overrides=(*never, "replay=true"))
    assert done["refine_complaint"].state == "done", company.outcomes
    assert statuses(company) == {"crm:2": "received", "crm:7": "closed"}
    assert dispositions(company) == {"record_count": 2, "item_count": 2, "sound": 2}


@pytest.mark.slow
def test_a_run_killed_between_its_counts_and_its_target_is_done_again_once(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD, "9,card,lost,2026-01-02,1,2026-01-02 09:00"))
    company.run(*JOBS)
    company.deliver("cases2.csv", cases(NEW, OTHER, "8,card,lost,2026-01-02,1,2026-01-02 09:00"))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    for module, step in ((quarantine, "write"), (refining, "write_sound")):
        with monkeypatch.context() as patched:
            patched.setattr(module, step, killed)
            with pytest.raises(KeyboardInterrupt):
                company.run(*JOBS)
    company.run(*JOBS)
    assert statuses(company) == {"crm:1": "closed", "crm:2": "received"}
    assert dispositions(company) == {
        "record_count": 5, "item_count": 5, "sound": 2, "superseded": 1, "quarantined": 2
    }  # fmt: skip
    assert len(company.rows("ops.quarantine_record", "target = 'silver.complaint' AND resolved_at IS NULL")) == 2


def test_a_newer_rejected_version_leaves_the_newest_sound_one_and_says_so(company: Company) -> None:
    company.source(CASES).deliver("cases.csv", cases(OLD, "1,card,lost,2026-01-02,10,2026-01-09 09:00"))
    company.run(*JOBS)
    (row,) = company.lake.read(ALL["silver.complaint"]).collect()
    assert (row.status, row.has_newer_rejected) == ("received", True)


def test_two_records_that_claim_one_key_keep_the_newest_and_quarantine_the_other(company: Company) -> None:
    company.source(CASES.replace("concat(key_space, ':', id)", "concat(key_space, ':', left(id, 1))"))
    company.deliver(
        "cases.csv",
        cases("1a,card,received,2026-01-02,,2026-01-02 09:00", "1b,loan,closed,2026-01-02,,2026-01-03 09:00"),
    )
    company.run("land_files", "build_taxonomy", "refine_complaint")
    assert statuses(company) == {"crm:1": "closed"}
    (row,) = company.lake.read(ALL["ops.quarantine_record"]).collect()
    assert row.rules == ["key_given_once"]


@pytest.mark.slow
def test_a_file_added_moves_only_its_rows(company: Company) -> None:
    company.source(CASES).deliver("cases1.csv", cases(OLD, OTHER))
    company.run()
    company.deliver("cases2.csv", cases("3,loan,received,2026-01-04,,2026-01-04 09:00"))
    outcomes = company.run()
    assert outcomes["refine_complaint"].rows["silver.complaint"] == 1
    assert outcomes["refine_document"].rows["silver.document"] == 1
    before = company.versions()
    assert {o.state for o in company.run().values()} == {"current"}
    assert company.versions() == before


def part(feed: str, column: str) -> str:
    """A feed of the key space crm whose records claim a complaint each and give one column of it."""
    return f"""
source: {feed}
key_space: crm
lands_in: bronze.crm_case
delivery: upsert
read: {{format: csv, path: "{{inbox}}/{feed}*"}}
columns: {{id: string, claim: string, value: string, updated: date}}
record_key: id
version_by: updated
known_at: updated
gives:
  silver.complaint: {{complaint_id: "concat(key_space, ':', claim)", {column}: value}}
"""


def parts(*rows: str) -> str:
    return "id,claim,value,updated\n" + "".join(f"{row}\n" for row in rows)


def per_batch(company: Company) -> list[tuple[object, ...]]:
    """The sum of what became of each batch; none of it may be less than nothing."""
    names = ("record_count", "sound", "quarantined", "superseded", "duplicate", "not_applicable")
    runs = company.lake.read(ALL["ops.batch_run"]).groupBy("target", "batch_id")
    sums = sorted(tuple(row) for row in runs.agg(*(F.sum(n) for n in names)).collect())
    assert all(count >= 0 for row in sums for count in row[2:]), sums
    return sums


@pytest.mark.slow
def test_feeds_that_make_a_row_together_keep_it_whole_when_a_stranger_claims_its_key(company: Company) -> None:
    jobs, never = ("land_files", "build_taxonomy", "refine_complaint"), ("rebuild=never",)

    def row() -> tuple[object, ...]:
        (found,) = company.lake.read(ALL["silver.complaint"]).collect()
        return (found.product, found.cause, found.source_systems)

    company.source(part("f1", "product"), "f1").source(part("f2", "cause"), "f2")
    company.deliver("f1_a.csv", parts("R,C1,card,2026-01-05"))
    company.deliver("f2_a.csv", parts("R,C1,fee,2026-01-06"))
    company.run(*jobs)
    company.deliver("f1_b.csv", parts("Q,C1,loan,2026-01-01", "Q,C1,debt,2026-01-02"))
    company.run(*jobs)
    assert row() == ("card", "fee", ["f1", "f2"])
    assert dispositions(company) == {"record_count": 4, "item_count": 4, "sound": 2, "superseded": 1, "quarantined": 1}
    # The keeper has a new version: who lost to it is judged again, and stays what it was.
    company.deliver("f1_c.csv", parts("R,C1,gold card,2026-01-07"))
    company.run(*jobs)
    assert row() == ("gold card", "fee", ["f1", "f2"])
    increments = per_batch(company)
    company.run(*jobs, rebuild=True)
    assert (row(), per_batch(company)) == (("gold card", "fee", ["f1", "f2"]), increments)
    # Without the description of one of them the row would lose its part.
    (company.sources[0] / "f2.yaml").unlink()
    company.deliver("f1_d.csv", parts("R,C1,no card,2026-01-08"))
    outcome = company.run(*jobs, overrides=never)["refine_complaint"]
    assert (outcome.state, "silver.complaint holds rows of f2" in outcome.why) == ("failed", True)
    assert row() == ("gold card", "fee", ["f1", "f2"])


@pytest.mark.slow
def test_counts_of_a_killed_rebuild_are_taken_back_when_the_description_is(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.source(CASES).deliver("cases.csv", cases(OLD))
    company.run(*JOBS)
    company.source(CASES.replace("status: state", "status: \"'lost'\""))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(quarantine, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            company.run("refine_complaint")
    company.source(CASES)
    outcome = company.run("refine_complaint")["refine_complaint"]
    assert outcome.state == "done", outcome
    assert dispositions(company) == {"record_count": 1, "item_count": 1, "sound": 1}
    assert per_batch(company)
    assert company.run("refine_complaint")["refine_complaint"].state == "current"
