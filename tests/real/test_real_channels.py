"""Calls, mails, posts, people and files that are real: by their YAML alone, and counted by independent readers."""

from __future__ import annotations

import csv
import email
import gzip
import hashlib
import html
import os
import re
import shutil
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import functions as F

from conf.tables import ALL
from tests.conftest import SOURCES, Company

# Eleven real sets through the whole pipeline take minutes.
pytestmark = pytest.mark.slow

FILES = (
    "anonymous_bank_call_center/calls_1999-02-01_07_dev.tsv.gz", "airline_tweets_en/tweets_dev.csv.gz",
    "airline_tweets_es/tweets_dev.csv.gz", "trustpilot_reviews_es/reviews_dev.csv.gz",
    *(f"umsab_tweets_sentiment/{name}_{part}.csv.gz" for name in ("spanish", "english", "portuguese")
      for part in ("train", "val")),
    *(f"er_febrl/dataset{number}.csv.gz" for number in (1, 2, 3)), "er_splink/fake_1000.csv.gz",
    "emails_spamassassin/emails.zip", "receipts_sroie/receipts.zip", "speech_en_es/audio.zip",
    "speech_en_es/transcripts.csv.gz",
)  # fmt: skip
DESCRIBED = ("bank_calls", "airline_tweets_en", "airline_tweets_es", "trustpilot", "umsab", "febrl", "splink", "emails",
             "receipts", "speech", "speech_transcripts")  # fmt: skip
# Who wrote the mails, so that these contacts have customers.
SENDERS = """
source: mail_senders
key_space: mail_senders
lands_in: bronze.crm_party
delivery: upsert
read: {format: email, path: "{inbox}/emails_spamassassin/emails.zip"}
columns:
  sent_at: timestamp
  received_at: timestamp
  senders: {type: "array<struct<name:string,address:string>>", from: from}
record_key: "lower(get(senders, 0).address)"
known_at: "coalesce(received_at, sent_at)"
gives:
  silver.source_party:
    source_party_id: "concat('emails:', _record_key)"
    party_type: "'person'"
    full_name: "get(senders, 0).name"
    emails: "array_compact(array(get(senders, 0).address))"
"""
# No complaints, visits or devices come of these.
JOBS = ("land_files", "refine_call_leg", "refine_document", "refine_record_subject", "refine_source_party",
        "resolve_customer_xref", "refine_interaction", "refine_media_object", "refine_social_mention",
        "resolve_interaction_thread", "build_author", "build_customer_timeline", "build_five_v_scorecard",
        "measure_freshness")  # fmt: skip
FILE_TIME = datetime(2026, 10, 1, tzinfo=UTC)


def read_independently(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.fixture(scope="module")
def lake(data: Path, make_company: Any, tmp_path_factory: pytest.TempPathFactory) -> Company:
    made: Company = make_company(tmp_path_factory.mktemp("channels"))
    made.sources = [SOURCES / f"{name}.yaml" for name in DESCRIBED]
    made.source(SENDERS, "mail_senders")
    for path in FILES:
        copy = made.inbox / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data / path, copy)
        os.utime(copy, (FILE_TIME.timestamp(), FILE_TIME.timestamp()))
    made.as_of = date(2026, 11, 1)
    failed = {name: str(o.error) for name, o in made.run(*JOBS).items() if o.state not in ("done", "current")}
    assert not failed, failed
    return made


def one(lake: Company, table: str, where: str, *sql: str) -> dict[str, Any]:
    (row,) = lake.lake.read(ALL[table]).where(where).selectExpr(*sql).collect()
    found: dict[str, Any] = row.asDict()
    return found


# ---- calls


def test_the_call_centre_is_as_its_authors_count_it(lake: Company) -> None:
    queued = "wait_seconds > 0 AND outcome <> 'phantom'"
    found = one(
        lake, "silver.call_leg", "true",
        "count(*) AS calls", "count_if(outcome = 'answered') AS answered",
        "count_if(outcome = 'abandoned') AS abandoned",
        "count_if(outcome = 'phantom') AS phantom", f"count_if({queued}) AS queued",
        f"avg(if({queued}, wait_seconds, NULL)) AS mean_wait",
        "avg(if(outcome = 'answered', talk_seconds, NULL)) AS mean_service",
        "percentile(if(outcome = 'answered', talk_seconds, NULL), 0.5) AS median_service",
        "count_if(outcome = 'answered' AND wait_seconds <= 20) / count_if(outcome <> 'phantom') AS within_20",
        f"count_if(outcome = 'abandoned' AND wait_seconds > 0) / count_if({queued}) AS abandoned_of_queued",
    )  # fmt: skip
    counts = {name: found[name] for name in ("calls", "answered", "abandoned", "phantom", "queued")}
    assert counts == {"calls": 9007, "answered": 7429, "abandoned": 1519, "phantom": 59, "queued": 4522}
    assert found["mean_wait"] == pytest.approx(62.7, abs=0.05)
    assert found["mean_service"] == pytest.approx(168, abs=0.5)
    assert found["median_service"] == 103
    assert found["within_20"] == pytest.approx(0.528, abs=0.0005)
    assert found["abandoned_of_queued"] == pytest.approx(0.187, abs=0.0005)


