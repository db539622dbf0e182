"""Turns a model's calls into proposals and drafts. What is said of them is made from the record."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from pydantic import ValidationError

from backend.access import Caller
from backend.actions.models import Action, ActionKind, AskedIn
from backend.actions.proposing.fields import (
    Directory,
    Resolved,
    Turn,
    resolve_event,
    resolve_mail,
    resolve_message,
)
from backend.actions.proposing.said import Said
from backend.actions.proposing.supporting import Supporting
from backend.actions.proposing.tools import TOOLS
from backend.actions.repetition import likeness_of_asked
from backend.actions.service import ActionService
from backend.actions.status import ActionStatus
from backend.actions.writing import Proposal
from backend.audit.actors import Actor
from backend.audit.log import AuditLog, Origin
from backend.embedding.search.models import Hit
from backend.errors import BibliosError, InvalidInput
from backend.llm.base import Tool, ToolCall

log = structlog.get_logger(__name__)

_NAMES: Mapping[ActionKind, str] = {"email": "mail", "calendar": "event", "slack": "message"}
_RESOLVE: Mapping[ActionKind, Callable[[Any, Turn], Awaitable[Resolved]]] = {
    "email": resolve_mail,
    "calendar": resolve_event,
    "slack": resolve_message,
}
_NOT_PREPARED = "Something was to be prepared that cannot be prepared here. Nothing was."
_GARBLED = "The model's {name} could not be read, so that nothing was prepared. Ask again."


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of a call; `action_id` is None where nothing was prepared. `says` is made from the record."""

    action_id: str | None
    says: str


class ProposingService:
    """For the conversation; one serves everybody."""

    def __init__(self, actions: ActionService, directory: Directory, supporting: Supporting, audit: AuditLog) -> None:
        self._actions = actions
        self._audit = audit
        self._directory = directory
        self._supporting = supporting

    async def tools(self, caller: Caller) -> tuple[Tool, ...]:
        """Those for which this person has an account to act with."""
        kinds = {way.kind for way in await self._actions.ways(caller)}
        return tuple(one.tool for one in TOOLS.values() if one.kind in kinds)

    async def propose(
        self,
        caller: Caller,
        call: ToolCall,
        *,
        questions: Sequence[str],
        passages: Sequence[Hit],
        key: str,
        actor: Actor,
        conversation_id: str,
        message_id: str,
    ) -> Proposed:
        """Never raises for what a model wrote. With the key of an earlier call it is that one.

        Args:
            questions: the person's own words in this conversation, and nothing else.
            passages: what the model was shown.
            message_id: the answer that it is prepared for.
        """
        tool = TOOLS.get(call.name)
        way = next((way for way in await self._actions.ways(caller) if tool and way.kind == tool.kind), None)
        if tool is None or way is None:
            return Proposed(None, _NOT_PREPARED)
        name = _NAMES[tool.kind]
        try:
            asked = tool.asked.model_validate_json(call.arguments)
        except ValidationError:
            log.info("tool_call_unreadable", tool=call.name)
            return Proposed(None, _GARBLED.format(name=name))
        said = Said(questions)
        resolved = await _RESOLVE[tool.kind](asked, Turn(said, passages, self._directory))
        asked_in = AskedIn(
            conversation_id=conversation_id,
            message_id=message_id,
            likeness=likeness_of_asked(tool.kind, resolved.payload, resolved.suggestions),
        )
        proposal = Proposal(tool.kind, resolved.payload, way.via, key=key, origins=resolved.origins, asked_in=asked_in)
        if standing := await self._actions.standing(caller, proposal):
            return Proposed(standing.id, _says_again(standing, name))
        evidence = await self._supporting.evidence(caller, tool.kind, resolved.payload, said, passages)
        proposal = replace(proposal, evidence=evidence)
        try:
            action = await self._kept(caller, proposal, resolved, actor)
        except BibliosError as error:
            log.info("tool_call_refused", tool=call.name, code=error.code)
            await self._note("action.refused", actor, asked_in, tool.kind, code=error.code)
            return Proposed(None, f"The {name} could not be prepared: {error.message}")
        event = "action.drafted" if action.status is ActionStatus.draft else "action.proposed"
        await self._note(event, actor, asked_in, action.kind, action_id=action.id)
        return Proposed(action.id, _says(action, name))

    async def _note(self, event: str, actor: Actor, asked_in: AskedIn, kind: ActionKind, **more: str) -> None:
        details = {"kind": kind, "conversation_id": asked_in.conversation_id, "message_id": asked_in.message_id}
        await self._audit.record(
            event,
            outcome="refused" if event == "action.refused" else "success",
            origin=Origin(),
            actor=actor,
            details={**details, **more},
        )

    async def _kept(self, caller: Caller, proposal: Proposal, resolved: Resolved, actor: Actor) -> Action:
        if not resolved.missing and not resolved.suggestions:
            try:
                return await self._actions.propose(caller, proposal, actor=actor)
            except InvalidInput as error:  # the person mends it on the card
                resolved.missing += [one.field.removeprefix("payload.") for one in error.fields]
        return await self._actions.draft(caller, proposal, missing=resolved.missing, suggestions=resolved.suggestions)


def _says(action: Action, name: str) -> str:
    """What stays true whatever becomes of it."""
    if action.status is ActionStatus.draft:
        return f"I began a {name}; its card says what is still missing. Nothing leaves without your approval."
    return f"I prepared a {name}; its card shows exactly what would go out. Nothing leaves without your approval."


def _says_again(action: Action, name: str) -> str:
    """Of one that this conversation has begun already."""
    status = action.status.replace("_", " ")
    return f"This {name} is here already, and I prepared no second one: it is {status}. Its card shows it."
