"""Access tokens (JWT, HS256 with a key id) and the derivation of rotating refresh tokens."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from backend.errors import Unauthenticated
from backend.settings import AuthSettings

_AUDIENCE = "bibliosai:api"
_LEEWAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class AccessClaims:
    user_id: str
    session_id: str


class TokenService:
    """Signs and checks access tokens; derives refresh tokens.

    Args:
        secret: at least 32 random characters; every process of an installation must have the same.
    """

    def __init__(self, settings: AuthSettings, secret: str) -> None:
        self._settings = settings
        material = hashlib.sha256(b"biblios access " + secret.encode()).digest()
        self._kid = hashlib.sha256(material).hexdigest()[:16]
        self._key = OctKey.import_key(material, {"kid": self._kid})
        self._refresh_key = hashlib.sha256(b"biblios refresh " + secret.encode()).digest()
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
        return jwt.encode({"alg": "HS256", "kid": self._kid}, claims, self._key)

    def verify_access(self, token: str) -> AccessClaims:
        """Raises `Unauthenticated` (codes `token_invalid`) for anything but a live token of this installation."""
        try:
            decoded = jwt.decode(token, self._key, algorithms=["HS256"])
            self._registry.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated(
                "Your access token is invalid or has expired. Sign in again.", code="token_invalid"
            ) from error
        return AccessClaims(str(decoded.claims["sub"]), str(decoded.claims["sid"]))

    def first_refresh(self, session_id: str) -> str:
        return f"{session_id}.{secrets.token_urlsafe(32)}"

    def next_refresh(self, token: str) -> str:
        """The one successor of a refresh token.

        It is derived rather than drawn: a client whose answer was lost, or several tabs that refresh at once, all
        arrive at the same successor within the grace, so nobody is signed out. Without the server's key it cannot be
        computed.
        """
        session_id, _, _ = token.partition(".")
        digest = hmac.new(self._refresh_key, token.encode(), hashlib.sha256).digest()
        return f"{session_id}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
