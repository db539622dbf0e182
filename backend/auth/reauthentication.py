"""Proof that the person at an open session is its owner, before something that a thief of the session must not do."""

from datetime import UTC, datetime, timedelta

from backend.audit.log import AuditLog, Origin
from backend.auth.models import Session, User
from backend.auth.security import PasswordService
from backend.auth.throttle import Throttle
from backend.errors import FieldProblem, Forbidden, InvalidInput

#: An account without a password proves itself by having signed in at its provider this recently.
FRESH = timedelta(minutes=10)


class Reauthentication:
    def __init__(self, *, passwords: PasswordService, audit: AuditLog, throttle: Throttle) -> None:
        self._passwords = passwords
        self._audit = audit
        self._throttle = throttle

    async def confirm(
        self,
        user: User,
        session: Session,
        *,
        password: str | None,
        purpose: str,
        origin: Origin,
        field: str = "password",
    ) -> None:
        """Returns if it is them.

        Args:
            field: where the form shows a wrong password.
            purpose: the audit event that a refusal is noted under.

        Errors: `InvalidInput` (wrong_password), `Forbidden` (sign_in_again: no password, and the sign-in is too old),
        `RateLimited`.
        """
        if user.password_hash is None:
            if datetime.now(UTC) - session.created_at > FRESH:
                raise Forbidden(
                    "For safety, sign out, sign in again and repeat this within ten minutes.", code="sign_in_again"
                )
            return
        await self._throttle.confirm(user.id)
        valid, _ = await self._passwords.verify(password or "", user.password_hash)
        if not valid:
            await self._audit.record(purpose, origin=origin, outcome="refused", actor=user.actor)
            message = "This is not your current password."
            raise InvalidInput(message, code="wrong_password", fields=[FieldProblem(field, "wrong_password", message)])
        await self._throttle.confirmed(user.id)
