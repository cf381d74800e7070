"""How the town works, in numbers: every probability and size that its people, causes and feeds are drawn with."""

from __future__ import annotations

from dataclasses import dataclass

# --- People -----------------------------------------------------------------------------------------------------
# Shares are of persons unless the comment says of what; none of them is noise but those that say so.

# Households and firms
HOUSEHOLD_SIZES = {1: 34, 2: 28, 3: 18, 4: 13, 5: 7}  # weight of each number of people at one address
COUPLE = 0.8  # of households of two and more: led by two adults, else by one parent
SAME_SEX_COUPLE = 0.04  # of couples
TWINS = 0.1  # of households with two children or more
TWINS_OF_ONE_FIRST_NAME = 0.3  # of twins: María José and María Luz
SON_NAMED_AS_FATHER = 0.25  # of first sons who live with their father
FIRM_UNIT = 0.12  # of what is drawn: a firm with the households of its contact persons, else one household
CONTACT_PERSONS = {1: 38, 2: 26, 3: 15, 4: 10, 5: 6, 6: 5}  # weight of each number of people who write for a firm
SMALL_FIRM_CONTACTS = 2  # contact persons; a firm with more is no small one

# Ages in years; three numbers are lowest, highest and most frequent
AGE_OF_ADULT = (18, 88, 34)
AGE_OF_PARENT = (40, 76, 50)  # of those with children at home
AGE_OF_PARTNER = (-9, 9, 0)  # more than the other one's
AGE_AT_BIRTH = (20, 39)  # of the younger parent
YOUNGEST_CUSTOMER, YOUNGEST_BRIDE = 16, 20

# Names, languages and documents
SECOND_GIVEN_NAME = {"es": 0.55, "en": 0.5}
ENGLISH_NAMES = {"US": 0.65}  # of the households of a country; 0 elsewhere
ENGLISH_SPEAKER = {"en": 0.95, "es": 0.1}  # by the names of the household
TAKES_NAME_OF_SPOUSE = 0.65  # of wives with English names
LAST_WEDDING_AGO = 12  # years before the end of the town within which those weddings lie

FOREIGNER_IN_SPAIN = 0.2  # of persons there: NIE instead of DNI

# Ways to reach them
NO_EMAIL_BY_AGE = ((35, 0.02), (60, 0.06), (120, 0.25))  # below this age in years, this share has none
SECOND_EMAIL = 0.5
CHANGES_EMAIL = 0.45  # between joining the bank and the end of the town
SECOND_PHONE = 0.35
CHANGES_PHONE = 0.45  # in the same time
TAKES_OVER_NUMBER = 0.25  # of those who change phones where a number has been given up before: they get that one
LAND_LINE = 0.45  # of households
USES_LAND_LINE = 0.5  # of persons in them
SHARED_EMAIL = 0.1  # of households of two and more: one mailbox for all
USES_SHARED_EMAIL = 0.6  # of persons in them
PHONE_OF_PARENT = 0.15  # of children: gives it beside their own
WORK_EMAIL = 0.25  # of contact persons: use the firm's mailbox in private too
MOVES_HOUSE = 0.14  # of households, between the first joining and the end of the town
MOVES_OUT = 0.12  # of children in the same time: to an address of their own in the city

# What kind of customer they are
INCOME_LEVELS = {1: 30, 2: 30, 3: 22, 4: 12, 5: 6}  # weight of each level, 5 the highest
PREFERRED_FROM, PREMIUM_FROM = 4, 5  # income levels
TENDENCY_TO_COMPLAIN = (0.3, 0.3, 1.0, 1.0, 2.4)  # drawn evenly; times the daily rate of complaints
DIGITAL_AT_18, DIGITAL_LOST_PER_YEAR = 0.95, 0.011  # mean affinity from 0 to 1, and its fall with age
DIGITAL_SPREAD = 0.12  # standard deviation of the affinity
JOINS = 0.1  # become customers while the town runs
LONGEST_CUSTOMER, SHORTEST_CUSTOMER = 3000, 30  # days before the start, of all who joined before it

