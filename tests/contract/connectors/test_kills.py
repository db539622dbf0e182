"""A real server that is killed (-9) at random moments of its synchronisations: afterwards library and source are equal.

The moment is a call to the provider and a few milliseconds behind it, by chance: what comes then is the storing of what
was read. The seed is part of each test's name.
"""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.contract.connectors.conftest import STAGES, stage_of
from tests.contract.connectors.place import Place
from tests.contract.connectors.stage import ADA, BEN, Stage
from tests.support.accounts import AUTH, Person
from tests.support.app import PASSWORD
from tests.support.long import LONG
from tests.support.provider_wire import Request
from tests.support.server import ServerProcess, environment
from tests.support.waiting import until_true

pytestmark = pytest.mark.slow

SEED = 169
_WIRED = [name for name in STAGES if name != "toy"]
#: In a short run of two connectors, which chance has chosen: a first synchronisation and one of what is new.
_CHOSEN = _WIRED if LONG else sorted(random.Random(SEED).sample(_WIRED, 2))
_ROUNDS = 20 if LONG else 2
_MOST_CALLS = 25
_SETTINGS = {"BIBLIOS_JOBS_LEASE_SECONDS": "1", "BIBLIOS_JOBS_RECOVERY_SECONDS": "0.2"} | environment(
    "sync", {"interval_seconds": 86_400, "reconcile_seconds": 86_400}
)


class KilledPlace(Place):
    """A place whose server is a process of its own."""

    def __init__(self, stage: Stage, server: ServerProcess, ada: Person, ben: Person) -> None:
        super().__init__(stage, None, ada, ben)  # type: ignore[arg-type]  # there is no application in this process
        self.server = server

    def kill_at(self, nth: int, milliseconds: int) -> None:
        """Lets it be killed so long after its nth call from now came."""
        wire, asked = self.stage.wire, 0
        assert wire is not None
        loop, pid = asyncio.get_running_loop(), self.server.pid

        def count(request: Request) -> None:
            nonlocal asked
            asked += self.stage.is_call(request)
            if asked == nth:
                loop.call_later(milliseconds / 1000, os.kill, pid, signal.SIGKILL)

        wire.on_request = count

    async def started_again(self, connection_id: str) -> None:
        """After it was killed, or has ended its run before that, and then is."""
        wire = self.stage.wire
        assert wire is not None

        async def is_over() -> bool:
            try:
                return (await self.shown(connection_id))["status"] not in ("connecting", "syncing")
            except httpx.TransportError:
                return True

        await until_true(is_over)
        wire.on_request = None
        await asyncio.to_thread(self.server.kill)
        await asyncio.to_thread(self.server.start)
        await self.at_rest(connection_id)


@contextlib.asynccontextmanager
async def killed_place(stage: Stage, folder: Path) -> AsyncIterator[KilledPlace]:
    async with stage.serving() as connector_settings, contextlib.AsyncExitStack() as browsers:
        server = ServerProcess(folder / "data", _SETTINGS | environment("connectors", dict(connector_settings)))
        await asyncio.to_thread(server.start)
        try:
            people: list[Person] = []
            for email in (ADA, BEN):
                http = await browsers.enter_async_context(httpx.AsyncClient(base_url=server.url, timeout=60))
                given = {"email": email, "password": PASSWORD, "name": email}
                answer = await http.post(f"{AUTH}/register", json=given)
                assert answer.status_code == 201, answer.text
                people.append(Person(http, email, answer.json()["user"]["id"], answer.json()["access_token"]))
            ada, ben = people
            for person in people:
                proven = await ada.call("PATCH", f"/admin/users/{person.id}", json={"email_verified": True})
                assert proven.is_success, proven.text
            yield KilledPlace(stage, server, ada, ben)
        finally:
            await asyncio.to_thread(server.kill)


async def _signed_in(person: Person) -> None:
    """Anew, since a long test outlives a token."""
    answer = await person.http.post(f"{AUTH}/login", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    person.token = answer.json()["access_token"]


@pytest.mark.timeout(1_800 if LONG else 300)
@pytest.mark.parametrize("name", _CHOSEN)
@pytest.mark.parametrize("seed", [SEED])
async def test_a_server_that_is_killed_at_any_moment_loses_nothing_and_has_nothing_twice(
    tmp_path: Path, name: str, seed: int
) -> None:
    stage, chance = stage_of(name), random.Random(f"{seed} {name}")
    stage.reset()
    async with killed_place(stage, tmp_path) as place:
        made = ""
        for number in range(_ROUNDS):
            if number % 8 == 7:
                for person in (place.ada, place.ben):
                    await _signed_in(person)
            if number % 2 == 0:
                if made:
                    await place.ada.call("DELETE", f"/connections/{made}")
                stage.reset()
                for item in range(8):
                    stage.add(f"Words of item {item} in round {number}.", *((ADA, BEN) if item % 2 else (ADA,)))
                made = await place.connect()
            else:
                there = sorted(stage.truth())
                stage.remove(there[0])
                stage.edit(there[1], f"Words that were edited in round {number}.")
                for item in range(4):
                    stage.add(f"Words that are new in round {number}: {item}.", ADA)
                assert (await place.ada.call("POST", f"/connections/{made}/sync")).status_code == 202
            place.kill_at(chance.randrange(1, _MOST_CALLS), chance.randrange(80))
            await place.started_again(made)
            assert (await place.synced(made))["status"] == "ready"
            await place.misses_nothing(made)
            await place.named_again(made)
            await place.named_again(made)
            await place.equals_its_source(made)
            await place.adds_up(made)
