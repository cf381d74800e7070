"""What stands around the texts of mails: subjects, what the bank writes, what machines write."""

from __future__ import annotations

from random import Random

from jobs.town import parameters
from jobs.town.contacts import Contact

# By language and intent; "" is any other.
SUBJECTS = {
    "es": {
        "complaint": ("Reclamo: {cause}", "Reclamo por {cause}", "{cause}", "URGENTE", "Problema con mi {product}"),
        "follow_up": ("¿Cómo va mi reclamo?", "Estado de mi caso", "Sigo esperando"),
        "praise": ("Gracias", "Felicitaciones", "Buena atención"),
        "solved": ("Solucionado", "Gracias, ya está resuelto"),
        "": ("Consulta", "Consulta sobre {product}", "{product}", "Información", "Pregunta"),
    },
    "en": {
        "complaint": ("Complaint: {cause}", "Complaint about {cause}", "{cause}", "URGENT", "Problem with my account"),
        "follow_up": ("Any news about my complaint?", "Status of my case", "Still waiting"),
        "praise": ("Thank you", "Great service"),
        "solved": ("Solved", "Thanks, it is fixed"),
        "": ("Question", "Question about my account", "Information request", "Quick question"),
    },
}
GREETING, REGARDS = "Estimado(a) cliente:", "Atentamente,\nMesa de Atención\nBanco del Valle"
OTHER_ANSWER = "Hemos recibido su mensaje y le damos respuesta por este medio. Quedamos atentos a cualquier consulta."
FROM_PHONE = {"es": ("Enviado desde mi iPhone", "Enviado desde mi celular"), "en": ("Sent from my iPhone",)}
WROTE = {
    "es": "El {at:%d/%m/%Y} a las {at:%H:%M}, {who} escribió:",
    "en": "On {at:%m/%d/%Y} at {at:%H:%M}, {who} wrote:",
}
AWAY = {
    "es": ("Respuesta automática", "Estoy fuera de la oficina hasta el {day:%d/%m/%Y}. Responderé a mi regreso."),
    "en": ("Automatic reply", "I am out of the office until {day:%m/%d/%Y} and will answer when I am back."),
}
NEWSLETTERS = (
    ("Novedades del sector financiero", "Resumen de la semana: tasas, regulación y eventos. Inscripciones abiertas."),
    ("Ofertas en material de oficina", "Papel, tóner y mobiliario con 20 % de descuento hasta el domingo."),
    ("Webinar gratuito: pagos digitales", "Acompáñenos este jueves. Cupos limitados."),
)


def subject(rng: Random, contact: Contact) -> str:
    """Return the subject of a mail that begins a thread; "" where there is none."""
    if rng.random() < parameters.MAIL_WITHOUT_SUBJECT:
        return ""
    of_language = SUBJECTS[contact.person.language]
    pattern = rng.choice(of_language.get(contact.intent) or of_language[""])
    topic, is_spanish = contact.topic, contact.person.language == "es"
    cause = topic.label_es if is_spanish else topic.key.replace("_", " ")
    line = pattern.format(cause=cause, product=topic.product.lower())
    return line.lower() if rng.random() < parameters.WEB_NAME_IN_SMALL_LETTERS else line
