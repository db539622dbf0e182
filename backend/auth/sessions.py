"""A person's sign-ins: where they are signed in, ending one or all of them."""

from datetime import UTC, datetime

from backend.auth.models import Session
from backend.auth.repository import SessionRepository
from backend.errors import NotFound


class SessionService:
    def __init__(self, sessions: SessionRepository) -> None:
        self._sessions = sessions

    async def of_user(self, user_id: str) -> list[Session]:
        """Live sessions, most recently used first."""
        return await self._sessions.live_of_user(user_id, now=datetime.now(UTC))

    async def end(self, user_id: str, session_id: str) -> None:
        """Errors: `NotFound`, also for another person's session."""
        session = await self._sessions.get(session_id)
        if session is None or session.user_id != user_id:
            raise NotFound("This session does not exist.")
        await self._sessions.end(session_id, reason="ended_by_user", now=datetime.now(UTC))

    async def end_all(self, user_id: str, *, reason: str, keep: str | None = None) -> int:
        """Ends every live session but `keep`; returns how many."""
        return await self._sessions.end_all(user_id, reason=reason, keep=keep, now=datetime.now(UTC))
