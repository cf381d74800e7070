"""What is written in public beside the texts of customers: answers of the bank, posts that are nobody's trouble."""

from __future__ import annotations

from random import Random

from jobs.town import names

ANSWERS = {
    "es": (
        "Hola, gracias por escribirnos. Ya revisamos tu caso y te respondimos por mensaje directo. 🙏",
        "Lamentamos lo ocurrido. Te escribimos por interno con la respuesta.",
        "¡Hola! Tu consulta fue atendida, revisa tu bandeja por favor. 😊",
    ),
    "en": (
        "Hi, thanks for reaching out. We have answered you by direct message.",
        "Sorry about that! Please see our DM. 🙏",
    ),
}
CASE = {"es": " Caso {}.", "en": " Case {}."}
# Without a customer behind them, and about no trouble with the bank: news, jokes, adverts.
NOBODYS = (
    "Banco del Valle anuncia {n} nuevas agencias en {city} para el próximo año.",
    "Banco del Valle y otros bancos del país suben la tasa de depósitos a plazo a {n} %.",
    "La SBS publica el ranking de reclamos del sistema financiero; Banco del Valle figura entre los {n} primeros.",
    "Este sábado carrera {n}K en {city} con el auspicio de Banco del Valle 🏃",
    "mi billetera tiene menos saldo que yo ganas de trabajar el lunes 😂 #bancodelvalle",
    "banco del valle: su saldo es insuficiente. yo: el tuyo tampoco me conoce jaja",
    "¿Quién más se sabe de memoria el jingle de Banco del Valle? 🎶",
    "🔥 Préstamos al toque en {city}, sin ir al banco. Escríbenos al DM 🔥",
    "Vendo entradas para el concierto en {city}, acepto transferencia a Banco del Valle o efectivo",
    "Se busca practicante de marketing en {city}. Requisitos: {n} ciclo, Excel. Banco del Valle contrata.",
    "Banco del Valle opens {n} new branches, including one in {city}",
)


def of_nobody(rng: Random) -> str:
    """Return a post that mentions the bank and is about nobody's trouble."""
    return rng.choice(NOBODYS).format(n=rng.randrange(2, 11), city=rng.choice(names.CITIES).name)
