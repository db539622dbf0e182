"""What was deleted for good is nowhere in the data folder after the next clearing away."""

import asyncio
from pathlib import Path

import pytest

from backend.client import BibliosClient
from tests.support.app import RunningApp, running_app, settings_for

#: No four letters of these occur anywhere else, so that compression copies them as they are.
WORDS = {
    "text": "qzxwvkjyphgb",
    "title": "vwqkxjzpfyhd",
    "file": "jxqzkwvgypbf",
    "file name": "zqjvxwkpgfyb",
    "author": "kqxzjwvfhpyg",
}


def holding(folder: Path, word: str) -> list[str]:
    """Files that hold the word; its first letters may be shared with the term before it in an index."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and (word[3:].encode() in path.read_bytes() or word[3:] in path.name)
    )


async def fill(client: BibliosClient) -> list[str]:
    """Many documents that stay and two that go; the ids of those."""
    await client.add_texts(
        [{"external_id": str(n), "title": f"Stays {n}", "text": f"Document {n} speaks of ships."} for n in range(60)]
    )
    item = {
        "external_id": "goes",
        "title": f"Title {WORDS['title']}",
        "text": f"The ship carries {WORDS['text']}. " * 40,
        "author": WORDS["author"],
    }
    upload = [("files", (f"{WORDS['file name']}.txt", f"The cargo is {WORDS['file']}.".encode()))]
    # The answer is kept for a repeated request, and names the file.
    answer = await client.http.post("/api/v1/documents", files=upload, headers={"Idempotency-Key": "once"})
    [text] = await client.add_texts([item])
    counts = await client.wait_until_indexed(timeout_seconds=60, poll_seconds=0.1)
    assert (counts["indexed"], counts["failed"]) == (62, 0)
    return [text["id"], answer.json()["items"][0]["id"]]


async def cleared(app: RunningApp, folder: Path) -> None:
    """Clears away until the originals have been in the trash for their moment."""
    await app.container.indexing.clear_away_deleted()
    while any(path.is_file() for path in (folder / "blobs").rglob("*")):
        await app.container.indexing.clear_away_deleted()


@pytest.mark.slow
async def test_deleted_words_are_nowhere_in_the_data_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    settings = settings_for(folder, deletion={"trash_seconds": 0.01})
    async with running_app(settings) as app, app.signed_in("ann") as client:
        gone = await fill(client)
        await client.search(WORDS["text"])
        for what, word in WORDS.items():
            assert holding(folder, word), f"the test would not see {what}"
        for document_id in gone:
            await client.delete(f"/documents/{document_id}")
        await cleared(app, folder)
        for what, word in WORDS.items():
            assert holding(folder, word) == [], what
        assert len(await client.search("ships", limit=100)) == 60
    for what, word in WORDS.items():
        assert holding(folder, word) == [], f"{what}, after the end"


@pytest.mark.slow
async def test_words_of_a_replaced_version_go_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    settings = settings_for(folder, deletion={"trash_seconds": 0.01})
    async with running_app(settings) as app, app.signed_in("ann") as client:
        await fill(client)
        await client.add_texts([{"external_id": "goes", "title": "Title", "text": "Now it carries nothing."}])
        upload = [("files", (f"{WORDS['file name']}.txt", b"The hold is empty."))]
        await client.http.post("/api/v1/documents", files=upload)
        await client.wait_until_indexed(timeout_seconds=60, poll_seconds=0.1)
        async with asyncio.timeout(30):  # a former version goes right after the new one answers
            while any(holding(folder, WORDS[what]) for what in ("text", "file")):
                await app.container.indexing.clear_away_deleted()
        assert await client.search("nothing", limit=1)
