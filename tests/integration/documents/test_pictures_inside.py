"""Pictures and scans in archives and mails, from their upload to the search that finds them, each recognised once."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend.client import BibliosClient
from backend.extraction.reader_pool import ReaderPool
from backend.settings import OcrSettings
from tests.integration.documents.test_scans import upload
from tests.support import files
from tests.support.app import RunningApp, running_app, settings_for
from tests.support.scans import LEASE, picture_file, sheet, written

LAMP = picture_file(sheet(["The lighthouse lamp was oiled on Monday."]), "PNG")
PUMP = picture_file(written(["The pump in hall seven was replaced in spring."], 640, 120, size=22), "PNG")
SEA = picture_file(Image.linear_gradient("L").resize((600, 400)), "JPEG")
ICON = picture_file(Image.new("RGB", (32, 32), "navy"), "PNG")
LOGO = picture_file(written(["HARBOUR Ltd"], 150, 50), "PNG")
SCAN = picture_file(sheet(LEASE), "PDF", resolution=200)


def archive(note: bytes) -> bytes:
    inner = files.zipped({"sea.jpg": SEA, "icon.png": ICON})
    return files.zipped({"lamp.png": LAMP, "again/lamp.png": LAMP, "in.zip": inner, "lease.pdf": SCAN, "a.txt": note})


def letter(words: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ann@example.org", "Hall seven"
    mail.set_content(words)
    page = f'<p>{words} <img src="cid:pump@x"></p><p>Ann <img src="cid:logo@x"></p>'
    mail.add_alternative(page, subtype="html")
    for name, data in (("pump", PUMP), ("logo", LOGO)):
        mail.add_attachment(data, maintype="image", subtype="png", filename=f"{name}.png", cid=f"<{name}@x>")
    return mail.as_bytes()


@pytest.fixture
def recognised(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages that recognition was asked for."""
    asked: list[int] = []
    ask = ReaderPool.ask

    async def noting(self: ReaderPool, header: dict[str, Any], *given: Any, **named: Any) -> Any:
        if header["operation"] == "recognise":
            asked.append(header["page"])
        return await ask(self, header, *given, **named)

    monkeypatch.setattr(ReaderPool, "ask", noting)
    return asked


@pytest.fixture
async def app(tmp_path: Path, recognised: list[int]) -> AsyncIterator[RunningApp]:
    async with running_app(settings_for(tmp_path)) as running:
        yield running


async def documents(client: BibliosClient) -> dict[str, dict[str, Any]]:
    await client.wait_until_indexed(poll_seconds=0.2)
    return {Path(one["external_id"]).name: one for one in (await client.get("/documents", limit=100))["items"]}


async def first(client: BibliosClient, query: str) -> str:
    return str((await client.search(query))[0]["document_id"])


async def test_what_lies_inside_is_recognised_once_and_found(app: RunningApp, recognised: list[int]) -> None:
    async with app.signed_in("ada") as client:
        outer = await upload(client, "all.zip", archive(b"Words of the note."))
        mail = await upload(client, "hall.eml", letter("See below."))
        here = await documents(client)
        assert set(here) == {"all.zip", "lamp.png", "sea.jpg", "lease.pdf", "a.txt", "hall.eml", "pump.png"}
        assert {one["status"] for one in here.values()} == {"indexed"}
        assert len(recognised) == 4

        lamp, pump = here["lamp.png"], here["pump.png"]
        assert (lamp["kind"], lamp["parent_id"], pump["kind"], pump["parent_id"]) == ("image", outer, "image", mail)
        assert await first(client, "lighthouse lamp") == lamp["id"]
        assert await first(client, "pump hall seven replaced") == pump["id"]
        assert await first(client, "deposit Kastanienstraße") == here["lease.pdf"]["id"]
        text = (await client.get(f"/documents/{lamp['id']}/text"))["text"]
        start = text.index("lighthouse")
        boxes = await client.get(f"/documents/{lamp['id']}/pages/1/boxes", start=start, end=start + 10)
        assert len(boxes["boxes"]) == 1

        # A photo without words is no failure of whoever added the archive.
        assert here["sea.jpg"]["title"] == "sea"
        (warning,) = here["sea.jpg"]["warnings"]
        assert warning.startswith("No words were recognised")
        assert [here[name]["warnings"] for name in ("all.zip", "hall.eml")] == [[], []]

        await upload(client, "all.zip", archive(b"Words of the note."))
        assert await documents(client) == here
        await upload(client, "all.zip", archive(b"Other words of it."))
        await upload(client, "hall.eml", letter("It is done."))
        again = await documents(client)
        assert "Other words" in (await client.get(f"/documents/{again['a.txt']['id']}/text"))["text"]
        assert {name: one["version"] for name, one in again.items()} == {
            **dict.fromkeys(here, 1), "all.zip": 2, "a.txt": 2, "hall.eml": 2,
        }  # fmt: skip
        assert len(recognised) == 4


async def test_switched_off_it_is_said_what_is_missing(tmp_path: Path, recognised: list[int]) -> None:
    settings = settings_for(tmp_path, ocr=OcrSettings(enabled=False))
    async with running_app(settings) as app, app.signed_in("ada") as client:
        await upload(client, "all.zip", archive(b"Words of the note."))
        await upload(client, "hall.eml", letter("See below."))
        here = await documents(client)
        assert set(here) == {"all.zip", "lease.pdf", "a.txt", "hall.eml"}
        assert here["all.zip"]["warnings"][0].startswith("2 pictures were left out: text recognition is switched off")
        assert here["hall.eml"]["warnings"][0].startswith("1 picture was left out")
        assert here["lease.pdf"]["error"]["code"] == "not_recognised"
        assert recognised == []


async def test_a_picture_that_is_added_by_itself_still_fails_where_it_shows_no_words(app: RunningApp) -> None:
    async with app.signed_in("ada") as client:
        await upload(client, "sea.jpg", SEA)
        assert (await documents(client))["sea.jpg"]["error"]["code"] == "no_text"
