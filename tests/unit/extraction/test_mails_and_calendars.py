"""Mails, what Outlook packs away, mailboxes and calendars as people read them."""

import base64
import quopri
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.documents.models import Extracted, Kind
from backend.extraction.extractors.quoted import divide
from backend.extraction.extractors.tnef import unpack
from tests.support import files

type Read = Callable[..., Extracted]


@pytest.mark.parametrize(
    "plain",
    [
        "This message is in HTML. Please view it in a program that can show HTML.",
        "Bitte öffnen Sie diese Nachricht im Browser.",
        "Votre messagerie ne montre pas le HTML.",
        " ",
        "Hello!",
    ],
)
def test_the_page_is_the_mail_where_the_plain_part_only_stands_in_for_it(read: Read, plain: str) -> None:
    page = "<h2>Timetable</h2><p>The first ferry leaves at 05:40 from pier C, the last one returns at 22:15.</p>"
    assert "ferry leaves at 05:40" in read(files.mail(body=plain, html=page), "a.eml").text


def test_the_plain_part_is_the_mail_where_it_says_the_same(read: Read) -> None:
    words = "The first ferry leaves at 05:40 from pier C."
    text = read(files.mail(body=words, html=f"<p>{words}</p><p>unsubscribe</p>"), "a.eml").text
    assert "unsubscribe" not in text


def multipart(subtype: str, *parts: tuple[str, str]) -> bytes:
    made = MIMEMultipart(subtype)
    made["From"], made["Subject"] = "ann@example.org", "Words"
    for kind, text in parts:
        made.attach(MIMEText(text, kind))
    return made.as_bytes()


@pytest.mark.parametrize(
    "parts",
    [
        (("plain", "First, " + "many words stand here. " * 20), ("html", "<p>Second.</p>")),
        (("html", "<p>First, which is the mail.</p>"), ("plain", "Second.")),
        (
            ("plain", "First."),
            ("html", "<p>Second, please view the whole of it in a browser.</p>"),
            ("plain", "Third."),
        ),
    ],
)
def test_parts_that_follow_each_other_are_all_read_in_order(read: Read, parts: tuple[tuple[str, str], ...]) -> None:
    text = read(multipart("mixed", *parts), "a.eml").text
    places = [text.index(word) for word in ("First", "Second", "Third")[: len(parts)]]
    assert places == sorted(places)


def test_of_alternatives_one_is_read_and_what_follows_them_too(read: Read) -> None:
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("The ferry leaves at nine.", "plain"))
    both.attach(MIMEText("<p>The ferry leaves at nine.</p>", "html"))
    whole = MIMEMultipart("mixed")
    whole["From"] = "ann@example.org"
    whole.attach(both)
    whole.attach(MIMEText("<p>Sent through the list of the harbour.</p>", "html"))
    text = read(whole.as_bytes(), "a.eml").text
    assert text.count("The ferry leaves at nine.") == 1
    assert text.endswith("Sent through the list of the harbour.")


def test_what_a_mail_quotes_is_a_section_of_its_own(read: Read) -> None:
    body = "Yes, at nine.\n\nOn Mon, 2 Mar 2026 at 09:00, Bo Rask <bo@example.org>\nwrote:\n> Shall we meet?\n>\n> Bo\n"
    found = read(files.mail(body=body), "a.eml")
    first, second = (found.text[section.start : section.end].strip() for section in found.sections)
    assert first.endswith("Yes, at nine.")
    assert second.startswith("On Mon, 2 Mar 2026")
    assert second.endswith("Shall we meet?\n\nBo")
    assert found.sections[1].heading == "Earlier message"


