"""Files that nothing can be made of, over HTTP: the upload is taken, the document says what is wrong and what to do."""

import zipfile
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from backend.client import BibliosClient
from tests.support import files

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEBIBYTE = 1024 * 1024


async def send(client: BibliosClient, *named: tuple[str, bytes]) -> httpx.Response:
    parts = [("files", (name, data)) for name, data in named]
    return await client.http.post("/api/v1/documents", files=parts)


async def rows(client: BibliosClient) -> dict[str, dict[str, Any]]:
    """Every document when nothing is under way any more, by external id."""
    await client.wait_until_indexed(timeout_seconds=60, poll_seconds=0.05)
    return {row["external_id"]: row for row in (await client.get("/documents", limit=100))["items"]}


async def under_way(client: BibliosClient) -> bool:
    counts = (await client.get("/documents/stats"))["by_status"]
    return bool(counts.get("queued") or counts.get("processing"))


def _nested(levels: int) -> bytes:
    data = files.zipped({"words.txt": b"words"})
    for _ in range(levels - 1):
        data = files.zipped({"inner.zip": data})
    return data


BAD: list[tuple[str, Callable[[], bytes], str, str]] = [
    ("empty.txt", lambda: b"", "empty_file", "Add it again once it has content"),
    ("blank.txt", lambda: b" \r\n\x00\x00\n", "empty_file", "upload it again"),
    ("no-pages.pdf", files.pdf_without_pages, "no_pages", "Export it again"),
    ("locked.pdf", lambda: files.pdf([["x"]], password="p"), "encrypted", "Remove the protection"),
    ("locked.zip", files.locked_zip, "encrypted", "Remove the protection"),
    ("bomb.zip", lambda: files.zip_bomb(400 * MEBIBYTE), "archive_bomb", "Unpack it yourself"),
    ("bomb.docx", lambda: files.zip_bomb(400 * MEBIBYTE), "archive_bomb", "Unpack it yourself"),
    ("deep.zip", lambda: _nested(3), "archive_too_deep", "Unpack the inner ones"),
    ("picture.txt", lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "corrupt", "save it again"),
    ("moving.gif", lambda: b"GIF89a" + bytes(200), "unsupported_type", "GIF picture"),
    ("noise.pdf", lambda: bytes(range(256)) * 10, "unsupported_type", "Convert it"),
    ("cut.docx", lambda: files.docx(blocks=[("Normal", "words")])[:-300], "corrupt", "save it again"),
]


async def test_bad_files_fail_with_advice_and_the_good_one_beside_them_is_found(client: BibliosClient) -> None:
    answer = await send(client, *((name, build()) for name, build, _, _ in BAD), ("good.txt", b"Boats float on water."))
    assert answer.status_code == 202
    found = await rows(client)
    for name, _, code, advice in BAD:
        error = found[name]["error"]
        assert (name, found[name]["status"], error["code"]) == (name, "failed", code)
        assert advice in error["message"], (name, error["message"])
    assert found["good.txt"]["status"] == "indexed"
    assert [hit["external_id"] for hit in await client.search("boats")] == ["good.txt"]


async def test_a_wrong_extension_is_seen_through(client: BibliosClient) -> None:
    disguised = {
        "a-pdf.txt": files.pdf([["The lighthouse keeper sleeps."]]),
        "a-word-file.pdf": files.docx(blocks=[("Normal", "The ferry leaves at noon.")]),
        "text.docx": b"Anchors hold the boat.",
        "nothing": b"Gulls follow the trawler.",
    }
    await send(client, *disguised.items())
    found = await rows(client)
    assert {name: row["status"] for name, row in found.items()} == dict.fromkeys(disguised, "indexed")
    assert (found["a-pdf.txt"]["kind"], found["a-word-file.pdf"]["kind"]) == ("pdf", "docx")
    for question, name in (("lighthouse keeper", "a-pdf.txt"), ("ferry noon", "a-word-file.pdf")):
        assert (await client.search(question, limit=1))[0]["external_id"] == name


async def test_every_script_and_encoding_is_found_again_by_search(client: BibliosClient) -> None:
    """Legacy encodings are guessed from the text, so a file needs a sentence or two; UTF-8 and UTF-16 are certain."""
    texts = {
        "arabic.txt": ("القارب يبحر عند الفجر من الميناء القديم", "utf-8", "القارب الفجر"),
        "hebrew.txt": (
            "הסירה מפליגה עם שחר מהנמל הישן, ושומר המגדלור ישן עד הצהריים. הדייגים חוזרים בערב ומוכרים את הדגים.",
            "cp1255",
            "הסירה שחר",
        ),
        "japanese.txt": ("船は夜明けに古い港から出航する。灯台守は眠っている。", "shift_jis", "船は夜明けに"),
        "chinese.txt": ("渡轮中午从旧港口出发,看守灯塔的人在睡觉。", "gb18030", "渡轮中午"),
        "korean.txt": ("배는 새벽에 오래된 항구에서 출항한다", "euc_kr", "새벽에 항구"),
        "russian.txt": (
            "Лодка отплывает на рассвете из старой гавани, а смотритель маяка спит до полудня. Рыбаки возвращаются.",
            "koi8-r",
            "лодка рассвете",
        ),
        "german.txt": ("Die Fähre fährt um zwölf Uhr über den Fluß", "latin-1", "Fähre Fluß"),
        "utf16.txt": ("Der Leuchtturmwärter schläft über Mittag", "utf-16", "Leuchtturmwärter"),
    }
    await send(client, *((name, text.encode(encoding)) for name, (text, encoding, _) in texts.items()))
    found = await rows(client)
    for name, (text, _, question) in texts.items():
        stored = (await client.get(f"/documents/{found[name]['id']}/text"))["text"]
        assert (name, stored.strip()) == (name, text)
        assert name in {hit["external_id"] for hit in await client.search(question, limit=2)}, name


