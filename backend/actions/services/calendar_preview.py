"""An appointment as whoever approves it sees it, and what they should know."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Literal
from zoneinfo import ZoneInfo

from backend.actions.models import Caution
from backend.actions.services.calendar_event import Event, When, guests_of
from backend.actions.services.calendar_payload import CalendarPayload, SendUpdates
from backend.actions.services.calendar_series import Elsewhere
from backend.actions.wall_clock import Shown, shown, zone_of
from backend.connectors.acting.calendar_api import Busy
from backend.mail_address import mail_key
from backend.monitoring.printable import printable, printable_line

type Availability = Literal["free", "busy", "unknown"]

_VERY_LONG = timedelta(hours=12)
_VERY_LONG_DAYS = timedelta(days=15)
_WORK_BEGINS, _WORK_ENDS = 8, 19
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Picture:
    """What an event will be: its content, its guests (as Google's API has them) and who is mailed.

    `removed` are guests that are invited no more. `changes`: (field, before, after). `elsewhere`: guests of
    other appointments of the series that it is about as well; `all_seen`: these are all.
    """

    payload: CalendarPayload
    calendar: str
    when: When
    title: str
    location: str
    description: str
    conference: bool
    guests: Sequence[Mapping[str, Any]]
    removed: Sequence[str] = ()
    scope: str | None = None
    event_id: str | None = None
    changes: Sequence[tuple[str, Any, Any]] = ()
    elsewhere: Sequence[Elsewhere] = ()
    all_seen: bool = True

    @property
    def others(self) -> list[str]:
        """The guests without whoever calls the event."""
        own = mail_key(self.calendar)
        return [str(one["email"]) for one in self.guests if mail_key(str(one["email"])) != own]


@dataclass(frozen=True, slots=True)
class Seen:
    """What could be seen of the guests' calendars: None is unknown, which is not free."""

    zones: Mapping[str, str]
    busy: Mapping[str, Busy | None]


def reached(picture: Picture) -> list[str]:
    """Whom it is about, also in other appointments, and who is invited no more; without whoever calls the event."""
    own = mail_key(picture.calendar)
    found = [*picture.others, *picture.removed, *(one.address for one in picture.elsewhere)]
    return list({key: one for one in found if (key := mail_key(one)) != own}.values())


def mailed(picture: Picture, send_updates: SendUpdates) -> list[str]:
    """Whom this mails. Of "external" more than Google will: who of them uses its calendar, nobody can see."""
    everybody = reached(picture)
    if send_updates == "all":
        return everybody
    return [one for one in everybody if _domain(one) != _domain(picture.calendar)] if send_updates == "external" else []


def preview_of(picture: Picture, seen: Seen) -> dict[str, Any]:
    """As agreed for the kind, with everything visible that tries not to be."""
    start, end = picture.when.shown()
    return {
        "operation": picture.payload.operation,
        "event_id": picture.event_id,
        "calendar": printable_line(picture.calendar),
        "title": printable_line(picture.title),
        "start": asdict(start),
        "end": asdict(end),
        "all_day": picture.when.all_day,
        "guests": [_guest(one, picture.when, seen) for one in picture.guests],
        "location": printable_line(picture.location),
        "description": printable(picture.description),
        "conference": picture.conference,
        "mails": [printable_line(one) for one in mailed(picture, picture.payload.send_updates)],
        "send_updates": picture.payload.send_updates,
        "scope": picture.scope,
        "elsewhere": [
            {
                "address": printable_line(one.address),
                "name": printable_line(one.name) if one.name else None,
                "days": list(one.days),
                "count": one.count,
            }
            for one in picture.elsewhere
        ],
        "changes": [
            {"field": field, "before": _visible(before), "after": _visible(after)}
            for field, before, after in picture.changes
        ],
    }


def warnings_of(picture: Picture, seen: Seen, *, now: datetime) -> list[Caution]:
    """What speaks against it, or is not known."""
    operation = picture.payload.operation
    found = list(_of_guests(picture))
    if operation != "cancel":
        found += [*_of_availability(picture, seen), *_of_time(picture, seen)]
        if not picture.title.strip():
            found.append(Caution(code="no_title", message="It has no title.", field="title"))
    if picture.when.end <= now:
        found.append(Caution(code="in_the_past", message="Its time has passed.", field="start"))
    elif picture.when.start <= now and operation == "create":
        found.append(Caution(code="in_the_past", message="It has begun already.", field="start"))
    return found


def text_of(event: Event, name: str) -> str:
    """A field of an event as it reads there."""
    return unescape(str(event.get(name) or "")) if name == "description" else str(event.get(name) or "")


def addresses_of(event: Event) -> list[str]:
    return [str(one["email"]) for one in guests_of(event)]


def is_busy(times: Busy, when: When) -> bool:
    begins, ends = when.utc
    return any(start < ends and begins < end for start, end in times)


def _guest(guest: Mapping[str, Any], when: When, seen: Seen) -> dict[str, Any]:
    address = str(guest["email"])
    zone = zone_here(seen.zones.get(address), when)
    there: Shown | None = None if when.all_day else shown(when.start, zone)
    name = guest.get("displayName")
    return {
        "address": printable_line(address),
        "name": printable_line(str(name)) if name else None,
        "optional": bool(guest.get("optional")),
        "answer": guest.get("responseStatus") or "needsAction",
        "local_start": there.local if there else when.start.date().isoformat(),
        "zone": zone.key,
        "zone_known": address in seen.zones,
        "availability": _availability(seen.busy.get(address), when),
    }


def zone_here(name: str | None, when: When) -> ZoneInfo:
    """A guest's own zone, or that of the appointment where theirs is not known."""
    try:
        return zone_of(name) if name else when.start_zone
    except ValueError:
        return when.start_zone


def _availability(times: Busy | None, when: When) -> Availability:
    if times is None:
        return "unknown"
    return "busy" if is_busy(times, when) else "free"


def _of_guests(picture: Picture) -> list[Caution]:
    found = []
    own = _domain(picture.calendar)
    outside = sorted({_domain(one) for one in reached(picture) if one not in picture.removed} - {own})
    if outside:
        found.append(
            Caution(code="outside", message=f"Goes outside of {own}: {', '.join(outside)}.", field="attendees")
        )
    if not picture.all_seen:
        text = "The series is too long to look at all of it: guests of its later appointments are not named here."
        found.append(Caution(code="series_not_all_seen", message=text, field="scope"))
    told = picture.payload.send_updates
    if told == "none" and reached(picture):
        text = "Nobody is to be told of it. Google may still write to guests who do not use its calendar."
        found.append(Caution(code="may_still_mail", message=text, field="send_updates"))
    if told == "external" and mailed(picture, told):
        text = "Google mails those who do not use its calendar. Who of the guests does, cannot be seen from here."
        found.append(Caution(code="mails_uncertain", message=text, field="send_updates"))
    return found


def _of_availability(picture: Picture, seen: Seen) -> list[Caution]:
    states = {one: _availability(seen.busy.get(one), picture.when) for one in picture.others}
    found = []
    if busy := [printable_line(one) for one, state in states.items() if state == "busy"]:
        found.append(Caution(code="guest_busy", message=f"Busy at that time: {', '.join(busy)}.", field="attendees"))
    if hidden := [printable_line(one) for one, state in states.items() if state == "unknown"]:
        text = f"Whether they are free cannot be seen: {', '.join(hidden)}."
        found.append(Caution(code="calendar_unknown", message=text, field="attendees"))
    if _availability(seen.busy.get(picture.calendar), picture.when) == "busy":
        found.append(Caution(code="organizer_busy", message="You have something else at that time.", field="start"))
    return found


def _of_time(picture: Picture, seen: Seen) -> list[Caution]:
    when, found = picture.when, []
    begins, ends = when.utc
    if ends - begins > (_VERY_LONG_DAYS if when.all_day else _VERY_LONG):
        found.append(Caution(code="very_long", message="It is very long. Is its end right?", field="end"))
    if not when.all_day:
        everybody = [picture.calendar, *picture.others]
        zones = {one: zone_here(seen.zones.get(one), when) for one in everybody}
        out = [f"{printable_line(one)} ({_hours(when, zone)})" for one, zone in zones.items() if _is_off(when, zone)]
        if out:
            text = f"Outside of working hours for {', '.join(out)}."
            found.append(Caution(code="outside_hours", message=text, field="start"))
    return found


def _is_off(when: When, zone: ZoneInfo) -> bool:
    start, end = when.start.astimezone(zone), when.end.astimezone(zone)
    closes = start.replace(hour=_WORK_ENDS, minute=0)
    return start.weekday() >= _SATURDAY or start.hour < _WORK_BEGINS or end > closes


def _hours(when: When, zone: ZoneInfo) -> str:
    there = shown(when.start, zone)
    return f"{there.weekday} {there.local[11:]}"


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    return [printable_line(str(one)) for one in value] if isinstance(value, list) else value


def _domain(address: str) -> str:
    return mail_key(address).rpartition("@")[2]
