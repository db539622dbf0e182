"""Sign-up, sign-in and the life of a session. Knows no HTTP."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from backend.auth.audit import AuditLog, Origin
from backend.auth.models import Role, Session, User, email_key
from backend.auth.password_policy import check_password
from backend.auth.repository import SessionRepository, UserRepository
from backend.auth.security import PasswordService, token_hash
from backend.auth.throttle import Throttle
from backend.auth.token import TokenService
from backend.errors import Forbidden, InvalidInput, Unauthenticated
from backend.monitoring.metrics import LOGINS
from backend.settings import AuthSettings

log = structlog.get_logger(__name__)

_USER_CACHE_SECONDS = 2.0
_USER_CACHE_SIZE = 4096


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
        sessions: SessionRepository,
        passwords: PasswordService,
        tokens: TokenService,
        audit: AuditLog,
        throttle: Throttle,
        settings: AuthSettings,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._tokens = tokens
        self._audit = audit
        self._throttle = throttle
        self._settings = settings
        self._cache: dict[str, tuple[float, User]] = {}

    async def register(self, *, email: str, password: str, name: str | None, origin: Origin) -> SignIn:
        """Creates an account and signs it in; the very first becomes admin.

        Errors: `InvalidInput` (weak_password), `Conflict` (email_taken), `Forbidden` (registration_closed),
        `RateLimited`.
        """
        await self._throttle.register(origin)
        check_password(password, email=email, name=name or "")
        user_id = secrets.token_hex(12)
        is_first = await self._users.claim_first_admin(user_id)
        try:
            if not is_first and self._settings.registration == "closed":
                raise Forbidden(
                    "Registration is closed here. Ask an administrator to invite you.", code="registration_closed"
                )
            user = User(
                id=user_id,
                email=email.strip(),
                email_key=email_key(email),
                name=(name or "").strip() or email.partition("@")[0],
                role=Role.admin if is_first else Role.member,
                password_hash=await self._passwords.hash(password),
                created_at=datetime.now(UTC),
            )
            await self._users.insert(user)
        except BaseException:
            if is_first:
                await self._users.release_first_admin(user_id)
            raise
        await self._audit.record("user.registered", origin=origin, actor=user, details={"role": user.role})
        return await self._open_session(user, origin.user_agent)

    async def login(self, *, email: str, password: str, origin: Origin, device: str | None = None) -> SignIn:
        """Signs in. `device` is the cookie of a browser that has signed in to this account before.

        Errors: `Unauthenticated` (bad_credentials), the same for an unknown address and a wrong password;
        `RateLimited`.
        """
        await self._throttle.login(email_key(email), origin, device)
        user = await self._users.by_email(email)
        valid, new_hash = await self._passwords.verify(password, user.password_hash if user else None)
        if user is None or not valid or user.disabled:
            LOGINS.labels("refused").inc()
            await self._audit.record(
                "login", origin=origin, outcome="refused", actor_name=email[:254], subject_id=user.id if user else None
            )
            raise Unauthenticated("Address or password is wrong.", code="bad_credentials")
        if new_hash:
            await self._users.update(user.id, {"password_hash": new_hash})
        LOGINS.labels("accepted").inc()
        await self._throttle.login_succeeded(user.email_key, device)
        await self._audit.record("login", origin=origin, actor=user)
        return await self._open_session(user, origin.user_agent)

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
        successor = self._tokens.next_refresh(refresh_token)
        presented = token_hash(refresh_token)
        rotated = await self._sessions.rotate(
            session.id,
            old_hash=presented,
            new_hash=token_hash(successor),
            now=now,
            expires_at=now + timedelta(seconds=self._settings.refresh_ttl_seconds),
        )
        if not rotated:
            await self._check_grace(session.id, presented, now, origin)
        user = await self._users.get(session.user_id)
        if user is None or user.disabled:
            raise ended
        access = self._tokens.issue_access(user.id, session.id)
        return SignIn(user, access, successor, self._settings.access_ttl_seconds)

    async def logout(self, refresh_token: str, *, origin: Origin) -> None:
        """Ends the session of this token; an unknown token is no error."""
        session = await self._sessions.get(refresh_token.partition(".")[0])
        if session and token_hash(refresh_token) in (session.current_hash, session.previous_hash):
            await self._sessions.end(session.id, reason="logout", now=datetime.now(UTC))
            await self._audit.record("logout", origin=origin, actor=await self._users.get(session.user_id))

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
        return await self._open_session(user, "biblios command line")

    async def authenticate(self, access_token: str) -> User:
        """The person behind an access token. Errors: `Unauthenticated`."""
        claims = self._tokens.verify_access(access_token)
        user = await self._cached_user(claims.user_id)
        if user is None or user.disabled:
            raise Unauthenticated("This account is no longer active.", code="account_inactive")
        return user

    async def _cached_user(self, user_id: str) -> User | None:
        now = time.monotonic()
        entry = self._cache.get(user_id)
        if entry and now - entry[0] < _USER_CACHE_SECONDS:
            return entry[1]
        user = await self._users.get(user_id)
        if user is not None:
            if len(self._cache) >= _USER_CACHE_SIZE:
                self._cache.clear()
            self._cache[user_id] = (now, user)
        return user

    async def _open_session(self, user: User, user_agent: str) -> SignIn:
        now = datetime.now(UTC)
        session_id = secrets.token_hex(12)
        refresh = self._tokens.first_refresh(session_id)
        await self._sessions.insert(
            Session(
                id=session_id,
                user_id=user.id,
                current_hash=token_hash(refresh),
                rotated_at=now,
                created_at=now,
                last_used_at=now,
                expires_at=now + timedelta(seconds=self._settings.refresh_ttl_seconds),
                user_agent=user_agent[:300],
            )
        )
        access = self._tokens.issue_access(user.id, session_id)
        return SignIn(user, access, refresh, self._settings.access_ttl_seconds)

    async def _check_grace(self, session_id: str, presented_hash: str, now: datetime, origin: Origin) -> None:
        session = await self._sessions.get(session_id)
        grace = timedelta(seconds=self._settings.refresh_grace_seconds)
        if session is None or session.ended_at is not None or session.expires_at <= now:
            raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")
        if session.previous_hash == presented_hash and now - session.rotated_at <= grace:
            return
        await self._sessions.end(session.id, reason="token_reused", now=now)
        await self._audit.record(
            "session.token_reused",
            origin=origin,
            outcome="refused",
            actor=await self._users.get(session.user_id),
            subject_id=session.id,
        )
        raise Unauthenticated(
            "This session was used from two places and has been ended for safety. Sign in again.", code="token_reused"
        )
