"""What people do with actions, and the one way in for routes, buttons and the conversation.

Each subject has its own file: `writing`, `deciding`, `delegating`, `ending`, `finding`, `viewing`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.access import Caller
from backend.actions.announcing import Announcer
from backend.actions.approving import Approving
from backend.actions.ceilings import Ceilings
from backend.actions.deciding import Deciding, FindLack
from backend.actions.delegating import Delegating
from backend.actions.ending import Ending
from backend.actions.events import ActionView
from backend.actions.evidence import KnownFrom
from backend.actions.finding import Finding
from backend.actions.links import ActionLinks
from backend.actions.many import Many
from backend.actions.models import ADMINISTRATORS, Action, ActionKind, Suggestion
from backend.actions.queue import ActionQueue
from backend.actions.repetition import Repetition
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus
from backend.actions.undecided import Undecided
from backend.actions.viewing import Viewing
from backend.actions.ways import Way, Ways
from backend.actions.writing import FindOwner, Proposal, Writing
from backend.audit.actors import Actor
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from backend.events.base import Reading

_COUNT_AT_MOST = 100


class ActionService:
    """Actions of a person. Errors for those of others: `NotFound`.

    Args:
        ways: by which what is proposed can leave.
        owner: a person with their proven address. Errors: `Conflict` without one.
        approving: the policy, and who else has to approve.
        lack: asked before an approval counts.
        known_from: what somebody is shown of from where claims are known.
    """

    def __init__(
        self,
        *,
        actions: ActionRepository,
        ways: Ways,
        blobs: BlobStore,
        queue: ActionQueue,
        announcer: Announcer,
        owner: FindOwner,
        approving: Approving,
        lack: FindLack,
        ceilings: Ceilings,
        links: ActionLinks,
        known_from: KnownFrom,
        expires_after: timedelta,
        clock: Clock,
    ) -> None:
        self._actions = actions
        self._ways = ways
        self._announcer = announcer
        self._approving = approving
        self._repetition = Repetition(actions, clock)
        self.undecided = Undecided(actions, approving, self._repetition, announcer)
        self._finding = Finding(actions, approving, self.undecided)
        self._viewing = Viewing(approving, known_from)
        self._ending = Ending(
            actions=actions,
            queue=queue,
            undecided=self.undecided,
            announcer=announcer,
            ceilings=ceilings,
            links=links,
            clock=clock,
        )
        self._writing = Writing(
            actions=actions,
            ways=ways,
            blobs=blobs,
            finding=self._finding,
            approving=approving,
            repetition=self._repetition,
            announcer=announcer,
            owner=owner,
            expires_after=expires_after,
            clock=clock,
        )
        self._deciding = Deciding(
            actions=actions,
            finding=self._finding,
            ending=self._ending,
            queue=queue,
            approving=approving,
            announcer=announcer,
            lack=lack,
            clock=clock,
        )
        self.many = Many(self._writing, self._deciding)
        self._delegating = Delegating(
            actions=actions, finding=self._finding, approving=approving, announcer=announcer, clock=clock
        )

    # -- what there is ---------------------------------------------------------------------------------------------

    async def get(self, caller: Caller, action_id: str) -> Action:
        """One's own, one that waits for one's word, or one that one has decided on."""
        return await self._finding.get(caller, action_id)

    async def awaiting(self, caller: Caller, *, before: str | None, limit: int) -> list[Action]:
        """What waits for one's own word, newest first."""
        return await self._actions.awaiting(await self._names_of(caller), caller.user_id, before=before, limit=limit)

    async def count_awaiting(self, caller: Caller) -> int:
        """Of these; 100 at most."""
        return await self._actions.count_awaiting(await self._names_of(caller), caller.user_id, limit=_COUNT_AT_MOST)

    async def _names_of(self, caller: Caller) -> list[str]:
        human = await self._approving.human(caller.user_id)
        return [caller.user_id, *([ADMINISTRATORS] if human is not None and human.is_admin else [])]

    async def view(self, caller: Caller, action: Action) -> ActionView:
        (shown,) = await self.views(caller, [action])
        return shown

    async def views(self, caller: Caller, actions: Sequence[Action]) -> list[ActionView]:
        """As they are shown to somebody: with names, and what that person may do."""
        return await self._viewing.views(caller, actions)

    async def page(
        self,
        caller: Caller,
        statuses: Sequence[ActionStatus],
        kinds: Sequence[ActionKind] = (),
        *,
        group: str | None = None,
        before: str | None,
        limit: int,
    ) -> list[Action]:
        """One's own, newest first."""
        return await self._actions.page(caller.user_id, statuses, kinds, group=group, before=before, limit=limit)

    async def decided(
        self,
        caller: Caller,
        statuses: Sequence[ActionStatus],
        kinds: Sequence[ActionKind] = (),
        *,
        before: str | None,
        limit: int,
    ) -> list[Action]:
        """Those of others that one decided on, newest first."""
        return await self._actions.decided_by(caller.user_id, statuses, kinds, before=before, limit=limit)

    async def follow(self, caller: Caller, *, after: int | None) -> Reading:
        return await self._announcer.follow(caller.user_id, after=after)

    async def ways(self, caller: Caller) -> list[Way]:
        """By which what a person proposes can leave."""
        return await self._ways.all_of(caller.user_id)

    # -- what is written -------------------------------------------------------------------------------------------

    async def propose(self, caller: Caller, proposal: Proposal, *, actor: Actor) -> Action:
        """Errors: `InvalidInput` with the fields, `Forbidden` by the policy."""
        return await self._writing.propose(caller, proposal, actor=actor)

    async def draft(
        self, caller: Caller, proposal: Proposal, *, missing: Sequence[str], suggestions: Sequence[Suggestion]
    ) -> Action:
        """What cannot be asked an approval of yet."""
        return await self._writing.draft(caller, proposal, missing=missing, suggestions=suggestions)

    async def standing(self, caller: Caller, proposal: Proposal) -> Action | None:
        """What the conversation in which this is asked for has begun already; the same needs no second card."""
        if proposal.asked_in is None or await self._actions.proposed(caller.user_id, proposal.key or ""):
            return None
        return await self._repetition.in_conversation(caller.user_id, proposal.kind, proposal.asked_in)

    async def edit(
        self,
        caller: Caller,
        action_id: str,
        payload: Mapping[str, Any],
        *,
        schedule_at: datetime | None,
        actor: Actor,
        of_hash: str | None = None,
    ) -> Action:
        """Other content, another hash. `of_hash`: only of what has this hash. Errors: as of a proposal."""
        return await self._writing.edit(
            caller, action_id, payload, schedule_at=schedule_at, actor=actor, of_hash=of_hash
        )

    # -- what is decided -------------------------------------------------------------------------------------------

    async def approve(
        self, caller: Caller, action_id: str, hash_: str, *, confirmed: Sequence[str], actor: Actor
    ) -> Action:
        """Exactly what has this hash may go out. Errors: `Conflict`, which says what stands in its way."""
        return await self._deciding.approve(caller, action_id, hash_, confirmed=confirmed, actor=actor)

    async def delegate(self, caller: Caller, action_id: str, user_id: str, *, actor: Actor) -> Action:
        """Errors: `InvalidInput` for somebody who may not approve it, `Forbidden` for a caller who is not asked."""
        return await self._delegating.delegate(caller, action_id, user_id, actor=actor)

    async def reject(
        self, caller: Caller, action_id: str, reason: str | None, *, actor: Actor, of_hash: str | None = None
    ) -> Action:
        """`of_hash`: only what has this hash. Errors: `Forbidden` for who is not asked."""
        return await self._deciding.reject(caller, action_id, reason, actor=actor, of_hash=of_hash)

    async def cancel(self, caller: Caller, action_id: str, *, actor: Actor) -> Action:
        """Withdraws it, or undoes an approval as long as nothing has left."""
        return await self._deciding.cancel(caller, action_id, actor=actor)

    async def retry(self, caller: Caller, action_id: str, *, confirmed: Sequence[str], actor: Actor) -> Action:
        """The same bytes once more. What may have been sent needs the word that it may be sent twice."""
        return await self._deciding.retry(caller, action_id, confirmed=confirmed, actor=actor)

    # -- what ends without a decision ------------------------------------------------------------------------------

    async def stop(self, user_id: str) -> None:
        """Nothing of this person leaves by itself any more."""
        await self._ending.stop(user_id)

    async def unscoped_account_gone(self, via: str) -> None:
        await self._ending.unscoped_account_gone(via)

    async def unscoped_restored(self) -> None:
        """Before anything is carried out."""
        await self._ending.unscoped_restored()

    async def unscoped_delete_of(self, user_id: str) -> None:
        await self._ending.unscoped_delete_of(user_id)
