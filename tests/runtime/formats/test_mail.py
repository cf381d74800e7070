import base64
import email
import hashlib
import io
import json
import mailbox
import time
import tracemalloc
import wave
import zipfile
from dataclasses import replace
from email import policy
from pathlib import Path
from unittest.mock import Mock

import pytest

from conf.read import EmailOptions, EmailRead
from jobs.runtime import readers
from jobs.runtime.archives import Limits
from jobs.runtime.formats import mail, mail_text
from tests.runtime.test_readers import gzipped, stored_in, zipped

MIB = 1 << 20
LOOKING = Limits(max_bytes=1 << 30, max_ratio=250, max_field=8 * MIB, max_record=128 * MIB, media="")
REAL = Path(__file__).parents[4] / "shared/data/emails_spamassassin/emails.zip"


def records(content, name="m.eml", *, limits=LOOKING, layout="auto", zone="UTC"):
    content = content if isinstance(content, bytes) else content.encode()
    read = EmailRead(path="unused", options=EmailOptions(layout=layout), zone=zone)
    return list(mail.records(name, io.BufferedReader(io.BytesIO(content)), read, limits))


def payloads(content, name="m.eml", **options):
    return [json.loads(record.payload) for record in records(content, name, **options)]


def payload(content, **options):
    (only,) = payloads(content, **options)
    return only


def message(*lines, body="hello\n"):
    return "\n".join(lines) + "\n\n" + body


def parts(*contents, kind="mixed", boundary="b"):
    """Return the type and the body of a message made of parts, each written as its fields, a blank line, its text."""
    inside = "".join(f"--{boundary}\n{content}\n" for content in contents)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'


def base64_part(kind, content, *fields):
    encoded = base64.encodebytes(content).decode()
    return "\n".join((f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *fields, "", encoded))


# -- A message and its fields ---------------------------------------------------------------------------------------


def test_a_message_gives_its_fields_and_its_text():
    found = payload(
        "Received: from b by c; Mon, 2 Sep 2002 10:00:05 +0000\n"
        "Received: from a by b; Mon, 2 Sep 2002 09:00:00 +0000\n"
        "Message-ID: <1@x>\nFrom: Ana <ana@x.pe>\nTo: b@y.pe\nSubject: =?utf-8?q?Cobro_indebido_=C3=B1?=\n"
        "Date: Mon, 2 Sep 2002 12:00:00 +0200\nContent-Type: text/plain; charset=UTF-8\nContent-Language: es-PE\n"
        "List-Id: Friends <friends.x.pe>\nX-Mailer: Pine\n\nHola\n"
    )
    assert {key: value for key, value in found.items() if key not in ("headers", "parts")} == {
        "message_id": "<1@x>",
        "in_reply_to": None,
        "references": [],
        "subject": "Cobro indebido ñ",
        "date": "Mon, 2 Sep 2002 12:00:00 +0200",
        "sent_at": "2002-09-02T10:00:00Z",
        "received_at": "2002-09-02T10:00:05Z",
        "from": [{"name": "Ana", "address": "ana@x.pe"}],
        "sender": [],
        "reply_to": [],
        "to": [{"name": None, "address": "b@y.pe"}],
        "cc": [],
        "bcc": [],
        "body": "Hola\n",
        "body_html": None,
        "charset": "utf-8",
        "language": "es-PE",
        "attachments": [],
        "list_id": "friends.x.pe",
        "mailer": "Pine",
        "is_automatic": False,
        "defects": [],
    }
    assert found["headers"][0] == {"name": "Received", "value": "from b by c; Mon, 2 Sep 2002 10:00:05 +0000"}
    assert found["headers"][5] == {"name": "Subject", "value": "Cobro indebido ñ"}
    assert len(found["headers"]) == 11
    assert found["parts"] == [
        {"content_type": "text/plain", "charset": "utf-8", "filename": None, "disposition": None, "bytes": 5}
    ]


def test_what_a_message_does_not_say_is_null_and_no_defect():
    found = payload("X-Only: field\n\n")
    gone = ("message_id", "in_reply_to", "subject", "date", "sent_at", "received_at", "charset", "language", "mailer")
    assert [found[key] for key in (*gone, "list_id", "body_html")] == [None] * 11
    assert (found["body"], found["references"], found["from"], found["defects"]) == ("", [], [], [])


def test_every_record_has_the_same_columns_and_the_hash_of_its_bytes():
    one, other = records("Subject: a\n\nx\n")[0], records("From: a@b\n\n")[0]
    assert one.columns == other.columns
    assert one.schema_hash == other.schema_hash
    assert (one.object, one.position, one.hash) == ("m.eml", 1, hashlib.sha256(b"Subject: a\n\nx\n").hexdigest())


