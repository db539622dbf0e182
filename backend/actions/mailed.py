"""Deciding by a mailed link: it stands for whom it was mailed to, and for exactly what was to be seen then."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backend.access import Caller
from backend.actions.approving import Approving
from backend.actions.links import ActionLink, ActionLinks, invalid_link
from backend.actions.models import Action
from backend.actions.people import Human
from backend.actions.service import ActionService
from backend.actions.status import ActionStatus
from backend.audit.actors import Actor
from backend.errors import Conflict, Forbidden, NotFound

type LinkState = Literal["open", "changed", "decided"]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to. "changed": it is not what it was when the mail was sent, and the link decides nothing.
    "decided": nothing waits for this person's word any more."""

    state: LinkState
    action: Action
    caller: Caller
    actor: Actor


class MailedDecisions:
    """Errors of every call: `InvalidInput` (link_invalid)."""

    def __init__(self, links: ActionLinks, service: ActionService, approving: Approving) -> None:
        self._links = links
        self._service = service
        self._approving = approving

    async def show(self, token: str) -> Opened:
        """Decides nothing, however often."""
        return await self._open(await self._links.peek(token))

    async def decide(
        self, token: str, decision: Literal["approve", "reject"], *, reason: str | None, confirmed: Sequence[str]
    ) -> Opened:
        """Errors: `Conflict`, which says what stands in its way; what was not decided leaves the link as it was."""
        link = await self._links.take(token)
        try:
            opened = await self._open(link)
            if opened.state != "open":
                raise _closed(opened)
            caller, actor = opened.caller, opened.actor
            if decision == "approve":
                action = await self._service.approve(
                    caller, link.action_id, link.hash, confirmed=confirmed, actor=actor
                )
            else:
                action = await self._service.reject(caller, link.action_id, reason, actor=actor, of_hash=link.hash)
        except BaseException:
            await self._links.give_back(token)
            raise
        return Opened("decided", action, caller, actor)

    async def _open(self, link: ActionLink) -> Opened:
        human = await self._approving.human(link.user_id)
        if human is None:
            raise invalid_link()
        caller = Caller.of(human.id)
        try:
            action = await self._service.get(caller, link.action_id)
        except NotFound:
            raise invalid_link() from None
        return Opened(_state(action, link, human), action, caller, Actor.person(human.id, human.address or human.name))


def _state(action: Action, link: ActionLink, human: Human) -> LinkState:
    if action.status is not ActionStatus.awaiting_approval:
        return "decided"
    if action.hash != link.hash:
        return "changed"
    return "decided" if any(one.user_id == human.id for one in action.approvals) else "open"


def _closed(opened: Opened) -> Conflict | Forbidden:
    if opened.state == "changed":
        return Conflict(
            "It has changed since this mail was sent. Nothing was decided; sign in to look at it as it is now.",
            code="changed",
        )
    status = opened.action.status.replace("_", " ")
    return Conflict(f"It was decided on already: it is {status}.", code=f"is_{opened.action.status}")
