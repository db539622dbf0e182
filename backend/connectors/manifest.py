"""What a connector says of itself: how its accounts are opened and allowed, its settings and options, its rights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from backend.connectors.base import Calls, Credential, Options, Source
from backend.connectors.source_events import Cursor
from backend.errors import InvalidConfig

type CredentialKind = Literal["oauth", "token", "service_account"]
type Mode = Literal["personal", "workspace"]


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
        tells_deletions: whether what has changed names everything that is gone; False: a listing of everything does,
            once in a reconcile period.
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
    tells_deletions: bool = False
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
