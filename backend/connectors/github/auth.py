"""How GitHub is opened: settings, the consent of a GitHub App, an App's key."""

import time
from typing import Any, Self
from urllib.parse import quote

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from pydantic import BaseModel, Field, SecretStr, ValidationError

from backend.connectors.manifest import ConnectorSettings, Consent, Scope
from backend.errors import InvalidConfig
from backend.oauth.client import Revocation

#: GitHub refuses an assertion that ends more than ten minutes from now; its clock may go behind ours.
#: https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app (2026-11)
_ASSERTION_SECONDS, _CLOCKS_APART_SECONDS = 540, 60


class GitHubSettings(ConnectorSettings):
    """A GitHub App of this installation. GitHub Enterprise Server: ``https://<host>/api/v3`` and the like."""

    api_url: str = "https://api.github.com"
    authorize_url: str = "https://github.com/login/oauth/authorize"
    token_url: str = "https://github.com/login/oauth/access_token"  # noqa: S105 - an address
    app_id: str = Field("", description="of the GitHub App, for connections of the workspace")
    private_key: SecretStr = Field(SecretStr(""), description="of the GitHub App, as PEM")
    webhook_secret: SecretStr = Field(SecretStr(""), description="of the GitHub App's webhook, for what GitHub pushes")
    api_version: str = Field("2022-11-28", description="sent as X-GitHub-Api-Version")

    @property
    def graphql_url(self) -> str:
        """Beside the REST API: ``/graphql`` at GitHub, ``/api/graphql`` at GitHub Enterprise Server."""
        return self.api_url.rstrip("/").removesuffix("/v3") + "/graphql"


#: A GitHub App has permissions in place of scopes; they are set where it is registered, and its tokens name none.
SCOPES = (
    Scope("metadata:read", "To list the repositories and who may open them."),
    Scope("contents:read", "To read files of the default branch."),
    Scope("issues:read", "To read issues with their comments."),
    Scope("pull_requests:read", "To read pull requests with their reviews."),
    Scope("discussions:read", "To read discussions."),
)


def _revocation(settings: GitHubSettings) -> Revocation:
    """Ends every token that the person allowed this App. As the App itself, by its id and secret.

    https://docs.github.com/rest/apps/oauth-applications#delete-an-app-authorization (2026-11)
    """
    url = f"{settings.api_url.rstrip('/')}/applications/{quote(settings.client_id, safe='')}/grant"
    return Revocation(url, method="DELETE", field="access_token", authenticate="basic")


CONSENT = Consent(revocation=_revocation, revoke_with="access")


class AppKey(BaseModel):
    """What speaks for one installation of a GitHub App. `private_key` is PEM, also with its line ends as ``\\n``."""

    app_id: int | str = ""
    private_key: str = ""
    installation_id: int

    @classmethod
    def read(cls, given: str, settings: GitHubSettings, *, of_workspace: bool) -> Self:
        """The key as it was given; what it leaves out is that of this server's own App.

        Only connections of the workspace may: whoever knows the number of somebody's installation would otherwise read
        all of it. Errors: `InvalidConfig`.
        """
        try:
            key = cls.model_validate_json(given)
        except ValidationError as error:
            raise InvalidConfig(
                "This is not the key of a GitHub App. It is JSON with app_id, private_key and installation_id."
            ) from error
        if key.app_id and key.private_key:
            return key
        own = settings.private_key.get_secret_value()
        if not (of_workspace and settings.app_id and own):
            raise InvalidConfig(
                "The key of the GitHub App is not complete. Give app_id, private_key and installation_id.",
                hint="For the workspace BIBLIOS_CONNECTORS_GITHUB_APP_ID and …_PRIVATE_KEY can stand in.",
            )
        return key.model_copy(update={"app_id": settings.app_id, "private_key": own})

    def assertion(self) -> str:
        """A signed statement of the App, for some minutes. Errors: `InvalidConfig`."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iat": now - _CLOCKS_APART_SECONDS,
            "exp": now + _ASSERTION_SECONDS,
            "iss": str(self.app_id),
        }
        try:
            key = RSAKey.import_key(self.private_key.replace("\\n", "\n"))
            return jwt.encode({"alg": "RS256", "typ": "JWT"}, claims, key)
        except (JoseError, ValueError) as error:
            raise InvalidConfig("The App's private key cannot be read. Paste the whole .pem file.") from error
