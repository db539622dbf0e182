"""A strict OpenID Connect provider: refuses what the specification says must be refused, and can be made to misbehave.

Codes work once, for their client, redirect address and PKCE verifier, and for as long as `code_seconds` says. PKCE
(S256), state and nonce are required. Its signing keys can be rotated. `forge` changes what goes into an id_token;
`state` is sent back in place of what was given.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID = "strict-client"
CLIENT_SECRET = "strict-secret-of-a-decent-length"

type Forge = Callable[[dict[str, Any], dict[str, Any]], None]


@dataclass(slots=True)
class Persona:
    """Who signs in next."""

    subject: str = "subject-1"
    email: str | None = "ada@example.com"
    email_verified: object = True
    name: str = "Ada"


@dataclass(slots=True)
class StrictProvider:
    """`url` is set when it serves. `deny` answers the next requests as a person who says no."""

    url: str = ""
    persona: Persona = field(default_factory=Persona)
    deny: bool = False
    state: str | None = None
    code_seconds: float = 60
    forge: Forge | None = None
    sign_with: object | None = None
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: _new_key())
    refusals: list[str] = field(default_factory=list)
    jwks_reads: int = 0
    _codes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, object]:
        """For `Settings(oidc=…)`."""
        return {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "discovery_url": f"{self.url}/.well-known/openid-configuration",
            "label": "Strict",
        }

    def rotate(self) -> None:
        """The old key is gone from the key set at once."""
        self.key = _new_key()

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
            ]
        )

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
        )

    async def _keys(self, _: Request) -> Response:
        self.jwks_reads += 1
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        query = request.query_params
        required = {"client_id", "redirect_uri", "state", "nonce", "code_challenge", "scope"}
        missing = [name for name in sorted(required) if not query.get(name)]
        if missing or query["code_challenge_method"] != "S256" or query["response_type"] != "code":
            return JSONResponse({"error": "invalid_request", "missing": missing}, 400)
        if query["client_id"] != CLIENT_ID or "openid" not in query["scope"].split():
            return JSONResponse({"error": "unauthorized_client"}, 400)
        back = {"state": self.state or query["state"]}
        if self.deny:
            back["error"] = "access_denied"
        else:
            code = secrets.token_urlsafe(16)
            self._codes[code] = {
                "redirect_uri": query["redirect_uri"],
                "challenge": query["code_challenge"],
                "nonce": query["nonce"],
                "until": time.monotonic() + self.code_seconds,
                "persona": self.persona,
            }
            back["code"] = code
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        given = {name: str(value) for name, value in form.items()}
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return self._refuse("invalid_client", 401)
        code = self._codes.pop(given.get("code", ""), None)  # gone, whatever comes of it
        if code is None or code["until"] < time.monotonic():
            return self._refuse("invalid_grant")
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code["challenge"]:
            return self._refuse("invalid_grant")
        if given.get("redirect_uri") != code["redirect_uri"]:
            return self._refuse("invalid_grant")
        return JSONResponse(
            {
                "access_token": secrets.token_urlsafe(16),
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": self._id_token(code),
            }
        )

    def _id_token(self, code: dict[str, Any]) -> str:
        persona: Persona = code["persona"]
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": persona.subject,
            "iat": now,
            "exp": now + 60,
            "nonce": code["nonce"],
            "name": persona.name,
            "email": persona.email,
            "email_verified": persona.email_verified,
        }
        header: dict[str, Any] = {"alg": self.algorithm, "kid": self.key.kid}
        if self.forge:
            self.forge(claims, header)
        if header["alg"] == "none":
            parts = [base64.urlsafe_b64encode(_json(part)).rstrip(b"=").decode() for part in (header, claims)]
            return ".".join((*parts, ""))
        key: Any = self.sign_with or self.key
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])

    def _refuse(self, error: str, status: int = 400) -> Response:
        self.refusals.append(error)
        return JSONResponse({"error": error}, status)


def secret_as_key() -> OctKey:
    """The client secret as a symmetric key: what an attacker would sign with after confusing algorithms."""
    return OctKey.import_key(CLIENT_SECRET.encode())


def other_key() -> RSAKey:
    """A key that the provider never published."""
    return _new_key()


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()
