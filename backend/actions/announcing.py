"""Tells whoever watches their actions what becomes of them."""

from backend.actions.events import ACTIONS_OF, ActionChanged
from backend.actions.models import Action
from backend.actions.status import ActionStatus
from backend.events.base import Events, Reading


class Announcer:
    """Call it after a change is stored."""

    def __init__(self, events: Events) -> None:
        self._events = events

    async def changed(self, action: Action) -> None:
        event = ActionChanged(
            action_id=action.id,
            kind=action.kind,
            status=action.status,
            hash=action.hash,
            scheduled_at=action.due_at if action.status is ActionStatus.scheduled else None,
        )
        await self._events.publish(ACTIONS_OF.of(action.owner_id), event)

    async def follow(self, user_id: str, *, after: int | None) -> Reading:
        """What becomes of a person's actions from a position, or from now on."""
        return await self._events.follow(ACTIONS_OF.of(user_id), after=after)
