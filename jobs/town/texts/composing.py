"""From an intent and facts to a text: which sentences a channel has room for, in which register and mood."""

from __future__ import annotations

from random import Random

from jobs.town import parameters
from jobs.town.texts.draft import Draft
from jobs.town.texts.facts import Facts, Text

INTENTS = ("complaint", "enquiry", "request", "follow_up", "praise", "solved", "other")
REGISTERS = ("formal", "plain", "chatty", "curt", "angry", "furious")
EMOTIONS = ("anger", "disappointment", "worry", "sadness", "neutral", "gratitude", "joy")
FORMS = {
    "book": "letter",
    "email": "letter",
    "web": "form",
    "phone": "summary",
    "counter": "summary",
    "app": "brief",
    "chat": "brief",
    "social": "brief",
    "survey": "brief",
}
# Weights of REGISTERS. Only complaints are angry: who is angry about a question complains.
COMPLAINT_REGISTERS = {
    "letter": (30, 30, 8, 10, 14, 8),
    "form": (12, 36, 16, 12, 14, 10),
    "summary": (0, 60, 0, 12, 18, 10),
    "brief": (2, 28, 24, 18, 16, 12),
}
OTHER_REGISTERS = {
    "letter": (35, 40, 10, 15, 0, 0),
    "form": (15, 45, 25, 15, 0, 0),
    "summary": (0, 80, 0, 20, 0, 0),
    "brief": (3, 42, 35, 20, 0, 0),
}
# Weights of EMOTIONS where the register is a calm one.
MOODS = {
    "complaint": (10, 22, 18, 6, 44, 0, 0),
    "enquiry": (0, 0, 14, 0, 86, 0, 0),
    "request": (0, 0, 6, 2, 92, 0, 0),
    "follow_up": (0, 10, 16, 0, 74, 0, 0),
    "praise": (0, 0, 0, 0, 30, 45, 25),
    "solved": (0, 6, 0, 0, 50, 36, 8),
    "other": (0, 0, 0, 3, 90, 0, 7),
}
SENTIMENTS = {"anger": -2, "disappointment": -1, "worry": -1, "sadness": -1, "neutral": 0, "gratitude": 1, "joy": 2}
SARCASTIC_SHARE = 0.2  # of the complaints that are neither formal nor plain
# How often the parts of a text are there; "nothing" is a sentence that says nothing more.
SHARES = {
    "letter": dict(
        opening=0.95,
        before=0.2,
        context=0.4,
        aside=0.2,
        nothing=0.2,
        demand=0.35,
        plant=0.25,
        closing=0.8,
        signature=0.6,
    ),
    "form": dict(
        opening=0.6,
        before=0.15,
        context=0.3,
        aside=0.15,
        nothing=0.2,
        demand=0.2,
        plant=0.22,
        closing=0.35,
        signature=0.0,
    ),
    "summary": dict(
        opening=0.0,
        before=0.0,
        context=0.3,
        aside=0.2,
        nothing=0.3,
        demand=0.25,
        plant=0.25,
        closing=0.0,
        signature=0.0,
    ),
    "brief": dict(
        opening=0.3,
        before=0.0,
        context=0.05,
        aside=0.05,
        nothing=0.03,
        demand=0.05,
        plant=0.1,
        closing=0.1,
        signature=0.0,
    ),
}


def compose(rng: Random, intent: str, facts: Facts, channel: str, *, is_spoken: bool = False) -> Text:
    """Return a text of that intent about the facts, as long and as formed as the channel has it.

    A complaint is what has the intent "complaint", told once or again; a follow-up asks for the state of a case and
    complains of nothing. Phone and counter give an agent's summary in the third person. What is spoken does not go on
    as letters and forms do. All fits cp1252.
    """
    form = FORMS[channel]
    weights = COMPLAINT_REGISTERS if intent == "complaint" else OTHER_REGISTERS
    register = rng.choices(REGISTERS, weights[form])[0]
    emotion = _emotion(rng, intent, form, register)
    draft = Draft(rng, facts, is_third_person=form == "summary")
    main = _main_symbol(rng, intent, form, register, facts)
    further = 0 if is_spoken else _further(rng, intent, facts.language, form, register)
    _write_begin(draft, form, main, register)
    _write_more(draft, form, intent, register, emotion, further)
    _write_end(draft, form, intent, register)
    is_careless = form == "brief" and register in ("chatty", "curt") and rng.random() < 0.5
    text, spans = draft.finished(with_capitals=not is_careless)
    is_sarcastic = main == "complaint.sarcasm"
    sentiment = SENTIMENTS[emotion]
    if intent == "complaint":
        sentiment = -2 if register == "furious" else min(sentiment, -1)
    elif intent in ("praise", "solved") and sentiment >= 0:
        sentiment = min(2, sentiment + 1) if intent == "praise" else max(1, sentiment)
    return Text(text, spans, intent, facts.cause, sentiment, emotion, register, is_sarcastic)


def demand(rng: Random, facts: Facts) -> str:
    """Return what the person wants."""
    draft = Draft(rng, facts, is_third_person=False)
    draft.write(_demand_symbol(facts))
    return draft.finished(with_capitals=True)[0]


