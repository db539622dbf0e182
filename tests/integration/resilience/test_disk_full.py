"""The disk runs full while documents come in: everyone is told what to do, and with room again nothing is missing."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.client import BibliosClient
from tests.support.app import PASSWORD
from tests.support.server import ServerProcess
from tests.support.waiting import until

DISK_MB = 24
FILES = 12


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own; skipped where the tests may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small disk needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Takes every byte that is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        block = bytes(65_536)
        while block:
            try:
                if file.write(block) < len(block):
                    block = block[: len(block) // 2]
            except OSError:
                block = block[: len(block) // 2]
    return ballast


@pytest.mark.slow
async def test_a_full_disk_is_said_and_everything_goes_on_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    quick = {"BIBLIOS_JOBS_LEASE_SECONDS": "3", "BIBLIOS_JOBS_RECOVERY_SECONDS": "0.5"}
    server = ServerProcess(small_disk / "data", quick)
    server.log = tmp_path / "server.log"  # where there is room
    await asyncio.to_thread(server.start)
    try:
        async with BibliosClient(server.url) as client:
            await client.register("ann@example.com", PASSWORD)
            await client.add_texts([{"external_id": "before", "text": "The lighthouse keeper sleeps."}])
            await client.wait_until_indexed(timeout_seconds=30, poll_seconds=0.05)
            parts = [("files", (f"{n}.txt", _body(n))) for n in range(FILES)]
            assert (await client.http.post("/api/v1/documents", files=parts)).status_code == 202
            ballast = fill(small_disk)
            upload = await client.http.post(
                "/api/v1/documents", files=[("files", ("late.txt", b"Too late. " * 200_000))]
            )
            assert (upload.status_code, upload.json()["code"]) == (507, "storage_full")
            assert "Free some space" in upload.json()["detail"]
            text = await client.http.post(
                "/api/v1/documents/text", json={"items": [{"external_id": "late", "text": "Too late. " * 200_000}]}
            )
            assert (text.status_code, text.json()["code"]) == (503, "disk_full")
            assert "Free some space" in text.json()["detail"]
            assert [hit["external_id"] for hit in await client.search("lighthouse")] == ["before"]
            assert (await client.http.get("/healthz")).status_code == 200
            tried = '"job_failed"'
            await until(lambda: server.log.read_text().count(tried) >= 2 * FILES)  # to take them in, again and again
            ballast.unlink()
            counts = await client.wait_until_indexed(timeout_seconds=90, poll_seconds=0.1)
            failed = (await client.get("/documents", status="failed", limit=100))["items"]
            for row in failed:
                assert "Free some space" in row["error"]["message"], row["error"]
                await client.post(f"/documents/{row['id']}/retry")
            counts = await client.wait_until_indexed(timeout_seconds=60, poll_seconds=0.1)
            assert counts == {"queued": 0, "processing": 0, "indexed": FILES + 1, "failed": 0}
            for number in (0, FILES - 1):
                hits = await client.search(f"harbour{number} cargo", group="chunk", limit=100, neighbours="false")
                assert hits[0]["external_id"] == f"{number}.txt"
                places = [(hit["document_id"], hit["start"]) for hit in hits]
                assert len(places) == len(set(places))
            late = await client.add_texts([{"external_id": "late", "text": "No longer too late."}])
            assert late[0]["status"] == "queued"
            await client.wait_until_indexed(timeout_seconds=30, poll_seconds=0.05)
            assert await asyncio.to_thread(server.stop) == 0
    finally:
        server.kill()


def _body(number: int) -> bytes:
    return b"".join(b"Boat %d of harbour%d carries cargo %d.\n" % (n, number, n * number) for n in range(150))
