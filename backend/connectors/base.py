"""The `Source` port: one connected account as the library sees it.

A connector is a folder with a `Manifest` and a `Source`; its gateway (`client.py`) alone imports the vendor's SDK. It
hands over events and owns nothing else: batches, retries, checkpoints, the ledger, deletion and access lists are the
runner's (`sync/runner.py`). `docs/developer/connectors.md` builds one.

Errors of every call to a source, classified once at its gateway: `SourceError`: `ReauthRequired`, `PermissionMissing`,
`InvalidConfig`, `SourceRateLimited`, `TransientFailure`, `CursorExpired`.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from backend.documents.incoming import TextItem
from backend.documents.models import Person
from backend.errors import InvalidConfig, ReauthRequired

type CredentialKind = Literal["oauth", "token", "service_account"]
type Mode = Literal["personal", "workspace"]


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

    `people` are mail addresses, `groups` names of the source's groups (see `GroupMembers`), `owner` is whoever
    connected the account (their own mailbox, for example), `everybody` every person of this server, which no source
    can know of: it is only ever chosen by a person, as an option. `complete` False: the source did not tell all of it;
    the item then narrows to whoever connected it.
    """

    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    owner: bool = False
    everybody: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class GroupMembers:
    """The members of one of the source's groups (a channel, a repository, a domain's group), by mail address.

    Only members with an address that somebody here has proven see anything. A group's name begins with its kind
    (``channel:C024BE91L``) and never changes. `complete` False: not everybody could be read; what is known of the group
    then stays as it is.
    """

    group: str
    people: frozenset[str]
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
class Deferred:
    """An item that is named with its revision, and read only when another revision of it is here, or none.

    `fetch` reads it when its turn comes, perhaps beside others and perhaps more than once; it may answer that the item
    is gone or not to be read. `access` counts in both cases, so a listing that costs nothing renews all access lists.
    What came with it as a `Whole` goes with it: it is named when this is, has its access, and is gone when this is.
    `chars`: about how long it is, where that is known; batches of short items hold more of them.
    """

    external_id: str
    revision: str
    access: Access
    fetch: Callable[[], Awaitable["TextItem | SourceFile | Whole | Delete | ItemFailure"]]
    chars: int | None = None


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


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing that a connection needs at its source, tried before the first synchronisation.

    `state` "unknown": it could not be found out, which proves nothing against the credentials. `message` says what was
    found, and what to do where it did not pass.
    """

    name: Literal["indexing", "membership", "groups", "permissions"]
    state: Literal["passed", "failed", "unknown"]
    message: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen in an option (a channel, a folder, a repository). `value` is its id there."""

    value: str
    label: str


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


class ConnectorSettings(BaseModel):
    """How this installation stands at a provider: ``BIBLIOS_CONNECTORS_<TYPE>_<FIELD>``.

    A connector inherits from it, sets the provider's own addresses as defaults and adds what is special.
    """

    model_config = ConfigDict(extra="forbid")

    client_id: str = Field("", description="of the client registered at the provider; empty: no consent page")
    client_secret: SecretStr = SecretStr("")
    api_url: str = ""
    authorize_url: str = ""
    token_url: str = ""

    @property
    def has_client(self) -> bool:
        return bool(self.client_id and self.client_secret.get_secret_value())


@dataclass(frozen=True, slots=True)
class Setup:
    """What opening a source needs. `kind` says what `credential` gives. `settings`: those of the connector.

    `mode` is for access lists: what one person connected for themselves is `Access.owner`'s.
    """

    kind: CredentialKind
    credential: Credential
    options: Options
    settings: ConnectorSettings = field(default_factory=ConnectorSettings)
    calls: Calls = field(default_factory=Calls)
    mode: Mode = "workspace"


@dataclass(frozen=True, slots=True)
class Consent:
    """How a provider's consent page is asked and its tokens are read; addresses are in the connector's settings.

    Args:
        scope_parameter: where the scopes go; their `scope_separator` as the provider wants it.
        authenticate: where client id and secret go at the token endpoint; `body`: how its requests are written.
        extra: goes along with each authorisation, for example ``access_type=offline``.
        read_tokens: the RFC 6749 token answer out of the provider's own; most answer just that.
        revoke_url: where a grant is given back (RFC 7009), from the settings; None: the provider has none.
        revoke_with: which token ends a grant there.
        pkce: False where a provider takes it for a sign of a client without a secret.
    """

    scope_parameter: str = "scope"
    scope_separator: str = " "
    authenticate: Literal["body", "basic"] = "body"
    extra: Mapping[str, str] = field(default_factory=dict)
    read_tokens: Callable[[dict[str, Any]], dict[str, Any]] = dict
    body: Literal["form", "json"] = "form"
    revoke_url: Callable[[Any], str | None] = lambda _settings: None
    revoke_with: Literal["refresh", "access"] = "refresh"
    pkce: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a provider's push says: whose accounts have something new. What is new is asked for, never believed.

    `accounts` are ids of accounts, `beginnings` how they begin (everybody's of one organisation there).
    `delivery` identifies the push, where the provider numbers them: one that comes again is answered and does nothing.
    `reply` is what the provider wants to hear (the word of a first handshake).
    """

    accounts: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()
    delivery: str | None = None
    reply: Mapping[str, str] | None = None


class Push(Protocol):
    """Reads a push: the raw body with its headers (names in lower case), and the settings that hold its secret."""

    def __call__(self, body: bytes, headers: Mapping[str, str], settings: Any, /) -> Pushed:
        """Errors: `Unauthenticated` for a signature that is missing, wrong or old, `InvalidInput`."""
        ...


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
        options: what can be chosen; a field with ``json_schema_extra={"choices": True}`` is picked from
            `Source.choices`.
        settings: how this installation stands at the provider.
        consent: how people allow it at the provider's own page; None: only tokens.
        parallel: how many items are fetched at once.
        push: reads what the provider sends when something is new; None: it sends nothing.
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
    settings: type[ConnectorSettings] = ConnectorSettings
    consent: Consent | None = None
    parallel: int = 4
    push: Push | None = None

    def read_settings(self, given: Mapping[str, SecretStr]) -> ConnectorSettings:
        """This connector's own out of those of all of them (``slack_client_id``).

        Errors: `InvalidConfig`, with the name of the variable that does not fit.
        """
        prefix = f"{self.slug}_"
        own = {
            name.removeprefix(prefix): value.get_secret_value()
            for name, value in given.items()
            if name.startswith(prefix)
        }
        try:
            return self.settings.model_validate(own)
        except ValidationError as error:
            names = ", ".join(f"BIBLIOS_CONNECTORS_{prefix}{item['loc'][0]}".upper() for item in error.errors())
            raise InvalidConfig(f"{names} does not fit {self.name}.", hint="See `.env.example`.") from error
