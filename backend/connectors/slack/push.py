"""What Slack's Events API sends: https://docs.slack.dev/authentication/verifying-requests-from-slack (2026-11)."""

import time
from collections.abc import Mapping

from backend.connectors.manifest import Pushed
from backend.connectors.signatures import fields_of, require_recent, require_signature
from backend.connectors.slack.auth import SlackConnectorSettings


def read_push(body: bytes, headers: Mapping[str, str], settings: SlackConnectorSettings, /) -> Pushed:
    """Errors: `Unauthenticated`, `InvalidInput`."""
    sent_at = headers.get("x-slack-request-timestamp", "")
    require_recent("Slack", sent_at, now=time.time())
    given = headers.get("x-slack-signature", "")
    message = b"v0:" + sent_at.encode() + b":" + body
    require_signature("Slack", settings.signing_secret, message, given, prefix="v0=")
    told = fields_of(body)
    if told.get("type") == "url_verification":
        return Pushed(reply={"challenge": str(told.get("challenge", ""))})
    team, event = told.get("team_id"), told.get("event_id")
    if not isinstance(team, str) or not isinstance(event, str):
        return Pushed()
    return Pushed(beginnings=frozenset({f"{team}:"}), delivery=event)
