"""The whole application with a scripted chat model, and one person who asks it about berths."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.client import BibliosClient
from tests.support.app import RunningApp, running_app, settings_for
from tests.support.openai_server import Body, Messages, OpenAIServer

QUESTION = "Where do guests moor?"
ANSWER = "Guests moor at berth 27."
THOUGHT = "Okay, the user wants to know about mooring. Passage 1 names a berth, so that is it."
FACTS = {
    "berths": "Berths of the Fjellvik yard. Guests moor at berth 27, which lies behind the ice house. "
    "The chain is down from 05:45 to 22:30. A night at berth 27 costs 6 crowns a metre.",
    "sauna": "The sauna is heated from six to nine. Towels lie in the green cupboard.",
}


@dataclass(slots=True)
class Place:
    app: RunningApp
    model: OpenAIServer

    @contextlib.asynccontextmanager
    async def guest(self, name: str, **more: str) -> AsyncIterator[BibliosClient]:
        """A new account that keeps the facts, and more of them."""
        async with self.app.signed_in(name) as client:
            items = [{"external_id": key, "title": key, "text": text} for key, text in (FACTS | more).items()]
            await client.add_texts(items)
            await client.wait_until_indexed(poll_seconds=0.05)
            yield client


@contextlib.asynccontextmanager
async def place_in(folder: Path) -> AsyncIterator[Place]:
    async with OpenAIServer() as model:
        llm = {"base_url": model.base_url, "model": "scripted", "max_retries": 0}
        async with running_app(settings_for(folder, llm=llm, shutdown_seconds=1)) as app:
            yield Place(app, model)


async def conversation(client: BibliosClient) -> str:
    """With a title of its own, so that no model is asked for one."""
    return str((await client.post("/conversations", {"title": "Berths"}))["id"])


async def asked(client: BibliosClient, question: str = QUESTION, *, within: str = "") -> list[dict[str, Any]]:
    """The events of one answer, to its end."""
    within = within or await conversation(client)
    return [event async for event in client.ask(question, conversation_id=within)]


def answer_of(events: list[dict[str, Any]]) -> str:
    """The answer as it stands at the end."""
    assert events[-1]["type"] == "message.completed", events[-1]
    return str(events[-1]["message"]["content"])


def is_rewriting(messages: Messages) -> bool:
    """Whether the model is asked to write a follow-up as a question of its own."""
    return "standalone question" in str(messages[0]["content"])


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> str:
    """An event of a stream, as data."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})


def stream(text: str) -> Body:
    """A stream of exactly this text, after which the connection says no more."""
    return Body(text.encode(), content_type="text/event-stream")


def events(*data: str) -> str:
    return "".join(f"data: {one}\n\n" for one in data)
