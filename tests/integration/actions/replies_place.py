"""A server with one mailbox at the stand-in of Gmail that is read, and may be connected to act with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.integration.actions.conftest import proven
from tests.integration.actions.test_gmail import connect_mailbox
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.gmail_service import GmailService
from tests.support.gmail_state import GmailMailbox, Mail
from tests.support.mailbox import mailbox
from tests.support.provider_wire import Wire, served
from tests.support.waiting import until_true


@dataclass(slots=True)
class Place:
    world: World
    service: GmailService
    wire: Wire
    ada: Person

    @property
    def mailbox(self) -> GmailMailbox:
        return self.service.mailbox(self.ada.email)

    async def read(self, person: Person | None = None) -> str:
        """Connects a person's mailbox to be read; the connection's id."""
        person = person or self.ada
        self.service.consents.account = person.email
        self.service.mailbox(person.email)
        made = (await person.call("POST", "/connections", json={"type": "gmail", "mode": "personal"})).json()
        back = await self.service.consents.allow(made["authorize_url"])
        await person.http.get(back, follow_redirects=False)
        await person.call("POST", f"/connections/{made['id']}/sync")
        return str(made["id"])

    async def document_of(self, mail: Mail, *, connection: str) -> str:
        """The conversation of a mail as a document, once it was read."""
        await self.ada.call("POST", f"/connections/{connection}/sync")

        async def look() -> str:
            found = (await self.ada.call("GET", "/documents", params={"limit": 100})).json()["items"]
            wanted = f"{self.ada.email}/{mail.thread_id}"
            return next((str(one["id"]) for one in found if one["external_id"] == wanted), "")

        return await until_true(look)

    async def act(self) -> str:
        """Ada's mailbox, connected to act with; its `via`."""
        return str((await connect_mailbox(self.ada, self.service))["id"])

    async def begun(self, document: str, *, everybody: bool = False) -> dict[str, Any]:
        answer = await self.asked(document, everybody=everybody)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def asked(self, document: str, *, everybody: bool = False, person: Person | None = None) -> httpx.Response:
        given = {"document_id": document, "all": everybody}
        return await (person or self.ada).call("GET", "/actions/reply", params=given)


@asynccontextmanager
async def replies_place(folder: Path) -> AsyncIterator[Place]:
    service = GmailService()
    wire = Wire(service.app)
    with mailbox() as mail:
        async with served(wire) as url:
            registered = {
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "api_url": url,
                "authorize_url": f"{url}/authorize",
                "token_url": f"{url}/token",
                "revoke_url": f"{url}/revoke",
            }
            settings = settings_for(
                folder,
                mail=mail.settings,
                actions={"undo_seconds": 0, **{f"google_{name}": value for name, value in registered.items()}},
                connectors={f"gmail_{name}": value for name, value in registered.items()},
            )
            async with running_app(settings) as app, world(app, mail) as here:
                await here.administrator(email="admin@example.com")
                yield Place(here, service, wire, await proven(here))
