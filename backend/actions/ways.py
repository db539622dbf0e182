"""The ways by which an action can leave: this server's own, and the accounts that were connected to act with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from backend.actions.base import Channel, Workflow
from backend.actions.models import ActionKind
from backend.actions.paces import UNPACED, Pace
from backend.connectors.manifest import Setup
from backend.connectors.models import Connection


@dataclass(frozen=True, slots=True)
class Way:
    """From one account, for one kind. `via` names it; `name` and `address` are the account's, as people know it.
    `pace`: how fast the account may send."""

    via: str
    kind: ActionKind
    name: str
    address: str | None
    workflow: Workflow
    open: Callable[[], Channel]
    pace: Pace = UNPACED


class Accounts(Protocol):
    """What was connected to act with. Implemented by `connectors.service.ConnectionService`."""

    async def to_act_with(self, user_id: str) -> Sequence[Connection]:
        """A person's own and the workspace's that work now, newest first."""
        ...

    def opened(self, connection: Connection) -> Setup:
        """With what an account is opened."""
        ...

    def on_disconnected(self, tell: Callable[[str], Awaitable[None]]) -> None:
        """Has somebody told, by its id, of each that is disconnected."""
        ...


#: The way from an account of one type.
type MakeWay = Callable[[Connection, Callable[[], Setup]], Way]


class Ways:
    """A person's ways.

    Args:
        own: this server's, which everybody has.
        makers: by the slug of the connections that they are made of.
        besides: the same, for what such an account can do besides; these ways come after all others of accounts.
    """

    def __init__(
        self,
        own: Sequence[Way],
        makers: Mapping[str, MakeWay],
        accounts: Accounts,
        besides: Mapping[str, MakeWay] | None = None,
    ) -> None:
        self._own = own
        self._makers = (makers, besides or {})
        self._accounts = accounts

    async def all_of(self, user_id: str) -> list[Way]:
        """A person's accounts come before what everybody has."""
        connected = await self._accounts.to_act_with(user_id)
        found = [
            makers[one.type](one, partial(self._accounts.opened, one))
            for makers in self._makers
            for one in connected
            if one.type in makers
        ]
        return [*found, *self._own]

    async def find(self, user_id: str, kind: ActionKind, via: str) -> Way | None:
        """None: it was never theirs, or is not connected any more."""
        return next((way for way in await self.all_of(user_id) if (way.kind, way.via) == (kind, via)), None)
