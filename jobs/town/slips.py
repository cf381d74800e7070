"""Slips in what people give of themselves: nobody plants them to be found, they make records hard to match."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from jobs.town import parameters, texts
from jobs.town.person import Person


@dataclass
class Hand:
    """Writes down what somebody gives, by noise with slips, and knows of what kinds they were."""

    rng: Random
    noise: float
    slips: set[str] = field(default_factory=set)

    def name(self, name: str) -> str:
        if self.rng.random() >= self.noise * parameters.SLIP_IN_NAME:
            return name
        return self._noted("name_slip", name, texts.typo(self.rng, name))

    def email(self, email: str) -> str:
        if self.rng.random() >= self.noise * parameters.SLIP_IN_EMAIL:
            return email
        local, _, domain = email.partition("@")
        return self._noted("email_slip", email, f"{texts.typo(self.rng, local)}@{domain}")

    def document(self, person: Person) -> str:
        """Return the number as it is written, now and then with points or in small letters."""
        number = person.national_id
        if self.rng.random() < self.noise * parameters.SLIP_IN_DOCUMENT:
            has_check = person.id_type not in ("DNI", "CC", "PASAPORTE")
            return self._noted("document_slip", number, _slipped_document(self.rng, number, has_check=has_check))
        if self.rng.random() >= parameters.DOCUMENT_PUNCTUATED:
            return number
        if number.isdigit():
            has_points = person.id_type in ("DNI", "CC") and number[0] != "0"
            return f"{int(number):,}".replace(",", ".") if has_points else number
        return self.rng.choice((number.lower(), f"{number[:-1].removesuffix('-')}-{number[-1]}"))

    def _noted(self, kind: str, meant: str, written: str) -> str:
        # A name too short for a typo stays as it is.
        if written != meant:
            self.slips.add(kind)
        return written


def _slipped_document(rng: Random, number: str, *, has_check: bool) -> str:
    """Mistake one digit, swap two neighbours or leave the check digit out."""
    if has_check and rng.random() < parameters.WITHOUT_CHECK_DIGIT:
        return number[:-1].removesuffix("-")
    places = [at for at, character in enumerate(number[:-1]) if character.isdigit()]
    swaps = [at for at in places if number[at + 1].isdigit() and number[at] != number[at + 1]]
    if swaps and rng.random() < parameters.SWAPPED_DIGITS:
        at = rng.choice(swaps)
        return f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}"
    at = rng.choice(places)
    return f"{number[:at]}{(int(number[at]) + rng.randrange(1, 10)) % 10}{number[at + 1 :]}"
