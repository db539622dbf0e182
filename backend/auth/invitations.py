"""Invitations into the workspace: a mailed, expiring link that makes one account with a role."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field

from backend.auth.models import Role, User
from backend.auth.repository import UserRepository
from backend.auth.security import token_hash
from backend.db.collection import CollectionSpec, Database, Index
from backend.db.repository import Repository
from backend.errors import FieldProblem, InvalidInput, NotFound
from backend.ids import new_id
from backend.mail import templates
from backend.mail.outbox import Outbox
from backend.mail_address import mail_key

INVITATIONS = CollectionSpec(
    "invitations",
    (
        Index((("secret_hash", 1),), unique=True),  # opening a link
        Index((("email_key", 1), ("accepted_at", 1))),  # a newcomer whose address is proven
        Index((("accepted_at", 1), ("_id", -1))),  # the open ones, newest first
        Index((("invited_by", 1), ("accepted_at", 1))),  # what somebody who lost the role has open
        Index((("expires_at", 1),), ttl_seconds=30 * 24 * 3600),
    ),
)

_INVALID = "This invitation has expired, was used already or was withdrawn. Ask for a new one."


class Invitation(BaseModel):
    """One invitation. `invited_by` is the id of an admin, `inviter` the name shown."""

    id: str
    email: str
    email_key: str
    role: Role
    groups: list[str] = Field(default_factory=list)
    invited_by: str
    inviter: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    accepted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation with the link that was just mailed; it is not to be had again."""

    invitation: Invitation
    link: str


class InvitationService:
    """Only hashes of the links are kept. A link works once, and only while whoever made it is an administrator."""

    def __init__(
        self, database: Database, *, users: UserRepository, outbox: Outbox, public_url: str, ttl: timedelta
    ) -> None:
        self._invitations = Repository(database, INVITATIONS, Invitation)
        self._users = users
        self._outbox = outbox
        self._public_url = public_url
        self._ttl = ttl

    async def create(self, email: str, *, role: Role, groups: list[str], inviter: User) -> Sent:
        """Mails a link; earlier open invitations of the address are void."""
        key = mail_key(email)
        await self._invitations.records.delete_many({"email_key": key, "accepted_at": None})
        now = datetime.now(UTC)
        invitation = Invitation(
            id=new_id(),
            email=email,
            email_key=key,
            role=role,
            groups=groups,
            invited_by=inviter.id,
            inviter=inviter.name,
            created_at=now,
            expires_at=now + self._ttl,
        )
        secret = secrets.token_urlsafe(32)
        await self._invitations.insert_one(invitation, {"secret_hash": token_hash(secret)})
        return self._mail(invitation, secret)

    async def resend(self, invitation_id: str, *, by: User) -> Sent:
        """Mails a new link for an open invitation; the one before no longer works. Errors: `NotFound`.

        From now on it stands in the name of whoever sent it again.
        """
        secret = secrets.token_urlsafe(32)
        invitation = await self._invitations.find_one_and_update(
            {"_id": invitation_id, "accepted_at": None},
            {
                "$set": {
                    "secret_hash": token_hash(secret),
                    "expires_at": datetime.now(UTC) + self._ttl,
                    "invited_by": by.id,
                    "inviter": by.name,
                }
            },
        )
        if invitation is None:
            raise NotFound("This invitation does not exist.")
        return self._mail(invitation, secret)

    async def open(self, *, before: str | None = None, limit: int = 50) -> list[Invitation]:
        """Not yet accepted (also expired ones, to be sent again), newest first; `before` is the last id seen."""
        query: dict[str, Any] = {"accepted_at": None}
        if before:
            query["_id"] = {"$lt": before}
        return await self._invitations.find(query, sort=[("_id", -1)], limit=limit)

    async def withdraw(self, invitation_id: str) -> Invitation:
        """Errors: `NotFound`."""
        open_one = {"_id": invitation_id, "accepted_at": None}
        invitation = await self._invitations.find_one(open_one)
        if invitation is None or not await self._invitations.records.delete_one(open_one):
            raise NotFound("This invitation does not exist.")
        return invitation

    async def look_up(self, secret: str) -> Invitation:
        """What a link offers. Errors: `InvalidInput` (link_invalid)."""
        invitation = await self._invitations.find_one(self._live(secret_hash=token_hash(secret)))
        if invitation is None or not await self._vouched(invitation):
            raise _invalid()
        return invitation

    async def accept(self, secret: str, *, email: str, user_id: str) -> Invitation:
        """Uses a link up; exactly one of several who try gets it.

        Errors: `InvalidInput`: link_invalid, or invitation_address when it was sent to another address.
        """
        offered = await self.look_up(secret)
        if offered.email_key != mail_key(email):
            message = f"This invitation is for {offered.email}. Register with that address."
            raise InvalidInput(
                message, code="invitation_address", fields=[FieldProblem("email", "invitation_address", message)]
            )
        accepted = await self._take(self._live(secret_hash=token_hash(secret)), user_id)
        if accepted is None:
            raise _invalid()
        return accepted

    async def accept_for_verified(self, key: str, *, user_id: str) -> Invitation | None:
        """Uses up the open invitation of an address that is proven in another way, if there is one."""
        return await self._take(self._live(email_key=key), user_id)

    async def withdraw_of(self, user_id: str) -> list[Invitation]:
        """Withdraws what somebody has open who may invite nobody any more. Returns what that was."""
        mine = {"invited_by": user_id, "accepted_at": None}
        withdrawn = await self._invitations.find(mine)
        await self._invitations.records.delete_many(mine)
        return withdrawn

    async def give_back(self, invitation: Invitation) -> None:
        """The account that it was accepted for could not be made."""
        await self._invitations.records.update_one(
            {"_id": invitation.id, "accepted_by": invitation.accepted_by},
            {"$set": {"accepted_at": None, "accepted_by": None}},
        )

    async def _take(self, live: dict[str, Any], user_id: str) -> Invitation | None:
        accepted = await self._invitations.find_one_and_update(
            live, {"$set": {"accepted_at": datetime.now(UTC), "accepted_by": user_id}}
        )
        # Asked after it was taken: whoever made it may have lost the role in the same moment.
        if accepted is not None and not await self._vouched(accepted):
            await self.give_back(accepted)
            return None
        return accepted

    async def _vouched(self, invitation: Invitation) -> bool:
        inviter = await self._users.get(invitation.invited_by)
        return inviter is not None and inviter.active and inviter.role is Role.admin

    @staticmethod
    def _live(**query: str) -> dict[str, Any]:
        return {**query, "accepted_at": None, "expires_at": {"$gt": datetime.now(UTC)}}

    def _mail(self, invitation: Invitation, secret: str) -> Sent:
        link = f"{self._public_url}/register#invitation={secret}"
        self._outbox.post(templates.invitation(invitation.email, link, inviter=invitation.inviter, days=self._ttl.days))
        return Sent(invitation, link)


def _invalid() -> InvalidInput:
    return InvalidInput(_INVALID, code="link_invalid")
