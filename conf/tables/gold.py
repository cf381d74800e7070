"""Gold: answers, readable by any Delta reader."""

from __future__ import annotations

from conf.table import Table

FACT_COMPLAINT = Table(
    name="gold.fact_complaint",
    kind="derived",
    key=("complaint_id",),
    comment="one row per complaint with every duration, outcome and amount; the base of every drill-down",
    schema="""
    complaint_id        STRING    COMMENT 'one filed complaint'
    issue_id            STRING    COMMENT 'the customer problem it is about'
    is_first_of_issue   BOOLEAN   COMMENT 'first complaint filed about its issue: count these to count issues'
    customer_id         STRING    COMMENT 'who complains; null where not known'
    source_system       STRING    COMMENT 'feed'
    kind                STRING    COMMENT 'reclamo, queja or complaint'
    channel             STRING    COMMENT 'channel of the filing'
    product             STRING    COMMENT 'product as filed'
    cause               STRING    COMMENT 'cause as filed'
    product_node_id     STRING    COMMENT 'product in the house taxonomy'
    product_name_es     STRING    COMMENT 'its Spanish name'
    product_name_en     STRING    COMMENT 'its English name'
    cause_node_id       STRING    COMMENT 'cause in the house taxonomy'
    cause_name_es       STRING    COMMENT 'its Spanish name'
    cause_name_en       STRING    COMMENT 'its English name'
    provider            STRING    COMMENT 'company complained about'
    place               STRING    COMMENT 'place it is about'
    jurisdiction        STRING    COMMENT 'whose rules apply'
    priority            STRING    COMMENT 'urgent or normal'
    status              STRING    COMMENT 'current status'
    is_open             BOOLEAN   COMMENT 'true until closed, resolved or withdrawn; null without a status'
    received_at         TIMESTAMP COMMENT 'UTC'
    received_on         DATE      COMMENT 'calendar date where it was received'
    acknowledged_at     TIMESTAMP COMMENT 'UTC'
    responded_at        TIMESTAMP COMMENT 'UTC'
    resolved_at         TIMESTAMP COMMENT 'UTC'
    closed_at           TIMESTAMP COMMENT 'UTC; null where the source states no date'
    days_to_acknowledge DOUBLE    COMMENT 'calendar days from receipt; null without both trusted dates'
    days_to_respond     DOUBLE    COMMENT 'calendar days from receipt to answer'
    days_to_resolve     DOUBLE    COMMENT 'calendar days from receipt to resolution'
    days_to_close       DOUBLE    COMMENT 'calendar days from receipt to closing'
    age_days            DOUBLE    COMMENT 'open complaints: calendar days from receipt to known_until; else null'
    known_until         TIMESTAMP COMMENT 'UTC; open ones: newest knowledge of the feed, up to which they age'
    has_trusted_dates   BOOLEAN   COMMENT 'false where an end is missing or before receipt'
    reopen_count        INT       COMMENT 'times it was reopened'
    status_change_count INT       COMMENT 'statuses that stand, those without a date included'
    outcome             STRING    COMMENT 'upheld, partly_upheld, rejected, explained, withdrawn, no_response'
    redress             STRING    COMMENT 'monetary, non_monetary, none'
    redress_amount      DECIMAL(18,2) COMMENT 'money given, in redress_currency; null where the amounts have several'
    redress_currency    STRING    COMMENT 'ISO 4217'
    amount_claimed      DECIMAL(18,2) COMMENT 'money claimed, in currency'
    currency            STRING    COMMENT 'ISO 4217'
    is_timely           BOOLEAN   COMMENT 'answered in time, as the source says'
    is_disputed         BOOLEAN   COMMENT 'the customer disputed the answer'
    document_count      INT       COMMENT 'texts that belong to it'
    """,
)

COMPLAINT_BACKLOG_DAILY = Table(
    name="gold.complaint_backlog_daily",
    kind="snapshot",
    key=("as_of_date", "complaint_id"),
    comment="complaints open at the end of a day, from what was known by then",
    schema="""
    as_of_date      DATE      COMMENT 'the day'
    complaint_id    STRING    COMMENT 'an open complaint'
    status          STRING    COMMENT 'status at the end of that day'
    status_since    TIMESTAMP COMMENT 'UTC; since when; null where the source gives no date'
    received_at     TIMESTAMP COMMENT 'UTC; receipt as known then; null where no date was known'
    age_days        DOUBLE    COMMENT 'calendar days from receipt to the end of the day; null without a date'
    reopen_count    INT       COMMENT 'reopenings known then'
    source_system   STRING    COMMENT 'feed'
    """,
)

