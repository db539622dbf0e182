"""The wire to a provider's OAuth endpoints, with every failure classified once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import structlog
from authlib.integrations.httpx_client import AsyncOAuth2Client
from httpx2 import USE_CLIENT_DEFAULT, AsyncClient, BasicAuth, HTTPError, InvalidURL, Response
from pydantic import SecretStr

from backend.errors import SourceError
from backend.oauth.failures import classify, unreachable
from backend.oauth.tokens import TokenSet

log = structlog.get_logger(__name__)

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Registration:
    """This installation at a provider.

    Args:
        label: how people call the provider.
        scope: what is asked for, separated as the provider wants it.
        authenticate: where the client's id and secret go at the token endpoint. Some providers announce basic and
            refuse it; nearly all of them take the body.
        body: how requests to the token endpoint are written.
        scope_parameter: where the scopes go in the authorisation.
        read_tokens: the token answer of RFC 6749 out of the provider's own.
        pkce: False where a provider takes it for a sign of a client without a secret.
    """

    label: str
    client_id: str
    client_secret: SecretStr
    scope: str
    authenticate: Literal["body", "basic"] = "body"
    body: Literal["form", "json"] = "form"
    scope_parameter: str = "scope"
    read_tokens: Callable[[dict[str, Any]], dict[str, Any]] = dict
    pkce: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)
    """Goes along with each authorisation, for example ``access_type=offline``."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What binds one authorisation: kept here, sent along (the verifier only as its hash), and asked for on the way
    back."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """How a grant is given back.

    Args:
        method: POST as of RFC 7009, with the token in a form or JSON as other requests; a provider with a call of its
            own may want another, with JSON.
        field: what holds the token.
        authenticate: None: as other requests.
    """

    url: str
    method: Literal["POST", "DELETE"] = "POST"
    field: str = "token"
    authenticate: Literal["body", "basic"] | None = None


class OAuthClient:
    """Speaks to one provider. Secrets and answers are never logged.

    Errors of every call to the provider: `SourceError`: `ReauthRequired`, `PermissionMissing`, `InvalidConfig`,
    `SourceRateLimited`, `TransientFailure`, or itself for what has no kind.
    """

    def __init__(self, registration: Registration) -> None:
        self._at = registration

    def authorization_url(self, endpoint: str, challenge: Challenge, **extra: str) -> str:
        """Where the browser is sent, with PKCE (S256) and state; `extra` goes along, for example a nonce."""
        client = AsyncOAuth2Client(
            client_id=self._at.client_id,
            code_challenge_method="S256" if self._at.pkce else None,
            scope=self._at.scope if self._at.scope_parameter == "scope" else None,
            redirect_uri=challenge.redirect_uri,
        )
        given = {**self._at.extra, **extra}
        if self._at.scope_parameter != "scope":
            given[self._at.scope_parameter] = self._at.scope
        url, _ = client.create_authorization_url(
            endpoint, state=challenge.state, code_verifier=challenge.verifier if self._at.pkce else None, **given
        )
        return str(url)

    async def exchange(self, endpoint: str, code: str, challenge: Challenge) -> TokenSet:
        """The tokens for a code."""
        proof = {"code_verifier": challenge.verifier} if self._at.pkce else {}
        answer = await self._ask(
            endpoint, grant_type="authorization_code", code=code, redirect_uri=challenge.redirect_uri, **proof
        )
        return TokenSet.of(self._at.read_tokens(answer))

    async def refresh(self, endpoint: str, refresh_token: str) -> TokenSet:
        """New tokens. Many providers spend the refresh token: use it once, under a lease (see `grants`)."""
        answer = await self._ask(endpoint, grant_type="refresh_token", refresh_token=refresh_token)
        return TokenSet.of(self._at.read_tokens(answer))

    async def revoke(self, at: Revocation, token: str) -> None:
        """Ends a grant there. A token that is unknown there is no error."""
        response = await self._send(
            at.method, at.url, {at.field: token}, authenticate=at.authenticate or self._at.authenticate
        )
        if response.is_error:
            raise self._refusal(response, _json(response))

    async def _ask(self, endpoint: str, **form: str) -> dict[str, Any]:
        response = await self._send("POST", endpoint, form, authenticate=self._at.authenticate)
        answer = _json(response)
        if response.is_error or (answer is not None and "error" in answer):
            raise self._refusal(response, answer)
        if answer is None:  # a page of something in between
            raise unreachable(self._at.label)
        return answer

    async def _send(
        self, method: str, endpoint: str, form: dict[str, str], *, authenticate: Literal["body", "basic"]
    ) -> Response:
        secret = self._at.client_secret.get_secret_value()
        basic = authenticate == "basic"
        if not basic:
            form = {**form, "client_id": self._at.client_id, "client_secret": secret}
        auth = BasicAuth(self._at.client_id, secret) if basic else USE_CLIENT_DEFAULT
        try:
            async with AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
                headers = {"Accept": "application/json"}
                if self._at.body == "json" or method == "DELETE":
                    return await client.request(method, endpoint, json=form, auth=auth, headers=headers)
                return await client.request(method, endpoint, data=form, auth=auth, headers=headers)
        except (HTTPError, InvalidURL) as error:
            log.warning("oauth_failed", provider=self._at.label, kind=type(error).__name__)
            raise unreachable(self._at.label) from error

    def _refusal(self, response: Response, answer: dict[str, Any] | None) -> SourceError:
        told = answer or {}
        code = told.get("error", told.get("code"))  # the one of RFC 6749, or the provider's own, like Notion's
        refusal = classify(
            self._at.label, response.status_code, code if isinstance(code, str) else None, response.headers
        )
        log.warning("oauth_refused", provider=self._at.label, status=response.status_code, code=refusal.code)
        return refusal


def _json(response: Response) -> dict[str, Any] | None:
    """The answer's object; None when it is none."""
    try:
        found = response.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
