"""An account of Slack to post with: the app's bot for the workspace, or a person for themselves.

It has an app of its own at Slack, apart from the one that reads.
"""

from collections.abc import Mapping

from pydantic import Field, SecretStr

from backend.connectors.acting.slack_desk import SlackDesk
from backend.connectors.base import Account, ActingAccount, Capability
from backend.connectors.manifest import Manifest, Scope, Setup
from backend.connectors.slack.auth import CONSENT, SlackConnectorSettings
from backend.connectors.source_events import Cursor
from backend.errors import InvalidConfig, PermissionMissing, ReauthRequired, SourceError

SLUG = "slack_actions"

#: https://docs.slack.dev/reference/scopes (2026-11)
_SCOPES = (
    Scope("chat:write", "To post a message and to change one that it posted, once you approved exactly this."),
    Scope("channels:read", "To see whether a public channel is there, and how many people read it."),
    Scope("groups:read", "The same for private channels that it belongs to."),
    Scope("mpim:read", "The same for direct messages of a group."),
    Scope("im:read", "The same for direct messages."),
    *(
        Scope(scope, f"To see the {what} that you answer, and whether a message has left. Nothing is copied.")
        for scope, what in (
            ("channels:history", "thread in a public channel"),
            ("groups:history", "thread in a private channel"),
            ("mpim:history", "direct message of a group"),
            ("im:history", "direct message"),
        )
    ),
    Scope("im:write", "To open the conversation with a person whom you write to."),
    Scope("users:read", "To show the names of those whom a message goes to, or mentions."),
    Scope(
        "users:read.email",
        "To know people by their mail address: for the rules of this server, and so that everybody posts only where "
        "they belong in Slack themselves.",
    ),
    Scope("usergroups:read", "To say how many people a mentioned group has."),
)


class SlackActionSettings(SlackConnectorSettings):
    """An app of its own for actions, made in the workspace."""

    signing_secret: SecretStr = Field(SecretStr(""), description="of the app, for the buttons of its messages")


class SlackAccount(ActingAccount):
    """Whom the token stands for."""

    def __init__(self, setup: Setup) -> None:
        self._desk = SlackDesk(setup)

    async def check(self) -> Account:
        team = await self._desk.team()
        return Account(f"{team.id}:{team.user_id}", f"{team.name} ({team.user})" if team.user else team.name)

    async def capabilities(self) -> tuple[Capability, ...]:
        try:
            team = await self._desk.team()
            async for _ in self._desk.channels("public_channel,private_channel", archived=False):
                break
            await self._desk.member(team.user_id, team.id)
        except (PermissionMissing, InvalidConfig, ReauthRequired) as error:
            return (Capability("sending", "failed", error.message),)
        except SourceError:
            message = "Slack did not answer when this was tried. It shows when it is used."
            return (Capability("sending", "unknown", message),)
        return (Capability("sending", "passed", "Messages that you approved can be posted where it belongs."),)

    async def close(self) -> None:
        await self._desk.close()


MANIFEST = Manifest(
    slug=SLUG,
    service="slack",
    purpose="actions",
    registered_as="slack",
    name="Slack",
    icon="slack",
    description="Posts the messages that you approved.",
    scopes=_SCOPES,
    credentials=("oauth", "token"),
    modes=("workspace", "personal"),
    rights=(),
    cursor=Cursor,
    open=SlackAccount,
    settings=SlackActionSettings,
    consent=CONSENT,
)


def signing_secret(registrations: Mapping[str, SecretStr]) -> SecretStr:
    """With which Slack signs what is pressed in the app's messages; empty: not set up."""
    settings = MANIFEST.read_settings(registrations)
    return settings.signing_secret if isinstance(settings, SlackActionSettings) else SecretStr("")
