"""The texts of the town: true about themselves, of many kinds, and as hard to tell apart as texts of people are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

from jobs.town import names, parameters, reach, texts, world
from jobs.town.texts import draft
from jobs.town.texts.composing import FORMS
from jobs.town.texts.grammar import Grammar, expand

ROOT = Path(__file__).parents[2]
SHARES = {"complaint": 45, "enquiry": 15, "request": 12, "follow_up": 8, "praise": 8, "solved": 4, "other": 8}
CAUSES = {cause.key: cause for cause in world.CAUSES}
COUNTRIES = ("PE", "ES", "MX", "CO", "CL", "US")
ID_TYPES = {"PE": "DNI", "ES": "NIF", "MX": "CURP", "CO": "CC", "CL": "RUT", "US": "PASAPORTE"}
KINDS = {"PERSON", "EMAIL", "PHONE", "NATIONAL_ID", "ADDRESS", "CARD", "ACCOUNT"}


def facts(rng: Random, **changes: Any) -> texts.Facts:
    """Facts as a town has them: its weights of causes and cities, its names and numbers."""
    (cause,) = rng.choices(world.CAUSES, [c.weight for c in world.CAUSES])
    (city,) = rng.choices(names.CITIES, [c.weight for c in names.CITIES])
    given, family = rng.choice((*names.WOMEN_ES, *names.MEN_ES)), rng.choice(tuple(names.FAMILY_ES))
    is_firm = rng.random() < 0.05
    found = texts.Facts(
        language="en" if rng.random() < (0.85 if city.country == "US" else 0.1) else "es",
        country=city.country,
        cause=cause.key,
        product=cause.product,
        place=city.name,
        happened_on=date(2026, 1, 1) + timedelta(days=rng.randrange(90)),
        cents=None if cause.amount is None else rng.randrange(cause.amount[0] * 100, cause.amount[1] * 100),
        currency="PEN" if city.country == "PE" else "USD",
        last4=f"{rng.randrange(10**4):04d}",
        full_name="Comercial El Sol 23 S.A.C." if is_firm else f"{given} {family}",
        email=f"{names.folded(given).lower()}{rng.randrange(1000)}@correo.example.com",
        phone=reach.phone_as_written(rng, reach.mobile(1, rng.randrange(10**5), city.country), city.country),
        national_id=f"{rng.randrange(10**8):08d}",
        id_type="RUC" if is_firm else ID_TYPES[city.country],
        address=f"{rng.choice(names.STREETS_ES)} {rng.randrange(100, 2000)}",
        other_cause=rng.choice([key for key in CAUSES if key != cause.key]) if rng.random() < 0.7 else "",
        agent=rng.choice(tuple(names.WOMEN_ES)) if rng.random() < 0.4 else "",
        times_told=rng.choice((0, 0, 0, 1, 2)),
    )
    return replace(found, **changes)


def written(seed: int, count: int, **changes: Any) -> Iterator[tuple[texts.Facts, texts.Text]]:
    rng = Random(f"texts:{seed}")
    for _ in range(count):
        (intent,) = rng.choices(tuple(SHARES), tuple(SHARES.values()))
        told = facts(rng, **changes)
        yield told, texts.compose(rng, intent, told, rng.choice(tuple(FORMS)))


def typed(seed: int, count: int, noise: float) -> list[texts.Text]:
    rng = Random(f"typed:{seed}")
    return [texts.as_typed(rng, text, noise) for _, text in written(seed, count)]


def bare(text: str) -> str:
    return re.sub(r"[^a-z0-9@]", "", names.folded(text).lower())


def planted(told: texts.Facts, kind: str) -> set[str]:
    values = {
        "PERSON": {told.full_name, told.agent},
        "EMAIL": {told.email},
        "PHONE": {told.phone},
        "NATIONAL_ID": {told.national_id},
        "ADDRESS": {told.address},
        "CARD": {told.last4, f"xxxxxxxxxxxx{told.last4}"},
    }
    return {bare(value) for value in values[kind]}


def test_spans_are_what_was_planted() -> None:
    for told, text in written(1, 3000):
        for span in text.spans:
            value = text.text[span.begin : span.end]
            if span.kind == "ACCOUNT":
                assert len(bare(value)) == 14, text
                assert bare(value).isdigit(), text
            else:
                assert bare(value) in planted(told, span.kind), text


def test_spans_stay_true_however_it_is_typed() -> None:
    rng = Random(2)
    for told, text in written(2, 3000):
        after = texts.as_typed(rng, text, 1.0)
        assert [span.kind for span in after.spans] == [span.kind for span in text.spans]
        assert all(a.end <= b.begin for a, b in zip(after.spans, after.spans[1:], strict=False))
        for span in after.spans:
            value = after.text[span.begin : span.end]
            if span.kind in ("EMAIL", "PHONE", "NATIONAL_ID", "CARD"):
                assert bare(value) in planted(told, span.kind), after
            # A slip may change a letter of a name, never the first.
            assert span.kind != "PERSON" or bare(value)[0] in {bare(told.full_name)[0], bare(told.agent)[:1]}
            assert value == value.strip(), after


def test_a_realistic_minority_of_texts_has_personal_data() -> None:
    found = [text for _, text in written(3, 4000)]
    assert {span.kind for text in found for span in text.spans} == KINDS
    assert 0.2 < sum(bool(text.spans) for text in found) / len(found) < 0.55


def test_everything_is_produced() -> None:
    found = list(written(4, 4000))
    kinds = {(told.cause, told.country, text.intent) for told, text in found}
    assert {cause for cause, _, _ in kinds} == set(CAUSES)
    assert {country for _, country, _ in kinds} == set(COUNTRIES)
    assert {intent for _, _, intent in kinds} == set(texts.INTENTS) == set(SHARES)
    assert {text.register for _, text in found} == set(texts.REGISTERS)
    assert {text.emotion for _, text in found} == set(texts.EMOTIONS)
    assert {text.sentiment for _, text in found} == {-2, -1, 0, 1, 2}
    assert {text.intent for _, text in found if text.is_sarcastic} == {"complaint"}


@pytest.mark.parametrize("changes", [{}, dict(full_name="", email="", phone="", last4="", agent="", other_cause="")])
def test_no_slot_is_left_and_no_mark_is_doubled(changes: dict[str, Any]) -> None:
    for _, text in written(5, 4000, **changes):
        assert not re.search(r"[{}\[\]<>|@](?!\w)|  |\n\n| \n|\n |^\s|\s$", text.text), text.text
        assert not re.search(r"[.,:;!?]{2}| [.,:;!?]|¿¿|¡¡", text.text), text.text
        assert "None" not in text.text
        assert text.text


def test_every_alternative_of_every_table_can_be_written() -> None:
    for language, tables in draft.TABLES.items():
        for country in COUNTRIES:
            grammar = Grammar(tables, draft.SLOTS, country=country, third_person=False, vowel="o")
            for symbol in tables:
                assert grammar[symbol], (language, country, symbol)


@pytest.mark.parametrize("language", ["es", "en"])
def test_each_cause_can_be_told_in_ten_thousand_ways(language: str) -> None:
    grammar = draft.grammar(language, "PE", False, "o", False)
    for cause in CAUSES:
        stories = sum(grammar.skeletons(f"{cause}.{part}") for part in ("core", "now"))
        around = [grammar.skeletons(f"{symbol}.plain") for symbol in ("opening", "closing")]
        assert stories * around[0] * around[1] * grammar.skeletons("complaint") >= 10**4, (cause, stories)


def test_noise_0_changes_nothing() -> None:
    rng = Random(6)
    assert all(texts.as_typed(rng, text, 0.0) == text for _, text in written(6, 500))


def test_paper_takes_every_text() -> None:
    rng = Random(7)
    for _, text in written(7, 2000):
        texts.as_typed(rng, text, 1.0, emoji=False).text.encode("cp1252")


def test_the_same_seed_gives_the_same_texts_in_another_process() -> None:
    told = facts(Random(8))
    code = (
        "import datetime; from random import Random; from jobs.town import texts; from jobs.town.texts import Facts; "
        f"told, rng = {told!r}, Random(8); "
        "made = [texts.compose(rng, intent, told, 'web') for intent in texts.INTENTS for _ in range(40)]; "
        "print([texts.as_typed(rng, text, 0.5) for text in made])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_a_demand_names_the_money_only_where_there_is_some() -> None:
    rng = Random(9)
    for _ in range(300):
        told = facts(rng)
        wanted = texts.demand(rng, told)
        assert wanted[0].isupper()
        assert wanted.endswith(".")
        assert told.cents is not None or not re.search(r"\d", wanted)


AROUND = ("context", "context.calm", "aside", *(f"feel.{mood}" for mood in (*texts.EMOTIONS, "fury")))


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_sentence_around_the_matter_ends_and_is_written_down_once(language: str) -> None:
    """What follows it begins after a blank, and a weight would have it said twice."""
    for symbol in AROUND:
        lines = [line.strip() for line in draft.TABLES[language][symbol].splitlines() if line.strip()]
        assert len(lines) == len(set(lines)), symbol
        for line in lines:
            assert line[-1] in ".!", line
            assert not re.match(r"([A-Z,]+> )?\d\*", line), line


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_text_says_a_sentence_twice_until_all_is_said(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters, "FURTHER_MEDIAN", {language: 10**6})
    told = facts(Random(10), language=language, country="PE")
    text = texts.compose(Random(10), "complaint", told, "web").text.lower()
    grammar = draft.grammar(language, "PE", False, "o", False)
    plain = [line for symbol in ("context", "aside") for line in grammar[symbol] if isinstance(line, str)]
    assert len(plain) > 10
    assert [line for line in plain if text.count(line.lower()) != 1] == []


def lengths(channel: str, language: str, intent: str = "complaint", **how: Any) -> list[int]:
    rng = Random(f"lengths:{channel}:{language}")
    made = (texts.compose(rng, intent, facts(rng, language=language), channel, **how) for _ in range(1500))
    return sorted(len(text.text.split()) for text in made)


@pytest.mark.parametrize(("language", "low", "high"), [("es", 55, 80), ("en", 110, 160)])
def test_letters_and_forms_go_on_and_nothing_else_does(language: str, low: int, high: int) -> None:
    for channel in ("book", "email", "web"):
        assert low < lengths(channel, language)[750] < high, channel
    for channel in ("phone", "counter", "app", "chat", "social", "survey"):
        assert lengths(channel, language)[750] < 32, channel
    assert lengths("web", language, is_spoken=True)[750] < 40
    # Nor is every long letter a complaint.
    assert lengths("email", language, "enquiry")[1350] > lengths("email", language)[750]


def test_what_is_written_out_is_as_likely_as_it_was() -> None:
    grammar = Grammar({"s": "3* a[b|c][d|e]\nf"}, {}, country="PE", third_person=False, vowel="o")
    written_ = draft.Draft(Random(11), facts(Random(11)), is_third_person=False)
    for _ in range(8000):
        expand(grammar["s"], written_)
    assert set(written_.pieces) == {"abd", "abe", "acd", "ace", "f"}
    assert grammar.skeletons("s") == 5
    for text, share in {"abd": 3 / 16, "ace": 3 / 16, "f": 1 / 4}.items():
        assert written_.pieces.count(text) / 8000 == pytest.approx(share, abs=0.02)


def predicted(texts_: list[str], labels: list[Any], unseen: list[str]) -> Any:
    words = TfidfVectorizer(ngram_range=(1, 2))
    model = LogisticRegression(max_iter=200).fit(words.fit_transform(texts_), labels)
    return model.predict(words.transform(unseen))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_complaints_and_causes_are_hard_but_not_absurdly_hard_to_tell(seed: int) -> None:
    """A complaint is a text of that intent; who only asks after a case complains of nothing."""
    found = typed(seed, 4000, 0.1)
    seen, unseen = found[:2000], found[2000:]
    guessed = predicted([t.text for t in seen], [t.intent == "complaint" for t in seen], [t.text for t in unseen])
    assert 0.75 <= f1_score([t.intent == "complaint" for t in unseen], guessed) <= 0.90
    seen, unseen = ([t for t in half if t.intent == "complaint"] for half in (seen, unseen))
    guessed = predicted([t.text for t in seen], [t.cause for t in seen], [t.text for t in unseen])
    assert 0.55 <= accuracy_score([t.cause for t in unseen], guessed) <= 0.80