# How they say who they are, on any channel
CASUAL = {"web": 1.0, "book": 0.6, "crm": 0.3}  # times the shares of shortened names: employees ask for the full one
FIRST_CHOICE = 3  # weight of the first e-mail or phone against 1 for each other one
FILED_BY_RELATIVE = 0.07  # of records of persons with a household: contact data are the relative's
FILED_BY_RELATIVE_FROM_70 = 0.25  # the same where the person is 70 or older
USES_MAIDEN_NAME = 0.15  # of records of those who took their spouse's name
ONE_FAMILY_NAME = 0.3  # of records of those with two
SHORT_NAME = 0.15  # of records, where the name has a short form
DROPS_SECOND_GIVEN = 0.6  # of records of those with a second given name
INITIAL_OF_SECOND_GIVEN = 0.15  # of the same
OTHER_NAME_ORDER = 0.12  # of records: the family name where the system expects the given name
DOCUMENT_PUNCTUATED = 0.25  # of documents given
WITHOUT_ACCENTS, WEB_NAME_IN_SMALL_LETTERS = 0.3, 0.2  # of names on forms
BOOK_NAME_IN_CAPITALS, BOOK_EMAIL_IN_CAPITALS = 0.3, 0.1  # of sheets
FIRM_WITHOUT_FORM = 0.35  # of records of firms: without S.A.C. and the like
WRITES_FROM_FIRM_MAILBOX = 0.55  # of records of firms: info@, else the contact person's address at the firm
GIVES_SWITCHBOARD = 0.6  # of records of firms: else the contact person's own phone

TELLING_DIGITS = 7  # of a phone as written: with fewer, as where a slip cut it off, it is nobody's

# What each system gets to know
WEB_DOCUMENT, WEB_BIRTH_DATE, WEB_EMAIL, WEB_PHONE = 0.4, 0.75, 0.75, 0.5  # of forms
BOOK_DOCUMENT, BOOK_EMAIL, BOOK_PHONE = 0.75, 0.4, 0.6  # of sheets
CRM_DOCUMENT, CRM_BIRTH_DATE = 0.8, 0.85  # of entries
CRM_FIRST_EMAIL, CRM_OTHER_EMAIL = 0.5, 0.2  # of entries, for each address in use
CRM_FIRST_PHONE, CRM_OTHER_PHONE = 0.75, 0.2  # of entries, for each number in use
CRM_LEARNS_OF_CHANGE = 0.3  # of changed names, addresses, e-mails and phones
CRM_LEARNS_WITHIN = 60  # days

# Slips
WITHOUT_CHECK_DIGIT = 0.35  # of slips in documents that have one
SWAPPED_DIGITS = 0.5  # of the other slips in documents; the rest is one wrong digit
# From here on each is a share of the records times the noise.
SLIP_IN_DOCUMENT = 1.0
SLIP_IN_NAME = 0.5
SLIP_IN_EMAIL = 0.3
CRM_SLIP = 0.4  # of entries: slips stay in the CRM for good, so few are needed
CRM_TWIN = 0.4  # of customers: entered a second time

# --- What goes wrong ----------------------------------------------------------------------------------------------

# Problems of a customer a day, before what makes them more or fewer.
DAILY_PROBLEMS = 0.40 / 30
# An incident strikes the customers of one city for some days; each is hit with this chance a day.
INCIDENTS_A_MONTH, INCIDENT_DAYS = 1.0, (3, 10)
INCIDENT_DAILY = (0.01, 0.04)
# The cause that nobody knew: it begins at this share of the run, and grows for so many days
# to these problems a day.
EMERGING_CAUSE, EMERGES_AFTER, EMERGING_DAYS, EMERGING_DAILY = "card_delivery", 0.5, 30, 0.12 / 30
# The cause that an action ends: a share of its problems is left from that day on.
FIXED_CAUSE, FIXED_AFTER, LEFT_AFTER_FIX = "double_charge", 0.6, 0.1


@dataclass(frozen=True)
class Strikes:
    """How often a cause strikes beside the others, weights of severity 1, 2, 3, and the range of money it costs."""

    weight: int
    severity: tuple[int, int, int]
    amount: tuple[int, int] | None = None  # whole units; None where no money is claimed


CAUSES = {
    "unrecognised_charge": Strikes(20, (2, 4, 4), (30, 2500)),
    "undue_fee": Strikes(14, (5, 4, 1), (5, 180)),
    "blocked_card": Strikes(10, (3, 4, 3)),
    "refund_delay": Strikes(12, (2, 5, 3), (40, 1800)),
    "poor_service": Strikes(14, (5, 4, 1)),
    "app_down": Strikes(8, (5, 4, 1)),
    "double_charge": Strikes(10, (3, 5, 2), (10, 900)),
    "credit_denied": Strikes(4, (3, 4, 3)),
    "card_delivery": Strikes(5, (5, 4, 1)),
    "wrong_data": Strikes(3, (5, 4, 1)),
}

# --- What people do about it --------------------------------------------------------------------------------------

