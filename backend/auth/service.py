"""Sign-up, sign-in and the life of a session. Knows no HTTP."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from backend.audit.actors import Actor
from backend.audit.log import AuditLog, Origin
from backend.auth.administrators import Administrators
from backend.auth.invitations import Invitation, InvitationService
from backend.auth.models import NewAccount, Role, Session, User
from backend.auth.password_policy import check_password
from backend.auth.recovery import RecoveryService
from backend.auth.repository import SessionRepository, UserRepository
from backend.auth.security import PasswordService, token_hash
from backend.auth.throttle import Throttle
from backend.auth.token import TokenService
from backend.errors import Forbidden, InvalidInput, Unauthenticated
from backend.mail_address import mail_key
from backend.monitoring.metrics import LOGINS
from backend.settings import AuthSettings, RegistrationMode

log = structlog.get_logger(__name__)

type Holds = Callable[[User], Awaitable[bool]]
"""Whether what somebody proved themselves with still counts, for the account as it is now."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a successful sign-in or refresh gives: a short-lived access token and the next refresh token."""

    user: User
    access_token: str
    refresh_token: str
    expires_in: int


class AuthService:
    def __init__(
        self,
        *,
        users: UserRepository,
        administrators: Administrators,
        sessions: SessionRepository,
        passwords: PasswordService,
        tokens: TokenService,
        invitations: InvitationService,
        recovery: RecoveryService,
        audit: AuditLog,
        throttle: Throttle,
        settings: AuthSettings,
        mails_are_sent: bool,
    ) -> None:
        self._users = users
        self._administrators = administrators
        self._sessions = sessions
        self._passwords = passwords
        self._tokens = tokens
        self._invitations = invitations
        self._recovery = recovery
        self._audit = audit
        self._throttle = throttle
        self._settings = settings
        self.mails_are_sent = mails_are_sent

    async def register(
        self, *, email: str, password: str, name: str | None, origin: Origin, invitation: str | None = None
    ) -> SignIn:
        """Creates an account and signs it in; the very first becomes admin. A mail asks to prove the address.

        Args:
            invitation: the secret of an invitation's link. It names the role, and proves the address it was sent to.

        Errors: `InvalidInput` (weak_password, link_invalid, invitation_address), `Conflict` (email_taken),
        `Forbidden` (registration_closed, invitation_required), `RateLimited`.
        """
        await self._throttle.register(origin)
        check_password(password, email=email, name=name or "")
        account = NewAccount(
            email=email.strip(),
            name=(name or "").strip() or email.partition("@")[0],
            password_hash=await self._passwords.hash(password),
        )
        user = await self.create_account(account, origin=origin, invitation=invitation)
        await self._recovery.send_verification(user)
        return await self.open_session(user, origin)

    async def registration(self) -> tuple[RegistrationMode, bool]:
        """Who may make an account now, and whether the next one is the first, which always may be made."""
        first = not await self._administrators.has_first()
        return ("open" if first else self._settings.registration), first

    async def create_account(
        self, account: NewAccount, *, origin: Origin, invitation: str | None = None, method: str = "password"
    ) -> User:
        """Stores an account if the way in is open to it: as the first, by invitation, or by open registration.

        Where no mail is sent, nobody could ever prove an address: the first account, whose owner set this up, counts as
        proven, and proves others as administrator.

        Errors: as `register`, without those of the password.
        """
        user_id = secrets.token_hex(12)
        accepted: Invitation | None = None
        async with self._administrators.registering(user_id) as is_first:
            if not is_first:
                accepted = await self._accept_invitation(account, invitation, user_id)
            user = User(
                id=user_id,
                email=account.email,
                email_key=mail_key(account.email),
                name=account.name[:120],
                role=Role.admin if is_first else accepted.role if accepted else Role.member,
                groups=accepted.groups if accepted else [],
                password_hash=account.password_hash,
                email_verified=account.email_verified or accepted is not None or (is_first and not self.mails_are_sent),
                created_at=datetime.now(UTC),
            )
            try:
                await self._users.insert(user)
            except BaseException:
                if accepted:
                    await self._invitations.give_back(accepted)
                raise
        details = {"role": str(user.role), "method": method} | ({"invitation": accepted.id} if accepted else {})
        await self._audit.record("user.registered", origin=origin, actor=user.actor, details=details)
        return user

    async def _accept_invitation(self, account: NewAccount, secret: str | None, user_id: str) -> Invitation | None:
        mode = self._settings.registration
        if mode == "closed":
            raise Forbidden("Registration is closed here.", code="registration_closed")
        if secret is not None:
            return await self._invitations.accept(secret, email=account.email, user_id=user_id)
        if account.email_verified:  # whoever owns the invited mailbox needs no link
            accepted = await self._invitations.accept_for_verified(mail_key(account.email), user_id=user_id)
            if accepted is not None:
                return accepted
        if mode == "invite":
            raise Forbidden(
                "An account here needs an invitation. Ask an administrator for one.", code="invitation_required"
            )
        return None

    async def login(self, *, email: str, password: str, origin: Origin, device: str | None = None) -> SignIn:
        """Signs in. `device` is the cookie of a browser that has signed in to this account before.

        Errors: `Unauthenticated` (bad_credentials), the same for an unknown address and a wrong password;
        `RateLimited`.
        """
        await self._throttle.login(mail_key(email), origin, device)
        user = await self._users.by_email(email)
        verified = user.password_hash if user else None
        valid, new_hash = await self._passwords.verify(password, verified)
        if user is None or not valid or not user.active:
            LOGINS.labels("refused").inc()
            await self._audit.record(
                "login",
                origin=origin,
                outcome="refused",
                actor=Actor.stranger(email[:254]),
                subject_id=user.id if user else None,
            )
            raise _bad_credentials()
        if new_hash and await self._users.replace_password(user.id, new_hash, instead_of=verified):
            verified = new_hash

        async def holds(now: User) -> bool:
            return await self._passwords.still_right(password, verified=verified, now=now.password_hash)

        try:
            sign_in = await self.signed_in(user, origin, holds=holds)
        except Unauthenticated as error:
            raise _bad_credentials() from error
        await self._throttle.login_succeeded(user.email_key, device)
        return sign_in

    async def signed_in(
        self, user: User, origin: Origin, *, method: str = "password", holds: Holds | None = None
    ) -> SignIn:
        """Opens a session for somebody who has proven who they are, and notes it.

        Args:
            holds: asked once the session is there. A new password, for one, ends the sessions that it finds; so either
                it has found this one, or it is found here.

        Errors: `Unauthenticated` (session_ended) when the account was changed meanwhile.
        """
        # The three writes travel together: one commit of the database instead of three.
        _, sign_in = await asyncio.gather(
            self._audit.record("login", origin=origin, actor=user.actor, details={"method": method}),
            self.open_session(user, origin, method=method),
        )
        now = await self._users.get(user.id)
        if now is None or not now.active or (holds is not None and not await holds(now)):
            session_id = sign_in.refresh_token.partition(".")[0]
            await self._sessions.end(session_id, reason="overtaken", now=datetime.now(UTC))
            LOGINS.labels("refused").inc()
            await self._audit.record(
                "login", origin=origin, outcome="refused", actor=user.actor, details={"method": method}
            )
            raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")
        LOGINS.labels("accepted").inc()
        return sign_in

    def device_cookie(self, user: User, previous: str | None) -> str:
        """What a browser keeps to be recognised at its next sign-in; it gives no access."""
        return self._throttle.device_cookie(user.email_key, previous)

    async def refresh(self, refresh_token: str, *, origin: Origin) -> SignIn:
        """Exchanges a refresh token for its successor.

        Within the grace the previous token still answers, with the same successor. Later use of a spent token means
        that it was copied: the whole family ends. Errors: `Unauthenticated` (session_ended, token_reused).
        """
        ended = Unauthenticated("Your session has ended. Sign in again.", code="session_ended")
        session = await self._sessions.get(refresh_token.partition(".")[0])
        if session is None or session.ended_at is not None:
            raise ended
        now = datetime.now(UTC)
        longest = session.created_at + timedelta(seconds=self._settings.session_max_seconds)
        successor = self._tokens.next_refresh(refresh_token)
        presented = token_hash(refresh_token)
        rotated = await self._sessions.rotate(
            session.id,
            old_hash=presented,
            new_hash=token_hash(successor),
            now=now,
            expires_at=min(longest, now + timedelta(seconds=self._settings.refresh_ttl_seconds)),
        )
        if not rotated:
            current_hash = await self._check_grace(session.id, presented, now, origin)
            successor = await self._given_before(refresh_token, current_hash)
        user = await self._users.get(session.user_id)
        if user is None or not user.active:
            raise ended
        access = self._tokens.issue_access(user.id, session.id)
        return SignIn(user, access, successor, self._settings.access_ttl_seconds)

    async def logout(self, refresh_token: str, *, origin: Origin) -> None:
        """Ends the session of this token; an unknown token is no error."""
        session = await self._sessions.get(refresh_token.partition(".")[0])
        if session and token_hash(refresh_token) in (session.current_hash, session.previous_hash):
            await self._sessions.end(session.id, reason="logout", now=datetime.now(UTC))
            await self._audit.record("logout", origin=origin, actor=await self._actor(session.user_id))

    async def local_account(self, email: str | None) -> User | None:
        """The account a command on this machine works for: the one named, or the only one; None when there is none.

        Errors: `InvalidInput` when several accounts exist and none is named, or the named one does not.
        """
        if email:
            user = await self._users.by_email(email)
            if user is None:
                raise InvalidInput(f"There is no account with the address {email}.", code="unknown_account")
            return user
        users = await self._users.unscoped_first(2)
        if len(users) > 1:
            raise InvalidInput("Several accounts exist. Name one with --user MAIL.", code="account_ambiguous")
        return users[0] if users else None

    async def sign_in_locally(self, user: User) -> SignIn:
        """A session for whoever holds the data folder, who could read everything in it anyway."""
        return await self.open_session(user, Origin(user_agent="biblios command line"), method="local")

    async def open_session(self, user: User, origin: Origin, *, method: str = "password") -> SignIn:
        """A new session with its first tokens."""
        now = datetime.now(UTC)
        session_id = secrets.token_hex(12)
        refresh = self._tokens.first_refresh(session_id)
        session = Session(
            id=session_id,
            user_id=user.id,
            current_hash=token_hash(refresh),
            rotated_at=now,
            created_at=now,
            last_used_at=now,
            expires_at=now + timedelta(seconds=self._settings.refresh_ttl_seconds),
            user_agent=origin.user_agent[:300],
            ip=origin.ip,
            method=method,
        )
        await asyncio.gather(self._sessions.insert(session), self._users.update(user.id, {"last_login_at": now}))
        access = self._tokens.issue_access(user.id, session_id)
        return SignIn(user, access, refresh, self._settings.access_ttl_seconds)

    async def _actor(self, user_id: str) -> Actor | None:
        user = await self._users.get(user_id)
        return user.actor if user else None

    async def _given_before(self, refresh_token: str, current_hash: str) -> str:
        """The successor that somebody else was given for the same token, also when the signing key changed since."""
        successor = self._tokens.next_refresh(refresh_token)
        if token_hash(successor) == current_hash:
            return successor
        for candidate in await self._tokens.successors(refresh_token):
            if token_hash(candidate) == current_hash:
                return candidate
        raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")

    async def _check_grace(self, session_id: str, presented_hash: str, now: datetime, origin: Origin) -> str:
        """The hash of the current token, if the one presented was current a moment ago."""
        session = await self._sessions.get(session_id)
        grace = timedelta(seconds=self._settings.refresh_grace_seconds)
        if session is None or session.ended_at is not None or session.expires_at <= now:
            raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")
        if session.previous_hash == presented_hash and now - session.rotated_at <= grace:
            return session.current_hash
        await self._sessions.end(session.id, reason="token_reused", now=now)
        await self._audit.record(
            "session.token_reused",
            origin=origin,
            outcome="refused",
            actor=await self._actor(session.user_id),
            subject_id=session.id,
        )
        raise Unauthenticated(
            "This session was used from two places and has been ended for safety. Sign in again.", code="token_reused"
        )


def _bad_credentials() -> Unauthenticated:
    return Unauthenticated("Address or password is wrong.", code="bad_credentials")
