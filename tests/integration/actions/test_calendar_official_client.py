"""Google's own client judges the stand-in, for each call that is made of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from backend.connectors.acting.google_calendar import MANIFEST
from tests.support.google_calendar import API, GoogleCalendarService
from tests.support.google_client import WithToken
from tests.support.google_discovery import document, misfits
from tests.support.provider_wire import served

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA = "ada@example.com"
_SCOPES = " ".join(scope.scope for scope in MANIFEST.scopes)
_TOLD = {"calendarId": "primary", "sendUpdates": "all"}
_EVENT = {
    "id": "there00",
    "summary": "Launch",
    "start": {"dateTime": "2027-12-02T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2027-12-02T10:30:00+01:00", "timeZone": "Europe/Berlin"},
    "attendees": [{"email": "dana@example.com"}],
    "extendedProperties": {"private": {"biblios_1": "x"}},
    "conferenceData": {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}},
}


@dataclass(slots=True)
class Judge:
    """The official client over the stand-in, with just the scopes that are asked for."""

    service: GoogleCalendarService
    url: str

    async def ask(self, call: Callable[[Any], Any], *, match: str | None = None) -> Any:
        described = {**document(API), "rootUrl": f"{self.url}/", "baseUrl": f"{self.url}/calendar/v3/"}

        def asked() -> Any:
            request = call(build_from_document(described, http=WithToken(self.service.consents.issue(ADA, _SCOPES))))
            if match is not None:
                request.headers["If-Match"] = match
            return request.execute()

        return await asyncio.to_thread(asked)

    async def refusal(self, call: Callable[[Any], Any], *, match: str | None = None) -> int:
        with pytest.raises(HttpError) as raised:
            await self.ask(call, match=match)
        return int(raised.value.resp.status)


@pytest_asyncio.fixture(loop_scope="module")
async def judge() -> AsyncIterator[Judge]:
    service = GoogleCalendarService()
    service.calendar(ADA)
    async with served(service.app) as url:
        yield Judge(service, url)


def _insert(api: Any) -> Any:
    return api.events().insert(**_TOLD, body=_EVENT, conferenceDataVersion=1)


async def test_an_event_is_made_read_changed_and_cancelled(judge: Judge) -> None:
    made = await judge.ask(_insert)
    assert misfits(API, "Event", made) == []
    assert await judge.refusal(_insert) == 409
    read = await judge.ask(lambda api: api.events().get(calendarId="primary", eventId="there00"))
    assert read == made

    def patch(api: Any) -> Any:
        body = {"summary": "Lunch"}
        return api.events().patch(**_TOLD, eventId="there00", body=body, conferenceDataVersion=0)

    assert await judge.refusal(patch, match='"another"') == 412
    changed = await judge.ask(patch, match=made["etag"])
    assert (changed["summary"], changed["extendedProperties"]) == ("Lunch", made["extendedProperties"])

    def delete(api: Any) -> Any:
        return api.events().delete(**_TOLD, eventId="there00")

    assert await judge.refusal(delete, match=made["etag"]) == 412
    await judge.ask(delete, match=changed["etag"])
    gone = await judge.ask(lambda api: api.events().get(calendarId="primary", eventId="there00"))
    assert gone["status"] == "cancelled"
    assert (await judge.refusal(delete), await judge.refusal(_insert)) == (410, 409)


async def test_appointments_are_listed_and_those_of_a_series_one_by_one(judge: Judge) -> None:
    await judge.ask(_insert)
    series = {**_EVENT, "id": "series0", "summary": "Weekly", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]}
    await judge.ask(lambda api: api.events().insert(**_TOLD, body=series, conferenceDataVersion=0))
    asked = {
        "timeMin": datetime(2027, 12, 1, tzinfo=UTC).isoformat(),
        "timeMax": datetime(2027, 12, 12, tzinfo=UTC).isoformat(),
    }

    def listed(api: Any, **more: Any) -> Any:
        return api.events().list(calendarId="primary", singleEvents=True, orderBy="startTime", **asked, **more)

    found = await judge.ask(listed)
    assert misfits(API, "Events", found) == []
    assert [one["id"] for one in found["items"]] == ["there00", "series0_20271202T090000Z", "series0_20271209T090000Z"]
    assert [one["id"] for one in (await judge.ask(lambda api: listed(api, q="launch")))["items"]] == ["there00"]
    judge.service.page = 2
    of_series = {"calendarId": "primary", "eventId": "series0"}
    first = await judge.ask(lambda api: api.events().instances(**of_series))
    rest = await judge.ask(lambda api: api.events().instances(**of_series, pageToken=first["nextPageToken"]))
    assert misfits(API, "Events", first) == []
    assert [one["id"][-16:-8] for one in (*first["items"], *rest["items"])] == ["20271202", "20271209", "20271216"]
    assert "nextPageToken" not in rest


async def test_when_people_are_busy_and_whose_calendar_it_is(judge: Judge) -> None:
    await judge.ask(_insert)
    asked = {
        "timeMin": datetime(2027, 12, 2, tzinfo=UTC).isoformat(),
        "timeMax": datetime(2027, 12, 3, tzinfo=UTC).isoformat(),
        "items": [{"id": ADA}, {"id": "nobody@example.com"}],
    }
    found = await judge.ask(lambda api: api.freebusy().query(body=asked))
    assert misfits(API, "FreeBusyResponse", found) == []
    assert found["calendars"][ADA]["busy"] == [{"start": "2027-12-02T09:00:00Z", "end": "2027-12-02T09:30:00Z"}]
    assert found["calendars"]["nobody@example.com"]["errors"][0]["reason"] == "notFound"
    own = await judge.ask(lambda api: api.calendars().get(calendarId="primary"))
    assert misfits(API, "Calendar", own) == []
    assert (own["id"], own["timeZone"]) == (ADA, "Europe/Berlin")
