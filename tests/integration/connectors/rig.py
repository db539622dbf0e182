"""A server over which the toy service can be connected, and what its tests do with it."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests.support.accounts import Person, World
from tests.support.toy_source import TOKEN, Note, ToyService
from tests.support.waiting import until_true

_numbers = itertools.count(1)


@dataclass(slots=True)
class Rig:
    """A server over which one toy service can be connected; each test gives it new notes."""

    world: World
    service: ToyService
    admin: Person
    reader: Person

    async def connect(self, person: Person | None = None, **given: Any) -> dict[str, Any]:
        body = {"type": "toy", "mode": "personal", "credentials": {"token": TOKEN}, **given}
        answer = await (person or self.admin).call("POST", "/connections", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def settled(self, connection_id: str, *, runs: int = 1) -> dict[str, Any]:
        """The connection, once so many of its runs have ended, none is under way, and what came in was read."""

        async def look() -> dict[str, Any]:
            ended = (await self.admin.call("GET", f"/connections/{connection_id}/runs")).json()["items"]
            shown: dict[str, Any] = (await self.admin.call("GET", f"/connections/{connection_id}")).json()
            done = sum(run["ended_at"] is not None for run in ended)
            going = shown["status"] in ("connecting", "syncing") or "processing" in shown["items"]
            return shown if done >= runs and not going else {}

        return await until_true(look)

    async def synced(self, connection_id: str) -> dict[str, Any]:
        """The connection after one more run."""
        before = (await self.admin.call("GET", f"/connections/{connection_id}/runs")).json()["items"]
        answer = await self.admin.call("POST", f"/connections/{connection_id}/sync")
        assert answer.status_code == 202, answer.text
        return await self.settled(connection_id, runs=sum(run["ended_at"] is not None for run in before) + 1)

    async def last_run(self, connection_id: str) -> dict[str, Any]:
        run: dict[str, Any] = (await self.admin.call("GET", f"/connections/{connection_id}/runs")).json()["items"][0]
        return run

    async def items(self, connection_id: str, person: Person | None = None, **wanted: str) -> dict[str, dict[str, Any]]:
        path = f"/connections/{connection_id}/items"
        rows = (await (person or self.admin).call("GET", path, params={"limit": 100, **wanted})).json()["items"]
        return {row["external_id"]: row for row in rows}

    async def titles(self, person: Person, connection_id: str) -> set[str]:
        params = {"connection": connection_id, "limit": 100}
        listed = (await person.call("GET", "/documents", params=params)).json()["items"]
        return {item["title"] for item in listed}

    def note(self, text: str = "", *, to: Person | None = None, **given: Any) -> Note:
        number = f"{next(_numbers):05d}"
        readers = frozenset({(to or self.reader).email})
        return Note(number, text or f"Words of note {number}.", **{"readers": readers, **given})
