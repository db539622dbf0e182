"""The ports of actions: a `Workflow` makes the artefact of one kind, a `Channel` sends it from one account.

Whatever a channel raises is classified once, in its own table of calls and errors: `NotDone` where it certainly did not
happen, and `Lost` for everything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from backend.access import Caller
from backend.actions.models import Attempt, Caution, Origin, Reach, Reason, Receipt


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose action it is: `address` is proven to be theirs."""

    caller: Caller
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Made:
    """An artefact that is not stored yet: its bytes, all else that goes out with them, and how it will look.

    `reaches`: whom and what it reaches, for the policy; None: the ``recipients`` of its request, with the
    ``attachments`` of its preview. `origins`: of fields whose origin the making itself has seen.
    """

    content: bytes
    request: dict[str, Any]
    preview: dict[str, Any]
    warnings: tuple[Caution, ...] = field(default=())
    reaches: Reach | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)


class NotDone(Exception):
    """It certainly did not happen. `again_after_seconds`: it may be tried again by itself then; None: it may not."""

    def __init__(self, code: str, message: str, *, again_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.reason = Reason(code=code, message=message)
        self.again_after_seconds = again_after_seconds


class Lost(Exception):
    """It may have happened: nobody can say."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.reason = Reason(code=code, message=message)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a channel sends: exactly these bytes with exactly this request, known at the provider by `key`.

    `prepared` is what `Channel.prepare` gave, as it is stored with the attempt.
    """

    content: bytes
    request: Mapping[str, Any]
    key: str
    prepared: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """Sends from one account. One is opened for each attempt and each look, and closed after it."""

    async def prepare(self, outgoing: Outgoing) -> Mapping[str, str]:
        """What can be done before anything leaves the house, such as a draft; stored before the call. Done again, it
        may leave something behind at the provider that nobody else sees. Errors: `NotDone`, and those of sources.
        """
        ...

    async def send(self, outgoing: Outgoing, *, now: datetime) -> Receipt:
        """One request, never repeated here. Errors: `NotDone`, `Lost`."""
        ...

    async def look(self, attempt: Attempt, request: Mapping[str, Any]) -> Receipt | None:
        """Whether the provider holds what an attempt sent. None: it was not seen there, which proves nothing."""
        ...

    async def close(self) -> None: ...


class Workflow(Protocol):
    """What is special about one kind of action."""

    async def make(self, owner: Owner, payload: Mapping[str, Any], *, action_id: str) -> Made:
        """The artefact of a payload. Errors: `InvalidInput`, `NotFound` for an attachment that the owner cannot see."""
        ...

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The payload in its one form. Errors: `InvalidInput` with the fields."""
        ...