# By severity 1, 2, 3: they say nothing to the company at all.
SILENT = (0.45, 0.25, 0.10)
# Most tell it on the day it happens, the others after some days.
TELLS_AT_ONCE, MEAN_DAYS_TO_TELL = 0.6, 4.0
# Of those who were not helped, this share tells it again, on another channel; at most so many times in all.
TELLS_AGAIN, MOST_TELLINGS = 0.55, 4
# After they know that it was not settled; what is written is waited for, but not for ever.
DAYS_TO_TELL_AGAIN = (0, 6)
WRITTEN, PATIENCE_MEDIAN_DAYS, PATIENCE_DAYS_SIGMA = ("book", "web", "email", "social"), 9.0, 1.0
# Of those who hung up: may call again, else they choose another channel.
CALLS_AGAIN = 0.6
# Of claims in Peru; the others are in dollars.
CLAIMS_IN_SOLES = 0.9
# Channels by habit, which is digital (True) or not: weights.
CHANNELS = {
    False: {"phone": 38, "counter": 22, "book": 17, "email": 10, "web": 8, "app": 2, "chat": 2, "social": 1},
    True: {"phone": 18, "counter": 6, "book": 7, "email": 15, "web": 28, "app": 10, "chat": 10, "social": 6},
}
# An agent who hears a complaint makes a case of it; otherwise nobody knows (forms and sheets are cases themselves).
IS_REGISTERED = {
    "phone": 0.72,
    "counter": 0.78,
    "email": 0.85,
    "app": 0.80,
    "chat": 0.70,
    "social": 0.35,
    "book": 1.0,
    "web": 1.0,
}
# What else people turn to the bank for: chance a week of a customer, by what they want; and where, by habit.
OTHER_CONTACTS_A_WEEK = {"enquiry": 0.08, "request": 0.055, "praise": 0.008, "other": 0.01}
OTHER_CHANNELS = {
    False: {"phone": 50, "counter": 34, "email": 10, "chat": 3, "app": 2, "social": 1},
    True: {"phone": 26, "counter": 10, "email": 20, "chat": 20, "app": 19, "social": 5},
}
# Of those whose case is open for so many days: ask how it stands; of those who were helped: write that it is solved.
FOLLOWS_UP_AFTER_DAYS, FOLLOWS_UP, SAYS_THANKS = 4, 0.2, 0.06

WRONG_TOPIC = 0.08  # of web forms: the topic chosen is any

# --- Texts --------------------------------------------------------------------------------------------------------

# Another trouble comes up beside their own; they know the name of the employee they dealt with.
MENTIONS_OTHER_CAUSE, NAMES_THE_EMPLOYEE = 0.6, 0.4
# Letters and forms go on after the main sentence: so many sentences more in a complaint, median by language and
# log-normal; curt texts, and those that are no complaint, have these shares of it.
FURTHER_FORMS, FURTHER_MEDIAN, FURTHER_SIGMA = ("letter", "form"), {"es": 4.0, "en": 9.0}, 1.0
FURTHER_IF_CURT, FURTHER_IF_NO_COMPLAINT = 1 / 3, 1 / 2
# What they are: weights, where there is a context and a feeling to tell. Of those of letters: begin a new line.
FURTHER_KINDS, NEW_PARAGRAPH = {"context": 10, "aside": 6, "feeling": 4}, 0.15

# --- How it is handled --------------------------------------------------------------------------------------------

EMPLOYEES = 40
# Median days to an answer: the slow channels are what makes the same problem hurt more on some of them.
ANSWER_DAYS = {
    "book": 9.0,
    "web": 5.0,
    "phone": 2.5,
    "email": 7.0,
    "counter": 4.0,
    "app": 3.5,
    "chat": 2.5,
    "social": 3.0,
}
ANSWER_SIGMA = 0.6
# What takes longer by severity: times this much.
HANDLING_BASE, HANDLING_PER_SEVERITY = 0.6, 0.2
# Chance that a contact settles the matter, for an employee of middle skill; skill moves it on the logit scale.
SETTLES = {
    "phone": 0.45,
    "counter": 0.50,
    "email": 0.35,
    "app": 0.30,
    "chat": 0.35,
    "social": 0.20,
    "book": 0.40,
    "web": 0.40,
}
SKILL_SPREAD, HASTE_OF_SKILL = 0.8, 0.2
OUTCOMES = {"upheld": 40.0, "partly_upheld": 15.0, "rejected": 25.0, "explained": 20.0}
REJECTS_LESS_BY_SKILL = 0.5
# Of cases: withdrawn; of the others, the customer is asked for something on the way.
WITHDRAWN, ASKED_BACK = 0.03, 0.2
# Answered cases that come up again: a base, more by severity, more by day until the answer, and at most.
REOPENED, MOST_REOPENED = (0.03, 0.03, 0.01), 0.4
# Calls: seconds of waiting are log-normal, and so is patience; who is out of it first hangs up. Patience differs far
# more than waits do, so that some hang up at once and who has stayed a while stays on (fitted to a bank's calls).
WAIT_MEDIAN_S, WAIT_SIGMA = 48.0, 1.1
PATIENCE_MEDIAN_S, PATIENCE_SIGMA = 340.0, 1.95

# --- What it does to them -----------------------------------------------------------------------------------------