def test_calls_over_midnight_and_with_a_wrong_clock_end_after_they_began(lake: Company) -> None:
    calls = "source_system = 'bank_calls'"
    found = one(
        lake, "silver.interaction", calls,
        "count_if(ended_at < started_at OR ended_at > started_at + INTERVAL 2 HOURS) AS wrong",
        "count_if(to_date(from_utc_timestamp(ended_at, 'Asia/Jerusalem')) > "
        "to_date(from_utc_timestamp(started_at, 'Asia/Jerusalem'))) AS over_midnight",
        "count_if(NOT has_trusted_times) AS doubted", "count(DISTINCT source_party_id) AS known",
    )  # fmt: skip
    # Eight clocks of the voice unit, and fourteen who hung up and yet were served.
    assert found == {"wrong": 0, "over_midnight": 3, "doubted": 22, "known": 1711}
    twice = lake.lake.read(ALL["silver.interaction"]).where(f"{calls} AND source_party_id IS NOT NULL")
    assert twice.groupBy("source_party_id").count().where("count > 1").count() == 555


def test_a_leg_begins_in_the_queue_or_with_the_agent_or_where_the_voice_unit_ends(lake: Company, data: Path) -> None:
    def moment(call: dict[str, str], clock: str) -> datetime:
        """Jerusalem was at UTC and two hours that week. A clock that is far before the first is of the next day."""
        entered, read = (datetime.strptime(f"19{call['date']} {text}", "%Y%m%d %H:%M:%S") - timedelta(hours=2)
                         for text in (call["vru_entry"], clock))  # fmt: skip
        return read + timedelta(days=1) if read < entered - timedelta(hours=1) else read

    def happened(call: dict[str, str], *clocks: str) -> str:
        return next(call[clock] for clock in clocks if call[clock] != "0:00:00")

    calls = {f"anonymous_bank:{call['vru+line']}-{call['call_id']}": call for call in
             read_independently(data / FILES[0], delimiter="\t")}  # fmt: skip
    legs = {r.interaction_id: r for r in lake.lake.read(ALL["silver.call_leg"]).collect()}
    assert {name: (leg.started_at, leg.wait_seconds, leg.ended_at) for name, leg in legs.items()} == {
        name: (moment(call, happened(call, "q_start", "ser_start", "vru_exit")), int(call["q_time"]),
               moment(call, happened(call, "ser_exit", "q_exit", "vru_exit")))
        for name, call in calls.items()
    }  # fmt: skip
    waited = [name for name, leg in legs.items() if leg.wait_seconds > 0]
    assert len(waited) == 4522 + 59
    assert all(legs[n].started_at + timedelta(seconds=legs[n].wait_seconds) == moment(calls[n], calls[n]["q_exit"])
               for n in waited)  # fmt: skip
    # Read off the file by eye: waited 68 s and was served; hung up after midnight; served at once, until after
    # midnight; hung up on the voice unit.
    by_eye = ("AA0101-34541", "AA0215-13278", "AA0115-14055", "AA0101-34585")
    assert [tuple(legs[f"anonymous_bank:{name}"][c] for c in ("started_at", "wait_seconds", "ended_at", "talk_seconds"))
            for name in by_eye] == [
        (datetime(1999, 2, 1, 6, 29, 12), 68, datetime(1999, 2, 1, 6, 35, 13), 294),
        (datetime(1999, 2, 2, 21, 59, 26), 61, datetime(1999, 2, 2, 22, 0, 27), 0),
        (datetime(1999, 2, 6, 21, 57, 15), 0, datetime(1999, 2, 6, 22, 1, 10), 235),
        (datetime(1999, 2, 1, 15, 17, 16), 0, datetime(1999, 2, 1, 15, 17, 16), 0),
    ]  # fmt: skip


# ---- mails


