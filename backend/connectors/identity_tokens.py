"""Checks an OpenID Connect token that a push carries: signed by its issuer, for this server, by the right account, now.

What a stranger sends is refused by its claims, before any key is looked up.
"""

import hmac
import json
import time
from collections.abc import Callable, Collection
from typing import Any

import structlog
from httpx2 import AsyncClient, HTTPError, InvalidURL
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from backend.connectors.manifest import SigningKeys
from backend.connectors.signatures import not_signed
from backend.errors import TransientFailure

log = structlog.get_logger(__name__)

_ALGORITHM = "RS256"
_LEEWAY_SECONDS = 60
_MOST_CHARS = 4096
_TIMEOUT_SECONDS = 10.0
_MOST_KEY_BYTES = 256 * 1024
#: Keys are looked up once more for one that is not known, but no oftener than this, whatever strangers send.
_LOOKED_UP_SECONDS = 60.0
#: A key that its owner has withdrawn is believed no longer than this.
_KEPT_SECONDS = 3600.0
#: One look-up at a time: what comes meanwhile, or just after one that failed, is sent once more by its provider.
_TRIED_SECONDS = 5.0


async def require_identity(
    label: str,
    authorization: str,
    *,
    keys: SigningKeys,
    keys_url: str,
    issuers: Collection[str],
    audience: str,
    email: str,
    now: float,
) -> None:
    """`authorization`: the header with the token. Errors: `Unauthenticated` (signature_invalid), `TransientFailure`."""
    scheme, _, token = authorization.partition(" ")
    if scheme.casefold() != "bearer" or len(token) > _MOST_CHARS or not (audience and email):
        raise not_signed(label)
    try:
        unproven = jws.extract_compact(token.encode())
        header, claims = unproven.headers(), json.loads(unproven.payload)
        if header.get("alg") != _ALGORITHM or not _fits(claims, issuers, audience, email, now):
            raise not_signed(label)
        key = await keys.key(keys_url, str(header.get("kid")))
        if key is None:
            raise not_signed(label)
        jwt.decode(token, key, algorithms=[_ALGORITHM])
    except (JoseError, ValueError, RecursionError) as error:
        raise not_signed(label) from error


def _fits(claims: Any, issuers: Collection[str], audience: str, email: str, now: float) -> bool:
    if not isinstance(claims, dict):
        return False
    ends, begins = claims.get("exp"), claims.get("iat")
    in_time = (
        isinstance(ends, int | float)
        and isinstance(begins, int | float)
        and begins - _LEEWAY_SECONDS <= now <= ends + _LEEWAY_SECONDS
    )
    given = str(claims.get("email")).encode("utf-8", "replace")
    return (
        in_time
        and claims.get("iss") in issuers
        and claims.get("aud") == audience
        and claims.get("email_verified") is True
        and hmac.compare_digest(given, email.encode())
    )


class FetchedKeys:
    """Sets of keys by their addresses (`SigningKeys`), looked up when they are first needed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sets: dict[str, tuple[KeySet, float]] = {}
        self._tried: dict[str, float] = {}

    async def key(self, url: str, key_id: str) -> Key | None:
        now = self._clock()
        known, read_at = self._sets.get(url, (None, 0.0))
        found = _named(known, key_id)
        if known is None or now - read_at > (_KEPT_SECONDS if found else _LOOKED_UP_SECONDS):
            if now - self._tried.get(url, -_TRIED_SECONDS) < _TRIED_SECONDS:
                raise _unreachable()
            self._tried[url] = now
            known = await _fetch(url)
            self._sets[url] = (known, now)
            found = _named(known, key_id)
        return found


def _named(keys: KeySet | None, key_id: str) -> Key | None:
    return next((key for key in keys.keys if key.kid == key_id), None) if keys else None


async def _fetch(url: str) -> KeySet:
    try:
        async with AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False) as client:
            answer = await client.get(url)
        if not answer.is_success or len(answer.content) > _MOST_KEY_BYTES:
            raise ValueError(str(answer.status_code))
        return KeySet.import_key_set(answer.json())
    except (HTTPError, InvalidURL, JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("signing_keys_unreachable", kind=type(error).__name__)
        raise _unreachable() from error


def _unreachable() -> TransientFailure:
    return TransientFailure("The keys that pushes are checked with cannot be looked up right now.")
