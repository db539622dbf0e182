"""A server with a workspace of Slack beside it; each test begins with an empty one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from tests.contract.connectors.place import Place, place_of
from tests.contract.connectors.slack_stage import SlackStage
from tests.support.slack_service import Conversation, SlackService

ADA, BEN = "U0ADA00001", "U0BEN00001"


@dataclass(slots=True)
class Desk:
    """A server, the workspace that it is connected to, and both people in it. `asked`: of the last consent page."""

    place: Place
    stage: SlackStage
    asked: dict[str, list[str]] = field(default_factory=dict)

    @property
    def slack(self) -> SlackService:
        return self.stage.service

    def channel(self, name: str, *members: str, **given: Any) -> Conversation:
        return self.slack.conversation(name, *(members or (ADA,)), **given)

    def thread(self, where: Conversation, *texts: str, user: str = ADA) -> str:
        """The `ts` of a thread with these messages."""
        first = self.slack.post(where, user, texts[0])
        for text in texts[1:]:
            self.slack.post(where, user, text, thread=first)
        return first

    async def connected(self, **options: Any) -> str:
        made = await self.place.connect(options=options)
        shown = await self.place.settled(made)
        assert shown["status"] == "ready", shown
        return made

    async def synced(self, connection_id: str) -> dict[str, Any]:
        """After a run that brought something or nothing, but no error."""
        shown = await self.place.synced(connection_id)
        assert shown["status"] == "ready", shown
        run: dict[str, Any] = (await self.place.runs(connection_id))[0]
        return run

    async def relisted(self, connection_id: str) -> dict[str, Any]:
        """After a run in which everything was named again."""
        ended = sum(run["ended_at"] is not None for run in await self.place.runs(connection_id))
        answer = await self.place.ada.call("POST", f"/connections/{connection_id}/sync", params={"everything": True})
        assert answer.status_code == 202, answer.text
        await self.place.settled(connection_id, ended=ended + 1)
        run: dict[str, Any] = (await self.place.runs(connection_id))[0]
        return run

    async def ada_sees(self, connection_id: str) -> dict[str, str]:
        return await self.place.held(self.place.ada, connection_id)

    async def ben_sees(self, connection_id: str) -> dict[str, str]:
        return await self.place.held(self.place.ben, connection_id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    stage = SlackStage()
    async with place_of(stage, tmp_path_factory.mktemp("slack")) as place:
        yield Desk(place, stage)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(module_desk: Desk) -> AsyncIterator[Desk]:
    module_desk.stage.reset()
    module_desk.slack.page = 100
    module_desk.slack.conversations.clear()
    module_desk.channel("general", kind="public_channel", bot=False)  # every workspace has one
    module_desk.stage.wire.journal.clear()
    yield module_desk
    for connection in (await module_desk.place.ada.call("GET", "/connections")).json()["items"]:
        await module_desk.place.ada.call("DELETE", f"/connections/{connection['id']}")
