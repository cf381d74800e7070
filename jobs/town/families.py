"""Families: who lives together, how old they are and what names they pass on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from jobs.town import names, parameters
from jobs.town.person import Period
from jobs.town.reach import Dated

YEAR = 365.25  # days


@dataclass(frozen=True)
class Member:
    """One of a household before they are a customer; `families` are those borne one after the other."""

    given: str
    families: tuple[Dated, ...]
    sex: str
    birth_on: date
    is_child: bool = False

    @property
    def family(self) -> str:
        return self.families[0].value


def between(rng: Random, first: date, end: date) -> date:
    return first + timedelta(days=rng.randrange(max(1, (end - first).days)))


def draw_members(rng: Random, culture: str, period: Period) -> list[Member]:
    size = rng.choices(tuple(parameters.HOUSEHOLD_SIZES), tuple(parameters.HOUSEHOLD_SIZES.values()))[0]
    couple = size > 1 and rng.random() < parameters.COUPLE
    children = size - 1 - couple
    age = rng.triangular(*(parameters.AGE_OF_PARENT if children else parameters.AGE_OF_ADULT))
    sex = rng.choice("HM")
    head = _member(rng, culture, sex, _family(rng, culture), _born(rng, period, age))
    if not couple:
        other = _family(rng, culture)
        father, mother = (head.family, other) if sex == "H" else (other, head.family)
        return [head, *_children(rng, culture, children, head, head, (father, mother), period)]
    is_other = rng.random() >= parameters.SAME_SEX_COUPLE
    partner_age = max(
        (parameters.AGE_OF_PARENT if children else parameters.AGE_OF_ADULT)[0],
        age + rng.triangular(*parameters.AGE_OF_PARTNER),
    )
    partner_sex = {"H": "M", "M": "H"}[sex] if is_other else sex
    partner = _member(rng, culture, partner_sex, _family(rng, culture), _born(rng, period, partner_age))
    husband, wife = (head, partner) if sex == "H" else (partner, head)
    wedded = _wedded(rng, wife, husband, period) if culture == "en" and is_other else wife
    young = head if head.birth_on > partner.birth_on else partner
    pair = [husband, wedded]
    return [*pair, *_children(rng, culture, children, young, husband, (husband.family, wife.family), period)]


def _born(rng: Random, period: Period, age: float) -> date:
    return period.start - timedelta(days=int(age * YEAR) + rng.randrange(365))


def _member(rng: Random, culture: str, sex: str, family: str, birth_on: date) -> Member:
    return Member(_given(rng, culture, sex), (Dated(family),), sex, birth_on)


def _given(rng: Random, culture: str, sex: str) -> str:
    lists = {"es": (names.MEN_ES, names.WOMEN_ES), "en": (names.MEN_EN, names.WOMEN_EN)}
    weights = lists[culture][sex == "M"]
    first = names.drawn(rng, weights)
    if rng.random() < parameters.SECOND_GIVEN_NAME[culture]:
        second = names.drawn(rng, weights)
        return first if second == first else f"{first} {second}"
    return first


def _family(rng: Random, culture: str) -> str:
    if culture == "en":
        return names.drawn(rng, names.FAMILY_EN)
    return f"{names.drawn(rng, names.FAMILY_ES)} {names.drawn(rng, names.FAMILY_ES)}"


def _wedded(rng: Random, wife: Member, husband: Member, period: Period) -> Member:
    """Let the wife take her husband's name on the wedding day, as many do where names are English."""
    if rng.random() >= parameters.TAKES_NAME_OF_SPOUSE:
        return wife
    grown_up = wife.birth_on + timedelta(days=int(parameters.YOUNGEST_BRIDE * YEAR))
    earliest = max(grown_up, period.end - timedelta(days=int(parameters.LAST_WEDDING_AGO * YEAR)))
    day = between(rng, min(earliest, period.start), period.end)
    return replace(wife, families=(Dated(wife.family, until=day), Dated(husband.family, since=day)))


def _children(
    rng: Random, culture: str, count: int, younger: Member, father: Member, families: tuple[str, str], period: Period
) -> list[Member]:
    """Draw children from 16 years on; in Spanish they bear the first family name of each parent."""
    family = families[0] if culture == "en" else f"{families[0].split()[0]} {families[1].split()[0]}"
    grown = int((period.start - younger.birth_on).days / YEAR) - parameters.YOUNGEST_CUSTOMER
    youngest, oldest = parameters.AGE_AT_BIRTH
    births = sorted(
        younger.birth_on + timedelta(days=int(rng.uniform(min(youngest, grown - 1), min(oldest, grown)) * YEAR))
        for _ in range(count)
    )
    children = [replace(_member(rng, culture, rng.choice("HM"), family, born), is_child=True) for born in births]
    for at, child in enumerate(children):
        if child.sex == father.sex == "H":
            if rng.random() < parameters.SON_NAMED_AS_FATHER:
                children[at] = replace(child, given=father.given)
            break
    if count > 1 and rng.random() < parameters.TWINS:
        children[-2:] = _twins(rng, culture, children[-2])
    return children


def _twins(rng: Random, culture: str, child: Member) -> list[Member]:
    first = child.given.split()[0]
    given = _given(rng, culture, child.sex).split()[-1]
    while given == first:
        given = _given(rng, culture, child.sex).split()[-1]
    of_one_name = rng.random() < parameters.TWINS_OF_ONE_FIRST_NAME
    return [child, replace(child, given=f"{first} {given}" if of_one_name else given)]
