"""OpenID Connect with the authorization code flow: any provider with discovery."""

import hmac
import time
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from backend.auth.oauth.base import Profile, identity_invalid
from backend.auth.oauth.client import ProviderClient
from backend.oauth.client import Challenge
from backend.settings import OidcSettings

#: Never a symmetric one: the client secret is no signing key.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY_SECONDS = 60
_METADATA_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class _Metadata:
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    read_at: float


class OidcProvider:
    """One provider, read from its discovery document when it is first used.

    Providers with peculiarities of their own (`google`, `microsoft`) override `issuer` and `email_verified`.
    """

    def __init__(self, name: str, label: str, settings: OidcSettings) -> None:
        self.name = name
        self.label = label
        self._settings = settings
        self._client = ProviderClient(settings, label=label, scope=settings.scope)
        self._metadata: _Metadata | None = None
        self._keys: KeySet | None = None

    async def authorization_url(self, challenge: Challenge) -> str:
        metadata = await self._discover()
        return self._client.authorization_url(metadata.authorization_endpoint, challenge, nonce=challenge.nonce)

    async def profile(self, code: str, challenge: Challenge) -> Profile:
        metadata = await self._discover()
        token = await self._client.exchange(metadata.token_endpoint, code, challenge)
        id_token = token.extra.get("id_token")
        if not isinstance(id_token, str):
            raise identity_invalid(self.label)
        claims = await self._verified(id_token, metadata, challenge.nonce, access_token=token.access_token)
        email = claims.get("email")
        return Profile(
            issuer=str(claims["iss"]),
            subject=str(claims["sub"]),
            email=email if isinstance(email, str) and "@" in email else None,
            email_verified=self.email_verified(claims),
            name=str(claims.get("name") or ""),
        )

    def email_verified(self, claims: dict[str, Any]) -> bool:
        """Whether the provider vouches that the mailbox is theirs."""
        return claims.get("email_verified") in (True, "true")

    def issuer(self, announced: str, claims: dict[str, Any]) -> str:
        """Who must have issued an id_token with these claims, by what the discovery document announces."""
        return announced

    async def _verified(
        self, id_token: str, metadata: _Metadata, nonce: str, *, access_token: str | None
    ) -> dict[str, Any]:
        """The claims of an id_token that is signed by the provider, for us, now, and for this very sign-in."""
        try:
            try:
                decoded = jwt.decode(id_token, await self._signing_keys(metadata), algorithms=_ALGORITHMS)
            except (JoseError, ValueError):  # the provider may have rotated its keys: look once more
                decoded = jwt.decode(id_token, await self._signing_keys(metadata, again=True), algorithms=_ALGORITHMS)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self.issuer(metadata.issuer, decoded.claims)},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "sub": {"essential": True},
                },
                params={"nonce": nonce, "client_id": self._settings.client_id, "access_token": access_token},
            )
            claims.validate(leeway=_LEEWAY_SECONDS)
            if not hmac.compare_digest(str(claims.get("nonce")), nonce):
                raise ValueError("nonce")
        except (JoseError, ValueError, TypeError) as error:
            raise identity_invalid(self.label) from error
        return dict(claims)

    async def _discover(self) -> _Metadata:
        if self._metadata is None or time.monotonic() - self._metadata.read_at > _METADATA_SECONDS:
            found = await self._client.get_json(self._settings.discovery_url)
            try:
                self._metadata = _Metadata(
                    str(found["issuer"]),
                    str(found["authorization_endpoint"]),
                    str(found["token_endpoint"]),
                    str(found["jwks_uri"]),
                    time.monotonic(),
                )
            except (KeyError, TypeError) as error:
                raise identity_invalid(self.label) from error
        return self._metadata

    async def _signing_keys(self, metadata: _Metadata, *, again: bool = False) -> KeySet:
        if self._keys is None or again:
            found = await self._client.get_json(metadata.jwks_uri)
            try:
                self._keys = KeySet.import_key_set(found)
            except (KeyError, TypeError, AttributeError) as error:  # what joserfc says of sets that are none
                raise ValueError("no set of keys") from error
        return self._keys
