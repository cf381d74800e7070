"""What people write: a small grammar in Spanish and English, and the way people type."""

from __future__ import annotations

import unicodedata
from random import Random

from jobs.town.contacts import Issue
from jobs.town.people import folded

REGISTERS = ("formal", "plain", "angry")
OPENINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {
        "formal": ("Estimados señores:", "Por medio de la presente expongo lo siguiente:", "Señores del banco:"),
        "plain": ("Buenas tardes,", "Hola,", "Buen día, les cuento:"),
        "angry": ("¡Esto es el colmo!", "¿Hasta cuándo?", "Ya estoy cansado de reclamar."),
    },
    "en": {
        "formal": ("Dear Sir or Madam,", "I am writing about the following matter:", "To whom it may concern,"),
        "plain": ("Hello,", "Hi there,", "Good morning,"),
        "angry": ("This is outrageous!", "How many times do I have to tell you?", "I have had enough."),
    },
}
HAPPENED: dict[str, dict[str, tuple[str, ...]]] = {
    "unrecognised_charge": {
        "es": (
            "el {day} apareció en mi tarjeta terminada en {last4} un cargo de {amount} que no reconozco.",
            "me han cargado {amount} en {place} y yo no hice esa compra.",
            "veo un consumo de {amount} del {day}; nunca compré en ese comercio.",
        ),
        "en": (
            "on {day} a charge of {amount} that I do not recognise appeared on my card ending in {last4}.",
            "someone took {amount} from my card and it was not me.",
        ),
    },
    "undue_fee": {
        "es": (
            "me cobraron una comisión de {amount} que no figura en mi contrato.",
            "el {day} descontaron {amount} por mantenimiento, y mi cuenta no tiene ese costo.",
        ),
        "en": (
            "you charged me a fee of {amount} that is not in my contract.",
            "on {day} you took {amount} for account maintenance, which should be free.",
        ),
    },
    "blocked_card": {
        "es": (
            "mi tarjeta terminada en {last4} está bloqueada desde el {day} y nadie me explica por qué.",
            "bloquearon mi tarjeta sin aviso cuando quería pagar en {place}.",
        ),
        "en": (
            "my card ending in {last4} has been blocked since {day} and nobody tells me why.",
            "my card was declined without warning while I was shopping in {place}.",
        ),
    },
    "refund_delay": {
        "es": (
            "devolví la compra el {day} y hasta hoy no me reembolsan los {amount}.",
            "me prometieron la devolución de {amount} en una semana y sigo esperando.",
        ),
        "en": (
            "I returned the goods on {day} and the refund of {amount} has not arrived.",
            "you promised to pay back {amount} within a week and I am still waiting.",
        ),
    },
    "poor_service": {
        "es": (
            "en la agencia de {place} me atendieron de mala manera y me hicieron esperar dos horas.",
            "el {day} la persona que me atendió fue grosera y no resolvió nada.",
        ),
        "en": (
            "the clerk I spoke to on {day} was rude and did not help me at all.",
            "I waited two hours in {place} and then was sent away.",
        ),
    },
    "app_down": {
        "es": (
            "la aplicación no abre desde el {day} y no puedo pagar nada.",
            "la app se cae cada vez que intento hacer una transferencia.",
        ),
        "en": ("the app has not opened since {day} and I cannot pay my bills.", "the app crashes at every transfer."),
    },
    "double_charge": {
        "es": (
            "me cobraron dos veces la misma compra de {amount} el {day}.",
            "el pago de {amount} salió duplicado en mi tarjeta terminada en {last4}.",
        ),
        "en": ("I was charged twice for one purchase of {amount} on {day}.", "my payment of {amount} went out twice."),
    },
    "credit_denied": {
        "es": (
            "me negaron el préstamo sin ninguna explicación aunque cumplo todos los requisitos.",
            "aprobaron mi crédito y el {day} me dicen que siempre no.",
        ),
        "en": (
            "my loan was turned down without any explanation.",
            "my loan was approved and on {day} you told me it is not.",
        ),
    },
    "card_delivery": {
        "es": (
            "solicité mi tarjeta hace un mes y no llega a mi domicilio en {place}.",
            "el {day} figuraba como entregada, pero nunca recibí la tarjeta.",
        ),
        "en": (
            "I asked for my card a month ago and it has not reached me in {place}.",
            "the card is shown as delivered on {day}, but I never got it.",
        ),
    },
    "wrong_data": {
        "es": (
            "mi nombre y mi dirección están mal escritos en el estado de cuenta.",
            "pedí corregir mis datos el {day} y siguen saliendo equivocados.",
        ),
        "en": (
            "my name and address are wrong on my statement.",
            "I asked you on {day} to correct my data and they are still wrong.",
        ),
    },
}
FEELINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "es": {
        "formal": ("Lamento tener que recurrir a esta vía.", "Considero que esta situación es inaceptable."),
        "plain": ("La verdad, me preocupa.", "Estoy bastante molesto.", "No sé qué hacer."),
        "angry": ("¡Son unos ladrones!", "Una vergüenza, me voy a otro banco.", "Pésimo servicio, nunca más."),
    },
    "en": {
        "formal": ("I find this situation unacceptable.", "I regret having to write to you in this way."),
        "plain": ("I am quite worried.", "To be honest, I am upset.", "I do not know what to do."),
        "angry": ("You are thieves!", "What a shame, I am moving to another bank.", "Worst service ever."),
    },
}
DEMANDS: dict[str, dict[bool, tuple[str, ...]]] = {
    "es": {
        True: (
            "Solicito la devolución de {amount}.",
            "Pido que me devuelvan mi dinero.",
            "Exijo el extorno inmediato.",
        ),
        False: (
            "Solicito una solución y una respuesta por escrito.",
            "Pido que lo arreglen ya.",
            "Espero una disculpa.",
        ),
    },
    "en": {
        True: ("Please refund {amount}.", "I want my money back.", "I demand an immediate reversal."),
        False: ("Please solve this and answer in writing.", "Fix it now.", "I expect an apology."),
    },
}
ANSWERS = {
    "upheld": "Se declara procedente el reclamo y se atiende lo solicitado.",
    "partly_upheld": "Se declara procedente en parte; se reconoce la mitad de lo solicitado.",
    "rejected": "Se declara improcedente: la operación fue validada con clave.",
    "explained": "Se explicó al cliente el detalle del caso.",
    "withdrawn": "El cliente desistió.",
}
EMOJI = ("😡", "😤", "🤬", "😭", "👎", "🙏")


