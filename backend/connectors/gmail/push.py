"""What Gmail publishes, as Pub/Sub hands it on.

https://developers.google.com/workspace/gmail/api/guides/push,
https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions (2026-11)
"""

import time
from base64 import b64decode

from backend.connectors.identity_tokens import require_identity
from backend.connectors.manifest import Incoming, Pushed
from backend.connectors.signatures import fields_of
from backend.errors import InvalidInput
from backend.mail_address import mail_key

_ISSUERS = ("https://accounts.google.com", "accounts.google.com")


async def read_push(push: Incoming) -> Pushed:
    """Something of a mailbox is new. What else is published to the topic is taken and does nothing: refused, it would
    come again for a week.

    Errors: `Unauthenticated`, `InvalidInput`, `TransientFailure` while Google's keys cannot be looked up.
    """
    settings = push.settings
    await require_identity(
        "Google",
        push.headers.get("authorization", ""),
        keys=push.keys,
        keys_url=settings.keys_url,
        issuers=_ISSUERS,
        audience=settings.push_audience or push.address,
        email=settings.push_account if settings.topic else "",
        now=time.time(),
    )
    message = fields_of(push.body).get("message")
    if not isinstance(message, dict):
        return Pushed()
    try:
        address = fields_of(b64decode(str(message.get("data", "")))).get("emailAddress")
    except (ValueError, InvalidInput):
        return Pushed()
    if not isinstance(address, str) or "@" not in address:
        return Pushed()
    mailbox, delivery = mail_key(address), message.get("messageId")
    return Pushed(
        accounts=frozenset({mailbox}), watch=mailbox, delivery=delivery if isinstance(delivery, str) else None
    )
