"""Sign-in with Google, which keeps to OpenID Connect."""

from backend.auth.oauth.oidc import OidcProvider
from backend.settings import GoogleSettings


class GoogleProvider(OidcProvider):
    """`email_verified` is Google's own word for its mailboxes and those of its Workspace domains."""

    def __init__(self, settings: GoogleSettings) -> None:
        super().__init__("google", "Google", settings)