# Satisfaction begins at a person's own level (normal, this spread) and comes back to it, by this share a week.
OWN_LEVEL_SPREAD, FORGETTING = 0.7, 0.06
# What moves it: a problem by severity; each telling that settled nothing, each hang-up, a slow answer (more than
# twice the median), a rejection, a refund.
HURT = (0.25, 0.55, 1.1)
NOT_HELPED, HUNG_UP, SLOW_ANSWER, REJECTED, REFUNDED = 0.45, 0.25, 0.35, 0.6, -0.5


@dataclass(frozen=True)
class Hazard:
    """A chance a week (of bills: a month) on the logit scale: `base`, and what a person's state adds.

    By unit of dissatisfaction; for a customer of less than YOUNG_DAYS; by income level below the middle; while a
    competitor campaigns in their city.
    """

    base: float
    dissatisfaction: float = 0.0
    young_account: float = 0.0
    low_income: float = 0.0
    offer: float = 0.0


# Leaving by closing everything, or by falling silent; `offer` is a competitor's campaign in their city.
LEAVES = Hazard(base=-7.0, dissatisfaction=1.05, young_account=0.5, offer=0.9)
FALLS_SILENT = Hazard(base=-7.0, dissatisfaction=0.95, low_income=0.4, offer=0.7)
YOUNG_DAYS, MIDDLE_INCOME = 365, 2
# For how many weeks a competitor campaigns, once in a run, and in what share of the cities.
OFFER_WEEKS, OFFER_CITIES = 3, 0.3

# --- Accounts and money -------------------------------------------------------------------------------------------

# Chance that a customer holds it.
HOLDS = {"savings": 1.0, "debit_card": 0.85, "credit_card": 0.6, "loan": 0.2}
# Days from joining to the issue, and from there to the activation; weekly use of savings accounts and loans.
ISSUED_WITHIN_DAYS, ACTIVATED_AFTER_DAYS, ACCOUNT_WEEKLY_USE = 15, (3, 29), 0.6
# Without a use for so long an account has lapsed; longest time without use before the town begins.
LAPSED_AFTER_DAYS, LONGEST_UNUSED_DAYS = 90, 400
# Cards that were issued and never used, and why (weights).
NEVER_ACTIVATED = {"debit_card": 0.12, "credit_card": 0.40}
NEVER_REASONS = {
    "not_wanted": 40,
    "activation_too_hard": 16,
    "fee": 14,
    "not_delivered": 12,
    "has_another": 18,
    "unknown": 14,
}
ACTIVATED_NEVER_USED = {"debit_card": 0.05, "credit_card": 0.15}
# Chance of use of an idle card, a week; and above which dissatisfaction a complaint is the reason why.
IDLE_WEEKLY_USE, IDLE_FOR_DISSATISFACTION = 0.004, 0.6
# Purchases a week of a middling customer, log-normal among people; dissatisfaction lowers them.
PURCHASES_A_WEEK, PURCHASES_SIGMA, PURCHASES_LOST = 1.6, 0.9, 0.35
# Who paid with a card once gives it up, by the week.
LAPSES = Hazard(base=-6.0, dissatisfaction=0.8)
# A bill comes each month for a loan and for a credit card in use; it is paid late, or not within LOST_AFTER_DAYS.
DUE_AFTER_DAYS, MEAN_DAYS_LATE, LOST_AFTER_DAYS = 4, 9.0, 90
PAYS_LATE = Hazard(base=-2.6, dissatisfaction=0.35, low_income=1.1)
DEFAULTS = Hazard(base=-5.6, dissatisfaction=0.2, low_income=1.6)

# --- Calls, transcripts, chats, visits --------------------------------------------------------------------------------

