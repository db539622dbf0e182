"""The `Source` port: one connected account as the library sees it.

A connector is a folder with a `Manifest` and a `Source`; its gateway (`client.py`) alone imports the vendor's SDK. It
hands over events and owns nothing else: batches, retries, checkpoints, the ledger, deletion and access lists are the
runner's (`sync/runner.py`).

Errors of every call to a source, classified once at its gateway: `SourceError`: `ReauthRequired`, `PermissionMissing`,
`InvalidConfig`, `SourceRateLimited`, `TransientFailure`, `CursorExpired`.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, SecretStr

from backend.documents.incoming import TextItem
from backend.documents.models import Person

type CredentialKind = Literal["oauth", "token", "service_account"]
type Mode = Literal["personal", "workspace"]


class Cursor(BaseModel):
    """How far a source was read; each source has a model of its own, in which everything is said.

    `VERSION` is raised when a stored cursor no longer means what it said: an older one counts as expired.
    """

    model_config = ConfigDict(extra="forbid")
    VERSION: ClassVar[int] = 1


class Options(BaseModel):
    """What a person may choose of a source; its JSON schema is the form on the page."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account is connected, in the source's own words. `id` never changes there."""

    id: str
    name: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open an item at its source.

    `people` are mail addresses, `groups` names of the source's groups (see `auth.directory`), `everybody` is every
    person of this server. `complete` False: the source did not tell all of it; the item then narrows to whoever
    connected it.
    """

    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    everybody: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source, read when its turn comes. `read` gives its bytes in pieces and may be called again."""

    external_id: str
    filename: str
    read: Callable[[], AsyncIterator[bytes]]
    mime: str | None = None
    title: str | None = None
    url: str | None = None
    author: str | None = None
    modified_at: datetime | None = None
    tags: tuple[str, ...] | None = None
    path: str | None = None
    parent: str | None = None
    people: tuple[Person, ...] | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Upsert:
    """An item as it is now. Its access list is `access`; the one inside a `TextItem` stays empty."""

    item: TextItem | SourceFile
    access: Access


@dataclass(frozen=True, slots=True)
class Delete:
    """The source says that an item is gone, or out of reach."""

    external_id: str


@dataclass(frozen=True, slots=True)
class ItemFailure:
    """An item that was not handed over. `skipped`: it never will be, as it is (too large, not a document)."""

    external_id: str
    title: str | None
    code: str
    message: str
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class ListingBegins:
    """From here on everything that exists is named, until `ListingEnds`; a listing may go on in later runs."""


@dataclass(frozen=True, slots=True)
class ListingEnds:
    """`complete`: nothing was cut, filtered or left out by an error; only then something is gone by being absent."""

    complete: bool


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything before it was handed over: a later run begins here. Taken before a listing, from the source."""

    cursor: Cursor


type SyncEvent = Upsert | Delete | ItemFailure | ListingBegins | ListingEnds | Checkpoint


class Source(Protocol):
    """One connected account. A source is opened for a run and closed after it."""

    async def check(self) -> Account:
        """Whether the credentials work, and whose they are."""
        ...

    def sync(self, cursor: Any) -> AsyncIterator[SyncEvent]:
        """What has changed since a cursor of the source's own model; None: everything, as a listing.

        It ends when there is nothing more for now. The runner may stop reading after any checkpoint.
        """
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Setup:
    """What opening a source needs: a token that works now, and what was chosen."""

    token: SecretStr
    options: Options


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission that is asked for, and the sentence that says why."""

    scope: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a connector says of itself; all that settings, API and pages know of it.

    Args:
        slug: its name in the API (`type` there), in settings and in stored records.
        name: how people call the service.
        icon: the name of its picture.
        rights: how the source's rights are copied, a line for each kind: (what there, what here).
        cursor: the model of its cursors.
        open: opens one account.
    """

    slug: str
    name: str
    icon: str
    scopes: tuple[Scope, ...]
    credentials: tuple[CredentialKind, ...]
    modes: tuple[Mode, ...]
    rights: tuple[tuple[str, str], ...]
    cursor: type[Cursor]
    open: Callable[[Setup], Source]
    options: type[Options] = Options
