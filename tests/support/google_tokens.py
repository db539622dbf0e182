"""Google's token endpoint for service accounts, beside that of consent: RFC 7523, as Google documents it.

https://developers.google.com/identity/protocols/oauth2/service-account (2026-11)
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.consent_provider import ConsentProvider

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LONGEST_SECONDS = 3600


@dataclass(slots=True)
class ServiceAccounts:
    """One service account and what its domain has delegated to it.

    Args:
        consents: takes every other kind of grant, and knows the tokens that are issued.
        knows: whether there is such an account in the domain.
    """

    consents: ConsentProvider
    knows: Callable[[str], bool]
    email: str = "reader@project-of-the-test.iam.gserviceaccount.com"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048))
    #: Scopes that the domain's administrator has entered.
    delegated: frozenset[str] = frozenset({"https://www.googleapis.com/auth/gmail.readonly"})
    is_key_valid: bool = True

    @property
    def key_file(self) -> str:
        """What Google gives when a key is made, as JSON."""
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "project-of-the-test",
                "private_key_id": "key-1",
                "private_key": self.key.as_pem(private=True).decode(),
                "client_email": self.email,
                "client_id": "1234567890",
                "token_uri": "https://oauth2.googleapis.com/token",
            }
        )

    def routes(self, authorize: str, token: str, revoke: str) -> list[Route]:
        others = self.consents.routes(authorize, token, revoke)
        consent_token = next(route for route in others if route.path == token)

        async def either(request: Request) -> Response:
            form = dict(parse_qsl((await request.body()).decode()))
            if form.get("grant_type") == _JWT_BEARER:
                return self._issued(form.get("assertion", ""), audience=str(request.url))
            answer: Response = await consent_token.endpoint(request)
            return answer

        return [Route(token, either, methods=["POST"]), *(route for route in others if route is not consent_token)]

    def _issued(self, assertion: str, *, audience: str) -> Response:
        try:
            claims = jwt.decode(assertion, self.key, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            claims = {}
        now = time.time()
        in_time = claims.get("iat", 0) - 60 <= now < claims.get("exp", 0) <= claims.get("iat", 0) + _LONGEST_SECONDS
        if not self.is_key_valid or claims.get("iss") != self.email or claims.get("aud") != audience or not in_time:
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400)
        if not set(claims.get("scope", "").split()) <= self.delegated:
            described = "Client is unauthorized to retrieve access tokens using this method, or client not authorized."
            return JSONResponse({"error": "unauthorized_client", "error_description": described}, 401)
        if not self.knows(claims.get("sub", "")):
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid email or User ID"}, 400)
        token = self.consents.issue(claims["sub"], claims["scope"])
        return JSONResponse({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})