def account_of(rng: Random, issue: Issue) -> str:
    """Return what the person says happened, in their language."""
    language, register = issue.person.language, rng.choice(REGISTERS)
    happened = _filled(rng.choice(HAPPENED[issue.cause.key][language]), issue)
    opening = rng.choice(OPENINGS[language][register])
    happened = happened[0].upper() + happened[1:] if opening[-1] in ".!?" else happened
    # A letter has its address on a line of its own; a quick message runs on.
    separator = "\n" if register == "formal" else " "
    return f"{opening}{separator}{happened} {rng.choice(FEELINGS[language][register])}"


def demand_of(rng: Random, issue: Issue) -> str:
    """Return what the person wants."""
    return _filled(rng.choice(DEMANDS[issue.person.language][issue.cents is not None]), issue)


def _filled(sentence: str, issue: Issue) -> str:
    spanish = issue.person.language == "es"
    amount = f"{(issue.cents or 0) / 100:,.2f}"
    symbol = "S/" if issue.currency == "PEN" else "US$"
    return sentence.format(
        amount=f"{symbol} {es_number(issue.cents or 0) if spanish else amount}",
        day=f"{issue.happened_on:%d/%m/%Y}" if spanish else f"{issue.happened_on:%m/%d/%Y}",
        place=issue.person.city.name,
        last4=f"{int(issue.issue_id[6:12]) * 7919 % 10000:04d}",
    )


def es_number(cents: int) -> str:
    """Return an amount as 1.234,56."""
    return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def as_typed(rng: Random, text: str, noise: float, *, emoji: bool = True) -> str:
    """Return the text the way people type it: slips, no accents, capitals, emoji, decomposed accents."""
    if rng.random() < noise:
        text = typo(rng, text)
    if rng.random() < noise * 2:
        text = folded(text)
    if rng.random() < noise * 0.5:
        text = text.upper()
    if emoji and rng.random() < noise:
        text = f"{text} {rng.choice(EMOJI) * rng.randrange(1, 4)}"
    if emoji and rng.random() < noise * 0.5:
        text = unicodedata.normalize("NFD", text)
    return text


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
