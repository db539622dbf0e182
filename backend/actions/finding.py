"""Finds an action for whoever may see it, and says why a decision on it did not count."""

from backend.access import Caller
from backend.actions.approving import Approving
from backend.actions.models import Action
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus
from backend.actions.undecided import Undecided
from backend.errors import Conflict, Forbidden, NotFound

MISSING = "This action does not exist, or you may not see it."


class Finding:
    """Errors for what somebody may not see: `NotFound`."""

    def __init__(self, actions: ActionRepository, approving: Approving, undecided: Undecided) -> None:
        self._actions = actions
        self._approving = approving
        self._undecided = undecided

    async def get(self, caller: Caller, action_id: str) -> Action:
        """One's own, one that waits for one's word, or one that one has decided on."""
        action = await self._actions.get(action_id)
        if action is None:
            raise NotFound(MISSING)
        action = await self._undecided.refreshed(action)
        if not await self._may_see(action, caller.user_id):
            raise NotFound(MISSING)
        return action

    async def _may_see(self, action: Action, user_id: str) -> bool:
        if user_id in (action.owner_id, *action.seen_by):
            return True
        undecided = action.status is ActionStatus.awaiting_approval and bool(action.requires)
        return undecided and user_id in await self._approving.waiting(action)

    async def own(self, caller: Caller, action_id: str) -> Action:
        """Errors: `Forbidden` for one that somebody may see and not change."""
        action = await self.get(caller, action_id)
        if action.owner_id != caller.user_id:
            raise Forbidden("Only whoever proposed it can do this. You can approve it or reject it.", code="owner_only")
        return action

    async def refused(self, action_id: str, hash_: str | None = None) -> Conflict | NotFound:
        """Why a decision did not count: what the action is now, since when, and by whose decision."""
        action = await self._actions.get(action_id)
        if action is None:
            return NotFound(MISSING)
        if hash_ is not None and action.status is ActionStatus.awaiting_approval:
            return Conflict(
                "It has changed since it was shown to you. Nothing was decided; look at it again.", code="changed"
            )
        if not action.timeline:
            return Conflict("It is a draft: fill in what is missing first.", code="is_draft")
        last = action.timeline[-1]
        who = ""
        if last.actor_kind == "person" and last.actor_id is not None:
            name = (await self._approving.people.names([last.actor_id])).get(last.actor_id)
            who = f", by {name or 'somebody whose account was deleted'}"
        why = f": {last.reason}" if last.reason else "."
        when = f"{last.at:%Y-%m-%d %H:%M} UTC"
        return Conflict(f"It is {action.status.replace('_', ' ')} since {when}{who}{why}", code=f"is_{action.status}")
