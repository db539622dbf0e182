"""Notes in the audit log what the signed-in person did with an action."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends

from backend.actions.models import Action
from backend.actions.writing import FORBIDDEN
from backend.api.dependencies import CurrentUser, RequestOrigin
from backend.api.services import Audit
from backend.audit.log import Outcome
from backend.errors import BibliosError, Forbidden


class ActionNotes:
    """One entry for each call, with the action's id and kind."""

    def __init__(self, audit: Audit, user: CurrentUser, origin: RequestOrigin) -> None:
        self._audit = audit
        self._user = user
        self._origin = origin

    async def note(self, event: str, action: Action, *, subject_id: str | None = None, **details: str) -> None:
        """`subject_id`: the account that it was done to."""
        await self._record(event, "success", {"action_id": action.id, "kind": action.kind, **details}, subject_id)

    @asynccontextmanager
    async def forbidden(self, **details: str) -> AsyncIterator[None]:
        """Notes what the policy does not let out; the error goes on."""
        try:
            yield
        except Forbidden as error:
            await self.refused(error, **details)
            raise

    async def refused(self, error: BibliosError, **details: str) -> None:
        """Notes an error that is the policy's; any other is none of the log's."""
        if isinstance(error, Forbidden) and error.code == FORBIDDEN:
            await self._record("action.refused", "refused", {**details, "code": error.code}, None)

    async def _record(self, event: str, outcome: Outcome, details: dict[str, str], subject_id: str | None) -> None:
        await self._audit.record(
            event,
            outcome=outcome,
            origin=self._origin,
            actor=self._user.actor,
            subject_id=subject_id,
            details=details,
        )


async def get_notes(audit: Audit, user: CurrentUser, origin: RequestOrigin) -> ActionNotes:
    """Awaited: FastAPI would run the class itself in a thread."""
    return ActionNotes(audit, user, origin)


Notes = Annotated[ActionNotes, Depends(get_notes)]
