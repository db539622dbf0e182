"""Proving an address and getting back in: verification, forgotten passwords, changes of the password."""

from datetime import timedelta

import structlog

from backend.auth.audit import AuditLog, Origin
from backend.auth.models import User
from backend.auth.one_time import OneTimeTokens
from backend.auth.password_policy import check_password
from backend.auth.repository import UserRepository
from backend.auth.security import PasswordService
from backend.auth.sessions import SessionService
from backend.errors import FieldProblem, InvalidInput, Unavailable
from backend.mail import templates
from backend.mail.base import Mail, Mailer

log = structlog.get_logger(__name__)

VERIFY_TTL = timedelta(hours=48)
RESET_TTL = timedelta(minutes=30)


class RecoveryService:
    """Every link is single-use and expires; a new password ends every other session.

    Args:
        public_url: of the pages, without a slash at the end; links in mails start with it.
    """

    def __init__(
        self,
        *,
        users: UserRepository,
        sessions: SessionService,
        passwords: PasswordService,
        tokens: OneTimeTokens,
        mailer: Mailer,
        audit: AuditLog,
        public_url: str,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._tokens = tokens
        self._mailer = mailer
        self._audit = audit
        self._public_url = public_url

    async def send_verification(self, user: User) -> None:
        """Mails a link that proves the address. A verified address gets none. Errors: `Unavailable`."""
        if user.email_verified:
            return
        token = await self._tokens.issue("verify_email", user_id=user.id, email_key=user.email_key, ttl=VERIFY_TTL)
        link = f"{self._public_url}/verify#token={token}"
        await self._mailer.send(
            templates.verify_address(user.email, link, hours=int(VERIFY_TTL.total_seconds() // 3600))
        )

    async def verify(self, token: str, *, origin: Origin) -> User:
        """Errors: `InvalidInput` (link_invalid), also when the address has changed since."""
        redeemed = await self._tokens.redeem("verify_email", token)
        user = await self._users.get(redeemed.user_id)
        if user is None or user.email_key != redeemed.email_key:
            raise InvalidInput("This link has expired or was used already. Ask for a new one.", code="link_invalid")
        await self._users.update(user.id, {"email_verified": True})
        await self._audit.record("email.verified", origin=origin, actor=user)
        return user.model_copy(update={"email_verified": True})

    async def forgot(self, email: str, *, origin: Origin) -> None:
        """Mails a reset link when the account exists; the caller cannot tell whether it does.

        A mail server that is down is logged, not told: telling would say that the account exists.
        """
        user = await self._users.by_email(email)
        if user is None or user.disabled:
            await self._audit.record("password.forgot", origin=origin, outcome="refused", actor_name=email[:254])
            return
        token = await self._tokens.issue("reset_password", user_id=user.id, email_key=user.email_key, ttl=RESET_TTL)
        link = f"{self._public_url}/reset#token={token}"
        await self._audit.record("password.forgot", origin=origin, actor=user)
        await self._send_quietly(
            templates.reset_password(user.email, link, minutes=int(RESET_TTL.total_seconds() // 60))
        )

    async def reset(self, token: str, password: str, *, origin: Origin) -> None:
        """Sets a new password by a mailed link and ends every session.

        The password is checked before the link is used up. Errors: `InvalidInput` (link_invalid, weak_password).
        """
        check_password(password, email="")
        redeemed = await self._tokens.redeem("reset_password", token)
        user = await self._users.get(redeemed.user_id)
        if user is None or user.disabled or user.email_key != redeemed.email_key:
            raise InvalidInput("This link has expired or was used already. Ask for a new one.", code="link_invalid")
        # Whoever holds the link reads the mailbox, so the address is proven as well.
        await self._users.update(
            user.id, {"password_hash": await self._passwords.hash(password), "email_verified": True}
        )
        await self._sessions.end_all(user.id, reason="password_reset")
        await self._audit.record("password.reset", origin=origin, actor=user)
        await self._send_quietly(templates.password_changed(user.email, f"{self._public_url}/forgot"))

    async def change(self, user: User, *, current: str, new: str, session_id: str | None, origin: Origin) -> None:
        """Changes the password of somebody who knows it and ends every other session.

        Errors: `InvalidInput` (wrong_password, weak_password).
        """
        valid, _ = await self._passwords.verify(current, user.password_hash)
        if not valid:
            await self._audit.record("password.change", origin=origin, outcome="refused", actor=user)
            message = "This is not your current password."
            raise InvalidInput(
                message, code="wrong_password", fields=[FieldProblem("current_password", "wrong_password", message)]
            )
        check_password(new, email=user.email, name=user.name, field="new_password")
        await self._users.update(user.id, {"password_hash": await self._passwords.hash(new)})
        await self._sessions.end_all(user.id, reason="password_changed", keep=session_id)
        await self._audit.record("password.change", origin=origin, actor=user)
        await self._send_quietly(templates.password_changed(user.email, f"{self._public_url}/forgot"))

    async def _send_quietly(self, mail: Mail) -> None:
        try:
            await self._mailer.send(mail)
        except Unavailable as error:
            log.warning("mail_not_sent", subject=mail.subject, error=error.message)
