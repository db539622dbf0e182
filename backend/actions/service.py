"""What people do with actions: propose, edit, approve, reject, cancel, try again.

A decision names an action and the hash of exactly what goes out; nothing else of it comes from whoever decides.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from backend.access import Caller
from backend.actions.announcing import Announcer
from backend.actions.base import Made, Owner, Workflow
from backend.actions.models import Action, ActionKind, Approval, Artefact, Step
from backend.actions.queue import ActionQueue
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus, Move
from backend.actions.ways import Way, Ways
from backend.audit.actors import SYSTEM, Actor
from backend.db.collection import DuplicateKey
from backend.db.lease import Clock
from backend.documents.blobs import BlobStore
from backend.errors import Conflict, FieldProblem, InvalidInput, NotFound
from backend.events.base import Reading
from backend.ids import new_id

MISSING = "This action does not exist, or you may not see it."
#: Confirms that one whose first try may have happened may happen twice.
MAY_BE_SENT_TWICE = "may_be_sent_twice"
_FARTHEST = timedelta(days=366)

type FindOwner = Callable[[str], Awaitable[Owner]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be sent, by which account, and when (None: as soon as it may). `key`: the same one proposes once."""

    kind: ActionKind
    payload: Mapping[str, Any]
    via: str
    schedule_at: datetime | None = None
    key: str | None = None


