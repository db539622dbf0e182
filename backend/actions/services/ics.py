"""An invitation as a file that calendars read: iCalendar (RFC 5545), as mailed (RFC 6047, of RFC 5546).

Times are in UTC: a local one cannot say which of two hours is meant where a clock is put back, and every calendar shows
its owner's own time anyway. One component is written and nothing is read, so this needs no library; the tests have one
to read it with.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from backend.actions.services.calendar_event import When
from backend.actions.services.calendar_payload import Guest
from backend.monitoring.printable import printable, printable_line

_PRODUCT = "-//BibliosAI//Actions//EN"
_LINE_BYTES = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Invitation:
    """`sequence` grows with each version of the event `uid`. `sent_by`: whose mailbox it comes from."""

    method: Literal["REQUEST", "CANCEL"]
    uid: str
    sequence: int
    stamp: datetime
    when: When
    title: str
    location: str
    description: str
    organizer: tuple[str, str]
    sent_by: str
    guests: Sequence[Guest]

    def written(self) -> str:
        """Lines end with CR LF; none has more than 75 bytes."""
        return "".join(f"{_folded(line)}\r\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield from ("BEGIN:VCALENDAR", f"PRODID:{_PRODUCT}", "VERSION:2.0", f"METHOD:{self.method}", "BEGIN:VEVENT")
        yield f"UID:{_text(self.uid)}"
        yield f"SEQUENCE:{self.sequence}"
        yield f"DTSTAMP:{_utc(self.stamp)}"
        if self.when.all_day:
            yield f"DTSTART;VALUE=DATE:{self.when.start:%Y%m%d}"
            yield f"DTEND;VALUE=DATE:{self.when.end:%Y%m%d}"
        else:
            yield f"DTSTART:{_utc(self.when.start)}"
            yield f"DTEND:{_utc(self.when.end)}"
        yield f"SUMMARY:{_text(printable_line(self.title))}"
        if self.location:
            yield f"LOCATION:{_text(printable_line(self.location))}"
        if self.description:
            yield f"DESCRIPTION:{_text(printable(self.description))}"
        yield f"STATUS:{'CANCELLED' if self.method == 'CANCEL' else 'CONFIRMED'}"
        name, address = self.organizer
        sender = "" if self.sent_by == address else f";SENT-BY={_quoted(f'mailto:{self.sent_by}')}"
        yield f"ORGANIZER;CN={_quoted(name)}{sender}:mailto:{address}"
        for guest in self.guests:
            role = "OPT-PARTICIPANT" if guest.optional else "REQ-PARTICIPANT"
            named = f";CN={_quoted(guest.name)}" if guest.name else ""
            yield f"ATTENDEE{named};ROLE={role};PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{guest.address}"
        yield from ("END:VEVENT", "END:VCALENDAR")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


def _quoted(value: str) -> str:
    """A parameter's value: a quotation mark cannot stand in one."""
    return '"' + printable_line(value).replace('"', "'") + '"'


def _folded(line: str) -> str:
    """In pieces of whole letters, each of which but the first begins with a blank."""
    pieces, piece, size = [], "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > _LINE_BYTES:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + length
    return "\r\n".join([*pieces, piece])
