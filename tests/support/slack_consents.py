"""Slack's consent page and `oauth.v2.access`: answers of 200 with `ok`, tokens that rotate.

https://docs.slack.dev/authentication/installing-with-oauth, …/using-token-rotation (2026-11)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.support.consent_provider import ConsentProvider, Granted

_WORDS = {"invalid_grant": "invalid_code", "invalid_client": "invalid_client_id"}


def _shape(answer: dict[str, Any], granted: Granted) -> dict[str, Any]:
    """As the published example: scopes with commas, the workspace, who allowed it. A person's own token stands under
    ``authed_user``, and none beside it where no bot was asked for.
    """
    if not granted.account.startswith("U0BOT"):
        person = {"id": granted.account, **answer, "scope": granted.scope.replace(" ", ","), "token_type": "user"}
        return {
            "ok": True,
            "app_id": "A0KRD7HC3",
            "authed_user": person,
            "team": {"name": "Slack Softball Team", "id": "T012AB3C4"},
            "enterprise": None,
            "is_enterprise_install": False,
        }
    return {
        "ok": True,
        **answer,
        "token_type": "bot",
        "scope": granted.scope.replace(" ", ","),
        "bot_user_id": granted.account,
        "app_id": "A0KRD7HC3",
        "team": {"name": "Slack Softball Team", "id": "T012AB3C4"},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": "U1234"},
    }


@dataclass(slots=True)
class SlackConsents(ConsentProvider):
    """`ended`: access tokens whose twelve hours are over."""

    authenticate: Any = "basic"
    shape: Any = _shape
    expires_in: int | None = 43_200
    pkce: bool = False  # would make it an app without a secret
    account: str = "U0BOT00001"
    person: str = "U0ADA00001"
    ended: set[str] = field(default_factory=set)

    def expire(self) -> None:
        self.ended.update(self.access)
        self.access.clear()

    def _asked(self, query: Mapping[str, str]) -> tuple[str, str]:
        """Scopes of a bot and of a person are asked for apart; these apps ask for one of the two."""
        own = query.get("user_scope", "")
        return (self.person, own) if own else (self.account, query.get("scope", ""))

    def _renewed(self, answer: dict[str, Any], granted: Granted) -> dict[str, Any]:
        """At the top, whosever it is: https://docs.slack.dev/authentication/using-token-rotation (2026-11)."""
        shaped = _shape(answer, granted)
        person = shaped["authed_user"] if "access_token" not in shaped else {}
        return {**shaped, **{name: value for name, value in person.items() if name != "id"}}

    def end(self, token: str) -> bool:
        """Whether an access token was given back (`auth.revoke`); its grant ends with it."""
        granted = self.access.get(token)
        if granted is None:
            return False
        self.given_back.append(token)
        self.access = {name: one for name, one in self.access.items() if one != granted}
        self.refresh = {name: one for name, one in self.refresh.items() if one != granted}
        return True

    def _refuse(self, error: str, status: int | None = None) -> Response:
        return JSONResponse({"ok": False, "error": _WORDS.get(error, error)})
