"""What people think of answers: kept, taken back, exported, deleted, and what administrators learn from it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from backend.access import Caller
from backend.conversation.export import conversation_entries
from backend.conversation.personal_data import ConversationData
from tests.support.chat import ChatClient, ChatRig, chat_app, chat_rig, completed

QUESTION = "How many days of paid leave per year?"
UNKNOWN = "Who won the football world cup in 1974?"
WHY = {"value": "down", "reasons": ["missing", "wrong"], "comment": "The days of\u0000 part-timers."}
NOTHING: dict[str, Any] = {
    "feedback": None,
    "feedback_reasons": [],
    "feedback_comment": None,
    "feedback_at": None,
}


@pytest.fixture
async def rig(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[ChatRig]:
    async with chat_rig(tmp_path, chat={"admins_see_questions": getattr(request, "param", False)}) as rig:
        await rig.add("leave", "Every employee has thirty days of paid leave per year.", title="Leave policy")
        yield rig


@pytest.fixture
async def client(rig: ChatRig) -> AsyncIterator[ChatClient]:
    async with ChatClient(chat_app(rig)) as client:
        yield client


@pytest.fixture
async def admin(rig: ChatRig) -> AsyncIterator[ChatClient]:
    async with ChatClient(chat_app(rig), "eve") as admin:
        admin.http.headers["X-Role"] = "admin"
        yield admin


async def answered(client: ChatClient, question: str = QUESTION) -> dict[str, Any]:
    return completed(await client.ask(await client.conversation(), question))


async def rate(client: ChatClient, answer: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    done = await client.http.post(f"/messages/{answer['id']}/feedback", json=body)
    assert done.status_code == 200, done.text
    return dict(done.json())


def opinion(message: dict[str, Any]) -> dict[str, Any]:
    return {name: message[name] for name in NOTHING}


async def test_reasons_and_words_are_kept_in_order_and_clean(client: ChatClient) -> None:
    answer = await answered(client)
    assert opinion(answer) == NOTHING
    rated = await rate(client, answer, WHY)
    assert rated["feedback_reasons"] == ["wrong", "missing"]
    assert rated["feedback_comment"] == "The days of part-timers."
    assert rated["feedback_at"] is not None
    assert opinion((await client.messages(answer["conversation_id"]))[1]) == opinion(rated)


async def test_the_same_again_changes_nothing_and_null_leaves_nothing(client: ChatClient) -> None:
    answer = await answered(client)
    first = await rate(client, answer, WHY)
    assert await rate(client, answer, {**WHY, "reasons": ["wrong", "missing", "wrong"]}) == first
    assert opinion(await rate(client, answer, {"value": None, "comment": "never mind"})) == NOTHING
    assert opinion(await rate(client, answer, {"value": None})) == NOTHING
    liked = await rate(client, answer, {"value": "up", "comment": " \n "})
    assert (liked["feedback"], liked["feedback_reasons"], liked["feedback_comment"]) == ("up", [], None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "value"),
        ({"value": "sideways"}, "value"),
        ({"value": "down", "reasons": ["rude"]}, "reasons.0"),
        ({"value": "down", "reasons": ["wrong"] * 6}, "reasons"),
        ({"value": "down", "comment": "x" * 2001}, "comment"),
        ({"value": "down", "comment": 7}, "comment"),
        ({"value": "up", "reasons": ["wrong"]}, "body"),
        ({"value": None, "reasons": ["wrong"]}, "body"),
    ],
)
async def test_what_is_malformed_is_refused(client: ChatClient, body: dict[str, Any], field: str) -> None:
    answer = await answered(client)
    refused = await client.http.post(f"/messages/{answer['id']}/feedback", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field
    assert opinion((await client.messages(answer["conversation_id"]))[1]) == NOTHING


async def test_it_is_exported_and_goes_with_the_account(rig: ChatRig, client: ChatClient, admin: ChatClient) -> None:
    rated = await rate(client, await answered(client), WHY)
    caller = Caller.of("ann")

    async def now() -> Caller:
        return caller

    [entry] = [entry async for entry in conversation_entries(rig.chat.conversations, now)]
    exported = orjson.loads(b"".join([block async for block in entry.content]))["messages"][1]
    assert {name: exported[name] for name in NOTHING if name != "feedback_at"} == {
        name: rated[name] for name in NOTHING if name != "feedback_at"
    }
    assert (await admin.http.get("/admin/feedback")).json()["down"] == 1
    await ConversationData(rig.chat.conversations).delete_all(caller)
    emptied = (await admin.http.get("/admin/feedback")).json()
    assert (emptied["items"], emptied["down"], emptied["reasons"]["wrong"]) == ([], 0, 0)


async def test_administrators_learn_counts_and_reasons_but_neither_words_nor_whose(
    client: ChatClient, admin: ChatClient
) -> None:
    answer = await rate(client, await answered(client), WHY)
    gap = await answered(client, UNKNOWN)
    disliked = await admin.http.get("/admin/feedback")
    [item] = disliked.json()["items"]
    assert (item["id"], item["reasons"], item["question"], item["comment"]) == (
        answer["id"],
        ["wrong", "missing"],
        None,
        None,
    )
    unanswered = await admin.http.get("/admin/unanswered")
    assert [one["id"] for one in unanswered.json()["items"]] == [gap["id"]]
    assert (unanswered.json()["abstain"], unanswered.json()["partial"]) == (1, 0)
    for words in ("ann", "thirty days", "paid leave", "Leave policy", "part-timers", "football"):
        assert words not in disliked.text + unanswered.text
    assert (await admin.http.get(f"/messages/{answer['id']}/events")).status_code == 404


@pytest.mark.parametrize("rig", [True], indirect=True)
async def test_words_of_questions_are_told_under_the_setting_that_everybody_is_told(
    client: ChatClient, admin: ChatClient
) -> None:
    assert (await client.http.get("/chat/config")).json()["admins_see_questions"] is True
    await rate(client, await answered(client), WHY)
    await answered(client, UNKNOWN)
    disliked, unanswered = await admin.http.get("/admin/feedback"), await admin.http.get("/admin/unanswered")
    [item] = disliked.json()["items"]
    assert (item["question"], item["comment"]) == (QUESTION, "The days of part-timers.")
    assert [one["question"] for one in unanswered.json()["items"]] == [UNKNOWN]
    for words in ("ann", "thirty days", "Leave policy"):
        assert words not in disliked.text + unanswered.text


async def test_the_lists_are_paged_and_only_an_administrators(client: ChatClient, admin: ChatClient) -> None:
    ids = [(await answered(client, f"{UNKNOWN} {number}"))["id"] for number in range(3)]
    first = (await admin.http.get("/admin/unanswered", params={"limit": 2})).json()
    rest = (await admin.http.get("/admin/unanswered", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    for path in ("/admin/feedback", "/admin/unanswered"):
        assert (await client.http.get(path)).status_code == 403
        assert (await admin.http.get(path, params={"cursor": "x"})).status_code == 422
