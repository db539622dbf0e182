"""What another tab is told: the list fetched before, plus the events, is the list fetched afterwards."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat import ChatClient, ChatRig, Event, chat_rig, completed, serve_chat
from tests.support.openai_server import OpenAIServer


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ChatRig]:
    words = [f"word{number} " for number in range(20)]
    async with OpenAIServer(answer=lambda _: words, token_seconds=0.01) as model, chat_rig(tmp_path, model) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.")
        yield rig


@pytest.fixture
async def client(rig: ChatRig) -> AsyncIterator[ChatClient]:
    async with serve_chat(rig) as url, ChatClient(url) as client:
        yield client


def apply(listed: dict[str, Any], event: Event) -> None:
    """What a page does with an event, on its conversations by id."""
    match event.type:
        case "conversation.changed":
            listed[event.data["conversation"]["id"]] = event.data["conversation"]
        case "conversation.deleted":
            listed.pop(event.data["conversation_id"], None)
        case _:
            raise AssertionError(event)


async def fetched(client: ChatClient) -> dict[str, Any]:
    items = (await client.http.get("/conversations")).json()["items"]
    return {item["id"]: item for item in items}


async def test_the_state_before_plus_the_events_is_the_state_afterwards(client: ChatClient) -> None:
    kept, renamed, gone = [await client.conversation(title=f"c{number}") for number in range(3)]
    async with client.stream("GET", "/conversations/events") as events:
        listed = await fetched(client)  # registered first, fetched then
        new = await client.conversation(title="new")
        await client.http.patch(f"/conversations/{renamed}", json={"title": "Another name"})
        assert completed(await client.ask(kept, "How many days of paid leave?"))
        await client.http.delete(f"/conversations/{gone}")
        answering = set()
        async with asyncio.timeout(20):
            async for event in events:
                apply(listed, event)
                if event.type == "conversation.changed":
                    answering.add(event.data["conversation"]["answering"])
                now = await fetched(client)
                if listed == now and gone not in listed and listed[kept]["answering"] is None and len(answering) > 1:
                    break
        assert {kept, renamed, new} == set(listed)
        assert listed[renamed]["title"] == "Another name"


async def test_a_tab_that_lost_its_connection_gets_what_it_missed(client: ChatClient) -> None:
    async with client.stream("GET", "/conversations/events") as events:
        await client.conversation(title="one")
        first = await anext(events)
    await client.conversation(title="two")
    await client.conversation(title="three")
    async with client.stream("GET", "/conversations/events", last_event_id=first.id) as events:
        titles = [(await anext(events)).data["conversation"]["title"] for _ in range(2)]
    assert titles == ["two", "three"]


async def test_nobody_is_told_of_others_conversations(client: ChatClient) -> None:
    url = str(client.http.base_url).removesuffix("/api/v1/")
    async with ChatClient(url, user="ben") as ben, ben.stream("GET", "/conversations/events") as events:
        await client.conversation(title="Ann's own")
        await ben.conversation(title="Ben's own")
        assert (await anext(events)).data["conversation"]["title"] == "Ben's own"


async def test_a_position_that_nobody_knows_says_to_fetch_anew(client: ChatClient) -> None:
    async with client.stream("GET", "/conversations/events", last_event_id=7) as events:
        reset = await anext(events)
    assert reset.type == "reset"
    refused = await client.http.get("/conversations/events", headers={"Last-Event-ID": "seven"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "invalid_event_id")
