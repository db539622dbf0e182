"""What GitHub sends: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries (2026-11)."""

from backend.connectors.manifest import Incoming, Pushed
from backend.connectors.signatures import fields_of, require_signature


async def read_push(push: Incoming) -> Pushed:
    """Each delivery has an id of its own. Errors: `Unauthenticated`, `InvalidInput`."""
    given = push.headers.get("x-hub-signature-256", "")
    require_signature("GitHub", push.settings.webhook_secret, push.body, given, prefix="sha256=")
    installation = fields_of(push.body).get("installation")
    id_ = installation.get("id") if isinstance(installation, dict) else None
    if not isinstance(id_, int):
        return Pushed()
    return Pushed(accounts=frozenset({f"installation:{id_}"}), delivery=push.headers.get("x-github-delivery"))
