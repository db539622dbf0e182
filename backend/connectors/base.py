"""The `Source` port: one connected account as the library sees it.

A connector is a folder with a `Manifest` and a `Source`; its gateway (`client.py`) alone knows the provider's wire. It
hands over events (`source_events.py`) and owns nothing else: batches, retries, checkpoints, the ledger, deletion and
access lists are the runner's (`sync/runner.py`). `docs/developer/connectors.md` builds one.

Errors of every call to a source, classified once at its gateway: `SourceError`: `ReauthRequired`, `PermissionMissing`,
`InvalidConfig`, `SourceRateLimited`, `TransientFailure`, `CursorExpired`.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, SecretStr

from backend.connectors.source_events import GroupMembers, SyncEvent
from backend.errors import InvalidConfig, ReauthRequired

#: The code of an `InvalidConfig` that other options mend.
OPTIONS_INVALID = "options_invalid"


class Options(BaseModel):
    """What a person may choose of a source; its JSON schema is the form on the page.

    Of a field's ``json_schema_extra``, "choices" says that it is picked from `Source.choices`, and "only_with" with
    which kind of credentials it counts; it is asked for together with these.
    """

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account is connected, in the source's own words. `id` never changes there."""

    id: str
    name: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing that a connection needs at its source, tried before it is first used.

    `state` "unknown": it could not be found out, which proves nothing against the credentials. `message` says what was
    found, and what to do where it did not pass.
    """

    name: Literal["indexing", "membership", "groups", "permissions", "sending"]
    state: Literal["passed", "failed", "unknown"]
    message: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen in an option (a channel, a folder, a repository). `value` is its id there."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Watch:
    """A provider's promise to push until `ends_at` when something of a target is new.

    `name`: by which its pushes name it. `resource`: what the provider wants to hear besides to end it.
    """

    target: str
    name: str
    ends_at: datetime
    resource: str = ""


class Source(Protocol):
    """One connected account. A source is opened for a run and closed after it; its methods raise `SourceError`.

    Connectors inherit from it: what has a body here is optional.
    """

    async def check(self) -> Account:
        """Whether the credentials work, and whose they are."""
        ...

    def sync(self, cursor: Any) -> AsyncGenerator[SyncEvent]:
        """What has changed since a cursor of the source's own model; None: everything, as a listing.

        It ends when there is nothing more for now. The runner may stop reading after any checkpoint. With several
        streams (channels, repositories), a checkpoint after each page of each.
        """
        ...

    async def close(self) -> None: ...

    async def groups(self) -> AsyncGenerator[GroupMembers]:
        """Every group that access lists name, with its members. Read before each run: access has a clock of its own.

        A group that is not named has no members from then on, unless the source raised.
        """
        none: tuple[GroupMembers, ...] = ()
        for members in none:
            yield members

    async def capabilities(self) -> tuple[Capability, ...]:
        """What works with these credentials, before anything is read. Never raises for what does not."""
        return ()

    async def choices(self, option: str) -> tuple[Choice, ...]:
        """What can be chosen in a field of the options, as far as these credentials see it."""
        return ()

    async def watchable(self) -> tuple[str, ...]:
        """What the provider is asked to push about, each target by itself (a mailbox, a shared drive).

        Asked only where `Manifest.watches` says so, and pushing is set up here.
        """
        return ()

    async def watch(self, target: str, *, name: str, token: str) -> Watch:
        """Asks for pushes about a target, or asks once more before the promise ends.

        `name` is new, and `token` a secret: for providers that send both back with each push.
        """
        raise InvalidConfig("This source does not push.")

    async def unwatch(self, watch: Watch) -> None:
        """Ends what `watch` was promised."""
        return


class ActingAccount(Source):
    """An account that is acted with, and never read: of it only `check` and `capabilities` are asked."""

    async def sync(self, cursor: Any) -> AsyncGenerator[SyncEvent]:
        none: tuple[SyncEvent, ...] = ()
        for event in none:
            yield event


class Credential(Protocol):
    """What an account is opened with. Its implementations are `StaticCredential` and `oauth.grants.Grant`."""

    async def access_token(self, *, refused: str | None = None) -> str:
        """A token that works now; for a service account its key, as JSON.

        Args:
            refused: the token that the provider has just refused, whatever its end says. Ask once more with what comes
                back, and no further.

        Errors: `SourceError`, above all `ReauthRequired`.
        """
        ...


class StaticCredential:
    """A token that a person made at the source: there is no other."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    async def access_token(self, *, refused: str | None = None) -> str:
        token = self._token.get_secret_value()
        if token == refused:
            raise ReauthRequired("This token is not accepted. Make a new one at the source and connect it with that.")
        return token


@dataclass(slots=True)
class Calls:
    """How many requests a run has sent to its provider; each gateway counts its own."""

    count: int = 0
