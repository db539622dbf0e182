"""What GitHub sends: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries (2026-11)."""

from collections.abc import Mapping

from backend.connectors.github.auth import GitHubSettings
from backend.connectors.manifest import Pushed
from backend.connectors.signatures import fields_of, require_signature


def read_push(body: bytes, headers: Mapping[str, str], settings: GitHubSettings, /) -> Pushed:
    """Each delivery has an id of its own. Errors: `Unauthenticated`, `InvalidInput`."""
    require_signature("GitHub", settings.webhook_secret, body, headers.get("x-hub-signature-256", ""), prefix="sha256=")
    installation = fields_of(body).get("installation")
    id_ = installation.get("id") if isinstance(installation, dict) else None
    if not isinstance(id_, int):
        return Pushed()
    return Pushed(accounts=frozenset({f"installation:{id_}"}), delivery=headers.get("x-github-delivery"))
