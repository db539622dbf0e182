"""How an account is connected at Slack: its addresses, the scopes of the app, the shape of its tokens."""

from typing import Any

from pydantic import Field, SecretStr

from backend.connectors.manifest import ConnectorSettings, Consent, Scope
from backend.oauth.client import Revocation

#: A connection of the workspace is allowed for the app's bot, a personal one for the person: it reads what they read.
#: https://docs.slack.dev/reference/scopes (2026-11)
SCOPES = (
    Scope("channels:read", "To list public channels and who belongs to them."),
    Scope("channels:history", "To read the messages of public channels that it belongs to."),
    Scope("channels:join", "To join public channels by itself, if you choose that.", modes=("workspace",)),
    Scope("groups:read", "To list private channels that it belongs to, and who else does."),
    Scope("groups:history", "To read the messages of private channels that it belongs to."),
    *(
        Scope(scope, why, modes=("personal",), option="direct")
        for scope, why in (
            ("im:read", "To list your direct messages."),
            ("im:history", "To read your direct messages."),
            ("mpim:read", "To list your direct messages of a group, and who takes part."),
            ("mpim:history", "To read your direct messages of a group."),
        )
    ),
    Scope("users:read", "To write names where messages mention people, and to know who is a guest."),
    Scope("users:read.email", "To show what it read only to those who may read it in Slack, by their mail address."),
    Scope("files:read", "To read the files that were shared in these channels."),
)


class SlackConnectorSettings(ConnectorSettings):
    """An internal app of the workspace. Apps that are distributed commercially are slowed down by Slack."""

    api_url: str = "https://slack.com/api"
    authorize_url: str = "https://slack.com/oauth/v2/authorize"
    token_url: str = "https://slack.com/api/oauth.v2.access"  # noqa: S105 - an address
    revoke_url: str = "https://slack.com/api/auth.revoke"
    signing_secret: SecretStr = Field(SecretStr(""), description="of the app, for what Slack pushes")


def read_tokens(answer: dict[str, Any]) -> dict[str, Any]:
    """The bot's tokens; a person's, under ``authed_user``, where no bot was asked for.

    A refresh answers with the renewed token at the top, whosever it is. Of the rest nothing is kept, above all no
    second token. https://docs.slack.dev/authentication/using-token-rotation (2026-11)
    """
    person = answer.get("authed_user")
    chosen = person if "access_token" not in answer and isinstance(person, dict) else answer
    wanted = ("access_token", "refresh_token", "expires_in", "scope", "token_type")
    return {name: chosen[name] for name in wanted if chosen.get(name) is not None}


#: PKCE would turn the app into one without a secret, for good; `auth.revoke` takes an access token alone.
#: https://docs.slack.dev/authentication/using-pkce, …/reference/methods/auth.revoke (2026-11)
CONSENT = Consent(
    own_scope_parameter="user_scope",
    scope_separator=",",
    authenticate="basic",
    read_tokens=read_tokens,
    revocation=lambda settings: Revocation(settings.revoke_url) if settings.revoke_url else None,
    revoke_with="access",
    pkce=False,
)