@pytest.mark.parametrize(
    ("date", "sent_at", "defect"),
    [
        ("Thu, 5 Sep 2002 23:30:00 -0500", "2002-09-06T04:30:00Z", None),
        ("5 Sep 02 10:00 GMT", "2002-09-05T10:00:00Z", None),
        ("Thu, 5 Sep 2002 10:00:00 -0000", "2002-09-05T10:00:00Z", None),
        ("Thu, 5 Sep 2002 10:00:00 -0400 (EDT)", "2002-09-05T14:00:00Z", None),
        ("Thu, 5 Sep 2002 10:00:00", "2002-09-05T15:00:00Z", "date: no zone that is known; taken as America/Lima"),
        ("Thu, 5 Sep 2002 10:00:00 XYZ", "2002-09-05T15:00:00Z", "date: no zone that is known; taken as America/Lima"),
        ("Thu, 5 Sep 102 10:00:00 +0000", None, "date: the year 102 is taken as impossible"),
        ("Thu, 5 Sep 2101 10:00:00 +0000", None, "date: the year 2101 is taken as impossible"),
        ("Wed, 31 Dec 1969 23:59:59 +0000", None, "date: the year 1969 is taken as impossible"),
        ("Thu, 1 Jan 1970 00:00:00 +0100", None, "date: the year 1969 is taken as impossible"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z", None),
        ("Mon, 30 Feb 2002 10:00:00 +0000", None, "date: no date that can be read"),
        ("Mon, 2 Sep 2002 25:00:00 +0000", None, "date: no date that can be read"),
        ("Mon, 2 Sep 2002 10:00:00 +9999", None, "date: no date that can be read"),
        ("yesterday", None, "date: no date that can be read"),
        (" ", None, None),
    ],
)
def test_a_date_is_a_time_of_utc_or_a_defect(date, sent_at, defect):
    found = payload(message(f"Date: {date}"), zone="America/Lima")
    assert (found["date"], found["sent_at"]) == (date.strip() or None, sent_at)
    assert found["defects"] == ([defect] if defect else [])


def test_the_topmost_received_says_when_a_message_came():
    found = payload(message("Received: by a; Thu, 5 Sep 102 10:00:00 +0000", "Received: by b; 5 Sep 2002 10:00 GMT"))
    assert (found["received_at"], found["defects"]) == (None, ["received: the year 102 is taken as impossible"])
    found = payload(message("Received: by a"))
    assert (found["received_at"], found["defects"]) == (None, ["received: no date that can be read"])


@pytest.mark.parametrize(
    ("value", "in_reply_to"),
    [
        ("<1@x>", "<1@x>"),
        ("< 1 @x >", "<1@x>"),
        ("1@x", "<1@x>"),
        ("<1@x> (Ana <ana@x>'s message of Monday)", "<1@x>"),
        ("Message from Ana <ana@x> of Monday <1@x>", "<1@x>"),
        ("Your message of Monday", None),
        ("<>", None),
    ],
)
def test_the_id_that_a_message_replies_to_is_found_among_words(value, in_reply_to):
    assert payload(message(f"In-Reply-To: {value}"))["in_reply_to"] == in_reply_to


def test_threads_are_known_by_ids_without_blanks_oldest_first_and_once():
    lines = ("Message-ID:\n <4@\n x>", "References: <1@x> <2@x>\n\t<1@x><3@x>", "In-Reply-To: <3@x>")
    found = payload(message(*lines))
    assert found["message_id"] == "<4@x>"
    assert found["references"] == ["<1@x>", "<2@x>", "<3@x>"]
    assert found["in_reply_to"] == "<3@x>"
    assert payload(message("Message-ID: 4@x"))["message_id"] == "<4@x>"


def test_parties_by_role_with_encoded_names_and_those_of_groups():
    found = payload(
        message(
            "From: =?iso-8859-1?q?Jos=E9_P=E9rez?= <jose@x.pe>",
            "Sender: robot@x.pe",
            'Reply-To: "Support, Lima" <help@x.pe>',
            "To: Team: a@x.pe, =?utf-8?b?w5E=?= <b@x.pe>;, c@x.pe",
            "To: d@x.pe",
            "Cc: undisclosed-recipients:;",
            "Bcc: <e@x.pe>",
        )
    )
    assert found["from"] == [{"name": "José Pérez", "address": "jose@x.pe"}]
    assert found["sender"] == [{"name": None, "address": "robot@x.pe"}]
    assert found["reply_to"] == [{"name": "Support, Lima", "address": "help@x.pe"}]
    assert found["to"] == [
        {"name": None, "address": "a@x.pe"},
        {"name": "Ñ", "address": "b@x.pe"},
        {"name": None, "address": "c@x.pe"},
        {"name": None, "address": "d@x.pe"},
    ]
    assert (found["cc"], found["bcc"]) == ([], [{"name": None, "address": "e@x.pe"}])
    assert found["defects"] == []


@pytest.mark.parametrize(
    ("value", "people"),
    [
        # The standard library raises ValueError, AttributeError and IndexError on these.
        ('=?utf-8?q?Ana=0AP?= <a@x>, "B" <b@x>', [("Ana\nP", "a@x"), ("B", "b@x")]),
        ('Team: a@x, "B" <b@x>; c@x', [(None, "a@x"), ("B", "b@x"), (None, "c@x")]),
        ('"', [('"', None)]),
    ],
)
def test_a_field_on_which_the_parser_raises_is_read_in_another_way_and_the_rest_stays(value, people):
    found = payload(message(f"To: {value}", "From: ana@x", "Subject: s"))
    assert [(party["name"], party["address"]) for party in found["to"]] == people
    assert found["defects"][0] == "to: broken; its addresses are read one by one"
    assert (found["from"], found["subject"], found["body"]) == ([{"name": None, "address": "ana@x"}], "s", "hello\n")


def test_a_field_without_an_address_keeps_its_text():
    found = payload(message("To: a@b@c"))
    assert found["to"] == [{"name": "a@b@c", "address": None}]
    assert found["defects"] == ["to: no address in it; its text is taken as a name"]


def test_a_type_on_which_the_parser_raises_does_not_cost_the_message():
    broken = "Content-Type: text/plain; charset=utf-8; a*"
    with pytest.raises(IndexError):
        email.message_from_string(f"{broken}\n\nx", policy=policy.default)
    found = payload(message(broken, body="ñ"))
    assert (found["body"], found["charset"], found["parts"][0]["content_type"]) == ("ñ", "utf-8", "text/plain")
    found = payload(message("Content-Disposition: attachment; a*", broken, body="ñ"))
    assert (found["body"], len(found["attachments"])) == (None, 1)


def test_bytes_in_fields_are_utf_8_or_else_windows_1252():
    found = payload("Subject: Reclamación\nFrom: José <j@x>\n\n")
    assert (found["subject"], found["from"][0]["name"], found["defects"]) == ("Reclamación", "José", [])
    found = payload("Subject: Reclamación €\nFrom: José <j@x>\n\n".encode("cp1252"))
    assert (found["subject"], found["from"][0]["name"]) == ("Reclamación €", "José")
    assert found["defects"] == [
        "subject: bytes outside of ASCII, not utf-8; read as windows-1252",
        "from: bytes outside of ASCII, not utf-8; read as windows-1252",
    ]


@pytest.mark.parametrize(
    ("field", "is_automatic"),
    [
        ("Auto-Submitted: auto-replied; owner-email=a@x", True),
        ("Auto-Submitted: No", False),
        ("Precedence: Bulk", True),
        ("Precedence: list", True),
        ("Precedence: junk", True),
        ("Precedence: first-class", False),
        ("X: y", False),
    ],
)
def test_mails_of_machines_are_marked(field, is_automatic):
    assert payload(message(field))["is_automatic"] is is_automatic


# -- Texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "charset", "text", "defect"),
    [
        ("жалоба".encode("koi8-r"), "koi8-r", "жалоба", None),
        ("queja ñ".encode("latin-1"), "ISO-8859-1", "queja ñ", None),
        (b"plain", None, "plain", None),
        (b"plain", "x-none", "plain", "charset 'x-none' is not known; read as utf-8"),
        ("ñ €".encode(), "x-none", "ñ €", "charset 'x-none' is not known; read as utf-8"),
        ("ñ €".encode("cp1252"), "x-none", "ñ €", "charset 'x-none' is not known; read as windows-1252"),
        ("ñ".encode("cp1252"), "rot13", "ñ", "charset 'rot13' is not known; read as windows-1252"),
        ("ñ €".encode(), None, "ñ €", "no charset declared, and not us-ascii; read as utf-8"),
        ("ñ €".encode("cp1252"), "utf-8", "ñ €", "not utf-8; read as windows-1252"),
        (b"a\x81\x93", "utf-8", "a\ufffd“", "not utf-8; read as windows-1252, what is unreadable replaced"),
        # 0x98 has no character in windows-1251; the rest of the text stays Russian.
        (b"\xe4\xe0\x98", "windows-1251", "да\ufffd", "not windows-1251; read as cp1251, what is unreadable replaced"),
        ("漢字馬镕".encode("gbk"), "gb2312", "漢字馬镕", "not gb2312; read as gb18030"),
    ],
)
def test_a_text_is_read_in_its_declared_charset_or_in_the_one_that_it_is_in(content, charset, text, defect):
    declared = f"; charset={charset}" if charset else ""
    raw = f"Content-Type: text/plain{declared}\nContent-Transfer-Encoding: 8bit\n\n".encode() + content
    found = payload(raw)
    assert (found["body"], found["charset"]) == (text, charset and charset.lower())
    assert found["defects"] == ([f"text/plain: {defect}"] if defect else [])


