"""Documents, phones and mailboxes: each is one person's, in a town of a million, too."""

from __future__ import annotations

import re
from datetime import date
from random import Random

import phonenumbers
import pytest

from jobs.town import national_ids, reach


@pytest.mark.parametrize("size", [1, 80, 1000, 4097])
def test_scattered_numbers_are_each_somebodys(size: int) -> None:
    found = [national_ids.scattered(3, "kind", number, size) for number in range(size)]
    assert sorted(found) == list(range(size))


def test_a_number_beyond_the_pool_is_refused() -> None:
    with pytest.raises(ValueError, match="there are 80 of 'kind', none for number 80"):
        national_ids.scattered(3, "kind", 80, 80)


@pytest.mark.parametrize("country", reach.CALLING_CODES)
def test_the_last_of_a_million_people_have_phones_of_their_own(country: str) -> None:
    slots = [
        person * reach.SLOTS + slot for person in (*range(1, 500), *range(999_501, 1_000_100)) for slot in range(4)
    ]
    mobiles = [reach.mobile(3, slot, country) for slot in slots]
    # The first slot is a land line's; in some countries it is from the same pool.
    lines = [reach.land_line(3, slot, country) for slot in slots[::4]]
    assert len({*mobiles[1::4], *mobiles[2::4], *mobiles[3::4], *lines}) == len(slots)
    for number in (*mobiles, *lines):
        assert phonenumbers.is_valid_number_for_region(phonenumbers.parse(number), country), number


def test_the_last_of_a_million_people_have_mailboxes_and_documents_of_their_own() -> None:
    numbers, rng = (*range(1, 500), *range(999_501, 1_000_100)), Random(1)
    slots = [number * reach.SLOTS + slot for number in numbers for slot in range(4)]
    mailboxes = (reach.email(rng, 3, slot, "Ana", "Ruiz") for slot in slots)
    assert len({re.sub(r"\D", "", mailbox) for mailbox in mailboxes}) == len(slots)
    for country in reach.CALLING_CODES:
        found = {
            national_ids.of_person(
                rng, 3, number, country, given="Ana", family="Ruiz Vega", birth_on=date(1980, 1, 1), sex="M"
            )
            for number in numbers
        }
        # A CURP is made of the name and the birth date: here they are all the same.
        assert len(found) == (80 if country == "MX" else len(numbers))
