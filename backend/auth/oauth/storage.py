"""Accounts at providers that are linked to accounts here."""

import hashlib
from datetime import UTC, datetime

from pydantic import BaseModel

from backend.auth.oauth.base import Profile
from backend.db.collection import CollectionSpec, Database, DuplicateKey, Index
from backend.db.repository import Repository
from backend.oauth.flow import FLOWS
from backend.oauth.grants import GRANTS

LINKED_ACCOUNTS = CollectionSpec(
    "linked_accounts",
    (
        Index((("user_id", 1), ("provider", 1)), unique=True),  # "your linked accounts"; one of each provider
    ),
)
OAUTH_COLLECTIONS = (LINKED_ACCOUNTS, FLOWS, GRANTS)


class LinkedAccount(BaseModel):
    """`email` is what the provider said at the last sign-in; it is shown, and never decides anything."""

    id: str
    user_id: str
    provider: str
    issuer: str
    subject: str
    email: str | None = None
    linked_at: datetime
    last_used_at: datetime


class LinkedAccountRepository:
    """At most one account here for each account there, and the other way round for each provider."""

    def __init__(self, database: Database) -> None:
        self._links = Repository(database, LINKED_ACCOUNTS, LinkedAccount)

    async def find(self, provider: str, profile: Profile) -> LinkedAccount | None:
        return await self._links.find_one({"_id": _link_id(provider, profile)})

    async def add(self, user_id: str, provider: str, profile: Profile) -> bool:
        """False when that account is linked already, or this person has another one of the provider."""
        now = datetime.now(UTC)
        link = LinkedAccount(
            id=_link_id(provider, profile),
            user_id=user_id,
            provider=provider,
            issuer=profile.issuer,
            subject=profile.subject,
            email=profile.email,
            linked_at=now,
            last_used_at=now,
        )
        try:
            await self._links.insert_one(link)
        except DuplicateKey:
            return False
        return True

    async def used(self, link: LinkedAccount, email: str | None) -> None:
        await self._links.records.update_one(
            {"_id": link.id}, {"$set": {"email": email, "last_used_at": datetime.now(UTC)}}
        )

    async def of_user(self, user_id: str) -> list[LinkedAccount]:
        return await self._links.find({"user_id": user_id}, sort=[("provider", 1)])

    async def providers_of(self, user_ids: list[str]) -> dict[str, list[str]]:
        """The names of the providers that each of these people has linked; nobody without one is in it."""
        found: dict[str, list[str]] = {}
        for link in await self._links.find({"user_id": {"$in": user_ids}}, sort=[("provider", 1)]):
            found.setdefault(link.user_id, []).append(link.provider)
        return found

    async def remove(self, user_id: str, provider: str) -> bool:
        return await self._links.records.delete_one({"user_id": user_id, "provider": provider}) > 0

    async def remove_all(self, user_id: str) -> None:
        await self._links.records.delete_many({"user_id": user_id})


def _link_id(provider: str, profile: Profile) -> str:
    identity = "\x1f".join((provider, profile.issuer, profile.subject))
    return hashlib.sha256(identity.encode()).hexdigest()
