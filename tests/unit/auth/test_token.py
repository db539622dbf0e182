"""Access tokens: only a live token signed here, for here, is accepted. Refresh tokens have one successor."""

import base64
import json
import time
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from backend.auth.keyring import KeyRing
from backend.auth.token import TokenService
from backend.errors import Unauthenticated
from backend.settings import AuthSettings

SECRET = "a secret of more than thirty-two characters"


def ring(*secrets: str) -> KeyRing:
    return KeyRing.fixed(AuthSettings(), *secrets)


@pytest.fixture
def keys() -> KeyRing:
    return ring(SECRET)


@pytest.fixture
def tokens(keys: KeyRing) -> TokenService:
    return TokenService(AuthSettings(), keys)


async def test_issued_token_names_user_and_session(tokens: TokenService) -> None:
    claims = await tokens.verify_access(tokens.issue_access("u1", "s1"))
    assert (claims.user_id, claims.session_id) == ("u1", "s1")


async def test_expired_token_is_refused(tokens: TokenService, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.issue_access("u1", "s1")
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Unauthenticated):
        await tokens.verify_access(token)


@pytest.mark.parametrize("bad", ["", "x", "a.b.c", "é.é.é", "eyJhbGciOiJub25lIn0.e30."])
async def test_garbage_is_refused(tokens: TokenService, bad: str) -> None:
    with pytest.raises(Unauthenticated):
        await tokens.verify_access(bad)


async def test_token_of_another_installation_is_refused(tokens: TokenService) -> None:
    other = TokenService(AuthSettings(), ring("another secret, just as long as the first one"))
    with pytest.raises(Unauthenticated):
        await tokens.verify_access(other.issue_access("u1", "s1"))


async def test_unsigned_token_is_refused(tokens: TokenService) -> None:
    _, payload, _ = tokens.issue_access("u1", "s1").split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        await tokens.verify_access(f"{header}.{payload}.")


@pytest.mark.parametrize("changes", [{"aud": "other"}, {"iss": "other"}, {"sub": None}, {"sid": None}, {"exp": None}])
async def test_each_claim_is_checked(tokens: TokenService, keys: KeyRing, changes: dict[str, object]) -> None:
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": "bibliosai", "aud": "bibliosai:api", "sub": "u", "sid": "s", "iat": now, "exp": now + 60}
    claims = {key: value for key, value in {**claims, **changes}.items() if value is not None}
    forged = jwt.encode({"alg": "HS256", "kid": keys.current.kid}, claims, keys.current.access)
    with pytest.raises(Unauthenticated):
        await tokens.verify_access(forged)


async def test_other_algorithm_with_the_right_key_is_refused(tokens: TokenService, keys: KeyRing) -> None:
    key = OctKey.import_key(keys.current.access.raw_value)
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": "bibliosai", "aud": "bibliosai:api", "sub": "u", "sid": "s", "exp": now + 60}
    forged = jwt.encode({"alg": "HS512", "kid": keys.current.kid}, claims, key, algorithms=["HS512"])
    with pytest.raises(Unauthenticated):
        await tokens.verify_access(forged)


def test_successor_is_the_same_each_time_and_needs_the_key(tokens: TokenService) -> None:
    first = tokens.first_refresh("s1")
    second = tokens.next_refresh(first)
    assert second == tokens.next_refresh(first) != first
    assert second.startswith("s1.")
    assert (
        TokenService(AuthSettings(), ring("another secret, just as long as the first one")).next_refresh(first)
        != second
    )
