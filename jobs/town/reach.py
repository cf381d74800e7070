"""E-mails and phones: valid, nobody's in life, and from a day to a day somebody's in the town."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from jobs.town import names
from jobs.town.names import folded, listed
from jobs.town.national_ids import scattered

CALLING_CODES = {"PE": "51", "ES": "34", "MX": "52", "CO": "57", "CL": "56", "US": "1"}
# Of the US every area has the exchange of fiction, 555, and two for tests of the lines, 958 and 959 (NANPA): nobody's
# all three. The land lines there look like the mobiles.
US_EXCHANGES = ("555", "958", "959")
US_AREAS = listed(
    "201|202|203|205|206|207|208|209|210|212|213|214|215|216|217|218|219|220|223|224|225|227|228|229|231|234|235|239|"
    "240|248|251|252|253|254|256|260|262|267|269|270|272|274|276|279|281|283|301|302|303|304|305|307|308|309|310|312|"
    "313|314|315|316|317|318|319|320|321|323|324|325|326|327|329|330|331|332|334|336|337|339|341|346|347|350|351|352|"
    "353|360|361|363|364|369|380|385|386|401|402|404|405|406|407|408|409|410|412|413|414|415|417|419|423|424|425|430|"
    "432|434|435|440|442|443|445|447|448|458|463|464|469|470|472|475|478|479|480|770|773|786"
)
# Prefixes in E.164 and the digits that follow.
MOBILES = {
    "PE": (("519",), 8),
    "ES": (("346",), 8),
    "MX": (("5255", "5233", "5281"), 8),
    "CO": (("57300", "57310", "57315", "57320"), 7),
    "CL": (("5695", "5698"), 7),
    "US": (tuple(f"1{area}{exchange}" for area in US_AREAS for exchange in US_EXCHANGES), 4),
}
LAND_LINES = {
    "PE": (("5112", "5113", "5114", "5115", "5116", "5117"), 6),
    "ES": (("3491", "3495"), 7),
    "MX": (("5255", "5233", "5281"), 8),
    "CO": (("576012", "576013", "576014", "576015", "576016"), 6),
    "CL": (("5622",), 7),
    "US": MOBILES["US"],
}
# How many numbers of a kind, or mailboxes, one person can draw; the number of the person times this is their first.
SLOTS = 4
# Holds the mailboxes of more than a million people, as each pool of phones does.
MAILBOXES = 10**7


@dataclass(frozen=True)
class Dated:
    """A value that holds from a day on and until another, exclusive; None is open."""

    value: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


def holding(values: Iterable[Dated], day: date) -> list[str]:
    """Return the values that hold on the day, in their order."""
    return [dated.value for dated in values if dated.holds_on(day)]


def mobile(seed: int, slot: int, country: str) -> str:
    return _numbered(seed, "mobile", slot, country, MOBILES)


def land_line(seed: int, slot: int, country: str) -> str:
    # Where both look alike they are drawn from one pool, so that no land line is somebody's mobile.
    kind = "mobile" if country in ("MX", "US") else "land line"
    return _numbered(seed, kind, slot, country, LAND_LINES)


def _numbered(seed: int, kind: str, slot: int, country: str, ranges: dict[str, tuple[tuple[str, ...], int]]) -> str:
    prefixes, digits = ranges[country]
    number = scattered(seed, f"{kind} {country}", slot, len(prefixes) * 10**digits)
    return f"+{prefixes[number // 10**digits]}{number % 10**digits:0{digits}d}"


def phone_as_written(rng: Random, phone: str, country: str) -> str:
    """Return the number as people of the country write it, with or without the country's code."""
    code = CALLING_CODES[country]
    national = phone[1 + len(code) :]
    spaced = f"{national[:3]} {national[3:6]} {national[6:]}"
    return rng.choice((phone, national, spaced, f"+{code} {spaced}", f"(+{code}) {national[:3]}-{national[3:]}"))


def email(rng: Random, seed: int, slot: int, given: str, family: str) -> str:
    """Return an address made of the name; the number in it is the slot's, so that namesakes differ."""
    first, last = folded(given).lower().split()[0], folded(family).lower().split()[0]
    local = rng.choice((f"{first}.{last}", f"{first}{last}", f"{first[0]}{last}", f"{last}.{first}", f"{first}_{last}"))
    return f"{local}{scattered(seed, 'email', slot, MAILBOXES)}@{rng.choice(names.MAIL_DOMAINS)}"


def email_at_firm(given: str, family: str, domain: str) -> str:
    return f"{folded(given).lower().split()[0]}.{folded(family).lower().split()[0]}@{domain}"
