"""The real channels, as a process of its own opens them: from settings that travel as JSON does."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import SecretStr

from backend.actions.base import Channel
from backend.actions.channels.gmail import GmailChannel
from backend.actions.channels.google_calendar import GoogleCalendarChannel
from backend.actions.channels.slack import SlackChannel
from backend.actions.channels.smtp import SmtpChannel
from backend.connectors.acting.gmail import GmailActionSettings
from backend.connectors.acting.google_calendar import GoogleCalendarActionSettings
from backend.connectors.acting.slack import SlackActionSettings
from backend.connectors.acting.slack_desk import SlackDesk
from backend.connectors.base import Options, StaticCredential
from backend.connectors.manifest import ConnectorSettings, Setup
from backend.settings import MailSettings


def _smtp(account: Mapping[str, Any]) -> Channel:
    return SmtpChannel(MailSettings.model_validate(account["settings"]))


def _gmail(account: Mapping[str, Any]) -> Channel:
    return GmailChannel(_setup(account, GmailActionSettings(api_url=account["url"])))


def google_calendar_setup(account: Mapping[str, Any]) -> Setup:
    return _setup(account, GoogleCalendarActionSettings(api_url=account["url"]))


def slack_setup(account: Mapping[str, Any]) -> Setup:
    return _setup(account, SlackActionSettings(api_url=account["url"]))


def _setup(account: Mapping[str, Any], settings: ConnectorSettings) -> Setup:
    return Setup("oauth", StaticCredential(SecretStr(account["token"])), Options(), settings)


_OPENED: Mapping[str, Callable[[Mapping[str, Any]], Channel]] = {
    "smtp": _smtp,
    "gmail": _gmail,
    "google_calendar": lambda account: GoogleCalendarChannel(google_calendar_setup(account)),
    "slack": lambda account: SlackChannel(SlackDesk(slack_setup(account))),
}


def open_channel(account: Mapping[str, Any]) -> Channel:
    """`account`: its ``service``, and what that needs."""
    return _OPENED[account["service"]](account)
