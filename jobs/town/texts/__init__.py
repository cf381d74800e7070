"""What people write to the bank, by a grammar in Spanish and English, and the way they type it."""

from jobs.town.texts.composing import EMOTIONS, INTENTS, REGISTERS, compose, demand
from jobs.town.texts.facts import Facts, Span, Text
from jobs.town.texts.keyboard import as_typed, typo
from jobs.town.texts.speech import as_heard, said_by_bank, turns
from jobs.town.texts.values import es_number
from jobs.town.texts.words_es import ANSWERS

__all__ = [
    "ANSWERS",
    "EMOTIONS",
    "INTENTS",
    "REGISTERS",
    "Facts",
    "Span",
    "Text",
    "as_heard",
    "as_typed",
    "compose",
    "demand",
    "es_number",
    "said_by_bank",
    "turns",
    "typo",
]
