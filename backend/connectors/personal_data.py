"""The connections of a person, for the end of an account."""

from backend.access import Caller
from backend.connectors.service import ConnectionService


class ConnectionData:
    """Implements `auth.personal_data.PersonalData`. Connections of the workspace are not a person's: they stay."""

    def __init__(self, connections: ConnectionService) -> None:
        self._connections = connections

    async def delete_all(self, caller: Caller) -> None:
        for connection in await self._connections.all_for(caller, is_admin=False):
            await self._connections.disconnect(connection)
