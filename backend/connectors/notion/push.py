"""What Notion's webhooks send: https://developers.notion.com/reference/webhooks (2026-11)."""

from typing import Any

from backend.connectors.manifest import Incoming, Pushed
from backend.connectors.signatures import fields_of, is_signed, not_signed

_LONGEST_OFFER_BYTES = 1024
#: Notion names no more of those who may open what has changed.
_MOST_NAMED = 100
#: Of everything else (deleted, moved, no longer shared) whoever lost it is not named.
_NOBODY_LOSES = frozenset(
    {"page.created", "page.content_updated", "page.properties_updated", "page.undeleted", "comment.created"}
)


async def read_push(push: Incoming) -> Pushed:
    """The first one offers the secret that all others are signed with, and is not signed itself.

    Events tell when something happened, not when they were sent, and come again for a day: what was caught is known by
    its id. Errors: `Unauthenticated`, `InvalidInput`.
    """
    given = push.headers.get("x-notion-signature", "")
    if not any(is_signed(key, push.body, given, prefix="sha256=") for key in push.settings.verification_tokens):
        if len(push.body) <= _LONGEST_OFFER_BYTES:
            offered = fields_of(push.body).get("verification_token")
            if isinstance(offered, str) and offered:
                return Pushed(offered=offered)
        raise not_signed("Notion")
    told = fields_of(push.body)
    workspace, event = told.get("workspace_id"), told.get("id")
    if not isinstance(workspace, str) or not isinstance(event, str):
        return Pushed()
    if told.get("type") in _NOBODY_LOSES and (owners := _owners(told.get("accessible_by"))):
        return Pushed(accounts=frozenset(f"{workspace}:{owner}" for owner in owners), delivery=event)
    return Pushed(beginnings=frozenset({f"{workspace}:"}), delivery=event)


def _owners(told: Any) -> set[str]:
    """Of a public connection, who has allowed it and may open what has changed; empty: that is not told, or not all."""
    if not isinstance(told, list) or len(told) >= _MOST_NAMED:
        return set()
    found = {one.get("id") for one in told if isinstance(one, dict)}
    return {one for one in found if isinstance(one, str)}
