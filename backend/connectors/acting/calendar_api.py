"""The calls that are made to the Google Calendar API, for one account. Nothing else of calendars speaks HTTP.

https://developers.google.com/workspace/calendar/api/v3/reference (2026-11)
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from backend.connectors.google import gateway
from backend.connectors.http import Answer, no_answer, understood
from backend.connectors.manifest import Setup
from backend.errors import InvalidConfig, ReauthRequired, SourceError, SourceRefused

LABEL = "Google Calendar"
_ROOT = "/calendar/v3"
#: Shorter than what is left of an attempt's lease when its call begins.
_DEADLINE_SECONDS = 40.0
#: How many calendars one question of `freeBusy` may be about.
_CALENDARS_A_QUESTION = 50
_AT_ONCE = 5
#: The most that events.instances gives at once (2026-11).
_INSTANCES_A_PAGE = 2500
_INSTANCE_PAGES = 2
#: So often a list is asked on: pages may come with fewer events than were asked for, even with none.
_EVENT_PAGES = 20
_NOT_FOUND, _GONE = 404, 410

#: In UTC.
type Busy = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`id` of a person's own calendar is their address. `zone`: its IANA name."""

    id: str
    name: str
    zone: str


def events_path(calendar: str, event_id: str | None = None) -> str:
    """Where the events of a calendar are, or one of them."""
    path = f"{_ROOT}/calendars/{quote(calendar, safe='')}/events"
    return path if event_id is None else f"{path}/{quote(event_id, safe='')}"


class CalendarApi:
    """One account's calendars. Errors of every call: `SourceError`, as of `connectors.http` and `connectors.google`."""

    def __init__(self, setup: Setup) -> None:
        self._reading = gateway(LABEL, setup, setup.credential, deadline_seconds=_DEADLINE_SECONDS)
        self._sending = gateway(LABEL, setup, setup.credential, deadline_seconds=_DEADLINE_SECONDS, repeats=False)

    async def close(self) -> None:
        await self._reading.close()
        await self._sending.close()

    async def calendar(self, calendar: str = "primary") -> Calendar:
        found = await self._reading.json("GET", f"{_ROOT}/calendars/{quote(calendar, safe='')}")
        with understood(LABEL):
            return Calendar(str(found["id"]), str(found.get("summary") or found["id"]), str(found["timeZone"]))

    async def zones(self, addresses: Sequence[str]) -> dict[str, str]:
        """The zones of those calendars that this account may see the properties of."""
        limit = asyncio.Semaphore(_AT_ONCE)

        async def zone(address: str) -> tuple[str, str] | None:
            async with limit:
                try:
                    return address, (await self.calendar(address)).zone
                except (ReauthRequired, InvalidConfig):
                    raise
                except SourceError:  # it is not theirs to see, or not to be had now: it is not known then
                    return None

        return dict(found for found in await asyncio.gather(*map(zone, addresses)) if found is not None)

    async def event(self, calendar: str, event_id: str) -> Mapping[str, Any] | None:
        """As it is now; one that was cancelled has this `status`. None: there never was one, as far as can be seen."""
        try:
            found = await self._reading.json("GET", events_path(calendar, event_id))
        except SourceRefused as error:
            if error.answer_status in (_NOT_FOUND, _GONE):
                return None
            raise
        if not isinstance(found, dict) or not isinstance(found.get("id"), str):
            raise no_answer(LABEL)
        return found

    async def events(
        self, calendar: str, start: datetime, end: datetime, *, query: str, limit: int
    ) -> tuple[list[Mapping[str, Any]], bool]:
        """The appointments between two moments, those of series one by one, in the order of their begin; up to
        `limit`, and whether there are more. Google fills no page for certain, so it is asked on until there are enough.
        """
        found: list[Mapping[str, Any]] = []
        token: str | None = None
        for _ in range(_EVENT_PAGES):
            params: dict[str, str | int | bool | None] = {
                "singleEvents": "true",
                "orderBy": "startTime",
                "timeMin": start.isoformat(),
                "timeMax": end.isoformat(),
                "maxResults": limit + 1,
                "pageToken": token,
                **({"q": query} if query else {}),
            }
            page, token = _items(await self._reading.json("GET", events_path(calendar), params=params))
            found += page
            if token is None or len(found) > limit:
                break
        return found[:limit], token is not None or len(found) > limit

    async def appointments(self, calendar: str, series: str) -> tuple[list[Mapping[str, Any]], bool]:
        """The appointments of a series, and whether these are all; of very long ones only the first 5,000 are read."""
        found: list[Mapping[str, Any]] = []
        token: str | None = None
        for _ in range(_INSTANCE_PAGES):
            params: dict[str, str | int | bool | None] = {"maxResults": _INSTANCES_A_PAGE, "pageToken": token}
            path = f"{events_path(calendar, series)}/instances"
            page, token = _items(await self._reading.json("GET", path, params=params))
            found += page
            if token is None:
                return found, True
        return found, False

    async def busy(self, addresses: Sequence[str], start: datetime, end: datetime) -> dict[str, Busy | None]:
        """When each is busy; None: that cannot be seen, which is not to be free."""
        found: dict[str, Busy | None] = dict.fromkeys(addresses)
        for at in range(0, len(addresses), _CALENDARS_A_QUESTION):
            asked = addresses[at : at + _CALENDARS_A_QUESTION]
            body = {
                "timeMin": start.isoformat(),
                "timeMax": end.isoformat(),
                "items": [{"id": address} for address in asked],
            }
            try:
                answer = await self._reading.json("POST", f"{_ROOT}/freeBusy", body=body)
            except (ReauthRequired, InvalidConfig):
                raise
            except SourceError:  # also where this was not allowed: it cannot be seen then
                continue
            calendars = answer.get("calendars") if isinstance(answer, dict) else None
            for address in asked:
                found[address] = _times(calendars.get(address) if isinstance(calendars, dict) else None)
        return found

    async def change(
        self, method: str, path: str, *, params: Mapping[str, str], headers: Mapping[str, str], content: bytes
    ) -> Answer:
        """One request with exactly this body, never repeated."""
        return await self._sending.answer(method, path, params=dict(params), headers=headers, body=content or None)


def _items(found: Any) -> tuple[list[Mapping[str, Any]], str | None]:
    """A page of events, and where the next one begins."""
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        raise no_answer(LABEL)
    token = found.get("nextPageToken")
    events: list[Mapping[str, Any]] = [one for one in items if isinstance(one, dict) and isinstance(one.get("id"), str)]
    return events, token if isinstance(token, str) and token else None


def _times(found: Any) -> Busy | None:
    if not isinstance(found, dict) or found.get("errors") or not isinstance(found.get("busy"), list):
        return None
    try:
        return tuple((_utc(one["start"]), _utc(one["end"])) for one in found["busy"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _utc(value: str) -> datetime:
    """Google always names the offset."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError(value)
    return at.astimezone(UTC)
