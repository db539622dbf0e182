"""Tells whoever watches their actions what becomes of them, and asks those whose word one waits for."""

from collections.abc import Awaitable, Callable

from backend.actions.approving import Approving
from backend.actions.events import ACTIONS_OF, ActionChanged
from backend.actions.models import ADMINISTRATORS, Action
from backend.actions.status import ActionStatus
from backend.events.base import Events, Reading

#: Tells people, by mail, that one waits for them.
type Ask = Callable[[Action], Awaitable[None]]


class Announcer:
    """Call it after a change is stored.

    Args:
        approving: says who else sees an action; None: nobody but its owner.
    """

    def __init__(self, events: Events, approving: Approving | None = None, ask: Ask | None = None) -> None:
        self._events = events
        self._approving = approving
        self._ask = ask

    async def changed(self, action: Action, *, before: Action | None = None) -> None:
        """`before`: who was waited for then is told as well."""
        event = ActionChanged(
            action_id=action.id,
            kind=action.kind,
            status=action.status,
            hash=action.hash,
            scheduled_at=action.due_at if action.status is ActionStatus.scheduled else None,
        )
        told = {action.owner_id, *action.seen_by}
        for one in (action, before):
            if one is not None and self._approving is not None and one.requires:
                told |= (await self._approving.waiting(one)).keys()
        for user_id in sorted(told - {ADMINISTRATORS}):
            await self._events.publish(ACTIONS_OF.of(user_id), event)
        if self._ask is not None and action.status is ActionStatus.awaiting_approval and action.requires:
            await self._ask(action)

    async def follow(self, user_id: str, *, after: int | None) -> Reading:
        """What becomes of a person's actions from a position, or from now on."""
        return await self._events.follow(ACTIONS_OF.of(user_id), after=after)
