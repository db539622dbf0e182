"""Keeps what waits for somebody's word as the policy, the people and the other actions of now say."""

from typing import Any

from backend.actions.announcing import Announcer
from backend.actions.approving import Approving, waits_for
from backend.actions.models import Action
from backend.actions.repetition import Repetition
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus

_TRIES = 60


class Undecided:
    """Approves nothing: where nothing is missing any more, it waits for its owner."""

    def __init__(
        self, actions: ActionRepository, approving: Approving, repetition: Repetition, announcer: Announcer
    ) -> None:
        self._actions = actions
        self._approving = approving
        self._repetition = repetition
        self._announcer = announcer

    async def refreshed(self, action: Action) -> Action:
        """The action as it waits now; whoever is asked anew is told."""
        for _ in range(_TRIES):
            if action.status is not ActionStatus.awaiting_approval:
                break
            changes = await self._changes(action)
            if changes == action.model_dump(include=set(changes)):
                break
            changed = await self._actions.update(action, changes)
            if changed is not None:
                await self._announcer.changed(changed, before=action)
                return changed
            found = await self._actions.get(action.id)
            if found is None:
                break
            action = found
        return action

    async def unscoped_refresh(self) -> None:
        """Those of all people: the policy is another one."""
        for action_id in await self._actions.unscoped_undecided():
            if (action := await self._actions.get(action_id)) is not None:
                await self.refreshed(action)

    async def _changes(self, action: Action) -> dict[str, Any]:
        asked = await self._approving.ask_for(action)
        given = await self._approving.counted(action, asked.requires)
        waits = waits_for(action.owner_id, asked.requires, given, action.handed_on)
        return {
            **asked.changes(await self._repetition.among(action)),
            "approvals": [one.model_dump() for one in given],
            "waits_for": waits or [action.owner_id],
        }
