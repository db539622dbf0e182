"""The ways by which an action can leave: this server's own, and the accounts that were connected to act with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.actions.base import Channel, Workflow
from backend.actions.models import ActionKind
from backend.connectors.manifest import Setup
from backend.connectors.models import Connection


@dataclass(frozen=True, slots=True)
class Way:
    """From one account, for one kind. `via` names it; `name` and `address` are the account's, as people know it."""

    via: str
    kind: ActionKind
    name: str
    address: str | None
    workflow: Workflow
    open: Callable[[], Channel]


class Accounts(Protocol):
    """What was connected to act with. Implemented by `connectors.service.ConnectionService`."""

    async def to_act_with(self, user_id: str) -> Sequence[Connection]:
        """A person's own and the workspace's that work now, newest first."""
        ...

    def opened(self, connection: Connection) -> Setup:
        """With what an account is opened."""
        ...


#: The way from an account of one type.
type MakeWay = Callable[[Connection, Callable[[], Setup]], Way]


class Ways:
    """A person's ways.

    Args:
        own: this server's, which everybody has.
        makers: by the slug of the connections that they are made of.
    """

    def __init__(self, own: Sequence[Way], makers: Mapping[str, MakeWay], accounts: Accounts) -> None:
        self._own = own
        self._makers = makers
        self._accounts = accounts

    async def all_of(self, user_id: str) -> list[Way]:
        """A person's accounts come before what everybody has."""
        found = [self._way(one) for one in await self._accounts.to_act_with(user_id) if one.type in self._makers]
        return [*found, *self._own]

    async def find(self, user_id: str, kind: ActionKind, via: str) -> Way | None:
        """None: it was never theirs, or is not connected any more."""
        return next((way for way in await self.all_of(user_id) if (way.kind, way.via) == (kind, via)), None)

    def _way(self, connection: Connection) -> Way:
        return self._makers[connection.type](connection, lambda: self._accounts.opened(connection))
