"""Access tokens (JWT, HS256 with a key id) and the derivation of rotating refresh tokens."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from joserfc import jws, jwt
from joserfc.errors import JoseError

from backend.auth.keyring import KeyRing, SigningKey
from backend.errors import Unauthenticated
from backend.settings import AuthSettings

_AUDIENCE = "bibliosai:api"
_ALGORITHM = "HS256"
_LEEWAY_SECONDS = 5
_MAX_TOKEN_CHARS = 4096
_MOST_VERIFIED = 4096


@dataclass(frozen=True, slots=True)
class AccessClaims:
    user_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token that was found good. It stays so as long as its key is in the ring, up to `until` (epoch seconds)."""

    claims: AccessClaims
    kid: str
    until: float


class TokenService:
    """Signs and checks access tokens; derives refresh tokens. Every process has the same ring of keys."""

    def __init__(self, settings: AuthSettings, keys: KeyRing) -> None:
        self._settings = settings
        self._keys = keys
        #: A signature checked once need not be checked again for each request of the next fifteen minutes. Whether the
        #: session still lives is asked elsewhere, each time.
        self._verified: dict[str, _Verified] = {}
        self._registry = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": _AUDIENCE},
            sub={"essential": True},
            sid={"essential": True},
            exp={"essential": True},
        )

    def issue_access(self, user_id: str, session_id: str) -> str:
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": self._settings.issuer,
            "aud": _AUDIENCE,
            "sub": user_id,
            "sid": session_id,
            "iat": now,
            "nbf": now,
            "exp": now + self._settings.access_ttl_seconds,
        }
        key = self._keys.current
        return jwt.encode({"alg": _ALGORITHM, "kid": key.kid}, claims, key.access)

    async def verify_access(self, token: str) -> AccessClaims:
        """Raises `Unauthenticated` (code `token_invalid`) for anything but a live token of this installation.

        The key id only picks among this installation's keys; the algorithm is never taken from the token.
        """
        known = self._verified.get(token)
        if known is not None and time.time() < known.until and await self._keys.find(known.kid) is not None:
            return known.claims
        try:
            if len(token) > _MAX_TOKEN_CHARS:
                raise ValueError("too long")
            kid = jws.extract_compact(token.encode()).headers().get("kid")
            key = await self._keys.find(kid) if isinstance(kid, str) else None
            if key is None:
                raise ValueError("unknown key")
            decoded = jwt.decode(token, key.access, algorithms=[_ALGORITHM])
            self._registry.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated(
                "Your access token is invalid or has expired. Sign in again.", code="token_invalid"
            ) from error
        claims = AccessClaims(str(decoded.claims["sub"]), str(decoded.claims["sid"]))
        if len(self._verified) >= _MOST_VERIFIED:
            self._verified.clear()
        self._verified[token] = _Verified(claims, key.kid, float(decoded.claims["exp"]))
        return claims

    def first_refresh(self, session_id: str) -> str:
        return f"{session_id}.{secrets.token_urlsafe(32)}"

    def next_refresh(self, token: str) -> str:
        """The one successor of a refresh token.

        It is derived rather than drawn: a client whose answer was lost, or several tabs that refresh at once, all
        arrive at the same successor within the grace, so nobody is signed out. Without the server's key it cannot be
        computed.
        """
        return _successor(token, self._keys.current)

    async def successors(self, token: str) -> Iterator[str]:
        """Every successor that a key of the ring may have given, after a rotation between two refreshes."""
        await self._keys.load()
        return (_successor(token, key) for key in self._keys.keys)


def _successor(token: str, key: SigningKey) -> str:
    session_id, _, _ = token.partition(".")
    digest = hmac.new(key.refresh, token.encode(), hashlib.sha256).digest()
    return f"{session_id}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
