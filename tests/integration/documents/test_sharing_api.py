"""Sharing over HTTP: who holds a document, what that allows, and why somebody sees it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from backend.client import BibliosClient
from tests.support.app import running_app, settings_for
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(slots=True)
class Two:
    ada: BibliosClient
    ben: BibliosClient
    ada_id: str
    ben_id: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    async with (
        running_app(settings_for(tmp_path_factory.mktemp("data"))) as app,
        app.signed_in("ada") as ada,
        app.signed_in("ben") as ben,
    ):
        ids = [(await client.get("/auth/me"))["id"] for client in (ada, ben)]
        yield Two(ada, ben, *ids)


async def patch(client: BibliosClient, document_id: str, **change: Any) -> Any:
    return await client.http.patch(f"/api/v1/documents/{document_id}", json=change)


async def test_a_shared_document_shows_its_owner_and_offers_only_what_is_allowed(two: Two) -> None:
    [item] = await two.ada.add_texts([{"external_id": "1", "text": "Boats float.", "access": ["workspace"]}])
    await two.ada.wait_until_indexed(poll_seconds=0.05)
    name = (await two.ada.get("/auth/me"))["name"]
    for client, may, access in (
        (two.ada, ["edit", "share", "delete", "retry"], ["workspace"]),
        (two.ben, [], None),
    ):
        one = await client.get(f"/documents/{item['id']}")
        [listed] = (await client.get("/documents"))["items"]
        [by_title] = (await client.get("/documents", q="1"))["items"]
        assert one == listed == by_title
        assert (one["owner"], one["may"], one["access"]) == ({"id": two.ada_id, "name": name}, may, access)
        assert one["collections"] == []
    assert (await patch(two.ben, item["id"], title="Mine now")).json()["code"] == "not_owner"
    await two.ada.delete(f"/documents/{item['id']}")


async def test_sharing_and_renaming_hold_at_once(two: Two) -> None:
    [item] = await two.ada.add_texts([{"external_id": "2", "title": "Draft", "text": "Walnuts are kept dry."}])
    await two.ada.wait_until_indexed(poll_seconds=0.05)
    assert (await patch(two.ben, item["id"], access=["workspace"])).status_code == 404
    shared = await patch(two.ada, item["id"], access=[f"user:{two.ben_id}"], title="Final", tags=["nuts"])
    assert (shared.status_code, shared.json()["access"]) == (200, [f"user:{two.ben_id}"])
    hits = await until_true(lambda: two.ben.search("walnuts"))  # the indexes follow soon
    assert [hit["title"] for hit in hits] == ["Final"]
    await two.ada.wait_until_indexed(poll_seconds=0.05)
    row = await two.ben.get(f"/documents/{item['id']}")
    assert (row["title"], row["tags"], row["version"], row["status"]) == ("Final", ["nuts"], 1, "indexed")
    why = await two.ben.get(f"/documents/{item['id']}/why")
    named = {"reason": "person", "principal": f"user:{two.ben_id}", "kind": None, "group": None}
    assert why["reasons"] == [named]
    assert (await two.ada.get(f"/documents/{item['id']}/why"))["reasons"][0]["reason"] == "holder"
    await patch(two.ada, item["id"], access=[])
    assert await two.ben.search("walnuts") == []
    assert (await two.ben.http.get(f"/api/v1/documents/{item['id']}/why")).status_code == 404
    assert (await patch(two.ada, item["id"], access=["source:c1:team"])).status_code == 422
    await two.ada.delete(f"/documents/{item['id']}")
