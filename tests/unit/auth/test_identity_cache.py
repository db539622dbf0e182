"""Who was known a moment ago is looked up anew within two seconds, by a clock that the test moves."""

from datetime import UTC, datetime

from backend.auth.directory import EMPTY_SECONDS
from backend.auth.identity_cache import CACHE_SECONDS, IdentityCache
from backend.auth.models import Identity, User


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def somebody() -> Identity:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    email = "ann@example.com"
    return Identity(User(id="u1", email=email, email_key=email, name="Ann", role="member", created_at=at))


def test_what_another_process_changed_is_noticed_within_two_seconds() -> None:
    clock = Clock()
    cache = IdentityCache(clock=clock)
    cache.put("s1", somebody(), changes=cache.changes)
    clock.now += 1.8
    assert cache.get("s1") == somebody()
    clock.now += 0.2
    assert cache.get("s1") is None
    assert CACHE_SECONDS + EMPTY_SECONDS == 2


def test_what_this_process_changed_is_noticed_at_once() -> None:
    cache = IdentityCache(clock=Clock())
    cache.put("s1", somebody(), changes=cache.changes)
    before = cache.changes
    cache.forget("u1")
    assert cache.get("s1") is None
    cache.put("s1", somebody(), changes=before)  # read before it changed
    assert cache.get("s1") is None
