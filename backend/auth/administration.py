"""What an administrator does to accounts. Every change is in the audit log with what it changed."""

from dataclasses import dataclass
from typing import Any

from backend.audit.log import AuditLog, Origin
from backend.auth.account import AccountService
from backend.auth.administrators import Administrators
from backend.auth.invitations import Invitation, InvitationService, Sent
from backend.auth.keyring import KeyRing, SigningKey
from backend.auth.models import Role, Session, User
from backend.auth.oauth.storage import LinkedAccountRepository
from backend.auth.recovery import RecoveryService
from backend.auth.repository import UserRepository, email_taken
from backend.auth.sessions import SessionService
from backend.errors import Conflict, NotFound
from backend.settings import AuthSettings


@dataclass(frozen=True, slots=True)
class UserChange:
    """What to change; None leaves a field as it is. `requests_per_minute` -1 goes back to the general limit."""

    role: Role | None = None
    groups: list[str] | None = None
    disabled: bool | None = None
    requests_per_minute: int | None = None
    email_verified: bool | None = None


class AdminService:
    """The routes check that the caller is an administrator.

    Where no mail is sent (`mails_are_sent`), the links of invitations and resets are returned, to be handed on.
    """

    def __init__(
        self,
        *,
        users: UserRepository,
        administrators: Administrators,
        sessions: SessionService,
        links: LinkedAccountRepository,
        account: AccountService,
        recovery: RecoveryService,
        invitations: InvitationService,
        keys: KeyRing,
        audit: AuditLog,
        settings: AuthSettings,
        mails_are_sent: bool,
    ) -> None:
        self._users = users
        self._administrators = administrators
        self._sessions = sessions
        self._links = links
        self._account = account
        self._recovery = recovery
        self._invitations = invitations
        self._keys = keys
        self._audit = audit
        self._settings = settings
        self._mails_are_sent = mails_are_sent

    async def page(
        self, *, text: str, role: Role | None, disabled: bool | None, after: str | None, limit: int
    ) -> tuple[list[User], str | None]:
        """Accounts, oldest first, and the id where the next page begins (None: this was the last)."""
        found = await self._users.page(text=text, role=role, disabled=disabled, after=after, limit=limit + 1)
        items = found[:limit]
        return items, items[-1].id if len(found) > limit else None

    async def get(self, user_id: str) -> User:
        """Errors: `NotFound`."""
        user = await self._users.get(user_id)
        if user is None or user.deleting:
            raise NotFound("This account does not exist.")
        return user

    async def sign_in_methods(self, users: list[User]) -> dict[str, list[str]]:
        """How each of these people can sign in, by id: `password`, and the names of linked providers."""
        linked = await self._links.providers_of([user.id for user in users])
        return {user.id: ["password"] * (user.password_hash is not None) + linked.get(user.id, []) for user in users}

    async def change(self, admin: User, user_id: str, change: UserChange, *, origin: Origin) -> User:
        """Deactivating ends every session; who may invite nobody any more has no invitations open.

        Errors: `NotFound`, `Conflict` (last_admin).
        """
        async with self._administrators.changing():
            user = await self.get(user_id)
            loses_admin = user.role is Role.admin and (change.role is Role.member or change.disabled is True)
            if loses_admin:
                await self._account.refuse_last_admin(user)
            changes = _changes(user, change)
            changed = await self._users.update(user_id, changes) if changes else user
        if changes.get("disabled"):
            await self._sessions.end_all(user_id, reason="deactivated")
            await self._account.stop_work(user_id)
        if loses_admin:
            for invitation in await self._invitations.withdraw_of(user_id):
                await self._note_invitation("invitation.withdrawn", admin, invitation, origin)
        for event, field in _EVENTS.items():
            if field in changes:
                await self._audit.record(
                    event,
                    origin=origin,
                    actor=admin.actor,
                    subject_id=user_id,
                    subject=user.email,
                    details={"before": _shown(getattr(user, field)), "after": _shown(changes[field])},
                )
        return changed or user

    async def delete(self, admin: User, user_id: str, *, origin: Origin) -> None:
        """Deletes an account with everything that is theirs. Errors: `NotFound`, `Conflict` (last_admin)."""
        await self._account.delete(await self.get(user_id), by=admin, origin=origin)

    async def sessions_of(self, user_id: str) -> list[Session]:
        """Errors: `NotFound`."""
        return await self._sessions.of_user((await self.get(user_id)).id)

    async def end_sessions(self, admin: User, user_id: str, *, origin: Origin) -> int:
        """Errors: `NotFound`."""
        user = await self.get(user_id)
        ended = await self._sessions.end_all(user_id, reason="ended_by_admin")
        await self._audit.record(
            "session.ended_all",
            origin=origin,
            actor=admin.actor,
            subject_id=user_id,
            subject=user.email,
            details={"count": str(ended)},
        )
        return ended

    async def send_reset(self, admin: User, user_id: str, *, origin: Origin) -> str | None:
        """Mails somebody a link that sets a new password; the link itself where no mail is sent. Errors: `NotFound`."""
        user = await self.get(user_id)
        link = await self._recovery.send_reset(user, handed_on=not self._mails_are_sent)
        await self._audit.record(
            "password.reset_sent",
            origin=origin,
            actor=admin.actor,
            subject_id=user_id,
            subject=user.email,
            details=self._shown_link(),
        )
        return None if self._mails_are_sent else link

    async def invite(self, admin: User, email: str, *, role: Role, groups: list[str], origin: Origin) -> Sent:
        """Errors: `Conflict`: email_taken, or registration_closed when the settings let nobody in."""
        if self._settings.registration == "closed":
            raise Conflict(
                "Registration is closed, so an invitation could not be accepted.",
                hint="Set BIBLIOS_AUTH_REGISTRATION to invite and start the server again.",
                code="registration_closed",
            )
        if await self._users.by_email(email) is not None:
            raise email_taken("Somebody with this address has an account here already.")
        sent = await self._invitations.create(email, role=role, groups=groups, inviter=admin)
        await self._note_invitation("invitation.created", admin, sent.invitation, origin, **self._shown_link())
        return sent

    async def resend_invitation(self, admin: User, invitation_id: str, *, origin: Origin) -> Sent:
        """Errors: `NotFound`."""
        sent = await self._invitations.resend(invitation_id, by=admin)
        await self._note_invitation("invitation.resent", admin, sent.invitation, origin, **self._shown_link())
        return sent

    async def withdraw_invitation(self, admin: User, invitation_id: str, *, origin: Origin) -> None:
        """Errors: `NotFound`."""
        invitation = await self._invitations.withdraw(invitation_id)
        await self._note_invitation("invitation.withdrawn", admin, invitation, origin)

    async def rotate_keys(self, admin: User, *, origin: Origin) -> list[SigningKey]:
        """A new key signs access tokens from now on; nobody is signed out. Errors: `Conflict` (keys_in_settings)."""
        key = await self._keys.rotate()
        await self._audit.record("signing_key.rotated", origin=origin, actor=admin.actor, details={"kid": key.kid})
        return self._keys.keys

    def _shown_link(self) -> dict[str, str]:
        """Noted with a link that an administrator saw, and could have used."""
        return {} if self._mails_are_sent else {"link": "shown"}

    async def _note_invitation(
        self, event: str, admin: User, invitation: Invitation, origin: Origin, **details: str
    ) -> None:
        await self._audit.record(
            event,
            origin=origin,
            actor=admin.actor,
            subject_id=invitation.id,
            subject=invitation.email,
            details={"role": str(invitation.role), **details},
        )


_EVENTS = {
    "user.role_changed": "role",
    "user.groups_changed": "groups",
    "user.active_changed": "disabled",
    "user.limit_changed": "requests_per_minute",
    "user.email_proven": "email_verified",
}


def _changes(user: User, change: UserChange) -> dict[str, Any]:
    """Only what differs."""
    wanted: dict[str, Any] = {}
    if change.role is not None and change.role is not user.role:
        wanted["role"] = str(change.role)
    if change.groups is not None and change.groups != user.groups:
        wanted["groups"] = change.groups
    if change.disabled is not None and change.disabled != user.disabled:
        wanted["disabled"] = change.disabled
    if change.requests_per_minute is not None:
        limit = change.requests_per_minute if change.requests_per_minute >= 0 else None
        if limit != user.requests_per_minute:
            wanted["requests_per_minute"] = limit
    if change.email_verified is not None and change.email_verified != user.email_verified:
        wanted["email_verified"] = change.email_verified
    return wanted


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
