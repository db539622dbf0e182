"""A mailbox to send from. It has a client of its own at Google: not that of sign-in, and not that of what is read.

Google's terms treat what an agent does apart from what an application copies.
"""

from backend.connectors.base import Account, ActingAccount, Capability
from backend.connectors.gmail.client import GmailClient
from backend.connectors.google import CONSENT, GoogleConnectorSettings
from backend.connectors.manifest import Manifest, Scope, Setup
from backend.connectors.source_events import Cursor
from backend.errors import SourceError
from backend.mail_address import mail_key

SLUG = "gmail_actions"
#: https://developers.google.com/workspace/gmail/api/auth/scopes (2026-11)
_COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
_READ_ONLY = "https://www.googleapis.com/auth/gmail.readonly"


class GmailActionSettings(GoogleConnectorSettings):
    """A client of Google's own for actions, with the Gmail API switched on in its project."""

    api_url: str = "https://gmail.googleapis.com"


class GmailAccount(ActingAccount):
    """The mailbox of whoever allowed it."""

    def __init__(self, setup: Setup) -> None:
        self._client = GmailClient(setup, setup.credential)

    async def check(self) -> Account:
        found = await self._client.profile()
        return Account(mail_key(found.address), found.address, found.address)

    async def capabilities(self) -> tuple[Capability, ...]:
        try:
            await self.check()
        except SourceError as error:
            return (Capability("sending", "failed", error.message),)
        return (Capability("sending", "passed", "Mails that you approved can be sent."),)

    async def close(self) -> None:
        await self._client.close()


MANIFEST = Manifest(
    slug=SLUG,
    service="gmail",
    purpose="actions",
    registered_as="google",
    name="Gmail",
    icon="gmail",
    description="Sends the mails that you approved, from your own mailbox.",
    scopes=(
        Scope(_COMPOSE, "To write a draft and send it, once you approved exactly this mail."),
        Scope(
            _READ_ONLY,
            "To find the conversation that you answer in, and to see whether a mail has left. Nothing is copied.",
        ),
    ),
    credentials=("oauth",),
    modes=("personal",),
    rights=(),
    cursor=Cursor,
    open=GmailAccount,
    settings=GmailActionSettings,
    consent=CONSENT,
)
