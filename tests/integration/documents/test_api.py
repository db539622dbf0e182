"""The documents and search routes of the running application, over HTTP."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
import pytest_asyncio
from reportlab.pdfgen.canvas import Canvas

from backend.api.document_schemas import DocumentPage, DocumentTextView, DocumentView, SearchView, StoredItems
from backend.client import BibliosClient
from backend.errors import NotFound
from backend.settings import UploadSettings
from tests.support.app import RunningApp, running_app, settings_for
from tests.support.files import zipped

LIMITS = UploadSettings(max_file_bytes=300_000, max_request_bytes=600_000, max_files=5, max_text_items=3)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningApp]:
    """One server for all; each test has an account of its own, which sees nothing of the others."""
    async with running_app(settings_for(tmp_path_factory.mktemp("data"), upload=LIMITS)) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def administrator(app: RunningApp) -> AsyncIterator[BibliosClient]:
    """The first account, in whatever order the tests run."""
    async with app.signed_in("administrator") as first:
        yield first


@pytest_asyncio.fixture(loop_scope="module")
async def client(
    app: RunningApp, administrator: BibliosClient, request: pytest.FixtureRequest
) -> AsyncIterator[BibliosClient]:
    async with app.signed_in(f"u{abs(hash(request.node.name))}") as signed_in:
        yield signed_in


def http(client: BibliosClient) -> httpx.AsyncClient:
    return client.http


async def send(client: BibliosClient, *files: tuple[str, bytes], **more: Any) -> httpx.Response:
    parts = [("files", (name, data)) for name, data in files]
    return await http(client).post("/api/v1/documents", files=parts, **more)


async def test_the_whole_way_over_http(client: BibliosClient) -> None:
    answer = await send(client, ("trip/plan.md", b"# Plan\n\nThe boat sails at dawn."), ("empty.txt", b""))
    assert answer.status_code == 202
    items = StoredItems.model_validate(answer.json()).items
    assert [(item.external_id, item.status) for item in items] == [("trip/plan.md", "queued"), ("empty.txt", "failed")]
    assert await client.wait_until_indexed(poll_seconds=0.05) == {
        "queued": 0,
        "processing": 0,
        "indexed": 1,
        "failed": 1,
    }
    page = await client.get("/documents")
    assert {view.external_id for view in DocumentPage.model_validate(page).items} == {"trip/plan.md", "empty.txt"}
    view = DocumentView.model_validate(await client.get(f"/documents/{items[0].id}"))
    assert (view.kind, view.version, view.filename) == ("markdown", 1, "trip/plan.md")
    found = SearchView.model_validate(await client.get("/search", q="When does the boat sail?"))
    [hit] = found.hits
    text = DocumentTextView.model_validate(await client.get(f"/documents/{hit.document_id}/text", version=hit.version))
    assert text.text[hit.start : hit.end] == hit.text
    assert hit.highlights
    assert all(hit.text[mark.start : mark.end].strip() for mark in hit.highlights)
    file = await http(client).get(f"/api/v1/documents/{items[0].id}/file")
    assert file.content == b"# Plan\n\nThe boat sails at dawn."
    await client.delete(f"/documents/{items[0].id}")
    assert (await client.get("/search", q="boat"))["hits"] == []
    assert (await http(client).get(f"/api/v1/documents/{items[0].id}")).status_code == 404


async def test_every_row_has_exactly_the_documented_fields(client: BibliosClient) -> None:
    await client.add_texts([{"external_id": "1", "title": "T", "text": "Boats float."}])
    await client.wait_until_indexed(poll_seconds=0.05)
    [row] = (await client.get("/documents"))["items"]
    assert set(row) == set(DocumentView.model_fields)
    answer = await client.get("/search", q="boats")
    [hit] = answer["hits"]
    assert set(hit) == set(SearchView.model_validate(answer).hits[0].model_dump())
    text = await client.get(f"/documents/{row['id']}/text")
    assert set(text) == set(DocumentTextView.model_fields)


async def test_limits_answer_413_and_hint_at_the_setting_to_an_administrator(administrator: BibliosClient) -> None:
    client = administrator
    cases = [
        (await send(client, ("big.txt", b"x" * 300_001)), "file_too_large", "BIBLIOS_UPLOAD_MAX_FILE_BYTES"),
        (
            await send(client, *((f"{n}.txt", b"x" * 250_000) for n in range(3))),
            "request_too_large",
            "BIBLIOS_UPLOAD_MAX_REQUEST_BYTES",
        ),
        (await send(client, *((f"{n}.txt", b"x") for n in range(6))), "too_many_files", "BIBLIOS_UPLOAD_MAX_FILES"),
        (
            await http(client).post(
                "/api/v1/documents/text",
                json={"items": [{"external_id": str(n), "text": "x"} for n in range(4)]},
            ),
            "too_many_items",
            "BIBLIOS_UPLOAD_MAX_TEXT_ITEMS",
        ),
    ]
    for answer, code, setting in cases:
        assert (answer.status_code, answer.json()["code"]) == (413, code)
        assert setting in answer.json()["hint"]
        assert "BIBLIOS_" not in answer.json()["detail"]
    assert (await client.get("/documents"))["items"] == []


async def test_a_refused_upload_leaves_no_file_behind(client: BibliosClient, app: RunningApp) -> None:
    await send(client, ("big.txt", b"x" * 300_001))
    assert list((app.container.data_dir / "blobs" / "incoming").iterdir()) == []


async def test_names_are_cleaned_and_different_files_of_one_name_are_both_kept(client: BibliosClient) -> None:
    answer = await send(client, ("../../etc/a.txt", b"one"), ("etc/a.txt", b"two"), ("etc/a.txt", b"one"))
    assert [item["external_id"] for item in answer.json()["items"]] == ["etc/a.txt", "etc/a (2).txt", "etc/a.txt"]
    assert len((await client.get("/documents"))["items"]) == 2


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (b"{}", "application/json", "not_multipart"),
        (b"nonsense", "multipart/form-data; boundary=b", "invalid_multipart"),
        (
            b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
            "no_files",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhalf',
            "multipart/form-data; boundary=b",
            "upload_incomplete",
        ),
    ],
)
async def test_malformed_uploads_are_422(client: BibliosClient, body: bytes, content_type: str, code: str) -> None:
    answer = await http(client).post("/api/v1/documents", content=body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_malformed_access_names_its_field(client: BibliosClient) -> None:
    items = [{"external_id": "1", "text": "x"}, {"external_id": "2", "text": "x", "access": ["workspace", "role:x"]}]
    answer = await http(client).post("/api/v1/documents/text", json={"items": items})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == ["items.1.access.1"]
    answer = await send(client, ("a.txt", b"x"), data={"access": ["everyone"]})
    assert [problem["field"] for problem in answer.json()["errors"]] == ["access.0"]
    assert (await client.get("/documents"))["items"] == []


async def test_url_that_would_run_in_a_browser_is_refused(client: BibliosClient) -> None:
    items = [{"external_id": "1", "text": "x", "url": "https://a.example"}, {"external_id": "2", "text": "x"}]
    items[1]["url"] = "javascript:alert(1)"
    answer = await http(client).post("/api/v1/documents/text", json={"items": items})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "items.1.url")
    assert (await client.get("/documents"))["items"] == []


async def test_key_of_another_upload_of_the_same_length_is_refused(client: BibliosClient, app: RunningApp) -> None:
    headers = {"Idempotency-Key": "upload-2"}
    first = await send(client, ("a.txt", b"one"), headers=headers, data={"access": ["group:aa"]})
    assert first.status_code == 202
    others = [
        await send(client, ("a.txt", b"two"), headers=headers, data={"access": ["group:aa"]}),
        await send(client, ("b.txt", b"one"), headers=headers, data={"access": ["group:aa"]}),
        await send(client, ("a.txt", b"one"), headers=headers, data={"access": ["group:bb"]}),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in others] == [(422, "idempotency_key_reused")] * 3
    again = await send(client, ("a.txt", b"one"), headers=headers, data={"access": ["group:aa"]})
    assert again.json() == first.json()
    blobs = app.container.blobs
    # Nothing holds on to what a refused upload brought: the next sweep takes it, if no document had it.
    brought = {hashlib.sha256(data).hexdigest() for data in (b"one", b"two")}

    async def all_but_those(digests: Iterable[str]) -> set[str]:
        return set(digests) - brought

    await blobs.sweep(all_but_those, older_than=timedelta(minutes=-1))
    for digest in brought:
        with pytest.raises(NotFound):
            await blobs.read(digest)


async def test_a_repeated_request_with_its_key_is_answered_but_not_done(client: BibliosClient) -> None:
    headers = {"Idempotency-Key": "upload-1"}
    first = await send(client, ("a.txt", b"one"), headers=headers)
    again = await send(client, ("a.txt", b"one"), headers=headers)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    body = {"items": [{"external_id": "1", "text": "x"}]}
    other = {"items": [{"external_id": "2", "text": "y"}]}
    path = "/api/v1/documents/text"
    assert (await http(client).post(path, json=body, headers=headers)).status_code == 202
    reused = await http(client).post(path, json=other, headers=headers)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")


async def test_files_come_back_as_they_were_and_cannot_run_here(client: BibliosClient) -> None:
    page = b"<script>alert(1)</script><p>Boats float on water.</p>"
    answer = await http(client).post(
        "/api/v1/documents", files=[("files", ('we"ird\u00e4\u540d.html', page, "text/html"))]
    )
    [item] = answer.json()["items"]
    file = await http(client).get(f"/api/v1/documents/{item['id']}/file")
    assert file.content == page
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["content-disposition"].startswith("attachment;")
    assert "%C3%A4%E5%90%8D.html" in file.headers["content-disposition"]


async def test_pages_of_a_pdf_are_shown_with_the_place_of_a_quote(client: BibliosClient) -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 700, "The boat sails at dawn tomorrow.")
    canvas.showPage()
    canvas.drawString(72, 400, "It is back by noon.")
    canvas.save()
    [item] = (await send(client, ("plan.pdf", buffer.getvalue()))).json()["items"]
    await client.wait_until_indexed(poll_seconds=0.05)
    image = await http(client).get(f"/api/v1/documents/{item['id']}/pages/1.png", params={"width": 200})
    assert image.headers["cache-control"] == "private, no-store"
    assert "etag" not in image.headers
    assert (image.status_code, image.content[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    text = (await client.get(f"/documents/{item['id']}/text"))["text"]
    start = text.index("sails at dawn")
    boxes = await client.get(f"/documents/{item['id']}/pages/1/boxes", start=start, end=start + 13)
    [(left, top, right, bottom)] = boxes["boxes"]
    assert 0 < left < right < 1
    assert 0 < top < bottom < 0.5
    across = {"start": start, "end": text.index("by noon")}  # begins on the first page, ends on the second
    for page in (1, 2):
        assert len((await client.get(f"/documents/{item['id']}/pages/{page}/boxes", **across))["boxes"]) == 1
    missing = await http(client).get(f"/api/v1/documents/{item['id']}/pages/9.png")
    assert (missing.status_code, missing.json()["code"]) == (404, "no_such_page")


async def test_a_text_has_no_original_to_download(client: BibliosClient) -> None:
    [item] = await client.add_texts([{"external_id": "1", "text": "x"}])
    answer = await http(client).get(f"/api/v1/documents/{item['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_original")


async def test_search_filters_and_refuses_what_it_does_not_know(client: BibliosClient) -> None:
    await client.add_texts(
        [
            {"external_id": "old", "text": "Boats in spring.", "modified_at": "2024-01-01T00:00:00Z", "author": "Ada"},
            {"external_id": "new", "text": "Boats in autumn.", "modified_at": "2025-01-01T00:00:00Z", "tags": ["sea"]},
        ]
    )
    await send(client, ("boats.txt", b"Boats from a file."))
    await client.wait_until_indexed(poll_seconds=0.05)

    async def found(**params: Any) -> set[str]:
        return {hit["external_id"] for hit in await client.search("boats", **params)}

    assert await found() == {"old", "new", "boats.txt"}
    assert await found(source="upload") == {"boats.txt"}
    assert await found(source=["api", "upload"]) == {"old", "new", "boats.txt"}
    assert await found(author="Ada") == {"old"}
    assert await found(tag="sea") == {"new"}
    upload = (await client.search("boats", source="upload"))[0]["document_id"]
    assert await found(document=upload) == {"boats.txt"}
    assert await found(document="no-such-document") == set()
    assert await found(before="2024-06-01T00:00:00Z") == {"old"}
    assert await found(after="2024-06-01T00:00:00Z", source="api") == {"new"}
    assert len(await client.search("boats", limit=1)) == 1
    for bad in ({"limit": 101}, {"limit": 0}, {"group": "x"}, {"after": "yesterday"}, {"q": ""}):
        answer = await http(client).get("/api/v1/search", params={"q": "boats", **bad})
        assert answer.status_code == 422


async def test_a_bad_cursor_is_422(client: BibliosClient) -> None:
    answer = await http(client).get("/api/v1/documents", params={"cursor": "%%%"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


async def test_paging_over_http_goes_through_everything(client: BibliosClient) -> None:
    for start in range(0, 9, 3):
        await client.add_texts([{"external_id": str(start + n), "text": "x"} for n in range(3)])
    seen, cursor = [], None
    while True:
        page = await client.get("/documents", limit=4, **({"cursor": cursor} if cursor else {}))
        seen += [item["external_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [str(n) for n in reversed(range(9))]


async def test_strange_texts_survive(client: BibliosClient) -> None:
    texts = {
        "nul": "before\x00after",
        "rtl": "القارب يبحر عند الفجر",
        "cjk": "船は夜明けに出航する。" * 200,
        "emoji": "👩‍👩‍👧‍👦 sails",
    }
    await client.add_texts([{"external_id": key, "text": text} for key, text in list(texts.items())[:3]])
    await client.add_texts([{"external_id": "emoji", "text": texts["emoji"]}])
    counts = await client.wait_until_indexed(poll_seconds=0.05)
    assert counts["indexed"] == 4
    for row in (await client.get("/documents"))["items"]:
        stored = (await client.get(f"/documents/{row['id']}/text"))["text"]
        assert stored == texts[row["external_id"]].replace("\x00", "\ufffd")
    assert {hit["external_id"] for hit in await client.search("船は夜明けに")} >= {"cjk"}


async def test_an_archive_member_with_a_hostile_name_becomes_a_harmless_document(client: BibliosClient) -> None:
    await send(client, ("a.zip", zipped({"../../../evil.txt": b"Boats float on water."})))
    await client.wait_until_indexed(poll_seconds=0.05)
    assert {row["external_id"] for row in (await client.get("/documents"))["items"]} == {"a.zip", "a.zip!/evil.txt"}


async def test_uploads_at_once_of_the_same_file_make_one_document(client: BibliosClient) -> None:
    answers = await asyncio.gather(*(send(client, ("a.txt", b"Boats float.")) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["items"][0]["id"] for answer in answers}) == 1
    assert (await client.wait_until_indexed(poll_seconds=0.05))["indexed"] == 1
