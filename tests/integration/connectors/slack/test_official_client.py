"""The stand-in against Slack's own client, for each call that is made to it: both kinds of it, its errors and pages."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.support.consent_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.provider_wire import served
from tests.support.slack_posting import ACTION_SCOPES
from tests.support.slack_service import BOT, TEAM, Conversation, SlackService
from tests.support.slack_web_api import SlackWebApi

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(slots=True)
class Shop:
    """A served workspace with one public and one private channel."""

    service: SlackService
    url: str
    square: Conversation
    harbour: Conversation

    def client(self, **given: str) -> AsyncWebClient:
        return AsyncWebClient(self.service.token(**given), base_url=f"{self.url}/api/", retry_handlers=[])


@pytest_asyncio.fixture(loop_scope="module")
async def shop() -> AsyncIterator[Shop]:
    service = SlackService()
    service.user("U0ADA00001", "ada", "ada@example.com")
    square = service.conversation("square", "U0ADA00001", kind="public_channel", bot=False)
    harbour = service.conversation("harbour", "U0ADA00001")
    async with served(SlackWebApi(service).application()) as url:
        yield Shop(service, url, square, harbour)


async def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as raised:
        await call
    return dict(raised.value.response.data)


async def test_whose_token_it_is(shop: Shop) -> None:
    answer = await shop.client().auth_test()
    assert (answer["team_id"], answer["user_id"]) == (TEAM, BOT)
    strange = AsyncWebClient("xoxb-strange", base_url=f"{shop.url}/api/")
    assert (await refused(strange.auth_test()))["error"] == "invalid_auth"
    nobody = AsyncWebClient(base_url=f"{shop.url}/api/")
    assert (await refused(nobody.auth_test()))["error"] == "not_authed"


async def test_conversations_come_in_pages_and_by_type(shop: Shop) -> None:
    for number in range(5):
        shop.service.conversation(f"room-{number}")
    client, found = shop.client(), []
    async for page in await client.conversations_list(types="public_channel,private_channel", limit=2):
        assert len(page["channels"]) <= 2
        found += [one["name"] for one in page["channels"]]
    assert found == ["square", "harbour", *(f"room-{number}" for number in range(5))]
    assert (await refused(client.conversations_list(types="rooms")))["error"] == "invalid_types"
    assert (await refused(client.conversations_list(cursor="nonsense")))["error"] == "invalid_cursor"
    assert (await refused(client.conversations_list(limit=5000)))["error"] == "invalid_limit"
    lacking = shop.client(scopes="channels:read")
    told = await refused(lacking.conversations_list(types="private_channel"))
    assert (told["error"], told["needed"], told["provided"]) == ("missing_scope", "groups:read", "channels:read")


async def test_history_comes_newest_first_within_its_bounds(shop: Shop) -> None:
    ts = [shop.service.post(shop.harbour, "U0ADA00001", f"Words {number}") for number in range(6)]
    client, channel = shop.client(), shop.harbour.id
    found = []
    async for page in await client.conversations_history(channel=channel, limit=4):
        found += [one["ts"] for one in page["messages"]]
    assert found == ts[::-1]
    answer = await client.conversations_history(channel=channel, oldest=ts[2], latest=ts[4])
    assert [one["ts"] for one in answer["messages"]] == [ts[3]]
    answer = await client.conversations_history(channel=channel, oldest=ts[2], latest=ts[4], inclusive=True)
    assert [one["ts"] for one in answer["messages"]] == [ts[4], ts[3], ts[2]]
    assert (await refused(client.conversations_history(channel="C0NONE0001")))["error"] == "channel_not_found"
    assert (await refused(client.conversations_history(channel=shop.square.id)))["error"] == "not_in_channel"
    hers = shop.client(user="U0ADA00001")
    assert (await hers.conversations_history(channel=shop.square.id))["ok"]


async def test_replies_come_in_pages_with_their_first_message(shop: Shop) -> None:
    first = shop.service.post(shop.harbour, "U0ADA00001", "First")
    replies = [shop.service.post(shop.harbour, "U0ADA00001", f"Reply {number}", thread=first) for number in range(5)]
    client, found = shop.client(), []
    async for page in await client.conversations_replies(channel=shop.harbour.id, ts=first, limit=2):
        assert page["messages"][0]["ts"] == first
        found += [one["ts"] for one in page["messages"][1:]]
    assert found == replies
    parent = (await client.conversations_history(channel=shop.harbour.id))["messages"][0]
    assert (parent["reply_count"], parent["latest_reply"], parent["thread_ts"]) == (5, replies[-1], first)
    told = await refused(client.conversations_replies(channel=shop.harbour.id, ts="1.000000"))
    assert told["error"] == "thread_not_found"


async def test_members_people_and_their_addresses(shop: Shop) -> None:
    client = shop.client()
    assert set((await client.conversations_members(channel=shop.harbour.id))["members"]) == {BOT, "U0ADA00001"}
    people = {one["id"]: one async for page in await client.users_list(limit=1) for one in page["members"]}
    assert people["U0ADA00001"]["profile"]["email"] == "ada@example.com"
    assert people[BOT]["is_bot"]
    assert (await client.users_info(user="U0ADA00001"))["user"]["name"] == "ada"
    assert (await refused(client.users_info(user="U0NOBODY01")))["error"] == "user_not_found"
    lacking = shop.client(scopes="users:read")
    assert "email" not in (await lacking.users_info(user="U0ADA00001"))["user"]["profile"]


async def test_a_public_channel_can_be_joined(shop: Shop) -> None:
    client = shop.client()
    assert (await client.conversations_join(channel=shop.square.id))["channel"]["is_member"]
    assert (await client.conversations_join(channel=shop.square.id))["warning"] == "already_in_channel"
    shop.square.is_archived = True
    assert (await refused(client.conversations_join(channel=shop.square.id)))["error"] == "is_archived"


async def test_files_are_listed_told_and_given(shop: Shop) -> None:
    shared = [shop.service.upload(shop.harbour, "U0ADA00001", f"{number}.txt", b"words") for number in range(3)]
    client = shop.client()
    page = await client.files_list(channel=shop.harbour.id, count=2, page=1)
    assert page["paging"] == {"count": 2, "total": 3, "page": 1, "pages": 2}
    assert [one["id"] for one in page["files"]] == [shared[2].id, shared[1].id]
    since = await client.files_list(ts_from=str(shared[1].created))
    assert {one["id"] for one in since["files"]} == {shared[1].id, shared[2].id}
    assert (await client.files_info(file=shared[0].id))["file"]["groups"] == [shop.harbour.id]
    assert (await refused(client.files_info(file="F0NONE0001")))["error"] == "file_not_found"
    other = shop.client(user="U0ADA00001")
    shop.harbour.members.discard("U0ADA00001")
    assert (await other.files_list())["files"] == []


async def test_the_synchronous_client_is_answered_as_well(shop: Shop) -> None:
    client = WebClient(shop.service.token(), base_url=f"{shop.url}/api/", retry_handlers=[])
    ts = shop.service.post(shop.harbour, "U0ADA00001", "Words")
    answer = await asyncio.to_thread(client.conversations_history, channel=shop.harbour.id)
    assert [one["ts"] for one in answer["messages"]] == [ts]
    listed = await asyncio.to_thread(lambda: [one for page in client.users_list(limit=1) for one in page["members"]])
    assert len(listed) == 2


async def test_what_is_no_method_is_refused(shop: Shop) -> None:
    assert (await refused(shop.client().api_call("conversations.everything")))["error"] == "unknown_method"


async def test_a_throttled_app_is_told_when_to_ask_again(shop: Shop) -> None:
    for number in range(20):
        shop.service.post(shop.harbour, "U0ADA00001", f"Words {number}")
    shop.service.throttled = True
    client = shop.client()
    assert len((await client.conversations_history(channel=shop.harbour.id, limit=999))["messages"]) == 15
    with pytest.raises(SlackApiError) as raised:
        await client.conversations_history(channel=shop.harbour.id)
    assert (raised.value.response.status_code, raised.value.response.headers["Retry-After"]) == (429, "60")


async def test_codes_and_refresh_tokens_are_exchanged_once(shop: Shop) -> None:
    query = f"client_id={CLIENT_ID}&response_type=code&scope=channels:read,users:read&state=s&redirect_uri=http://a/b"
    back = await shop.service.consents.allow(f"{shop.url}/oauth/v2/authorize?{query}")
    given = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    client = AsyncWebClient(base_url=f"{shop.url}/api/", retry_handlers=[])
    code = parse_qs(urlsplit(back).query)["code"][0]
    first = await client.oauth_v2_access(**given, code=code, redirect_uri="http://a/b")
    assert (first["token_type"], first["expires_in"], first["scope"]) == ("bot", 43_200, "channels:read,users:read")
    assert (await refused(client.oauth_v2_access(**given, code=code, redirect_uri="http://a/b")))[
        "error"
    ] == "invalid_code"
    renewed = await client.oauth_v2_access(
        **given, grant_type="refresh_token", refresh_token=first["refresh_token"], code=None
    )
    assert renewed["access_token"] != first["access_token"]
    again = client.oauth_v2_access(**given, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert not (await refused(again))["ok"]
    shop.service.consents.expire()
    ended = AsyncWebClient(renewed["access_token"], base_url=f"{shop.url}/api/", retry_handlers=[])
    assert (await refused(ended.auth_test()))["error"] == "token_expired"


async def test_a_token_that_is_given_back_takes_the_bot_out_of_its_channels(shop: Shop) -> None:
    client = shop.client()
    assert (await client.auth_revoke())["revoked"]
    assert BOT not in shop.harbour.members
    assert (await refused(client.auth_test()))["error"] == "invalid_auth"


async def test_what_posts_and_what_is_asked_before(shop: Shop) -> None:
    client = shop.client(scopes=ACTION_SCOPES)
    info = await client.conversations_info(channel=shop.harbour.id, include_num_members=True)
    assert (info["channel"]["name"], info["channel"]["num_members"]) == ("harbour", 2)
    assert (await client.users_lookupByEmail(email="ada@example.com"))["user"]["id"] == "U0ADA00001"
    group = shop.service.group("team", "U0ADA00001")
    [told] = (await client.usergroups_list(include_count=True))["usergroups"]
    assert (told["id"], told["handle"], told["user_count"]) == (group.id, "team", "1")
    opened = [(await client.conversations_open(users="U0ADA00001"))["channel"]["id"] for _ in range(2)]
    assert opened[0] == opened[1]
    said = {"type": "rich_text_section", "elements": [{"type": "text", "text": "We launch."}]}
    blocks = [{"type": "rich_text", "elements": [said]}]
    metadata = {"event_type": "launch", "event_payload": {"id": "1"}}
    posted = await client.chat_postMessage(channel=shop.harbour.id, text="We", blocks=blocks, metadata=metadata)
    for asked, kept in ((True, metadata), (None, None)):
        history = await client.conversations_history(channel=shop.harbour.id, include_all_metadata=asked)
        assert history["messages"][0].get("metadata") == kept
    await client.chat_update(channel=shop.harbour.id, ts=posted["ts"], text="We launch.", blocks=blocks)
    assert shop.harbour.messages[posted["ts"]]["text"] == "We launch."
    elsewhere = client.chat_postMessage(channel=shop.square.id, text="We launch.")
    assert (await refused(elsewhere))["error"] == "not_in_channel"
    wrong = [{"type": "rich_text", "elements": [{**said, "elements": [{"type": "word"}]}]}]
    assert (await refused(client.chat_postMessage(channel=shop.harbour.id, blocks=wrong, text="We")))["error"] == (
        "invalid_blocks"
    )
