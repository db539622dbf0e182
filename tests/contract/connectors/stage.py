"""What the conformance suite needs of a connector: its service as a stand-in, and the truth to compare a library with.

A stage is a module ``<slug>_stage.py`` in this folder with a function ``stage()``; the suite finds it by its name.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from backend.connectors.manifest import Manifest, Mode
from tests.support.provider_wire import Request, Wire

#: The people of every stage: Ada connects, both have accounts here, and at the source as far as it knows people.
ADA, BEN = "ada@example.com", "ben@example.com"

#: What a provider can do wrong, in its own words and shapes.
type FaultKind = Literal[
    "unauthorized",
    "forbidden",
    "limited",
    "limited_without_a_time",
    "down",
    "dropped",
    "cut",
    "garbled",
]
#: What not every source knows. `share`: items have readers of their own. `join`: people come to groups and leave them,
#: and see what the group sees. `move`: items have a place. `restore`: what was deleted comes back. `consent`: people
#: allow it at the provider's page. `expire_cursor`: changes are forgotten. `lie`: a listing may come out cut or empty.
type Ability = Literal["share", "join", "move", "restore", "consent", "expire_cursor", "lie"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as its source has it: words that its text holds, and who may open it there."""

    words: str
    readers: frozenset[str]


class Stage(Protocol):
    """One connector over a stand-in of its service. All ids are external ids as the connector hands them over."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def can(self) -> frozenset[Ability]: ...

    @property
    def mode(self) -> Mode: ...

    @property
    def wire(self) -> Wire | None:
        """What stands in front of the stand-in; None: nothing is sent to it."""
        ...

    def is_call(self, request: Request) -> bool:
        """Whether a request is one to the API, and not for a token."""
        ...

    @property
    def credentials(self) -> dict[str, Any]:
        """The credentials of a connection by token or service account, as in the body of ``POST /connections``."""
        ...

    @property
    def options(self) -> dict[str, Any]: ...

    def serving(self) -> AbstractAsyncContextManager[Mapping[str, str]]:
        """Serves the stand-in while the block lasts; gives the connector's settings (``slack_api_url``, …)."""
        ...

    def reset(self) -> None:
        """An empty service, without faults, with Ada and Ben."""
        ...

    def truth(self) -> dict[str, Entry]:
        """Every item that a synchronisation should have here."""
        ...

    def add(self, words: str, *readers: str) -> str:
        """A new item; without readers Ada's alone where a source knows readers. Its id."""
        ...

    def edit(self, id_: str, words: str) -> None: ...
    def remove(self, id_: str) -> None: ...

    def restore(self, id_: str) -> None: ...
    def move(self, id_: str) -> None:
        """Another place or name, the same item."""
        ...

    def share(self, id_: str, *readers: str) -> None:
        """These readers and no others."""
        ...

    def join(self, id_: str, reader: str) -> None:
        """A person comes to the group by which an item is seen (a channel, a repository)."""
        ...

    def leave(self, id_: str, reader: str) -> None: ...

    def spoil(self, id_: str) -> None:
        """Makes an item malformed, in a way that its service might."""
        ...

    def swell(self, id_: str) -> None:
        """Makes an item larger than what is taken (the suite's limits are small)."""
        ...

    def fail(self, nth: int, kind: FaultKind) -> None:
        """The nth request from now fails like this."""
        ...

    def calls(self) -> int:
        """Requests so far."""
        ...

    def expire_cursor(self) -> None:
        """The service forgets what has changed until now."""
        ...

    def expire_token(self) -> None:
        """Access tokens that were given out end; refresh tokens work."""
        ...

    def revoke(self) -> None:
        """The account takes back what it allowed, tokens that were pasted included."""
        ...

    def lie(self, how: Literal["cut", "empty"] | None) -> None:
        """Listings come out cut (with an error on the way) or empty, while items are there; None: no longer."""
        ...

    async def consent(self, authorize_url: str) -> str:
        """Goes to the provider's page as Ada, allows it, and gives the address that the browser is sent back to."""
        ...
