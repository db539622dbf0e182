"""The people that actions know of: who may approve, who is an administrator, and what each is called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from backend.auth.models import Role, User
from backend.auth.repository import UserRepository

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody with an account that may be used. `address`: only where it is proven to be theirs."""

    id: str
    name: str
    address: str | None
    is_admin: bool = False


class People(Protocol):
    """Implementation: `AccountsOfPeople`."""

    async def active(self, user_ids: Iterable[str]) -> Mapping[str, Human]:
        """Those whose account may be used, by id."""
        ...

    async def administrators(self) -> Mapping[str, Human]:
        """Those whose account may be used, by id."""
        ...

    async def names(self, user_ids: Iterable[str]) -> Mapping[str, str]:
        """By id, also of those who may not use their account now; who was deleted is left out."""
        ...


class AccountsOfPeople:
    """Implements `People` over the accounts."""

    def __init__(self, users: UserRepository) -> None:
        self._users = users

    async def active(self, user_ids: Iterable[str]) -> dict[str, Human]:
        found = await self._users.of_ids(set(user_ids))
        return {user.id: _human(user) for user in found.values() if user.active}

    async def administrators(self) -> dict[str, Human]:
        found: dict[str, Human] = {}
        after: str | None = None
        while page := await self._users.page(role=Role.admin, disabled=False, after=after, limit=_AT_ONCE):
            found |= {user.id: _human(user) for user in page if user.active}
            after = page[-1].id
        return found

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        wanted = set(user_ids)
        return await self._users.names(wanted) if wanted else {}


def _human(user: User) -> Human:
    proven = user.email_verified and user.email_collides_with is None
    return Human(user.id, user.name, user.email if proven else None, user.role is Role.admin)
