"""A whole journey at debug level, in production mode: the logs say what happened, and nothing that is a secret."""

import asyncio
import json
from pathlib import Path

import pytest

from backend.client import ApiFailed, BibliosClient
from tests.integration.production.cluster import server_process
from tests.integration.production.conftest import shared_settings
from tests.support import files
from tests.support.chroma_server import chroma_server
from tests.support.mongo_server import mongo_server
from tests.support.openai_server import MALFORMED_STREAM, Chat, OpenAIServer, Status
from tests.support.redis_server import redis_server

PASSWORD = "xylophone-Marmalade-8211"
WRONG_PASSWORD = "zeppelin-Pumpernickel-4477"
LLM_KEY = "sk-quartzite0badger1falcon2"
SIGNING_SECRET = "obsidian-Trombone-signing-key-of-this-test-93"
DOCUMENT = "The heliotrope ledger is kept in the periwinkle cabinet."
FILE = "The saffron gondola carries vermilion chandeliers."
LOCKED = "The umbrella of the ambassador is magenta."
QUESTION = "Where is the heliotrope ledger kept, asks the archduke?"
SEARCH = "saffron gondola of the margravine"
ANSWER = "The ledger rests in the periwinkle cabinet, says the chatelaine."
#: One rare word of each text: nothing of it may be there, in whatever wrapping.
WORDS = ("heliotrope", "periwinkle", "saffron", "vermilion", "archduke", "margravine", "chatelaine", "magenta")


@pytest.mark.slow
async def test_no_secret_no_text_and_no_question_is_logged(tmp_path: Path) -> None:
    chroma = await asyncio.to_thread(chroma_server)
    with mongo_server() as mongo, redis_server() as redis:
        async with OpenAIServer(api_key=LLM_KEY) as model:
            environment = shared_settings(mongo, redis.url, chroma, model.base_url) | {
                "BIBLIOS_JOBS_IN_SERVER": "true",
                "BIBLIOS_LOG_LEVEL": "debug",
                "BIBLIOS_LLM_API_KEY": LLM_KEY,
                "BIBLIOS_LLM_MAX_RETRIES": "0",
                "BIBLIOS_AUTH_SECRET": SIGNING_SECRET,
            }
            server = server_process(tmp_path / "data", "server", environment)
            await asyncio.to_thread(server.start)
            try:
                tokens = await _journey(server.url, model)
            finally:
                await asyncio.to_thread(server.stop)
    text = server.log.read_text(encoding="utf-8", errors="replace")
    for secret in (PASSWORD, WRONG_PASSWORD, LLM_KEY, SIGNING_SECRET, *tokens, *WORDS):
        assert secret not in text, f"{secret!r} is in the log: {_around(text, secret)}"
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    said = {line["message"] for line in lines}
    assert {"started", "request", "documents_indexed", "document_failed", "answer_failed"} <= said
    assert any(line.get("user.id") and line.get("http.request.id") for line in lines)


async def _journey(url: str, model: OpenAIServer) -> list[str]:
    """Everything that handles something secret, successes and failures; returns the tokens that were given out."""
    async with BibliosClient(url) as client:
        signed_in = await client.register("ann@example.com", PASSWORD)
        tokens = [str(signed_in["access_token"]), client.refresh_token or ""]
        with pytest.raises(ApiFailed):
            await client.login("ann@example.com", WRONG_PASSWORD)
        tokens.append(str((await client.login("ann@example.com", PASSWORD))["access_token"]))
        tokens.append(client.refresh_token or "")
        await client.add_texts([{"external_id": "1", "title": "Ledger", "text": DOCUMENT}])
        parts = [
            ("files", ("gondola.txt", FILE.encode())),
            ("files", ("locked.pdf", files.pdf([[LOCKED]], password="p"))),
            ("files", ("broken.docx", files.docx(blocks=[("Normal", LOCKED)])[:-300])),
        ]
        await client.http.post("/api/v1/documents", files=parts)
        counts = await client.wait_until_indexed(timeout_seconds=40, poll_seconds=0.1)
        assert (counts["indexed"], counts["failed"]) == (2, 2)
        assert await client.search(SEARCH)
        conversation = (await client.post("/conversations", {}))["id"]
        model.script(Chat((ANSWER,)), Chat(("A title",)))
        await client.answer(QUESTION, conversation_id=conversation)
        for fault in (Status(401, message=f"Incorrect API key provided: {LLM_KEY}"), Status(500), MALFORMED_STREAM):
            model.script(fault)
            with pytest.raises(ApiFailed):
                await client.answer(
                    QUESTION, conversation_id=(await client.post("/conversations", {"title": "T"}))["id"]
                )
        malformed = await client.http.post(
            "/api/v1/documents/text", json={"items": [{"external_id": 7, "text": [DOCUMENT]}]}
        )
        assert malformed.status_code == 422
        for row in (await client.get("/documents"))["items"]:
            await client.delete(f"/documents/{row['id']}")
        await client.post("/auth/logout")
    assert all(len(token) > 20 for token in tokens)
    return tokens


def _around(text: str, secret: str) -> str:
    at = text.find(secret)
    return text[max(0, at - 300) : at + 200]
