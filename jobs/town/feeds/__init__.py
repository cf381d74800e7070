"""The systems of the company: each sends what it knows in a form of its own."""

from jobs.town.feed import Feed
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
    card_account.FEED,
    card_transaction.FEED,
    statement.FEED,
    payment.FEED,
    collection.FEED,
)
