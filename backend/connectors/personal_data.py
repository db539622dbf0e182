"""The connections of a person, and whom they were matched with at sources, for the end of an account."""

from backend.access import Caller
from backend.connectors.matching import Matching
from backend.connectors.service import ConnectionService


class ConnectionData:
    """Implements `auth.personal_data.PersonalData` and `InTheirName`. Connections of the workspace are nobody's own."""

    def __init__(self, connections: ConnectionService, matching: Matching) -> None:
        self._connections = connections
        self._matching = matching

    async def delete_all(self, caller: Caller) -> None:
        for connection in await self._connections.all_for(caller, is_admin=False):
            await self._connections.disconnect(connection)
        await self._matching.forget(caller.user_id)

    async def stop(self, user_id: str) -> None:
        await self._connections.suspend(user_id)
