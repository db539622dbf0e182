"""A person's own calendar at Google, in which an appointment is made."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from backend.actions.base import Workflow
from backend.actions.models import ActionKind
from backend.actions.services.calendar import CalendarWorkflow
from backend.actions.services.calendar_event import property_of
from backend.connectors.acting.calendar_api import CalendarApi
from backend.connectors.acting.google_calendar import MANIFEST
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from tests.integration.actions.crashes.channels import google_calendar_setup
from tests.integration.actions.crashes.stages.base import ADA, Stage, meet_at
from tests.support.google_calendar import GoogleCalendarService
from tests.support.provider_wire import Request, Wire, served

_APPOINTMENT: Mapping[str, Any] = {
    "title": "Launch",
    "start": {"local": "2040-12-03T10:00", "zone": "Europe/Berlin"},
    "end": {"local": "2040-12-03T10:30", "zone": "Europe/Berlin"},
}


@dataclass(slots=True)
class GoogleCalendarStage:
    service: GoogleCalendarService
    wire: Wire
    url: str
    token: str
    clock: Clock
    kind: ActionKind = "calendar"
    payload: Mapping[str, Any] = field(default_factory=lambda: _APPOINTMENT)
    told: bool = True

    def workflow(self, blobs: BlobStore) -> Workflow:
        def open_api() -> CalendarApi:
            return CalendarApi(google_calendar_setup(self.account()))

        return CalendarWorkflow(calendar=ADA, open_api=open_api, clock=self.clock)

    def account(self) -> Mapping[str, Any]:
        return {"service": "google_calendar", "url": self.url, "token": self.token}

    def meet(self, do: Callable[[], None], *, done: bool) -> None:
        meet_at(self.wire, _inserts, do, done=done)

    def held(self, action_id: str) -> int:
        """Under whatever id."""
        events = self.service.calendar(ADA).events.values()
        return sum(property_of(action_id) in event["extendedProperties"]["private"] for event in events)

    def asked(self) -> int:
        return sum(map(_inserts, self.wire.journal))

    def reset(self) -> None:
        self.service.reset()
        self.service.calendar(ADA)
        self.wire.mend()
        self.wire.journal.clear()


@asynccontextmanager
async def google_calendar_stage(clock: Clock) -> AsyncIterator[Stage]:
    service = GoogleCalendarService()
    service.calendar(ADA)
    wire = Wire(service.app)
    async with served(wire) as url:
        scopes = " ".join(scope.scope for scope in MANIFEST.scopes)
        yield GoogleCalendarStage(service, wire, url, service.consents.issue(ADA, scopes), clock)


def _inserts(request: Request) -> bool:
    return (request.method, request.path.rpartition("/")[2]) == ("POST", "events")
