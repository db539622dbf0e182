"""People at a running application: each with a browser's cookies and an access token of their own."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from backend.audit.log import AuditEvent, AuditFilter
from tests.support.app import PASSWORD, RunningApp
from tests.support.mailbox import Mailbox

AUTH = "/api/v1/auth"
_numbers = itertools.count(1)


@dataclass(slots=True)
class Person:
    """One signed-in browser."""

    http: httpx.AsyncClient
    email: str
    id: str
    token: str

    async def call(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Calls a path below ``/api/v1`` with this person's access token."""
        headers = {"Authorization": f"Bearer {self.token}", **given.pop("headers", {})}
        return await self.http.request(method, f"/api/v1{path}", headers=headers, **given)

    async def session_id(self) -> str:
        items = (await self.call("GET", "/auth/sessions")).json()["items"]
        return next(str(item["id"]) for item in items if item["current"])


@dataclass(slots=True)
class World:
    """An application, its mail, and the people in it."""

    app: RunningApp
    mail: Mailbox
    _open: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self, **given: Any) -> httpx.AsyncClient:
        """A new one without cookies; closed with the world.

        It keeps no connection: one that is kept may be closed by the server as it is used again.
        """
        limits = httpx.Limits(max_keepalive_connections=0)
        client = httpx.AsyncClient(base_url=self.app.url, **{"timeout": 60, "limits": limits, **given})
        self._open.append(client)
        return client

    def address(self, name: str = "person") -> str:
        """One that nobody has yet."""
        return f"{name}{next(_numbers)}@example.com"

    async def person(self, name: str = "person", *, email: str | None = None, **extra: Any) -> Person:
        """Somebody who has just registered."""
        email = email or self.address(name)
        http = self.browser()
        answer = await http.post(f"{AUTH}/register", json={"email": email, "password": PASSWORD, "name": name, **extra})
        assert answer.status_code == 201, answer.text
        return Person(http, email, answer.json()["user"]["id"], answer.json()["access_token"])

    async def administrator(self, *, email: str | None = None) -> Person:
        """The first account: nobody may have registered before."""
        first = await self.person("admin", email=email)
        role = (await first.call("GET", "/auth/me")).json()["role"]
        assert role == "admin", "somebody was first; make the administrator in the fixture of the world"
        return first

    async def sign_in(self, email: str, password: str = PASSWORD, **headers: str) -> Person:
        """The same person in another browser."""
        http = self.browser(headers=headers)
        answer = await http.post(f"{AUTH}/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return Person(http, email, answer.json()["user"]["id"], answer.json()["access_token"])

    async def api_key(self, person: Person, *scopes: str) -> httpx.AsyncClient:
        """A client that carries a new key."""
        answer = await person.call("POST", "/auth/api-keys", json={"name": "script", "scopes": list(scopes)})
        assert answer.status_code == 201, answer.text
        return self.browser(headers={"Authorization": f"Bearer {answer.json()['key']}"})

    async def events(self, event: str | None, **wanted: Any) -> list[AuditEvent]:
        """The audit log's entries of one kind (None: of all), newest first."""
        return await self.app.container.accounts.audit.page(AuditFilter(event=event, **wanted), limit=200)


@contextlib.asynccontextmanager
async def world(app: RunningApp, mail: Mailbox) -> AsyncIterator[World]:
    here = World(app, mail)
    try:
        yield here
    finally:
        for client in here._open:
            await client.aclose()
