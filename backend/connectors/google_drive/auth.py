"""How Google Drive is opened: a person's consent, or a service account that acts for somebody of a domain."""

from backend.connectors.base import Credential
from backend.connectors.google import GoogleConnectorSettings, ServiceAccount
from backend.connectors.manifest import Scope, Setup

#: The least that gives contents as well as who may open them.
#: https://developers.google.com/workspace/drive/api/guides/api-specific-auth (2026-11)
SCOPE = Scope(
    "https://www.googleapis.com/auth/drive.readonly",
    "To read the files that you choose, and to see with whom they are shared. Nothing is ever changed.",
)


class DriveSettings(GoogleConnectorSettings):
    api_url: str = "https://www.googleapis.com/drive/v3"


def credential_of(setup: Setup, *, subject: str) -> Credential:
    """What gives tokens for the API.

    Args:
        subject: the mail address for whom a service account acts; empty: for itself, as a member of shared drives.
    """
    if setup.kind != "service_account":
        return setup.credential
    return ServiceAccount(
        setup.credential, scopes=(SCOPE.scope,), token_url=setup.settings.token_url, subject=subject.strip()
    )
