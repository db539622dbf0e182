"""The wire to a provider: Authlib's client, with every failure classified once."""

from typing import Any

import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from httpx2 import HTTPError, HTTPStatusError, InvalidURL

from backend.auth.oauth.base import Challenge, identity_invalid, refused, unavailable
from backend.settings import ProviderSettings

log = structlog.get_logger(__name__)

_TIMEOUT_SECONDS = 10.0
_SERVER_ERROR = 500


class ProviderClient:
    """Speaks to one provider. Errors of every call: `ProviderError`. Secrets and answers are never logged."""

    def __init__(self, settings: ProviderSettings, *, label: str, scope: str) -> None:
        self._settings = settings
        self._label = label
        self._scope = scope

    def authorization_url(self, endpoint: str, challenge: Challenge, **extra: str) -> str:
        """With PKCE (S256) and state; `extra` goes along, for example a nonce."""
        url, _ = self._client(challenge.redirect_uri).create_authorization_url(
            endpoint, state=challenge.state, code_verifier=challenge.verifier, **extra
        )
        return str(url)

    async def exchange(self, endpoint: str, code: str, challenge: Challenge) -> dict[str, Any]:
        """The token answer for a code."""
        async with self._client(challenge.redirect_uri) as client:
            try:
                token = await client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=challenge.verifier
                )
            except OAuthError as error:
                log.warning("provider_refused", provider=self._label, error=error.error)
                raise refused(self._label) from error
            except HTTPStatusError as error:
                self._note(error)
                down = error.response.status_code >= _SERVER_ERROR
                raise (unavailable if down else refused)(self._label) from error
            except (HTTPError, InvalidURL) as error:
                self._note(error)
                raise unavailable(self._label) from error
            except ValueError as error:
                self._note(error)
                raise unavailable(self._label) from error
        return dict(token)

    async def get_json(self, url: str, *, bearer: str | None = None) -> Any:
        """A JSON resource, with an access token if one is given."""
        headers = {"Accept": "application/json"}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        async with self._client("") as client:
            try:
                response = await client.request("GET", url, withhold_token=True, headers=headers)
                response.raise_for_status()
                return response.json()
            except HTTPStatusError as error:
                self._note(error)
                down = error.response.status_code >= _SERVER_ERROR
                raise (unavailable if down else identity_invalid)(self._label) from error
            except (HTTPError, InvalidURL, ValueError) as error:
                self._note(error)
                raise unavailable(self._label) from error

    def _client(self, redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret.get_secret_value(),
            # Some providers announce client_secret_basic and refuse it; all of them take the body.
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the method's name
            code_challenge_method="S256",
            scope=self._scope,
            redirect_uri=redirect_uri,
            timeout=_TIMEOUT_SECONDS,
            follow_redirects=False,
        )

    def _note(self, error: Exception) -> None:
        log.warning("provider_failed", provider=self._label, kind=type(error).__name__)
