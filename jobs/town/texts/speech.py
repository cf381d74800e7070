"""What is said rather than written: a text cut into turns, as a machine hears it, and what the bank's side says."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from jobs.town.texts.facts import Span, Text
from jobs.town.texts.keyboard import joined, pieces_of

# What a recogniser takes for another word.
ALIKE = {
    "cargo": "largo", "cobro": "cobre", "tarjeta": "carpeta", "cuenta": "cuento", "comisión": "misión", "app": "ap",
    "banco": "blanco", "saldo": "salto", "crédito": "rédito", "reclamo": "reclama", "respuesta": "repuesta",
    "charge": "charger", "card": "cart", "account": "a count", "fee": "feet", "refund": "re fund", "bank": "back",
    "balance": "ballads", "loan": "lone", "blocked": "blogged", "claim": "clam",
}  # fmt: skip
_WORDS = re.compile(rf"\b(?:{'|'.join(ALIKE)})\b", re.IGNORECASE)
_MARKS = re.compile(r"[.,;:!?…]+(?=\s|$)|[¿¡\"“”()]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")

# By language and by what is to be said; {} is a value that is put in.
BANK = {
    "es": {
        "greeting": (
            "Banco, buenos días, le saluda {}, ¿en qué puedo ayudarle?",
            "Gracias por llamar, mi nombre es {}, dígame en qué le ayudo.",
            "Buenas, le atiende {}. ¿Cuál es el motivo de su llamada?",
        ),
        "yes": ("Sí, le escucho.", "Entiendo.", "Ajá, continúe por favor.", "Comprendo la situación."),
        "document?": (
            "Para validar sus datos, ¿me indica su documento?",
            "¿Me dicta su número de documento, por favor?",
        ),
        "document": ("Sí, es {}.", "Claro, {}.", "El número es {}."),
        "wait": (
            "Permítame un momento, voy a revisar en el sistema.",
            "Un momento en línea, por favor, estoy verificando.",
        ),
        "filed": (
            "Ya quedó registrado su reclamo, le llegará la respuesta.",
            "He generado el caso, le responderemos en el plazo.",
        ),
        "advice": (
            "Le explico: eso lo puede ver en la aplicación o en cualquier agencia.",
            "Según lo que veo en el sistema, ya está en trámite.",
            "Eso depende de otra área, pero lo dejo anotado.",
        ),
        "call back": (
            "Le vamos a devolver la llamada a más tardar mañana.",
            "Un especialista le llamará mañana sin falta.",
        ),
        "thanks": ("Ya, gracias.", "Bueno, está bien.", "Ok, hasta luego.", "Listo, quedo a la espera."),
        "closing": (
            "Gracias por comunicarse con nosotros, que tenga buen día.",
            "¿Algo más? Que esté bien, hasta luego.",
        ),
        "bot": ("Hola, soy el asistente virtual. ¿En qué te ayudo?", "¡Hola! Cuéntame tu consulta en pocas palabras."),
        "bot answer": (
            "Quizá esto te sirva: Preguntas frecuentes > Mis productos.",
            "Encontré estos temas relacionados con tu consulta.",
        ),
        "hand over": ("Te comunico con un asesor, espera por favor.", "Un asesor te atenderá en breve."),
        "typed greeting": (
            "Hola, le saluda {}. Leo su mensaje y le respondo.",
            "Buen día, soy {} y revisaré su consulta.",
        ),
    },
    "en": {
        "greeting": (
            "Good morning, this is {}, how can I help you?",
            "Thanks for calling, my name is {}. What can I do for you?",
            "Hello, you are speaking with {}. What is your call about?",
        ),
        "yes": ("Yes, go on.", "I see.", "Right, I understand.", "Okay, tell me more."),
        "document?": (
            "To verify your details, what is your document number?",
            "Could you give me the number of your document, please?",
        ),
        "document": ("Yes, it is {}.", "Sure, {}.", "The number is {}."),
        "wait": ("One moment, let me check the system.", "Please hold the line while I have a look."),
        "filed": (
            "I have opened a case for you, you will get an answer.",
            "Your complaint is on record now, we will answer in due time.",
        ),
        "advice": (
            "You can see that in the app or at any branch.",
            "As far as I can see it is being processed.",
            "That is up to another team, but I will leave a note.",
        ),
        "call back": (
            "We will call you back by tomorrow at the latest.",
            "A specialist is going to call you tomorrow.",
        ),
        "thanks": ("Okay, thanks.", "Alright then.", "Fine, goodbye.", "Good, I will wait."),
        "closing": ("Thank you for calling, have a nice day.", "Anything else? Have a good day, goodbye."),
        "bot": ("Hi, I am the virtual assistant. How can I help?", "Hello! Tell me what you need in a few words."),
        "bot answer": ("This may help: FAQ > My products.", "I found these topics about your question."),
        "hand over": ("I am connecting you with an agent, please wait.", "An agent will be with you shortly."),
        "typed greeting": (
            "Hello, this is {}. I am reading your message.",
            "Good day, I am {} and I will look into it.",
        ),
    },
}


def said_by_bank(rng: Random, language: str, what: str, value: str = "", kind: str = "PERSON") -> Text:
    """Return a line of an agent or a bot, or an answer to them, with the span of the value put in.

    It is nobody's concern: its intent, cause, emotion and register are "".
    """
    before, found, after = rng.choice(BANK[language][what]).partition("{}")
    spans = (Span(len(before), len(before) + len(value), kind),) if found and value else ()
    return Text(f"{before}{value if found else ''}{after}", spans, "", "", 0, "", "", False)


def turns(text: Text, *, at_least: int) -> list[Text]:
    """Cut a text where sentences end into parts of so many characters or more; the last may be shorter."""
    found, begin = [], 0
    for gap in _SENTENCE_END.finditer(text.text):
        is_whole = all(gap.end() <= span.begin or span.end <= gap.start() for span in text.spans)
        if is_whole and gap.start() - begin >= at_least and gap.end() < len(text.text):
            found.append(_part(text, begin, gap.start()))
            begin = gap.end()
    return [*found, _part(text, begin, len(text.text))]


def _part(text: Text, begin: int, end: int) -> Text:
    spans = (Span(s.begin - begin, s.end - begin, s.kind) for s in text.spans if begin <= s.begin and s.end <= end)
    return replace(text, text=text.text[begin:end], spans=tuple(spans))


def as_heard(rng: Random, text: Text, misheard: float, *, bare: bool) -> Text:
    """Return the text as a recogniser writes it: some words taken for others; bare, without marks and capitals."""
    pieces = pieces_of(text)
    if misheard > 0:
        pieces = [(piece if kind else _misheard(rng, piece, misheard), kind) for piece, kind in pieces]
    if bare:
        pieces = [((piece if kind else _MARKS.sub("", piece)).lower(), kind) for piece, kind in pieces]
    return joined(text, pieces)


def _misheard(rng: Random, piece: str, chance: float) -> str:
    return _WORDS.sub(lambda word: ALIKE[word[0].lower()] if rng.random() < chance else word[0], piece)
