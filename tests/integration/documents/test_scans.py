"""A scan and a picture from their upload to the search that finds them, and the boxes that show where."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.client import BibliosClient
from backend.documents.schema import VERSION_PARTS
from tests.support.app import RunningApp, running_app, settings_for
from tests.support.scans import LEASE, picture_file, sheet


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[RunningApp]:
    async with running_app(settings_for(tmp_path)) as running:
        yield running


async def upload(client: BibliosClient, name: str, data: bytes) -> str:
    answer = await client.http.post("/api/v1/documents", files=[("files", (name, data))])
    assert answer.status_code == 202
    return str(answer.json()["items"][0]["id"])


async def test_from_upload_to_search_and_back_to_the_place_on_the_page(app: RunningApp) -> None:
    async with app.signed_in("ada") as client:
        scan = await upload(client, "lease.pdf", picture_file(sheet(LEASE, askew=0.8), "PDF", resolution=200))
        photo = await upload(
            client, "note.png", picture_file(sheet(["The lighthouse lamp was oiled on Monday."]), "PNG")
        )
        bomb = await upload(client, "bad.png", b"\x89PNG\r\n\x1a\n" + bytes(200))
        await client.wait_until_indexed(poll_seconds=0.2)

        assert [hit["document_id"] for hit in await client.search("deposit Kastanienstraße")][:1] == [scan]
        assert [hit["document_id"] for hit in await client.search("lighthouse lamp")][:1] == [photo]
        assert (await client.get(f"/documents/{photo}"))["kind"] == "image"
        error = (await client.get(f"/documents/{bomb}"))["error"]
        assert (error["code"], "damaged" in error["message"]) == ("corrupt", True)

        for document, words in ((scan, "deposit"), (photo, "lighthouse")):
            text = (await client.get(f"/documents/{document}/text"))["text"]
            start = text.index(words)
            answer = await client.get(f"/documents/{document}/pages/1/boxes", start=start, end=start + len(words))
            [(left, top, right, bottom)] = answer["boxes"]
            assert 0.05 < left < right < 0.6
            assert 0.08 < top < bottom < 0.2
            page = await client.http.get(f"/api/v1/documents/{document}/pages/1.png", params={"width": 300})
            assert (page.status_code, page.content[:8]) == (200, b"\x89PNG\r\n\x1a\n")
        missing = await client.http.get(f"/api/v1/documents/{photo}/pages/2.png")
        assert (missing.status_code, missing.json()["code"]) == (404, "no_such_page")

        parts = app.container.database.collection(VERSION_PARTS)
        kept = await parts.find({"text_id": f"{scan}.1"})
        assert [sorted(part) for part in kept] == [["_id", "hash", "page", "text_id", "words"]]
        await client.http.delete(f"/api/v1/documents/{scan}")
        assert await parts.find({"text_id": f"{scan}.1"}) == []
