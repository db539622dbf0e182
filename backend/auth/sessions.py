"""A person's sign-ins: where they are signed in, ending one or all of them."""

from datetime import UTC, datetime

from backend.audit.log import AuditLog, Origin
from backend.auth.models import Session, User
from backend.auth.repository import SessionRepository
from backend.errors import NotFound


class SessionService:
    """An access token of an ended session is refused at once here, and within two seconds by other processes."""

    def __init__(self, sessions: SessionRepository, *, audit: AuditLog) -> None:
        self._sessions = sessions
        self._audit = audit

    async def of_user(self, user_id: str) -> list[Session]:
        """Live sessions, most recently used first."""
        return await self._sessions.live_of_user(user_id, now=datetime.now(UTC))

    async def is_live(self, session_id: str, *, user_id: str) -> bool:
        """Whether this is a session of this person that has not ended, asked of the database itself."""
        session = await self._sessions.get(session_id)
        return session is not None and session.user_id == user_id and session.ended_at is None

    async def end(self, user: User, session_id: str, *, origin: Origin) -> None:
        """Errors: `NotFound`, also for another person's session and for one that has ended."""
        session = await self._sessions.get(session_id)
        now = datetime.now(UTC)
        if (
            session is None
            or session.user_id != user.id
            or not await self._sessions.end(session_id, reason="ended_by_user", now=now)
        ):
            raise NotFound("This session does not exist.")
        await self._audit.record("session.ended", origin=origin, actor=user.actor, subject_id=session_id)

    async def end_every(self, user: User, *, keep: str | None, origin: Origin) -> int:
        """Ends every live session but `keep`, at the person's wish; returns how many."""
        ended = await self.end_all(user.id, reason="ended_by_user", keep=keep)
        await self._audit.record("session.ended_all", origin=origin, actor=user.actor, details={"count": str(ended)})
        return ended

    async def end_all(self, user_id: str, *, reason: str, keep: str | None = None) -> int:
        """Ends every live session but `keep`; returns how many."""
        return await self._sessions.end_all(user_id, reason=reason, keep=keep, now=datetime.now(UTC))