@pytest.mark.parametrize(
    ("body", "new"),
    [
        ("Fine.\n\n-----Original Message-----\nFrom: Bo\nSent: Monday\n\nold", "Fine."),
        ("Book me a seat:\n\nFrom: Oslo\nTo: Bergen\nDate: 2 May\n\nThanks", None),
        ("Fine.\n\nFrom: Bo <bo@x.org>\nSent: Monday\n\nold", "Fine."),
        ("Gut.\n\nVon: Bo\nGesendet: Montag\nAn: Ada\nBetreff: x\n\nalt", "Gut."),
        ("Am 02.03.2026 um 09:00 schrieb Bo:\n> alt\n\nNeu dazwischen\n> alt\n", None),
        ("> first question\nfirst answer\n> second question\nsecond answer", None),
        ("Fwd: see below\n", None),
        ("-----Original Message-----\nall of it is forwarded", None),
    ],
)
def test_new_words_and_quoted_ones_are_divided_where_they_can_be(body: str, new: str | None) -> None:
    assert divide(body) == (body, "") if new is None else divide(body)[0] == new


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    made = struct.pack("<IH", 0x223E9F78, 1)
    for level, number, data in attributes:
        made += struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return made


def test_files_that_outlook_packed_are_attachments(read: Read) -> None:
    long_name = "crew list of the spring.txt".encode("utf-16-le") + b"\0\0"
    properties = struct.pack("<I", 2) + struct.pack("<HHi", 0x3, 0x0E20, 5)
    properties += struct.pack("<HHII", 0x1F, 0x3707, 1, len(long_name)) + long_name + b"\0" * (-len(long_name) % 4)
    packed = tnef(
        (1, 0x0002800C, b"Words of the mail.\0"),
        (2, 0x00069002, bytes(14)),
        (2, 0x00018010, b"CREWLI~1.TXT\0"),
        (2, 0x0006800F, b"The spare anchor weighs 46 kg."),
        (2, 0x00069005, properties),
        (2, 0x00069002, bytes(14)),
        (2, 0x00018010, b"note.txt\0"),
        (2, 0x0006800F, b"Second."),
    )
    found = read(files.mail(body=" ", attachments={"winmail.dat": packed}), "a.eml")
    assert [child.name for child in found.children] == ["crew list of the spring.txt", "note.txt"]
    assert found.children[0].data == b"The spare anchor weighs 46 kg."
    assert "Words of the mail." in found.text