def parsed(data: Path) -> dict[str, Any]:
    with zipfile.ZipFile(data / "emails_spamassassin/emails.zip") as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: email.message_from_bytes(re.sub(rb"\AFrom .*\n", b"", content), policy=policy.default)
        for name, content in contents.items()
    }


def written_at(mail: Any) -> datetime | None:
    """When a mail was written: by its own date, where the server that received it bears it out."""

    def read(text: str) -> datetime | None:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        in_utc = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
        return in_utc if 1970 <= in_utc.year <= 2100 else None

    sent, received = read(str(mail["Date"])), read(str(mail["Received"]).rpartition(";")[2])
    if sent is None or received is None:
        return sent or received
    return sent if timedelta(days=-30) <= sent - received <= timedelta(hours=1) else received


def sender(mail: Any) -> Any:
    return mail["From"].addresses[0]


def is_named(who: Any) -> bool:
    return bool(who.display_name) or is_address(who.addr_spec.lower())


def text_of(mail: Any) -> str:
    body = mail.get_body(("plain", "html"))
    text = body.get_content()
    if body.get_content_type() == "text/html":
        # All that is no tag, comment, style or title; lines are nobody's.
        text = html.unescape(
            re.sub(r'(?is)<!--.*?-->|<(style|script|title)\b.*?</\1>|<(?:[^<>"]|"[^"]*")*>|<[^>]*>', "", text)
        )
    return "".join(f"{mail['Subject'] or ''}{text}".split())


def test_every_mail_is_landed_with_what_python_reads_in_it(lake: Company, data: Path) -> None:
    mails = parsed(data)
    rows = {r.interaction_id: r for r in lake.lake.read(ALL["silver.interaction"]).where("channel = 'email'").collect()}
    assert rows.keys() == {f"emails:{name}" for name in mails}
    assert len(rows) == 280
    for name, mail in mails.items():
        row = rows[f"emails:{name}"]
        # As it stands, unfolded: of an id with a colon Python's own reading keeps the part before it.
        raw = dict(mail.raw_items()).get("Message-ID") or dict(mail.raw_items()).get("Message-Id")
        assert row.message_id == ("".join(raw.split()) if raw else None), name
        assert row.started_at == written_at(mail), name
        assert row.source_party_id == f"emails:{sender(mail).addr_spec.lower()}", name
    assert lake.rows("ops.quarantine_record", "target = 'silver.interaction'") == []


def test_the_text_of_every_mail_is_what_python_reads_in_it(lake: Company, data: Path) -> None:
    mails = parsed(data)
    texts = lake.lake.read(ALL["restricted.document_text_raw"]).where("source_system = 'emails'").collect()
    found = {r.document_id.removeprefix("emails:").removesuffix(":body"): "".join(r.text.split()) for r in texts}
    assert found.keys() == mails.keys()
    # In one a tag has no end, and is a text to the lake.
    unlike = {name for name, mail in mails.items() if found[name] != text_of(mail)} - {
        "spam-1/00468.77534696791a755fb0fb8be8c2704ed8.eml"
    }
    # Python replaces what does not fit the declared encoding, where the lake has what it is likely to be.
    assert len(unlike) == 14
    for name in unlike:
        assert "\ufffd" in text_of(mails[name]), name
        assert re.sub("[^\0-\x7f]", "", found[name]) == re.sub("[^\0-\x7f]", "", text_of(mails[name])), name


def test_attachments_are_kept_once_by_their_content(lake: Company, data: Path) -> None:
    # Whatever is no text, has a name or is called so.
    expected = Counter(
        (f"emails:{name}", hashlib.sha256(content).hexdigest(), len(content), part.get_filename())
        for name, mail in parsed(data).items()
        for part in mail.walk()
        if not part.is_multipart()
        and (part.get_content_maintype() != "text" or part.get_filename() or part.is_attachment())
        for content in [part.get_payload(decode=True)]
    )
    rows = lake.lake.read(ALL["silver.media_object"]).where("source_system = 'emails'").collect()
    assert Counter((r.interaction_id, r.sha256, r.bytes, r.file_name) for r in rows) == expected
    assert expected.total() == 4
    media = Path(lake.lake.root) / "media"
    for sha256 in {sha256 for _, sha256, _, _ in expected}:
        assert hashlib.sha256((media / sha256).read_bytes()).hexdigest() == sha256
    landed = lake.lake.read(ALL["bronze.media_object"]).where("_source_system = 'emails'")
    assert landed.count() == expected.total()