# What agents note of a contact: they call it something else than it was; of complaints that became no case, these
# are noted as complaints at all; of contacts about a case, its number is noted.
NOTED_WRONGLY, UNFILED_NOTED_AS_COMPLAINT, NOTES_CASE = 0.06, 0.35, 0.95
# Of answered calls: the agent writes a note of what was said, by whether a case was made, which has its own text.
WRITES_NOTE = {True: 0.1, False: 0.7}
# Of calls: the number is withheld; of those answered: the caller proves who they are. Wrong language in the menu.
NUMBER_WITHHELD, CALLER_VERIFIED, WRONG_LANGUAGE = 0.06, 0.45, 0.03
# Seconds in the voice menu (lowest, highest); of talk, log-normal, for complaints and for the rest; of work after it.
MENU_S, TALK_MEDIAN_S, TALK_SIGMA, WRAP_UP_S = (18, 110), {True: 330.0, False: 200.0}, 0.55, (10, 150)
# Of answered calls: put on hold, for at most this share of the talk; handed over to another queue, with its waits.
PUT_ON_HOLD, MOST_ON_HOLD, TRANSFERRED, TRANSFER_WAIT_MEAN_S = 0.3, 0.4, 0.08, 45.0
# Calls that are preceded by one that hangs up at once; of these in the menu, the others in the first seconds of queue.
SHORT_CALL_BEFORE, SHORT_IN_MENU = 0.05, 0.4
# Of callers who hung up: called back; of calls that settled nothing: a call-back is promised, made, made in time.
CALLED_BACK, PROMISES_CALL_BACK, KEEPS_PROMISE, KEEPS_IT_IN_TIME = 0.3, 0.2, 0.75, 0.7
# Of calls from the bank: nobody takes them.
CALL_BACK_UNANSWERED = 0.35
# Of answered calls: recorded with consent and put into words; of transcripts: without punctuation and capitals.
TRANSCRIBED, BARE_TRANSCRIPT = 0.5, 0.5
# Of words that sound like another one, times the noise: misheard.
MISHEARD = 1.0
# Of chats on the web: logged in; of the others an e-mail is typed.
CHAT_LOGGED_IN, CHAT_EMAIL = 0.4, 0.8
# Of chats that became no case: handed over from the bot to an agent; of these left before the agent wrote, by whether
# the matter was settled. Of all that ended: rated, and of these with thumbs up, by the same.
HANDED_OVER, LEAVES_CHAT, RATES_CHAT, THUMBS_UP = 0.7, {True: 0.04, False: 0.25}, 0.2, {True: 0.8, False: 0.25}
# Of visits: a document is typed at the kiosk; of those without a complaint: left before they were called; by whether
# they complain: choose the service for complaints.
KIOSK_DOCUMENT, LEAVES_BRANCH, CHOOSES_COMPLAINTS = 0.8, 0.06, {True: 0.5, False: 0.02}
# Minutes until a ticket is called, and at the counter.
BRANCH_WAIT_MEAN_MIN, COUNTER_MEAN_MIN = 18.0, 9.0
# --- The shop ------------------------------------------------------------------------------------------------------

# Of the run: after which share of it fees change, prices of goods rise once (by this share), a campaign begins that
# takes a share off for some days, an article gets another name, an article is withdrawn.
FEES_CHANGE_AFTER, PRICES_RISE_AFTER, PRICES_RISE_BY = 0.5, 0.4, 0.04
CAMPAIGN_AFTER, CAMPAIGN_DAYS, CAMPAIGN_OFF = 0.6, 6, 0.15
RENAMED_AFTER, WITHDRAWN_AFTER = 0.55, 0.7
SOLES_A_DOLLAR = 3.75
# Orders a week of a middling customer, log-normal among people, and at most; firms order so many times as often.
# Dissatisfaction lowers them as it lowers other purchases.
ORDERS_A_WEEK, ORDERS_SIGMA, MOST_ORDERS_A_WEEK, ORDERS_OF_FIRMS = 0.0115, 1.4, 3.0, 2.2
# Channels by habit, which is digital (True) or not: weights.
SHOP_CHANNELS = {False: {"web": 40, "app": 15, "counter": 45}, True: {"web": 45, "app": 47, "counter": 8}}
# Of orders: one more article (each time); of articles in an order of a person: two pieces instead of one. Pieces in
# an order of a firm are log-normal.
MORE_ARTICLES, TWO_PIECES, PIECES_OF_FIRMS, PIECES_SIGMA = 0.28, 0.07, 6.0, 0.9
# Ways to pay: weights, of persons and of firms; of orders by card from so many soles on: in instalments.
PAYS_WITH = {"person": {"card": 62, "wallet": 26, "transfer": 12}, "firm": {"card": 20, "wallet": 0, "transfer": 80}}
IN_INSTALMENTS, INSTALMENTS_FROM, INSTALMENTS = 0.45, 400, (3, 6, 12, 18, 24)
# Of attempts to pay: fail; of those that failed: try again, at most so often in all.
PAYMENT_FAILS = {"card": 0.10, "wallet": 0.06, "transfer": 0.02}
PAYS_AGAIN, MOST_PAYMENT_ATTEMPTS = 0.75, 3
CANCELS = 0.03  # of orders that were paid: before they are sent
LARGE_IS_SENT = 0.9  # of orders at the counter with a large article: sent home, else everything is taken along
# Days that a parcel is promised in: in the capital, in the country, abroad. The true time is log-normal about the
# promise; cities that are slow need so many times as long.
PROMISED_DAYS = {"Lima": 2, "PE": 4, "": 11}
DELIVERY_SHIFT, DELIVERY_SIGMA = -0.4, 0.35
SLOW_CITIES = {"Cusco": 1.5, "Piura": 1.35, "Valparaíso": 1.25}
# Of attempts to deliver: nobody is there, at most so often; of parcels: lost; of parcels: a wrong article in it.
NOBODY_HOME, MOST_MISSED, PARCEL_LOST, WRONG_ARTICLE = 0.09, 2, 0.008, 0.015
# Of lines that were delivered: comes back, if it was late, if it is the wrong one, for any other reason.
RETURNS_LATE, RETURNS_WRONG, RETURNS = 0.2, 0.75, 0.07
# Of those: the goods never arrive; median days and spread until they do; what arrives is refused.
NEVER_SENT_BACK, SENT_BACK_DAYS, SENT_BACK_SIGMA, RETURN_REFUSED = 0.1, 6.0, 0.45, 0.08
OPENED, OPENED_REFUND = 0.3, 0.85  # of goods that people merely do not want: were opened; share that is paid back then
# Of orders after a customer's first: contact data are typed anew. Of accounts: with a document, a phone.
SHOP_TYPES_ANEW, SHOP_DOCUMENT, SHOP_PHONE = 0.2, 0.35, 0.85
INVOICE_DOCUMENT = 0.5  # of invoices of persons: with a document; those of firms always have one
# Of carriers' events: passed on a day or two later (a share of the noise).
EVENT_PASSED_ON_LATE = 0.5
RECEIVED_TWICE = 0.6  # of returns that arrive (a share of the noise): scanned twice at the warehouse

