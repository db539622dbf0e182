"""Whom a person's mails may be meant for: the people of this server, its domains, and domains that were written to."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from backend.actions.ceilings import Ceilings
from backend.actions.policies import Policies
from backend.auth.repository import UserRepository
from backend.mail_address import mail_key

#: More people are not compared with: a list of that length has neighbours of every address.
_MOST_PEOPLE = 5_000
#: So long what is known of the server's people is used; somebody newer is missed until then.
_KNOWN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Circle:
    """`people`: names by the keys of proven addresses. `domains`: of the house, its people, and mails sent before."""

    people: Mapping[str, str]
    domains: Collection[str]


class FindsCircle(Protocol):
    """Implementation: `Acquaintances`."""

    async def of(self, owner_id: str, address: str) -> Circle: ...


class Acquaintances:
    """Args:
    clock: seconds that only grow.
    """

    def __init__(
        self,
        users: UserRepository,
        policies: Policies,
        ceilings: Ceilings,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._users = users
        self._policies = policies
        self._ceilings = ceilings
        self._clock = clock
        self._people: dict[str, str] = {}
        self._until = 0.0

    async def of(self, owner_id: str, address: str) -> Circle:
        """Of a person with their proven address."""
        people = await self._everybody()
        written_to = await self._ceilings.written_to(owner_id)
        house = (await self._policies.now()).policy.inside or [_domain(mail_key(address))]
        return Circle(people, sorted({*house, *written_to, *map(_domain, people)}))

    async def _everybody(self) -> Mapping[str, str]:
        if self._clock() >= self._until:
            self._people = await self._read()
            self._until = self._clock() + _KNOWN_SECONDS
        return self._people

    async def _read(self) -> dict[str, str]:
        return {
            user.email_key: user.name
            for user in await self._users.unscoped_first(_MOST_PEOPLE)
            if user.active and user.email_verified and user.email_collides_with is None
        }


def _domain(key: str) -> str:
    return key.rpartition("@")[2]
