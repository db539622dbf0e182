"""Two servers and workers over MongoDB, Redis and Chroma: what one does, the others show."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.client import BibliosClient
from tests.integration.production.conftest import Installation
from tests.support.app import PASSWORD
from tests.support.openai_server import Chat, Stall
from tests.support.waiting import until, until_true

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

LEAVE = "Every employee has thirty days of paid leave per year."


async def on_both(installation: Installation, name: str) -> tuple[BibliosClient, BibliosClient]:
    """One account, signed in at both servers."""
    a, b = BibliosClient(installation.a.url), BibliosClient(installation.b.url)
    await a.register(f"{name}@example.com", PASSWORD)
    await b.login(f"{name}@example.com", PASSWORD)
    return a, b


def originals(installation: Installation) -> list[Path]:
    return [path for path in (installation.data_dir / "blobs").rglob("*") if path.is_file()]


async def statuses(client: BibliosClient) -> dict[str, int]:
    return {name: n for name, n in (await client.get("/documents/stats"))["by_status"].items() if n}


async def test_what_one_server_takes_in_the_worker_reads_and_the_other_server_answers(
    installation: Installation,
) -> None:
    a, b = await on_both(installation, "ann")
    async with a, b:
        upload = [("files", ("leave.md", f"# Leave\n\n{LEAVE}".encode()))]
        answer = await a.http.post("/api/v1/documents", files=upload)
        assert answer.status_code == 202
        await asyncio.sleep(1.5)
        assert await statuses(b) == {"queued": 1}  # servers leave the work to workers
        installation.start_worker()
        assert (await b.wait_until_indexed(timeout_seconds=30, poll_seconds=0.1))["indexed"] == 1
        [hit] = await b.search("How many days of paid leave are there?")
        assert hit["external_id"] == "leave.md"
        assert hit["highlights"]  # both legs and the truth answered
        assert (await b.get("/search", q="paid leave"))["degraded"] == []
        installation.model.script(Chat((f"{LEAVE} [1]",)))
        conversation = (await b.post("/conversations", {"title": "Leave"}))["id"]
        message = await b.answer("How many days of paid leave are there?", conversation_id=conversation)
        assert [citation["quote"] for citation in message["citations"]] == [LEAVE]
        await a.delete(f"/documents/{hit['document_id']}")
        assert await b.search("paid leave") == []
        assert (await b.http.get(f"/api/v1/documents/{hit['document_id']}")).status_code == 404
        await until(lambda: originals(installation) == [])
        shown = (await a.get(f"/conversations/{conversation}"))["messages"][-1]
        assert shown["citations"] == message["citations"]


async def add_file(client: BibliosClient, name: str, data: bytes) -> str:
    answer = await client.http.post("/api/v1/documents", files=[("files", (name, data))])
    assert answer.status_code == 202
    return str(answer.json()["items"][0]["id"])


async def slow_upload(client: BibliosClient, name: str, data: bytes, go_on: asyncio.Event) -> httpx.Response:
    """Two files in one request: the first arrives at once, the rest of the second when `go_on` is set."""

    def head(filename: str) -> bytes:
        return f'--cut\r\nContent-Disposition: form-data; name="files"; filename="{filename}"\r\n\r\n'.encode()

    async def body() -> AsyncIterator[bytes]:
        yield head(name) + data + b"\r\n" + head("rest.txt") + b"the rest "
        await go_on.wait()
        yield b"of it\r\n--cut--\r\n"

    return await client.http.post(
        "/api/v1/documents", content=body(), headers={"Content-Type": "multipart/form-data; boundary=cut"}
    )


async def test_a_file_that_one_server_takes_in_while_the_other_drops_it_is_not_lost(
    installation: Installation,
) -> None:
    a, b = await on_both(installation, "eve")
    data, other = b"The same words at both servers.", b"Something to be swept."
    place, sign = (
        installation.data_dir / "blobs" / digest[:2] / digest
        for digest in (hashlib.sha256(content).hexdigest() for content in (data, other))
    )
    async with a, b:
        first, swept = await add_file(a, "first.txt", data), await add_file(a, "other.txt", other)
        former = place.stat().st_ino
        go_on = asyncio.Event()
        uploading = asyncio.create_task(slow_upload(b, "second.txt", data, go_on))
        await until(lambda: place.stat().st_ino != former)  # it has arrived at B, which has stored no document yet
        for document_id in (first, swept):
            await a.delete(f"/documents/{document_id}")
        await until(lambda: not sign.exists(), seconds=30)  # what was deleted together with it has been swept
        go_on.set()
        answer = await uploading
        assert answer.status_code == 202
        for client in (a, b):
            original = await client.http.get(f"/api/v1/documents/{answer.json()['items'][0]['id']}/file")
            assert (original.status_code, original.content) == (200, data)


async def test_a_job_of_a_killed_worker_is_finished_by_another_one_once(installation: Installation) -> None:
    for worker in installation.workers:
        assert await asyncio.to_thread(worker.stop) == 0
    a, b = await on_both(installation, "ben")
    async with a, b:
        texts = [
            {"external_id": str(n), "title": f"Text {n}", "text": f"Text {n} speaks of ships. " * 250}
            for n in range(10)
        ]
        await a.add_texts(texts)
        victim = installation.start_worker()

        async def being_read() -> bool:
            found = await statuses(b)
            assert found.get("queued"), found
            return bool(found.get("processing"))

        await until_true(being_read)
        await asyncio.to_thread(victim.kill)
        assert (await statuses(b)).get("processing")
        installation.start_worker()
        counts = await b.wait_until_indexed(timeout_seconds=60, poll_seconds=0.1)
        assert counts == {"queued": 0, "processing": 0, "indexed": 10, "failed": 0}
        rows = (await b.get("/documents", limit=50))["items"]
        assert {(row["external_id"], row["version"]) for row in rows} == {(str(n), 1) for n in range(10)}
        hits = await b.search("ships", group="chunk", limit=100, neighbours="false")
        places = [(hit["document_id"], hit["start"]) for hit in hits]
        assert len(places) == len(set(places))


async def test_an_answer_written_by_one_server_is_followed_and_stopped_at_the_other(
    installation: Installation,
) -> None:
    a, b = await on_both(installation, "cleo")
    async with a, b:
        await a.add_texts([{"external_id": "1", "title": "Leave", "text": LEAVE}])
        if not any(worker.running for worker in installation.workers):
            installation.start_worker()
        await a.wait_until_indexed(timeout_seconds=30, poll_seconds=0.1)
        installation.model.answer = lambda _: [f"word{number} " for number in range(40)]
        installation.model.script(Stall(pieces=20, seconds=60))
        conversation = (await a.post("/conversations", {"title": "Leave"}))["id"]
        seen: list[dict[str, Any]] = []

        writing = asyncio.Event()

        async def ask() -> None:
            async for event in a.ask("How many days of paid leave are there?", conversation_id=conversation):
                seen.append(event)
                if event["type"] == "token":
                    writing.set()

        asking = asyncio.create_task(ask())
        await asyncio.wait_for(writing.wait(), 60)
        message_id = seen[0]["message_id"]
        refused = await b.http.post(
            f"/api/v1/conversations/{conversation}/messages", json={"content": "And what about sick leave?"}
        )
        assert (refused.status_code, refused.json()["code"]) == (409, "answer_in_progress")
        assert "stop it" in refused.json()["detail"]
        async with asyncio.timeout(60), b.http.stream("GET", f"/api/v1/messages/{message_id}/events") as following:
            assert following.status_code == 200
            lines = following.aiter_lines()
            while '"token"' not in await anext(lines):
                pass  # what is written at one server is read at the other while it is written
            stopped = await b.http.post(f"/api/v1/messages/{message_id}/stop")
            assert stopped.status_code == 200
            body = "".join([line async for line in lines])
            await asking
        assert seen[-1]["type"] == "message.completed"
        assert seen[-1]["message"]["status"] == "stopped"
        assert '"message.completed"' in body
        [_, shown] = (await b.get(f"/conversations/{conversation}"))["messages"]
        assert shown["status"] == "stopped"
        assert shown["content"].startswith("word0 word1")


async def test_an_answer_whose_server_was_killed_is_shown_as_interrupted_at_the_other(
    installation: Installation,
) -> None:
    a, b = await on_both(installation, "dora")
    async with a, b:
        await a.add_texts([{"external_id": "1", "title": "Leave", "text": LEAVE}])
        await a.wait_until_indexed(timeout_seconds=30, poll_seconds=0.1)
        installation.model.answer = lambda _: [f"word{number} " for number in range(40)]
        installation.model.script(Stall(pieces=20, seconds=60))
        conversation = (await a.post("/conversations", {"title": "Leave"}))["id"]

        async def ask() -> None:
            async for _ in a.ask("How many days of paid leave are there?", conversation_id=conversation):
                pass

        asking = asyncio.create_task(ask())

        async def answer() -> dict[str, Any]:
            messages = (await b.get(f"/conversations/{conversation}"))["messages"]
            return messages[-1] if messages else {}

        async def some_of_it() -> bool:
            return bool((await answer()).get("content"))

        async def over() -> bool:
            return bool((await answer())["status"] != "streaming")

        await until_true(some_of_it)
        await asyncio.to_thread(installation.a.kill)
        with pytest.raises(httpx.TransportError):
            await asking
        await until_true(over)
        shown = await answer()
        assert shown["status"] == "interrupted"
        assert shown["content"].startswith("word0 word1")
        installation.model.script(Chat(("Back again.",)))
        again = await b.answer("How many days of paid leave are there?", conversation_id=conversation)
        assert again["content"] == "Back again."
        await asyncio.to_thread(installation.a.start)
