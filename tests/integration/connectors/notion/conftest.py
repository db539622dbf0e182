"""A server over which Notion's stand-in can be connected."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from backend.connectors.notion.processor import turn_of
from tests.contract.connectors.notion_stage import NotionStage
from tests.contract.connectors.place import Place, place_of
from tests.support.accounts import Person
from tests.support.notion_service import NotionService, Thing
from tests.support.provider_wire import Wire


@dataclass(frozen=True, slots=True)
class Notion:
    """One place with its stand-in."""

    place: Place
    stage: NotionStage

    @property
    def service(self) -> NotionService:
        return self.stage.service

    @property
    def wire(self) -> Wire:
        return self.stage.wire

    def calls(self, part: str = "") -> int:
        """Requests whose path holds this."""
        return sum(part in request.path for request in self.wire.journal)

    def page(self, title: str, words: str) -> Thing:
        """One whose turn to be read again, though nothing changed, does not come in the next few listings."""
        while True:
            made = self.service.page(title, words)
            if turn_of(made.id, 0) == turn_of(made.id, 3):
                return made
            del self.service.things[made.id]

    async def connected(self, **options: Any) -> str:
        self.stage.options = options
        return await self.place.connected()

    async def named_again(self, connection_id: str) -> dict[str, Any]:
        """The connection after everything was named again."""
        ended = sum(run["ended_at"] is not None for run in await self.place.runs(connection_id))
        params = {"everything": True}
        answer = await self.place.ada.call("POST", f"/connections/{connection_id}/sync", params=params)
        assert answer.status_code == 202, answer.text
        return await self.place.settled(connection_id, ended=ended + 1)

    async def texts(self, connection_id: str, person: Person | None = None) -> dict[str, str]:
        return await self.place.held(person or self.place.ada, connection_id)

    async def document(self, connection_id: str, external_id: str) -> dict[str, Any]:
        row = (await self.place.items(connection_id))[external_id]
        answer = await self.place.ada.call("GET", f"/documents/{row['document_id']}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_notion(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Notion]:
    stage = NotionStage()
    async with place_of(stage, tmp_path_factory.mktemp("data")) as place:
        yield Notion(place, stage)


@pytest_asyncio.fixture(loop_scope="module")
async def notion(module_notion: Notion) -> AsyncIterator[Notion]:
    module_notion.stage.reset()
    module_notion.place.crashing.after = None
    yield module_notion
    ada = module_notion.place.ada
    for connection in (await ada.call("GET", "/connections")).json()["items"]:
        await ada.call("DELETE", f"/connections/{connection['id']}")
