"""Two people, every route of documents and search: neither sees, changes or can even guess what the other has."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
import pytest
import pytest_asyncio
from reportlab.pdfgen.canvas import Canvas

from backend.api import document_intake, documents, originals, search
from backend.client import BibliosClient
from tests.support.app import running_app, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="module")

MISSING = "0" * 32
SECRET = "The vault opens with the word marmalade."


@dataclass(slots=True)
class Two:
    ada: BibliosClient
    ben: BibliosClient
    document: str
    """A PDF of Ada's."""
    failed: str
    """A broken file of Ada's."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 700, SECRET)
    canvas.save()
    async with (
        running_app(settings_for(tmp_path_factory.mktemp("data"))) as app,
        app.signed_in("ada") as ada,
        app.signed_in("ben") as ben,
    ):
        items = await upload(ada, ("secret.pdf", buffer.getvalue()), ("broken.pdf", b"%PDF-1.7 nothing"))
        await ada.wait_until_indexed(poll_seconds=0.05)
        yield Two(ada, ben, items[0]["id"], items[1]["id"])


async def upload(client: BibliosClient, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
    answer = await client.http.post("/api/v1/documents", files=[("files", file) for file in files])
    assert answer.status_code == 202
    return list(answer.json()["items"])


#: Every route with an id, how to call it, and what its owner gets.
BY_ID = [
    ("GET", "/documents/{document_id}", "", 200),
    ("GET", "/documents/{document_id}/text", "", 200),
    ("GET", "/documents/{document_id}/text", "?version=1", 200),
    ("GET", "/documents/{document_id}/file", "", 200),
    ("GET", "/documents/{document_id}/pages/{page}.png", "?width=100", 200),
    ("GET", "/documents/{document_id}/pages/{page}/boxes", "?start=0&end=5", 200),
    ("GET", "/documents/{document_id}/why", "", 200),
    ("PATCH", "/documents/{document_id}", "", 200),
    ("POST", "/documents/{document_id}/retry", "", 409),
    ("DELETE", "/documents/{document_id}", "", 204),
]
#: Every route without one; each has a test below.
OTHERS = {
    ("POST", "/documents"),
    ("POST", "/documents/text"),
    ("GET", "/documents"),
    ("GET", "/documents/stats"),
    ("GET", "/documents/sources"),
    ("GET", "/documents/paths"),
    ("GET", "/search"),
}


async def test_no_route_is_left_out() -> None:
    routes = {
        (method, route.path)  # type: ignore[attr-defined]
        for router in (documents.router, document_intake.router, originals.router, search.router)
        for route in router.routes
        for method in route.methods  # type: ignore[attr-defined]
    }
    assert routes == {(method, path) for method, path, _, _ in BY_ID} | OTHERS


async def call(client: BibliosClient, method: str, path: str, query: str, document_id: str) -> httpx.Response:
    where = path.format(document_id=document_id, page=1) + query
    body = {"title": "Another title"} if method == "PATCH" else None
    return await client.http.request(method, f"/api/v1{where}", json=body)


@pytest.mark.parametrize(("method", "path", "query", "for_owner"), BY_ID)
async def test_somebody_elses_document_answers_like_one_that_does_not_exist(
    two: Two, method: str, path: str, query: str, for_owner: int
) -> None:
    theirs = await call(two.ben, method, path, query, two.document)
    missing = await call(two.ben, method, path, query, MISSING)
    assert theirs.status_code == missing.status_code == 404
    problems = [{**answer.json(), "request_id": ""} for answer in (theirs, missing)]
    assert problems[0] == problems[1]
    if method != "DELETE":  # the document is needed by the other cases
        assert (await call(two.ada, method, path, query, two.document)).status_code == for_owner
    else:
        assert (await call(two.ada, "GET", path, "", two.document)).status_code == 200


@pytest.mark.parametrize(("method", "path", "query"), [case[:3] for case in BY_ID])
async def test_without_a_token_every_route_is_closed(two: Two, method: str, path: str, query: str) -> None:
    async with httpx.AsyncClient(base_url=two.ada.http.base_url, timeout=60) as anonymous:
        where = path.format(document_id=two.document, page=1) + query
        assert (await anonymous.request(method, f"/api/v1{where}")).status_code == 401


@pytest.mark.parametrize(("method", "path"), sorted(OTHERS))
async def test_without_a_token_lists_and_searches_are_closed(two: Two, method: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=two.ada.http.base_url, timeout=60) as anonymous:
        answer = await anonymous.request(method, f"/api/v1{path}", params={"q": "vault"})
        assert answer.status_code == 401


async def test_lists_counts_and_searches_know_nothing_of_the_other(two: Two) -> None:
    assert (await two.ben.get("/documents"))["items"] == []
    assert (await two.ben.get("/documents", q="secret"))["items"] == []
    assert (await two.ben.get("/documents/stats"))["total"] == 0
    assert (await two.ben.get("/documents/sources"))["items"] == []
    added = [{"source": "upload", "documents": 2, "connections": []}]
    assert (await two.ada.get("/documents/sources"))["items"] == added
    assert (await two.ben.get("/documents/paths"))["items"] == []
    for params in ({}, {"group": "chunk"}, {"source": "upload"}, {"kind": "pdf"}, {"limit": 100}):
        assert await two.ben.search("marmalade vault", **params) == []
    assert [hit["document_id"] for hit in await two.ada.search("marmalade vault")] == [two.document]


async def test_a_cursor_of_somebody_else_opens_nothing(two: Two) -> None:
    cursor = (await two.ada.get("/documents", limit=1))["next_cursor"]
    assert cursor
    assert (await two.ben.get("/documents", cursor=cursor))["items"] == []


async def test_the_same_name_or_external_id_never_touches_the_others_document(two: Two) -> None:
    [mine] = await upload(two.ben, ("secret.pdf", b"Ben's own words."))
    [text] = await two.ben.add_texts([{"external_id": "secret.pdf", "text": "Ben's own text."}])
    await two.ben.wait_until_indexed(poll_seconds=0.05)
    assert two.document not in {mine["id"], text["id"]}
    assert SECRET in (await two.ada.get(f"/documents/{two.document}/text"))["text"]
    for item in (mine, text):
        await two.ben.delete(f"/documents/{item['id']}")


async def test_sharing_opens_one_document_for_reading_only_and_ends_at_once(two: Two) -> None:
    who = (await two.ben.get("/auth/me"))["id"]
    item = {"external_id": "shared", "text": "A shared note about lighthouses.", "access": [f"user:{who}"]}
    [shared] = await two.ada.add_texts([item])
    await two.ada.wait_until_indexed(poll_seconds=0.05)
    assert [hit["document_id"] for hit in await two.ben.search("lighthouses")] == [shared["id"]]
    refused = await two.ben.http.delete(f"/api/v1/documents/{shared['id']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_owner")
    await two.ada.add_texts([{**item, "access": []}])
    assert await two.ben.search("lighthouses") == []
    assert (await two.ben.http.get(f"/api/v1/documents/{shared['id']}")).status_code == 404
    await two.ada.delete(f"/documents/{shared['id']}")  # the other cases count what there is


async def test_an_idempotency_key_of_somebody_else_replays_nothing(two: Two) -> None:
    headers = {"Idempotency-Key": "same-key"}
    body = {"items": [{"external_id": "idem", "text": "Some words."}]}
    answers = [
        await client.http.post("/api/v1/documents/text", json=body, headers=headers) for client in (two.ada, two.ben)
    ]
    assert "Idempotency-Replayed" not in answers[1].headers
    ids = [answer.json()["items"][0]["id"] for answer in answers]
    assert ids[0] != ids[1]
    for client, id_ in zip((two.ada, two.ben), ids, strict=True):
        await client.delete(f"/documents/{id_}")  # the other cases count what there is


async def test_deleting_by_a_stranger_deleted_nothing(two: Two) -> None:
    await call(two.ben, "DELETE", "/documents/{document_id}", "", two.document)
    assert (await two.ada.get(f"/documents/{two.document}"))["status"] == "indexed"
    assert (await two.ada.get(f"/documents/{two.failed}"))["status"] == "failed"
