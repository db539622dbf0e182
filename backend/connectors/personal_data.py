"""The connections of a person, for the end of an account."""

from backend.access import Caller
from backend.connectors.service import ConnectionService


class ConnectionData:
    """Implements `auth.personal_data.PersonalData` and `InTheirName`. Connections of the workspace are nobody's own."""

    def __init__(self, connections: ConnectionService) -> None:
        self._connections = connections

    async def delete_all(self, caller: Caller) -> None:
        for connection in await self._connections.all_for(caller, is_admin=False):
            await self._connections.disconnect(connection)

    async def stop(self, user_id: str) -> None:
        await self._connections.suspend(user_id)
