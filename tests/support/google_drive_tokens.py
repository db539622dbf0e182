"""Google's tokens in a stand-in: those of pages, for one question each, and assertions of a service account."""

import base64
import json
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ROBOT = "robot@project-of-the-test.iam.gserviceaccount.com"
#: Whom assertions are addressed to, whatever address the official client calls.
#: https://developers.google.com/identity/protocols/oauth2/service-account (2026-11)
_AUDIENCE = "https://oauth2.googleapis.com/token"


def key_file(key: RSAKey) -> dict[str, Any]:
    """As it is downloaded from the Google Cloud console."""
    return {
        "type": "service_account",
        "client_email": ROBOT,
        "private_key_id": "key-of-the-test",
        "private_key": key.as_pem(private=True).decode(),
        "token_uri": "https://oauth2.example.com/not-to-be-asked",
    }


def claims_of(assertion: str, key: RSAKey, *, address: str) -> dict[str, Any] | None:
    """What an assertion says; None for one that Google would not take.

    Args:
        address: of the token endpoint that was called.
    """
    try:
        claims: dict[str, Any] = jwt.decode(assertion, key, algorithms=["RS256"]).claims
        fresh = 0 < claims["exp"] - claims["iat"] <= 3600
        fine = fresh and claims["iss"] == ROBOT and claims["aud"] in (address, _AUDIENCE)
    except (JoseError, ValueError, KeyError):
        return None
    return claims if fine else None


def page_token(question: str, at: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([question, at]).encode()).decode()


def position_of(token: str, question: str) -> int | None:
    """None for a token that is none, or of another question."""
    try:
        of, at = json.loads(base64.urlsafe_b64decode(token.encode()))
    except ValueError:
        return None
    return int(at) if of == question else None
