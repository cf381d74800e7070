"""Conversations: who answers whom, whoever is missing between; positions and counts worked out by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame

from conf.tables import silver
from tests.conftest import Company
from transformations.contacts import threads

Frame = Callable[..., DataFrame]
# Thread, position, contacts that are here, messages that are not.
Place = tuple[str, int, int, int]


def mail(contact: str, message: str | None, *answers: str | None, hour: int | None = None) -> dict[str, Any]:
    """A message that came at an hour of the first of January and answers others."""
    started = None if hour is None else datetime(2026, 1, 1) + timedelta(hours=hour)
    return dict(interaction_id=contact, message_id=message, replies_to=list(answers), started_at=started)


@pytest.fixture
def told(frame: Frame) -> Callable[..., dict[str, Place]]:
    """Thread the messages, by contact."""

    def made(*messages: dict[str, Any]) -> dict[str, Place]:
        found = threads.threads(frame(silver.INTERACTION, *messages))
        assert found.columns == list(silver.INTERACTION_THREAD.column_names)
        rows = found.collect()
        places = {r.interaction_id: (r.thread_id, r.position, r.contact_count, r.missing_count) for r in rows}
        assert len(places) == len(rows)
        return places

    return made


def test_chains_forks_and_strangers(told: Callable[..., dict[str, Place]]) -> None:
    assert told(
        # A chain, delivered backwards.
        mail("i3", "c@x", "b@x", hour=3), mail("i2", "b@x", "a@x", hour=2), mail("i1", "a@x", hour=1),
        # Two answers to one message; a third answers one of them.
        mail("f1", "f@x", hour=1), mail("f3", "h@x", "f@x", hour=5), mail("f2", "g@x", "f@x", hour=4),
        mail("f4", "k@x", "g@x", hour=6),
        # Answers nobody and is answered by nobody.
        mail("lone", "z@x", hour=1),
        # Neither an id nor an answer: a telephone call.
        mail("call", None, hour=1), dict(interaction_id="visit"),
    ) == {
        "i1": ("a@x", 1, 3, 0), "i2": ("a@x", 2, 3, 0), "i3": ("a@x", 3, 3, 0),
        "f1": ("f@x", 1, 4, 0), "f2": ("f@x", 2, 4, 0), "f3": ("f@x", 3, 4, 0), "f4": ("f@x", 4, 4, 0),
        "lone": ("z@x", 1, 1, 0),
    }  # fmt: skip


def test_a_message_that_nobody_delivered_still_joins_those_around_it(told: Callable[..., dict[str, Place]]) -> None:
    assert told(
        # The second of three never came; the third names both before it.
        mail("i1", "m1@x", hour=1), mail("i3", "m3@x", "m1@x", "m2@x", hour=3),
        # The first never came, and two answers name it: nothing else joins them.
        mail("j1", "n2@x", "n1@x", hour=2), mail("j2", "n3@x", "n1@x", hour=1),
        # Two missing ones, one of them only named by a contact that has no id itself.
        mail("k1", "p1@x", "p0@x", hour=1), mail("k2", None, "p1@x", "p9@x", hour=2),
    ) == {
        "i1": ("m1@x", 1, 2, 1), "i3": ("m1@x", 2, 2, 1),
        "j2": ("n1@x", 1, 2, 1), "j1": ("n1@x", 2, 2, 1),
        "k1": ("p0@x", 1, 2, 2), "k2": ("p0@x", 2, 2, 2),
    }  # fmt: skip


def test_a_later_message_joins_two_conversations(told: Callable[..., dict[str, Place]]) -> None:
    apart = [mail("i1", "b1@x", hour=1), mail("i2", "b2@x", "b1@x", hour=2),
             mail("j1", "a1@x", hour=3), mail("j2", "a2@x", "a1@x", hour=4)]  # fmt: skip
    assert told(*apart) == {
        "i1": ("b1@x", 1, 2, 0),
        "i2": ("b1@x", 2, 2, 0),
        "j1": ("a1@x", 1, 2, 0),
        "j2": ("a1@x", 2, 2, 0),
    }
    assert told(*apart, mail("k", "c@x", "b2@x", "a2@x", hour=5)) == {
        "i1": ("a1@x", 1, 5, 0), "i2": ("a1@x", 2, 5, 0), "j1": ("a1@x", 3, 5, 0), "j2": ("a1@x", 4, 5, 0),
        "k": ("a1@x", 5, 5, 0),
    }  # fmt: skip


def test_circles_copies_blanks_and_messages_without_a_moment(told: Callable[..., dict[str, Place]]) -> None:
    assert told(
        # Each answers the next, the last the first; one answers itself.
        mail("i1", "m1@x", "m3@x", hour=1), mail("i2", "m2@x", "m1@x", hour=2),
        mail("i3", "m3@x", "m2@x", "m3@x", hour=3),
        # One message in two mailboxes is two contacts; of one moment the contact's id decides.
        mail("j2", "n1@x", hour=1), mail("j1", "n1@x", hour=1), mail("j3", "n2@x", "n1@x", "n1@x"),
        # What is named may be empty.
        mail("k1", "p1@x", None, hour=1), mail("k2", None, None, hour=1),
    ) == {
        "i1": ("m1@x", 1, 3, 0), "i2": ("m1@x", 2, 3, 0), "i3": ("m1@x", 3, 3, 0),
        "j1": ("n1@x", 1, 3, 0), "j2": ("n1@x", 2, 3, 0), "j3": ("n1@x", 3, 3, 0),
        "k1": ("p1@x", 1, 1, 0),
    }  # fmt: skip


def test_only_a_message_id_and_an_id_with_its_key_space_lead_to_another_system(
    told: Callable[..., dict[str, Place]],
) -> None:
    assert told(
        # Both systems count from 1, and each has an answer to its own first.
        mail("chat:a", "1", hour=1), mail("chat:b", "2", "1", hour=2),
        mail("desk:a", "1", hour=3), mail("desk:b", "2", "1", hour=4),
        # What names its key space is the same message, bare where it was written and whole from anywhere.
        mail("sms:a", "1", "chat:2", hour=5),
        # A mail is one mail in any mailbox.
        mail("post:a", "<m@x>", hour=1), mail("post:b", "<n@x>", "<m@x>", hour=2), mail("box:a", "<m@x>", hour=3),
    ) == {
        "chat:a": ("chat:1", 1, 3, 0), "chat:b": ("chat:1", 2, 3, 0), "sms:a": ("chat:1", 3, 3, 0),
        "desk:a": ("desk:1", 1, 2, 0), "desk:b": ("desk:1", 2, 2, 0),
        "post:a": ("<m@x>", 1, 3, 0), "post:b": ("<m@x>", 2, 3, 0), "box:a": ("<m@x>", 3, 3, 0),
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("naming", ["rising", "two_hills", "shuffled"])
def test_a_long_chain_is_whole_after_a_dozen_rounds(
    told: Callable[..., dict[str, Place]], monkeypatch: pytest.MonkeyPatch, naming: str
) -> None:
    monkeypatch.setattr(threads, "ROUNDS", 12)
    numbers = list(range(1000, 1300))
    if naming == "two_hills":
        # The smallest id is in the middle, the next smallest at the far end of one half.
        numbers = [*range(1001, 1151), 1000, *range(1151, 1300)]
    if naming == "shuffled":
        random.Random(7).shuffle(numbers)
    messages = [
        mail(f"i{place:03}", f"{number}@x", *([f"{numbers[place - 1]}@x"] if place else []), hour=place)
        for place, number in enumerate(numbers)
    ]
    assert told(*messages) == {f"i{place:03}": ("1000@x", place + 1, 300, 0) for place in range(300)}


def test_conversations_that_are_not_whole_are_an_error(
    told: Callable[..., dict[str, Place]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "ROUNDS", 1)
    with pytest.raises(RuntimeError, match="not whole after 1 rounds"):
        told(*(mail(f"i{n}", f"m{n}@x", f"m{n + 1}@x") for n in range(9)))


CHATS = """
source: contacts
key_space: desk
lands_in: bronze.chat_session
delivery: upsert
read: {format: json, path: "{inbox}/contacts*"}
columns: {id: string, answers: string, at: timestamp}
record_key: id
known_at: at
gives:
  silver.interaction:
    interaction_id: "concat('desk:', id)"
    channel: "if(answers IS NULL, 'phone', 'chat')"
    started_at: at
    message_id: "if(answers IS NULL, NULL, concat('desk:', id))"
    replies_to: "if(answers IS NULL, NULL, array(concat('desk:', answers)))"
"""


@pytest.mark.slow
def test_calls_change_no_conversation(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = ("land_files", "refine_interaction", "resolve_interaction_thread")
    company.source(CHATS).deliver("contacts1.json", '{"id": "2", "answers": "1", "at": "2026-01-01T09:00:00Z"}')
    company.run(*jobs)
    before = company.rows("silver.interaction_thread")
    company.deliver("contacts2.json", '{"id": "3", "at": "2026-01-01T10:00:00Z"}')
    with monkeypatch.context() as patch:
        patch.setattr(threads, "threads", None)
        assert company.run(*jobs)["resolve_interaction_thread"].state == "done"
    assert company.run(*jobs)["resolve_interaction_thread"].state == "current"
    assert company.rows("silver.interaction_thread") == before != []
    # A message that is one no longer leaves its conversation.
    company.deliver("contacts3.json", '{"id": "2", "at": "2026-01-01T11:00:00Z"}')
    company.run(*jobs)
    assert company.rows("silver.interaction_thread") == []
