"""Sessions: seen, ended one by one or all at once, and dead at once when they are."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.auth.repository import SESSIONS
from tests.support.accounts import AUTH, Person, World
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def test_sessions_show_device_address_and_which_one_asks(here: World, admin: Person) -> None:
    person = await here.person()
    other = await here.sign_in(person.email, **{"User-Agent": FIREFOX})
    items = (await person.call("GET", "/auth/sessions")).json()["items"]
    assert [item["current"] for item in items].count(True) == 1
    assert {item["device"] for item in items} == {"Firefox on Linux", "Python"}
    assert {item["ip"] for item in items} == {"127.0.0.1"}
    seen_there = (await other.call("GET", "/auth/sessions")).json()["items"]
    assert {item["id"] for item in items} == {item["id"] for item in seen_there}


async def test_ended_session_is_dead_at_once_for_access_and_refresh(here: World) -> None:
    person = await here.person()
    other = await here.sign_in(person.email)
    assert (await other.call("GET", "/auth/me")).status_code == 200  # and so it is in the cache
    ended = await person.call("DELETE", f"/auth/sessions/{await other.session_id()}")
    assert ended.status_code == 204
    refused = await other.call("GET", "/auth/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "session_ended")
    assert (await other.http.post(f"{AUTH}/refresh")).status_code == 401
    assert (await person.call("GET", "/auth/me")).status_code == 200


async def test_session_ended_by_another_process_is_refused_once_the_cache_forgets_it(here: World) -> None:
    person = await here.person()
    session = await person.session_id()
    ended = here.app.container.database.collection(SESSIONS)  # behind this process's back
    await ended.update_one({"_id": session}, {"$set": {"ended_at": datetime.now(UTC), "end_reason": "elsewhere"}})

    async def refused() -> bool:  # within two seconds: tests/unit/auth/test_identity_cache.py
        return (await person.call("GET", "/auth/me")).status_code == 401

    await until_true(refused)


async def test_logout_kills_the_access_token_too(here: World) -> None:
    person = await here.person()
    assert (await person.call("GET", "/auth/me")).status_code == 200
    assert (await person.http.post(f"{AUTH}/logout")).status_code == 204
    assert (await person.call("GET", "/auth/me")).status_code == 401


async def test_sign_out_everywhere_keeps_this_session_unless_told_otherwise(here: World) -> None:
    person = await here.person()
    others = [await here.sign_in(person.email) for _ in range(2)]
    assert (await person.call("POST", "/auth/sessions/end", json={})).json() == {"ended": 2}
    assert [(await other.call("GET", "/auth/me")).status_code for other in others] == [401, 401]
    assert (await person.call("POST", "/auth/sessions/end", json={"keep_current": False})).json() == {"ended": 1}
    assert (await person.call("GET", "/auth/me")).status_code == 401
    assert [event.details["count"] for event in await here.events("session.ended_all", user_id=person.id)] == ["1", "2"]


async def test_somebody_elses_session_is_not_there(here: World) -> None:
    victim, thief = await here.person(), await here.person()
    answer = await thief.call("DELETE", f"/auth/sessions/{await victim.session_id()}")
    assert answer.status_code == 404
    assert (await victim.call("GET", "/auth/me")).status_code == 200


async def test_session_ends_for_good_after_its_longest_life(here: World) -> None:
    person = await here.person()
    sessions = here.app.container.database.collection(SESSIONS)
    longest = timedelta(seconds=here.app.container.settings.auth.session_max_seconds)
    born = datetime.now(UTC) - longest + timedelta(minutes=5)
    await sessions.update_one({"_id": await person.session_id()}, {"$set": {"created_at": born}})
    assert (await person.http.post(f"{AUTH}/refresh")).status_code == 200
    record = await sessions.find_one({"user_id": person.id})
    assert record is not None
    assert record["expires_at"] <= born + longest