FIVE_V_SCORECARD = Table(
    name="gold.five_v_scorecard",
    kind="snapshot",
    key=("as_of_date", "source_system"),
    comment="the five Vs of each source, measured from what was known by a day",
    schema="""
    as_of_date           DATE   COMMENT 'the day'
    source_system        STRING COMMENT 'feed'
    volume_records       BIGINT COMMENT 'volume: records landed and known by the day'
    volume_bytes         BIGINT COMMENT 'volume: characters of those records'
    volume_batches       BIGINT COMMENT 'volume: batches'
    velocity_lag_p50_s   DOUBLE COMMENT 'velocity: median seconds from known to landed'
    velocity_lag_p95_s   DOUBLE COMMENT 'velocity: 95th percentile of the same'
    velocity_newest_at   TIMESTAMP COMMENT 'velocity: newest knowledge of the feed'
    variety_objects      BIGINT COMMENT 'variety: files or members'
    variety_shapes       BIGINT COMMENT 'variety: different sets of columns'
    veracity_judged      BIGINT COMMENT 'veracity: records judged, for the first table they give: complaint, party …'
    veracity_quarantined BIGINT COMMENT 'veracity: of those, in quarantine with a reason'
    veracity_duplicates  BIGINT COMMENT 'veracity: of those, exact repetitions'
    veracity_sound_share DOUBLE COMMENT 'veracity: share not in quarantine; null when nothing was judged'
    value_complaints     BIGINT COMMENT 'value: complaints of the feed first known by the day'
    value_contacts       BIGINT COMMENT 'value: contacts, answers and posts of the feed known by the day'
    value_customers      BIGINT COMMENT 'value: customers that these and the complaints can be tied to, as last known'
    value_claimed        MAP<STRING, DECIMAL(18,2)> COMMENT 'value: money they claim, by currency, as last known'
    """,
)

CUSTOMER_TIMELINE = Table(
    name="gold.customer_timeline",
    kind="derived",
    key=("customer_id", "event_at", "event_id"),
    comment="everything that happened between a customer and the company, in order",
    schema="""
    customer_id    STRING    COMMENT 'the customer'
    event_at       TIMESTAMP COMMENT 'UTC; when it happened'
    event_id       STRING    COMMENT 'the event: its kind and the id of the row it comes from'
    event_type     STRING    COMMENT 'complaint, complaint_closed, contact, survey, post, promise, campaign, visit …'
    channel        STRING    COMMENT 'channel, where it has one'
    summary        STRING    COMMENT 'what: status, reason, score, outcome; never a text of the customer'
    amount         DECIMAL(18,2) COMMENT 'money, where there is some'
    currency       STRING    COMMENT 'ISO 4217 of amount'
    complaint_id   STRING    COMMENT 'complaint that it belongs to'
    interaction_id STRING    COMMENT 'contact that it is or belongs to'
    source_system  STRING    COMMENT 'feed'
    source_table   STRING    COMMENT 'table of silver that has more of it'
    """,
)

ALERT = Table(
    name="gold.alert",
    kind="journal",
    key=("alert_id",),
    comment="something a person should know of, for as long as it lasts: one row however many runs find it",
    schema="""
    alert_id    STRING    COMMENT 'one alert; what ended and comes back is another one'
    kind        STRING    COMMENT 'failed_job, stale_table, shrunken_feed, quarantine_surge; jobs may add kinds'
    severity    STRING    COMMENT 'error: something was not done; warning: it was, and is worth a look'
    subject     STRING    COMMENT 'what it is about: a job, a table, a feed, for quarantine_surge table/feed'
    message     STRING    COMMENT 'the same in words; while it lasts, as the newest run that looked found it'
    value       DOUBLE    COMMENT 'the number behind it; null where there is none'
    threshold   DOUBLE    COMMENT 'what the number would have to keep to; null where there is none'
    run_id      STRING    COMMENT 'the run that found it first, as in ops.run_cost'
    opened_at   TIMESTAMP COMMENT 'UTC; end of that run'
    closed_at   TIMESTAMP COMMENT 'UTC; end of the first run that looked and found it over; null while it lasts'
    is_unsent   BOOLEAN   COMMENT 'true while the receiver of the settings has not taken that it began or ended'
    """,
)
