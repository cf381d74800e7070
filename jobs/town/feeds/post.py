"""What is said of the bank in public, as a listening service exports it: pages a day, a post again once it is answered.

The spans of a text are counted in `text`, with the name of the bank that some posts begin with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from jobs.town import dirt, files, parameters, post_words, texts
from jobs.town.contacts import LIMA_TO_UTC, Contact
from jobs.town.feed import Customer, Delivery, Desk, Fault, Feed, File, Row
from jobs.town.feeds.crm_case import case_id
from jobs.town.identification import name_as_typed
from jobs.town.names import folded
from jobs.town.person import Person
from jobs.town.telling import facts_of
from jobs.town.texts import Span, Text
from jobs.town.world import Incident

BRAND, BRAND_HANDLE = "Banco del Valle", "BancoDelValle"
NICKNAMES = ("gato", "user", "cuenta", "nadie", "sol", "rayo", "the_real", "mr", "la_flaca", "chasqui")
MAY_BE_REVIEWS = ("complaint", "praise")
KEPT_BY_PERSON = 10  # posts about incidents of one person, at most
HANDLE_DIGITS = 7  # as many as there are mailboxes


@dataclass(frozen=True)
class Author:
    """Who posts, as the networks show them: one handle for ever, and the name that stands beside it."""

    handle: str
    name: str
    place: str
    followers: int
    shows_name: bool = False  # in full
    is_brand: bool = False


BANK = Author(BRAND_HANDLE, BRAND, "Lima", 48_200, is_brand=True)


def _of_customer(customer: Customer, desk: Desk) -> Iterator[Delivery]:
    told = [contact for contact in customer.life.contacts if contact.channel == "social"]
    unheard = [*_about_incidents(customer, desk)]
    if not told and not unheard:
        return
    author = _author(desk, customer.life.person)
    for contact in told:
        yield from _told(desk, contact, author)
    for number, contact in unheard:
        post_id = f"P{desk.id('incident post', contact.person.number * KEPT_BY_PERSON + number)}"
        # The bank was not told: there is no contact behind it.
        post = replace(_post(desk, contact, author, post_id), contact=None)
        yield _delivery(post)


def _told(desk: Desk, contact: Contact, author: Author) -> Iterator[Delivery]:
    """Export a post on its day, and again with its answer, which is a post as well."""
    rng, number = desk.rng, desk.id("post", contact.slot)
    post = _post(desk, contact, author, f"P{number}")
    yield _delivery(post)
    answered_at = _answered_at(rng, contact)
    if answered_at is None or answered_at.date() > desk.last_day:
        return
    case = case_id(desk, contact)
    answered = replace(
        post,
        cells={
            **post.cells,
            "updated": _millis(answered_at),
            "likes": post.cells["likes"] + rng.randrange(6),
            "replies": post.cells["replies"] + 1,
            "status": "answered",
            "ticket": case or None,
            "agent": contact.employee.employee_id,
        },
    )
    yield _delivery(answered)
    language = contact.person.language
    text = rng.choice(post_words.ANSWERS[language]) + (post_words.CASE[language].format(case) if case else "")
    if post.cells["network"] == "twitter":
        text = f"@{author.handle} {text}"
    cells = _cells(rng, f"B{number}", post.cells["network"], "reply", answered_at, BANK, text, language)
    cells |= {"parent": post.record_id, "ticket": case or None, "agent": contact.employee.employee_id}
    yield _delivery(Row(f"B{number}", cells, contact.person.person_id, contact))


def _delivery(row: Row) -> Delivery:
    at = datetime.fromtimestamp(row.cells["updated"] / 1000, UTC)
    return Delivery(at.date(), f"{row.cells['updated']} {row.record_id}", row)


def _answered_at(rng: Random, contact: Contact) -> datetime | None:
    if contact.filing:
        return contact.filing.answered_at
    if contact.issue or rng.random() >= parameters.OTHER_POST_ANSWERED:
        return None
    return contact.at + timedelta(minutes=rng.randrange(10, 60 * parameters.OTHER_POST_HOURS))


def _about_incidents(customer: Customer, desk: Desk) -> Iterator[tuple[int, Contact]]:
    """Yield what somebody says in public of an incident in their city that they told the bank nothing of."""
    rng, life, person = desk.rng, customer.life, customer.life.person
    for number, incident in enumerate(desk.world.incidents[:KEPT_BY_PERSON]):
        if incident.city != person.city.name or any(c.topic == incident.cause for c in life.contacts):
            continue
        issue = next((i for i in life.issues if i.cause == incident.cause), None)
        chance = parameters.POSTS_IF_HIT if issue else parameters.POSTS_OF_INCIDENT
        at = _during(rng, desk, incident)
        if rng.random() < chance and person.joined_on <= at.date() < (life.left_on or desk.period.end):
            day = (at.date() - desk.period.start).days
            employee, known = rng.choice(desk.world.employees), desk.world.known_on(day)
            has_happened = issue is not None and issue.happened_on <= at.date()
            yield (
                number,
                Contact(
                    person, "complaint", incident.cause, issue if has_happened else None, "social", at, employee, known
                ),
            )


def _during(rng: Random, desk: Desk, incident: Incident) -> datetime:
    day = rng.randint(incident.first_day, incident.last_day)
    at = datetime.combine(desk.period.start + timedelta(days=day), time(8))
    return at + timedelta(seconds=rng.randrange(14 * 3600))


def _author(desk: Desk, person: Person) -> Author:
    rng, number = desk.rng, desk.id("handle", person.number, HANDLE_DIGITS)
    words = folded(person.full_name).lower().replace(".", "").split()
    if rng.random() < parameters.HANDLE_OF_NAME:
        handle = rng.choice((f"{words[0]}{words[-1]}{number}", f"{words[0]}_{number}", f"{words[-1]}.{number}"))
    else:
        handle = f"{rng.choice(NICKNAMES)}{number}"
    full = name_as_typed(rng, person.full_name)
    short = f"{words[0].capitalize()} {words[-1][0].upper()}."
    name = rng.choices((full, short, handle), parameters.POST_NAMES)[0]
    place = person.city.name if rng.random() < parameters.AUTHOR_STATES_PLACE else ""
    return Author(handle, name, place, int(rng.lognormvariate(*parameters.FOLLOWERS)), name == full)


def _post(desk: Desk, contact: Contact, author: Author, post_id: str) -> Row:
    rng, person = desk.rng, contact.person
    told = texts.as_typed(rng, texts.compose(rng, contact.intent, facts_of(rng, contact), "social"), desk.noise)
    network = rng.choices(tuple(parameters.NETWORKS), tuple(parameters.NETWORKS.values()))[0]
    if network == "google" and contact.intent not in MAY_BE_REVIEWS:
        network = "facebook"
    if network == "twitter" and rng.random() < parameters.NAMES_THE_BANK:
        told = _behind(f"@{BRAND_HANDLE} ", told)
    kind = {"twitter": "post", "google": "review"}.get(network) or rng.choice(("post", "comment"))
    cells = _cells(rng, post_id, network, kind, contact.at, author, told.text, person.language)
    if network == "google":
        cells["stars"] = rng.choices((1, 2, 3, 4, 5), parameters.STARS[contact.intent])[0]
        # Reviews are signed with a name; the number is the network's own.
        cells["handle"] = None
    values = (("full_name", author.name),) if author.shows_name else ()
    return Row(post_id, cells, person.person_id, contact, texts={"text": told}, values=values)


def _behind(words: str, told: Text) -> Text:
    spans = (Span(span.begin + len(words), span.end + len(words), span.kind) for span in told.spans)
    return replace(told, text=words + told.text, spans=tuple(spans))


def _of_world(desk: Desk) -> Iterator[Delivery]:
    """Add what is about the bank and nobody's trouble."""
    rng, count = desk.rng, 0
    for day in range(desk.period.days):
        for _ in range(parameters.POSTS_OF_NOBODY):
            count += 1
            at = datetime.combine(desk.period.start + timedelta(days=day), time(6))
            at += timedelta(minutes=rng.randrange(720))
            handle = f"{rng.choice(NICKNAMES)}.{desk.id('stranger', count)}"
            author = Author(handle, handle, "", int(rng.lognormvariate(*parameters.FOLLOWERS)))
            words, post_id = post_words.of_nobody(rng), f"X{desk.id('post of nobody', count)}"
            told = Text(words, (), "other", "", 0, "neutral", "plain", False)
            network = rng.choice(("twitter", "facebook"))
            cells = _cells(rng, post_id, network, "post", at, author, words, "en" if "opens" in words else "es")
            yield _delivery(Row(post_id, cells, texts={"text": told}))


