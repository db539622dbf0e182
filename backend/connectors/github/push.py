"""What GitHub sends: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries (2026-11)."""

from backend.connectors.manifest import Incoming, Pushed
from backend.connectors.signatures import fields_of, require_signature

#: https://docs.github.com/webhooks/webhook-events-and-payloads#github_app_authorization (2026-11)
_TAKEN_BACK = "github_app_authorization"


async def read_push(push: Incoming) -> Pushed:
    """Whatever an installation is told of (pushes, members, teams, its own repositories) is looked at as a whole.

    Somebody who takes back what they allowed is told of without an installation. Each delivery has an id of its own.

    Errors: `Unauthenticated`, `InvalidInput`.
    """
    given = push.headers.get("x-hub-signature-256", "")
    require_signature("GitHub", push.settings.webhook_secret, push.body, given, prefix="sha256=")
    told = fields_of(push.body)
    kind, name = (
        ("user", "sender") if push.headers.get("x-github-event") == _TAKEN_BACK else ("installation", "installation")
    )
    whose = told.get(name)
    id_ = whose.get("id") if isinstance(whose, dict) else None
    if not isinstance(id_, int):
        return Pushed()
    return Pushed(accounts=frozenset({f"{kind}:{id_}"}), delivery=push.headers.get("x-github-delivery"))