def test_the_plain_text_is_preferred_and_html_is_kept_beside_it():
    plain = "Content-Type: text/plain; charset=utf-8\n\nHola ñ"
    html = "Content-Type: text/html\n\n<p>Hola</p>"
    found = payload("Subject: s\n" + parts(html, plain, kind="alternative"))
    assert (found["body"], found["body_html"], found["charset"]) == ("Hola ñ", "<p>Hola</p>", "utf-8")
    assert [part["content_type"] for part in found["parts"]] == ["text/html", "text/plain"]
    blank = "Content-Type: text/plain; charset=utf-8\n\n  \n"
    found = payload("Subject: s\n" + parts(blank, html, kind="alternative"))
    assert (found["body"], found["body_html"], found["charset"]) == ("Hola", "<p>Hola</p>", None)


def test_parts_within_parts_are_told_in_their_order():
    image = base64_part("image/gif", b"GIF89a", "Content-ID: <1>")
    related = parts("Content-Type: text/html\n\n<b>Hola</b>", image, kind="related", boundary="c")
    alternative = parts("Content-Type: text/plain\n\nHola", related, kind="alternative", boundary="d")
    found = payload("Subject: s\n" + parts(alternative, "Content-Type: text/plain\n\nlist footer"))
    assert (found["body"], found["body_html"]) == ("Hola", "<b>Hola</b>")
    kinds = ["text/plain", "text/html", "image/gif", "text/plain"]
    assert [part["content_type"] for part in found["parts"]] == kinds
    assert [part["bytes"] for part in found["parts"]] == [4, 11, 6, 11]
    assert [(a["attachment_number"], a["declared_type"]) for a in found["attachments"]] == [(1, "image/gif")]


