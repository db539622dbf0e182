"""How this installation stands at Notion: addresses, consent, and the tokens that are taken."""

from pydantic import Field, SecretStr

from backend.connectors.manifest import ConnectorSettings, Consent, CredentialKind
from backend.oauth.client import Revocation

#: An internal integration's secret, or what a person allowed at Notion's page.
CREDENTIALS: tuple[CredentialKind, ...] = ("oauth", "token")


class NotionSettings(ConnectorSettings):
    """A public integration of this installation's own.

    https://developers.notion.com/guides/get-started/authorization (2026-11)
    """

    api_url: str = "https://api.notion.com/v1"
    authorize_url: str = "https://api.notion.com/v1/oauth/authorize"
    token_url: str = "https://api.notion.com/v1/oauth/token"  # noqa: S105 - an address
    revoke_url: str = "https://api.notion.com/v1/oauth/revoke"
    verification_token: SecretStr = Field(
        SecretStr(""),
        description="what Notion's webhook signs with, shown by `biblios handshake notion`; of several with commas; "
        "empty: nothing is pushed",
    )

    @property
    def verification_tokens(self) -> list[str]:
        return [part for one in self.verification_token.get_secret_value().split(",") if (part := one.strip())]


#: Notion knows no scopes: what an integration may do is set where it is registered. Each refresh spends its token.
#: https://developers.notion.com/reference/create-a-token, …/refresh-a-token, …/revoke-token (2026-11)
CONSENT = Consent(
    authenticate="basic",
    body="json",
    extra={"owner": "user"},
    revocation=lambda settings: Revocation(settings.revoke_url) if settings.revoke_url else None,
    revoke_with="access",
)