# --- Deals --------------------------------------------------------------------------------------------------------

# Deals a week that employees open with a firm, and with a customer of an income level.
DEALS_OF_FIRMS, DEALS_OF_WEALTHY = 0.05, {4: 0.006, 5: 0.015}
DAYS_BETWEEN_STAGES = 9.0  # mean
DEAL_LOST = 0.2  # at each stage

# --- Accounts in numbers ------------------------------------------------------------------------------------------

# Movements a week of a savings account or a loan in use, at least one; cards go by the purchases of their holder.
MOVEMENTS_A_WEEK = {"savings": 0.5, "loan": 0.05}
IDLE_MOVEMENTS_A_WEEK = 0.05  # of a card that lies idle, in a week in which it is used all the same
DECLINED_FIRST_USE = 0.35  # of cards that were activated and never used: the first use was declined
# Of customers abroad all accounts are in dollars, of those in Peru these shares.
DOLLAR_SAVINGS = {"person": 0.08, "firm": 0.25}
# What people earn and spend, times the middle, by income level; 0 are firms.
MEANS = {0: 5.0, 1: 0.55, 2: 0.8, 3: 1.2, 4: 1.9, 5: 3.2}
# Whole soles of a middling customer, log-normal, the spread beside it: limits of cards, loans, a month's salary.
CARD_LIMIT, LOAN, SALARY = (4000, 0.5), (12000, 0.6), (2400, 0.35)
LOAN_MONTHS, LOAN_RATE = (12, 18, 24, 36, 48), 0.02  # terms, each as likely; interest a month
LIMIT_RAISED = 0.12  # of credit cards in use, once in the run
HAS_MONTHLY_FEE, MONTHLY_FEE = 0.3, (350, 1500)  # of savings accounts; cents
INSURANCE_FEE = (390, 1490)  # cents, of a month's bill of a credit card
# Of persons: the salary comes to their savings account, on one of these days.
SALARY_ACCOUNT, PAYDAYS = 0.5, (15, 28, 30)
# Of purchases with a card: a declined attempt before; undone by the shop at once; given back days later.
DECLINED_BEFORE, REVERSED, RETURNED = 0.02, 0.004, 0.006
RETURNED_WITHIN = (2, 12)  # days
ABROAD = 0.02  # of purchases: in a city of another country
# Of purchases for which a refund is late: days that it takes from the complaint on; days before it that it was bought.
LATE_REFUND_MEAN_DAYS, BOUGHT_BEFORE = 14.0, (15, 40)
DOUBLED_WITHIN = 6  # days in which a purchase may be charged a second time
BLOCKED_MEAN_DAYS = 3.0
# Of movements, times the noise: days late, at most so many.
LATE_MOVEMENT, LATE_MOVEMENT_DAYS = 0.1, 6

# --- Bills in numbers ---------------------------------------------------------------------------------------------

LEAST_BILL = 1000  # cents; what is owed less is carried to the next one
BALANCE_BEFORE = (600, 0.7)  # whole soles of a middling customer: what was bought before the town began
PAID_EARLY_DAYS = 3  # at most, of bills paid in time
PAID_IN_PARTS = 0.12  # of bills that are paid
VALUE_NEXT_DAY = 0.35  # of payments: they count from the next day on
# How bills are paid, by habit, which is digital (True) or not: weights.
PAID_BY = {
    False: {"counter": 30, "agent": 38, "direct_debit": 12, "web": 8, "app": 12},
    True: {"counter": 6, "agent": 12, "direct_debit": 17, "web": 20, "app": 45},
}
# Collections take a bill up so many days after it was due, call every few days, and give it up when it is lost.
COLLECTED_AFTER_DAYS, DAYS_BETWEEN_CALLS = (5, 9), (2, 9)
CALLS_END_AFTER_DAYS = 75
COLLECTION_CALLS = {"no_answer": 45, "promise": 32, "refused": 13, "third_person": 10}  # weights
PROMISED_WITHIN = (1, 8)  # days