def _cells(
    rng: Random, post_id: str, network: str, kind: str, at: datetime, author: Author, text: str, language: str
) -> dict[str, Any]:
    likes = int(rng.expovariate(1 / (1 + author.followers * parameters.LIKES_BY_FOLLOWER)))
    return {
        "id": post_id,
        "network": network,
        "type": kind,
        "created": _millis(at),
        "updated": _millis(at),
        "handle": author.handle,
        "name": author.name,
        "place": author.place or None,
        "followers": author.followers,
        "is_brand": author.is_brand,
        "text": text,
        "lang": language,
        "stars": None,
        "likes": likes,
        "shares": likes // 5,
        "replies": rng.randrange(4),
        "parent": None,
        "status": "new",
        "ticket": None,
        "agent": None,
    }


def _millis(at: datetime) -> int:
    return int((at + LIMA_TO_UTC).replace(tzinfo=UTC).timestamp()) * 1000


def _write(file: File) -> None:
    meta = {"page": file.page, "pages": file.pages, "query": BRAND, "exported_at": f"{file.at:%Y-%m-%dT%H:%M:%SZ}"}
    # One item a line: indenting each would take as long as all else.
    items = ",\n".join(json.dumps(_item(row.cells), ensure_ascii=False) for row in file.rows)
    text = f'{{"meta": {json.dumps(meta)},\n"data": {{"items": [\n{items}\n]}}}}\n'
    file.path.write_text(text, encoding="utf-8")
    files.stamp(file.path, file.at)


