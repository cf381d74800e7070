"""What each system writes down about who somebody is: a form, a sheet and the CRM know one person differently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Self

from jobs.town import names, parameters
from jobs.town.names import FIRM_FORMS, folded
from jobs.town.person import ContactPerson, Person
from jobs.town.reach import holding, phone_as_written
from jobs.town.slips import Hand


@dataclass(frozen=True)
class Identification:
    """Who a record is about in the words of one system; `phones` as written, `numbers` the same in E.164."""

    given: str
    family: str
    company: str
    national_id: str
    birth_on: date | None
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    numbers: tuple[str, ...]
    address: str
    contact_person_id: str = ""
    slips: tuple[str, ...] = ()  # kinds of those in what is given here: document_slip, name_slip, email_slip

    @property
    def full_name(self) -> str:
        return self.company or f"{self.given} {self.family}"

    @property
    def email(self) -> str:
        return self.emails[0] if self.emails else ""

    @property
    def phone(self) -> str:
        return self.phones[0] if self.phones else ""

    def values(self) -> tuple[tuple[str, str], ...]:
        """Return what must not leak, each with the kind of value it is."""
        return (
            ("full_name", self.full_name),
            ("national_id", self.national_id),
            *(("email", email) for email in self.emails),
            *(("phone", number) for number in self.numbers),
            # A few digits alone give nobody away, and stand in any number.
            *(("phone", phone) for phone in self.phones if sum(map(str.isdigit, phone)) >= parameters.TELLING_DIGITS),
        )

    def kept(self, *, document: bool = True, birth_date: bool = True, email: bool = True, phone: bool = True) -> Self:
        """Leave out what is not given, and the slips in it."""
        left_out = {*(() if document else ("document_slip",)), *(() if email else ("email_slip",))}
        return replace(
            self,
            national_id=self.national_id if document else "",
            birth_on=self.birth_on if birth_date else None,
            emails=self.emails if email else (),
            phones=self.phones if phone else (),
            numbers=self.numbers if phone else (),
            slips=tuple(slip for slip in self.slips if slip not in left_out),
        )


def on_web_form(rng: Random, person: Person, day: date, noise: float) -> Identification:
    """Return what is typed into the form: contact data gladly, the document seldom."""
    said = _said(rng, person, day, noise, casual=parameters.CASUAL["web"])
    if rng.random() < parameters.OTHER_NAME_ORDER:
        said = replace(said, given=said.family, family=said.given)
    has_email = bool(said.emails) and rng.random() < parameters.WEB_EMAIL
    # One way to be answered is mandatory.
    has_phone = rng.random() < parameters.WEB_PHONE or not has_email
    return said.kept(
        document=rng.random() < parameters.WEB_DOCUMENT,
        birth_date=rng.random() < parameters.WEB_BIRTH_DATE,
        email=has_email,
        phone=has_phone,
    )


def on_book_sheet(rng: Random, person: Person, day: date, noise: float) -> Identification:
    """Return what is written on the sheet: mostly a document and an address, a birth date is not asked for."""
    return _said(rng, person, day, noise, casual=parameters.CASUAL["book"]).kept(
        document=rng.random() < parameters.BOOK_DOCUMENT,
        birth_date=False,
        email=rng.random() < parameters.BOOK_EMAIL,
        phone=rng.random() < parameters.BOOK_PHONE,
    )


def on_phone(rng: Random, person: Person, day: date) -> Identification:
    """Return what the line tells of a caller: a number, their own or that of who calls for them."""
    said = _said(rng, person, day, 0.0, casual=0.0)
    return replace(said, given="", family="", company="").kept(document=False, birth_date=False, email=False)


def on_chat(rng: Random, person: Person, day: date, noise: float) -> Identification:
    """Return what is typed before a chat by who does not log in: a name, mostly an e-mail."""
    said = _said(rng, person, day, noise, casual=parameters.CASUAL["web"])
    return said.kept(document=False, birth_date=False, email=rng.random() < parameters.CHAT_EMAIL, phone=False)


def at_kiosk(rng: Random, person: Person, day: date, noise: float) -> Identification:
    """Return what is typed for a ticket: the document or nothing."""
    said = _said(rng, person, day, noise, casual=0.0)
    said = replace(said, given="", family="", company="", slips=tuple(s for s in said.slips if s == "document_slip"))
    return said.kept(document=rng.random() < parameters.KIOSK_DOCUMENT, birth_date=False, email=False, phone=False)


def in_mail(rng: Random, person: Person, day: date) -> Identification:
    """Return what the head of a mail shows: an address that delivers and a name; programs write both, without slips."""
    said = _said(rng, person, day, 0.0, casual=parameters.MAIL_CASUAL)
    return said.kept(document=False, birth_date=False, phone=False)


def on_shop_account(rng: Random, person: Person, day: date, noise: float) -> Identification:
    """Return what is typed to order in the shop: where to send it and word of it, the document seldom."""
    return _said(rng, person, day, noise, casual=parameters.CASUAL["web"]).kept(
        document=rng.random() < parameters.SHOP_DOCUMENT,
        birth_date=False,
        phone=rng.random() < parameters.SHOP_PHONE,
    )


def on_invoice(rng: Random, person: Person, day: date, noise: float) -> Identification:
    """Return whom an invoice is made out to: of firms always with the document, as the tax office asks."""
    has_document = bool(person.company) or rng.random() < parameters.INVOICE_DOCUMENT
    return _said(rng, person, day, noise, casual=parameters.CASUAL["book"]).kept(
        document=has_document, birth_date=False, email=False, phone=False
    )


def in_crm(rng: Random, person: Person, day: date, noise: float) -> Identification:
    """Return what an employee enters from the contract of that day."""
    emails = _in_use(rng, holding(person.emails, day), parameters.CRM_FIRST_EMAIL, parameters.CRM_OTHER_EMAIL)
    held = holding(person.phones, day)
    numbers = _in_use(rng, held, parameters.CRM_FIRST_PHONE, parameters.CRM_OTHER_PHONE)
    # Nobody opens an account whom the bank cannot reach at all.
    numbers = numbers if numbers or emails else tuple(held[:1])
    # Names are copied from the contract; the document's number is typed.
    copying, typing = Hand(rng, 0.0), Hand(rng, noise)
    return Identification(
        given=_given(copying, person, casual=parameters.CASUAL["crm"]),
        family=_family(copying, person, day, casual=parameters.CASUAL["crm"]),
        company=person.company,
        national_id=typing.document(person) if rng.random() < parameters.CRM_DOCUMENT else "",
        birth_on=person.birth_on if rng.random() < parameters.CRM_BIRTH_DATE else None,
        emails=emails,
        phones=tuple(phone_as_written(rng, number, person.country) for number in numbers),
        numbers=numbers,
        address=person.address_on(day),
        contact_person_id=person.contact_persons[0].person_id if person.contact_persons else "",
        slips=tuple(typing.slips),
    )


def contact_person_of(rng: Random, person: Person) -> str:
    """Return who speaks for a firm this time; "" for a person."""
    return rng.choice(person.contact_persons).person_id if person.contact_persons else ""


def _said(rng: Random, person: Person, day: date, noise: float, *, casual: float) -> Identification:
    if person.contact_persons:
        return _said_for_firm(rng, person, rng.choice(person.contact_persons), day, noise)
    emails, numbers = holding(person.emails, day), holding(person.phones, day)
    share = parameters.FILED_BY_RELATIVE_FROM_70 if person.age_on(day) >= 70 else parameters.FILED_BY_RELATIVE
    if person.relative and rng.random() < share:
        emails = holding(person.relative.emails, day) or emails
        numbers = holding(person.relative.phones, day)
    number = _preferred(rng, numbers)
    email = _preferred(rng, emails) if emails else ""
    hand = Hand(rng, noise)
    return Identification(
        given=_given(hand, person, casual),
        family=_family(hand, person, day, casual),
        company=person.company,
        national_id=hand.document(person),
        birth_on=person.birth_on,
        emails=(hand.email(email),) if email else (),
        phones=(phone_as_written(rng, number, person.country),),
        numbers=(number,),
        address=person.address_on(day),
        slips=tuple(sorted(hand.slips)),
    )


def _said_for_firm(rng: Random, firm: Person, contact: ContactPerson, day: date, noise: float) -> Identification:
    name = firm.company
    if rng.random() < parameters.FIRM_WITHOUT_FORM:
        name = next((name.removesuffix(form).strip() for form in FIRM_FORMS if name.endswith(form)), name)
    email = firm.emails[0].value if rng.random() < parameters.WRITES_FROM_FIRM_MAILBOX else contact.email
    switchboard = rng.random() < parameters.GIVES_SWITCHBOARD
    number = _preferred(rng, holding(firm.phones if switchboard else contact.phones, day))
    hand = Hand(rng, noise)
    return Identification(
        given="",
        family="",
        company=hand.name(name),
        national_id=hand.document(firm),
        birth_on=None,
        emails=(hand.email(email),),
        phones=(phone_as_written(rng, number, firm.country),),
        numbers=(number,),
        address=firm.address_on(day),
        contact_person_id=contact.person_id,
        slips=tuple(sorted(hand.slips)),
    )


def _preferred(rng: Random, values: list[str]) -> str:
    return rng.choices(values, [parameters.FIRST_CHOICE, *(1 for _ in values[1:])])[0]


def _in_use(rng: Random, values: list[str], first: float, other: float) -> tuple[str, ...]:
    return tuple(value for at, value in enumerate(values) if rng.random() < (other if at else first))


def _given(hand: Hand, person: Person, casual: float) -> str:
    if person.company:
        return ""
    first, *second = person.given.split()
    if first in names.SHORT_FORMS and hand.rng.random() < casual * parameters.SHORT_NAME:
        return hand.rng.choice(names.SHORT_FORMS[first])
    chance = hand.rng.random()
    if second and chance < casual * parameters.DROPS_SECOND_GIVEN:
        second = []
    elif second and chance > 1 - casual * parameters.INITIAL_OF_SECOND_GIVEN:
        second = [f"{second[0][0]}."]
    return hand.name(" ".join((first, *second)))


def _family(hand: Hand, person: Person, day: date, casual: float) -> str:
    if person.company:
        return ""
    name = person.family_on(day)
    if name != person.family_names[0].value and hand.rng.random() < parameters.USES_MAIDEN_NAME:
        name = person.family_names[0].value
    if hand.rng.random() < casual * parameters.ONE_FAMILY_NAME:
        name = name.split()[0]
    return hand.name(name)


def name_as_typed(rng: Random, name: str) -> str:
    """Return the name as hasty people type it, now and then without accents or capitals."""
    name = folded(name) if rng.random() < parameters.WITHOUT_ACCENTS else name
    return name.lower() if rng.random() < parameters.WEB_NAME_IN_SMALL_LETTERS else name
