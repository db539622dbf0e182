"""An action as somebody is shown it: with names, and what that person may do."""

from collections.abc import Sequence

from backend.access import Caller
from backend.actions.approving import Approving, parts_of
from backend.actions.events import ActionView
from backend.actions.evidence import KnownFrom
from backend.actions.models import Action
from backend.actions.people import Human
from backend.actions.status import RULES, ActionStatus, Move


class Viewing:
    def __init__(self, approving: Approving, known_from: KnownFrom) -> None:
        self._approving = approving
        self._known_from = known_from

    async def views(self, caller: Caller, actions: Sequence[Action]) -> list[ActionView]:
        """As they are shown to somebody: with names, and what that person may do."""
        human = await self._approving.human(caller.user_id)
        waited = {}
        for one in actions:
            if one.status is ActionStatus.awaiting_approval:
                asked = (await self._approving.waiting(one)).keys() if one.requires else one.waits_for
                waited[one.id] = sorted(asked)
        known = {user_id for waiting in waited.values() for user_id in waiting}
        for one in actions:
            known |= {one.owner_id, *(given.user_id for given in one.approvals)}
            for step in one.timeline:
                known |= {step.actor_id or "", step.subject_id or ""}
        names = await self._approving.people.names(known - {""})
        known_from = await self._known_from.shown(caller, actions)
        return [
            ActionView.of(
                one,
                names=names,
                waiting=waited.get(one.id, ()),
                may=() if human is None else _moves(one, human, waits=human.id in waited.get(one.id, ())),
                evidence=known_from.evidence(one),
                closed=known_from.closed,
            )
            for one in actions
        ]


def _moves(action: Action, human: Human, *, waits: bool) -> list[str]:
    """What somebody may do with an action now."""
    is_owner = action.owner_id == human.id
    found: list[str] = []
    if action.status is ActionStatus.awaiting_approval:
        asked = not is_owner and bool(parts_of(action, action.requires, human))
        found += ["edit"] * is_owner + ["approve"] * waits + ["reject"] * (is_owner or asked)
        found += ["delegate"] * (asked and waits) + ["cancel"] * is_owner
    elif is_owner and action.status is ActionStatus.draft:
        found += ["edit", "cancel"]
    elif is_owner and action.status in RULES[Move.cancel].origins:
        found.append("cancel")
    elif is_owner and action.status in RULES[Move.retry].origins:
        found.append("retry")
    return found
