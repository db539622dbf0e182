"""Invitations as a library reads them that has not written them: what goes in comes out, and nothing else with it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from backend.actions.services.calendar_event import When
from backend.actions.services.calendar_payload import Guest
from backend.actions.services.ics import Invitation
from backend.monitoring.printable import printable, printable_line
from tests.support.invitations import read_invitation

BERLIN = ZoneInfo("Europe/Berlin")
_START = datetime(2026, 12, 3, 10, tzinfo=BERLIN)
_LETTERS = st.one_of(
    st.sampled_from(
        ("\\", ";", ",", ":", '"', "'", "^", "\n", "\\n", "ü", "🎉", "\u202e", "\x07", "BEGIN:VALARM", "=")
    ),
    st.characters(codec="utf-8"),
)
_WORDS = st.lists(_LETTERS, max_size=120).map("".join)
_LINES = _WORDS.map(lambda text: "".join(c for c in text if c not in "\r\n\0"))


def invitation(**changes: object) -> Invitation:
    given: dict[str, object] = {
        "method": "REQUEST",
        "uid": "u1@example.com",
        "sequence": 0,
        "stamp": datetime(2026, 12, 1, 8, tzinfo=UTC),
        "when": When(_START, _START + timedelta(hours=1), BERLIN, BERLIN),
        "title": "Launch",
        "location": "",
        "description": "",
        "organizer": ("Ada", "ada@example.com"),
        "sent_by": "biblios@example.com",
        "guests": [Guest(address="dana@example.com")],
        **changes,
    }
    return Invitation(**given)  # type: ignore[arg-type]


@given(_LINES, _LINES, _WORDS.map(lambda text: text.replace("\r", "")), _LINES)
def test_what_is_written_is_read_and_adds_nothing(title: str, location: str, description: str, name: str) -> None:
    guests = [Guest.model_construct(name=name, address="dana@example.com", optional=True)]
    written = invitation(title=title, location=location, description=description, guests=guests).written()
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    _, event = read_invitation(written)
    assert not event.subcomponents
    assert event["SUMMARY"] == printable_line(title)
    assert event.get("LOCATION", "") == printable_line(location)
    assert event.get("DESCRIPTION", "") == printable(description)
    guest = event["ATTENDEE"]
    assert guest == "mailto:dana@example.com"
    assert set(guest.params) <= {"CN", "ROLE", "PARTSTAT", "RSVP"}
    if name:
        assert guest.params["ROLE"] == "OPT-PARTICIPANT"


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)), st.integers(1, 10_000))  # noqa: DTZ001 - in UTC
def test_times_are_the_moments_that_were_meant(start: datetime, minutes: int) -> None:
    begins = start.replace(tzinfo=UTC, microsecond=0)
    ends = begins + timedelta(minutes=minutes)
    when = When(begins.astimezone(BERLIN), ends.astimezone(BERLIN), BERLIN, BERLIN)
    _, event = read_invitation(invitation(when=when).written())
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (begins, ends)


def test_whole_days_are_days() -> None:
    when = When(_START, _START + timedelta(days=2), BERLIN, BERLIN, all_day=True)
    _, event = read_invitation(invitation(when=when).written())
    assert (event["DTSTART"].dt.isoformat(), event["DTEND"].dt.isoformat()) == ("2026-12-03", "2026-12-05")
