"""The stream: resuming, several tabs, stopping, leaving, restarting, and a model that fails in every way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from backend.access import Caller
from backend.events.base import Reader
from tests.support.chat import ChatClient, ChatRig, Event, chat_rig, completed, serve_chat, text_of
from tests.support.openai_server import MALFORMED_STREAM, Body, Chat, Cut, OpenAIServer, Slow, Stall, Status
from tests.support.waiting import until, until_true

QUESTION = "How many days of paid leave are there?"
WORDS = [f"word{number} " for number in range(60)]
WHOLE = "".join(WORDS).strip()


@pytest.fixture
async def model() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer(answer=lambda _: WORDS, token_seconds=0.01) as server:
        yield server


@pytest.fixture
async def rig(tmp_path: Path, model: OpenAIServer) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path, model, llm={"timeout_seconds": 30}) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.")
        yield rig


@pytest.fixture
async def client(rig: ChatRig) -> AsyncIterator[ChatClient]:
    async with serve_chat(rig) as url, ChatClient(url) as client:
        yield client


async def start(client: ChatClient, count: int, **body: Any) -> tuple[str, list[Event]]:
    """Asks, reads the first events and leaves; gives the conversation and what was read."""
    conversation = await client.conversation()
    path = f"/conversations/{conversation}/messages"
    seen: list[Event] = []
    async with client.stream("POST", path, json={"content": QUESTION, **body}) as events:
        async for event in events:
            seen.append(event)
            if len(seen) == count:
                break
    return conversation, seen


async def ended(client: ChatClient, conversation: str) -> dict[str, Any]:
    """The answer, once nobody writes it any more."""

    async def look() -> dict[str, Any] | None:
        [_, answer] = await client.messages(conversation)
        return answer if answer["status"] != "streaming" else None

    answer = await until_true(look)
    assert answer is not None
    return answer


async def test_a_lost_reader_goes_on_exactly_where_it_was(client: ChatClient) -> None:
    _, first = await start(client, 9)
    rest = await client.watch(first[0].data["message_id"], last_event_id=first[-1].id)
    assert text_of(first + rest) == completed(rest)["content"] == WHOLE
    ids = [event.id for event in first + rest]
    assert ids == sorted(set(ids))


async def test_several_tabs_see_the_same_answer(client: ChatClient) -> None:
    _, first = await start(client, 3)
    message_id = first[0].data["message_id"]
    tabs = await asyncio.gather(*(client.watch(message_id) for _ in range(3)))
    assert {text_of(events) for events in tabs} == {WHOLE}
    assert all(completed(events)["content"] == WHOLE for events in tabs)


async def test_a_reader_who_comes_late_gets_everything(client: ChatClient, rig: ChatRig) -> None:
    conversation = await client.conversation()
    events = await client.ask(conversation, QUESTION)
    message_id = events[0].data["message_id"]
    live = await client.watch(message_id)
    await rig.restart()
    replayed = await client.watch(message_id)
    for again in (live, replayed):
        assert text_of(again) == WHOLE
        assert completed(again) == completed(events)
        assert again[-1].id == events[-1].id
    assert await client.watch(message_id, last_event_id=events[-1].id) == []


async def test_stopping_keeps_what_there_is(client: ChatClient) -> None:
    conversation, first = await start(client, 8)
    message_id = first[0].data["message_id"]
    stopped = await client.http.post(f"/messages/{message_id}/stop")
    assert stopped.status_code == 200
    assert stopped.json()["status"] == "stopped"
    content = stopped.json()["content"]
    assert WHOLE.startswith(content)
    assert len(content) >= len(text_of(first).strip())
    assert len(content) < len(WHOLE)
    rest = await client.watch(message_id, last_event_id=first[-1].id)
    assert completed(rest)["status"] == "stopped"
    assert [m["content"] for m in await client.messages(conversation)] == [QUESTION, content]
    again = await client.http.post(f"/messages/{message_id}/stop")
    assert again.json()["content"] == content


async def test_a_stopped_answer_is_cited_as_far_as_it_goes(
    client: ChatClient, model: OpenAIServer, rig: ChatRig
) -> None:
    model.answer = lambda _: ["Every employee has thirty days", " of paid leave per year. ", *WORDS]
    _, first = await start(client, 6)
    message = (await client.http.post(f"/messages/{first[0].data['message_id']}/stop")).json()
    assert message["citations"][0]["quote"] == "Every employee has thirty days of paid leave per year."


async def test_an_answer_that_nobody_waits_for_is_stopped_after_the_grace(tmp_path: Path, model: OpenAIServer) -> None:
    model.token_seconds = 0.02
    async with chat_rig(tmp_path, model, chat={"reader_grace_seconds": 0.2}) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.")
        async with serve_chat(rig) as url, ChatClient(url) as client:
            conversation, _ = await start(client, 5)
            answer = await ended(client, conversation)
    assert answer["status"] == "stopped"
    assert answer["content"]
    assert len(answer["content"]) < len(WHOLE)


async def test_an_answer_goes_on_without_a_reader_within_the_grace(client: ChatClient) -> None:
    conversation, _ = await start(client, 4)
    answer = await ended(client, conversation)
    assert answer["status"] == "completed"
    assert answer["content"] == WHOLE


async def test_what_was_there_is_shown_while_it_streams_and_after_a_restart(
    client: ChatClient, rig: ChatRig, model: OpenAIServer
) -> None:
    model.script(Stall(pieces=30, seconds=30))
    rig.shelf.degraded = ("lexical",)
    conversation, first = await start(client, 25)
    message_id = first[0].data["message_id"]

    async def kept() -> dict[str, Any] | None:
        [_, answer] = await client.messages(conversation)
        return answer if answer["content"] else None  # what is written so far is stored now and then

    answer = await until_true(kept)
    assert answer is not None
    assert answer["status"] == "streaming"
    assert answer["passages"]
    assert answer["degraded"] == ["lexical"]
    old = rig.chat
    await rig.restart()
    [_, answer] = await client.messages(conversation)
    assert answer["status"] == "interrupted"
    assert WHOLE.startswith(answer["content"].strip())
    assert answer["content"]
    replayed = await client.watch(message_id)
    assert text_of(replayed) == answer["content"]
    assert replayed[-1].type == "error"
    assert replayed[-1].data["code"] == "interrupted"
    assert replayed[-1].data["retryable"] is True
    model.script(Chat(("Back again.",)))
    assert completed(await client.ask(conversation, QUESTION))["content"] == "Back again."
    await old.stop()


async def test_shutting_down_lets_a_short_answer_finish(client: ChatClient, rig: ChatRig) -> None:
    conversation, _ = await start(client, 40)
    await rig.chat.stop()
    [_, answer] = await client.messages(conversation)
    assert (answer["status"], answer["content"]) == ("completed", WHOLE)


async def test_shutting_down_marks_an_answer_that_takes_too_long(
    client: ChatClient, rig: ChatRig, model: OpenAIServer
) -> None:
    model.script(Stall(pieces=20, seconds=600))
    conversation, first = await start(client, 3)
    reading = asyncio.create_task(client.watch(first[0].data["message_id"]))
    await rig.chat.stop()
    events = await reading
    assert events[-1].type == "error"
    assert events[-1].data["code"] == "interrupted"
    [_, answer] = await client.messages(conversation)
    assert answer["status"] == "interrupted"
    assert answer["content"] == text_of(events).strip()
    assert answer["error"]["code"] == "interrupted"


async def test_one_answer_at_a_time_in_a_conversation(client: ChatClient) -> None:
    conversation, first = await start(client, 3)
    path = f"/conversations/{conversation}/messages"
    refused = await client.http.post(path, json={"content": "And now?"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "answer_in_progress"
    shown = (await client.http.get(f"/conversations/{conversation}")).json()
    assert shown["answering"] == first[0].data["message_id"]
    regenerate = await client.http.post(f"/messages/{first[0].data['message_id']}/regenerate")
    assert regenerate.json()["code"] == "answer_in_progress"
    await client.http.post(f"/messages/{shown['answering']}/stop")
    assert completed(await client.ask(conversation, "How many days of leave?"))["status"] == "completed"


async def test_a_repeated_request_with_its_key_joins_the_same_answer(client: ChatClient, model: OpenAIServer) -> None:
    conversation = await client.conversation()
    client.http.headers["Idempotency-Key"] = "abc"
    asking = asyncio.create_task(client.ask(conversation, QUESTION))
    await until(lambda: model.requests)  # the answer is being written
    first, second = await asyncio.gather(asking, client.ask(conversation, QUESTION))
    assert first[0].data["message_id"] == second[0].data["message_id"]
    assert text_of(first) == text_of(second) == WHOLE
    assert len(await client.messages(conversation)) == 2


async def test_key_of_another_question_is_refused(client: ChatClient) -> None:
    conversation = await client.conversation()
    client.http.headers["Idempotency-Key"] = "abc"
    await client.ask(conversation, QUESTION)
    path = f"/conversations/{conversation}/messages"
    for body in ({"content": "Something else?"}, {"content": QUESTION, "filters": {"sources": ["files"]}}):
        refused = await client.http.post(path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


async def test_an_answer_can_be_written_anew(client: ChatClient, model: OpenAIServer, rig: ChatRig) -> None:
    conversation = await client.conversation()
    model.script(Chat(("Every employee has thirty days of paid leave per year.",)))
    old = completed(await client.ask(conversation, QUESTION, filters={"sources": ["files"]}))
    model.script(Chat(("Better.",)))
    async with client.stream("POST", f"/messages/{old['id']}/regenerate") as stream:
        events = [event async for event in stream]
    new = completed(events)
    assert new["id"] != old["id"]
    assert {hit["source"] for hit in events[1].data["hits"]} == {"files"}
    assert [m["content"] for m in await client.messages(conversation)] == [QUESTION, "Better."]
    from backend.documents.schema import CITATIONS

    assert await rig.database.collection(CITATIONS).count({"message_id": old["id"]}) == 0


async def test_a_failed_new_answer_leaves_the_old_one(client: ChatClient, model: OpenAIServer) -> None:
    conversation = await client.conversation()
    model.script(Chat(("Good.",)))
    old = completed(await client.ask(conversation, QUESTION))
    model.script(Status(401))
    async with client.stream("POST", f"/messages/{old['id']}/regenerate") as stream:
        events = [event async for event in stream]
    assert events[-1].data["code"] == "upstream_auth"
    assert [(m["content"], m["status"]) for m in await client.messages(conversation)] == [
        (QUESTION, "completed"),
        ("Good.", "completed"),
        ("", "failed"),
    ]


async def test_only_the_latest_answer_can_be_written_anew(client: ChatClient, model: OpenAIServer) -> None:
    conversation = await client.conversation()
    model.token_seconds = 0
    old = completed(await client.ask(conversation, QUESTION))
    await client.ask(conversation, QUESTION)
    refused = await client.http.post(f"/messages/{old['id']}/regenerate")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_the_latest_answer")
    [question, *_] = await client.messages(conversation)
    refused = await client.http.post(f"/messages/{question['id']}/regenerate")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_an_answer")
    assert completed(await client.ask(conversation, QUESTION))["status"] == "completed"


@pytest.mark.parametrize(
    ("step", "code", "retryable", "status", "advice"),
    [
        (Cut(pieces=5), "upstream_transient", True, "interrupted", "middle of the answer"),
        (Stall(pieces=5, seconds=600), "upstream_transient", True, "interrupted", "BIBLIOS_LLM_TIMEOUT_SECONDS"),
        (Slow(600), "upstream_transient", True, "failed", "BIBLIOS_LLM_TIMEOUT_SECONDS"),
        (Status(429, retry_after="60"), "upstream_rate_limited", True, "failed", "60 seconds"),
        (Status(401), "upstream_auth", False, "failed", "BIBLIOS_LLM_API_KEY"),
        (Status(404), "upstream_rejected", False, "failed", "BIBLIOS_LLM_MODEL"),
        (Status(500), "upstream_transient", True, "failed", "Ask again"),
        (MALFORMED_STREAM, "upstream_malformed", False, "failed", "BIBLIOS_LLM_BASE_URL"),
        (Body(b"<html>"), "upstream_malformed", False, "failed", "BIBLIOS_LLM_BASE_URL"),
        (Chat((), finish_reason="length"), "upstream_rejected", False, "failed", "BIBLIOS_LLM_MAX_OUTPUT_TOKENS"),
    ],
)
@pytest.mark.parametrize("role", ["member", "admin"])
async def test_a_model_that_fails_says_what_to_do_and_keeps_what_came(
    tmp_path: Path, model: OpenAIServer, role: str, step: Any, code: str, retryable: bool, status: str, advice: str
) -> None:
    model.script(step)
    silent = isinstance(step, Stall | Slow)  # all others must not fail by a time limit on a busy machine
    async with chat_rig(tmp_path, model, llm={"timeout_seconds": 2 if silent else 30}) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.")
        async with serve_chat(rig) as url, ChatClient(url) as client:
            client.http.headers["x-role"] = role
            conversation = await client.conversation()
            events = await client.ask(conversation, QUESTION)
            [question, answer] = await client.messages(conversation)
            error = events[-1]
            assert (error.type, error.data["code"], error.data["retryable"]) == ("error", code, retryable)
            # What only whoever runs the server can do is told to administrators alone.
            hint = error.data["hint"]
            assert advice in f"{error.data['message']} {hint}" or role == "member"
            assert "BIBLIOS_" not in error.data["message"]
            assert hint is None or role == "admin"
            assert answer["error"].get("hint") == hint
            assert question["content"] == QUESTION
            assert answer["status"] == status
            assert answer["content"] == text_of(events).strip()
            assert answer["error"]["code"] == code
            model.script(Chat(("Fine.",)))
            assert completed(await client.ask(conversation, QUESTION))["content"] == "Fine."


async def test_deleting_a_conversation_ends_its_answer(client: ChatClient, rig: ChatRig) -> None:
    conversation, first = await start(client, 3)
    assert (await client.http.delete(f"/conversations/{conversation}")).status_code == 204
    assert (await client.http.get(f"/conversations/{conversation}")).status_code == 404
    assert (await client.http.post(f"/messages/{first[0].data['message_id']}/stop")).status_code == 404
    from backend.conversation.storage import MESSAGES

    assert await rig.database.collection(MESSAGES).count({}) == 0


async def test_an_answer_written_by_another_process_is_followed_and_stopped(
    client: ChatClient, rig: ChatRig, model: OpenAIServer
) -> None:
    """With MongoDB several processes serve; here a second assembly over the same data plays the other one."""
    model.token_seconds = 0.05
    conversation = await client.conversation()
    from backend.embedding.search.models import Filters

    ann = Caller.of("ann")
    elsewhere = rig.chat
    watch = await elsewhere.answering.ask(ann, conversation, QUESTION, filters=Filters())
    rig.chat = await rig.beside()
    async with contextlib.aclosing(watch.events(Reader())) as at_home:
        await anext(at_home)  # Nobody learns of an answer before this event, and it comes after the answer is stored.
        async with client.stream("GET", f"/messages/{watch.message_id}/events") as following:
            events = [await anext(following)]
            while not text_of(events):
                events.append(await anext(following))
            stopped = await client.http.post(f"/messages/{watch.message_id}/stop")
            assert stopped.status_code == 200
            events += [event async for event in following]
    message = completed(events)
    assert message["status"] == "stopped"
    assert text_of(events).strip() == message["content"]
    assert 0 < len(message["content"]) < len(WHOLE)
