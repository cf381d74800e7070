"""A small company that hears people on every channel: its feeds as docs/sources.md says, and two days of deliveries."""

from __future__ import annotations

import json
from typing import Any

CHATS = """
source: chats
key_space: chat
lands_in: bronze.chat_session
delivery: upsert
read: {format: json, path: "{inbox}/chats*.jsonl"}
columns:
  id: string
  widget: string
  follows: string
  client: string
  agent: string
  began: timestamp
  left: timestamp
  updated: timestamp
  messages: array<struct<n:int,who:string,at:timestamp,text:string>>
  rating: int
record_key: id
version_by: updated
known_at: updated
gives:
  silver.interaction:
    interaction_id: &id "concat(key_space, ':', id)"
    channel: widget
    direction: "'inbound'"
    started_at: began
    ended_at: "`left`"
    outcome: "if(rating IS NULL, 'unresolved', 'resolved')"
    employee_id: "concat('hr:', agent)"
    message_id: *id
    replies_to: "array_compact(array(concat(key_space, ':', follows)))"
    source_party_id: &client "concat('crm:', client)"
  silver.document:
    each: messages
    where: "item.text IS NOT NULL AND item.who <> 'robot'"
    document_id: "concat(key_space, ':', id, ':', item.n)"
    document_type: "'chat_turn'"
    origin: "'typed'"
    author_role: "CASE item.who WHEN 'visitor' THEN 'customer' ELSE item.who END"
    channel: widget
    written_at: item.at
    interaction_id: *id
    source_party_id: "if(item.who = 'visitor', concat('crm:', client), NULL)"
    text: item.text
  silver.survey_response:
    where: "rating IS NOT NULL"
    response_id: *id
    question_id: "'rating'"
    question_type: "'nps'"
    score: rating
    scale_min: "0"
    scale_max: "20"
    answered_at: "`left`"
    channel: widget
    interaction_id: *id
    source_party_id: *client
"""
# The seconds of a leg are what lies between its queue events.
CALLS = """
source: calls
key_space: tel
lands_in: bronze.call_contact_record
delivery: event
read: {format: json, path: "{inbox}/calls*.json", zone: America/Lima}
columns:
  contact: string
  caller: string
  began: timestamp
  ended: timestamp
  legs: array<struct<queue:string,agent:string,events:array<struct<what:string,at:timestamp,seconds:int>>>>
  callback: struct<promised:timestamp,due:date,done:timestamp>
record_key: contact
known_at: began
gives:
  silver.interaction:
    interaction_id: &call "concat(key_space, ':', contact)"
    channel: "'phone'"
    direction: "'inbound'"
    started_at: began
    ended_at: ended
    outcome: "if(exists(legs, l -> l.agent IS NOT NULL), 'answered', 'abandoned')"
    queue_id: "try_element_at(legs, 1).queue"
    source_party_id: &caller "concat('crm:', caller)"
  silver.call_leg:
    each: legs
    interaction_id: *call
    leg_seq: "seq + 1"
    queue_id: item.queue
    employee_id: "concat('hr:', item.agent)"
    started_at: "try_element_at(item.events, 1).at"
    ended_at: "try_element_at(item.events, -1).at"
    wait_seconds: >-
      cast(unix_timestamp(coalesce(try_element_at(filter(item.events, e -> e.what = 'connected'), 1).at,
      try_element_at(item.events, -1).at)) - unix_timestamp(try_element_at(item.events, 1).at) AS int)
    talk_seconds: >-
      cast(coalesce(unix_timestamp(try_element_at(item.events, -1).at)
      - unix_timestamp(try_element_at(filter(item.events, e -> e.what = 'connected'), 1).at), 0) AS int)
    hold_seconds: "aggregate(filter(item.events, e -> e.what = 'hold'), 0, (total, e) -> total + e.seconds)"
    outcome: "if(item.agent IS NULL, 'abandoned', 'answered')"
  silver.promise:
    where: "callback IS NOT NULL"
    promise_id: "concat(key_space, ':', contact, ':callback')"
    promise_type: "'callback'"
    promised_at: callback.promised
    due_at: "to_utc_timestamp(date_add(callback.due, 1), zone) - INTERVAL 1 SECOND"
    kept_at: callback.done
    interaction_id: *call
    source_party_id: *caller
"""
STAFF = """
source: staff
key_space: hr
lands_in: bronze.employee
delivery: upsert
read: {format: csv, path: "{inbox}/staff*.csv", zone: America/Lima}
columns:
  code: string
  name: string
  team: string
  skills: string
  since: {date: dd/MM/yyyy}
  changed: {timestamp: "yyyy-MM-dd HH:mm"}
  active: {boolean: {"true": ["SI"], "false": ["NO"]}}
record_key: code
version_by: changed
known_at: changed
gives:
  silver.employee:
    versions: all
    employee_id: "concat(key_space, ':', code)"
    stated_at: since
    full_name: name
    team: team
    skills: "split(skills, ';')"
    is_active: active
"""
CONSENTS = """
source: consents
key_space: consent
lands_in: bronze.consent_event
delivery: event
read: {format: json, path: "{inbox}/consents*.jsonl"}
columns:
  event: string
  person: string
  purpose: string
  allowed: boolean
  at: timestamp
  known: timestamp
record_key: event
known_at: known
gives:
  silver.consent:
    versions: all
    source_party_id: "concat('crm:', person)"
    purpose: purpose
    channel: "'all'"
    stated_at: at
    is_granted: allowed
    evidence: "'click'"
"""
CLICKS = """
source: clicks
key_space: web
lands_in: bronze.web_event
delivery: event
read: {format: json, path: "{inbox}/clicks*.jsonl"}
columns:
  id: string
  visit: string
  what: string
  url: string
  at: timestamp
  cookie: string
  user: string
record_key: id
known_at: at
gives:
  silver.web_event:
    event_id: "concat(key_space, ':', id)"
    session_id: "concat(key_space, ':', visit)"
    event_type: what
    page: "substring_index(url, '?', 1)"
    at: at
    channel: "'web'"
    device_id: cookie
    source_party_id: "concat('crm:', user)"
"""
METERS = """
source: meters
key_space: meter
lands_in: bronze.device_telemetry
delivery: event
read: {format: csv, path: "{inbox}/meters*.csv", zone: America/Lima, decimal_mark: ","}
columns:
  meter: string
  read_at: {timestamp: "dd/MM/yyyy HH:mm"}
  kwh: {decimal: "12,3"}
  fault: {boolean: {"true": ["1"], "false": ["0"]}}
  owner: string
record_key: "concat(meter, '@', read_at)"
known_at: read_at
gives:
  silver.device_reading:
    reading_id: "concat(key_space, ':', _record_key)"
    device_id: "concat(key_space, ':', meter)"
    read_at: read_at
    usage_on: "to_date(from_utc_timestamp(read_at, zone))"
    usage_quantity: kwh
    unit: "'kWh'"
    is_error: fault
    source_party_id: "concat('crm:', owner)"
"""
CAMPAIGN = """
source: campaign
key_space: mkt
lands_in: bronze.campaign_contact
delivery: event
read: {format: csv, path: "{inbox}/campaign*.csv"}
columns:
  id: string
  person: string
  medium: string
  sent: timestamp
  result: string
record_key: id
known_at: sent
gives:
  silver.campaign_contact:
    contact_id: "concat(key_space, ':', id)"
    campaign_id: "'spring'"
    channel: medium
    contacted_at: sent
    attempt: "1"
    outcome: result
    source_party_id: "concat('crm:', person)"
"""
COUNTER = """
source: counter
key_space: desk
lands_in: bronze.branch_visit
delivery: event
read: {format: csv, path: "{inbox}/counter*.csv", zone: America/Lima, encoding: cp1252, options: {delimiter: ";"}}
columns:
  Ticket: string
  Cliente: string
  Llegada: {timestamp: "dd/MM/yyyy HH:mm"}
  Salida: {timestamp: "dd/MM/yyyy HH:mm"}
  Nota: string
record_key: Ticket
known_at: Llegada
gives:
  silver.interaction:
    interaction_id: &visit "concat(key_space, ':', Ticket)"
    channel: "'counter'"
    started_at: Llegada
    ended_at: Salida
    source_party_id: "concat('crm:', Cliente)"
  silver.document:
    where: "Nota IS NOT NULL"
    document_id: "concat(key_space, ':', Ticket, ':note')"
    document_type: "'note'"
    origin: "'typed'"
    author_role: "'agent'"
    channel: "'counter'"
    language: "'es'"
    written_at: Salida
    interaction_id: *visit
    text: Nota
"""
TRANSCRIPTS = """
source: transcripts
key_space: tel_asr
lands_in: bronze.call_transcript
delivery: upsert
read: {format: json, path: "{inbox}/transcripts*.json"}
columns:
  contact: string
  made: timestamp
  segments: array<struct<speaker:string,from_s:double,to_s:double,score:double,words:string>>
record_key: contact
known_at: made
gives:
  silver.transcript_segment:
    each: segments
    interaction_id: &said "concat('tel:', contact)"
    segment_seq: "seq + 1"
    speaker: item.speaker
    start_seconds: item.from_s
    end_seconds: item.to_s
    confidence: item.score
    document_id: &words "concat(key_space, ':', contact, ':', seq + 1)"
  silver.document:
    each: segments
    document_id: *words
    document_type: "'transcript'"
    origin: "'asr'"
    author_role: item.speaker
    channel: "'phone'"
    written_at: made
    interaction_id: *said
    text: item.words
"""
PARTIES = """
source: parties
key_space: crm
lands_in: bronze.crm_party
delivery: upsert
read: {format: csv, path: "{inbox}/parties*.csv"}
columns:
  id: string
  name: string
  changed: timestamp
record_key: id
version_by: changed
known_at: changed
gives:
  silver.source_party:
    source_party_id: "concat(key_space, ':', id)"
    party_type: "'person'"
    full_name: name
"""
FEEDS = {
    "chats": CHATS, "calls": CALLS, "staff": STAFF, "consents": CONSENTS, "clicks": CLICKS, "meters": METERS,
    "campaign": CAMPAIGN, "counter": COUNTER, "transcripts": TRANSCRIPTS, "parties": PARTIES,
}  # fmt: skip


