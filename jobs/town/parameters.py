"""How life goes in the town: every probability and size that its people, causes and feeds are drawn with."""

from __future__ import annotations

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
LEAVES = 0.04  # leave while it runs
LONGEST_CUSTOMER = 3000  # days before the start

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
