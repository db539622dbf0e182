"""Handing on: somebody whose word an action waits for asks another one instead."""

from collections.abc import Collection

from backend.access import Caller
from backend.actions.announcing import Announcer
from backend.actions.approving import Approving, Asked, missing, parts_of, waits_for
from backend.actions.finding import Finding
from backend.actions.models import Action
from backend.actions.repository import ActionRepository
from backend.actions.status import ActionStatus, Move
from backend.audit.actors import Actor
from backend.db.lease import Clock
from backend.errors import Conflict, FieldProblem, Forbidden, InvalidInput

_TRIES = 60


class Delegating:
    def __init__(
        self,
        *,
        actions: ActionRepository,
        finding: Finding,
        approving: Approving,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._actions = actions
        self._finding = finding
        self._approving = approving
        self._announcer = announcer
        self._clock = clock

    async def delegate(self, caller: Caller, action_id: str, user_id: str, *, actor: Actor) -> Action:
        """Somebody whose word it waits for asks another one instead, who may give it.

        Errors: `InvalidInput` for somebody who may not, `Forbidden` for a caller who is not asked.
        """
        for _ in range(_TRIES):
            action = await self._finding.get(caller, action_id)
            if action.status is not ActionStatus.awaiting_approval:
                raise await self._finding.refused(action_id)
            human, other = await self._approving.human(caller.user_id), await self._approving.human(user_id)
            mine = [] if human is None else parts_of(action, missing(action.requires, action.approvals), human)
            if not mine or any(one.user_id == caller.user_id for one in action.approvals):
                raise Forbidden("It does not wait for your approval, so there is nothing to hand on.", code="not_asked")
            anew = action.model_copy(update={"handed_on": []})
            named = (await self._approving.ask_for(anew)).requires
            allowed = (
                other is not None
                and other.id not in (action.owner_id, caller.user_id)
                and not any(one.user_id == user_id for one in action.approvals)
                and (other.is_admin or set(mine) <= set(parts_of(anew, named, other)))
            )
            if other is None or not allowed:
                message = (
                    "This person may not approve all that waits for you. Choose somebody whom the policy names for "
                    "it, or an administrator."
                )
                raise InvalidInput(message, fields=[FieldProblem("user_id", "may_not_approve", message)])
            requires = [
                one.model_copy(update={"delegates": sorted(({*one.delegates, other.id}) - {caller.user_id})})
                if one.rule in mine
                else one
                for one in action.requires
            ]
            handed_on = sorted({*action.handed_on, caller.user_id} - {other.id})
            handed = action.model_copy(update={"requires": requires, "handed_on": handed_on})
            asked = await self._approving.ask_for(handed)
            if _asks_more(action, asked, mine):
                message = "There would be too few people to approve it. Choose somebody who is not asked already."
                raise InvalidInput(message, fields=[FieldProblem("user_id", "too_few", message)])
            moved = await self._actions.move(
                action_id,
                Move.delegate,
                actor=actor,
                now=self._clock(),
                due_at=action.expires_at,
                subject_id=other.id,
                where={"revision": action.revision},
                changes={
                    **asked.changes(action.warnings),
                    "handed_on": handed_on,
                    "waits_for": waits_for(action.owner_id, asked.requires, action.approvals, handed_on),
                    "seen_by": sorted({*action.seen_by, caller.user_id} - {action.owner_id}),
                },
            )
            if moved is not None:
                await self._announcer.changed(moved, before=action)
                return moved
        raise Conflict("Too many decide on it at this moment. Try again.", code="busy")


def _asks_more(action: Action, asked: Asked, rules: Collection[str]) -> bool:
    """Whether one of these rules lacks people now, so that others have to be asked or there are none."""
    before = {one.rule for one in action.requires if one.administrators}
    mine = [one for one in asked.requires if one.rule in rules]
    return any((one.administrators and one.rule not in before) or one.name in asked.unmet for one in mine)
