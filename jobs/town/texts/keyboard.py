"""The way people type: slips, missing accents, capitals, chat abbreviations, emoji, decomposed accents."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from random import Random

from jobs.town.names import folded
from jobs.town.texts.facts import Span, Text

EMOJI = {
    "anger": ("😡", "😤", "🤬", "👎"),
    "disappointment": ("😞", "😒", "👎"),
    "worry": ("😰", "🙏", "😟"),
    "sadness": ("😭", "😢"),
    "neutral": ("🙂", "👍", "🙏"),
    "gratitude": ("🙏", "😊", "🙌"),
    "joy": ("😀", "🎉", "👏"),
}
SARCASTIC_EMOJI = ("👏", "🙄", "😂")
SHORT = {
    "que": "q", "qué": "q", "porque": "xq", "por qué": "xq", "por favor": "xfa", "también": "tmb", "para": "pa",
    "mensaje": "msj", "tarjeta": "tjta", "gracias": "grax", "cuenta": "cta", "por": "x", "bien": "bn", "nada": "nd",
    "please": "pls", "you": "u", "thanks": "thx", "because": "bc", "your": "ur", "are": "r", "and": "n",
    "account": "acct", "message": "msg", "tomorrow": "tmrw",
}  # fmt: skip
# Each word is looked up: an alternation of all of SHORT would be tried at every letter.
_WORD = re.compile(r"por (?:qué|favor)\b|\w+", re.IGNORECASE)
# Letters that sound or look alike to who writes by ear.
ALIKE = {"b": "v", "v": "b", "s": "c", "c": "s", "z": "s", "y": "ll", "h": "", "j": "g", "g": "j", "i": "y"}
KEYS = {
    "a": "s", "s": "ad", "d": "sf", "e": "wr", "r": "et", "t": "ry", "i": "uo", "o": "ip", "n": "bm", "m": "n",
    "l": "kñ", "u": "yi", "c": "xv", "p": "o", "g": "fh",
}  # fmt: skip
# In a number or an e-mail a slip would make another value of it; names and addresses are misspelt as any word is.
FRAGILE = ("EMAIL", "PHONE", "NATIONAL_ID", "CARD", "ACCOUNT")
CALM = ("formal", "plain", "curt")

Piece = tuple[str, str]  # a stretch of text, and the kind of its span or ""


def as_typed(rng: Random, text: Text, noise: float, *, emoji: bool = True) -> Text:
    """Return the text as its writer typed it, its spans still true; noise 0 changes nothing.

    Without `emoji` all stays within cp1252, as on paper.
    """
    chance = rng.random
    if not text.text or noise <= 0:
        return text
    pieces = _in_capitals(rng, _misspelt(rng, pieces_of(text), text, noise), text, noise)
    if text.register == "furious" and chance() < noise * 3:
        pieces = [(piece if kind else piece.replace("!", "!!!"), kind) for piece, kind in pieces]
    if emoji and chance() < noise * (0.3 if text.register == "formal" else 1.5):
        faces = SARCASTIC_EMOJI if text.is_sarcastic else EMOJI[text.emotion]
        pieces.append((f" {rng.choice(faces) * rng.randrange(1, 4)}", ""))
    if emoji and chance() < noise * 0.5:
        pieces = [(unicodedata.normalize("NFD", piece), kind) for piece, kind in pieces]
    return joined(text, pieces)


def _misspelt(rng: Random, pieces: list[Piece], text: Text, noise: float) -> list[Piece]:
    """Slip, abbreviate, and leave out accents and opening marks."""
    chance = rng.random
    if chance() < noise * 2:
        for _ in range(1 + int(chance() * len(text.text) / 60)):
            _slip_somewhere(rng, pieces)
    if chance() < noise * (0.3 if text.register == "formal" else 1.5):
        pieces = [(piece if kind else _shortened(rng, piece), kind) for piece, kind in pieces]
    if chance() < noise * 2:
        pieces = [(folded(piece), kind) for piece, kind in pieces]
    if chance() < noise * 1.5:
        pieces = [(piece if kind else piece.replace("¿", "").replace("¡", ""), kind) for piece, kind in pieces]
    return pieces


def _in_capitals(rng: Random, pieces: list[Piece], text: Text, noise: float) -> list[Piece]:
    """Shout, or write without any capital."""
    if rng.random() < noise * (0.2 if text.register in CALM else 1.0):
        return [(piece.upper(), kind) for piece, kind in pieces]
    if rng.random() < noise:
        return [(piece.lower(), kind) for piece, kind in pieces]
    return pieces


def typo(rng: Random, text: str) -> str:
    """Swap two letters inside a word or drop one."""
    places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if not places:
        return text
    at = rng.choice(places)
    end = text[at + 2 :]
    # Two equal letters look the same when swapped.
    if text[at] == text[at + 1] or rng.random() < 0.4:
        return text[:at] + text[at + 1] + end
    return text[:at] + text[at + 1] + text[at] + end


def pieces_of(text: Text) -> list[Piece]:
    """Cut a text at the edges of its spans."""
    found, at = [], 0
    for span in text.spans:
        found.append((text.text[at : span.begin], ""))
        found.append((text.text[span.begin : span.end], span.kind))
        at = span.end
    found.append((text.text[at:], ""))
    return found


def joined(text: Text, pieces: list[Piece]) -> Text:
    """Return the text made of changed pieces, its spans where they lie now."""
    spans, at = [], 0
    for piece, kind in pieces:
        if kind:
            spans.append(Span(at, at + len(piece), kind))
        at += len(piece)
    return replace(text, text="".join(piece for piece, _ in pieces), spans=tuple(spans))


def _slip_somewhere(rng: Random, pieces: list[Piece]) -> None:
    """Misspell one place of the text, a long piece more likely than a short one."""
    at = int(rng.random() * sum(len(piece) for piece, _ in pieces))
    for number, (piece, kind) in enumerate(pieces):
        if at < len(piece):
            if kind not in FRAGILE:
                pieces[number] = (_slipped(rng, piece, at), kind)
            return
        at -= len(piece)


def _slipped(rng: Random, piece: str, at: int) -> str:
    """Swap, drop, double or mistake the letter there; leave alone what is at the edge of a word."""
    if not 0 < at < len(piece) - 1 or not piece[at - 1 : at + 2].isalpha():
        return piece
    letter, style = piece[at], rng.random()
    if style < 0.3:
        return piece[:at] + piece[at + 1] + letter + piece[at + 2 :]
    if style < 0.5:
        return piece[:at] + piece[at + 1 :]
    if style < 0.6:
        return piece[:at] + letter + piece[at:]
    if style < 0.8 and letter in ALIKE:
        return piece[:at] + ALIKE[letter] + piece[at + 1 :]
    return piece[:at] + rng.choice(KEYS.get(letter, letter)) + piece[at + 1 :]


def _shortened(rng: Random, piece: str) -> str:
    """Write some words as in a chat."""

    def typed(found: re.Match[str]) -> str:
        word = found[0]
        short = SHORT.get(word.lower())
        return word if short is None or rng.random() >= 0.6 else short

    return _WORD.sub(typed, piece)
