"""A server with a Drive that can be connected, in the words of these tests."""

from dataclasses import dataclass
from typing import Any

from tests.contract.connectors.google_drive_stage import DriveStage
from tests.contract.connectors.place import Place
from tests.contract.connectors.stage import ADA
from tests.support.accounts import Person
from tests.support.google_drive_state import DriveState, Share


def reader(address: str, **given: Any) -> Share:
    return Share("user", address, **given)


@dataclass(slots=True)
class DrivePlace:
    place: Place
    stage: DriveStage

    @property
    def state(self) -> DriveState:
        return self.stage.service.state

    @property
    def ada(self) -> Person:
        return self.place.ada

    @property
    def ben(self) -> Person:
        return self.place.ben

    def file(self, words: str, **given: Any) -> str:
        """A text of Ada's."""
        number = self.state.number()
        owned = {"owner": ADA} | given
        return self.state.add(f"Text {number}.txt", data=words.encode(), **owned)

    async def connected(self, **options: Any) -> str:
        """A connection of the workspace that reads as Ada; its first synchronisation has ended."""
        made = await self.place.connect(options={"subject": ADA, **options})
        shown = await self.place.settled(made)
        assert shown["status"] == "ready", shown
        return made

    async def synced(self, connection_id: str) -> None:
        shown = await self.place.synced(connection_id)
        assert shown["status"] == "ready", shown

    async def seen(self, person: Person, connection_id: str) -> dict[str, str]:
        """What a person has of it: texts by id."""
        return await self.place.held(person, connection_id)

    async def shown(self, connection_id: str) -> dict[str, dict[str, Any]]:
        """What Ada's list of documents says of each."""
        params = {"connection": connection_id, "limit": 100}
        listed = (await self.ada.call("GET", "/documents", params=params)).json()["items"]
        return {one["external_id"]: one for one in listed}

    async def report(self, connection_id: str) -> dict[str, Any]:
        """How closely it follows Drive."""
        told: dict[str, Any] = (await self.ada.call("GET", f"/connections/{connection_id}/access")).json()
        return told

    async def rows(self, connection_id: str) -> dict[str, dict[str, Any]]:
        return await self.place.items(connection_id)

    def calls(self, path: str = "") -> int:
        """Calls of the API so far, or those to paths with these words."""
        return sum(self.stage.is_call(request) and path in request.path for request in self.stage.wire.journal)
