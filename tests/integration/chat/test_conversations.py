"""Conversations and messages through the API: paging, names, opinions, and everything that is refused."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed, serve_chat, text_of
from tests.support.openai_server import Chat, OpenAIServer, Status


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.", title="Leave policy")
        yield rig


@pytest.fixture
async def client(rig: ChatRig) -> AsyncIterator[ChatClient]:
    async with ChatClient(chat_app(rig)) as client:
        yield client


async def test_a_new_conversation_is_named_by_its_first_question(client: ChatClient) -> None:
    created = (await client.http.post("/conversations")).json()
    assert set(created) >= {"id", "title", "created_at", "updated_at"}
    assert created["title"] == "New conversation"
    await client.ask(created["id"], "Please tell me how many days of paid leave we have?")
    await client.ask(created["id"], "Who approves paid leave days?")
    shown = (await client.http.get(f"/conversations/{created['id']}")).json()
    assert shown["title"] == "How many days of paid leave we have"
    assert [message["role"] for message in shown["messages"]] == ["user", "assistant"] * 2
    assert shown["answering"] is None


async def title_is_decided(rig: ChatRig) -> None:
    """A model may still be asked for a title when the answer is there; a stop waits for that."""
    await rig.chat.stop()
    await rig.restart()


async def test_a_model_names_it_better_but_never_over_a_person(tmp_path: Path) -> None:
    async with OpenAIServer() as model, chat_rig(tmp_path, model) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.")
        async with serve_chat(rig) as url, ChatClient(url) as client:
            titles = []
            for title_step in (Chat(('"Paid leave ', 'days".')), Status(500), Chat(("x" * 300,))):
                model.script(Chat(("Thirty days.",)), title_step)
                conversation = await client.conversation(title=None)
                await client.ask(conversation, "How many days of paid leave?")
                await title_is_decided(rig)
                titles.append((await client.http.get(f"/conversations/{conversation}")).json()["title"])
            assert titles == ["Paid leave days", "How many days of paid leave", "How many days of paid leave"]
            before = len(model.requests)
            named = await client.conversation(title="Mine")
            await client.ask(named, "How many days of paid leave?")
            await title_is_decided(rig)
            assert len(model.requests) == before + 1
            assert (await client.http.get(f"/conversations/{named}")).json()["title"] == "Mine"


async def test_conversations_are_listed_latest_first_in_pages(client: ChatClient) -> None:
    ids = [await client.conversation(title=f"c{number}") for number in range(7)]
    await client.ask(ids[2], "How many days of paid leave per year?")
    seen: list[str] = []
    cursor = None
    while True:
        page = (
            await client.http.get("/conversations", params={"limit": 3, **({"cursor": cursor} if cursor else {})})
        ).json()
        assert len(page["items"]) <= 3
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [ids[2], *(id_ for id_ in reversed(ids) if id_ != ids[2])]


async def test_messages_are_paged_from_the_newest_back(client: ChatClient) -> None:
    conversation = await client.conversation()
    for number in range(3):
        await client.ask(conversation, f"How many days of paid leave per year, question {number}?")
    latest = (await client.http.get(f"/conversations/{conversation}", params={"limit": 4})).json()
    assert [m["content"][-2:] for m in latest["messages"] if m["role"] == "user"] == ["1?", "2?"]
    older = await client.http.get(f"/conversations/{conversation}/messages", params={"cursor": latest["next_cursor"]})
    assert [m["content"][-2:] for m in older.json()["items"] if m["role"] == "user"] == ["0?"]
    assert older.json()["next_cursor"] is None


async def test_renaming_stays(client: ChatClient) -> None:
    conversation = await client.conversation(title=None)
    renamed = await client.http.patch(f"/conversations/{conversation}", json={"title": "  Leave  "})
    assert renamed.json()["title"] == "Leave"
    await client.ask(conversation, "How many days of paid leave per year?")
    assert (await client.http.get(f"/conversations/{conversation}")).json()["title"] == "Leave"


async def test_creating_twice_with_one_key_creates_once(client: ChatClient) -> None:
    keyed = {"Idempotency-Key": "k1"}
    first = await client.http.post("/conversations", json={"title": "A"}, headers=keyed)
    second = await client.http.post("/conversations", json={"title": "A"}, headers=keyed)
    assert first.json()["id"] == second.json()["id"]
    assert len((await client.http.get("/conversations")).json()["items"]) == 1


async def test_an_opinion_is_kept_and_can_be_taken_back(client: ChatClient) -> None:
    conversation = await client.conversation()
    answer = completed(await client.ask(conversation, "How many days of paid leave per year?"))
    path = f"/messages/{answer['id']}/feedback"
    assert (await client.http.post(path, json={"value": "down", "comment": "too short"})).json()["feedback"] == "down"
    assert (await client.messages(conversation))[1]["feedback"] == "down"
    assert (await client.http.post(path, json={"value": None})).json()["feedback"] is None
    question = (await client.messages(conversation))[0]
    refused = await client.http.post(f"/messages/{question['id']}/feedback", json={"value": "up"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_an_answer")


async def test_config_says_how_questions_are_answered(client: ChatClient) -> None:
    config = (await client.http.get("/chat/config")).json()
    assert config == {
        "mode": "extractive",
        "model": None,
        "demo_available": False,
        "max_question_chars": 8000,
        "admins_see_questions": False,
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": ""}, "content"),
        ({"content": " \n\t "}, "content"),
        ({"content": "\u0000\u0007"}, "content"),
        ({"content": "x" * 8001}, "content"),
        ({"content": 7}, "content"),
        ({"content": "q", "filters": {"kinds": ["spaceship"]}}, "filters.kinds.0"),
        ({"content": "q", "filters": {"colour": ["red"]}}, "filters.colour"),
        ({"content": "q", "filters": {"after": "yesterday"}}, "filters.after"),
        ({"content": "q", "filters": {"after": "2025-02-01", "before": "2025-01-01"}}, "filters"),
        ({"content": "q", "filters": {"tags": [""]}}, "filters.tags.0"),
        ({"content": "q", "filters": {"sources": ["s"] * 51}}, "filters.sources"),
        ({"content": "q", "stream": True}, "stream"),
    ],
)
async def test_a_malformed_question_is_refused_before_the_stream(
    client: ChatClient, body: dict[str, Any], field: str
) -> None:
    conversation = await client.conversation()
    refused = await client.http.post(f"/conversations/{conversation}/messages", json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"][0]["field"] == field
    assert await client.messages(conversation) == []


async def test_a_lone_surrogate_is_refused(client: ChatClient) -> None:
    conversation = await client.conversation()
    refused = await client.http.post(
        f"/conversations/{conversation}/messages",
        content=b'{"content": "a \\ud800 b"}',
        headers={"Content-Type": "application/json"},
    )
    assert refused.status_code == 422
    assert "Unicode" in refused.json()["detail"]


@pytest.mark.parametrize(
    "question", ["Wie viele Tage Urlaub?\u0000", "有几天年假？", "كم يوم إجازة؟", "🏖️ leave?", "a" * 8000]
)
async def test_any_honest_question_is_answered(client: ChatClient, question: str) -> None:
    conversation = await client.conversation(title=None)
    events = await client.ask(conversation, question)
    assert completed(events)["content"] == text_of(events)
    [asked, _] = await client.messages(conversation)
    assert asked["content"] == question.replace("\u0000", "")


@pytest.mark.parametrize(
    ("method", "path", "kwargs"),
    [
        ("POST", "/conversations/none/messages", {"json": {"content": "q"}}),
        ("GET", "/conversations/none", {}),
        ("GET", "/conversations/none/messages", {}),
        ("PATCH", "/conversations/none", {"json": {"title": "t"}}),
        ("DELETE", "/conversations/none", {}),
        ("GET", "/messages/none/events", {}),
        ("POST", "/messages/none/stop", {}),
        ("POST", "/messages/none/regenerate", {}),
        ("POST", "/messages/none/feedback", {"json": {"value": "up"}}),
    ],
)
async def test_what_is_not_there_is_not_found(
    client: ChatClient, method: str, path: str, kwargs: dict[str, Any]
) -> None:
    answer = await client.http.request(method, path, **kwargs)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("event_id", ["-1", "abc", "1.5", "٣", "9" * 30])
async def test_a_strange_last_event_id_is_refused(client: ChatClient, event_id: str) -> None:
    answer = completed(await client.ask(await client.conversation(), "How many days of paid leave per year?"))
    headers = {b"Last-Event-ID": event_id.encode()}
    refused = await client.http.get(f"/messages/{answer['id']}/events", headers=headers)
    assert refused.status_code == 422


@pytest.mark.parametrize("cursor", ["x", "eyJhIjoxfQ", "MjAyNS0wMS0wMXxh", "fHx8"])
async def test_a_forged_cursor_is_refused(client: ChatClient, cursor: str) -> None:
    assert (await client.http.get("/conversations", params={"cursor": cursor})).status_code == 422


async def test_fifty_answers_at_once_lose_nothing(tmp_path: Path) -> None:
    words = [f"tok{number} " for number in range(100)]
    async with OpenAIServer(answer=lambda _: words, token_seconds=0.001) as model, chat_rig(tmp_path, model) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.")
        async with serve_chat(rig) as url, ChatClient(url) as client:
            conversations = [await client.conversation() for _ in range(50)]
            answers = await asyncio.gather(*(client.ask(id_, "How many days of paid leave?") for id_ in conversations))
    for events in answers:
        assert text_of(events) == completed(events)["content"] == "".join(words).strip()
        assert [event.id for event in events] == sorted({event.id for event in events})


async def test_the_events_are_one_union_in_the_schema(tmp_path: Path) -> None:
    from backend.main import create_app
    from tests.support.app import settings_for

    schema = create_app(settings_for(tmp_path)).openapi()
    content = schema["paths"]["/api/v1/conversations/{conversation_id}/messages"]["post"]["responses"]["200"]["content"]
    item = content["text/event-stream"]["itemSchema"]
    assert item["properties"]["data"]["contentSchema"] == {"$ref": "#/components/schemas/ChatEvent"}
    union = schema["components"]["schemas"]["ChatEvent"]
    assert set(union["discriminator"]["mapping"]) == {
        "message.started",
        "retrieval.completed",
        "token",
        "citation",
        "action.proposed",
        "message.completed",
        "error",
    }
    assert "MessageView" in schema["components"]["schemas"]