class ActionService:
    """Actions of a person. Errors for those of others: `NotFound`.

    Args:
        ways: by which what is proposed can leave.
        owner: a person with their proven address. Errors: `Conflict` without one.
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
        expires_after: timedelta,
        clock: Clock,
    ) -> None:
        self._actions = actions
        self._ways = ways
        self._blobs = blobs
        self._queue = queue
        self._announcer = announcer
        self._owner = owner
        self._expires_after = expires_after
        self._clock = clock

    async def get(self, caller: Caller, action_id: str) -> Action:
        action = await self._actions.get(action_id)
        if action is None or action.owner_id != caller.user_id:
            raise NotFound(MISSING)
        return action

    async def page(
        self, caller: Caller, statuses: Sequence[ActionStatus], *, before: str | None, limit: int
    ) -> list[Action]:
        return await self._actions.page(caller.user_id, statuses, before=before, limit=limit)

    async def follow(self, caller: Caller, *, after: int | None) -> Reading:
        return await self._announcer.follow(caller.user_id, after=after)

    async def ways(self, caller: Caller) -> list[Way]:
        """By which what a person proposes can leave."""
        return await self._ways.all_of(caller.user_id)

    async def propose(self, caller: Caller, proposal: Proposal, *, actor: Actor) -> Action:
        """Makes what will be sent, and asks for its approval. With the key of an earlier call it is that one.

        Errors: `InvalidInput` with the fields.
        """
        if proposal.key is not None and (known := await self._actions.proposed(caller.user_id, proposal.key)):
            return known
        now, action_id = self._clock(), new_id()
        workflow = await self._workflow(caller, proposal.kind, proposal.via)
        payload = workflow.read(proposal.payload)
        made = await workflow.make(await self._owner(caller.user_id), payload, action_id=action_id)
        artefact = await self._keep(made, proposal.kind, proposal.via, proposal.schedule_at, now)
        expires = now + self._expires_after
        first = Step(
            at=now, move=Move.submit, to=ActionStatus.awaiting_approval, actor_kind=actor.kind, actor_id=actor.id
        )
        action = Action(
            id=action_id,
            kind=proposal.kind,
            owner_id=caller.user_id,
            via=proposal.via,
            payload=payload,
            artefact=artefact,
            preview=made.preview,
            warnings=list(made.warnings),
            created_at=now,
            expires_at=expires,
            schedule_at=proposal.schedule_at,
            due_at=expires,
            timeline=[first],
        )
        try:
            await self._actions.add(action, key=proposal.key)
        except DuplicateKey:  # the same was proposed meanwhile
            self._blobs.abandon([artefact.sha256])
            return await self.propose(caller, proposal, actor=actor)
        self._blobs.unpin([artefact.sha256])
        await self._announcer.changed(action)
        return action

    async def edit(
        self,
        caller: Caller,
        action_id: str,
        payload: Mapping[str, Any],
        *,
        schedule_at: datetime | None,
        actor: Actor,
    ) -> Action:
        """Other content, another hash: what was approved of the former falls."""
        action = await self.get(caller, action_id)
        now = self._clock()
        workflow = await self._workflow(caller, action.kind, action.via)
        read = workflow.read(payload)
        made = await workflow.make(await self._owner(caller.user_id), read, action_id=action_id)
        artefact = await self._keep(made, action.kind, action.via, schedule_at, now)
        moved = await self._actions.move(
            action_id,
            Move.edit,
            actor=actor,
            now=now,
            due_at=action.expires_at,
            where={"artefact.hash": action.hash},
            changes={
                "payload": read,
                "artefact": artefact.model_dump(),
                "preview": made.preview,
                "warnings": [one.model_dump() for one in made.warnings],
                "schedule_at": schedule_at,
                "approvals": [],
            },
        )
        if moved is None:
            self._blobs.abandon([artefact.sha256])
            raise await self._refused(action_id)
        self._blobs.unpin([artefact.sha256])
        await self._announcer.changed(moved)
        return moved

    async def approve(
        self, caller: Caller, action_id: str, hash_: str, *, confirmed: Sequence[str], actor: Actor
    ) -> Action:
        """Exactly what has this hash may go out. Errors: `Conflict`, which says what stands in its way."""
        action = await self.get(caller, action_id)
        missing = [one for one in action.warnings if one.confirm and one.code not in confirmed]
        if missing and action.status is ActionStatus.awaiting_approval and action.hash == hash_:
            raise Conflict(
                "This needs a confirmation of its own.",
                code="confirmation_needed",
                fields=[FieldProblem("confirm", one.code, one.message) for one in missing],
            )
        now = self._clock()
        approval = Approval(user_id=caller.user_id, at=now, hash=hash_, confirmed=sorted(confirmed))
        moved = await self._actions.approve(action_id, approval, actor=actor, now=now)
        if moved is None:
            raise await self._refused(action_id, hash_)
        await self._queue.schedule(moved)
        return await self.get(caller, action_id)

    async def reject(self, caller: Caller, action_id: str, reason: str | None, *, actor: Actor) -> Action:
        return await self._decide(caller, action_id, Move.reject, reason=reason, actor=actor, due_at=None)

    async def cancel(self, caller: Caller, action_id: str, *, actor: Actor) -> Action:
        """Withdraws it, or undoes an approval as long as nothing has left."""
        return await self._decide(caller, action_id, Move.cancel, reason=None, actor=actor, due_at=None)

    async def retry(self, caller: Caller, action_id: str, *, confirmed: Sequence[str], actor: Actor) -> Action:
        """The same bytes once more. What may have been sent needs the word that it may be sent twice."""
        action = await self.get(caller, action_id)
        if action.status is ActionStatus.unknown and MAY_BE_SENT_TWICE not in confirmed:
            message = "Nobody can say whether it was sent. Confirm that it may be sent twice, or look first."
            raise Conflict(
                message,
                code="confirmation_needed",
                fields=[FieldProblem("confirm", MAY_BE_SENT_TWICE, message)],
            )
        now = self._clock()
        moved = await self._actions.move(
            action_id,
            Move.retry,
            actor=actor,
            now=now,
            due_at=now,
            where={"status": str(action.status)},
            changes={"attempts": 0, "looks": 0, "reason": None},
        )
        if moved is None:
            raise await self._refused(action_id)
        await self._queue.schedule(moved)
        return await self.get(caller, action_id)

    async def stop(self, user_id: str) -> None:
        """Nothing of this person leaves by itself any more: their account was deactivated, or is being deleted."""
        for action_id in await self._actions.not_begun(user_id):
            moved = await self._actions.move(
                action_id,
                Move.invalidate,
                actor=SYSTEM,
                now=self._clock(),
                due_at=None,
                reason="The account that it belongs to was deactivated.",
            )
            if moved is not None:
                await self._announcer.changed(moved)

    async def unscoped_delete_of(self, user_id: str) -> None:
        """Deletes everything of a person; what is under way at this moment finds nothing to note."""
        await self._actions.delete_of(user_id)

    async def _decide(
        self,
        caller: Caller,
        action_id: str,
        move: Move,
        *,
        reason: str | None,
        actor: Actor,
        due_at: datetime | None,
    ) -> Action:
        await self.get(caller, action_id)
        moved = await self._actions.move(action_id, move, actor=actor, now=self._clock(), due_at=due_at, reason=reason)
        if moved is None:
            raise await self._refused(action_id)
        await self._announcer.changed(moved)
        return moved

    async def _refused(self, action_id: str, hash_: str | None = None) -> Conflict | NotFound:
        """Why a decision did not count: what the action is now, and since when."""
        action = await self._actions.get(action_id)
        if action is None:
            return NotFound(MISSING)
        if hash_ is not None and action.status is ActionStatus.awaiting_approval:
            return Conflict(
                "It has changed since it was shown to you. Nothing was decided; look at it again.", code="changed"
            )
        last = action.timeline[-1]
        when = f"{last.at:%Y-%m-%d %H:%M} UTC"
        return Conflict(f"It is {action.status.replace('_', ' ')} since {when}.", code=f"is_{action.status}")

    async def _workflow(self, caller: Caller, kind: ActionKind, via: str) -> Workflow:
        way = await self._ways.find(caller.user_id, kind, via)
        if way is None:
            message = "This cannot be sent that way. Choose another account."
            raise InvalidInput(message, fields=[FieldProblem("via", "unknown", message)])
        return way.workflow

    async def _keep(
        self, made: Made, kind: ActionKind, via: str, schedule_at: datetime | None, now: datetime
    ) -> Artefact:
        if schedule_at is not None and not now < schedule_at < now + _FARTHEST:
            message = "Choose a time within the next year."
            raise InvalidInput(message, fields=[FieldProblem("schedule_at", "out_of_range", message)])
        digest = await self._blobs.put(made.content)
        bound = {
            "kind": kind,
            "via": via,
            "request": made.request,
            "content": digest,
            "schedule_at": schedule_at and schedule_at.isoformat(),
        }
        canonical = orjson.dumps(bound, option=orjson.OPT_SORT_KEYS)
        return Artefact(
            sha256=digest,
            size_bytes=len(made.content),
            request=made.request,
            hash=sha256(canonical).hexdigest(),
        )
