"""What Slack's Events API sends: https://docs.slack.dev/authentication/verifying-requests-from-slack (2026-11)."""

import time

from backend.connectors.manifest import Incoming, Pushed
from backend.connectors.signatures import fields_of, require_recent, require_signature


async def read_push(push: Incoming) -> Pushed:
    """Errors: `Unauthenticated`, `InvalidInput`."""
    sent_at = push.headers.get("x-slack-request-timestamp", "")
    require_recent("Slack", sent_at, now=time.time())
    given = push.headers.get("x-slack-signature", "")
    message = b"v0:" + sent_at.encode() + b":" + push.body
    require_signature("Slack", push.settings.signing_secret, message, given, prefix="v0=")
    told = fields_of(push.body)
    if told.get("type") == "url_verification":
        return Pushed(reply={"challenge": str(told.get("challenge", ""))})
    team, event = told.get("team_id"), told.get("event_id")
    if not isinstance(team, str) or not isinstance(event, str):
        return Pushed()
    return Pushed(beginnings=frozenset({f"{team}:"}), delivery=event)
