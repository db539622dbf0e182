"""Ending in order (SIGTERM) and not in order (SIGKILL), and what stands in the way of a start."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from backend.client import BibliosClient
from backend.container import DRAIN_SHARE
from tests.support.app import PASSWORD
from tests.support.local_model import lend_model
from tests.support.openai_server import Chat, OpenAIServer, Stall
from tests.support.server import ServerProcess, serving
from tests.support.waiting import until, until_true

SHUTDOWN_SECONDS = 12
LEAVE = "Every employee has thirty days of paid leave per year."


async def statuses(client: BibliosClient) -> dict[str, int]:
    return {name: n for name, n in (await client.get("/documents/stats"))["by_status"].items() if n}


async def send_files(client: BibliosClient, numbers: range) -> None:
    """Files of about eight passages each."""
    parts = [("files", (f"{n}.md", f"# File {n}\n\n".encode() + _body(n))) for n in numbers]
    answer = await client.http.post("/api/v1/documents", files=parts)
    assert answer.status_code == 202


def _body(number: int) -> bytes:
    return b"".join(b"Boat %d of harbour %d carries cargo %d.\n" % (number, n, n * number) for n in range(150))


async def assert_whole(client: BibliosClient, files: int) -> None:
    """Each file is there once, in its first version, and none of its passages twice."""
    counts = await client.wait_until_indexed(timeout_seconds=60, poll_seconds=0.1)
    assert counts == {"queued": 0, "processing": 0, "indexed": files, "failed": 0}
    rows = (await client.get("/documents", limit=100))["items"]
    assert sorted((row["external_id"], row["version"]) for row in rows) == sorted((f"{n}.md", 1) for n in range(files))
    for number in (0, files - 1):
        hits = await client.search(f"Boat {number} cargo", group="chunk", limit=100, neighbours="false")
        places = [(hit["document_id"], hit["start"]) for hit in hits]
        assert len(places) == len(set(places))
        assert f"{number}.md" in {hit["external_id"] for hit in hits}


async def stop_seconds(server: ServerProcess) -> float:
    began = time.monotonic()
    assert await asyncio.to_thread(server.stop) == 0
    return time.monotonic() - began


async def idle_stop_seconds(server: ServerProcess) -> float:
    """How long a stop takes on this machine, now, when there is nothing to wait for. Leaves the server running."""
    seconds = await stop_seconds(server)
    await asyncio.to_thread(server.start)
    return seconds


async def stopped(server: ServerProcess, idle_seconds: float) -> None:
    """Within the set time; on a machine on which even an idle server takes long, what is waited for has its share."""
    in_time = max(SHUTDOWN_SECONDS, SHUTDOWN_SECONDS * DRAIN_SHARE + 3 * idle_seconds)
    assert await stop_seconds(server) < in_time


@pytest.mark.slow
async def test_an_ingest_goes_on_after_a_stop_and_after_a_kill(tmp_path: Path) -> None:
    with serving(tmp_path / "data", {"BIBLIOS_SHUTDOWN_SECONDS": str(SHUTDOWN_SECONDS)}) as server:
        idle = await idle_stop_seconds(server)
        async with BibliosClient(server.url) as client:
            await client.register("ann@example.com", PASSWORD)
            await send_files(client, range(12))
            await _under_way(client)
            await stopped(server, idle)
            await asyncio.to_thread(server.start)
            before = await statuses(client)
            assert sum(before.values()) == 12
            await send_files(client, range(12, 24))
            await _under_way(client)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            assert sum((await statuses(client)).values()) == 24
            await assert_whole(client, 24)


async def _under_way(client: BibliosClient) -> None:
    async def processing() -> bool:
        return bool((await statuses(client)).get("processing"))

    await until_true(processing)


@pytest.mark.slow
async def test_a_stop_lets_a_short_answer_finish_and_cuts_a_long_one_in_time(tmp_path: Path) -> None:
    async with OpenAIServer(answer=lambda _: [f"word{n} " for n in range(40)]) as model:
        environment = {
            "BIBLIOS_SHUTDOWN_SECONDS": str(SHUTDOWN_SECONDS),
            "BIBLIOS_LLM_BASE_URL": model.base_url,
            "BIBLIOS_LLM_API_KEY": "test",
            "BIBLIOS_LLM_MODEL": "scripted",
        }
        server = ServerProcess(tmp_path / "data", environment)
        await asyncio.to_thread(server.start)
        try:
            idle = await idle_stop_seconds(server)
            async with BibliosClient(server.url) as client:
                await client.register("ann@example.com", PASSWORD)
                await client.add_texts([{"external_id": "1", "title": "Leave", "text": LEAVE}])
                await client.wait_until_indexed(timeout_seconds=20, poll_seconds=0.05)
                conversation = (await client.post("/conversations", {"title": "Leave"}))["id"]
                model.script(Stall(pieces=20, seconds=60))
                seen: list[dict[str, Any]] = []
                writing = asyncio.Event()

                async def ask() -> None:
                    async for event in client.ask("How many days of leave?", conversation_id=conversation):
                        seen.append(event)
                        if event["type"] == "token":
                            writing.set()

                asking = asyncio.create_task(ask())
                await asyncio.wait_for(writing.wait(), 20)
                await stopped(server, idle)
                await asking
                assert (seen[-1]["type"], seen[-1]["code"], seen[-1]["retryable"]) == ("error", "interrupted", True)
                assert "Ask again" in seen[-1]["message"]
                await asyncio.to_thread(server.start)
                [_, answer] = (await client.get(f"/conversations/{conversation}"))["messages"]
                assert answer["status"] == "interrupted"
                assert answer["content"] == "".join(e["text"] for e in seen if e["type"] == "token").strip()
                model.script(Chat(("Back again.",)))
                again = await client.answer("How many days of leave?", conversation_id=conversation)
                assert again["content"] == "Back again."
                model.token_seconds = 0.03
                asked = len(model.requests)
                finishing = asyncio.create_task(client.answer("And sick leave?", conversation_id=conversation))
                await until(lambda: len(model.requests) > asked)
                assert not finishing.done()
                await stopped(server, idle)
                assert (await finishing)["content"].endswith("word39")
        finally:
            await asyncio.to_thread(server.stop)


def start(environment: dict[str, str], command: str = "serve") -> subprocess.CompletedProcess[str]:
    """Runs a process that is expected to end by itself."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("BIBLIOS_")} | environment
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", command],
        env=env, capture_output=True, text=True, timeout=40, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_what_stands_in_the_way_of_a_start_is_said_in_one_line(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        second = start({"BIBLIOS_DATA_DIR": str(server.data_dir), "BIBLIOS_PORT": "0"})
        assert second.returncode == 1
        assert f"(process {server.pid})" in second.stderr
        assert "set BIBLIOS_DATA_DIR to another folder" in second.stderr
        taken = start({"BIBLIOS_DATA_DIR": str(tmp_path / "other"), "BIBLIOS_PORT": str(server.port)})
        assert taken.returncode == 1
        assert "set BIBLIOS_PORT to a free port" in taken.stderr
        assert not (tmp_path / "other").exists()  # nothing was opened in vain
    nowhere = {"BIBLIOS_DATABASE_URL": "mongodb://127.0.0.1:9/", "BIBLIOS_DATABASE_TIMEOUT_SECONDS": "0.5"}
    away = start({"BIBLIOS_DATA_DIR": str(tmp_path / "other"), "BIBLIOS_PORT": "0", **nowhere})
    assert away.returncode == 1
    assert "BIBLIOS_DATABASE_URL" in away.stderr
    for answer in (second, taken, away):
        assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("environment", "command", "said"),
    [
        ({"BIBLIOS_PORT": "high"}, "serve", "BIBLIOS_PORT"),
        ({"BIBLIOS_JOBS_IN_SERVER": "false"}, "serve", "BIBLIOS_REDIS_URL"),
        (
            {"BIBLIOS_JOBS_IN_SERVER": "false", "BIBLIOS_REDIS_URL": "redis://127.0.0.1:9"},
            "serve",
            "BIBLIOS_DATABASE_URL",
        ),
        ({}, "worker", "BIBLIOS_DATABASE_URL"),
    ],
)
def test_settings_that_cannot_work_are_named(
    tmp_path: Path, environment: dict[str, str], command: str, said: str
) -> None:
    answer = start({"BIBLIOS_DATA_DIR": str(tmp_path / "data"), **environment}, command)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "data").exists()


def test_a_stop_while_the_server_starts_is_orderly(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data")
    lend_model(server.data_dir)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BIBLIOS_")}
    environment |= {"BIBLIOS_DATA_DIR": str(server.data_dir), "BIBLIOS_PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "serve"], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert "BibliosAI starts" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in rest) == (0, False)
    server.start()
    assert server.stop() == 0
