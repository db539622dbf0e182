"""Grants that last: tokens kept encrypted, renewed once however many workers need them, and given back."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Literal

from backend.db.collection import Collection, CollectionSpec, Database
from backend.db.lease import LeaseLost, LeaseTaken, NamedLeases
from backend.errors import ReauthRequired, TransientFailure
from backend.oauth.client import OAuthClient, Revocation
from backend.oauth.tokens import TokenSet
from backend.secrets import SecretBox

GRANTS = CollectionSpec("oauth_grants")

#: A token is renewed this long before it ends, so that it does not end on its way.
_MARGIN = timedelta(minutes=2)
#: A provider answers within this, or the lease is prolonged; whoever waits longer than `_WAIT` gives up.
_LEASE = timedelta(seconds=30)
_WAIT = timedelta(seconds=60)
_PAUSE = timedelta(milliseconds=50)


class GrantRepository:
    """Tokens by the name of their grant (a connection's id, for example), sealed."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._grants: Collection = database.collection(GRANTS)
        self._box = box

    async def load(self, name: str) -> TokenSet:
        """Sealed anew when an older key had sealed it. Errors: `ReauthRequired` when there are none."""
        record = await self._grants.find_one({"_id": name})
        if record is None:
            raise ReauthRequired("Nothing is allowed any more. Allow it again.")
        sealed = str(record["tokens"])
        tokens = TokenSet.model_validate_json(self._box.open(sealed, about=_about(name)))
        if self._box.is_outdated(sealed):
            # Conditional: tokens that were renewed meanwhile stay.
            anew = {"$set": {"tokens": self._sealed(name, tokens)}}
            await self._grants.update_one({"_id": name, "tokens": sealed}, anew)
        return tokens

    async def save(self, name: str, tokens: TokenSet) -> None:
        change = {"$set": {"tokens": self._sealed(name, tokens), "saved_at": datetime.now(UTC)}}
        await self._grants.update_one({"_id": name}, change, upsert=True)

    async def present(self, names: Iterable[str]) -> set[str]:
        """Those of these grants of which there are tokens."""
        found = await self._grants.find({"_id": {"$in": sorted(names)}}, fields=("saved_at",))
        return {record["_id"] for record in found}

    async def delete(self, name: str) -> None:
        await self._grants.delete_one({"_id": name})

    def _sealed(self, name: str, tokens: TokenSet) -> str:
        return self._box.seal(tokens.model_dump_json(), about=_about(name))


class Grant:
    """One grant as those see it who call the provider.

    Args:
        leases: one at a time renews or gives back, over all processes.
        revocation: None where the provider has none; then giving back only forgets.
        revoke_with: which token ends the grant there. An access token that has ended is renewed for that.
        clock: the present time in UTC.
    """

    def __init__(
        self,
        name: str,
        *,
        client: OAuthClient,
        token_endpoint: str,
        revocation: Revocation | None,
        grants: GrantRepository,
        leases: NamedLeases,
        revoke_with: Literal["refresh", "access"] = "refresh",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._name = name
        self._client = client
        self._token_endpoint = token_endpoint
        self._revocation = revocation
        self._grants = grants
        self._leases = leases
        self._revoke_with = revoke_with
        self._clock = clock
        self._known: TokenSet | None = None

    async def access_token(self, *, refused: str | None = None) -> str:
        """A token that works now.

        It is looked up when it is first asked for, and again when it was refused or is about to end: one grant serves
        one source for a slice of a run, and thousands of calls.

        Many providers spend a refresh token with its first use: two workers that both used it would end the grant. So
        one renews under the lease; the others wait for it, and find the new token when they read again.

        Args:
            refused: the token that the provider has just refused, whatever its end says.

        Errors: `SourceError`, above all `ReauthRequired`.
        """
        if self._known is not None and self._works(self._known, refused):
            return self._known.access_token
        self._known = await self._grants.load(self._name)
        if self._works(self._known, refused):
            return self._known.access_token
        async with self._alone():
            self._known = await self._grants.load(self._name)
            if not self._works(self._known, refused):
                self._known = await self._renewed(self._known)
            return self._known.access_token

    async def give_back(self, *, at_provider: bool = True) -> None:
        """Forgets the tokens, then ends the grant at the provider.

        Errors: `SourceError`; the tokens are forgotten anyway.
        """
        self._known = None
        async with self._alone():
            tokens = await self._grants.load(self._name)
            await self._grants.delete(self._name)
        if self._revocation is None or not at_provider:
            return
        token = tokens.refresh_token or tokens.access_token
        if self._revoke_with == "access":
            token = tokens.access_token
            if tokens.refresh_token is not None and not self._works(tokens, None):
                token = (await self._client.refresh(self._token_endpoint, tokens.refresh_token)).access_token
        await self._client.revoke(self._revocation, token)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        try:
            async with self._leases.held(f"oauth:{self._name}", _LEASE, wait=_WAIT, pause=_PAUSE):
                yield
        except (LeaseTaken, LeaseLost) as error:
            raise TransientFailure("The access is being renewed elsewhere. Try again in a minute.") from error

    async def _renewed(self, tokens: TokenSet) -> TokenSet:
        if tokens.refresh_token is None:
            raise ReauthRequired("What was allowed has ended. Allow it again.")
        try:
            newer = await self._client.refresh(self._token_endpoint, tokens.refresh_token)
        except ReauthRequired:
            # Whoever held the lease before may have lost it while it waited for the provider, and saved after all.
            stored = await self._grants.load(self._name)
            if stored.refresh_token != tokens.refresh_token:
                return stored
            raise
        renewed = tokens.renewed_by(newer)
        await self._grants.save(self._name, renewed)
        return renewed

    def _works(self, tokens: TokenSet, refused: str | None) -> bool:
        return tokens.access_token != refused and tokens.is_fresh(self._clock(), margin=_MARGIN)


def _about(name: str) -> str:
    return f"grant {name}"
