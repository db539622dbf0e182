"""The actions of a person, for the end of an account and for its deactivation."""

from backend.access import Caller
from backend.actions.service import ActionService


class ActionData:
    """Implements `auth.personal_data.PersonalData` and `InTheirName`."""

    def __init__(self, actions: ActionService) -> None:
        self._actions = actions

    async def delete_all(self, caller: Caller) -> None:
        await self._actions.stop(caller.user_id)
        await self._actions.unscoped_delete_of(caller.user_id)

    async def stop(self, user_id: str) -> None:
        await self._actions.stop(user_id)