def test_a_message_of_parts_that_has_none_is_read_as_one_text():
    found = payload("Content-Type: multipart/mixed\n\nHola\n")
    assert (found["body"], found["attachments"]) == ("Hola\n", [])
    assert found["defects"] == [
        "multipart/mixed: A message claimed to be a multipart but had no boundary parameter.",
        "multipart/mixed: A message claimed to be a multipart but no subparts were found.",
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hola&nbsp;se&ntilde;or,</p>\n<p>adiós</p>", "Hola señor,\n\nadiós"),
        ("a<br>b<br/>c<div>d</div><div>e  <b>f</b>g</div>", "a\nb\nc\nd\ne fg"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</table><ul><li>x<li>y</ul>", "1 2\n3\nx\ny"),
        ("<title>t</title><style>p {}</style><script>if (a<b) x('</p>')</script>z", "z"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("<!-- x <b>y</b> -->a<!-->b<![if mso]>c<![endif]>", "abc"),
        ('3 < 4 &lt;ok&gt; <img alt="a > b">z <a href="x', '3 < 4 <ok> z <a href="x'),
        ("<pre>one\n  two</pre>three\nfour", "one\ntwo\n\nthree four"),
        ("", ""),
    ],
)
def test_html_becomes_the_lines_that_a_person_reads(html, text):
    assert mail_text.from_html(html) == text
    assert payload(message("Content-Type: text/html; charset=utf-8", body=html))["body"] == text


@pytest.mark.parametrize(
    "piece", ["<a ", '<a b="', "<!--", "<!-- --!", "<![CDATA[", '<a b=" >" c=\'', "</", "<script>", "&"]
)
def test_html_that_is_never_closed_takes_no_time(piece):
    # 200,000 characters of `<a ` take the parser alone minutes.
    began = time.process_time()
    mail_text.from_html(piece * (200_000 // len(piece)))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "piece",
    ["<p>&nbsp;</p>\n", "<div>\n</div>\n", "<td><div></div></td>", "<tr><td></td></tr>\n", "<table><tr><td> </table>"],
)
def test_empty_blocks_and_cells_take_time_by_their_number(piece):
    # Joining the open line at every block took minutes for 2 MB.
    began = time.process_time()
    assert mail_text.from_html(piece * (2 * MIB // len(piece)) + "x") == "x"
    assert time.process_time() - began < 15


def test_halves_of_characters_are_replaced_so_that_the_payload_can_be_written():
    (found,) = records(message("Content-Type: text/plain; charset=utf-7", body="a+2AA-\0b"))
    assert found.payload.encode("utf-8")
    values = json.loads(found.payload)
    assert (values["body"], values["defects"]) == ("a\ufffd\0b", ["halves of characters that stand alone; replaced"])


# -- Attachments ----------------------------------------------------------------------------------------------------


def kept(tmp_path):
    return {file.name: file.read_bytes() for file in stored_in(tmp_path / "media")}


def test_attachments_are_kept_once(tmp_path):
    one = base64_part("application/pdf", b"%PDF-1.4 x", 'Content-Disposition: attachment; filename="../../x.pdf"')
    same = base64_part("application/octet-stream", b"%PDF-1.4 x", "Content-Disposition: inline")
    notes = "Content-Type: text/plain; name=notes.txt\n\nhello"
    raw = "Message-ID: <1@x>\n" + parts("Content-Type: text/plain\n\nHola", one, same, notes)
    limits = Limits(1 << 30, 250, 8 * MIB, 128 * MIB, str(tmp_path / "media"))
    (found,) = records(raw, limits=limits)
    pdf, text = (hashlib.sha256(content).hexdigest() for content in (b"%PDF-1.4 x", b"hello"))
    values = json.loads(found.payload)
    asked = ("attachment_number", "filename", "declared_type", "mime", "bytes", "sha256", "content")
    assert [tuple(attachment[key] for key in asked) for attachment in values["attachments"]] == [
        (1, "x.pdf", "application/pdf", "application/pdf", 10, pdf, f"media:{pdf}"),
        (2, None, "application/octet-stream", "application/pdf", 10, pdf, f"media:{pdf}"),
        (3, "notes.txt", "text/plain", "text/plain", 5, text, f"media:{text}"),
    ]
    assert values["body"] == "Hola"
    assert kept(tmp_path) == {pdf: b"%PDF-1.4 x", text: b"hello"}
    (looked,) = records(raw)
    assert looked == found, "also where nothing is kept"


def test_an_attachment_says_what_its_content_says():
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 4000))
    named = 'Content-Disposition: attachment; filename="{}"'.format
    raw = "Subject: s\n" + parts(
        base64_part("audio/wav", sound.getvalue(), named("voz.wav")),
        base64_part("audio/wav", b"", named("leer.wav")),
        base64_part("application/pdf", b"MZ\x90\x00" + bytes(100), named("../../x.pdf")),
    )
    (found,) = records(raw)
    voice, empty, program = json.loads(found.payload)["attachments"]
    assert voice == {
        "attachment_number": 1, "filename": "voz.wav", "declared_type": "audio/wav", "extension": "wav",
        "sha256": hashlib.sha256(sound.getvalue()).hexdigest(), "mime": "audio/wav", "declared_mime": "audio/wav",
        "bytes": 8044, "duration_seconds": "0.500", "pages": None, "width": None, "height": None,
        "sample_rate": "8000", "channels": "1", "problem": None,
        "content": f"media:{hashlib.sha256(sound.getvalue()).hexdigest()}",
    }  # fmt: skip
    assert (empty["problem"], empty["bytes"], empty["mime"]) == ("empty: 0 bytes", 0, None)
    assert program["filename"] == "x.pdf"
    assert program["problem"].startswith("named *.pdf, but its content is ")


@pytest.mark.parametrize(
    ("written", "filename"),
    [
        ('filename="../../x"', "x"),
        ('filename="/etc/passwd"', "passwd"),
        (r'filename="C:\\docs\\x.pdf"', "x.pdf"),
        ('filename=".."', None),
        ('filename="a/"', None),
        ("filename*=utf-8''reclamaci%C3%B3n.pdf", "reclamación.pdf"),
        ("filename*0*=utf-8''reclamaci%C3; filename*1*=%B3n.pdf", "reclamación.pdf"),
        ('filename="=?iso-8859-1?q?se=F1al.pdf?="', "señal.pdf"),
        ("filename*=utf-8''..%2F..%2Fx%00.pdf", "x.pdf"),
    ],
)
def test_the_name_of_an_attachment_is_never_a_path(written, filename):
    found = payload(message(f"Content-Disposition: attachment; {written}"))
    assert [a["filename"] for a in found["attachments"]] == [filename]
    assert found["parts"][0]["filename"] == filename
    assert found["body"] is None


def test_a_message_within_a_message_is_an_attachment_as_it_was_written():
    # A field of more than 78 characters would be broken anew.
    inner = f"Subject: {'inner ' * 20}\nFrom: ana@x\n\ninner text\n"
    forwarded = f"Content-Type: message/rfc822\nContent-Disposition: attachment; filename=f.eml\n\n{inner}"
    found = payload("Subject: outer\n" + parts("Content-Type: text/plain\n\nouter text", forwarded))
    assert (found["subject"], found["body"]) == ("outer", "outer text")
    (attachment,) = found["attachments"]
    # The break before a boundary is that of the boundary.
    assert attachment["sha256"] == hashlib.sha256(inner.encode()).hexdigest()
    assert (attachment["filename"], attachment["mime"]) == ("f.eml", "message/rfc822")
    only = payload(f"Subject: outer\nContent-Type: message/rfc822\n\n{inner}")
    assert (only["body"], only["attachments"][0]["bytes"]) == (None, len(inner))


def test_a_message_within_a_message_is_decoded_also_where_that_is_not_allowed():
    inner = b"Subject: inner\n\ninner text\n"
    (attachment,) = payload("Subject: outer\n" + base64_part("message/rfc822", inner))["attachments"]
    assert attachment["sha256"] == hashlib.sha256(inner).hexdigest()


def test_a_large_attachment_is_not_taken_into_memory_many_times():
    raw = ("Subject: s\n" + parts(*[base64_part("application/zip", b"\1" * (4 * MIB))] * 4)).encode()
    records(raw[:1000])
    tracemalloc.start()
    try:
        assert [a["bytes"] for a in payload(raw)["attachments"]] == [4 * MIB] * 4
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * len(raw)


# -- What cannot be read --------------------------------------------------------------------------------------------


def nested(depth):
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return f"Subject: s\n{heads}Content-Type: text/plain\n\ndeep"


def test_more_parts_than_mails_have_are_refused_with_the_text():
    assert payload(nested(40))["body"] == "deep"
    assert payload(nested(600)) == {"_malformed": "parts within parts, more than 50 deep", "_text": nested(600)}
    messages = "Subject: s\n\n".join(["Content-Type: message/rfc822\n"] * 60)
    assert payload(messages)["_malformed"] == "parts within parts, more than 50 deep"
    assert len(payload("S: s\n" + parts(*["\nx"] * 1000))["parts"]) == 1000
    assert payload("S: s\n" + parts(*["\nx"] * 1001))["_malformed"] == "more than 1000 parts"


def test_what_is_no_message_is_refused_with_its_bytes_as_latin_1():
    reason = "no header field in it, so it is no e-mail message"
    assert payload("señor".encode()) == {"_malformed": reason, "_text": "seÃ±or"}
    packed = gzipped(gzipped(b"Subject: s\n\n"))
    found = payload(gzipped(b"Subject: s\n\n"))
    assert found["_malformed"] == f"{reason}: it is packed once more"
    assert packed[:2] == found["_text"][:2].encode("latin-1")


@pytest.mark.parametrize(
    ("error", "kind"),
    [(IndexError("Ana Ruiz"), "index error"), (email.errors.HeaderParseError("Ana Ruiz"), "header parse error")],
)
def test_the_reason_of_a_message_that_breaks_the_parser_holds_nothing_of_it(monkeypatch, error, kind):
    monkeypatch.setattr(mail, "Reading", Mock(side_effect=error))
    reason = f"cannot be read as a message: the reader of e-mail breaks off ({kind})"
    assert payload("Subject: s\n\nx") == {"_malformed": reason, "_text": "Subject: s\n\nx"}


def test_a_message_too_large_for_a_record_is_kept_as_it_is(tmp_path):
    limits = Limits(1 << 30, 250, 8 * MIB, 100, str(tmp_path / "media"))
    large = b"Subject: two\n\n" + b"\xff\0" * 100
    name = hashlib.sha256(large).hexdigest()
    refused = {"_malformed": "larger than 100 bytes (landing.max_record_mib)", "_text": f"media:{name}"}
    assert payloads(large, limits=limits) == payloads(b"From a@x\n" + large, limits=limits) == [refused]
    assert kept(tmp_path) == {name: large}
    separator = b"From a@x Mon Sep  2 10:00:00 2002\n"
    raw = separator + large + b"\n\n" + separator + b"Subject: three\n\nx"
    found = records(raw, "box", limits=limits)
    assert [json.loads(record.payload).get("subject") for record in found] == [None, "three"]
    kept_as = large + b"\n"
    assert json.loads(found[0].payload)["_text"] == f"media:{hashlib.sha256(kept_as).hexdigest()}"
    assert kept(tmp_path) == {name: large, hashlib.sha256(kept_as).hexdigest(): kept_as}
    assert records(raw, "box", limits=replace(limits, media="")) == found, "also where nothing is kept"
    exact = b"Subject: s\n\n".ljust(100, b"x")
    assert [payload(raw, limits=limits).get("subject") for raw in (exact, exact + b"x")] == ["s", None]


@pytest.mark.parametrize("name", ["x.eml", "box"])
def test_a_message_too_large_for_a_record_takes_little_memory(name):
    limits = replace(LOOKING, max_record=4 * MIB)
    raw = io.BytesIO(b"From a@x Mon Sep  2 10:00:00 2002\nSubject: s\n\n" + bytes(100 * MIB))
    tracemalloc.start()
    try:
        (found,) = mail.records(name, io.BufferedReader(raw), EmailRead(path="x"), limits)
        assert tracemalloc.get_traced_memory()[1] < 16 * MIB
    finally:
        tracemalloc.stop()
    assert json.loads(found.payload)["_malformed"] == "larger than 4194304 bytes (landing.max_record_mib)"


def test_an_empty_member_is_refused_and_the_others_land(tmp_path):
    path = tmp_path / "mails.zip"
    path.write_bytes(zipped({"a.eml": b"Subject: a\n\n", "b.eml": b"", "c.eml": b"Subject: c\n\n"}))
    found = readers.records(str(path), "mails.zip", path.stat().st_size, EmailRead(path="x"), LOOKING)
    assert [(r.object, r.position, json.loads(r.payload).get("subject")) for r in found] == [
        ("mails.zip!a.eml", 1, "a"),
        ("mails.zip!b.eml", 1, None),
        ("mails.zip!c.eml", 1, "c"),
    ]
    check = readers.verify(str(path), "mails.zip", path.stat().st_size, EmailRead(path="x"), LOOKING)
    assert (check.error, check.record_count) == (None, 3)
    assert payloads(b"", "b.eml") == [{"_malformed": "empty: 0 bytes"}]


def test_a_long_text_is_kept_by_reference(tmp_path):
    limits = Limits(1 << 30, 250, 100, 128 * MIB, str(tmp_path / "media"))
    body = "x" * 101
    name = hashlib.sha256(body.encode()).hexdigest()
    assert payload(message("Subject: s", body=body), limits=limits)["body"] == f"media:{name}"
    whole = hashlib.sha256(body.encode()).hexdigest()
    assert payload(body, limits=limits)["_text"] == f"media:{whole}"
    assert kept(tmp_path) == {name: body.encode()}


@pytest.mark.parametrize(
    "field",
    ["To: " + "," * MIB, "To: " + "(" * MIB, "Subject: " + "=?utf-8?q?a?= b " * 60_000,
     "Content-Type: text/plain" + ";" * MIB, "References: " + "<" * MIB],
    ids=["commas", "comments", "encoded words", "parameters", "ids"],
)  # fmt: skip
def test_long_fields_take_no_time(field):
    began = time.process_time()
    assert payload(message(field, "From: a@x"))["from"] == [{"name": None, "address": "a@x"}]
    assert time.process_time() - began < 10


# -- Many messages in a file ----------------------------------------------------------------------------------------

MBOX = (
    "From ana@x Mon Sep  2 10:00:00 2002\nSubject: one\n\nfirst\n\n"
    "From bob@x  Mon Sep  2 10:00 EST 2002\nno field here\n\n"
    'From "Carl Z"@x Mon Sep  2 10:00:00 2002 +0200\nSubject: three\n\n'
    "From the start, Mon 10:00.\n\nFrom ana@x I heard it.\n\n>From here\n>>From there\n> From else\n"
    "From bob@x Mon Sep  2 10:00:00 2002\n\n"
    "From - Mon Sep 02 10:00:00 +0000 2002\nSubject: four\n\nlast\n"
)


def test_an_mbox_gives_each_message_also_behind_a_broken_one():
    found = payloads(MBOX, "inbox")
    third = (
        "From the start, Mon 10:00.\n\nFrom ana@x I heard it.\n\nFrom here\n>From there\n> From else\n"
        "From bob@x Mon Sep  2 10:00:00 2002\n"
    )
    assert [(m.get("subject"), m.get("body")) for m in found] == [
        ("one", "first\n"),
        (None, None),
        ("three", third),
        ("four", "last\n"),
    ]
    assert found[1]["_malformed"] == "no header field in it, so it is no e-mail message"
    assert [record.position for record in records(MBOX, "inbox")] == [1, 2, 3, 4]


def test_an_mbox_with_line_breaks_of_windows_gives_the_same():
    found = payloads(MBOX.replace("\n", "\r\n"), "inbox")
    assert [m.get("body", "").replace("\r\n", "\n") for m in found] == [
        m.get("body", "") for m in payloads(MBOX, "inbox")
    ]


def test_an_mbox_gives_what_the_standard_library_finds(tmp_path):
    box = mailbox.mbox(str(tmp_path / "box"))
    for number in range(20):
        box.add(message(f"Subject: s{number}", body="text\n\nFrom here\n\n" * number))
    box.close()
    found = payloads((tmp_path / "box").read_bytes(), "box")
    assert [m["subject"] for m in found] == [f"s{number}" for number in range(20)]
    assert [m["body"] for m in found] == ["text\n\nFrom here\n\n" * number for number in range(20)]


def test_the_layout_is_told_by_name_and_content_unless_it_is_declared():
    subjects = {name: [m.get("subject") for m in payloads(MBOX, name)] for name in ("x.eml", "x.EML", "z!x.eml#2", "x")}
    assert subjects == {"x.eml": ["one"], "x.EML": ["one"], "z!x.eml#2": ["one"], "x": ["one", None, "three", "four"]}
    assert [m["subject"] for m in payloads("Subject: s\n\n", "x")] == ["s"]
    assert len(payloads(MBOX, "x.eml", layout="mbox")) == 4
    assert [m["subject"] for m in payloads(MBOX, "x", layout="message")] == ["one"]
    # Only an mbox has its lines quoted.
    assert payload("From a@x Mon Sep  2 10:00:00 2002\nSubject: s\n\n>From b\n")["body"] == ">From b\n"
    before = payloads("Subject: before\n\nx\n\n" + MBOX, "x", layout="mbox")
    assert [m.get("subject") for m in before] == ["before", "one", None, "three", "four"]
    assert [r["_malformed"] for r in payloads("From a@x\n\nFrom a@x Mon Sep  2 10:00:00 2002\n", "x")] == [
        "empty: 0 bytes"
    ] * 2


def test_an_mbox_is_read_one_message_at_a_time():
    raw = b"".join(
        f"From a@x Mon Sep  2 10:00:00 2002\nSubject: {n}\n\n{'text ' * 2000}\n\n".encode() for n in range(1000)
    )
    found = mail.records("x", io.BufferedReader(io.BytesIO(raw)), EmailRead(path="x"), LOOKING)
    tracemalloc.start()
    try:
        assert max(record.position for record in found) == 1000
        assert tracemalloc.get_traced_memory()[1] < 3 * MIB < len(raw)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("before", "subjects"),
    [("", ["one"]), ("\n", ["one"]), (" \n\n\r\n", ["one"]), ("\nSubject: s\n\n", [None, "one"])],
)
def test_blanks_before_the_first_separator_are_no_message(before, subjects):
    separator = "" if before.strip() == before else "\n"
    raw = f"{before}{separator}From ana@x Mon Sep  2 10:00:00 2002\nSubject: one\n\nx\n"
    assert [found.get("subject") for found in payloads(raw, "box", layout="mbox")] == subjects


def test_a_line_of_any_length_is_whole_in_an_mbox(monkeypatch):
    whole = payloads(MBOX, "inbox")
    monkeypatch.setattr(mail, "CHUNK", 41)
    assert payloads(MBOX, "inbox") == whole


# -- The real set ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    if not REAL.exists():
        pytest.skip(f"{REAL} is not there: real mails are compared only where the folder of shared data is")
    size = REAL.stat().st_size
    found = list(readers.records(str(REAL), "emails.zip", size, EmailRead(path="x"), LOOKING))
    with zipfile.ZipFile(REAL) as archive:
        return [(record, archive.read(record.object.partition("!")[2])) for record in found]


def parsed(raw):
    raw = raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
    return email.message_from_bytes(raw, policy=policy.default)


def assert_equal(found, expected, where):
    """Compare without printing what people wrote."""
    if found != expected:
        pytest.fail(f"{where} differs from what the standard library reads", pytrace=False)


def test_no_real_message_is_lost(real):
    assert len({record.object for record, _ in real}) == len(real) == 280
    assert not any("_malformed" in json.loads(record.payload) for record, _ in real)


def test_fields_of_real_messages_are_those_of_the_standard_library(real):
    undecoded = {"subject": 0, "from": 0, "to": 0}
    for record, raw in real:
        values, expected = json.loads(record.payload), parsed(raw)
        texts = {"subject": expected["subject"]}
        for role in ("from", "to"):
            people = [party for field in expected.get_all(role, []) for party in field.addresses]
            texts[role] = [(p.display_name or None, None if p.addr_spec == "<>" else p.addr_spec) for p in people]
            values[role] = [(party["name"], party["address"]) for party in values[role]]
        for key, text in texts.items():
            if "\ufffd" in str(expected[key]) or ("\ufffd" in str(text)):
                # Bytes of no declared charset, which the standard library gives up.
                undecoded[key] += 1
                assert any(defect.startswith(f"{key}: bytes outside of ASCII") for defect in values["defects"])
            elif key == "subject":
                assert_equal(values[key], text, f"{key} of {record.object}")
            else:
                said = [party for party in values[key] if party[1] or not text_only(values, key)]
                assert_equal(said, [party for party in text if any(party)], f"{key} of {record.object}")
    assert undecoded == {"subject": 5, "from": 1, "to": 0}


def text_only(values, key):
    return f"{key}: no address in it; its text is taken as a name" in values["defects"]


def test_texts_of_real_messages_are_those_of_the_standard_library(real):
    equal, undecoded = 0, 0
    for record, raw in real:
        values, expected = json.loads(record.payload), parsed(raw)
        plain, html = expected.get_body(("plain",)), expected.get_body(("html",))
        for part, key in ((plain, "body"), (html, "body_html")):
            if part is None:
                continue
            try:
                text = part.get_content(errors="strict")
            except UnicodeDecodeError:
                # Given up by the standard library where we read on: see the defects.
                undecoded += 1
                assert any(defect.startswith(part.get_content_type()) for defect in values["defects"])
                assert values[key].count("\ufffd") <= part.get_content().count("\ufffd")
            else:
                equal += 1
                assert_equal(values[key], text, f"{key} of {record.object}")
        if plain is None and html is not None:
            assert_equal(values["body"], mail_text.from_html(values["body_html"]), f"body of {record.object}")
        if plain is None and html is None:
            assert values["body"] is None
    assert (equal, undecoded) == (282, 14)


def test_attachments_and_fields_of_real_messages_are_all_there(real):
    for record, raw in real:
        values, expected = json.loads(record.payload), parsed(raw)
        leaves = [part for part in expected.walk() if not part.is_multipart()]
        assert [part["bytes"] for part in values["parts"]] == [len(part.get_payload(decode=True)) for part in leaves]
        others = [part.get_content_type() for part in leaves if part.get_content_maintype() != "text"]
        assert [a["declared_type"] for a in values["attachments"]] == others
        assert [field["name"] for field in values["headers"]] == expected.keys()
        year_of_2002 = values["sent_at"] is None or values["sent_at"][:4] in ("1997", "2001", "2002", "2003", "2020")
        assert year_of_2002, record.object
    impossible = "date: the year 102 is taken as impossible"
    assert sum(impossible in json.loads(record.payload)["defects"] for record, _ in real) == 5