# --- Looking ahead ---------------------------------------------------------------------------------------------------

# Weeks before the end at which the truth says how likely people are to leave and to use what they hold.
HORIZON_WEEKS = 13

# --- Dirt -----------------------------------------------------------------------------------------------------------

# Shares of rows, times the noise: with a fault, sent twice; of versions: held back until after a newer one.
FAULTY, DOUBLED, LATE_VERSION = 0.15, 0.04, 0.1
DOUBLED_FILES = 0.1  # of files, times the noise

# --- Mails, surveys and posts -----------------------------------------------------------------------------------------

# Mails: times the shares of shortened names, of display names; none at all; typed in small letters or without accents
# as on forms.
MAIL_CASUAL, MAIL_WITHOUT_NAME = 0.6, 0.08
MAIL_WITHOUT_SUBJECT, MAIL_STATES_LANGUAGE = 0.1, 0.4  # of mails that begin a thread; of the mails of people
MAIL_ANSWERS_BELOW_QUOTE = 0.75  # of replies of people: the bank's text is quoted below theirs
MAIL_HTML, MAIL_FROM_PHONE = 0.45, 0.15  # of the mails of people: HTML beside the text; signed by the phone they use
MAIL_CHARSETS = {"utf-8": 60, "iso-8859-1": 30, "windows-1252": 10}  # weights, where the charset has all letters
MAIL_ENCODINGS = {"quoted-printable": 50, "base64": 25, "8bit": 25}  # weights
MAIL_ATTACHMENT, MAIL_PDF = 0.12, 0.55  # of complaints by mail: comes with a receipt; of receipts: PDF, else a picture
OTHER_MAIL_ANSWERED, OTHER_MAIL_HOURS = 0.85, (1, 30)  # of mails that are no complaint, and after how long
OUT_OF_OFFICE = 0.05  # of the bank's answers
NEWSLETTERS_A_WEEK = 3
# Surveys: invited after a contact by channel, and after a closed case (then about the case); of the invited, answer.
SURVEY_OF_CONTACT = {"phone": 0.5, "chat": 0.6, "counter": 0.25, "app": 0.4, "email": 0.3}
SURVEY_OF_CASE, SURVEY_ANSWERED, SURVEY_MEAN_HOURS = 0.5, 0.22, 20
# How pleased they are on a scale from -2 to 2: helped or not, less by the share of purchases that their mood takes, and
# by chance; each question adds to the chance.
SURVEY_HELPED, SURVEY_NOT_HELPED, SURVEY_MOOD, SURVEY_SPREAD, SURVEY_QUESTION_SPREAD = 1.1, -0.8, 1.5, 0.7, 0.3
# Of answers: have the question of NPS and of effort, a comment; name the customer beside the contact.
SURVEY_NPS, SURVEY_CES, SURVEY_COMMENT, SURVEY_NAMES_CUSTOMER = 0.85, 0.6, 0.45, 0.5
# Posts: weights of the networks; of those on Twitter, begin with the bank's name; of posts that are no complaint,
# answered, within so many hours.
NETWORKS = {"twitter": 45, "facebook": 40, "google": 15}
NAMES_THE_BANK, OTHER_POST_ANSWERED, OTHER_POST_HOURS = 0.6, 0.75, 20
STARS = {"complaint": (62, 24, 9, 3, 2), "praise": (1, 1, 4, 24, 70)}  # weights of 1 to 5, by intent
# Of customers in the city of an incident who told the bank nothing: post about it; the same if it hit them.
POSTS_OF_INCIDENT, POSTS_IF_HIT = 0.04, 0.25
POSTS_OF_NOBODY = 3  # a day
HANDLE_OF_NAME, AUTHOR_STATES_PLACE = 0.6, 0.5  # of authors
POST_NAMES = (45, 25, 30)  # weights: the full name, the given name with an initial, the handle
FOLLOWERS, LIKES_BY_FOLLOWER = (4.6, 1.3), 0.004  # log-normal; mean likes of a post by follower
# --- What they do by themselves --------------------------------------------------------------------------------------