def moment(day: int, clock: str) -> str:
    return f"2026-01-{day:02}T{clock}Z"


def lines(*records: dict[str, Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def chat(number: str, client: str, day: int, rating: int | None, *turns: tuple[str, str | None], **more: Any) -> dict:
    messages = [
        {"n": n, "who": who, "at": moment(day, f"10:0{n}:00"), "text": text} for n, (who, text) in enumerate(turns, 1)
    ]
    made = {"id": number, "widget": "chat", "client": client, "agent": "e7", "began": moment(day, "10:00:00"),
            "left": moment(day, "10:09:00"), "updated": moment(day, "10:10:00"), "messages": messages,
            "rating": rating}  # fmt: skip
    return {**made, **more}


def leg(queue: str, agent: str | None, day: int, *events: tuple[str, str], hold: int | None = None) -> dict[str, Any]:
    made: list[dict[str, Any]] = [{"what": what, "at": moment(day, clock)} for what, clock in events]
    if hold is not None:
        made.insert(-1, {"what": "hold", "at": made[-1]["at"], "seconds": hold})
    return {"queue": queue, "agent": agent, "events": made}


FIRST = {
    "chats1.jsonl": lines(
        chat("1", "ana", 5, 9, ("visitor", "My card was charged twice"), ("robot", "Please wait"),
             ("agent", "I will look at it"), ("visitor", None)),
        # Nobody rated it yet.
        chat("2", "berta", 6, None, ("visitor", "Where is my money?")),
        # No such answer; no such channel.
        chat("3", "ana", 7, 11, ("visitor", "Thanks"), follows="1"),
        chat("4", "carla", 7, 3, widget="fax"),
    ),
    "calls1.json": json.dumps([
        {"contact": "1", "caller": "ana", "began": moment(6, "09:00:00"), "ended": moment(6, "09:10:00"),
         "legs": [
             leg("cards", "e7", 6, ("queued", "09:00:00"), ("connected", "09:01:30"), ("ended", "09:04:30"), hold=30),
             leg("loans", "e8", 6, ("queued", "09:04:30"), ("connected", "09:05:00"), ("ended", "09:10:00")),
         ],
         "callback": {"promised": moment(6, "09:09:00"), "due": "2026-01-07", "done": moment(8, "02:00:00")}},
        # Hung up after two minutes in the queue.
        {"contact": "2", "caller": "berta", "began": moment(6, "11:00:00"), "ended": moment(6, "11:02:00"),
         "legs": [leg("cards", None, 6, ("queued", "11:00:00"), ("hung_up", "11:02:00"))],
         "callback": {"promised": moment(6, "11:02:00"), "due": "2026-01-06"}},
        # The second leg was on hold for longer than the talk.
        {"contact": "3", "caller": "dora", "began": moment(7, "09:00:00"), "ended": moment(7, "09:03:00"),
         "legs": [
             leg("cards", "e7", 7, ("queued", "09:00:00"), ("connected", "09:00:00"), ("ended", "09:01:00")),
             leg("cards", "e8", 7, ("queued", "09:01:00"), ("connected", "09:01:00"), ("ended", "09:03:00"), hold=121),
         ]},
        # It ended before it began.
        {"contact": "4", "caller": "ana", "began": moment(8, "09:00:00"), "ended": moment(8, "08:00:00"), "legs": []},
    ]),
    "staff1.csv": "code,name,team,skills,since,changed,active\n"
                  "e7,Eva Rios,cards,cards;loans,01/01/2025,2026-01-02 09:00,SI\n"
                  "e8,Leo Paz,cards,,,2026-01-02 09:00,SI\n",
    "consents1.jsonl": lines(
        {"event": "1", "person": "ana", "purpose": "marketing", "allowed": True, "at": moment(2, "08:00:00"),
         "known": moment(2, "08:00:00")},
        {"event": "2", "person": "ana", "purpose": "marketing", "allowed": False, "at": moment(9, "08:00:00"),
         "known": moment(9, "08:00:00")},
        {"event": "3", "person": "berta", "purpose": "profiling", "allowed": True, "at": moment(3, "08:00:00"),
         "known": moment(3, "08:00:00")},
        {"event": "4", "person": "berta", "purpose": "raffles", "allowed": True, "at": moment(3, "08:00:00"),
         "known": moment(3, "08:00:00")},
    ),
    "clicks1.jsonl": lines(
        {"id": "1", "visit": "v1", "what": "page_view", "url": "/home?from=mail", "at": moment(5, "20:00:00"),
         "cookie": "k1"},
        {"id": "2", "visit": "v1", "what": "login", "at": moment(5, "20:01:00"), "cookie": "k1", "user": "ana"},
        {"id": "3", "visit": "v1", "what": "error", "url": "/pay", "at": moment(5, "20:02:00"), "cookie": "k1"},
        {"id": "4", "visit": "v2", "what": "page_view", "url": "/help", "at": moment(6, "07:00:00"), "cookie": "k2"},
        {"id": "5", "what": "page_view", "url": "/lost", "at": moment(6, "07:00:00")},
    ),
    # In Lima it is the fifth until 05:00 UTC.
    "meters1.csv": "meter,read_at,kwh,fault,owner\n"
                   '7,05/01/2026 08:00,"1,250",0,ana\n7,05/01/2026 23:30,"0,500",1,ana\n',
    "campaign1.csv": "id,person,medium,sent,result\n1,ana,email,2026-01-10 09:00:00,opened\n"
                     "2,berta,sms,2026-01-10 09:00:00,lost\n",
    "counter1.csv": "Ticket;Cliente;Llegada;Salida;Nota\nT1;berta;09/01/2026 10:00;09/01/2026 10:20;"
                    "Pidió la devolución\nT2;;09/01/2026 11:00;;\n",
    "transcripts1.json": json.dumps([
        {"contact": "1", "made": moment(6, "12:00:00"), "segments": [
            {"speaker": "agent", "from_s": 0.0, "to_s": 2.5, "score": 0.93, "words": "good morning"},
            {"speaker": "customer", "from_s": 2.5, "to_s": 6.0, "score": 0.71, "words": "my card was charged twice"},
            {"speaker": "nobody", "from_s": 6.0, "to_s": 7.0, "score": 1.5, "words": "hm"}]},
    ]),
}  # fmt: skip
# The parties come after all that; with them what is late and what has changed.
SECOND = {
    "parties.csv": "id,name,changed\nana,Ana Diaz,2026-01-12 08:00:00\nberta,Berta Rios,2026-01-12 08:00:00\n",
    # Berta's chat is rated after all, and she takes back what she wrote; its first version comes again.
    "chats2.jsonl": lines(
        chat("2", "berta", 6, None, ("visitor", "Where is my money?")),
        chat("2", "berta", 6, 2, ("agent", "It is on its way"), updated=moment(12, "10:00:00"), follows="0"),
    ),
    "staff2.csv": "code,name,team,skills,since,changed,active\n"
                  "e7,Eva Rios,loans,cards;loans,11/01/2026,2026-01-11 09:00,SI\n"
                  "e8,Leo Paz,cards,,,2026-01-12 09:00,NO\n",
    # Late: Ana had refused and allowed again before her last word; and of that moment she says something else.
    "consents2.jsonl": lines(
        {"event": "5", "person": "ana", "purpose": "marketing", "allowed": False, "at": moment(4, "08:00:00"),
         "known": moment(12, "08:00:00")},
        {"event": "6", "person": "ana", "purpose": "marketing", "allowed": True, "at": moment(6, "08:00:00"),
         "known": moment(12, "08:00:00")},
        {"event": "7", "person": "ana", "purpose": "marketing", "allowed": True, "at": moment(9, "08:00:00"),
         "known": moment(12, "08:00:00")},
    ),
    "clicks2.jsonl": lines(
        {"id": "6", "visit": "v2", "what": "login", "url": "/in", "at": moment(6, "07:05:00"), "cookie": "k2",
         "user": "berta"},
        {"id": "7", "visit": "v2", "what": "page_view", "url": "/me", "at": moment(6, "07:06:00"), "cookie": "k2"},
    ),
    "meters2.csv": "meter,read_at,kwh,fault,owner\n"
                   '7,05/01/2026 12:00,"0,100",0,berta\n7,06/01/2026 08:00,"2,000",0,ana\n',
}  # fmt: skip
