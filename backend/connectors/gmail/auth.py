"""How Gmail is allowed: at Google's page for one's own mailbox, or by a domain for a service account."""

from pydantic import Field

from backend.connectors.base import Credential
from backend.connectors.google import GoogleConnectorSettings, ServiceAccount, ServiceAccountKey
from backend.connectors.manifest import Scope, Setup
from backend.errors import InvalidConfig

#: The narrowest scope that gives bodies and attachments; `gmail.metadata` gives neither.
#: https://developers.google.com/workspace/gmail/api/auth/scopes (2026-11)
READ_ONLY = "https://www.googleapis.com/auth/gmail.readonly"
SCOPES = (Scope(READ_ONLY, "To read your mails, their attachments and labels. Nothing is changed, sent or deleted."),)


class GmailSettings(GoogleConnectorSettings):
    """A client of Google's, with the Gmail API switched on in its project."""

    api_url: str = "https://gmail.googleapis.com"
    topic: str = Field(
        "",
        pattern=r"^(projects/[^/\s]+/topics/[^/\s]+)?$",
        description="projects/…/topics/…, the Pub/Sub topic that Gmail pushes to; empty: Gmail is looked at every "
        "interval",
    )
    push_account: str = Field(
        "", description="the service account that the topic's push subscription signs with, by its mail address"
    )
    push_audience: str = Field(
        "", description="the audience of that subscription; empty: the address that it pushes to, as Google does"
    )
    keys_url: str = "https://www.googleapis.com/oauth2/v3/certs"


def credential_for(setup: Setup, mailbox: str) -> Credential:
    """What one mailbox is read with: the consent of its person, or a service account that acts for them."""
    if setup.kind != "service_account":
        return setup.credential
    return ServiceAccount(
        setup.credential,
        scopes=tuple(scope.scope for scope in SCOPES),
        token_url=settings_of(setup).token_url,
        subject=mailbox,
    )


async def service_account_name(setup: Setup) -> str:
    """The address of the service account itself: a new key of it is the same account.

    Errors: `InvalidConfig`, `SourceError`.
    """
    try:
        return ServiceAccountKey.model_validate_json(await setup.credential.access_token()).client_email
    except ValueError as error:
        raise InvalidConfig("This is not the key file of a service account. Paste the whole JSON file.") from error


def settings_of(setup: Setup) -> GmailSettings:
    if not isinstance(setup.settings, GmailSettings):
        raise TypeError(f"not Gmail's settings: {type(setup.settings).__name__}")
    return setup.settings
