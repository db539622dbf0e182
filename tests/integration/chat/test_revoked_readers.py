"""An answer and any other event stream end when whoever reads them may no longer: at once here, and also elsewhere.

How soon is held by the injected clock of `tests/unit/api/test_stream_guard.py`, and measured by `make bench`.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from backend.auth.api_keys import API_KEYS
from backend.auth.repository import SESSIONS, USERS
from backend.client import BibliosClient
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox
from tests.support.openai_server import OpenAIServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: An answer takes minutes, so that nothing but the revocation can end it.
WORDS = [f"word{number} " for number in range(2000)]
FACT = "Every employee has thirty days of paid leave per year."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with OpenAIServer(answer=lambda _: WORDS, token_seconds=0.1) as model:
        with mailbox() as mail:
            settings = settings_for(
                tmp_path_factory.mktemp("data"),
                mail=mail.settings,
                llm={"base_url": model.base_url, "model": "scripted", "max_retries": 0},
                shutdown_seconds=1,
            )
            async with running_app(settings) as app, world(app, mail) as place:
                yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def admin(here: World) -> Person:
    """The first account, whichever test is the first to run."""
    return await here.administrator(email="admin@example.com")


type Revoke = Callable[[World, Person, Person], Awaitable[object]]


async def deactivated(_: World, admin: Person, person: Person) -> httpx.Response:
    return await admin.call("PATCH", f"/admin/users/{person.id}", json={"disabled": True})


async def deleted(_: World, admin: Person, person: Person) -> httpx.Response:
    return await admin.call("DELETE", f"/admin/users/{person.id}")


async def signed_out(here: World, _: Person, person: Person) -> httpx.Response:
    elsewhere = await here.sign_in(person.email)
    return await elsewhere.call("DELETE", f"/auth/sessions/{await person.session_id()}")


async def deactivated_elsewhere(here: World, _: Person, person: Person) -> object:
    """Another process writes to the same database; nothing tells this one."""
    users = here.app.container.database.collection(USERS)
    return await users.update_one({"_id": person.id}, {"$set": {"disabled": True}})


async def deleted_elsewhere(here: World, _: Person, person: Person) -> object:
    return await here.app.container.database.collection(USERS).delete_one({"_id": person.id})


async def signed_out_elsewhere(here: World, _: Person, person: Person) -> object:
    sessions = here.app.container.database.collection(SESSIONS)
    return await sessions.update_many({"user_id": person.id}, {"$set": {"ended_at": datetime.now(UTC)}})


CASES: list[tuple[Revoke, str]] = [
    (deactivated, "account_inactive"),
    (deleted, "account_inactive"),
    (signed_out, "session_ended"),
    (deactivated_elsewhere, "account_inactive"),
    (deleted_elsewhere, "account_inactive"),
    (signed_out_elsewhere, "session_ended"),
]


@pytest.mark.parametrize(("revoke", "code"), CASES, ids=[case[0].__name__ for case in CASES])
async def test_streams_end_with_the_right_to_read_them(here: World, admin: Person, revoke: Revoke, code: str) -> None:
    person = await here.person()
    answer = answer_of(here, person)
    opening = opened(person.http, person.token, "GET", "/conversations/events")
    async with asyncio.timeout(110), aclosing(answer), opening as listing:
        watching = asyncio.create_task(_last(listing))
        await _first_token(answer)
        done = await revoke(here, admin, person)
        assert not isinstance(done, httpx.Response) or done.is_success, done.text
        ends = await asyncio.gather(_last(answer), watching)
    answer_end, listing_end = ends
    if revoke is deleted and answer_end["type"] == "message.completed":
        # The conversation goes with the account, and deleting it stops its answer: that may be even sooner.
        assert answer_end["message"]["status"] == "stopped"
        answer_end = listing_end
    for end in (answer_end, listing_end):
        assert (end["type"], end["code"], end["retryable"]) == ("error", code, False)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
async def test_a_revoked_key_ends_its_stream(here: World, elsewhere: bool) -> None:
    person = await here.person()
    made = (await person.call("POST", "/auth/api-keys", json={"name": "script", "scopes": ["chat"]})).json()
    async with asyncio.timeout(110), opened(person.http, made["key"], "GET", "/conversations/events") as stream:
        watching = asyncio.create_task(_last(stream))
        await person.call("POST", "/conversations", json={"title": "Something to see"})
        if elsewhere:
            await here.app.container.database.collection(API_KEYS).delete_one({"user_id": person.id})
        else:
            await person.call("DELETE", f"/auth/api-keys/{made['id']}")
        end = await watching
    assert (end["type"], end["code"]) == ("error", "key_invalid")


async def test_an_answer_of_a_deactivated_person_is_not_written_on(here: World, admin: Person) -> None:
    person = await here.person()
    answer = answer_of(here, person)
    async with asyncio.timeout(110), aclosing(answer):
        started = await anext(answer)
        await _first_token(answer)
        await deactivated(here, admin, person)
        await _last(answer)
        run = here.app.container.runs.get(person.id, started["message_id"])
        assert run is not None
        assert run.task is not None
        await run.task
    assert len(run.log.text) < len("".join(WORDS))
    await admin.call("PATCH", f"/admin/users/{person.id}", json={"disabled": False})
    again = await here.sign_in(person.email)
    messages = (await again.call("GET", f"/conversations/{started['conversation_id']}/messages")).json()["items"]
    assert messages[-1]["status"] == "interrupted"
    assert messages[-1]["content"]


async def test_other_sessions_of_the_person_read_on(here: World) -> None:
    person = await here.person()
    other = await here.sign_in(person.email)
    answer = answer_of(here, person)
    async with asyncio.timeout(110), aclosing(answer):
        started = await anext(answer)
        watched = events_of(other.http, other.token, "GET", f"/messages/{started['message_id']}/events")
        async with aclosing(watched):
            await other.call("DELETE", f"/auth/sessions/{await person.session_id()}")
            assert (await _last(answer))["code"] == "session_ended"
            for _ in range(20):
                assert (await anext(watched))["type"] in {"message.started", "retrieval.completed", "token"}
            await other.call("POST", f"/messages/{started['message_id']}/stop")
            assert (await _last(watched))["type"] == "message.completed"


async def answer_of(here: World, person: Person) -> AsyncGenerator[dict[str, Any]]:
    """The events of an answer that takes minutes."""
    async with BibliosClient(here.app.url, access_token=person.token) as client:
        await client.add_texts([{"external_id": "leave", "title": "Leave", "text": FACT}])
        await client.wait_until_indexed()
    conversation = (await person.call("POST", "/conversations", json={"title": "T"})).json()["id"]
    question = {"content": "How many days of paid leave are there per year?"}
    stream = events_of(person.http, person.token, "POST", f"/conversations/{conversation}/messages", json=question)
    async with aclosing(stream):
        async for event in stream:
            yield event


async def events_of(
    http: httpx.AsyncClient, token: str, method: str, path: str, **given: Any
) -> AsyncGenerator[dict[str, Any]]:
    async with opened(http, token, method, path, **given) as events:
        async for event in events:
            yield event


@asynccontextmanager
async def opened(
    http: httpx.AsyncClient, token: str, method: str, path: str, **given: Any
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The events of a stream that has been let in."""
    headers = {"Authorization": f"Bearer {token}"}
    async with http.stream(method, f"/api/v1{path}", headers=headers, timeout=110, **given) as response:
        assert response.status_code == 200
        yield _events(response)


async def _events(response: httpx.Response) -> AsyncGenerator[dict[str, Any]]:
    async for line in response.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def _first_token(stream: AsyncIterator[dict[str, Any]]) -> None:
    async for event in stream:
        if event["type"] == "token":
            return


async def _last(stream: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    last: dict[str, Any] = {}
    async for event in stream:
        last = event
    return last
