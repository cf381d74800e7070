"""Outbound campaigns: a file a week with the attempts of that week, and again those that became a sale since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from jobs.town import consents, dirt, files, parameters
from jobs.town.consents import Statement
from jobs.town.feed import Customer, Delivery, Desk, Feed, File, Row
from jobs.town.life import Life
from jobs.town.world import World

WALL = "%m/%d/%Y %I:%M:%S %p"
CAMPAIGNS = {"loan": "PRESTAMO-YA", "activation": "ACTIVA-TU-TARJETA", "win_back": "TE-EXTRAÑAMOS"}
CHANNELS = {"loan": "LLAMADA", "activation": "CORREO", "win_back": "SMS"}
OUTCOMES = {
    "no_answer": "NO CONTESTA",
    "answered": "CONTESTA",
    "refused": "NO DESEA",
    "accepted": "ACEPTA",
    "bounced": "REBOTE",
    "delivered": "ENTREGADO",
    "opened": "ABIERTO",
    "clicked": "CLIC",
}
# When loans are offered, and when the mailings to those with cards that lie idle go out, as shares of the run.
LOANS, MAILINGS = (0.2, 0.5), (0.25, 0.7)
# Of one person, in all.
MOST_CONTACTED = 20


@dataclass(frozen=True)
class Attempt:
    """One try to reach somebody, in wall time of Lima; `converted_at` is when they took the offer, if they did."""

    campaign: str
    at: datetime
    number: int
    outcome: str
    talk_s: int = 0
    converted_at: datetime | None = None


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    life, rng = customer.life, desk.rng
    said = consents.statements(desk.seed, life, desk.period)
    attempts = [*_loan(rng, life, said, desk), *_activation(rng, life, said, desk), *_win_back(rng, life, said, desk)]
    for number, attempt in enumerate(attempts):
        day = attempt.at.date()
        listed = [party for party in customer.parties if party.is_listed(day)]
        if not listed or attempt.at.date() > desk.last_day:
            continue
        party = rng.choice(listed)
        says = party.on(day).says
        by_mail = attempt.campaign == "activation"
        reached_at = says.emails if by_mail else says.numbers
        if not reached_at:
            continue
        key = f"{desk.id('attempt', life.person.number * MOST_CONTACTED + number)}"
        cells = {
            "id_gestion": key,
            "campania": CAMPAIGNS[attempt.campaign],
            "canal": CHANNELS[attempt.campaign],
            "cliente": party.party_id,
            "destino": reached_at[0],
            "fecha": attempt.at.strftime(WALL),
            "intento": f"{attempt.number}",
            "resultado": OUTCOMES[attempt.outcome],
            "seg_habla": f"{attempt.talk_s}" if attempt.campaign == "loan" else "",
            "convirtio": "N",
            "agente": _caller(rng, desk.world, day) if attempt.campaign == "loan" else "",
            "actualizado": attempt.at.strftime(WALL),
        }
        values = (("email" if by_mail else "phone", reached_at[0]),)
        yield from _versions(attempt, key, cells, life.person.person_id, values, desk)


def _versions(
    attempt: Attempt, key: str, cells: dict[str, str], person_id: str, values: tuple[tuple[str, str], ...], desk: Desk
) -> Iterator[Delivery]:
    """Yield the attempt as its week's file has it, and with the sale in the file of a later week."""
    week, sold_at = _week(desk, attempt.at), attempt.converted_at
    if sold_at and sold_at.date() <= desk.last_day:
        sold = {**cells, "convirtio": "S", "actualizado": sold_at.strftime(WALL)}
        if _week(desk, sold_at) > week:
            yield Delivery(week, f"{attempt.at} {key}", Row(key, cells, person_id, values=values))
        yield Delivery(_week(desk, sold_at), f"{sold_at} {key}", Row(key, sold, person_id, values=values))
    else:
        yield Delivery(week, f"{attempt.at} {key}", Row(key, cells, person_id, values=values))


