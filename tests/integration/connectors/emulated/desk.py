"""A server whose connectors speak to emulators, and the people who use it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.emulators import choose
from tests.support.mailbox import mailbox
from tests.support.waiting import until_true


@dataclass(slots=True)
class Desk:
    """`people` by mail address, all of them proven; the first administers."""

    world: World
    people: dict[str, Person]

    @property
    def administrator(self) -> Person:
        return next(iter(self.people.values()))

    async def connected(self, person: Person, kind: str, *, mode: str, **given: Any) -> str:
        """A connection whose first synchronisation has ended well; its id."""
        body = {"type": kind, "mode": mode, **given}
        answer = await person.call("POST", "/connections", json=body)
        assert answer.status_code == 201, answer.text
        await self.settled(person, str(answer.json()["id"]))
        return str(answer.json()["id"])

    async def allowed(self, person: Person, kind: str, who: str, *, mode: str = "personal", **given: Any) -> str:
        """As `connected`, allowed at the emulator's own page as the account with that word on its button."""
        answer = await person.call("POST", "/connections", json={"type": kind, "mode": mode, **given})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        back = await choose(made["authorize_url"], who)
        arrived = await person.http.get(back, follow_redirects=False)
        assert f"connected={made['id']}" in arrived.headers["location"], arrived.headers["location"]
        await self.settled(person, str(made["id"]))
        return str(made["id"])

    async def settled(self, person: Person, connection_id: str, *, ended: int = 1) -> None:
        """Once so many runs have ended and none is under way. Fails if the connection is not fine then."""

        async def look() -> dict[str, Any]:
            done = sum(run["ended_at"] is not None for run in await self.runs(person, connection_id))
            answer = await person.call("GET", f"/connections/{connection_id}")
            shown: dict[str, Any] = answer.json()
            return shown if done >= ended and shown["status"] not in ("connecting", "syncing") else {}

        shown = await until_true(look)
        assert shown["status"] == "ready", shown

    async def synced(self, person: Person, connection_id: str, *, everything: bool = False) -> dict[str, Any]:
        """What one more run did."""
        done = sum(run["ended_at"] is not None for run in await self.runs(person, connection_id))
        answer = await person.call("POST", f"/connections/{connection_id}/sync", params={"everything": everything})
        assert answer.status_code == 202, answer.text
        await self.settled(person, connection_id, ended=done + 1)
        return (await self.runs(person, connection_id))[0]

    async def runs(self, person: Person, connection_id: str) -> list[dict[str, Any]]:
        answer = await person.call("GET", f"/connections/{connection_id}/runs")
        runs: list[dict[str, Any]] = answer.json()["items"]
        return runs

    async def texts(self, person: Person, **wanted: str) -> dict[str, str]:
        """Titles and texts of what a person sees, by external id. Everything is indexed by then."""

        async def ready() -> list[list[dict[str, Any]]]:
            """One list, that of all documents."""
            params = {"limit": 100, **wanted}
            found: list[dict[str, Any]] = (await person.call("GET", "/documents", params=params)).json()["items"]
            return [] if any(one["status"] in ("queued", "processing") for one in found) else [found]

        (documents,) = await until_true(ready)
        answers = await asyncio.gather(*(person.call("GET", f"/documents/{one['id']}/text") for one in documents))
        return {
            one["external_id"]: f"{one['title']}\n{answer.json().get('text', '')}"
            for one, answer in zip(documents, answers, strict=True)
        }

    async def disconnect_all(self) -> None:
        for person in self.people.values():
            for connection in (await person.call("GET", "/connections")).json()["items"]:
                await person.call("DELETE", f"/connections/{connection['id']}")


@contextlib.asynccontextmanager
async def desk(folder: Path, connectors: Mapping[str, str], *addresses: str, port: int = 0) -> AsyncIterator[Desk]:
    """Serves until the block ends.

    Args:
        connectors: settings of the connectors (``slack_api_url``, …).
        port: where, if that is to be known before.
    """
    with mailbox() as mail:
        settings = settings_for(
            folder,
            mail=mail.settings,
            sync={"interval_seconds": 86_400, "reconcile_seconds": 86_400},
            connectors=dict(connectors),
        )
        async with running_app(settings, port=port) as app, world(app, mail) as here:
            administrator = await here.administrator(email=addresses[0])
            people = {addresses[0]: administrator}
            for address in addresses[1:]:
                people[address] = await here.person(address.partition("@")[0], email=address)
            for person in people.values():
                body = {"email_verified": True}
                proven = await administrator.call("PATCH", f"/admin/users/{person.id}", json=body)
                assert proven.is_success, proven.text
            yield Desk(here, people)
