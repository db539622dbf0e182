"""What the conversation needs of actions: tools for the model, and what becomes of its calls."""

from collections.abc import Sequence
from typing import Protocol

from backend.access import Caller
from backend.audit.actors import Actor
from backend.embedding.search.models import Hit
from backend.llm.base import Tool, ToolCall


class Prepared(Protocol):
    """`action_id` is None where nothing was prepared; `says` is what the answer says of it."""

    @property
    def action_id(self) -> str | None: ...

    @property
    def says(self) -> str: ...


class Proposals(Protocol):
    """`actions.proposing.service.ProposingService`."""

    async def tools(self, caller: Caller) -> tuple[Tool, ...]: ...

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
    ) -> Prepared:
        """`questions`: the person's own words alone. `message_id`: of the answer. Never raises for a model's words."""
        ...
