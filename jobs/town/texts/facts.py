"""What a text may speak of, and what is true of a text that was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Facts:
    """What a text may speak of: all as written values; "" or None where there is none.

    `cause` is a key of world.CAUSES, also for what is no complaint: then it is the topic. `other_cause` is a second
    topic that may be mentioned, `agent` the first name of the employee they dealt with, `times_told` 0 the first time.
    """

    language: str
    country: str
    cause: str
    product: str
    place: str
    happened_on: date
    cents: int | None
    currency: str
    last4: str
    full_name: str
    email: str
    phone: str
    national_id: str
    id_type: str
    address: str
    other_cause: str
    agent: str
    times_told: int


@dataclass(frozen=True)
class Span:
    """Personal data in a text, from `begin` up to but not including `end`.

    `kind` is one of PERSON, EMAIL, PHONE, NATIONAL_ID, ADDRESS, CARD and ACCOUNT.
    """

    begin: int
    end: int
    kind: str


@dataclass(frozen=True)
class Text:
    """A text and what its writer meant by it.

    `intent` is one of INTENTS and `register` one of REGISTERS of composing.py, `cause` the topic, `sentiment` from -2
    to 2, `emotion` one of anger, disappointment, worry, sadness, neutral, gratitude and joy.
    What the bank's side says, and answers to it, has "" for all of them and 0 for the sentiment.
    """

    text: str
    spans: tuple[Span, ...]
    intent: str
    cause: str
    sentiment: int
    emotion: str
    register: str
    is_sarcastic: bool
