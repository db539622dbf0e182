"""Allowing a connection at the provider's own page: the way there, and the way back."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import SecretStr

from backend.connectors.credentials import Credentials
from backend.connectors.manifest import CredentialKind, Manifest
from backend.connectors.models import ConnectedAccount, Connection
from backend.connectors.registry import Registry
from backend.connectors.repository import ConnectionRepository
from backend.connectors.service import account_of, require_same
from backend.db.lease import Clock
from backend.errors import BibliosError, NotFound, PermissionMissing, SourceError, Unauthenticated
from backend.oauth.flow import Flow, FlowRepository
from backend.oauth.tokens import TokenSet

#: Whether a session (id, user) still lives: what was begun in one that ended comes to nothing.
type IsLive = Callable[[str, str], Awaitable[bool]]
type Begin = Callable[[Connection, ConnectedAccount, CredentialKind], Awaitable[None]]

_CONNECTION, _SESSION = "connection_id", "session_id"


@dataclass(frozen=True, slots=True)
class Consenting:
    """`browser_secret` belongs into a cookie of the browser that goes to `url`."""

    url: str
    browser_secret: str


class ConsentService:
    """Connects accounts by OAuth. A connection keeps the account that it was made with."""

    def __init__(
        self,
        *,
        connections: ConnectionRepository,
        credentials: Credentials,
        flows: FlowRepository,
        registry: Registry,
        is_live: IsLive,
        begin: Begin,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._credentials = credentials
        self._flows = flows
        self._registry = registry
        self._is_live = is_live
        self._begin = begin
        self._clock = clock

    async def start(
        self, connection: Connection, *, redirect_uri: str, return_to: str, user_id: str, session_id: str
    ) -> Consenting:
        """Errors: `InvalidInput` (consent_not_set_up)."""
        manifest = self._registry.get(connection.type)
        client = self._credentials.client(manifest, connection)
        state, browser, flow = await self._flows.begin(
            provider=_provider(connection.type),
            redirect_uri=redirect_uri,
            return_to=return_to,
            intent="connect",
            user_id=user_id,
            payload={_CONNECTION: connection.id, _SESSION: session_id},
        )
        await self._connections.change(connection.id, {"asked_at": self._clock()})
        url = client.authorization_url(self._credentials.settings(manifest).authorize_url, flow.challenge(state))
        return Consenting(url, browser)

    async def claim(self, type_: str, *, state: str, browser_secret: str) -> Flow:
        """The consent that a browser comes back from, once. Errors: `SourceError` (state_invalid)."""
        flow = await self._flows.take(state, browser_secret, _provider(type_))
        if flow is None:
            raise SourceError(
                "This was not begun in this browser, is over, or took too long. Start again.", code="state_invalid"
            )
        return flow

    async def arrive(self, flow: Flow, *, state: str, code: str) -> Connection:
        """Takes the tokens, if they are of the right account and allow what is needed.

        Errors: `SourceError`, `Conflict` (another_account), `NotFound`, `Unauthenticated` (session_ended).
        """
        connection = await self._connections.get(flow.payload.get(_CONNECTION, ""))
        if connection is None or connection.deleting:
            raise NotFound("This connection does not exist any more.")
        manifest = self._registry.get(connection.type)
        client, settings = self._credentials.client(manifest), self._credentials.settings(manifest)
        tokens = await client.exchange(settings.token_url, code, flow.challenge(state))
        account: ConnectedAccount | None = None
        try:
            await self._require_live(flow)
            _require_scopes(connection, manifest, tokens)
            account = await self._whose(connection, manifest, tokens)
            require_same(connection, account)
        except BibliosError:
            if account is None:
                with contextlib.suppress(SourceError):
                    account = await self._whose(connection, manifest, tokens)
            await self._credentials.discard(manifest, tokens, account)
            raise
        await self._credentials.keep(connection.id, tokens)
        await self._begin(connection, account, "oauth")
        return connection

    async def _whose(self, connection: Connection, manifest: Manifest, tokens: TokenSet) -> ConnectedAccount:
        options = manifest.options.model_validate(connection.options)
        secret = SecretStr(tokens.access_token)
        trial = self._credentials.trial(manifest, "oauth", secret, options, mode=connection.mode)
        return await account_of(manifest, trial)

    async def _require_live(self, flow: Flow) -> None:
        if not await self._is_live(flow.payload.get(_SESSION, ""), flow.user_id or ""):
            raise Unauthenticated("Your session has ended. Sign in again.", code="session_ended")


def _provider(type_: str) -> str:
    """Apart from the providers that people sign in with."""
    return f"connector:{type_}"


def _require_scopes(connection: Connection, manifest: Manifest, tokens: TokenSet) -> None:
    """People may untick what is asked for. A provider that does not say what it granted is believed."""
    granted = set(tokens.scope.replace(",", " ").split())
    needed = manifest.scopes_of(connection.mode, connection.options)
    missing = [scope for scope in needed if scope.scope not in granted] if granted else []
    if missing:
        wanted = "; ".join(f"{scope.scope} ({scope.why})" for scope in missing)
        raise PermissionMissing(f"{manifest.name} was connected without something that is needed: {wanted}.")
