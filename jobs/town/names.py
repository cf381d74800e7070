"""Common names, streets and cities that the town's people are drawn from; no real person is meant."""

from __future__ import annotations

from dataclasses import dataclass


def listed(names: str) -> tuple[str, ...]:
    return tuple(names.split("|"))


WOMEN_ES = listed(
    "Rosa|María|Carmen|Lucía|Ana|Elena|Sofía|Julia|Teresa|Patricia|Verónica|Inés|Mónica|Andrea|Daniela|Gabriela|"
    "Claudia|Raquel|Natalia|Beatriz|Silvia|Pilar|Ángela|Victoria|Camila|Valentina|Isabel|Milagros|Noelia|Ximena"
)
MEN_ES = listed(
    "José|Luis|Carlos|Juan|Jorge|Miguel|Pedro|Andrés|Diego|Javier|Raúl|Óscar|Víctor|Martín|Hugo|Iván|Álvaro|Sergio|"
    "Fernando|Ricardo|Eduardo|Gonzalo|Tomás|Emilio|Rubén|Mateo|Nicolás|Joaquín|Ignacio|Adrián"
)
WOMEN_EN = listed("Mary|Linda|Susan|Karen|Emily|Laura|Megan|Rachel|Hannah|Olivia|Grace|Amy|Nicole|Julie|Diane")
MEN_EN = listed("James|John|Robert|Michael|David|Thomas|Daniel|Kevin|Brian|Steven|Eric|Ryan|Peter|Adam|Scott")
FAMILY_ES = listed(
    "García|Rodríguez|Fernández|López|Martínez|Sánchez|Pérez|Gómez|Díaz|Muñoz|Álvarez|Romero|Torres|Ramírez|Flores|"
    "Rojas|Castillo|Vargas|Castro|Núñez|Ortiz|Herrera|Medina|Aguilar|Guerrero|Mendoza|Vega|Reyes|Cruz|Quispe|Mamani|"
    "Huamán|Chávez|Espinoza|Salazar|Paredes|Ibáñez|Peña|Cabrera|Fuentes|Navarro|Molina|Delgado|Campos|Ríos|León|Silva|"
    "Carrasco|Contreras|Valdez"
)
FAMILY_EN = listed(
    "Smith|Johnson|Williams|Brown|Jones|Miller|Davis|Wilson|Anderson|Taylor|Moore|Jackson|Martin|Lee|Thompson|White|"
    "Harris|Clark|Lewis|Walker|Hall|Young|King|Wright|Hill|Green|Baker|Nelson|Carter|Turner"
)
STREETS_ES = listed(
    "Av. Los Cedros|Jr. Las Acacias|Calle Real|Av. del Puerto|Calle Nueva|Jr. El Molino|Av. La Marina|"
    "Pasaje Los Olivos|Calle San Martín|Av. Bolívar|Calle del Río|Av. Primavera|Jr. Unión|Calle Mayor|Av. Las Palmeras|"
    "Calle Ñandú"
)
STREETS_EN = listed("Oak Street|Maple Avenue|Cedar Lane|Park Road|Lake Drive|Hill Street|Elm Court|River Road")
FIRM_KINDS = listed("Comercial|Distribuidora|Inversiones|Servicios|Transportes|Constructora|Panadería|Ferretería")
FIRM_NAMES = listed(
    "Los Andes|El Sol|Tres Ríos|Santa Rosa|La Colmena|Pacífico Norte|Valle Verde|Dos Hermanos|El Cóndor|Nueva Luz|"
    "San Isidro|La Estrella|Altamar|El Ñandú|Monte Alto|Las Lomas"
)
FIRM_FORMS = ("S.A.C.", "S.R.L.", "E.I.R.L.")
# Domains reserved for examples (RFC 2606): mail to them reaches nobody.
MAIL_DOMAINS = ("correo.example.com", "buzon.example.com", "mail.example.org", "casa.example.net", "inbox.example.net")


@dataclass(frozen=True)
class City:
    """Where people live; the bank has branches in the Peruvian ones."""

    name: str
    region: str
    country: str
    postcode: str
    weight: int


CITIES = (
    City("Lima", "Lima", "PE", "15001", 24),
    City("Arequipa", "Arequipa", "PE", "04001", 9),
    City("Trujillo", "La Libertad", "PE", "13001", 7),
    City("Cusco", "Cusco", "PE", "08001", 5),
    City("Piura", "Piura", "PE", "20001", 5),
    City("Madrid", "Madrid", "ES", "28013", 6),
    City("Málaga", "Málaga", "ES", "29015", 4),
    City("Ciudad de México", "Ciudad de México", "MX", "06000", 6),
    City("Monterrey", "Nuevo León", "MX", "64000", 4),
    City("Bogotá", "Cundinamarca", "CO", "110111", 6),
    City("Medellín", "Antioquia", "CO", "050001", 4),
    City("Santiago", "Región Metropolitana", "CL", "8320000", 5),
    City("Valparaíso", "Valparaíso", "CL", "2340000", 3),
    City("Miami", "Florida", "US", "33130", 7),
    City("Chicago", "Illinois", "US", "60601", 5),
)
