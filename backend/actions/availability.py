"""Free times of a person and those whom they want to meet, out of the calendar that they connected."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from backend.actions.free_slots import Hours, Person, Search, Slot, free_slots
from backend.actions.wall_clock import NoMoment, WallTime, first_of, zone_of
from backend.actions.ways import Accounts
from backend.connectors.acting import google_calendar
from backend.connectors.acting.calendar_api import CalendarApi
from backend.connectors.models import Connection
from backend.errors import Conflict, FieldProblem, InvalidInput
from backend.mail_address import mail_key

#: As far as one question to Google may reach with certainty, and further than anybody looks at slots.
MAX_DAYS = 62
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `first` and `last` are local times or whole days of `zone` (None: that of the calendar).

    `via`: the connection whose calendar is asked; None: the one that was connected last.
    """

    attendees: Sequence[str]
    first: str
    last: str
    length: timedelta
    zone: str | None = None
    step: timedelta = timedelta(minutes=30)
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    hours: Hours = field(default_factory=Hours)
    via: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A person's calendar. `readable` False: it cannot be seen. `zone_known` False: the zone is the asker's."""

    address: str
    zone: ZoneInfo
    zone_known: bool
    readable: bool


@dataclass(frozen=True, slots=True)
class Found:
    """`people`: whoever asked first, then the attendees in their order."""

    zone: ZoneInfo
    people: Sequence[Seen]
    slots: Sequence[Slot]


class FreeTimes:
    """Looks them up in the calendars of Google."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def find(self, user_id: str, wanted: Wanted) -> Found:
        """Errors: `Conflict` (no_calendar), `InvalidInput` with the fields, `SourceError`."""
        connection = await calendar_of(self._accounts, user_id, wanted.via)
        api = CalendarApi(self._accounts.opened(connection))
        try:
            return await self._found(api, wanted)
        finally:
            await api.close()

    async def _found(self, api: CalendarApi, wanted: Wanted) -> Found:
        own = await api.calendar()
        zone = asked_zone(wanted.zone or own.zone)
        start, end = asked_range(wanted.first, wanted.last, zone)
        others = list({mail_key(one): one for one in wanted.attendees if mail_key(one) != mail_key(own.id)}.values())
        zones = {own.id: own.zone, **await api.zones(others)}
        busy = await api.busy([own.id, *others], start - wanted.before, end + wanted.after)
        people = [Person(one, _known(zones.get(one)) or zone, busy[one]) for one in (own.id, *others)]
        search = Search(
            start=start,
            end=end,
            length=wanted.length,
            zone=zone,
            step=wanted.step,
            before=wanted.before,
            after=wanted.after,
            hours=wanted.hours,
        )
        seen = [Seen(one.address, one.zone, one.address in zones, one.busy is not None) for one in people]
        return Found(zone, seen, list(islice(free_slots(search, people), wanted.limit)))


async def calendar_of(accounts: Accounts, user_id: str, via: str | None) -> Connection:
    """The calendar that somebody connected; `via` None: the latest. Errors: `Conflict` (no_calendar)."""
    for one in await accounts.to_act_with(user_id):
        if one.type == google_calendar.SLUG and via in (None, one.id):
            return one
    raise Conflict("Connect a calendar first: when people are free is seen there.", code="no_calendar")


def asked_range(first: str, last: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From a local time or day to the end of another. Errors: `InvalidInput` (from, to)."""
    start = _moment("from", first, zone)
    end = _moment("to", last, zone, is_end=True)
    if not timedelta() < end.astimezone(UTC) - start.astimezone(UTC) <= MAX_DAYS * _DAY:
        raise _refused("to", "out_of_range", f"Look at up to {MAX_DAYS} days, from the first to the last.")
    return start, end


def _moment(field: str, local: str, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    try:
        time = WallTime(local=local, zone=zone.key)
        if time.is_day and is_end:
            return first_of(time.day + _DAY, zone)
        return time.moment()
    except NoMoment as error:
        raise _refused(field, error.code, str(error)) from error
    except ValueError as error:
        raise _refused(field, "not_a_time", "Write it as 2026-12-03T10:00, or a day as 2026-12-03.") from error


def asked_zone(name: str) -> ZoneInfo:
    """Errors: `InvalidInput` (zone)."""
    try:
        return zone_of(name)
    except ValueError as error:
        raise _refused("zone", "unknown_zone", str(error)) from error


def _known(name: str | None) -> ZoneInfo | None:
    try:
        return zone_of(name) if name else None
    except ValueError:
        return None


def _refused(field: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(message, fields=[FieldProblem(field, code, message)])