async def test_broken_bytes_and_nuls_cost_only_themselves(client: BibliosClient) -> None:
    broken = b"The harbour \xff\xfe\x00master \xc3\x28 sleeps until noon. " * 3
    await send(client, ("broken.txt", broken), ("nul.md", b"# Nul\x00\n\nThe pilot\x00 boards at six."))
    found = await rows(client)
    assert {row["status"] for row in found.values()} == {"indexed"}
    assert [hit["external_id"] for hit in await client.search("harbour noon", limit=1)] == ["broken.txt"]
    text = (await client.get(f"/documents/{found['nul.md']['id']}/text"))["text"]
    assert "\x00" not in text
    assert "boards at six" in text


@pytest.mark.parametrize(
    "wicked",
    ["../../../etc/passwd.txt", "/etc/passwd.txt", "C:\\Windows\\system.ini.txt", "..\\..\\up.txt", "a/../../b.txt"],
)
async def test_a_name_cannot_leave_its_folder(client: BibliosClient, wicked: str) -> None:
    answer = await send(client, (wicked, f"Boats named {wicked!a}.".encode()))
    [item] = answer.json()["items"]
    assert not item["external_id"].startswith("/")
    assert ".." not in item["external_id"].split("/")
    assert ":" not in item["external_id"]
    await client.wait_until_indexed(poll_seconds=0.05)
    file = await client.http.get(f"/api/v1/documents/{item['id']}/file")
    assert file.content == f"Boats named {wicked!a}.".encode()
    assert "/" not in file.headers["content-disposition"].split('filename="')[1].split('"')[0]


async def test_nested_archives_are_opened_as_deep_as_allowed(client: BibliosClient) -> None:
    inner = files.zipped({"words.txt": b"The inner boat floats."})
    await send(client, ("outer.zip", files.zipped({"inner.zip": inner, "note.txt": b"The outer boat sinks."})))
    found = await rows(client)
    assert {name: row["status"] for name, row in found.items() if name != "outer.zip"} == {
        "outer.zip!/inner.zip/words.txt": "indexed",
        "outer.zip!/note.txt": "indexed",
    }


async def test_names_that_come_twice_in_a_request_and_again_later(client: BibliosClient) -> None:
    first = await send(client, ("a.txt", b"Red boats."), ("a.txt", b"Green boats."), ("a.txt", b"Red boats."))
    assert [item["external_id"] for item in first.json()["items"]] == ["a.txt", "a (2).txt", "a.txt"]
    before = await rows(client)
    same, changed = await send(client, ("a.txt", b"Red boats.")), await send(client, ("a (2).txt", b"Blue boats."))
    assert {answer.status_code for answer in (same, changed)} == {202}
    after = await rows(client)
    assert set(after) == {"a.txt", "a (2).txt"}
    assert after["a.txt"] == before["a.txt"]  # no work at all
    assert (after["a (2).txt"]["id"], after["a (2).txt"]["version"]) == (before["a (2).txt"]["id"], 2)
    assert await client.search("green", group="chunk") == [] or all(
        "Green" not in hit["text"] for hit in await client.search("green")
    )


async def test_an_archive_of_many_members_and_one_over_the_limit(client: BibliosClient) -> None:
    crowd = files.zipped({f"{n}.txt": b"x" for n in range(10_001)}, compression=zipfile.ZIP_STORED)
    await send(client, ("crowd.zip", crowd))
    row = (await rows(client))["crowd.zip"]
    assert (row["status"], row["error"]["code"]) == ("failed", "archive_bomb")
    assert "10,000" in row["error"]["message"]


async def test_the_server_answers_others_while_a_bomb_is_looked_at(client: BibliosClient) -> None:
    bomb = files.zip_bomb(400 * MEBIBYTE)
    await send(client, ("bomb.zip", bomb), *((f"more-{number}.zip", bomb) for number in range(6)))
    answered = 0
    while await under_way(client):
        assert (await client.http.get("/healthz")).status_code == 200
        answered += await under_way(client)
    assert answered
    assert (await rows(client))["bomb.zip"]["error"]["code"] == "archive_bomb"
