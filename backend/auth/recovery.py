"""Proving an address and getting back in: verification, forgotten passwords, changes of the password."""

from datetime import timedelta

from backend.audit.actors import Actor
from backend.audit.log import AuditLog, Origin
from backend.auth.api_keys import ApiKeyService
from backend.auth.models import Session, User
from backend.auth.oauth.storage import LinkedAccountRepository
from backend.auth.one_time import OneTimeTokens
from backend.auth.password_policy import check_password
from backend.auth.reauthentication import Reauthentication
from backend.auth.repository import UserRepository
from backend.auth.security import PasswordService
from backend.auth.sessions import SessionService
from backend.auth.throttle import Throttle
from backend.errors import InvalidInput, Unauthenticated
from backend.mail import templates
from backend.mail.base import Mail
from backend.mail.outbox import Outbox
from backend.mail_address import mail_key

VERIFY_TTL = timedelta(hours=48)
RESET_TTL = timedelta(minutes=30)
_HANDED_ON = "handed_on"


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
        api_keys: ApiKeyService,
        links: LinkedAccountRepository,
        passwords: PasswordService,
        reauthentication: Reauthentication,
        tokens: OneTimeTokens,
        outbox: Outbox,
        audit: AuditLog,
        throttle: Throttle,
        public_url: str,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._api_keys = api_keys
        self._links = links
        self._passwords = passwords
        self._reauthentication = reauthentication
        self._tokens = tokens
        self._outbox = outbox
        self._audit = audit
        self._throttle = throttle
        self._public_url = public_url

    async def ask_verification(self, user: User, *, origin: Origin) -> None:
        """Mails the link once more. Errors: `RateLimited`."""
        await self._throttle.mail(user.email_key, origin)
        await self.send_verification(user)

    async def send_verification(self, user: User) -> None:
        """Mails a link that proves the address. A verified address gets none."""
        if user.email_verified:
            return
        token = await self._tokens.issue("verify_email", user_id=user.id, email_key=user.email_key, ttl=VERIFY_TTL)
        link = f"{self._public_url}/verify#token={token}"
        self._outbox.post(templates.verify_address(user.email, link, hours=int(VERIFY_TTL.total_seconds() // 3600)))

    async def verify(self, token: str, *, origin: Origin) -> User:
        """Errors: `InvalidInput` (link_invalid), also when the address has changed since."""
        await self._throttle.link(origin)
        redeemed = await self._tokens.redeem("verify_email", token)
        user = await self._users.get(redeemed.user_id)
        if user is None or user.email_key != redeemed.email_key:
            raise InvalidInput("This link has expired or was used already. Ask for a new one.", code="link_invalid")
        await self._users.update(user.id, {"email_verified": True})
        await self._audit.record("email.verified", origin=origin, actor=user.actor)
        return user.model_copy(update={"email_verified": True})

    async def forgot(self, email: str, *, origin: Origin) -> None:
        """Mails a reset link when the account exists; the caller cannot tell whether it does.

        Everything that depends on the account happens after the answer. Errors: `RateLimited`.
        """
        await self._throttle.mail(mail_key(email), origin)
        self._outbox.prepare(lambda: self._write_reset(email, origin))

    async def _write_reset(self, email: str, origin: Origin) -> Mail | None:
        user = await self._users.by_email(email)
        if user is None or not user.active:
            await self._audit.record(
                "password.forgot", origin=origin, outcome="refused", actor=Actor.stranger(email[:254])
            )
            return None
        await self._audit.record("password.forgot", origin=origin, actor=user.actor)
        return self._reset_mail(user, await self._reset_link(user))

    async def send_reset(self, user: User, *, handed_on: bool) -> str:
        """Mails a new reset link and returns it; the links before it are void.

        Args:
            handed_on: somebody else sees the link and passes it on, so using it proves nothing about the mailbox.
        """
        link = await self._reset_link(user, handed_on=handed_on)
        self._outbox.post(self._reset_mail(user, link))
        return link

    async def _reset_link(self, user: User, *, handed_on: bool = False) -> str:
        payload = {_HANDED_ON: "yes"} if handed_on else {}
        token = await self._tokens.issue(
            "reset_password", user_id=user.id, email_key=user.email_key, ttl=RESET_TTL, payload=payload
        )
        return f"{self._public_url}/reset#token={token}"

    @staticmethod
    def _reset_mail(user: User, link: str) -> Mail:
        return templates.reset_password(user.email, link, minutes=int(RESET_TTL.total_seconds() // 60))

    async def reset(self, token: str, password: str, *, origin: Origin) -> None:
        """Sets a new password by a mailed link and ends every session.

        If the address was not proven before, keys and linked accounts go too: they are not known to be the owner's.
        The password is checked before the link is used up. Errors: `InvalidInput` (link_invalid, weak_password).
        """
        await self._throttle.link(origin)
        offered = await self._users.get((await self._tokens.peek("reset_password", token)).user_id)
        check_password(password, email=offered.email if offered else "", name=offered.name if offered else "")
        redeemed = await self._tokens.redeem("reset_password", token)
        user = await self._users.get(redeemed.user_id)
        if user is None or not user.active or user.email_key != redeemed.email_key:
            raise InvalidInput("This link has expired or was used already. Ask for a new one.", code="link_invalid")
        if not user.email_verified:
            # Somebody else may have made this account for an address that was never theirs, to wait for its owner.
            await self._forget_ways_in(user.id)
        # Whoever holds a mailed link reads the mailbox, so the address is proven as well.
        proven = user.email_verified or _HANDED_ON not in redeemed.payload
        await self._users.update(
            user.id, {"password_hash": await self._passwords.hash(password), "email_verified": proven}
        )
        await self._void_open_links(user.id)
        await self._sessions.end_all(user.id, reason="password_reset")
        if not user.email_verified:  # what they made until their session ended
            await self._forget_ways_in(user.id)
        await self._audit.record("password.reset", origin=origin, actor=user.actor)
        self._outbox.post(templates.password_changed(user.email, f"{self._public_url}/forgot"))

    async def change(self, user: User, session: Session, *, current: str | None, new: str, origin: Origin) -> None:
        """Changes the password of somebody who knows it, or sets a first one, and ends every other session.

        Errors: `InvalidInput` (wrong_password, weak_password), `Forbidden` (sign_in_again), `Unauthenticated`
        (session_ended: there is another new password since), `RateLimited`.
        """
        await self._reauthentication.confirm(
            user, session, password=current, field="current_password", purpose="password.change", origin=origin
        )
        check_password(new, email=user.email, name=user.name, field="new_password")
        new_hash = await self._passwords.hash(new)
        if not await self._users.replace_password(user.id, new_hash, instead_of=user.password_hash):
            raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")
        await self._void_open_links(user.id)
        await self._sessions.end_all(user.id, reason="password_changed", keep=session.id)
        await self._audit.record("password.change", origin=origin, actor=user.actor)
        self._outbox.post(templates.password_changed(user.email, f"{self._public_url}/forgot"))

    async def _forget_ways_in(self, user_id: str) -> None:
        await self._api_keys.revoke_all(user_id)
        await self._links.remove_all(user_id)

    async def _void_open_links(self, user_id: str) -> None:
        """A new password undoes what somebody who knew the old one has begun, above all a change of the address."""
        await self._tokens.void("reset_password", user_id=user_id)
        await self._tokens.void("change_email", user_id=user_id)