@given(st.binary(max_size=300))
def test_broken_packing_is_survived(data: bytes) -> None:
    whole = tnef((2, 0x00069002, bytes(14)), (2, 0x0006800F, b"x" * 40), (2, 0x00069005, data))
    for cut in (whole, whole[: len(whole) // 2], struct.pack("<IH", 0x223E9F78, 1) + data):
        assert unpack(cut).body == ""


def test_a_mailbox_is_split_at_true_separators_only(read: Read) -> None:
    first = b"From ann@x.org Mon Mar  3 09:00:00 2025\nFrom: ann@x.org\nTo: bo@x.org\nSubject: One\n\nWords.\n\n"
    tempting = b"From the year 2024 at 10:30 on, rents rise.\nFrom here 09:00 2025\nNote: no header\n\n"
    second = b"From bo@x.org Tue Mar  4 09:00:00 2025\nFrom: bo@x.org\nSubject: Two\n\nMore.\n"
    found = read(first + tempting + second, "all.mbox")
    assert (found.kind, len(found.children)) == (Kind.mailbox, 2)
    assert b"rents rise" in found.children[0].data


def calendar(*lines: str, method: str = "REQUEST") -> bytes:
    whole = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(whole).encode()


def test_an_invitation_says_who_when_where_and_how_often(read: Read) -> None:
    found = read(
        calendar(
            "SUMMARY:Review of the\\, wall",
            "DTSTART;TZID=Europe/Oslo:20260205T090000",
            "DTEND;TZID=Europe/Oslo:20260205T094500",
            "RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=1TH;COUNT=4",
            "EXDATE;TZID=Europe/Oslo:20260402T090000",
            "LOCATION:Room B12",
            'ORGANIZER;CN="Holm, Ada":mailto:ada@example.org',
            "ATTENDEE;PARTSTAT=ACCEPTED;CN=Bo Rask:mailto:bo@example.org",
            "ATTENDEE:mailto:long.address.of.somebody@exam",
            " ple.org",
            "DESCRIPTION:Bring the plans.\\nAnd a pen.",
            "BEGIN:VALARM",
            "DESCRIPTION:Reminder",
            "END:VALARM",
        ),
        "invite.ics",
    )
    assert found.kind is Kind.calendar
    assert found.text.split("\n") == [
        "Review of the, wall",
        "",
        "Invitation",
        "When: 2026-02-05 09:00–09:45 Europe/Oslo",
        "Repeats: every 2 months on first Thursday, 4 times",
        "Not on: 2026-04-02 09:00 Europe/Oslo",
        "Where: Room B12",
        "Organizer: Holm, Ada <ada@example.org>",
        "Attendees: Bo Rask <bo@example.org> (accepted), long.address.of.somebody@example.org",
        "",
        "Bring the plans.",
        "And a pen.",
    ]


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (("DTSTART;VALUE=DATE:20260205", "DTEND;VALUE=DATE:20260206"), "2026-02-05"),
        (("DTSTART;VALUE=DATE:20260205", "DTEND;VALUE=DATE:20260208"), "2026-02-05 – 2026-02-07"),
        (("DTSTART:20260205T230000Z", "DTEND:20260206T010000Z"), "2026-02-05 23:00 UTC – 2026-02-06 01:00 UTC"),
        (("DTSTART:20260205T230000", "DURATION:PT1H"), "2026-02-05 23:00, for 1h"),
        (("DTSTART:nonsense",), "nonsense"),
        (("DTSTART;TZID=GMT+01:00:20260205T090000",), "2026-02-05 09:00 GMT+01:00"),
    ],
)
def test_days_hours_and_zones_are_said_as_they_are(read: Read, lines: tuple[str, ...], when: str) -> None:
    assert f"When: {when}\n" in read(calendar("SUMMARY:x", *lines, "LOCATION:y"), "a.ics").text


def test_a_cancelled_event_says_so(read: Read) -> None:
    assert "Cancelled" in read(calendar("SUMMARY:x", "DTSTART:20260205", method="CANCEL"), "a.ics").text


def test_a_rule_that_says_more_than_words_do_is_shown_as_it_is(read: Read) -> None:
    rule = "FREQ=YEARLY;BYMONTH=3;BYDAY=MO,TU;BYSETPOS=-1"
    assert f"Repeats: {rule}\n" in read(calendar("SUMMARY:x", f"RRULE:{rule}", "LOCATION:y"), "a.ics").text


def test_an_event_tells_its_other_dates_its_kinds_and_what_was_said(read: Read) -> None:
    found = read(
        calendar(
            "SUMMARY:Review",
            "DTSTART;TZID=Europe/Oslo:20260205T090000",
            "RDATE;TZID=Europe/Oslo:20260212T090000,20260219T090000",
            "RDATE;VALUE=PERIOD:20260301T080000Z/PT1H",
            "RECURRENCE-ID;TZID=Europe/Oslo:20260204T090000",
            "CATEGORIES:Sea wall,Meetings\\, long",
            "CATEGORIES:2026",
            "COMMENT:Moved since the hall is closed.\\nSorry.",
            "COMMENT:Bring boots.",
        ),
        "a.ics",
    )
    assert found.text.split("\n") == [
        "Review",
        "",
        "Invitation",
        "When: 2026-02-05 09:00 Europe/Oslo",
        "Also on: 2026-02-12 09:00 Europe/Oslo, 2026-02-19 09:00 Europe/Oslo, 2026-03-01 08:00 UTC",
        "Instead of: 2026-02-04 09:00 Europe/Oslo",
        "Categories: Sea wall,Meetings, long, 2026",
        "",
        "Comment: Moved since the hall is closed.",
        "Sorry.",
        "",
        "Comment: Bring boots.",
    ]


