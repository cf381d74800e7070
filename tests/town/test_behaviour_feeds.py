"""What customers do by themselves, and how the bank reaches out: feeds read back and held against the truth."""

from __future__ import annotations

import csv
import gzip
import json
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest

from conf.source import load_source
from conf.tables import bronze
from jobs.town import consents, parameters, write_town
from jobs.town.person import Period
from jobs.town.world import draw

ROOT = Path(__file__).parents[2]
FEEDS = ("web_event", "app_event", "device", "employee", "campaign", "consent", "profile")
START, DAYS = date(2026, 1, 1), 90
END = START + timedelta(days=DAYS)
LIMA = timedelta(hours=5)
WALL, DAY = "%m/%d/%Y %I:%M:%S %p", "%d-%m-%Y"
# As they were drawn before anything was on file of employees.
EMPLOYEES = [("E001", "Javier", -2.179), ("E002", "Verónica", -1.219), ("E003", "Jorge", -0.37)]
INCIDENTS = [("app_down", "Bogotá", 31), ("unrecognised_charge", "Santiago", 81), ("wrong_data", "Lima", 70)]


@dataclass(frozen=True)
class Found:
    """A record where it lies; `at` is the time of its file, in UTC."""

    file: str
    position: int
    at: datetime
    record: dict[str, Any]


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("noisy")
    write_town(out, customers=300, days=DAYS, seed=7, noise=0.3)
    return out


@pytest.fixture(scope="module")
def spotless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # The app is down in Lima and in Cusco for some days in this town.
    out = tmp_path_factory.mktemp("spotless")
    write_town(out, customers=300, days=DAYS, seed=31, noise=0.0)
    return out


def truth(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(path: Path, delimiter: str, encoding: str) -> list[dict[str, Any]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def persons(path: Path) -> list[dict[str, Any]]:
    found = ET.parse(path).getroot().iter("persona")
    return [{"@id": one.get("id"), **{element.tag: element.text for element in one}} for one in found]


READERS: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
    "web_event": lambda path: [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()],
    "app_event": lambda path: pq.read_table(path).to_pylist(),
    "device": lambda path: table(path, "\t", "utf-16"),
    "employee": lambda path: table(path, ";", "utf-8-sig"),
    "campaign": lambda path: table(path, "|", "latin-1"),
    "consent": lambda path: json.loads(path.read_text(encoding="utf-8")),
    "profile": persons,
}
KEYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "web_event": lambda r: r["id"] or "",
    "app_event": lambda r: r["event_id"] or "",
    "device": lambda r: f"{r['serie']}/{r['dia']}" if r["serie"] else "",
    "employee": lambda r: r["Legajo"],
    "campaign": lambda r: r["id_gestion"],
    "consent": lambda r: r["evento"] or "",
    "profile": lambda r: r["@id"] or "",
}


def found(out: Path, feed: str) -> Iterator[Found]:
    # Of what came twice the second is no news.
    paths = (path for path in (out / "inbox" / "town" / feed).iterdir() if "_copia" not in path.name)
    for path in sorted(paths):
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
        name = path.relative_to(out / "inbox").as_posix()
        for position, record in enumerate(READERS[feed](path), start=1):
            yield Found(name, position, at, record)


def records(out: Path, feed: str) -> list[dict[str, Any]]:
    return [one.record for one in found(out, feed)]


def about(out: Path, feed: str) -> dict[str, str]:
    return {row["record_id"]: row["person_id"] for row in truth(out, "record") if row["feed"] == f"town_{feed}"}


def people(out: Path) -> dict[str, dict[str, str]]:
    return {row["person_id"]: row for row in truth(out, "person")}


def is_a_date(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)
    except ValueError:
        return False
    return True


def of_epoch(seconds: float) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=seconds)


# -- What intake must find --------------------------------------------------------------------------------------------

