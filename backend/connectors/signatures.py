"""Checks that a push was signed by the provider that it names: over the raw body, in constant time, and lately."""

import hashlib
import hmac
import json
from typing import Any

from pydantic import SecretStr

from backend.errors import InvalidInput, Unauthenticated

#: A signature with a time is refused when it is further away than this: a push that was caught is soon of no use.
LONGEST_SECONDS = 300.0


def require_signature(label: str, secret: SecretStr, message: bytes, given: str, *, prefix: str) -> None:
    """Errors: `Unauthenticated` (signature_invalid), also when this installation has no secret to check with."""
    if not is_signed(secret.get_secret_value(), message, given, prefix=prefix):
        raise not_signed(label)


def is_signed(key: str, message: bytes, given: str, *, prefix: str) -> bool:
    expected = prefix + hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
    return bool(key) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def not_signed(label: str) -> Unauthenticated:
    return Unauthenticated(f"This was not signed by {label}.", code="signature_invalid")


def require_recent(label: str, sent_at: str, *, now: float) -> None:
    """`sent_at`: whole seconds since 1970. Errors: `Unauthenticated` (signature_invalid)."""
    if not sent_at.isdecimal() or abs(now - int(sent_at)) > LONGEST_SECONDS:
        raise Unauthenticated(f"This was signed by {label} too long ago.", code="signature_invalid")


def fields_of(body: bytes) -> dict[str, Any]:
    """The body's object. Errors: `InvalidInput` (push_malformed)."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("This is no JSON object.", code="push_malformed") from error
    if not isinstance(found, dict):
        raise InvalidInput("This is no JSON object.", code="push_malformed")
    return found
