"""What a connector says of itself: how its accounts are opened and allowed, its settings and options, its rights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from joserfc.jwk import Key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from backend.connectors.base import Calls, Credential, Options, Source
from backend.connectors.source_events import Cursor
from backend.errors import InvalidConfig
from backend.oauth.client import Revocation

type CredentialKind = Literal["oauth", "token", "service_account"]
type Mode = Literal["personal", "workspace"]
#: What an account is connected for: to be read, or to act with after an approval. Apart, also at the provider.
type Purpose = Literal["sync", "actions"]


class ConnectorSettings(BaseModel):
    """How this installation stands at a provider: ``BIBLIOS_CONNECTORS_<TYPE>_<FIELD>``, or ``BIBLIOS_ACTIONS_…``.

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

    `mode` is for access lists: what one person connected for themselves is `Access.owner`'s. `push_address`: where a
    provider reaches this server with pushes; empty: nowhere. `max_pictures`: so many of one item are recognised here;
    0: pictures are not read.
    """

    kind: CredentialKind
    credential: Credential
    options: Options
    settings: ConnectorSettings = field(default_factory=ConnectorSettings)
    calls: Calls = field(default_factory=Calls)
    mode: Mode = "workspace"
    push_address: str = ""
    max_pictures: int = 0


@dataclass(frozen=True, slots=True)
class Consent:
    """How a provider's consent page is asked and its tokens are read; addresses are in the connector's settings.

    Args:
        scope_parameter: where the scopes go; their `scope_separator` as the provider wants it.
        own_scope_parameter: where those of a personal connection go; None: to the same place.
        authenticate: where client id and secret go at the token endpoint; `body`: how its requests are written.
        extra: goes along with each authorisation, for example ``access_type=offline``.
        read_tokens: the RFC 6749 token answer out of the provider's own; most answer just that.
        revocation: how a grant is given back, from the settings; None: the provider has no way.
        revoke_with: which token ends a grant there.
        pkce: False where a provider takes it for a sign of a client without a secret.
    """

    scope_parameter: str = "scope"
    own_scope_parameter: str | None = None
    scope_separator: str = " "
    authenticate: Literal["body", "basic"] = "body"
    extra: Mapping[str, str] = field(default_factory=dict)
    read_tokens: Callable[[dict[str, Any]], dict[str, Any]] = dict
    body: Literal["form", "json"] = "form"
    revocation: Callable[[Any], Revocation | None] = lambda _settings: None
    revoke_with: Literal["refresh", "access"] = "refresh"
    pkce: bool = True


class SigningKeys(Protocol):
    """Public keys that providers sign with."""

    async def key(self, url: str, key_id: str) -> Key | None:
        """A key of the set at an address; None: it has none of this id. Errors: `TransientFailure`."""
        ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """A push as it came. Names of `headers` are in lower case, or found in any.

    `settings` are those of the connector and hold its secret. `address`: as of `Setup.push_address`.
    """

    body: bytes
    headers: Mapping[str, str]
    settings: Any
    address: str
    keys: SigningKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a provider's push says: whose accounts have something new. What is new is asked for, never believed.

    `accounts` are ids of accounts, `beginnings` how they begin (everybody's of one organisation there). `watch` is the
    name of a promise (see `base.Watch`); with a `token`, nothing else proves where the push comes from.
    `offered`: the secret that later pushes are to be signed with; anybody can have made it up.
    `delivery` identifies the push, where the provider numbers them: one that comes again is answered and does nothing.
    `reply` is what the provider wants to hear (the word of a first handshake).
    """

    accounts: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()
    watch: str | None = None
    token: str | None = None
    offered: str | None = None
    delivery: str | None = None
    reply: Mapping[str, str] | None = None


class Push(Protocol):
    """Reads a push."""

    async def __call__(self, push: Incoming, /) -> Pushed:
        """Errors: `Unauthenticated` for a signature that is missing, wrong or old, `InvalidInput`."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission that is asked for, and the sentence that says why.

    `modes`: of which connections. `option`: only where this option is switched on.
    """

    scope: str
    why: str
    modes: tuple[Mode, ...] = ("personal", "workspace")
    option: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a connector says of itself; all that settings, API and pages know of it.

    Args:
        slug: its name in settings and in stored records.
        purpose: what its accounts are connected for.
        service: its name in the API (`type` there), where that is not its slug: one service may be connected for both.
        registered_as: whose name its settings carry, where several share a registration at the provider.
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
        description: what it reads, in a sentence; `copies`: the kinds of things of which documents are made.
        opaque_id: whether an external id shows nothing of its item's content (a path would), so that administrators may
            be told it who cannot open the item.
        items_a_minute: at most so many items can be fetched by the provider's own limits, where that is known; for the
            time left.
        tells_deletions: whether what has changed names everything that is gone; False: a listing of everything does,
            once in a reconcile period.
        push: reads what the provider sends when something is new; None: it sends nothing.
        push_needs: the fields of the settings without which it sends nothing, or cannot be told from anybody else.
        watches: it has to be asked for pushes, account by account: `Source.watchable`.
        offers_secret: it says itself what it will sign with, in a first push: `Pushed.offered`.
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
    description: str = ""
    copies: tuple[str, ...] = ()
    opaque_id: Callable[[str], bool] = lambda _external_id: False
    items_a_minute: float | None = None
    tells_deletions: bool = False
    push: Push | None = None
    push_needs: tuple[str, ...] = ()
    watches: bool = False
    offers_secret: bool = False
    purpose: Purpose = "sync"
    service: str = ""
    registered_as: str = ""

    @property
    def type(self) -> str:
        return self.service or self.slug

    def variable(self, field_name: str) -> str:
        """The environment's name of one of its settings."""
        group = "ACTIONS" if self.purpose == "actions" else "CONNECTORS"
        return f"BIBLIOS_{group}_{self.prefix}{field_name}".upper()

    @property
    def prefix(self) -> str:
        """What the names of its settings begin with, in its group."""
        return f"{self.registered_as or self.slug}_"

    def scopes_of(self, mode: Mode, options: Mapping[str, Any]) -> tuple[Scope, ...]:
        """What a connection asks for."""
        return tuple(
            scope for scope in self.scopes if mode in scope.modes and (not scope.option or options.get(scope.option))
        )

    def read_settings(self, given: Mapping[str, SecretStr]) -> ConnectorSettings:
        """This connector's own out of those of all of its purpose (``slack_client_id``).

        Errors: `InvalidConfig`, with the name of the variable that does not fit.
        """
        prefix = self.prefix
        own = {
            name.removeprefix(prefix): value.get_secret_value()
            for name, value in given.items()
            if name.startswith(prefix)
        }
        try:
            return self.settings.model_validate(own)
        except ValidationError as error:
            names = ", ".join(self.variable(str(item["loc"][0])) for item in error.errors())
            raise InvalidConfig(f"{names} does not fit {self.name}.", hint="See `.env.example`.") from error

    def push_gaps(self, settings: ConnectorSettings) -> list[str]:
        """The variables that pushes need and that are not set."""
        given = settings.model_dump()
        missing = [name for name in self.push_needs if not _text(given[name])]
        return [self.variable(name) for name in missing]


def _text(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
