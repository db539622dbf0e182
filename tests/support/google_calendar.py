"""A stand-in of the Google Calendar API with state, written from its public reference (2026-11); strict where it is.

Emulate 0.12.2 has no ids of one's own and no versions, and reads, changes and keeps no event that is cancelled.
Parameters, scopes and the fields of what is sent are those of Google's own description of the API.
https://developers.google.com/workspace/calendar/api/v3/reference
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.consent_provider import ConsentProvider, Granted
from tests.support.google_calendar_state import CalendarState, Refused, refused
from tests.support.google_discovery import Refused as Misread
from tests.support.google_discovery import check_parameters, document, misfits

API = "calendar.v3"
_BODIES = {"events.insert": "Event", "events.patch": "Event", "freebusy.query": "FreeBusyRequest"}
_MOST_CALENDARS = 50

type Answer = Callable[[Request, Granted, dict[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class GoogleCalendarService:
    """Calendars by the address of whose they are.

    Args:
        closed: calendars of which nobody else may see when they are busy.
        shared: calendars of which others may see the properties too.
    """

    consents: ConsentProvider = field(default_factory=lambda: ConsentProvider(rotates=False))
    calendars: dict[str, CalendarState] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    #: No page of a list holds more, whatever is asked for.
    page: int = 2500
    #: What every change of an event said of mails, with the addresses that were mailed.
    mailed: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def calendar(self, address: str, zone: str = "Europe/Berlin") -> CalendarState:
        return self.calendars.setdefault(address, CalendarState(address, zone))

    def reset(self) -> None:
        self.calendars.clear()
        self.closed.clear()
        self.shared.clear()
        self.mailed.clear()

    @property
    def routes(self) -> list[Route]:
        """Without those of consent, which another of Google's stand-ins may have."""
        events = "/calendar/v3/calendars/{calendar}/events"
        return [
            Route("/calendar/v3/calendars/{calendar}", self._answering(self._calendar, "calendars.get")),
            Route(events, self._answering(self._insert, "events.insert"), methods=["POST"]),
            Route(events, self._answering(self._list, "events.list"), methods=["GET"]),
            Route(
                f"{events}/{{event}}/instances", self._answering(self._instances, "events.instances"), methods=["GET"]
            ),
            Route(f"{events}/{{event}}", self._answering(self._get, "events.get"), methods=["GET"]),
            Route(f"{events}/{{event}}", self._answering(self._patch, "events.patch"), methods=["PATCH"]),
            Route(f"{events}/{{event}}", self._answering(self._delete, "events.delete"), methods=["DELETE"]),
            Route("/calendar/v3/freeBusy", self._answering(self._free_busy, "freebusy.query"), methods=["POST"]),
        ]

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[*self.routes, *self.consents.routes("/authorize", "/token", "/revoke")])

    def _answering(self, answer: Answer, method: str) -> Callable[[Request], Awaitable[Response]]:
        resource, _, name = method.partition(".")
        scopes = frozenset(document(API)["resources"][resource]["methods"][name]["scopes"])

        async def endpoint(request: Request) -> Response:
            try:
                granted = self._allowed(request, scopes)
                raw = await request.body()
                body = json.loads(raw) if raw else {}
                _check(method, dict(request.query_params), body)
                found = answer(request, granted, body)
                return JSONResponse(found) if found else Response(status_code=204)
            except Refused as error:
                return JSONResponse(error.body, error.code)

        return endpoint

    def _allowed(self, request: Request, scopes: frozenset[str]) -> Granted:
        granted = self.consents.holder(request.headers.get("authorization"))
        if granted is None:
            raise refused(401, "authError", "Invalid Credentials")
        if not scopes & set(granted.scope.split()):
            raise refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        return granted

    def _own(self, request: Request, granted: Granted) -> CalendarState:
        name = request.path_params["calendar"]
        if name not in ("primary", granted.account) or granted.account not in self.calendars:
            raise refused(404, "notFound", "Not Found")
        return self.calendars[granted.account]

    def _calendar(self, request: Request, granted: Granted, _: dict[str, Any]) -> dict[str, Any]:
        name = request.path_params["calendar"]
        address = granted.account if name == "primary" else name
        if address not in self.calendars or (address != granted.account and address not in self.shared):
            raise refused(404, "notFound", "Not Found")
        found = self.calendars[address]
        return {"kind": "calendar#calendar", "id": address, "summary": address, "timeZone": found.zone}

    def _insert(self, request: Request, granted: Granted, body: dict[str, Any]) -> dict[str, Any]:
        told, version = _parameters(request, {"sendUpdates", "conferenceDataVersion"})
        made = self._own(request, granted).insert(body, conferences=version == "1")
        self._mail("insert", told, made, granted.account)
        return made

    def _list(self, request: Request, granted: Granted, _: dict[str, Any]) -> dict[str, Any]:
        query = request.query_params
        if (query.get("singleEvents"), query.get("orderBy")) != ("true", "startTime"):
            raise refused(400, "badRequest", "This stand-in lists single events by their begin.")
        start, end = datetime.fromisoformat(query["timeMin"]), datetime.fromisoformat(query["timeMax"])
        found = self._own(request, granted).between(start, end, query.get("q", ""))
        return self._page(request, "calendar#events", found)

    def _instances(self, request: Request, granted: Granted, _: dict[str, Any]) -> dict[str, Any]:
        found = self._own(request, granted).instances(request.path_params["event"])
        return self._page(request, "calendar#events", found)

    def _page(self, request: Request, kind: str, found: list[dict[str, Any]]) -> dict[str, Any]:
        first, most = (
            int(request.query_params.get("pageToken", "0")),
            int(request.query_params.get("maxResults", "250")),
        )
        size = min(most, self.page)
        following = {"nextPageToken": str(first + size)} if first + size < len(found) else {}
        return {"kind": kind, "items": found[first : first + size], **following}

    def _get(self, request: Request, granted: Granted, _: dict[str, Any]) -> dict[str, Any]:
        return self._own(request, granted).get(request.path_params["event"])

    def _patch(self, request: Request, granted: Granted, body: dict[str, Any]) -> dict[str, Any]:
        told, version = _parameters(request, {"sendUpdates", "conferenceDataVersion"})
        calendar, match = self._own(request, granted), request.headers.get("if-match")
        before = calendar.get(request.path_params["event"])
        made = calendar.patch(request.path_params["event"], body, match, conferences=version == "1")
        self._mail("patch", told, made, granted.account, before)
        return made

    def _delete(self, request: Request, granted: Granted, _: dict[str, Any]) -> dict[str, Any]:
        told, _version = _parameters(request, {"sendUpdates"})
        gone = self._own(request, granted).delete(request.path_params["event"], request.headers.get("if-match"))
        self._mail("delete", told, gone, granted.account)
        return {}

    def _free_busy(self, _: Request, granted: Granted, body: dict[str, Any]) -> dict[str, Any]:
        start, end = datetime.fromisoformat(body["timeMin"]), datetime.fromisoformat(body["timeMax"])
        if start.tzinfo is None or end.tzinfo is None or start >= end:
            raise refused(400, "timeRangeEmpty", "The specified time range is empty.")
        asked = [str(item["id"]) for item in body["items"]]
        if len(asked) > _MOST_CALENDARS:
            raise refused(400, "tooManyCalendarsRequested", "Too many calendars")
        answered: dict[str, Any] = {}
        for address in asked:
            hidden = address in self.closed and address != granted.account
            if address not in self.calendars or hidden:
                answered[address] = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
            else:
                answered[address] = {"busy": self.calendars[address].busy_between(start, end)}
        times = {name: body[name] for name in ("timeMin", "timeMax")}
        return {"kind": "calendar#freeBusy", **times, "calendars": answered}

    def _mail(
        self, call: str, told: str, event: dict[str, Any], account: str, before: dict[str, Any] | None = None
    ) -> None:
        guests = {
            one["email"]: None for found in (event, before or {}) for one in found.get("attendees", ())
        }  # in their order
        domain = account.rpartition("@")[2]
        wanted = {
            "all": [one for one in guests if one != account],
            "externalOnly": [one for one in guests if not one.endswith(f"@{domain}")],
            "none": [],
        }
        self.mailed.append((call, told, wanted[told]))


def _parameters(request: Request, known: set[str]) -> tuple[str, str]:
    """The stand-in wants them named: the real one takes them for "none" and 0 when they are left out."""
    query = {name: value for name, value in request.query_params.items() if name != "alt"}
    if set(query) != known:
        raise refused(400, "badRequest", f"Bad Request: {sorted(query)}")
    return query["sendUpdates"], query.get("conferenceDataVersion", "0")


def _check(method: str, query: dict[str, str], body: dict[str, Any]) -> None:
    try:
        check_parameters(API, method, query, {"calendarId", "eventId"})
    except Misread as error:
        raise refused(error.status, error.reason, error.message) from error
    if method in _BODIES and (found := misfits(API, _BODIES[method], _without_nulls(body))):
        raise refused(400, "badRequest", f"Bad Request: {found}")


def _without_nulls(value: Any) -> Any:
    """What is to be taken away has no type."""
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value