def _emotion(rng: Random, intent: str, form: str, register: str) -> str:
    if register in ("angry", "furious"):
        return "anger"
    # A few words have no room for what the register does not say.
    silence = {"brief": 0.7}.get(form, 0.6 if register == "curt" else 0.0)
    if rng.random() < silence:
        return "neutral"
    return rng.choices(EMOTIONS, MOODS[intent])[0]


def _main_symbol(rng: Random, intent: str, form: str, register: str, facts: Facts) -> str:
    if form == "summary":
        return f"{intent}.third"
    if intent == "complaint":
        if register not in ("formal", "plain") and rng.random() < SARCASTIC_SHARE:
            return "complaint.sarcasm"
        if facts.times_told and rng.random() < 0.5:
            is_vague = rng.random() < (0.4 if form == "brief" else 0.1)
            return "complaint.vague" if is_vague else "complaint.again"
    return f"{intent}.brief" if form == "brief" and rng.random() < 0.75 else intent


def _demand_symbol(facts: Facts) -> str:
    return "demand" if facts.cents is None else "demand.money"


def _further(rng: Random, intent: str, language: str, form: str, register: str) -> int:
    """Draw how many sentences more there are than in a short text."""
    if form not in parameters.FURTHER_FORMS:
        return 0
    median = parameters.FURTHER_MEDIAN[language]
    median *= parameters.FURTHER_IF_CURT if register == "curt" else 1.0
    median *= 1.0 if intent == "complaint" else parameters.FURTHER_IF_NO_COMPLAINT
    return int(0.5 + median * rng.lognormvariate(0, parameters.FURTHER_SIGMA))


def _brevity(register: str) -> float:
    return 0.3 if register == "curt" else 1.0


def _style(register: str) -> str:
    return "plain" if register == "curt" else register


def _write_begin(draft: Draft, form: str, main: str, register: str) -> None:
    """Write the main sentence and, by chance, what comes before it."""
    shares, chance, line = SHARES[form], draft.rng.random, "\n" if form == "letter" else " "
    if not main.endswith(".brief") and chance() < shares["opening"] * _brevity(register):
        draft.write(f"opening.{_style(register)}")
    if chance() < shares["before"] * _brevity(register):
        draft.write_unsaid("aside", line)
        line = " "
    draft.write(main, line)


def _write_more(draft: Draft, form: str, intent: str, register: str, emotion: str, further: int) -> None:
    """Write what people tell around the matter, and how they feel."""
    shares, chance, brevity = SHARES[form], draft.rng.random, _brevity(register)
    third = "third." if form == "summary" else ""
    aside = f"{third}aside"
    context = f"{third}context{'.calm' if intent in ('enquiry', 'request') else ''}"
    feeling = f"{'mood' if third else 'feel'}.{'fury' if register == 'furious' else emotion}"
    has_context = intent not in ("praise", "other")
    if has_context and chance() < shares["context"] * brevity:
        draft.write_unsaid(context, draft.gap())
    if chance() < shares["aside"] * brevity:
        draft.write_unsaid(aside, draft.gap())
    if further:
        has_feeling = intent == "complaint" and emotion != "neutral"
        symbols = {"context": context if has_context else "", "aside": aside, "feeling": feeling if has_feeling else ""}
        weights = {symbol: parameters.FURTHER_KINDS[kind] for kind, symbol in symbols.items() if symbol}
        _write_further(draft, further, weights, parameters.NEW_PARAGRAPH if form == "letter" else 0.0)
    if emotion != "neutral" or chance() < shares["nothing"]:
        draft.write_unsaid(feeling, draft.gap())


def _write_end(draft: Draft, form: str, intent: str, register: str) -> None:
    """Write, by chance, what they want, who they are, and a good-bye."""
    shares, chance = SHARES[form], draft.rng.random
    third = "third." if form == "summary" else ""
    if intent == "complaint" and chance() < shares["demand"]:
        draft.write(_demand_symbol(draft.facts) + (".third" if third else ""), draft.gap())
    is_named = chance() < shares["plant"]
    if is_named:
        is_firm = draft.facts.id_type == "RUC" and not third
        draft.write("plant.firm" if is_firm else f"{third}plant", draft.gap())
    if chance() < shares["closing"] * _brevity(register):
        draft.write(f"closing.{_style(register)}", "\n" if form == "letter" else draft.gap())
    if not is_named and chance() < shares["signature"]:
        draft.write("signature", "\n")


def _write_further(draft: Draft, count: int, symbols: dict[str, int], new_line: float) -> None:
    """Write more sentences of symbols with these weights, none twice, until they are so many or all is said."""
    chance, line = draft.rng.random, draft.gap()
    drawn = [symbol for symbol, weight in symbols.items() for _ in range(weight)]
    for _ in range(count):
        symbol = drawn[int(chance() * len(drawn))]
        while not draft.write_unsaid(symbol, line):
            drawn = [other for other in drawn if other != symbol]
            if not drawn:
                return
            symbol = drawn[int(chance() * len(drawn))]
        # What was written ends with a full stop.
        line = "\n" if chance() < new_line else " "
