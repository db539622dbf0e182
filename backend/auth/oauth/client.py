"""A provider as sign-in needs it: `oauth.client` in the words of a sign-in, and the answers about a person."""

from typing import Any

import structlog
from httpx2 import AsyncClient, HTTPError, HTTPStatusError, InvalidURL

from backend.auth.oauth.base import identity_invalid, refused, unavailable
from backend.errors import SourceError, TransientFailure
from backend.oauth.client import Challenge, OAuthClient, Registration
from backend.oauth.tokens import TOKEN_MISSING, TokenSet
from backend.settings import ProviderSettings

log = structlog.get_logger(__name__)

_TIMEOUT_SECONDS = 10.0
_SERVER_ERROR = 500


class ProviderClient:
    """Speaks to one provider. Errors of every call: `ProviderError`. Secrets and answers are never logged."""

    def __init__(self, settings: ProviderSettings, *, label: str, scope: str) -> None:
        self._label = label
        self._oauth = OAuthClient(
            Registration(label=label, client_id=settings.client_id, client_secret=settings.client_secret, scope=scope)
        )

    def authorization_url(self, endpoint: str, challenge: Challenge, **extra: str) -> str:
        """With PKCE (S256) and state; `extra` goes along, for example a nonce."""
        return self._oauth.authorization_url(endpoint, challenge, **extra)

    async def exchange(self, endpoint: str, code: str, challenge: Challenge) -> TokenSet:
        """The tokens for a code."""
        try:
            return await self._oauth.exchange(endpoint, code, challenge)
        except TransientFailure as error:
            raise unavailable(self._label) from error
        except SourceError as error:
            nobody = error.code == TOKEN_MISSING
            raise (identity_invalid if nobody else refused)(self._label) from error

    async def get_json(self, url: str, *, bearer: str | None = None) -> Any:
        """A JSON resource, with an access token if one is given."""
        headers = {"Accept": "application/json"}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            async with AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
                response = await client.get(url, headers=headers)
                response.raise_for_status()
                return response.json()
        except HTTPStatusError as error:
            self._note(error)
            down = error.response.status_code >= _SERVER_ERROR
            raise (unavailable if down else identity_invalid)(self._label) from error
        except (HTTPError, InvalidURL, ValueError) as error:
            self._note(error)
            raise unavailable(self._label) from error

    def _note(self, error: Exception) -> None:
        log.warning("provider_failed", provider=self._label, kind=type(error).__name__)
