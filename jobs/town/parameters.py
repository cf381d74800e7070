"""How the town works, in numbers: what is likely, for whom, and what follows from what. Change it here."""

from __future__ import annotations

from dataclasses import dataclass

# -- What goes wrong ----------------------------------------------------------------------------------------------

# Problems of a customer a day, before what makes them more or fewer.
DAILY_PROBLEMS = 0.29 / 30
# An incident strikes the customers of one city for 3 to 10 days; each is hit with this chance a day.
INCIDENTS_A_MONTH = 1.0
INCIDENT_DAILY = (0.01, 0.04)
# The cause that nobody knew: it begins at this share of the run, and within 30 days grows to these problems a day.
EMERGING_CAUSE, EMERGES_AFTER, EMERGING_DAILY = "card_delivery", 0.5, 0.08 / 30
# The cause that an action ends: a share of its problems is left from that day on.
FIXED_CAUSE, FIXED_AFTER, LEFT_AFTER_FIX = "double_charge", 0.6, 0.1

# -- What people do about it --------------------------------------------------------------------------------------

# By severity 1, 2, 3: they say nothing to the company at all.
SILENT = (0.45, 0.25, 0.10)
# Those who were not helped tell it again on another channel, each time with this chance; at most so many times.
TELLS_AGAIN, MOST_TELLINGS = 0.55, 4
DAYS_TO_TELL_AGAIN = (1, 10)
# Channels of a first contact, by how digital a person is: below and above the middle.
CHANNELS = {
    False: {"phone": 38, "counter": 22, "book": 17, "email": 11, "web": 9, "app": 3},
    True: {"phone": 20, "counter": 6, "book": 8, "email": 16, "web": 34, "app": 16},
}
# An agent who hears a complaint makes a case of it; otherwise nobody knows (forms and sheets are cases themselves).
IS_REGISTERED = {"phone": 0.72, "counter": 0.78, "email": 0.85, "app": 0.80, "book": 1.0, "web": 1.0}

# -- How it is handled --------------------------------------------------------------------------------------------

EMPLOYEES = 40
# Median days to an answer: the slow channels are what makes the same problem hurt more on some of them.
ANSWER_DAYS = {"book": 9.0, "web": 5.0, "phone": 2.5, "email": 7.0, "counter": 4.0, "app": 3.5}
# Chance that a contact settles the matter, for an employee of middle skill; skill moves it on the logit scale.
SETTLES = {"phone": 0.45, "counter": 0.50, "email": 0.35, "app": 0.30, "book": 0.40, "web": 0.40}
SKILL_SPREAD = 0.8
OUTCOMES = {"upheld": 40, "partly_upheld": 15, "rejected": 25, "explained": 20}
WITHDRAWN = 0.03
# Calls: seconds of waiting are log-normal, and so is patience; who is out of it first hangs up.
WAIT_MEDIAN_S, WAIT_SIGMA = 42.0, 1.1
PATIENCE_MEDIAN_S, PATIENCE_SIGMA = 165.0, 1.0

# -- What it does to them -----------------------------------------------------------------------------------------

# Satisfaction begins at a person's own level (normal, this spread) and comes back to it, by this share a week.
OWN_LEVEL_SPREAD, FORGETTING = 0.7, 0.06
# What moves it: a problem by severity; each telling that settled nothing, each hang-up, a slow answer (more than
# twice the median), a rejection, a refund.
HURT = (0.25, 0.55, 1.1)
NOT_HELPED, HUNG_UP, SLOW_ANSWER, REJECTED, REFUNDED = 0.45, 0.25, 0.35, 0.6, -0.5


@dataclass(frozen=True)
class Hazard:
    """A chance a week on the logit scale: `base`, and what each unit of a person's state adds."""

    base: float
    dissatisfaction: float = 0.0
    young_account: float = 0.0
    low_income: float = 0.0
    offer: float = 0.0


# Leaving by closing everything, or by falling silent; `offer` is a competitor's campaign in their city.
LEAVES = Hazard(base=-7.2, dissatisfaction=1.05, young_account=0.5, offer=0.9)
FALLS_SILENT = Hazard(base=-6.8, dissatisfaction=0.95, low_income=0.4, offer=0.7)
# Weeks of 13 in which a competitor offers, and in how many of the cities.
OFFER_WEEKS, OFFER_CITIES = 3, 0.3

# -- Accounts and money -------------------------------------------------------------------------------------------

# Chance that a customer holds it.
HOLDS = {"savings": 1.0, "debit_card": 0.85, "credit_card": 0.6, "loan": 0.2}
# Cards that were issued and never used, and why; the rest of the reasons is an unknown one.
NEVER_ACTIVATED = {"debit_card": 0.12, "credit_card": 0.34}
NEVER_REASONS = {"not_wanted": 40, "activation_too_hard": 16, "fee": 14, "not_delivered": 12, "has_another": 18}
ACTIVATED_NEVER_USED = {"debit_card": 0.05, "credit_card": 0.15}
# What is left of the use of an idle card, a week; and above which dissatisfaction that is the reason why.
IDLE_WEEKLY_USE, IDLE_FOR_DISSATISFACTION = 0.004, 0.6
# Purchases a week of a middling customer, log-normal among people; dissatisfaction lowers them.
PURCHASES_A_WEEK, PURCHASES_SIGMA, PURCHASES_LOST = 1.6, 0.9, 0.35
# Who paid with a card once gives it up, by the week.
LAPSES = Hazard(base=-6.0, dissatisfaction=0.8)
# A bill that is due each month is paid late, or not within 90 days.
PAYS_LATE = Hazard(base=-2.6, dissatisfaction=0.35, low_income=1.1)
DEFAULTS = Hazard(base=-5.6, dissatisfaction=0.2, low_income=1.6)