def test_the_journeys_are_of_those_who_wrote_mails(lake: Company, data: Path) -> None:
    mails = {name: mail for name, mail in parsed(data).items() if is_named(sender(mail))}
    events = lake.lake.read(ALL["gold.customer_timeline"]).collect()
    assert {r.event_id: r.event_at for r in events} == {
        f"contact:emails:{name}": written_at(mail) for name, mail in mails.items()
    }
    journeys: dict[str, set[str]] = {}
    for r in events:
        journeys.setdefault(r.customer_id, set()).add(r.event_id.removeprefix("contact:emails:"))
    people: dict[str, set[str]] = {}
    for name, mail in mails.items():
        people.setdefault(sender(mail).addr_spec.lower(), set()).add(name)
    # All but one, whose address has two @ and who gives no name.
    assert len(events) == 279
    assert sorted(map(sorted, journeys.values())) == sorted(map(sorted, people.values()))


def test_answers_are_in_the_thread_of_what_they_answer(lake: Company, data: Path) -> None:
    mails = parsed(data)
    threads = {r.interaction_id: r for r in lake.lake.read(ALL["silver.interaction_thread"]).collect()}
    ids = {mail["Message-ID"].strip(): f"emails:{name}" for name, mail in mails.items() if mail["Message-ID"]}
    for name, mail in mails.items():
        for answered in (mail["In-Reply-To"] or "").split():
            if answered in ids:
                assert threads[f"emails:{name}"].thread_id == threads[ids[answered]].thread_id
    answers = [name for name, mail in mails.items() if mail["In-Reply-To"] or mail["References"]]
    assert len(answers) >= 81
    assert all(
        threads[f"emails:{name}"].contact_count + threads[f"emails:{name}"].missing_count > 1 for name in answers
    )


# ---- posts


def test_each_distinct_post_is_a_mention_with_its_text(lake: Company, data: Path) -> None:
    expected = {}
    for source, path in (("airline_tweets_en", "airline_tweets_en/tweets_dev.csv.gz"),
                         ("airline_tweets_es", "airline_tweets_es/tweets_dev.csv.gz"),
                         ("trustpilot", "trustpilot_reviews_es/reviews_dev.csv.gz")):  # fmt: skip
        expected[source] = len({tuple(row.values()) for row in read_independently(data / path)})
    sets = [read_independently(data / path) for path in FILES if path.startswith("umsab")]
    expected["umsab"] = sum(len({tuple(r.values()) for r in (*sets[i], *sets[i + 1])}) for i in (0, 2, 4))
    counts = lake.lake.read(ALL["silver.social_mention"]).groupBy("source_system").count().collect()
    assert {r.source_system: r["count"] for r in counts} == expected
    # Identical rows are repetitions, no versions.
    english = one(lake, "ops.batch_run", "source_system = 'airline_tweets_en' AND target = 'silver.social_mention'",
                  "sum(duplicate) AS duplicate", "sum(superseded) AS superseded")  # fmt: skip
    assert english == {"duplicate": 17, "superseded": 0}
    texts = lake.lake.read(ALL["restricted.document_text_raw"]).groupBy("source_system").count().collect()
    written = {r.source_system: r["count"] for r in texts}
    assert {source: written[source] for source in expected if source != "trustpilot"} == {
        source: count for source, count in expected.items() if source != "trustpilot"
    }


def test_dates_of_tweets_are_right(lake: Company, data: Path) -> None:
    spans = lake.lake.read(ALL["silver.social_mention"]).groupBy("source_system").agg(
        {"posted_at": "min", "mention_id": "max"}
    )  # fmt: skip
    assert spans.count() == 4
    english = one(lake, "silver.social_mention", "source_system = 'airline_tweets_en'",
                  "min(from_utc_timestamp(posted_at, 'America/Los_Angeles')) AS first",
                  "max(from_utc_timestamp(posted_at, 'America/Los_Angeles')) AS last",
                  "count_if(posted_at IS NULL) AS undated")  # fmt: skip
    stamps = [datetime.strptime(r["tweet_created"], "%d-%m-%Y %H.%M")
              for r in read_independently(data / "airline_tweets_en/tweets_dev.csv.gz")]  # fmt: skip
    assert english == {"first": min(stamps), "last": max(stamps), "undated": 0}
    spanish = one(lake, "silver.social_mention", "source_system = 'airline_tweets_es'", "min(posted_at) AS first",
                  "max(posted_at) AS last", "count_if(posted_at IS NULL) AS undated")  # fmt: skip
    stamps = [datetime.strptime(r["tweet_created"], "%a %b %d %H:%M:%S %z %Y").replace(tzinfo=None)
              for r in read_independently(data / "airline_tweets_es/tweets_dev.csv.gz")]  # fmt: skip
    assert spanish == {"first": min(stamps), "last": max(stamps), "undated": 0}


