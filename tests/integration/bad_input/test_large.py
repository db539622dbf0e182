"""Too much at once: refused while it comes, or taken in bounded memory."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from backend.client import BibliosClient
from tests.support.app import PASSWORD
from tests.support.openai_server import OpenAIServer
from tests.support.server import ServerProcess, serving

MEBIBYTE = 1024 * 1024
BOUNDARY = "boundary"


def memory_mb(server: ServerProcess, field: str = "VmRSS") -> float:
    """Of the server process alone; `VmHWM` is the most it ever had, or had since `forget_peak`."""
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    raise AssertionError(field)


def forget_peak(server: ServerProcess) -> None:
    """Lets `VmHWM` begin anew (proc(5)): hashing a password takes 64 MB for a moment, for example."""
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")


async def _one_file(size_bytes: int) -> AsyncIterator[bytes]:
    yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="big.txt"\r\n\r\n'.encode()
    block = b"All work and no play makes a dull text.\n" * (MEBIBYTE // 40)
    for _ in range(size_bytes // len(block)):
        yield block
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


async def _send(client: BibliosClient, size_bytes: int) -> httpx.Response:
    return await client.http.post(
        "/api/v1/documents",
        content=_one_file(size_bytes),
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )


async def test_200_mb_are_refused_with_the_limit_and_never_in_memory(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        async with BibliosClient(server.url) as client:
            await client.register("ann@example.com", PASSWORD)
            forget_peak(server)
            before = memory_mb(server)
            answer = await _send(client, 200 * MEBIBYTE)
            assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
            assert "BIBLIOS_UPLOAD_MAX_FILE_BYTES" in answer.json()["hint"]  # the first account administers
            assert "100 MB" in answer.json()["detail"]
            assert memory_mb(server, "VmHWM") - before < 60
            assert list((tmp_path / "data" / "blobs" / "incoming").iterdir()) == []
            taken = await _send(client, 90 * MEBIBYTE)
            assert taken.status_code == 202  # stored as it came; more text than is read
            assert memory_mb(server, "VmHWM") - before < 60
            counts = await client.wait_until_indexed(timeout_seconds=60, poll_seconds=0.1)
            assert counts["failed"] == 1
            [row] = (await client.get("/documents"))["items"]
            assert "5,000,000 characters" in row["error"]["message"]
            assert "BIBLIOS_" not in row["error"]["message"]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_ten_thousand_files_at_once_are_taken_in_bounded_memory(tmp_path: Path) -> None:
    """In requests of the allowed number of files, four at a time; the vectors come from an embeddings API."""
    async with OpenAIServer() as api:
        environment = {
            "BIBLIOS_EMBEDDING_BACKEND": "openai",
            "BIBLIOS_EMBEDDING_BASE_URL": api.base_url,
            "BIBLIOS_EMBEDDING_API_KEY": "test",
            "BIBLIOS_EMBEDDING_MODEL": "words",
            "BIBLIOS_JOBS_CONCURRENCY": "64",
        }
        server = ServerProcess(tmp_path / "data", environment)
        await asyncio.to_thread(server.start)
        try:
            async with BibliosClient(server.url) as client:
                await client.register("ann@example.com", PASSWORD)
                refused = await _batch(client, range(1001))
                assert (refused.status_code, refused.json()["code"]) == (413, "too_many_files")
                assert "BIBLIOS_UPLOAD_MAX_FILES" in refused.json()["hint"]
                assert "another one" in refused.json()["detail"]
                assert (await _batch(client, range(1000))).status_code == 202
                first_mb = memory_mb(server, "VmHWM")
                limit = asyncio.Semaphore(4)

                async def send(start: int) -> int:
                    async with limit:
                        return (await _batch(client, range(start, start + 1000))).status_code

                codes = await asyncio.gather(*(send(start) for start in range(1000, 10_000, 1000)))
                assert set(codes) == {202}
                counts = await client.wait_until_indexed(timeout_seconds=240, poll_seconds=0.5)
                assert counts == {"queued": 0, "processing": 0, "indexed": 10_000, "failed": 0}
                [hit] = await client.search("boat9876", limit=1)
                assert hit["external_id"] == "folder/9876.txt"
                assert memory_mb(server, "VmHWM") - first_mb < 200
        finally:
            await asyncio.to_thread(server.stop)


async def _batch(client: BibliosClient, numbers: range) -> httpx.Response:
    parts = [("files", (f"folder/{n}.txt", f"File {n} is about boat{n}.".encode())) for n in numbers]
    return await client.http.post("/api/v1/documents", files=parts)
