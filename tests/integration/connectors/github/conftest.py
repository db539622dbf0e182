"""A server over which the stand-in of GitHub can be connected."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.contract.connectors.github_stage import GitHubStage
from tests.contract.connectors.place import Place, place_of
from tests.support.github_service import GitHubService
from tests.support.github_state import Repository


@dataclass(slots=True)
class GitHubPlace:
    """`papers` is a private repository that Ada alone may open."""

    place: Place
    stage: GitHubStage
    papers: Repository

    @property
    def service(self) -> GitHubService:
        return self.stage.service

    def paths(self) -> list[str]:
        """What was asked since the last look."""
        found = [request.path for request in self.stage.wire.journal]
        self.stage.wire.journal.clear()
        return found

    async def everything(self, connection: str) -> dict[str, Any]:
        """The connection after one more run in which everything is named again."""
        done = len([run for run in await self.place.runs(connection) if run["ended_at"]])
        params = {"everything": True}
        answer = await self.place.ada.call("POST", f"/connections/{connection}/sync", params=params)
        assert answer.status_code == 202, answer.text
        return await self.place.settled(connection, ended=done + 1)

    async def statuses(self, connection: str) -> dict[str, str]:
        """Of each item, without its repository's id."""
        rows = await self.place.items(connection)
        return {
            f"{id_.split(':')[0]}:{id_.split(':', 2)[2]}": (row["reason"] or {}).get("code") or row["status"]
            for id_, row in rows.items()
        }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with place_of(GitHubStage(), tmp_path_factory.mktemp("data")) as place:
        yield place


@contextlib.asynccontextmanager
async def fresh(place: Place) -> AsyncIterator[GitHubPlace]:
    stage = place.stage
    assert isinstance(stage, GitHubStage)
    stage.reset()
    yield GitHubPlace(place, stage, stage.service.world.repository("example/papers", "ada"))
    for connection in (await place.ada.call("GET", "/connections")).json()["items"]:
        await place.ada.call("DELETE", f"/connections/{connection['id']}")


@pytest_asyncio.fixture(loop_scope="module")
async def at(module_place: Place) -> AsyncIterator[GitHubPlace]:
    async with fresh(module_place) as found:
        yield found
