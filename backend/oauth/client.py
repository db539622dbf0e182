"""The wire to a provider's OAuth endpoints, with every failure classified once."""

from collections.abc import Mapping
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
    """

    label: str
    client_id: str
    client_secret: SecretStr
    scope: str
    authenticate: Literal["body", "basic"] = "body"
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
            code_challenge_method="S256",
            scope=self._at.scope,
            redirect_uri=challenge.redirect_uri,
        )
        given = {**self._at.extra, **extra}
        url, _ = client.create_authorization_url(
            endpoint, state=challenge.state, code_verifier=challenge.verifier, **given
        )
        return str(url)

    async def exchange(self, endpoint: str, code: str, challenge: Challenge) -> TokenSet:
        """The tokens for a code."""
        return TokenSet.of(
            await self._ask(
                endpoint,
                grant_type="authorization_code",
                code=code,
                redirect_uri=challenge.redirect_uri,
                code_verifier=challenge.verifier,
            )
        )

    async def refresh(self, endpoint: str, refresh_token: str) -> TokenSet:
        """New tokens. Many providers spend the refresh token: use it once, under a lease (see `grants`)."""
        return TokenSet.of(await self._ask(endpoint, grant_type="refresh_token", refresh_token=refresh_token))

    async def revoke(self, endpoint: str, token: str) -> None:
        """Ends a grant there (RFC 7009). A token that is unknown there is no error."""
        response = await self._post(endpoint, {"token": token})
        if response.is_error:
            raise self._refusal(response, _json(response))

    async def _ask(self, endpoint: str, **form: str) -> dict[str, Any]:
        response = await self._post(endpoint, form)
        answer = _json(response)
        if response.is_error or (answer is not None and "error" in answer):
            raise self._refusal(response, answer)
        if answer is None:  # a page of something in between
            raise unreachable(self._at.label)
        return answer

    async def _post(self, endpoint: str, form: dict[str, str]) -> Response:
        secret = self._at.client_secret.get_secret_value()
        basic = self._at.authenticate == "basic"
        if not basic:
            form = {**form, "client_id": self._at.client_id, "client_secret": secret}
        auth = BasicAuth(self._at.client_id, secret) if basic else USE_CLIENT_DEFAULT
        try:
            async with AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
                return await client.post(endpoint, data=form, auth=auth, headers={"Accept": "application/json"})
        except (HTTPError, InvalidURL) as error:
            log.warning("oauth_failed", provider=self._at.label, kind=type(error).__name__)
            raise unreachable(self._at.label) from error

    def _refusal(self, response: Response, answer: dict[str, Any] | None) -> SourceError:
        code = (answer or {}).get("error")
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
