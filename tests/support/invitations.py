"""Reads invitations with a library that has not written them."""

from typing import Any

from icalendar import Calendar


def read_invitation(text: str) -> tuple[Any, Any]:
    """The calendar, and the one event in it."""
    calendar: Any = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event
