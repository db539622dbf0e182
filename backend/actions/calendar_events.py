"""What is in the calendar that a person connected, so that they choose what they want to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from backend.actions.availability import asked_range, asked_zone, calendar_of
from backend.actions.services.calendar_event import When, guests_of
from backend.actions.wall_clock import Shown
from backend.actions.ways import Accounts
from backend.connectors.acting.calendar_api import LABEL, CalendarApi
from backend.connectors.http import understood
from backend.mail_address import mail_key
from backend.monitoring.printable import printable_line


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked for: words in it, between a local time or day and the end of another. `zone` None: that of the
    calendar. `via`: the connection; None: the one that was connected last.
    """

    first: str
    last: str
    query: str = ""
    zone: str | None = None
    via: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Appointment:
    """`series`: the id of the series that it is one of. `is_own`: whoever connected the calendar called it, and may
    change it for everybody. `guests`: without them; `optional`: those of these who need not come.
    """

    id: str
    series: str | None
    title: str
    start: Shown
    end: Shown
    all_day: bool
    location: str
    guests: tuple[str, ...]
    optional: tuple[str, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """In the order of time. `has_more`: there are later ones."""

    via: str
    zone: ZoneInfo
    appointments: Sequence[Appointment]
    has_more: bool


class CalendarEvents:
    """Reads a calendar of Google; nothing is kept of it."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def find(self, user_id: str, looked: Looked) -> Listed:
        """Errors: `Conflict` (no_calendar), `InvalidInput` with the fields, `SourceError`."""
        connection = await calendar_of(self._accounts, user_id, looked.via)
        api = CalendarApi(self._accounts.opened(connection))
        try:
            own = await api.calendar()
            zone = asked_zone(looked.zone or own.zone)
            start, end = asked_range(looked.first, looked.last, zone)
            found, has_more = await api.events(own.id, start, end, query=looked.query, limit=looked.limit)
            with understood(LABEL):
                appointments = [_appointment(one, own.id, own.zone) for one in found]
            return Listed(connection.id, zone, appointments, has_more)
        finally:
            await api.close()


def _appointment(event: Mapping[str, Any], calendar: str, zone: str) -> Appointment:
    when = When.of_event(event, zone)
    start, end = when.shown()
    organizer = event.get("organizer")
    is_own = isinstance(organizer, dict) and organizer.get("self") is True
    guests = [one for one in guests_of(event) if mail_key(str(one["email"])) != mail_key(calendar)]
    series = event.get("recurringEventId")
    return Appointment(
        id=str(event["id"]),
        series=str(series) if series else None,
        title=printable_line(str(event.get("summary") or "")),
        start=start,
        end=end,
        all_day=when.all_day,
        location=printable_line(str(event.get("location") or "")),
        guests=tuple(printable_line(str(one["email"])) for one in guests),
        optional=tuple(printable_line(str(one["email"])) for one in guests if one.get("optional") is True),
        is_own=is_own and event.get("eventType", "default") == "default",
    )
