import unicodedata

import pytest
from pyspark.sql import functions as F

from transformations.identity import names


@pytest.fixture
def made(spark):
    def made(function, *texts):
        """What a column function makes of each text, in order."""
        rows = spark.createDataFrame(list(enumerate(texts)), "n int, text string")
        return [row.made for row in rows.select("n", function(F.col("text")).alias("made")).orderBy("n").collect()]

    return made


def test_collapsed_spaces_keeps_the_name_and_drops_what_is_not_seen(made):
    assert made(
        names.collapsed_spaces,
        "  María \t de\u00a0la\nCruz ",
        "Jos\u200bé",
        "\ufeffÑusta",
        "Ana 🌸",
        " \u3000\t",
        "",
        None,
    ) == ["María de la Cruz", "José", "Ñusta", "Ana 🌸", None, None, None]


def test_folded_gives_one_form_whatever_the_accents_case_and_signs(made):
    written = (
        "¡José Núñez-Peña! 😀",
        "JOSÉ NÚÑEZ PEÑA",
        "Jose Nunez Pena",
        "jose\x07 nuñez\u200d pena\ufe0f",
        "Ｊｏｓé NÚÑEZ peña",
    )
    decomposed = unicodedata.normalize("NFD", "José Núñez Peña")
    assert made(names.folded, *written, decomposed) == ["jose nunez pena"] * 6


def test_folded_joins_at_apostrophes_and_keeps_other_scripts(made):
    assert made(names.folded, "O'Brien", "D’Angelo", "Łukasz Ðorđe", "Иван", "हिन्दी") == [
        "obrien", "dangelo", "lukasz dorde", "иван", "हिन्दी",
    ]  # fmt: skip


def test_folded_is_null_where_nothing_is_left(made):
    assert made(names.folded, "😀", "...", " ", "", "\u0301", None) == [None] * 6


def test_name_key_is_the_same_in_any_order_and_keeps_particles_and_repeats(made):
    assert made(names.name_key, "Muñoz de la Cruz, José", "JOSE MUNOZ DE LA CRUZ", "García García", "🌸", None) == [
        "cruz de jose la munoz",
        "cruz de jose la munoz",
        "garcia garcia",
        None,
        None,
    ]


def test_company_key_leaves_the_legal_form_out(made):
    forms = (
        "S.A.",
        "S.A.C.",
        "S. A. C.",
        "SAC",
        "S.L.",
        "SRL",
        "S.R.L.",
        "Ltd",
        "Inc.",
        ", S.A. de C.V.",
        "y Cía.",
        "& Co.",
    )
    assert made(names.company_key, *(f"Telefónica Móvil {form}" for form in forms)) == ["movil telefonica"] * 12


def test_company_key_leaves_names_alone_that_only_end_like_a_legal_form(made):
    assert made(names.company_key, "Casa", "S.A.", "La Cosa", None) == ["casa", "a s", "cosa la", None]


def test_in_spoken_order_turns_surnames_and_given_names_round(made):
    written = (
        "Pérez Díaz, Ana María",
        "Pérez ,Ana",
        "Ana Pérez",
        "Díaz, S.A.",
        "Smith, Jr.",
        "a, b, c",
        "Pérez,",
        ", Ana",
    )
    assert made(names.in_spoken_order, *written, None) == [
        "Ana María Pérez Díaz", "Ana Pérez", "Ana Pérez", "Díaz, S.A.", "Smith, Jr.", "a, b, c", "Pérez,", ", Ana",
        None,
    ]  # fmt: skip
