"""Decisions on an action: approve, reject, withdraw, try again.

A decision names an action and the hash of exactly what goes out; nothing else of it comes from whoever decides.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from backend.access import Caller
from backend.actions.announcing import Announcer
from backend.actions.approving import Approving, Asked, is_complete, parts_of, waits_for
from backend.actions.ending import Ending
from backend.actions.finding import Finding
from backend.actions.models import Action, Approval
from backend.actions.queue import ActionQueue
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus, Move
from backend.audit.actors import Actor
from backend.db.lease import Clock
from backend.errors import Conflict, FieldProblem, Forbidden

#: Confirms that one whose first try may have happened may happen twice.
MAY_BE_SENT_TWICE = "may_be_sent_twice"
#: So often a decision is tried against others that come in at the same moment; each of them is one of few people.
_TRIES = 60

#: What an undecided action needs and does not have any more, in a sentence; None: nothing is gone.
type FindLack = Callable[[Action], Awaitable[str | None]]


class Deciding:
    """Args:
    lack: asked before an approval counts.
    """

    def __init__(
        self,
        *,
        actions: ActionRepository,
        finding: Finding,
        ending: Ending,
        queue: ActionQueue,
        approving: Approving,
        announcer: Announcer,
        lack: FindLack,
        clock: Clock,
    ) -> None:
        self._actions = actions
        self._finding = finding
        self._ending = ending
        self._queue = queue
        self._approving = approving
        self._announcer = announcer
        self._lack = lack
        self._clock = clock

    async def approve(
        self, caller: Caller, action_id: str, hash_: str, *, confirmed: Sequence[str], actor: Actor
    ) -> Action:
        """Exactly what has this hash may go out, as far as it is this person's to say.

        The owner's word is always needed; whoever else is asked by the policy is asked beside them. Errors: `Conflict`,
        which says what stands in its way.
        """
        for _ in range(_TRIES):
            action = await self._finding.get(caller, action_id)
            now = self._clock()
            if action.status is not ActionStatus.awaiting_approval or action.hash != hash_:
                raise await self._finding.refused(action_id, hash_)
            if action.expires_at <= now:
                await self._queue.run(action_id)
                raise await self._finding.refused(action_id, hash_)
            if action.schedule_at is not None and self._queue.is_overdue(action.schedule_at):
                raise _time_passed(action.schedule_at)
            asked = await self._approving.ask_for(action)
            if not await self._may_still_approve(caller.user_id, action, asked):
                raise Conflict("You have approved it already. It still waits for others.", code="already_approved")
            lack = asked.verdict.forbidden and f"The policy forbids it: {asked.verdict.forbidden}"
            lack = lack or await self._lack(action)
            if lack:
                await self._ending.invalidate(action, lack)
                raise await self._finding.refused(action_id, hash_)
            moved = await self._endorse(caller, action, asked, confirmed=confirmed, actor=actor, now=now)
            if moved is not None:
                break
        else:
            raise Conflict("Too many decide on it at this moment. Try again.", code="busy")
        if moved.status is ActionStatus.approved:
            await self._queue.schedule(moved)
        else:
            await self._announcer.changed(moved, before=action)
        return await self._finding.get(caller, action_id)

    async def _may_still_approve(self, user_id: str, action: Action, asked: Asked) -> bool:
        """Once, but its owner again where it waits for nobody else any more."""
        if all(one.user_id != user_id for one in action.approvals):
            return True
        given = await self._approving.counted(action, asked.requires)
        return user_id == action.owner_id and is_complete(user_id, asked.requires, given)

    async def _endorse(
        self,
        caller: Caller,
        action: Action,
        asked: Asked,
        *,
        confirmed: Sequence[str],
        actor: Actor,
        now: datetime,
    ) -> Action | None:
        """Adds one person's approval; None where it is not what it was any more."""
        rules: list[str] = []
        if caller.user_id != action.owner_id:
            human = await self._approving.human(caller.user_id)
            rules = [] if human is None else parts_of(action, asked.requires, human)
            if not rules:
                raise Forbidden("It does not wait for your approval any more.", code="not_asked")
        unconfirmed = [one for one in asked.warnings(action.warnings) if one.confirm and one.code not in confirmed]
        if unconfirmed:
            raise Conflict(
                "This needs a confirmation of its own.",
                code="confirmation_needed",
                fields=[FieldProblem("confirm", one.code, one.message) for one in unconfirmed],
            )
        approval = Approval(user_id=caller.user_id, at=now, hash=action.hash, confirmed=sorted(confirmed), rules=rules)
        counted = await self._approving.counted(action, asked.requires)
        others = [one for one in counted if one.user_id != caller.user_id]
        given = [*others, approval]
        done = is_complete(action.owner_id, asked.requires, given)
        seen_by = {*action.seen_by, caller.user_id} - {action.owner_id}
        return await self._actions.approve(
            action.id,
            approval,
            actor=actor,
            now=now,
            revision=action.revision,
            waits_until=None if done else action.expires_at,
            others=others,
            changes={
                **asked.changes(action.warnings),
                "waits_for": waits_for(action.owner_id, asked.requires, given, action.handed_on),
                "seen_by": sorted(seen_by),
            },
        )

    async def reject(
        self, caller: Caller, action_id: str, reason: str | None, *, actor: Actor, of_hash: str | None = None
    ) -> Action:
        """By its owner, or by anybody whose approval the policy asks for. `of_hash`: only what has this hash.

        Errors: `Forbidden` for who is not asked.
        """
        for _ in range(_TRIES):
            action = await self._finding.get(caller, action_id)
            is_owner = action.owner_id == caller.user_id
            if not is_owner and action.status is ActionStatus.awaiting_approval:
                human = await self._approving.human(caller.user_id)
                if human is None or not parts_of(action, action.requires, human):
                    raise Forbidden("It does not wait for your decision any more.", code="not_asked")
            moved = await self._actions.move(
                action_id,
                Move.reject,
                actor=actor,
                now=self._clock(),
                due_at=None,
                reason=reason,
                where={"revision": action.revision, "artefact.hash": of_hash or action.hash},
                changes=None if is_owner else {"seen_by": sorted({*action.seen_by, caller.user_id})},
            )
            if moved is not None:
                await self._announcer.changed(moved, before=action)
                return moved
            if (await self._finding.get(caller, action_id)).revision == action.revision:
                break
        raise await self._finding.refused(action_id, of_hash)

    async def cancel(self, caller: Caller, action_id: str, *, actor: Actor, of_hash: str | None = None) -> Action:
        """Withdraws it, or undoes an approval as long as nothing has left. `of_hash`: only what has this hash."""
        action = await self._finding.own(caller, action_id)
        where = {} if of_hash is None else {"artefact.hash": of_hash}
        moved = await self._actions.move(
            action_id, Move.cancel, actor=actor, now=self._clock(), due_at=None, where=where
        )
        if moved is None:
            raise await self._finding.refused(action_id, of_hash)
        await self._announcer.changed(moved, before=action)
        return moved

    async def retry(self, caller: Caller, action_id: str, *, confirmed: Sequence[str], actor: Actor) -> Action:
        """The same bytes once more. What may have been sent needs the word that it may be sent twice."""
        action = await self._finding.own(caller, action_id)
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
            where={"revision": action.revision},
            changes={"attempts": 0, "looks": 0, "reason": None, "counted": False},
        )
        if moved is None:
            raise await self._finding.refused(action_id)
        await self._queue.schedule(moved)
        return await self._finding.get(caller, action_id)


def _time_passed(at: datetime) -> Conflict:
    return Conflict(
        f"Its time, {at:%Y-%m-%d %H:%M} UTC, has passed. Nothing was approved: its owner has to choose another time, "
        "or none, so that it is sent at once.",
        code="time_passed",
    )
