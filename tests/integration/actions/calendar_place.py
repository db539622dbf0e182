"""An application with a person whose calendar at the stand-in of Google is connected to act with."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.actions.repository import ACTIONS
from backend.actions.services.calendar_event import event_id_of
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import approve, proposed
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.google_calendar import GoogleCalendarService
from tests.support.google_calendar_state import CalendarState
from tests.support.mailbox import mailbox
from tests.support.provider_wire import Request, Wire, served

BERLIN = "Europe/Berlin"


def at(local: str, zone: str = BERLIN, **more: str) -> dict[str, str]:
    return {"local": local, "zone": zone, **more}


def appointment(**more: Any) -> dict[str, Any]:
    payload = {"title": "Launch", "start": at("2027-12-02T10:00"), "end": at("2027-12-02T10:30"), **more}
    return {name: value for name, value in payload.items() if value is not None}


def changes(request: Request) -> bool:
    """Whether a request of the journal changes a calendar."""
    return "/events" in request.path and request.method != "GET"


def looks_for(action: dict[str, Any]) -> Callable[[Request], bool]:
    """Whether a request looks for the event of this action; others may be looked for in the background."""
    name = event_id_of(action["id"])
    return lambda request: request.method == "GET" and f"/events/{name}" in request.path


@dataclass(slots=True)
class CalendarPlace:
    world: World
    service: GoogleCalendarService
    wire: Wire
    ada: Person
    via: str

    @property
    def calendar(self) -> CalendarState:
        return self.service.calendar(self.ada.email)

    @property
    def changes(self) -> list[tuple[str, str]]:
        return [(request.method, request.query) for request in self.wire.journal if changes(request)]

    def body(self, **payload: Any) -> dict[str, Any]:
        return {"kind": "calendar", "payload": payload, "via": self.via}

    async def proposed(self, **payload: Any) -> dict[str, Any]:
        return await proposed(self.ada, self.body(**payload))

    async def approved(self, **payload: Any) -> dict[str, Any]:
        action = await self.proposed(**payload)
        await approve(self.ada, action)
        return action

    async def refused(self, **payload: Any) -> tuple[str, str, str]:
        """The field, the code and the message with which a proposal is refused."""
        answer = await self.ada.call("POST", "/actions", json=self.body(**payload))
        assert answer.status_code == 422, answer.text
        problem = answer.json()["errors"][0]
        return problem["field"], problem["code"], problem["message"]

    async def shown(self, action: dict[str, Any]) -> dict[str, Any]:
        return dict((await self.ada.call("GET", f"/actions/{action['id']}")).json())

    async def look_now(self, action: dict[str, Any]) -> dict[str, Any]:
        """Its next look is due."""
        container = self.world.app.container
        records = container.database.collection(ACTIONS)
        (record,) = await records.find({"_id": action["id"]})
        await records.update_one({"_id": action["id"]}, {"$set": {"due_at": record["created_at"]}})
        await container.actions.queue.run(action["id"])
        return await self.shown(action)


async def connect_calendar(person: Person, service: GoogleCalendarService) -> dict[str, Any]:
    service.consents.account = person.email
    service.calendar(person.email)
    body = {"type": "google_calendar", "purpose": "actions", "mode": "personal"}
    answer = await person.call("POST", "/connections", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    back = await service.consents.allow(made["authorize_url"])
    answer = await person.http.get(back, follow_redirects=False)
    assert answer.headers["location"].endswith(f"connected={made['id']}"), answer.headers["location"]
    return dict((await person.call("GET", f"/connections/{made['id']}")).json())


@asynccontextmanager
async def calendar_place(folder: Path) -> AsyncIterator[CalendarPlace]:
    service = GoogleCalendarService()
    wire = Wire(service.app)
    with mailbox() as mail:
        async with served(wire) as url:
            actions = {
                "undo_seconds": 0,
                "google_client_id": CLIENT_ID,
                "google_client_secret": CLIENT_SECRET,
                "google_api_url": url,
                "google_authorize_url": f"{url}/authorize",
                "google_token_url": f"{url}/token",
                "google_revoke_url": f"{url}/revoke",
            }
            settings = settings_for(folder, mail=mail.settings, actions=actions)
            async with running_app(settings) as app, world(app, mail) as here:
                await here.administrator(email="admin@example.com")
                ada = await proven(here)
                connected = await connect_calendar(ada, service)
                assert (connected["status"], connected["account"]["address"]) == ("ready", ada.email), connected
                yield CalendarPlace(here, service, wire, ada, connected["id"])