# What breaks a rule, told by the words and limits of the rules themselves: a record is sound or it was planted.
BREAKS: dict[str, dict[str, Callable[[dict[str, Any], datetime], bool]]] = {
    "web_event": {
        "key_present": lambda r, known: r["id"] is None,
        "column_is_readable": lambda r, known: not isinstance(r["ts"], int),
        "event_type_known": lambda r, known: r["type"] not in {"pv", "search", "click", "login", "err", "submit"},
        "session_id_present": lambda r, known: r["sid"] is None,
        "at_not_after_known": lambda r, known: (
            isinstance(r["ts"], int) and of_epoch(r["ts"] / 1e3) > known + timedelta(days=1)
        ),
    },
    "app_event": {
        "key_present": lambda r, known: r["event_id"] is None,
        "event_type_known": lambda r, known: (
            r["event_name"]
            not in {"screen_view", "view_search_results", "select_content", "login", "app_exception", "generate_lead"}
        ),
        "session_id_present": lambda r, known: r["session_id"] is None,
        "at_not_after_known": lambda r, known: of_epoch(r["event_timestamp"] / 1e6) > known + timedelta(days=1),
    },
    "device": {
        "key_present": lambda r, known: not r["serie"],
        "column_is_readable": lambda r, known: not r["seg_uso"].lstrip("-").isdigit(),
        "usage_seconds_not_negative": lambda r, known: r["seg_uso"].startswith("-"),
        "read_at_not_after_known": lambda r, known: (
            datetime.strptime(r["reloj"], "%Y-%m-%d %H:%M:%S") + LIMA > known + timedelta(days=1)
        ),
        "record_is_readable": lambda r, known: None in r,
    },
    "employee": {
        "key_present": lambda r, known: not r["Legajo"],
        "column_is_readable": lambda r, known: not is_a_date(r["Vigente desde"], DAY),
        "stated_at_not_after_known": lambda r, known: (
            is_a_date(r["Vigente desde"], DAY)
            and datetime.strptime(r["Vigente desde"], DAY) + LIMA > known + timedelta(days=1)
        ),
    },
    "campaign": {
        "key_present": lambda r, known: not r["id_gestion"],
        "column_is_readable": lambda r, known: not is_a_date(r["fecha"], WALL),
        "outcome_known": lambda r, known: r["resultado"] == "VER OBS.",
        "attempt_from_1": lambda r, known: int(r["intento"]) < 1,
        "talk_seconds_not_negative": lambda r, known: r["seg_habla"].startswith("-"),
        "contacted_at_not_after_known": lambda r, known: (
            is_a_date(r["fecha"], WALL) and datetime.strptime(r["fecha"], WALL) + LIMA > known + timedelta(days=1)
        ),
    },
    "consent": {
        "key_present": lambda r, known: r["evento"] is None,
        "column_is_readable": lambda r, known: not is_a_date(r["momento"], "%Y-%m-%dT%H:%M:%S-05:00"),
        "purpose_known": lambda r, known: any(c["finalidad"] == "sorteos" for c in r["consentimientos"]),
        "is_granted_present": lambda r, known: any(c["otorgado"] is None for c in r["consentimientos"]),
        # Of the planted ones one has a day that there is not, the other one is decades ahead.
        "stated_at_not_after_known": lambda r, known: r["momento"] > "2027",
    },
    "profile": {
        "key_present": lambda r, known: r["@id"] is None,
        "column_is_readable": lambda r, known: not is_a_date(r["nacimiento"], "%d/%m/%Y") or not r["puntaje"].isdigit(),
        "party_type_known": lambda r, known: r["tipo"] != "PN",
        "somebody_is_named": lambda r, known: not {"apellidos", "nombres", "doc_numero"} & r.keys(),
    },
}


@pytest.mark.parametrize("feed", FEEDS)
def test_exactly_the_planted_records_break_a_rule_and_just_that_one(noisy: Path, feed: str) -> None:
    planted = {
        (row["file"], int(row["position"]), row["expected"].removeprefix("quarantine:"))
        for row in truth(noisy, "dirty")
        if row["feed"] == f"town_{feed}" and row["expected"].startswith("quarantine:")
    }
    broken = {
        (one.file, one.position, rule)
        for one in found(noisy, feed)
        for rule, breaks in BREAKS[feed].items()
        if breaks(one.record, one.at)
    }
    assert broken == planted
    assert planted


