"""One calendar of a stand-in of Google Calendar: its events, their versions, and the appointments of its series."""

import itertools
import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

_ID = re.compile(r"[a-v0-9]{5,1024}")
_INSTANCE = re.compile(r"([a-v0-9]+)_([0-9]{8}T[0-9]{6}Z)")
_FIELDS = frozenset({
    "id", "summary", "description", "location", "start", "end", "attendees", "extendedProperties", "conferenceData",
    "recurrence",
})  # fmt: skip
_MOST_INSTANCES = 200
_numbers = itertools.count(1)


class Refused(Exception):
    def __init__(self, code: int, body: dict[str, Any]) -> None:
        self.code = code
        self.body = body


def refused(code: int, reason: str, message: str) -> Refused:
    error = {"domain": "global", "reason": reason, "message": message}
    return Refused(code, {"error": {"code": code, "message": message, "errors": [error]}})


@dataclass(slots=True)
class CalendarState:
    """Ids are given out once, for ever: what is cancelled keeps its own.

    Args:
        busy: other times at which its owner is busy.
    """

    address: str
    zone: str
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    busy: list[tuple[datetime, datetime]] = field(default_factory=list)

    def insert(self, body: dict[str, Any], *, conferences: bool = True) -> dict[str, Any]:
        given = deepcopy(body)
        event_id = given.setdefault("id", f"made{next(_numbers)}")
        self._check(given)
        if not _ID.fullmatch(event_id):
            raise refused(400, "invalid", "Invalid resource id value.")
        if event_id in self.events:
            raise refused(409, "duplicate", "The requested identifier already exists.")
        if "start" not in given or "end" not in given:
            raise refused(400, "required", "Missing end time.")
        event = {
            **given,
            "kind": "calendar#event",
            "status": "confirmed",
            "eventType": "default",
            "htmlLink": f"https://www.google.com/calendar/event?eid={event_id}",
            "iCalUID": f"{event_id}@google.com",
            "organizer": {"email": self.address, "self": True},
        }
        return self._kept(event, conferences=conferences)

    def get(self, event_id: str) -> dict[str, Any]:
        return deepcopy(self._found(event_id))

    def patch(
        self, event_id: str, body: dict[str, Any], match: str | None, *, conferences: bool = True
    ) -> dict[str, Any]:
        event = deepcopy(self._found(event_id))
        self._check(body)
        if match is not None and match != event["etag"]:
            raise refused(412, "conditionNotMet", "Precondition Failed")
        if not conferences:
            body = {name: value for name, value in body.items() if name != "conferenceData"}
        return self._kept(_patched(event, body), conferences=conferences)

    def delete(self, event_id: str, match: str | None = None) -> dict[str, Any]:
        event = deepcopy(self._found(event_id))
        if event["status"] == "cancelled":
            raise refused(410, "deleted", "Resource has been deleted")
        if match is not None and match != event["etag"]:
            raise refused(412, "conditionNotMet", "Precondition Failed")
        return self._kept({**event, "status": "cancelled"}, conferences=True)

    def instances(self, event_id: str) -> list[dict[str, Any]]:
        """The appointments of a series in their order, also those that were changed; without those cancelled."""
        series = self._found(event_id)
        if "recurrence" not in series:
            raise refused(400, "invalid", "This event is no series.")
        first = _at(series["start"]).astimezone(ZoneInfo(series["start"]["timeZone"]))
        times = rrulestr("\n".join(series["recurrence"]), dtstart=first)[:_MOST_INSTANCES]
        found = [self.get(f"{event_id}_{one.astimezone(UTC):%Y%m%dT%H%M%SZ}") for one in times]
        return [one for one in found if one["status"] != "cancelled"]

    def between(self, start: datetime, end: datetime, words: str) -> list[dict[str, Any]]:
        """What overlaps, series one by one, in the order of time."""
        found: list[dict[str, Any]] = []
        for event in list(self.events.values()):
            if event["status"] == "cancelled" or "recurringEventId" in event:
                continue
            found += self.instances(event["id"]) if "recurrence" in event else [deepcopy(event)]
        fitting = [
            one
            for one in found
            if _begin(one["start"]) < end and _begin(one["end"]) > start and words.casefold() in str(one).casefold()
        ]
        return sorted(fitting, key=lambda one: _begin(one["start"]))

    def busy_between(self, start: datetime, end: datetime) -> list[dict[str, str]]:
        timed = [event for event in self.events.values() if "dateTime" in event["start"]]
        times = [
            *self.busy,
            *((_at(event["start"]), _at(event["end"])) for event in timed if event["status"] == "confirmed"),
        ]
        return [
            {"start": _text(first), "end": _text(last)} for first, last in sorted(times) if first < end and last > start
        ]

    def _kept(self, event: dict[str, Any], *, conferences: bool) -> dict[str, Any]:
        event["etag"] = f'"{next(_numbers):016d}"'
        if not conferences:
            event.pop("conferenceData", None) if event["id"] not in self.events else None
        elif "createRequest" in (event.get("conferenceData") or {}):
            event["hangoutLink"] = "https://meet.google.com/abc-defg-hij"
            event["conferenceData"]["conferenceId"] = "abc-defg-hij"
        for guest in event.get("attendees", ()):
            guest.setdefault("responseStatus", "needsAction")
            if guest["email"] == self.address:
                guest.update(self=True, organizer=True)
        self.events[event["id"]] = event
        return deepcopy(event)

    def _found(self, event_id: str) -> dict[str, Any]:
        if event_id in self.events:
            return self.events[event_id]
        match = _INSTANCE.fullmatch(event_id)
        series = self.events.get(match[1]) if match else None
        if match is None or series is None or series["status"] == "cancelled" or "recurrence" not in series:
            raise refused(404, "notFound", "Not Found")
        at = datetime.strptime(match[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        zone = ZoneInfo(series["start"]["timeZone"])
        first = _at(series["start"]).astimezone(zone)
        if at not in {
            one.astimezone(UTC) for one in rrulestr("\n".join(series["recurrence"]), dtstart=first)[:_MOST_INSTANCES]
        }:
            raise refused(404, "notFound", "Not Found")
        lasts = _at(series["end"]) - _at(series["start"])
        start = {"dateTime": at.astimezone(zone).isoformat(), "timeZone": zone.key}
        end = {"dateTime": (at + lasts).astimezone(zone).isoformat(), "timeZone": zone.key}
        own = {"id": event_id, "recurringEventId": series["id"], "originalStartTime": start, "start": start, "end": end}
        return {**{name: value for name, value in series.items() if name != "recurrence"}, **own}

    def _check(self, body: dict[str, Any]) -> None:
        if set(body) - _FIELDS:
            raise refused(400, "badRequest", f"This stand-in does not know {sorted(set(body) - _FIELDS)}")
        for name in ("start", "end"):
            if name in body and "dateTime" in body[name] and body[name]["dateTime"] is not None:
                ZoneInfo(body[name]["timeZone"])
                if datetime.fromisoformat(body[name]["dateTime"]).tzinfo is None:
                    raise refused(400, "badRequest", "This stand-in wants an offset from UTC.")
        timed = [body[name]["dateTime"] for name in ("start", "end") if (body.get(name) or {}).get("dateTime")]
        if len(timed) == 2 and datetime.fromisoformat(timed[0]) >= datetime.fromisoformat(timed[1]):
            raise refused(400, "timeRangeEmpty", "The specified time range is empty.")
        private = (body.get("extendedProperties") or {}).get("private") or {}
        if any(len(name) > 44 or len(value) > 1024 for name, value in private.items()):
            raise refused(400, "badRequest", "A property is too long.")


def _patched(known: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Objects are merged, lists are replaced, and null takes away: as for every API of Google's."""
    merged = dict(known)
    for name, value in given.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _patched(known.get(name) or {}, value)
        else:
            merged[name] = value
    return merged


def _at(time: dict[str, str]) -> datetime:
    return datetime.fromisoformat(time["dateTime"])


def _begin(time: dict[str, str]) -> datetime:
    return datetime.fromisoformat(f"{time['date']}T00:00:00+00:00") if "date" in time else _at(time)


def _text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