def _item(cells: dict[str, Any]) -> dict[str, Any]:
    def part(*names: str) -> dict[str, Any]:
        return {name: cells[name] for name in names}

    return {
        **part("id", "network", "type", "created", "updated"),
        "author": part("handle", "name", "place", "followers", "is_brand"),
        **part("text", "lang", "stars"),
        "metrics": part("likes", "shares", "replies"),
        **part("parent"),
        "handling": part("status", "ticket", "agent"),
    }


def _stars_off_scale(row: Row, rng: Random) -> bool:
    # Twitter has none to be wrong.
    if row.cells["network"] == "twitter":
        return False
    row.cells["stars"] = 7
    return True


def _posted_in_future(row: Row, rng: Random) -> bool:
    row.cells["created"] = row.cells["updated"] + 86_400_000 * rng.randrange(3, 30)
    return True


FEED = Feed(
    name="town_post",
    path="post/{day}/pagina_{page}.json",
    write=_write,
    of_customer=_of_customer,
    of_world=_of_world,
    ready=timedelta(days=1, hours=5),
    page_size=100,
    faults=(
        dirt.missing_key("id", absent=None),
        dirt.written_as("unknown_type", "mention_type_known", "type", "historia"),
        dirt.written_as("negative_likes", "like_count_not_negative", "likes", -1),
        Fault("stars_off_scale", "quarantine:rating_on_scale", _stars_off_scale),
        dirt.written_as("unreadable_time", "column_is_readable", "created", "ayer"),
        Fault("posted_in_future", "quarantine:posted_at_not_after_known", _posted_in_future),
    ),
    has_late_versions=True,
)