def test_no_record_is_broken_without_noise(spotless: Path) -> None:
    for feed in FEEDS:
        for one in found(spotless, feed):
            assert [rule for rule, breaks in BREAKS[feed].items() if breaks(one.record, one.at)] == [], one


@pytest.mark.parametrize("feed", FEEDS)
def test_the_descriptions_name_exactly_the_columns_of_the_feed(spotless: Path, feed: str) -> None:
    source = load_source(ROOT / "conf" / "sources" / "town" / f"town_{feed}.yaml")
    described = {reading.from_ or name for name, reading in source.columns.items()}
    # XML has no element for what is missing.
    assert set().union(*records(spotless, feed)) == described


@pytest.mark.parametrize("feed", FEEDS)
def test_the_truth_knows_every_record(noisy: Path, feed: str) -> None:
    keys = {KEYS[feed](record) for record in records(noisy, feed)} - {""}
    assert about(noisy, feed).keys() == keys


@pytest.mark.parametrize("feed", FEEDS)
def test_repeated_rows_follow_their_first(noisy: Path, feed: str) -> None:
    lying = {(one.file, one.position): one.record for one in found(noisy, feed)}
    for row in truth(noisy, "dirty"):
        if row["feed"] == f"town_{feed}" and row["kind"] == "same_row_twice":
            place = row["file"], int(row["position"])
            assert lying[place] == lying[place[0], place[1] - 1]


# -- The web site and the app -----------------------------------------------------------------------------------------


def test_nobody_comes_by_who_is_no_customer(spotless: Path) -> None:
    known, everybody = about(spotless, "web_event"), people(spotless)
    for event in records(spotless, "web_event"):
        person = everybody[known[event["id"]]]
        day = f"{(of_epoch(event['ts'] / 1000) - LIMA).date()}"
        assert person["joined_on"] <= day
        assert not person["left_on"] or day < person["left_on"]


