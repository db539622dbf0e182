"""What a source says while it is read: items, who may open them, what is gone, how far it was read."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict

from backend.documents.incoming import TextItem
from backend.documents.models import Person


class Cursor(BaseModel):
    """How far a source was read; each source has a model of its own, in which everything is said.

    `VERSION` is raised when a stored cursor no longer means what it said: an older one counts as expired.
    """

    model_config = ConfigDict(extra="forbid")
    VERSION: ClassVar[int] = 1

    def relisted(self) -> Self | None:
        """This cursor, except that everything there is will be named again, as a listing, beside what has changed.

        The runner asks for it every reconcile period. None where a feed of changes tells every deletion by itself, and
        while a listing is under way.
        """
        return None


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open an item at its source.

    `people` are mail addresses, or ids at the source (without an @) where it tells no address, `groups` names of the
    source's groups (see `GroupMembers`), `owner` is whoever connected the account (their own mailbox, for example),
    `everybody` every person of this server, which no source can know of: it is only ever chosen by a person, as an
    option. `complete` False: the source did not tell all of it; the item then narrows to whoever connected it or, with
    `account`, to the person with this address, whose account it is.
    """

    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    owner: bool = False
    everybody: bool = False
    complete: bool = True
    account: str | None = None


@dataclass(frozen=True, slots=True)
class GroupMembers:
    """The members of one of the source's groups (a channel, a repository, a domain's group), by mail address.

    Only members with an address that somebody here has proven see anything, and those whom an administrator has matched
    with somebody here. Where the source tells no address, a member is their id there (without an @). `names`: how
    members are called, as far as the source tells it, by what stands in `people`. A group's name begins with its kind
    (``channel:C024BE91L``) and never changes. `complete` False: not everybody could be read; what is known of the group
    then stays as it is. `owner`: whoever connected the account is a member, also where their address does not say so.
    """

    group: str
    people: frozenset[str]
    complete: bool = True
    owner: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source, read when its turn comes. `read` gives its bytes in pieces and may be called again.

    `same_as` as in `TextItem`.
    """

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
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Upsert:
    """An item as it is now. Its access list is `access`; the one inside a `TextItem` stays empty."""

    item: TextItem | SourceFile
    access: Access


@dataclass(frozen=True, slots=True)
class Deferred:
    """An item that is named with its revision, and read only when another revision of it is here, or none.

    `fetch` reads it when its turn comes, perhaps beside others and perhaps more than once; it may answer that the item
    is gone or not to be read. `access` counts in both cases, so a listing that costs nothing renews all access lists.
    What came with it as a `Whole` goes with it: it is named when this is, has its access, and is gone when this is.
    `chars`: about how long it is, where that is known; more short items are read together than long ones. `path`: where
    it lies, for what another place makes no other revision of.
    """

    external_id: str
    revision: str
    access: Access
    fetch: Callable[[], Awaitable["TextItem | SourceFile | Whole | Delete | ItemFailure"]]
    chars: int | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """An item with what only reading it tells of: parts of its own (a conversation's attachments), and the ids of
    others (a page's subpages).

    A part belongs to this item alone. One that came with it before and is not among `parts` is gone. Of `mentions`
    those of which nothing is known stand in the ledger until a listing names them, or `ListingEnds.confirm` does.
    """

    item: TextItem | SourceFile
    parts: tuple[Deferred, ...] = ()
    mentions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """Other people may open an item; its content is what it was. An item that is not here is passed over."""

    external_id: str
    access: Access


@dataclass(frozen=True, slots=True)
class Delete:
    """The source says that an item is gone, or out of reach. `at`: since when, where it tells that."""

    external_id: str
    at: datetime | None = None


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
    """From here on everything that exists is named, until `ListingEnds`; a listing may go on in later runs.

    `expected`: about how many items there are, where the source says it beforehand.
    """

    expected: int | None = None


@dataclass(frozen=True, slots=True)
class ListingEnds:
    """`complete`: nothing was cut, filtered or left out by an error; only then something is gone by being absent.

    `spared`: how the external ids of those begin that could not be looked at (a channel that was refused). They
    stay what they are, and the rest is complete nevertheless. `confirm`, of a source whose listings may overlook
    something: asked for each item that a complete listing did not name, by its id; it tells the events of those
    that are there, and nothing of those that are not. That may take
    more than one slice: the last checkpoint leads to this event again.
    """

    complete: bool
    spared: tuple[str, ...] = ()
    confirm: Callable[[str], AsyncGenerator["ItemEvent"]] | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything before it was handed over: a later run begins here. Taken before a listing, from the source."""

    cursor: Cursor


#: What is said of one item.
type ItemEvent = Upsert | Deferred | AccessChanged | Delete | ItemFailure
type SyncEvent = ItemEvent | GroupMembers | ListingBegins | ListingEnds | Checkpoint
