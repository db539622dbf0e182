"""What ends or stops actions without a decision of anybody: an account, a person or the database is another one."""

from backend.actions.announcing import Announcer
from backend.actions.approving import RESTORED
from backend.actions.ceilings import Ceilings
from backend.actions.links import ActionLinks
from backend.actions.models import Action, Caution
from backend.actions.queue import ActionQueue
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus, Move
from backend.actions.undecided import Undecided
from backend.audit.actors import SYSTEM
from backend.db.lease import Clock

_RESTORED = (
    "The server was restored from a backup, or was away. Look whether it was sent already before you approve it."
)


class Ending:
    def __init__(
        self,
        *,
        actions: ActionRepository,
        queue: ActionQueue,
        undecided: Undecided,
        announcer: Announcer,
        ceilings: Ceilings,
        links: ActionLinks,
        clock: Clock,
    ) -> None:
        self._actions = actions
        self._queue = queue
        self._undecided = undecided
        self._announcer = announcer
        self._ceilings = ceilings
        self._links = links
        self._clock = clock

    async def stop(self, user_id: str) -> None:
        """Nothing of this person leaves by itself any more: their account was deactivated, or is being deleted. What
        waits for their approval waits for others."""
        for action_id in await self._actions.not_begun(user_id):
            if (action := await self._actions.get(action_id)) is not None:
                await self.invalidate(action, "The account that it belongs to was deactivated.")
        for action in await self._actions.unscoped_waiting_for(user_id):
            await self._undecided.refreshed(action)

    async def unscoped_account_gone(self, via: str) -> None:
        """What was to leave by an account that is disconnected does not leave by another one."""
        for action in await self._actions.unscoped_not_ended(via=via):
            await self.invalidate(action, "The account that was to send this was disconnected. Nothing was sent.")

    async def unscoped_restored(self) -> None:
        """Nothing that could have been sent since the backup leaves by itself; before anything is carried out."""
        warning = Caution(code=RESTORED, message=_RESTORED, confirm=True)
        for action in await self._actions.unscoped_not_ended():
            if action.status is not ActionStatus.awaiting_approval:
                await self._queue.restored(action, _RESTORED, warning)
            elif all(one.code != RESTORED for one in action.warnings):
                warned = [one.model_dump() for one in (*action.warnings, warning)]
                await self._actions.update(action, {"warnings": warned})

    async def unscoped_delete_of(self, user_id: str) -> None:
        """Deletes everything of a person; what is under way at this moment finds nothing to note."""
        await self._actions.delete_of(user_id)
        await self._ceilings.delete_of(user_id)
        await self._links.delete_of(user_id)

    async def invalidate(self, action: Action, reason: str) -> None:
        moved = await self._actions.move(
            action.id, Move.invalidate, actor=SYSTEM, now=self._clock(), due_at=None, reason=reason
        )
        if moved is not None:
            await self._announcer.changed(moved, before=action)