def test_a_visit_that_ends_on_the_form_ends_when_the_form_is_sent(spotless: Path) -> None:
    forms = Counter(
        datetime.fromisoformat(json.loads(line)["submitted_at"]).replace(tzinfo=None)
        for path in (spotless / "inbox" / "town" / "web").iterdir()
        for line in gzip.decompress(path.read_bytes()).splitlines()
    )
    events = records(spotless, "web_event")
    sent = [event for event in events if event["type"] == "submit"]
    assert Counter(of_epoch(event["ts"] // 1000) for event in sent) == forms
    last = {event["sid"]: event for event in events}
    assert all(last[event["sid"]]["url"] == "/reclamos/formulario" for event in sent)


def test_who_phones_looked_it_up_the_day_before(spotless: Path) -> None:
    calls = {(r["person_id"], r["contact"]): r for r in truth(spotless, "contact") if r["channel"] == "phone"}
    told = {r["record_id"]: r for r in truth(spotless, "record") if r["feed"] == "town_web_event"}
    searches = [event for event in records(spotless, "web_event") if event["type"] == "search"]
    assert searches
    for event in searches:
        record = told[event["id"]]
        call = calls[record["person_id"], record["contact"]]
        day = (of_epoch(event["ts"] / 1000) - LIMA).date()
        assert day == date.fromisoformat(call["at"][:10]) - timedelta(days=1)


def test_people_are_named_from_the_login_on_and_not_before(spotless: Path) -> None:
    visits: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in sorted(records(spotless, "web_event"), key=lambda event: int(event["id"].split("-")[1])):
        visits[event["sid"]].append(event)
    named = 0
    for events in visits.values():
        logins = [at for at, event in enumerate(events) if event["type"] == "login"]
        first = logins[0] if logins else len(events)
        assert [bool(event["uid"]) for event in events] == [at >= first for at in range(len(events))]
        named += bool(logins)
    assert 0.2 < named / len(visits) < 0.7


def test_a_cookie_is_of_one_person_and_most_people_have_few(spotless: Path) -> None:
    known = about(spotless, "web_event")
    owners: dict[str, set[str]] = defaultdict(set)
    for event in records(spotless, "web_event"):
        owners[event["cid"]].add(known[event["id"]])
    assert {len(owner) for owner in owners.values()} == {1}
    cookies = Counter(owner for (owner,) in owners.values())
    assert max(cookies.values()) > 1
    assert sum(cookies.values()) / len(cookies) < 2


def test_errors_are_shown_while_the_app_is_down(spotless: Path) -> None:
    with (spotless / "truth" / "story.json").open(encoding="utf-8") as file:
        story = json.load(file)
    down = [incident for incident in story["incidents"] if incident["cause"] == "app_down"]
    assert {incident["city"] for incident in down} == {"Lima", "Cusco"}
    known, entered = about(spotless, "app_event"), about(spotless, "crm_party")
    cities = {
        entered[party["party_id"]]: party["address"]["city"]
        for path in (spotless / "inbox" / "town" / "crm_party").iterdir()
        for party in json.loads(path.read_text(encoding="utf-8"))
    }
    seen: Counter[tuple[bool, bool]] = Counter()
    for event in records(spotless, "app_event"):
        city = cities[known[event["event_id"]]]
        day = ((of_epoch(event["event_timestamp"] / 1e6) - LIMA).date() - START).days
        is_down = any(one["city"] == city and one["first_day"] <= day <= one["last_day"] for one in down)
        # What is written is sent all the same.
        if event["event_name"] != "generate_lead":
            seen[is_down, event["event_name"] == "app_exception"] += 1
    share = {is_down: seen[is_down, True] / (seen[is_down, True] + seen[is_down, False]) for is_down in (True, False)}
    assert share[False] < 0.04
    assert share[True] > 5 * share[False]


def test_events_are_few(spotless: Path) -> None:
    for feed in ("web_event", "app_event"):
        # In 90 days; somebody digital makes most of them.
        assert 2 < len(records(spotless, feed)) / 300 < 7


# -- Terminals --------------------------------------------------------------------------------------------------------


def test_firms_alone_have_terminals_and_each_reports_once_a_day(spotless: Path) -> None:
    known, everybody = about(spotless, "device"), people(spotless)
    readings = records(spotless, "device")
    assert {everybody[known[f"{r['serie']}/{r['dia']}"]]["kind"] for r in readings} == {"firm"}
    days: dict[str, list[str]] = defaultdict(list)
    for reading in readings:
        days[reading["serie"]].append(reading["dia"])
    for serial, on in days.items():
        firm = everybody[known[f"{serial}/{on[0]}"]]
        first = max(date.fromisoformat(firm["joined_on"]) + timedelta(days=1), START)
        last = date.fromisoformat(firm["left_on"]) if firm["left_on"] else END
        assert on == [f"{first + timedelta(days=offset)}" for offset in range((last - first).days)]


def test_the_clocks_of_some_terminals_are_off_by_hours(spotless: Path) -> None:
    off: dict[str, set[bool]] = defaultdict(set)
    for reading in records(spotless, "device"):
        clock = datetime.fromisoformat(reading["reloj"]) - datetime.fromisoformat(reading["dia"])
        off[reading["serie"]].add(not timedelta(hours=20) <= clock < timedelta(hours=23))
        assert timedelta(hours=14) <= clock < timedelta(hours=29)
    assert 0 < sum(any(marks) for marks in off.values()) < len(off) / 2


def test_payments_and_seconds_belong_together(spotless: Path) -> None:
    for reading in records(spotless, "device"):
        payments, seconds = int(reading["operaciones"]), int(reading["seg_uso"])
        assert 38 * payments <= seconds <= 46 * payments
        assert payments or reading["errores"] == "0"


# -- Employees --------------------------------------------------------------------------------------------------------


def test_everybody_who_handles_a_case_is_an_active_employee(spotless: Path) -> None:
    active = {r["Legajo"] for r in records(spotless, "employee") if r["Estado"] == "Activo"}
    # 40 whom customers turn to and 20 behind them.
    assert len(active) == 60
    assert {a["agente"] for a in records(spotless, "campaign")} - {""} <= active


def test_some_employees_come_some_go_and_some_get_another_team(spotless: Path) -> None:
    lists: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for one in found(spotless, "employee"):
        lists[one.file][one.record["Legajo"]] = one.record
    first, *_, last = lists.values()
    assert len(lists) == 13
    assert last.keys() - first.keys()
    assert first.keys() - last.keys()
    gone = [key for key, record in last.items() if record["Estado"] == "Cesado"]
    assert all(first.get(key, {"Estado": "Activo"})["Estado"] == "Activo" for key in gone)
    moved = [key for key in first.keys() & last.keys() if first[key]["Equipo"] != last[key]["Equipo"]]
    assert moved
    for key in moved:
        assert datetime.strptime(last[key]["Vigente desde"], DAY).date() > START


def test_what_is_on_file_of_employees_leaves_the_rest_of_the_world_as_it_was() -> None:
    world = draw(Random("1:world"), Period(START, DAYS), 1)
    assert [(one.employee_id, one.given, round(one.skill, 3)) for one in world.employees[:3]] == EMPLOYEES
    assert [(one.cause.key, one.city, one.first_day) for one in world.incidents] == INCIDENTS


# -- Consents and campaigns -------------------------------------------------------------------------------------------


def test_the_unhappy_withdraw_more() -> None:
    # 1 / (1 + e^6), and with two units of dissatisfaction 1 / (1 + e^(6 - 2.2)); purchases left are e^(-0.35 * 2).
    assert consents.withdrawal(1.0) == pytest.approx(0.0024726, rel=1e-4)
    assert consents.withdrawal(0.4965853) == pytest.approx(0.0218813, rel=1e-4)


def test_everybody_is_asked_when_they_join(spotless: Path) -> None:
    known, everybody = about(spotless, "consent"), people(spotless)
    first = {known[r["evento"]]: r for r in records(spotless, "consent") if r["origen"] == "contrato"}
    assert first.keys() == {p for p, row in everybody.items() if row["joined_on"] < f"{END}"}
    for person_id, statement in first.items():
        assert statement["momento"][:10] == everybody[person_id]["joined_on"]
        assert len(statement["consentimientos"]) == len(parameters.CONSENTS)


def test_only_what_was_allowed_is_taken_back(spotless: Path) -> None:
    holds: dict[tuple[str, str, str], bool] = {}
    known, changes = about(spotless, "consent"), 0
    for statement in sorted(records(spotless, "consent"), key=lambda r: str(r["momento"])):
        for one in statement["consentimientos"]:
            use = known[statement["evento"]], one["finalidad"], one["canal"]
            assert holds.get(use) is not one["otorgado"]
            changes += use in holds
            holds[use] = one["otorgado"]
    assert changes


def test_most_of_those_who_are_reached_allowed_it(spotless: Path) -> None:
    said: dict[tuple[str, str], list[tuple[datetime, bool]]] = defaultdict(list)
    known = about(spotless, "consent")
    for statement in sorted(records(spotless, "consent"), key=lambda r: str(r["momento"])):
        for one in statement["consentimientos"]:
            if one["finalidad"] == "publicidad":
                at = datetime.fromisoformat(statement["momento"]).replace(tzinfo=None)
                said[known[statement["evento"]], one["canal"]].append((at, one["otorgado"]))
    reached, allowed = about(spotless, "campaign"), Counter[bool]()
    for attempt in records(spotless, "campaign"):
        channel = "correo" if attempt["canal"] == "CORREO" else "telefono"
        day = datetime.strptime(attempt["fecha"], WALL).replace(hour=0, minute=0, second=0)
        held = [granted for at, granted in said[reached[attempt["id_gestion"]], channel] if at <= day]
        allowed[held[-1]] += 1
    assert allowed[False] > 0
    assert allowed[True] / sum(allowed.values()) > 0.75


def test_a_sale_comes_after_its_attempt_and_is_told_once_more(spotless: Path) -> None:
    versions: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for attempt in records(spotless, "campaign"):
        versions[attempt["id_gestion"]].append(attempt)
    assert {len(of_one) for of_one in versions.values()} == {1, 2}
    for of_one in versions.values():
        if len(of_one) == 2:
            assert [version["convirtio"] for version in of_one] == ["N", "S"]
        for version in of_one:
            made, updated = (datetime.strptime(version[column], WALL) for column in ("fecha", "actualizado"))
            assert (updated > made) == (version["convirtio"] == "S")


def test_attempts_of_a_campaign_are_numbered_and_end_with_an_answer(spotless: Path) -> None:
    reached = about(spotless, "campaign")
    attempts: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for one in records(spotless, "campaign"):
        attempts[reached[one["id_gestion"]], one["campania"]][int(one["intento"])] = one["resultado"]
    for (_, campaign), outcomes in attempts.items():
        if campaign == "PRESTAMO-YA":
            numbers = sorted(outcomes)
            assert numbers == list(range(1, len(numbers) + 1))
            assert all(outcomes[number] == "NO CONTESTA" for number in numbers[:-1])
    assert {campaign for _, campaign in attempts} >= {"PRESTAMO-YA", "ACTIVA-TU-TARJETA"}


# -- The credit bureau ------------------------------------------------------------------------------------------------


def test_the_bureau_has_half_of_the_adults_and_some_who_are_nobody_here(spotless: Path) -> None:
    known, everybody = about(spotless, "profile"), people(spotless)
    adults = {p for p, row in everybody.items() if row["birth_on"] and row["birth_on"] <= "2008-01-01"}
    of_town = {person_id for person_id in known.values() if person_id}
    assert of_town <= adults
    assert 0.4 < len(of_town) / len(adults) < 0.6
    strangers = [key for key, person_id in known.items() if not person_id]
    assert 0.05 < len(strangers) / len(everybody) < 0.2
    documents = {row["national_id"] for row in truth(spotless, "person_values") if row["person_id"]}
    for one in records(spotless, "profile"):
        assert (one["doc_numero"] in documents) == bool(known[one["@id"]])


def test_a_profile_a_month_with_what_was_so_at_its_end(spotless: Path) -> None:
    observed: dict[str, list[str]] = defaultdict(list)
    for one in records(spotless, "profile"):
        observed[one["@id"]].append(one["observado"])
        assert 1 <= int(one["puntaje"]) <= 999
    assert {tuple(days) for days in observed.values()} == {("31/12/2025", "31/01/2026", "28/02/2026")}


def test_profiles_have_a_table_to_land_in() -> None:
    assert bronze.THIRD_PARTY_PROFILE in bronze.ALL


def test_what_a_record_shows_of_a_person_is_in_the_truth(noisy: Path) -> None:
    values: dict[str, set[str]] = defaultdict(set)
    for row in truth(noisy, "person_values"):
        values[row["person_id"]].update(row.values())
    known = about(noisy, "campaign")
    for attempt in records(noisy, "campaign"):
        assert not attempt["id_gestion"] or attempt["destino"] in values[known[attempt["id_gestion"]]]
    known, strangers = about(noisy, "profile"), set()
    for profile in records(noisy, "profile"):
        person_id = known.get(profile["@id"] or "", "")
        shown = (
            {profile["doc_numero"], f"{profile['nombres']} {profile['apellidos']}"} if "nombres" in profile else set()
        )
        # A record that has lost its number is somebody's all the same.
        assert shown <= values[person_id] or not profile["@id"]
        strangers |= set() if person_id else shown
    assert strangers & values[""]
    for employee in records(noisy, "employee"):
        assert {employee["Correo"], f"{employee['Nombres']} {employee['Apellidos']}"} <= values[""]
