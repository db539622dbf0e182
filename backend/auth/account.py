"""A person's own account: its name and address, and its end."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from backend.audit.log import AuditLog, Origin
from backend.auth.administrators import Administrators
from backend.auth.api_keys import ApiKeyService
from backend.auth.invitations import InvitationService
from backend.auth.models import Role, Session, User
from backend.auth.oauth.storage import LinkedAccountRepository
from backend.auth.one_time import OneTimeTokens
from backend.auth.personal_data import InTheirName, PersonalData
from backend.auth.reauthentication import Reauthentication
from backend.auth.recovery import RecoveryService
from backend.auth.repository import ADDRESS_OF_ANOTHER, SessionRepository, UserRepository, email_taken
from backend.auth.throttle import Throttle
from backend.errors import Conflict, FieldProblem, InvalidInput, Unauthenticated
from backend.mail import templates
from backend.mail.outbox import Outbox
from backend.mail_address import mail_key

log = structlog.get_logger(__name__)

CHANGE_TTL = timedelta(hours=24)


class AccountService:
    """`owned` is filled when the subjects that keep people's data have started."""

    def __init__(
        self,
        *,
        users: UserRepository,
        administrators: Administrators,
        sessions: SessionRepository,
        links: LinkedAccountRepository,
        api_keys: ApiKeyService,
        recovery: RecoveryService,
        invitations: InvitationService,
        reauthentication: Reauthentication,
        tokens: OneTimeTokens,
        outbox: Outbox,
        audit: AuditLog,
        throttle: Throttle,
        public_url: str,
    ) -> None:
        self._users = users
        self._administrators = administrators
        self._sessions = sessions
        self._links = links
        self._api_keys = api_keys
        self._recovery = recovery
        self._invitations = invitations
        self._reauthentication = reauthentication
        self._tokens = tokens
        self._outbox = outbox
        self._audit = audit
        self._throttle = throttle
        self._public_url = public_url
        self._owned: list[PersonalData] = []
        self._works: list[InTheirName] = []

    async def rename(self, user: User, name: str, *, origin: Origin) -> User:
        await self._users.update(user.id, {"name": name})
        await self._audit.record("profile.changed", origin=origin, actor=user.actor)
        return user.model_copy(update={"name": name})

    async def ask_email_change(
        self, user: User, session: Session, *, email: str, password: str | None, origin: Origin
    ) -> None:
        """Mails a link to the new address, and a note to the old one. Nothing changes before the link is opened.

        Errors: `InvalidInput` (wrong_password), `Forbidden` (sign_in_again), `Conflict` (email_taken),
        `Unauthenticated` (session_ended: there is a new password since), `RateLimited`.
        """
        await self._throttle.mail(user.email_key, origin)
        await self._reauthentication.confirm(
            user, session, password=password, purpose="email.change_asked", origin=origin
        )
        key = mail_key(email)
        holder = await self._users.by_email(email)
        if holder is not None and holder.id != user.id:
            raise email_taken(ADDRESS_OF_ANOTHER)
        token = await self._tokens.issue(
            "change_email", user_id=user.id, email_key=key, ttl=CHANGE_TTL, payload={"email": email}
        )
        # A new password voids the links that it finds; so either it has found this one, or it is found here.
        now = await self._users.get(user.id)
        if now is None or now.password_hash != user.password_hash:
            await self._tokens.void("change_email", user_id=user.id)
            raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")
        await self._audit.record("email.change_asked", origin=origin, actor=user.actor)
        link = f"{self._public_url}/verify#token={token}"
        self._outbox.post(templates.verify_address(email, link, hours=int(CHANGE_TTL.total_seconds() // 3600)))
        self._outbox.post(templates.address_changing(user.email, f"{self._public_url}/settings/sign-in"))

    async def pending_email(self, user: User) -> str | None:
        """The address that the account gets when the link sent there is opened."""
        waiting = await self._tokens.waiting("change_email", user_id=user.id)
        return waiting.payload["email"] if waiting else None

    async def verify(self, token: str, *, origin: Origin) -> None:
        """Opens either mailed link: that of an address to prove, or that of a changed one.

        Errors: `InvalidInput` (link_invalid), `Conflict` (email_taken, when somebody else took it meanwhile).
        """
        await self._throttle.link(origin)
        if not await self._tokens.is_live("change_email", token):
            await self._recovery.verify(token, origin=origin)
            return
        redeemed = await self._tokens.redeem("change_email", token)
        user = await self._users.get(redeemed.user_id)
        if user is None or not user.active:
            raise InvalidInput("This link has expired or was used already. Ask for a new one.", code="link_invalid")
        changes = {
            "email": redeemed.payload["email"],
            "email_key": redeemed.email_key,
            "email_verified": True,
            "email_collides_with": None,
        }
        await self._users.update(user.id, changes)
        await self._tokens.void("reset_password", user_id=user.id)
        await self._tokens.void("verify_email", user_id=user.id)
        await self._audit.record("email.changed", origin=origin, actor=user.actor)

    # -- the end -------------------------------------------------------------------------------------------------

    def own(self, data: Sequence[PersonalData], *, works: Sequence[InTheirName] = ()) -> None:
        """Names everything that is deleted with an account, and what works in somebody's name."""
        self._owned = list(data)
        self._works = list(works)

    async def stop_work(self, user_id: str) -> None:
        """Ends what goes on in the name of somebody whose account was deactivated."""
        for work in self._works:
            await work.stop(user_id)

    async def delete_own(
        self, user: User, session: Session, *, password: str | None, typed_email: str, origin: Origin
    ) -> None:
        """Errors: `InvalidInput` (wrong_password, confirmation_wrong), `Forbidden`, `Conflict` (last_admin)."""
        if mail_key(typed_email) != mail_key(user.email):
            message = "Type the address of your account to confirm."
            raise InvalidInput(
                message, code="confirmation_wrong", fields=[FieldProblem("email", "confirmation_wrong", message)]
            )
        await self._reauthentication.confirm(user, session, password=password, purpose="user.deleted", origin=origin)
        await self.delete(user, by=user, origin=origin)

    async def delete(self, user: User, *, by: User, origin: Origin) -> None:
        """Deletes an account with everything that is theirs. The audit log keeps ids.

        First the account is marked, so that nothing works with it any more; a crash after that is made up for at the
        next start. Errors: `Conflict` (last_admin).
        """
        async with self._administrators.changing():
            if user.role is Role.admin:
                await self.refuse_last_admin(user)
            await self._users.update(user.id, {"deleting": True})
        await self._audit.record("user.deleted", origin=origin, actor=by.actor, subject_id=user.id)
        await self._erase(user)

    async def refuse_last_admin(self, user: User) -> None:
        """Errors: `Conflict` (last_admin). Call it inside `Administrators.changing`."""
        if not await self._users.has_other_admin(user.id):
            raise Conflict("This is the only active administrator. Make somebody else one first.", code="last_admin")

    async def resume_deletions(self) -> None:
        """Finishes what a crash interrupted; call it at start."""
        for user in await self._users.unscoped_deleting():
            log.info("deletion_resumed", user_id=user.id)
            await self._erase(user)

    async def _erase(self, user: User) -> None:
        await self._sessions.delete_all(user.id)
        await self._api_keys.revoke_all(user.id)
        await self._invitations.withdraw_of(user.id)
        await self._tokens.void_all(user.id)
        await self._links.remove_all(user.id)
        for data in self._owned:
            await data.delete_all(user.caller())
        await self._audit.forget_names(user.id)
        await self._users.delete(user.id)
