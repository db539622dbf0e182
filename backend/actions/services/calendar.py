"""Appointments in a Google calendar: from a payload to exactly the request that leaves.

The artefact's bytes are the body, made once; its `request` is all else: the method, the path (whose calendar, and which
event), every parameter, whom it reaches, and for what is there already the version that was looked at (`If-Match`).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.actions.base import Made, Owner
from backend.actions.services import calendar_payload
from backend.actions.services.calendar_change import Change, Target
from backend.actions.services.calendar_event import (
    Event,
    When,
    event_id_of,
    guests_of,
    merged,
    new_event,
    parameters,
    seal_of,
    sealed,
)
from backend.actions.services.calendar_payload import CalendarPayload, SeriesScope, refused
from backend.actions.services.calendar_preview import Picture, Seen, preview_of, reached, warnings_of
from backend.actions.services.calendar_series import Elsewhere, cut, guests_elsewhere, scope_of
from backend.connectors.acting.calendar_api import LABEL, CalendarApi, events_path
from backend.connectors.http import understood
from backend.db.lease import Clock

#: Of so many guests the zone is asked for, each by a call of its own.
_ZONES = 20
_FOLLOWING = (
    "To change this and all that follow takes two requests, and the first cannot be taken back when the second fails. "
    "Choose this one or all, or cancel the following and make a new series."
)


class CalendarWorkflow:
    """Makes changes of one calendar.

    Args:
        calendar: its id, which is its owner's address.
        open_api: opens the account for the questions of one making: the event, availability, zones.
    """

    def __init__(self, *, calendar: str, open_api: Callable[[], CalendarApi], clock: Clock) -> None:
        self._calendar = calendar
        self._open_api = open_api
        self._clock = clock

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        return calendar_payload.read(payload)

    async def make(self, owner: Owner, payload: Mapping[str, Any], *, action_id: str) -> Made:
        wanted = CalendarPayload.model_validate(payload)
        api = self._open_api()
        try:
            if wanted.operation == "create":
                return await self._create(api, wanted, action_id)
            return await self._change(api, wanted, action_id)
        finally:
            await api.close()

    async def _create(self, api: CalendarApi, payload: CalendarPayload, action_id: str) -> Made:
        if payload.event_id is not None or payload.scope is not None:
            name = "event_id" if payload.event_id is not None else "scope"
            raise refused(name, "not_new", "What is new has no event yet, and no series. Leave this out.")
        when, event_id = When.of(payload), event_id_of(action_id)
        content = sealed(new_event(payload, when, event_id, self._calendar), action_id)
        invited = merged((), payload.attendees, self._calendar)
        picture = Picture(
            payload=payload,
            calendar=self._calendar,
            when=when,
            title=payload.title,
            location=payload.location,
            description=payload.description,
            conference=payload.conference,
            guests=invited,
            event_id=event_id,
        )
        request = {
            **self._request("POST", None, parameters(payload, 1 if payload.conference else 0)),
            "event_id": event_id,
            "seal": seal_of(content, action_id),
        }
        return await self._made(api, content, request, picture)

    async def _change(self, api: CalendarApi, payload: CalendarPayload, action_id: str) -> Made:
        if payload.event_id is None:
            raise refused("event_id", "missing", "Say which event.")
        event = await self._existing(api, payload.event_id)
        scope = scope_of(event, payload.scope)
        target = event
        if scope in ("following", "all") and event.get("recurringEventId"):
            target = await self._existing(api, str(event["recurringEventId"]))
        zone = (await api.calendar(self._calendar)).zone
        with understood(LABEL):
            first = When.of_event(target, zone)
            present = When.of_event(event, zone)
            elsewhere, all_seen = await self._elsewhere(api, event, target, scope)
            there = Target(self._calendar, event, target, present, first, scope, elsewhere, all_seen)
            etag = str(target["etag"])
        method: str = "PATCH"
        version: int | None = 0
        if payload.operation == "update":
            if scope == "following":
                raise refused("scope", "not_supported", _FOLLOWING)
            change = Change(there)
            picture = change.picture(payload, action_id)
            content, version = sealed(change.body, action_id), change.conference_version
        else:
            picture = there.picture(payload)
            if scope == "following":
                content = sealed({"recurrence": cut(target, event)}, action_id)
            else:
                content, method, version = b"", "DELETE", None
        request = {
            **self._request(method, str(target["id"]), parameters(payload, version)),
            "headers": {"If-Match": etag},
            "event_id": str(target["id"]),
            "seal": seal_of(content, action_id) if content else None,
            "scope": scope,
        }
        return await self._made(api, content, request, picture, there.present)

    async def _elsewhere(
        self, api: CalendarApi, event: Event, series: Event, scope: SeriesScope | None
    ) -> tuple[Sequence[Elsewhere], bool]:
        """The guests of other appointments that the change is about: Google mails them as well."""
        if scope not in ("following", "all"):
            return (), True
        appointments, all_seen = await api.appointments(self._calendar, str(series["id"]))
        known = [str(one["email"]) for found in (event, series) for one in guests_of(found)]
        since = event if scope == "following" else None
        return guests_elsewhere(appointments, [self._calendar, *known], since=since), all_seen

    async def _existing(self, api: CalendarApi, event_id: str) -> Event:
        """Errors: `InvalidInput` for what is not there, or not theirs to change."""
        event = await api.event(self._calendar, event_id)
        if event is None:
            raise refused("event_id", "not_there", "This event is not in the calendar.")
        if event.get("status") == "cancelled":
            raise refused("event_id", "is_cancelled", "This event is cancelled already.")
        organizer = event.get("organizer")
        is_own = isinstance(organizer, dict) and organizer.get("self") is True
        if not is_own or event.get("eventType", "default") != "default":
            raise refused("event_id", "not_yours", "Only who called an appointment can change it for everybody.")
        return event

    def _request(self, method: str, event_id: str | None, params: Mapping[str, str]) -> dict[str, Any]:
        return {
            "method": method,
            "path": events_path(self._calendar, event_id),
            "calendar": self._calendar,
            "params": dict(params),
            "headers": {},
        }

    async def _made(
        self, api: CalendarApi, content: bytes, request: dict[str, Any], picture: Picture, present: When | None = None
    ) -> Made:
        everybody, when = [self._calendar, *picture.others], picture.when
        zones, busy = await asyncio.gather(
            api.zones(picture.others[:_ZONES]), api.busy(everybody, when.start, when.end)
        )
        own = present.utc if present is not None else None  # where the event stands now is no other appointment
        others = {
            one: times if times is None else tuple(time for time in times if time != own) for one, times in busy.items()
        }
        seen = Seen(zones, others)
        now: datetime = self._clock()
        request["recipients"] = reached(picture)
        return Made(content, request, preview_of(picture, seen), tuple(warnings_of(picture, seen, now=now)))