# Chance a week that somebody wholly digital and content comes by; of others in proportion.
VISITS_A_WEEK = {"web": 0.22, "app": 0.22}
# Of visits: they log in. The app asks for it.
LOGS_IN = {"web": 0.5, "app": 0.9}
# Of those who phone, if wholly digital: look it up in the help pages the day before.
HELP_BEFORE_CALL = {"web": 0.4, "app": 0.3}
# Of pages and screens: an error instead, as a rule, and while the app is down in their city.
SHOWS_ERROR, SHOWS_ERROR_WHEN_DOWN = 0.01, 0.3
# Of people: have a second browser; of visits: come with the second; the cookie is gone since the last one.
SECOND_BROWSER, USES_SECOND_BROWSER, COOKIE_LOST = 0.4, 0.3, 0.08
# Of users of the app: change the phone between two visits.
CHANGES_HANDSET = 0.02

# Terminals of firms: of firms, those that hold any; how many by segment, lowest and highest.
HOLDS_TERMINALS, TERMINALS = 0.6, {"small_firm": (1, 1), "firm": (1, 3)}
# Payments a day, log-normal among terminals; on Saturdays and Sundays times this; and seconds of use for each.
PAYMENTS_A_DAY, PAYMENTS_SIGMA, WEEKEND_PAYMENTS, SECONDS_A_PAYMENT = 22.0, 0.8, {5: 1.4, 6: 0.5}, 38
# Of terminals: never plugged in; the clock is off, by up to so many minutes. Of readings: the terminal had errors,
# with the old firmware and the new one; and when the new one is there, as a share of the run.
NEVER_PLUGGED_IN, CLOCK_IS_OFF, CLOCK_OFF_MINUTES = 0.08, 0.12, 360
TERMINAL_ERRORS, NEW_FIRMWARE_AFTER = {"3.8.1": 0.06, "4.0.2": 0.02}, 0.45

# Employees whom customers do not turn to; of them: come, or go, while the town runs. Of all: get into another team.
COLLEAGUES, COLLEAGUE_JOINS, COLLEAGUE_LEAVES, CHANGES_TEAM = 20, 0.2, 0.2, 0.15
# Of employees: speak it besides Spanish.
EMPLOYEE_SPEAKS = {"en": 0.35, "qu": 0.12, "pt": 0.08}
# Those who left stay on the list for so many days.
LISTED_AFTER_LEAVING = 28

# Consents. When joining, by what it is for: of customers, those who allow it.
CONSENTS = {
    ("marketing", "email"): 0.62,
    ("marketing", "phone"): 0.48,
    ("profiling", "all"): 0.55,
    ("third_parties", "all"): 0.18,
    ("recording", "phone"): 0.93,
}
# Chance a week of somebody wholly digital to allow the rest of the marketing in the app.
ALLOWS_IN_APP = 0.003
# Chance a week to withdraw all marketing, and how much a unit of dissatisfaction adds on the logit scale.
WITHDRAWS = Hazard(base=-6.0, dissatisfaction=1.1)

# Campaigns. Of those whom one is for: are on its list, among who allowed it and (old lists) among who did not.
ON_LIST, ON_LIST_WITHOUT_CONSENT = {"loan": 0.4, "activation": 0.9, "win_back": 0.8}, 0.06
MOST_CAMPAIGN_ATTEMPTS = 3
# Of attempts by phone: somebody answers; of those: they take it, by income level 1 to 5, for somebody content; seconds
# of talk are log-normal.
ANSWERS, TAKES_LOAN = 0.42, (0.10, 0.09, 0.06, 0.04, 0.02)
CAMPAIGN_TALK_MEDIAN_S, CAMPAIGN_TALK_SIGMA = 95, 0.7
# Of mailings: bounce; of the others: are opened, for somebody content; of those: are clicked.
BOUNCES, OPENS, CLICKS = 0.04, 0.38, 0.3
# Of messages to those who fell silent: arrive; of those: are clicked.
SMS_ARRIVES, SMS_CLICKED = 0.93, 0.04
# A card that is activated so many days after a mailing counts as its doing.
CONVERTS_WITHIN_DAYS = 14
# Weeks after which those who fell silent are written to.
SILENT_WEEKS = 5

# The credit bureau. Of adults with a document: it has them; of customers: for each, somebody it has who is none.
IN_BUREAU, STRANGERS = 0.5, 0.12
# Its score from 1 to 999: a base, by income level, by bill paid late, by bill not paid, and its spread among people.
SCORE, SCORE_BY_LEVEL, SCORE_BY_LATE, SCORE_BY_UNPAID, SCORE_SPREAD = 560, 55, -35, -160, 90
# Its guess of a month's income in soles by income level 1 to 5, and how far off it is (sigma of a log-normal).
INCOME_GUESSED, INCOME_SIGMA = (1200, 1900, 3200, 5800, 11000), 0.25
# Weights of the number of other banks where somebody has debts.
OTHER_BANKS = {0: 46, 1: 29, 2: 15, 3: 7, 4: 3}
