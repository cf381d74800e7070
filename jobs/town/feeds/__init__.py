"""The systems of the company: each sends what it knows in a form of its own."""

from jobs.town.feed import Feed
from jobs.town.feeds import book, call, chat, crm_case, crm_party, transcript, visit, web
from jobs.town.feeds import (
    app_event,
    book,
    campaign,
    consent,
    crm_case,
    crm_party,
    device,
    employee,
    profile,
    web,
    web_event,
from jobs.town.feeds import (
    book,
    crm_case,
    crm_party,
    invoice,
    opportunity,
    order,
    product,
    returned,
    shipment,
    shop_payment,
from jobs.town.feeds import (
    book,
    card_account,
    card_transaction,
    collection,
    crm_case,
    crm_party,
    payment,
    statement,
    web,
)

# A feed has dice of its own: one that is added leaves the others as they are.
FEEDS: tuple[Feed, ...] = (
    book.FEED,
    web.FEED,
    crm_case.FEED,
    crm_party.FEED,
    call.FEED,
    transcript.FEED,
    chat.FEED,
    visit.FEED,
)
from jobs.town.feeds import book, crm_case, crm_party, mail, post, survey, web

# A feed has dice of its own: one that is added leaves the others as they are.
FEEDS: tuple[Feed, ...] = (book.FEED, web.FEED, crm_case.FEED, crm_party.FEED, mail.FEED, survey.FEED, post.FEED)
    web_event.FEED,
    app_event.FEED,
    device.FEED,
    employee.FEED,
    campaign.FEED,
    consent.FEED,
    profile.FEED,
    product.FEED,
    order.FEED,
    invoice.FEED,
    shop_payment.FEED,
    shipment.FEED,
    returned.FEED,
    opportunity.FEED,
    card_account.FEED,
    card_transaction.FEED,
    statement.FEED,
    payment.FEED,
    collection.FEED,
)
