"""Events as Google's Calendar API has them, made of what people write: pure, and the same for the same payload.

https://developers.google.com/workspace/calendar/api/v3/reference/events (2026-11)
"""

from base64 import b32hexencode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html import escape
from typing import Any, Self
from zoneinfo import ZoneInfo

import orjson

from backend.actions.services.calendar_payload import CalendarPayload, Guest, refused
from backend.actions.wall_clock import NoMoment, Shown, first_of, moment, shown, shown_day, zone_of
from backend.mail_address import mail_key

type Event = Mapping[str, Any]

_DAY = timedelta(days=1)
#: What an invitation keeps of a guest when it is written once more.
_OF_GUEST = ("email", "displayName", "optional", "resource", "responseStatus", "comment", "additionalGuests")
_SEND_UPDATES = {"all": "all", "external": "externalOnly", "none": "none"}


def event_id_of(action_id: str) -> str:
    """An event's id of our own: the letters and digits that Google takes (base32hex, RFC 4648), always the same."""
    return b32hexencode(action_id.encode()).decode().rstrip("=").lower()


def property_of(action_id: str) -> str:
    """The name of the private property by which an action finds again what it did: of at most 44 signs."""
    return f"biblios_{action_id}"


def sealed(body: Mapping[str, Any], action_id: str) -> bytes:
    """The bytes that are sent: canonical JSON, with the digest of what it says under the action's own property."""
    digest = sha256(_canonical(body)).hexdigest()
    return _canonical({**body, "extendedProperties": {"private": {property_of(action_id): digest}}})


def seal_of(content: bytes, action_id: str) -> str:
    """The digest that such bytes carry."""
    return str(orjson.loads(content)["extendedProperties"]["private"][property_of(action_id)])


def is_sealed(event: Event, action_id: str, seal: str) -> bool:
    """Whether an event says of itself that it holds what this action sent."""
    extended = event.get("extendedProperties")
    private = extended.get("private") if isinstance(extended, dict) else None
    return isinstance(private, dict) and private.get(property_of(action_id)) == seal


def parameters(payload: CalendarPayload, conference_version: int | None) -> dict[str, str]:
    """What goes out beside the body. None: the call has no conferences (deleting)."""
    told = {"sendUpdates": _SEND_UPDATES[payload.send_updates]}
    return told if conference_version is None else {**told, "conferenceDataVersion": str(conference_version)}