def test_reviews_have_their_stars(lake: Company, data: Path) -> None:
    rows = read_independently(data / "trustpilot_reviews_es/reviews_dev.csv.gz")
    stars = lake.lake.read(ALL["silver.social_mention"]).where("source_system = 'trustpilot'").groupBy("rating").count()
    assert {None if r.rating is None else float(r.rating): r["count"] for r in stars.collect()} == Counter(
        float(r["Calificación"]) if r["Calificación"] else None for r in rows
    )


# ---- people


def is_address(text: str) -> bool:
    label = r"(?!-)[a-z0-9-]+(?<!-)"
    return re.fullmatch(rf"[^@\s]+@{label}(\.{label})+", text) is not None


def test_everybody_is_a_party_or_nobody_is_named(lake: Company, data: Path) -> None:
    counts = {r.source_system: r["count"] for r in
              lake.lake.read(ALL["silver.source_party"]).groupBy("source_system").count().collect()}  # fmt: skip
    people = read_independently(data / "er_splink/fake_1000.csv.gz")
    named = [r for r in people if r["first_name"] or r["surname"] or is_address(r["email"])]
    wrote = [sender(mail) for mail in parsed(data).values()]
    writers, named_writers = ({who.addr_spec.lower() for who in wrote if test(who)} for test in (bool, is_named))
    assert counts == {"febrl": 11_000, "splink": len(named), "mail_senders": len(named_writers)}
    nobody = len(people) - len(named) + len(writers - named_writers)
    assert len(lake.rows("ops.quarantine_record", "target = 'silver.source_party'")) == nobody
    impossible = one(lake, "silver.source_party", "source_system = 'febrl'", "count_if(birth_on IS NULL) AS nobody_s")
    dates = [r["date_of_birth"] for n in (1, 2, 3) for r in read_independently(data / f"er_febrl/dataset{n}.csv.gz")]

    def is_date(text: str) -> bool:
        try:
            return datetime.strptime(text, "%Y%m%d").year >= 1900
        except ValueError:
            return False

    assert impossible == {"nobody_s": sum(not is_date(text) for text in dates)}


# ---- files


def test_scans_and_recordings_are_described_by_their_content(lake: Company, data: Path) -> None:
    scans = lake.lake.read(ALL["silver.media_object"]).where("source_system = 'receipts'").collect()
    assert [r.mime_type for r in scans] == ["image/jpeg"] * 10
    assert all(r.width > 0 and r.height > 0 and r.problem is None for r in scans)
    spoken = {
        r.media_id: r for r in lake.lake.read(ALL["silver.media_object"]).where("source_system = 'speech'").collect()
    }
    truth = read_independently(data / "speech_en_es/transcripts.csv.gz")
    assert spoken.keys() == {f"speech:{r['file']}" for r in truth}
    for row in truth:
        found = spoken[f"speech:{row['file']}"]
        assert found.duration_seconds == pytest.approx(float(row["seconds"]), abs=0.05), row["file"]
        assert found.language == row["language"][:2]


# ---- all of them


def test_nothing_is_lost_and_every_source_is_measured(lake: Company) -> None:
    disposed = "sum(sound + quarantined + superseded + duplicate + not_applicable + suppressed)"
    runs = lake.lake.read(ALL["ops.batch_run"]).groupBy("target", "batch_id")
    assert runs.agg({"item_count": "sum"}).count() > 0
    assert runs.agg(F.expr(f"sum(item_count) - {disposed} AS gap")).where("gap <> 0").count() == 0
    card = {r.source_system: r for r in lake.lake.read(ALL["gold.five_v_scorecard"]).collect()}
    assert card.keys() == {*DESCRIBED, "mail_senders"}
    assert all(r.volume_records > 0 and r.veracity_judged > 0 for r in card.values())
    # Messages, not the attachments that landed beside them.
    assert (
        card["emails"].volume_records
        == lake.lake.read(ALL["bronze.email_message"]).where("_source_system = 'emails'").count()
    )
    assert lake.lake.read(ALL["bronze.media_object"]).where("_source_system = 'emails'").count() > 0
    fresh = {r.table_name for r in lake.lake.read(ALL["ops.table_freshness"]).collect()}
    assert {"silver.interaction", "silver.call_leg", "silver.media_object", "bronze.email_message"} <= fresh


def test_the_same_command_again_writes_nothing(lake: Company) -> None:
    before = lake.versions()
    assert {o.state for o in lake.run(*JOBS).values()} == {"current"}
    assert lake.versions() == before
