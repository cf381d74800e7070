"""Common names, streets and cities that the town's people are drawn from; no real person is meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


def listed(names: str) -> tuple[str, ...]:
    return tuple(names.split("|"))


def weighted(names: str) -> dict[str, int]:
    """Read 'name weight|…'."""
    return {name: int(weight) for name, weight in (entry.split() for entry in names.split("|"))}


class _WithoutMarks(dict[int, int | None]):
    """A table for str.translate that learns which characters are combining marks."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()


def folded(text: str) -> str:
    """Return the text without accents."""
    return text if text.isascii() else unicodedata.normalize("NFD", text).translate(_WITHOUT_MARKS)


def drawn(rng: Random, weights: Mapping[str, int]) -> str:
    """Draw a name as often as it is borne."""
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


# Weights follow the published frequencies of names (INE, RENIEC, US Census), roughly in bearers by the thousand: a few
# names are everywhere and many are rare, so strangers share names as often as they do in life.
WOMEN_ES = weighted(
    "María 600|Rosa 210|Carmen 250|Ana 270|Luz 120|Juana 110|Isabel 150|Pilar 100|Laura 140|Cristina 110|Lucía 120|"
    "Elena 100|Julia 75|Teresa 95|Patricia 95|Verónica 45|Inés 40|Mónica 60|Andrea 60|Daniela 35|Gabriela 35|"
    "Claudia 45|Raquel 75|Natalia 45|Beatriz 70|Silvia 75|Ángela 50|Victoria 45|Camila 25|Valentina 25|Milagros 40|"
    "Noelia 35|Ximena 12|Rocío 55|Dolores 75|Francisca 60|Antonia 65|Mercedes 60|Josefina 30|Consuelo 25|Guadalupe 45|"
    "Flor 35|Nelly 25|Yolanda 40|Gladys 30|Esperanza 25|Concepción 40|Nieves 12|Úrsula 3|Brígida 2|Zoila 6|Ofelia 5"
)
MEN_ES = weighted(
    "José 520|Luis 290|Carlos 260|Juan 380|Jorge 190|Miguel 230|Pedro 190|Antonio 300|Francisco 270|Manuel 260|"
    "Jesús 170|Andrés 70|Diego 85|Javier 170|Raúl 80|Óscar 65|Víctor 90|Martín 40|Hugo 40|Iván 60|Álvaro 55|Sergio 90|"
    "Fernando 100|Ricardo 65|Eduardo 80|Gonzalo 25|Tomás 35|Emilio 30|Rubén 55|Mateo 20|Nicolás 30|Joaquín 45|"
    "Ignacio 45|Adrián 55|Alberto 85|Alejandro 110|Rafael 90|Roberto 60|Enrique 60|Julio 50|César 50|Daniel 110|"
    "Percy 12|Wilmer 14|Edgar 20|Santos 15|Gregorio 12|Leoncio 3|Eleuterio 2|Baltazar 2"
)
WOMEN_EN = weighted(
    "Mary 130|Linda 70|Susan 60|Karen 55|Emily 40|Laura 38|Megan 22|Rachel 28|Hannah 20|Olivia 15|Grace 14|Amy 35|"
    "Nicole 33|Julie 30|Diane 24|Patricia 75|Jennifer 75|Elizabeth 70|Barbara 65|Margaret 50|Katherine 30|Deborah 45|"
    "Sandra 42|Christine 32|Victoria 17|Rebecca 36|Theresa 18|Agnes 6|Winifred 2"
)
MEN_EN = weighted(
    "James 160|John 150|Robert 150|Michael 145|David 115|Thomas 75|Daniel 65|Kevin 42|Brian 44|Steven 50|Eric 34|"
    "Ryan 32|Peter 20|Adam 22|Scott 35|William 125|Richard 115|Joseph 75|Charles 80|Christopher 70|Anthony 46|"
    "Edward 46|Andrew 36|Timothy 38|Benjamin 18|Samuel 17|Walter 13|Wendell 2|Thaddeus 1"
)
FAMILY_ES = weighted(
    "García 1200|Rodríguez 900|González 880|Fernández 780|López 820|Martínez 780|Sánchez 840|Pérez 770|Gómez 450|"
    "Díaz 420|Flores 620|Quispe 690|Mamani 400|Huamán 350|Rojas 420|Torres 430|Ramos 430|Ramírez 400|Castillo 300|"
    "Muñoz 290|Álvarez 300|Romero 260|Jiménez 300|Ruiz 300|Hernández 380|Moreno 260|Vásquez 300|Chávez 290|Vargas 280|"
    "Castro 270|Núñez 140|Ortiz 180|Herrera 200|Medina 190|Aguilar 160|Guerrero 110|Mendoza 230|Vega 130|Reyes 170|"
    "Cruz 260|Espinoza 220|Salazar 160|Paredes 90|Ibáñez 40|Peña 110|Cabrera 90|Fuentes 80|Navarro 130|Molina 130|"
    "Delgado 140|Campos 110|Ríos 80|León 110|Silva 140|Carrasco 60|Contreras 70|Valdez 50|Gutiérrez 260|Domínguez 110|"
    "Suárez 100|Ortega 110|Marín 90|Iglesias 60|Cárdenas 60|Palomino 40|Condori 150|Choque 50|Apaza 60|Ccori 5|"
    "Yupanqui 20|Inga 15|Tello 20|Zegarra 18|Olórtegui 4|Bustamante 30|Larrea 6|Urrutia 8|Etxeberría 3|Ñahui 2|"
    "Ñandú 1|Quiñones 30|Zevallos 20|Wong 12"
)
FAMILY_EN = weighted(
    "Smith 240|Johnson 190|Williams 160|Brown 140|Jones 140|Miller 115|Davis 110|Wilson 80|Anderson 78|Taylor 75|"
    "Moore 72|Jackson 70|Martin 68|Lee 66|Thompson 64|White 64|Harris 62|Clark 55|Lewis 53|Walker 52|Hall 47|Young 48|"
    "King 46|Wright 46|Hill 43|Green 42|Baker 42|Nelson 42|Carter 38|Turner 34|Phillips 35|Stewart 24|Kowalski 4|"
    "Schneider 5|Whitaker 3|Abernathy 1|Featherstone 1"
)
# What people are called by those who know them; the first form is the usual one.
SHORT_FORMS: dict[str, tuple[str, ...]] = {
    full: tuple(short.split("/"))
    for full, short in (
        entry.split(" ")
        for entry in listed(
            "José Pepe|Francisco Paco/Pancho|Jesús Chucho|Manuel Manolo|Ignacio Nacho|Enrique Quique|Alberto Beto|"
            "Roberto Beto|Luis Lucho|Eduardo Lalo|Antonio Toño|Rafael Rafa|Alejandro Alex|Miguel Micky|Gonzalo Gonza|"
            "Fernando Nando|Joaquín Quino|Javier Javi|Rosa Rosita|Carmen Carmencita|Ana Anita|Juana Juanita|Isabel Isa|"
            "Pilar Pili|Cristina Cris|Teresa Tere|Patricia Patty|Verónica Vero|Gabriela Gaby|Dolores Lola|"
            "Francisca Paca|Mercedes Meche|Josefina Pepa|Consuelo Chelo|Guadalupe Lupe|Concepción Concha|Beatriz Bea|"
            "Milagros Mili|Susan Sue|Megan Meg|Rachel Rach|Nicole Nikki|Jennifer Jen|Elizabeth Liz/Beth|Barbara Barb|"
            "Margaret Peggy/Maggie|Katherine Kate/Kathy|Deborah Debbie|Sandra Sandy|Christine Chris|Rebecca Becky|"
            "Theresa Terry|Victoria Vicky|James Jim|John Jack|Robert Bob|Michael Mike|David Dave|Thomas Tom|Daniel Dan|"
            "Steven Steve|William Bill/Will|Richard Dick/Rick|Joseph Joe|Charles Chuck|Christopher Chris|Anthony Tony|"
            "Edward Ted/Ed|Andrew Andy|Timothy Tim|Benjamin Ben|Samuel Sam|Peter Pete"
        )
    )
}
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