def test_what_is_attached_has_the_date_of_its_mail(read: Read) -> None:
    (child,) = read(files.mail(attachments={"a.txt": b"words"}), "a.eml").children
    assert child.dated == datetime(2025, 3, 3, 8, 30, tzinfo=UTC)
    (child,) = read(files.mail(attachments={"a.txt": b"words"}, sent="some day"), "a.eml").children
    assert child.dated is None


def test_a_member_of_an_archive_has_its_own_date_there_when_somebody_knew_it(read: Read) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, when in (
            ("dated.txt", (2024, 5, 6, 7, 8, 10)),
            ("never.txt", (1980, 1, 1, 0, 0, 0)),
            ("impossible.txt", (2024, 2, 31, 0, 0, 0)),
        ):
            archive.writestr(zipfile.ZipInfo(name, when), b"words")
    dates = {child.name: child.dated for child in read(buffer.getvalue(), "a.zip").children}
    assert dates == {
        "dated.txt": datetime(2024, 5, 6, 7, 8, 10, tzinfo=UTC),
        "never.txt": None,
        "impossible.txt": None,
    }


def test_letters_of_headers_that_are_utf_8_without_saying_so_are_read(read: Read) -> None:
    data = (
        "From: Jürgen Groß <jg@example.org>\r\nTo: all@example.org\r\nSubject: Änderung der Lüftungszeiten\r\n"
        "Date: Mon, 03 Mar 2025 09:30:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nAb neun Uhr.\r\n"
    )
    found = read(data.encode(), "air.eml")
    assert "Subject: Änderung der Lüftungszeiten\n" in found.text
    assert (found.metadata.title, found.metadata.author) == ("Änderung der Lüftungszeiten", "Jürgen Groß")


def test_a_mail_inside_a_mail_is_read_with_what_is_attached_to_it(read: Read) -> None:
    inner = files.mail(subject="", body="The rudder was bent.", attachments={"invoice.txt": b"invoice total: 318"})
    (forwarded,) = read(files.mail(body="See below.", forwarded=inner), "forward.eml").children
    found = read(forwarded.data, forwarded.name, forwarded.mime)
    assert "The rudder was bent." in found.text
    assert [child.data for child in found.children] == [b"invoice total: 318"]


def test_a_mail_inside_a_mail_keeps_letters_of_its_headers(read: Read) -> None:
    outer = files.mail(body="See below.", forwarded=files.mail(subject="INNER")).decode()
    outer = outer.replace("Subject: INNER", "Subject: Änderung").replace("MIME-Version: 1.0", "MIME-Version: 1.²")
    (forwarded,) = read(outer.encode(), "forward.eml").children
    assert "Subject: Änderung" in read(forwarded.data, forwarded.name, forwarded.mime).text


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        ("base64", lambda data: base64.encodebytes(data)),
        ("quoted-printable", lambda data: quopri.encodestring(data)),
        ("base64", lambda data: data),
        ("8bit", lambda data: data),
    ],
    ids=["in base64", "quoted-printable", "only called base64", "as it is"],
)
def test_a_forwarded_mail_is_read_however_it_is_packed(
    read: Read, encoding: str, encoded: Callable[[bytes], bytes]
) -> None:
    inner = "From: Bo <bo@example.org>\nSubject: Depth\n\nThe basin is 2.3 metres deep = too little, Bärbel.\n"
    head = (
        "From: a@example.org\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=x\n\n"
        f"--x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    outer = head.encode() + encoded(inner.encode()) + b"\n--x--\n"
    (forwarded,) = read(outer, "forward.eml").children
    assert forwarded.name == "Depth.eml"
    text = read(forwarded.data, forwarded.name, forwarded.mime).text
    assert "From: Bo <bo@example.org>" in text
    assert "2.3 metres deep = too little, Bärbel" in text
