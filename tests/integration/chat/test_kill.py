"""The whole server, killed in the middle of an answer."""

import asyncio
from pathlib import Path

import httpx
import pytest

from backend.client import BibliosClient
from tests.support.openai_server import OpenAIServer
from tests.support.server import ServerProcess

WORDS = [f"word{number} " for number in range(400)]
QUESTION = "How many days of paid leave are there?"


@pytest.mark.slow
async def test_a_killed_server_shows_what_was_there_and_answers_again(tmp_path: Path) -> None:
    async with OpenAIServer(answer=lambda _: WORDS, token_seconds=0.02) as model:
        server = ServerProcess(
            tmp_path / "data",
            {"BIBLIOS_LLM_BASE_URL": model.base_url, "BIBLIOS_LLM_MODEL": "m", "BIBLIOS_LLM_MAX_RETRIES": "0"},
        )
        await asyncio.to_thread(server.start)
        try:
            async with BibliosClient(server.url) as client:
                await client.register("ann@example.com", "correct horse battery")
                text = "Every employee has thirty days of paid leave per year."
                await client.add_texts([{"external_id": "leave", "title": "Leave", "text": text}])
                await client.wait_until_indexed()
                conversation = (await client.post("/conversations", {"title": "T"}))["id"]
                with pytest.raises(httpx.TransportError):
                    await _ask_and_kill(client, conversation, server)
                await asyncio.to_thread(server.start)
                await client.login("ann@example.com", "correct horse battery")
                [question, answer] = (await client.get(f"/conversations/{conversation}/messages"))["items"]
                assert question["content"] == QUESTION
                assert answer["status"] == "interrupted"
                assert len(answer["content"]) > 100
                assert "".join(WORDS).startswith(answer["content"])
                model.token_seconds = 0
                again = await client.answer(QUESTION, conversation_id=conversation)
                assert again["status"] == "completed"
                assert again["content"] == "".join(WORDS).strip()
        finally:
            await asyncio.to_thread(server.kill)


async def _ask_and_kill(client: BibliosClient, conversation: str, server: ServerProcess) -> None:
    seen = ""
    async for event in client.ask(QUESTION, conversation_id=conversation):
        seen += event["text"] if event["type"] == "token" else ""
        if len(seen) > 600:
            await asyncio.to_thread(server.kill)
            seen = ""