def _week(desk: Desk, at: datetime) -> date:
    start = desk.period.start
    return start + timedelta(days=(at.date() - start).days // 7 * 7)


# -- Who is on the lists, and what comes of it ------------------------------------------------------------------------


def _loan(rng: Random, life: Life, said: list[Statement], desk: Desk) -> Iterator[Attempt]:
    """Offer a loan by phone to people who have none, until somebody answers."""
    person, (begins, ends) = life.person, LOANS
    day = _day(desk, rng.uniform(begins, ends))
    if not person.income_level or any(account.kind == "loan" for account in life.accounts):
        return
    if not _is_on_list(rng, "loan", "phone", life, said, day):
        return
    at = _at_an_hour(rng, day)
    takes = parameters.TAKES_LOAN[person.income_level - 1] * _mood(life, desk, day)
    for number in range(1, parameters.MOST_CAMPAIGN_ATTEMPTS + 1):
        if rng.random() < parameters.ANSWERS:
            talk_s = int(parameters.CAMPAIGN_TALK_MEDIAN_S * rng.lognormvariate(0, parameters.CAMPAIGN_TALK_SIGMA))
            if rng.random() < takes:
                # They sign within the week; a loan is granted to few of those who ask for one.
                yield Attempt("loan", at, number, "accepted", 2 * talk_s, at + timedelta(hours=rng.randrange(1, 160)))
            else:
                yield Attempt("loan", at, number, rng.choice(("refused", "refused", "answered")), talk_s)
            return
        yield Attempt("loan", at, number, "no_answer")
        at = _at_an_hour(rng, at.date() + timedelta(days=rng.randrange(1, 5)))


def _activation(rng: Random, life: Life, said: list[Statement], desk: Desk) -> Iterator[Attempt]:
    """Write to those with a card that was never activated; what they do with it is their own affair."""
    number = 0
    for share in MAILINGS:
        day = _day(desk, share)
        idle = [card for card in life.accounts if card.issued_on < day and card.status(day) == "never_activated"]
        if not idle or not _is_on_list(rng, "activation", "email", life, said, day):
            continue
        number += 1
        at, outcome = datetime.combine(day, time(9, 30)) + timedelta(seconds=rng.randrange(1800)), "delivered"
        if rng.random() < parameters.BOUNCES:
            outcome = "bounced"
        elif rng.random() < parameters.OPENS * _mood(life, desk, day):
            outcome = "clicked" if rng.random() < parameters.CLICKS else "opened"
        until = day + timedelta(days=parameters.CONVERTS_WITHIN_DAYS)
        activated = [c.activated_on for c in idle if c.activated_on and day < c.activated_on <= until]
        converted_at = datetime.combine(min(activated), time(18)) if activated else None
        yield Attempt("activation", at, number, outcome, converted_at=converted_at)


def _win_back(rng: Random, life: Life, said: list[Statement], desk: Desk) -> Iterator[Attempt]:
    """Write twice to those who fell silent: some look at it, and nobody came back yet."""
    if life.left != "silent" or life.left_on is None:
        return
    day = life.left_on + timedelta(weeks=parameters.SILENT_WEEKS, days=rng.randrange(7))
    if not _is_on_list(rng, "win_back", "phone", life, said, day):
        return
    for number in (1, 2):
        arrives = rng.random() < parameters.SMS_ARRIVES
        clicked = arrives and rng.random() < parameters.SMS_CLICKED
        outcome = "clicked" if clicked else "delivered" if arrives else "bounced"
        yield Attempt("win_back", _at_an_hour(rng, day + timedelta(days=14 * (number - 1))), number, outcome)


def _is_on_list(rng: Random, campaign: str, channel: str, life: Life, said: list[Statement], day: date) -> bool:
    """Say whether somebody is to be contacted: of those who did not allow it some are, by an old list."""
    person = life.person
    is_there = person.joined_on < day and (person.left_on is None or day < person.left_on)
    allows = consents.holding(said, ("marketing", channel), datetime.combine(day, time()))
    share = parameters.ON_LIST[campaign] if allows else parameters.ON_LIST_WITHOUT_CONSENT
    return is_there and rng.random() < share


def _caller(rng: Random, world: World, day: date) -> str:
    """Return who phones: one of those who sell by phone on that day."""
    staff = [one for one in (*world.colleagues, *world.employees) if not one.left_on or day < one.left_on]
    posts = ((one, one.post_on(day)) for one in staff)
    sellers = [one for one, post in posts if post and post.team == "Televentas"]
    return rng.choice(sellers or list(world.employees)).employee_id


def _mood(life: Life, desk: Desk, day: date) -> float:
    return life.moods[(day - desk.period.start).days // 7]


def _day(desk: Desk, share: float) -> date:
    return desk.period.start + timedelta(days=int(share * desk.period.days))


def _at_an_hour(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(9)) + timedelta(seconds=rng.randrange(10 * 3600))


# -- Faults -----------------------------------------------------------------------------------------------------------


def _write(file: File) -> None:
    files.write_csv(file.path, files.lines(file.rows), delimiter="|", encoding="latin-1", at=file.at)


FEED = Feed(
    name="town_campaign",
    path="campaign/gestiones_{day}.txt",
    write=_write,
    of_customer=_of_customer,
    ready=timedelta(days=7, hours=10),
    days_between_files=7,
    faults=(
        dirt.missing_key("id_gestion"),
        dirt.written_as("unknown_outcome", "outcome_known", "resultado", "VER OBS."),
        dirt.written_as("impossible_date", "column_is_readable", "fecha", "02/30/2026 10:00:00 AM"),
        dirt.written_as("attempt_0", "attempt_from_1", "intento", "0"),
        dirt.written_as("talk_counted_backwards", "talk_seconds_not_negative", "seg_habla", "-1"),
        dirt.moved(
            "contacted_in_future",
            "contacted_at_not_after_known",
            "fecha",
            WALL,
            lambda rng: timedelta(days=rng.randrange(60, 300)),
        ),
    ),
    has_late_versions=True,
)