@dataclass(frozen=True, slots=True)
class When:
    """From a moment to another, each in its zone; of whole days, `end` is the first moment after the last."""

    start: datetime
    end: datetime
    start_zone: ZoneInfo
    end_zone: ZoneInfo
    all_day: bool = False

    @classmethod
    def of(cls, payload: CalendarPayload) -> Self:
        """Errors: `InvalidInput`."""
        span = payload.span()
        zones = zone_of(span.first.zone), zone_of(span.last.zone)
        if payload.all_day:
            return cls(span.start, first_of(span.last.day + _DAY, zones[1]), *zones, all_day=True)
        return cls(span.start, span.end, *zones)

    @classmethod
    def of_event(cls, event: Event, zone: str) -> Self:
        """`zone`: that of its calendar, where it names none. Errors: `ValueError`, `KeyError` for what is no event."""
        start, end = event["start"], event["end"]
        zones = _zone_of(start.get("timeZone"), zone), _zone_of(end.get("timeZone"), zone)
        if "date" in start:
            first, after = date.fromisoformat(start["date"]), date.fromisoformat(end["date"])
            return cls(first_of(first, zones[0]), first_of(after, zones[1]), *zones, all_day=True)
        begins, ends = datetime.fromisoformat(start["dateTime"]), datetime.fromisoformat(end["dateTime"])
        return cls(begins.astimezone(zones[0]), ends.astimezone(zones[1]), *zones)

    @property
    def utc(self) -> tuple[datetime, datetime]:
        """For comparing: times of one zone are compared as a clock shows them, which is wrong where it is put back."""
        return self.start.astimezone(UTC), self.end.astimezone(UTC)

    @property
    def days(self) -> tuple[date, date]:
        """Its first and its last day, where it takes whole ones."""
        return self.start.date(), self.end.date() - _DAY

    def shown(self) -> tuple[Shown, Shown]:
        if self.all_day:
            first, last = self.days
            return shown_day(first, self.start_zone.key), shown_day(last, self.end_zone.key)
        return shown(self.start, self.start_zone), shown(self.end, self.end_zone)

    def written(self) -> dict[str, dict[str, str]]:
        """`start` and `end` of an event."""
        if self.all_day:
            return {"start": {"date": self.start.date().isoformat()}, "end": {"date": self.end.date().isoformat()}}
        return {
            "start": {"dateTime": self.start.isoformat(), "timeZone": self.start_zone.key},
            "end": {"dateTime": self.end.isoformat(), "timeZone": self.end_zone.key},
        }

    def changed_in(self, event: Event) -> dict[str, dict[str, str | None]]:
        """The same for an event that is there: a day takes the place of a time, or a time of a day."""
        gone = {"dateTime": None, "timeZone": None} if self.all_day else {"date": None}
        is_other = ("date" in event["start"]) != self.all_day
        return {name: {**(gone if is_other else {}), **value} for name, value in self.written().items()}

    def at_the_time_of(self, other: "When") -> "When":
        """This day at the other's hours, as a wall clock shows them: a whole series is moved so.

        Errors: `InvalidInput` where that hour does not exist on this day, or exists twice.
        """
        lasts = other.end.replace(tzinfo=None) - other.start.replace(tzinfo=None)
        begins = datetime.combine(self.start.date(), other.start.time().replace(fold=0))
        try:
            start = moment(begins, other.start_zone)
            return When(start, moment(begins + lasts, other.end_zone), other.start_zone, other.end_zone)
        except NoMoment as error:
            raise refused("start", error.code, f"The series begins on that day: {error}") from error


def _zone_of(name: object, other: str) -> ZoneInfo:
    """Some calendars name their zones otherwise than all others."""
    try:
        return zone_of(str(name))
    except ValueError:
        return zone_of(other)


def new_event(payload: CalendarPayload, when: When, event_id: str, organizer: str) -> dict[str, Any]:
    """The body of a new event."""
    event: dict[str, Any] = {"id": event_id, "summary": payload.title, **when.written()}
    if payload.description:
        event["description"] = written_text(payload.description)
    if payload.location:
        event["location"] = payload.location
    if payload.attendees:
        event["attendees"] = [_invited(guest, organizer) for guest in payload.attendees]
    if payload.conference:
        event["conferenceData"] = new_conference(event_id)
    return event


def new_conference(request_id: str) -> dict[str, Any]:
    """Asks for a conference; the same request makes it once."""
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


def merged(present: Sequence[Mapping[str, Any]], guests: Sequence[Guest], organizer: str) -> list[dict[str, Any]]:
    """Who is invited from now on: whoever stays keeps their answer, and whoever called the event stays in any case."""
    known = {mail_key(str(one.get("email", ""))): one for one in present}
    wanted = {guest.key for guest in guests}
    kept = [_kept(one) for key, one in known.items() if one.get("organizer") and key not in wanted]
    for guest in guests:
        entry = _kept(known[guest.key]) if guest.key in known else _invited(guest, organizer)
        if guest.name is not None:
            entry["displayName"] = guest.name
        if guest.optional or "optional" in entry:
            entry["optional"] = guest.optional
        kept.append(entry)
    return kept


def guests_of(event: Event) -> list[Mapping[str, Any]]:
    return [one for one in event.get("attendees") or () if isinstance(one, dict) and one.get("email")]


def written_text(text: str) -> str:
    """Descriptions are HTML there: what a person writes is to be read as it stands."""
    return escape(text, quote=False)


def _kept(guest: Mapping[str, Any]) -> dict[str, Any]:
    return {name: guest[name] for name in _OF_GUEST if name in guest}


def _invited(guest: Guest, organizer: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"email": guest.address}
    if guest.name is not None:
        entry["displayName"] = guest.name
    if guest.optional:
        entry["optional"] = True
    if guest.key == mail_key(organizer):
        entry["responseStatus"] = "accepted"
    return entry


def _canonical(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
