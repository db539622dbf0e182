"""The stand-in, judged by Notion's official client and by the answers that Notion has published."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from notion_client import APIResponseError, AsyncClient
from notion_client.helpers import async_collect_paginated_api

from backend.connectors.notion.client import VERSION
from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.notion_api import NotionApi
from tests.support.notion_service import SECRET, NotionService, Thing
from tests.support.provider_wire import served

FIXTURES = Path(__file__).parents[3] / "fixtures" / "providers" / "notion"
#: Published examples leave a value empty that may hold something else, and the other way round.
_OPTIONAL = {"workspace_icon", "duplicated_template_id", "avatar_url", "cover", "icon", "link", "href"}


class Judged:
    """The stand-in with a page, a database and its row, behind the official client."""

    def __init__(self, service: NotionService, url: str) -> None:
        self.service = service
        self.url = url
        self.client = self.opened(SECRET)
        self.page = service.page("Nets", service.text("Mending", type_="heading_2", is_toggleable=False), "words")
        (self.source,) = service.database("Stock", parent=self.page)
        self.row: Thing = service.page("Seine", parent=self.source, Who={"type": "people", "people": _people(40)})

    def opened(self, token: str | None, version: str = VERSION) -> AsyncClient:
        return AsyncClient(auth=token, base_url=self.url, notion_version=version, retry=False)

    async def refused(self, call: Any) -> tuple[int, str]:
        with pytest.raises(APIResponseError) as refusal:
            await call
        return refusal.value.status, refusal.value.code.value


def _people(number: int) -> list[dict[str, Any]]:
    return [{"object": "user", "id": f"{at:08d}-0000-4000-8000-000000000000", "name": f"P{at}"} for at in range(number)]


def published(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())["answer"]


def same_shape(found: Any, example: Any, at: str = "answer") -> None:
    """Every field of the example is there, of its type; there may be more, since versions add some."""
    if isinstance(example, dict):
        assert isinstance(found, dict), at
        assert example.keys() <= found.keys(), f"{at}: {example.keys() - found.keys()}"
        for name, value in example.items():
            same_shape(found[name], value, f"{at}.{name}")
    elif isinstance(example, list):
        assert isinstance(found, list), at
        for one in found:
            same_shape(one, example[0], f"{at}[]")
    elif at.rpartition(".")[2] not in _OPTIONAL:
        assert type(found) is type(example), at


@pytest_asyncio.fixture
async def judged() -> AsyncIterator[Judged]:
    service = NotionService(page_limit=3)
    async with served(NotionApi(service).app(), dated=False) as url:
        yield Judged(service, url)


async def test_who_it_is(judged: Judged) -> None:
    me = await judged.client.users.me()
    assert me["bot"]["owner"] == {"type": "workspace", "workspace": True}
    allowed = await judged.opened(judged.service.consents.issue("ada@example.com")).users.me()
    same_shape(allowed, published("bot"))


async def test_users_come_page_by_page(judged: Judged) -> None:
    for number in range(5):
        judged.service.user(f"P{number}", f"p{number}@example.com")
    users = await async_collect_paginated_api(judged.client.users.list)
    assert [one["person"]["email"] for one in users] == [f"p{number}@example.com" for number in range(5)]


async def test_search_gives_the_last_edited_first_page_by_page(judged: Judged) -> None:
    for number in range(5):
        judged.service.page(f"Page {number}")
    sort = {"timestamp": "last_edited_time", "direction": "descending"}
    first = await judged.client.search(sort=sort, page_size=100)
    assert set(published("fields")["list"]) <= first.keys()
    assert (len(first["results"]), first["has_more"], first["type"]) == (3, True, "page_or_data_source")
    found = await async_collect_paginated_api(judged.client.search, sort=sort)
    times = [one["last_edited_time"] for one in found]
    assert times == sorted(times, reverse=True)
    assert {one["object"] for one in found} == {"page", "data_source"}
    assert all(one["last_edited_time"].endswith(":00.000Z") for one in found)


async def test_search_is_filtered_by_object_and_trash(judged: Judged) -> None:
    sources = await judged.client.search(filter={"property": "object", "value": "data_source"})
    assert [one["id"] for one in sources["results"]] == [judged.source.id]
    judged.row.in_trash = True
    trashed = await judged.client.search(filter={"in_trash": True})
    assert [(one["id"], one["in_trash"]) for one in trashed["results"]] == [(judged.row.id, True)]
    wrong = judged.client.search(filter={"property": "object", "value": "database"})
    assert await judged.refused(wrong) == (400, "validation_error")


async def test_objects_have_the_published_fields(judged: Judged) -> None:
    fields = published("fields")
    page = await judged.client.pages.retrieve(judged.page.id)
    source = await judged.client.data_sources.retrieve(judged.source.id)
    database = await judged.client.databases.retrieve(judged.source.parent[1])
    for name, found in (("page", page), ("data_source", source), ("database", database)):
        assert set(fields[name]) <= found.keys(), name
    assert "archived" not in page
    assert database["data_sources"] == [{"id": judged.source.id, "name": "Stock"}]
    child = judged.service.page("Tasks", parent=judged.page)
    same_shape(await judged.client.pages.retrieve(child.id), published("page"))


async def test_rows_are_queried(judged: Judged) -> None:
    sorts = [{"timestamp": "created_time", "direction": "ascending"}]
    judged.service.query_limit = 2
    rows = [judged.row, *(judged.service.page(f"Row {number}", parent=judged.source) for number in range(4))]
    first = await judged.client.data_sources.query(judged.source.id, sorts=sorts)
    assert [one["id"] for one in first["results"]] == [row.id for row in rows[:2]]
    same_shape(first, published("incomplete"))
    since = {"timestamp": "created_time", "created_time": {"on_or_after": first["results"][-1]["created_time"]}}
    second = await judged.client.data_sources.query(judged.source.id, sorts=sorts, filter=since)
    assert [one["id"] for one in second["results"]] == [row.id for row in rows[1:3]]
    assert first["results"][0]["parent"]["data_source_id"] == judged.source.id


async def test_content_as_markdown(judged: Judged) -> None:
    judged.service.markdown_limit = 1
    found = await judged.client.pages.retrieve_markdown(judged.page.id)
    same_shape(found, published("page_markdown"))
    assert found["markdown"].startswith("## Mending\n<unknown url=")
    assert (found["truncated"], len(found["unknown_block_ids"])) == (True, 2)


async def test_content_as_blocks(judged: Judged) -> None:
    blocks = await async_collect_paginated_api(judged.client.blocks.children.list, block_id=judged.page.id)
    assert [one["type"] for one in blocks] == ["heading_2", "paragraph", "child_database"]
    same_shape(await judged.client.blocks.retrieve(blocks[0]["id"]), published("block"))


async def test_comments(judged: Judged) -> None:
    ada = judged.service.user("Ada", "ada@example.com")
    for number in range(4):
        judged.service.comment(judged.page, f"said {number}", ada)
    found = await async_collect_paginated_api(judged.client.comments.list, block_id=judged.page.id)
    assert [one["rich_text"][0]["plain_text"] for one in found] == [f"said {number}" for number in range(4)]
    same_shape(found[0], published("comment"))
    assert set(published("fields")["comment"]) <= found[0].keys()


async def test_a_page_has_25_values_of_a_property_and_the_others_are_asked_for(judged: Judged) -> None:
    row = await judged.client.pages.retrieve(judged.row.id)
    who = row["properties"]["Who"]
    assert len(who["people"]) == 25
    retrieve = judged.client.pages.properties.retrieve
    items = await async_collect_paginated_api(retrieve, page_id=judged.row.id, property_id=who["id"])
    assert [one["people"]["name"] for one in items] == [f"P{number}" for number in range(40)]


async def test_codes_and_refresh_tokens_are_spent(judged: Judged) -> None:
    consents = judged.service.consents
    redirect = "https://example.com/back"
    url = f"{judged.url}/v1/oauth/authorize?client_id={CLIENT_ID}&response_type=code&owner=user&redirect_uri={redirect}"
    code = (await consents.allow(f"{url}&state=x")).partition("code=")[2].partition("&")[0]
    token = judged.opened(None).oauth.token
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    answer = await token(CLIENT_ID, CLIENT_SECRET, **given)
    same_shape(answer, published("token"))
    assert "expires_in" not in answer
    renewed = await token(CLIENT_ID, CLIENT_SECRET, grant_type="refresh_token", refresh_token=answer["refresh_token"])
    assert (await judged.opened(renewed["access_token"]).users.me())["type"] == "bot"
    await judged.opened(None).oauth.revoke(CLIENT_ID, CLIENT_SECRET, token=renewed["access_token"])
    assert await judged.refused(judged.opened(renewed["access_token"]).users.me()) == (401, "unauthorized")


async def test_refusals_are_notions_own(judged: Judged) -> None:
    client = judged.client
    assert await judged.refused(judged.opened("other").users.me()) == (401, "unauthorized")
    assert (await judged.refused(judged.opened(SECRET, "2020-01-01").users.me()))[0] == 400
    assert await judged.refused(client.pages.retrieve("nonsense")) == (400, "validation_error")
    assert await judged.refused(client.pages.retrieve(judged.source.id)) == (404, "object_not_found")
    assert await judged.refused(client.search(page_size=101)) == (400, "validation_error")
    assert await judged.refused(client.search(start_cursor="nonsense")) == (400, "validation_error")
    assert await judged.refused(client.users.retrieve(judged.page.id)) == (400, "invalid_request_url")
    judged.page.shared = False
    assert await judged.refused(client.pages.retrieve(judged.row.id)) == (404, "object_not_found")
    judged.service.capabilities.clear()
    for call in (client.users.list(), client.comments.list(block_id=judged.row.id), client.search()):
        assert await judged.refused(call) == (403, "restricted_resource")
