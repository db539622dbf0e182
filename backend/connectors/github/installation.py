"""The token of one installation of a GitHub App."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from backend.connectors.base import Account, Calls, Credential
from backend.connectors.github.auth import AppKey, GitHubSettings
from backend.connectors.github.wire import LABEL, gateway
from backend.connectors.http import no_answer, understood
from backend.errors import PermissionMissing, ReauthRequired, SourceRefused

_MARGIN = timedelta(minutes=2)
_NOT_FOUND = 404


class _Assertion:
    """A `Credential` of the App itself."""

    def __init__(self, key: AppKey) -> None:
        self._key = key

    async def access_token(self, *, refused: str | None = None) -> str:
        if refused is not None:
            raise ReauthRequired("GitHub does not accept the App's key. Make a new one there and connect it again.")
        return self._key.assertion()


class Installation:
    """A `Credential`: exchanges the App's signed assertion for tokens that last an hour.

    Args:
        key: gives the key as JSON (`AppKey`).
        of_workspace: whether this server's own App may stand in for what the key leaves out.
    """

    def __init__(self, key: Credential, settings: GitHubSettings, calls: Calls, *, of_workspace: bool) -> None:
        self._given = key
        self._settings = settings
        self._calls = calls
        self._of_workspace = of_workspace
        self._token: str | None = None
        self._ends: datetime | None = None
        self._asking = asyncio.Lock()

    async def access_token(self, *, refused: str | None = None) -> str:
        async with self._asking:
            if self._token is None or refused == self._token or self._is_over():
                found = await self._ask("POST", "/access_tokens")
                with understood(LABEL):
                    self._token, self._ends = str(found["token"]), datetime.fromisoformat(found["expires_at"])
            return self._token

    async def account(self) -> Account:
        """Where the App is installed. Errors: `ReauthRequired` when it no longer is."""
        found = await self._ask("GET", "")
        owner = found.get("account") or {}
        return Account(id=f"installation:{found['id']}", name=str(owner.get("login") or "GitHub App"))

    def _is_over(self) -> bool:
        return self._ends is None or self._ends - _MARGIN < datetime.now(self._ends.tzinfo)

    async def _ask(self, method: str, path: str) -> dict[str, Any]:
        given = await self._given.access_token()
        key = AppKey.read(given, self._settings, of_workspace=self._of_workspace)
        http = gateway(self._settings, _Assertion(key), self._calls)
        try:
            found = await http.json(method, f"/app/installations/{key.installation_id}{path}")
        except SourceRefused as error:
            if error.answer_status != _NOT_FOUND:
                raise
            raise ReauthRequired("The GitHub App is no longer at that account. Add it there again.") from error
        except PermissionMissing as error:
            raise ReauthRequired("The installation of the GitHub App is suspended. Unsuspend it at GitHub.") from error
        finally:
            await http.close()
        if not isinstance(found, dict) or not ({"token", "expires_at"} <= set(found) or found.get("id")):
            raise no_answer(LABEL)
        answered: dict[str, Any] = found
        return answered
