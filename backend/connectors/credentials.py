"""What connections are opened with: tokens that people made, keys of service accounts, grants of consent pages."""

from collections.abc import Mapping

import structlog
from pydantic import SecretStr

from backend.connectors.base import Credential, Options
from backend.connectors.base import StaticCredential as Given
from backend.connectors.manifest import ConnectorSettings, Consent, CredentialKind, Manifest, Mode, Setup
from backend.connectors.models import ConnectedAccount, Connection
from backend.connectors.repository import ConnectionRepository
from backend.db.lease import NamedLeases
from backend.errors import InvalidInput, SourceError
from backend.oauth.client import OAuthClient, Registration
from backend.oauth.grants import Grant, GrantRepository
from backend.oauth.tokens import TokenSet

log = structlog.get_logger(__name__)


class Credentials:
    """Kept sealed under the connection's id.

    Args:
        settings: of each connector, by slug.
        public_url: of this server, as providers reach it; without https none of them does.
        max_pictures: so many of one item are recognised here.
    """

    def __init__(
        self,
        *,
        grants: GrantRepository,
        connections: ConnectionRepository,
        leases: NamedLeases,
        settings: Mapping[str, ConnectorSettings],
        public_url: str = "",
        max_pictures: int = 0,
    ) -> None:
        self._grants = grants
        self._connections = connections
        self._leases = leases
        self._settings = settings
        self._public_url = public_url
        self._max_pictures = max_pictures

    def settings(self, manifest: Manifest) -> ConnectorSettings:
        return self._settings[manifest.slug]

    def push_address(self, manifest: Manifest) -> str:
        """Where a connector's provider sends pushes to; empty: nowhere."""
        return push_address(self._public_url, manifest.slug)

    def pushes(self, manifest: Manifest) -> bool:
        """Whether pushes of a connector's provider are set up here, as far as this server can tell."""
        return bool(self.push_address(manifest)) and not manifest.push_gaps(self.settings(manifest))

    def kinds(self, manifest: Manifest) -> tuple[CredentialKind, ...]:
        """What can be given here: consent only where this installation is registered at the provider."""
        registered = manifest.consent is not None and self.settings(manifest).has_client
        return tuple(kind for kind in manifest.credentials if kind != "oauth" or registered)

    def client(self, manifest: Manifest, connection: Connection | None = None) -> OAuthClient:
        """`connection`: for which something is asked. Errors: `InvalidInput` (consent_not_set_up)."""
        consent, settings = manifest.consent, self.settings(manifest)
        if consent is None or "oauth" not in self.kinds(manifest):
            raise InvalidInput(
                f"Connecting {manifest.name} at its own page is not set up here. Use a token, or ask your operator.",
                code="consent_not_set_up",
                hint=f"Set {manifest.variable('client_id')} and …_CLIENT_SECRET.",
            )
        return OAuthClient(registration(manifest, consent, settings, connection))

    async def keep(self, connection_id: str, tokens: TokenSet) -> None:
        await self._grants.save(connection_id, tokens)

    def trial(
        self, manifest: Manifest, kind: CredentialKind, secret: SecretStr, options: Options, *, mode: Mode
    ) -> Setup:
        """Opens a source before anything is stored."""
        return Setup(kind, Given(secret), options, self.settings(manifest), mode=mode)

    def setup(self, connection: Connection, manifest: Manifest) -> Setup:
        """Opens a connection's source; what it may not open with shows when it is first used."""
        credential: Credential = (
            self._grant(connection.id, manifest)
            if connection.credential == "oauth"
            else _Kept(self._grants, connection.id)
        )
        options = manifest.options.model_validate(connection.options)
        return Setup(
            connection.credential,
            credential,
            options,
            self.settings(manifest),
            mode=connection.mode,
            push_address=self.push_address(manifest),
            max_pictures=self._max_pictures,
        )

    async def give_back(self, connection: Connection, manifest: Manifest | None) -> None:
        """Forgets them, and ends a grant at the provider as far as it answers and is known here, unless others stand on
        it.
        """
        if connection.credential == "oauth" and manifest is not None:
            others = await self._standing(manifest, connection.account) - {connection.id}
            try:
                await self._grant(connection.id, manifest).give_back(at_provider=not others)
            except (SourceError, InvalidInput) as error:
                log.warning("grant_not_given_back", connection_id=connection.id, code=error.code)
            else:
                return
        await self._grants.delete(connection.id)

    async def discard(self, manifest: Manifest, tokens: TokenSet, account: ConnectedAccount | None) -> None:
        """Gives back what was allowed and is not kept.

        Args:
            account: whose it is, as far as that was found out.
        """
        consent = manifest.consent
        at = consent.revocation(self.settings(manifest)) if consent else None
        if consent is None or at is None or await self._standing(manifest, account):
            return
        refresh = tokens.refresh_token if consent.revoke_with == "refresh" else None
        try:
            await self.client(manifest).revoke(at, refresh or tokens.access_token)
        except SourceError as error:
            log.warning("grant_not_given_back", connector=manifest.slug, code=error.code)

    async def _standing(self, manifest: Manifest, account: ConnectedAccount | None) -> set[str]:
        """Connections that stand on a consent of an account: at most providers giving back one ends all of them."""
        if account is None:
            return set()
        return await self._grants.present(await self._connections.allowed_by(manifest.slug, account.id))

    def _grant(self, name: str, manifest: Manifest) -> Grant:
        consent, settings = manifest.consent, self.settings(manifest)
        return Grant(
            name,
            client=self.client(manifest),
            token_endpoint=settings.token_url,
            revocation=consent.revocation(settings) if consent else None,
            revoke_with=consent.revoke_with if consent else "refresh",
            grants=self._grants,
            leases=self._leases,
        )


def push_address(public_url: str, slug: str) -> str:
    """Empty without https: no provider pushes to anything else."""
    return f"{public_url.rstrip('/')}/api/v1/connectors/{slug}/events" if public_url.startswith("https://") else ""


def registration(
    manifest: Manifest, consent: Consent, settings: ConnectorSettings, connection: Connection | None = None
) -> Registration:
    """This installation at a connector's provider, with what is asked for a connection."""
    scopes = manifest.scopes_of(connection.mode, connection.options) if connection else ()
    is_personal = connection is not None and connection.mode == "personal"
    return Registration(
        label=manifest.name,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scope=consent.scope_separator.join(scope.scope for scope in scopes),
        authenticate=consent.authenticate,
        body=consent.body,
        scope_parameter=(is_personal and consent.own_scope_parameter) or consent.scope_parameter,
        read_tokens=consent.read_tokens,
        pkce=consent.pkce,
        extra=consent.extra,
    )


class _Kept:
    """A `Credential` that was given once and is looked up when it is first used, and again when it is refused."""

    def __init__(self, grants: GrantRepository, name: str) -> None:
        self._grants = grants
        self._name = name
        self._token: str | None = None

    async def access_token(self, *, refused: str | None = None) -> str:
        if self._token is None or self._token == refused:
            self._token = (await self._grants.load(self._name)).access_token
        return await Given(SecretStr(self._token)).access_token(refused=refused)
