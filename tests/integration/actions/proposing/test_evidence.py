"""Where the claims of a prepared action are known from: word-exact, kept with it, and shown to whom may see it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.actions.proposing.place import Place, mail, place
from tests.support.openai_server import Called
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

_PLAN = "The launch is on Thursday at noon. The budget is 4,000 euros. Write to press@partner.example about the stand."
_TEXT = "Dear Dana,\n\nThe launch is on Thursday at noon. Everybody gets a free bicycle and two hats. See you then"
_RULE = {"id": "second", "name": "Two people", "when": {}}
_SECOND = {"effect": "second_person", "count": 1}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with place(tmp_path_factory.mktemp("data")) as here:
        await here.holds(("Launch plan", _PLAN))
        yield here


async def prepared(chat: Place, *calls: Called, question: str = "Mail Dana about the launch") -> dict[str, Any]:
    chat.answers(*calls)
    [action] = await chat.prepared(await chat.asks(question))
    return action


async def shown(chat: Place, action: dict[str, Any]) -> dict[str, Any]:
    return dict((await chat.ada.call("GET", f"/actions/{action['id']}")).json())


async def ruled(chat: Place, rules: list[dict[str, Any]]) -> None:
    version = (await chat.admin.call("GET", "/actions/policy")).json()["version"]
    body = {"version": version, "policy": {"inside": [], "rules": rules}}
    put = await chat.admin.call("PUT", "/actions/policy", json=body)
    assert put.is_success, put.text


def claims(action: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The evidence by the words of its claim."""
    return {str(action["payload"][one["field"]])[one["start"] : one["end"]]: one for one in action["evidence"]}


async def test_a_claim_of_a_passage_quotes_it_and_one_of_nobody_says_so(chat: Place) -> None:
    action = await prepared(chat, mail(["Dana"], text=_TEXT))
    found = claims(action)
    known = found["The launch is on Thursday at noon."]
    assert (known["field"], known["support"], known["state"], known["title"]) == (
        "text", "document", "open", "Launch plan",
    )  # fmt: skip
    stored = await chat.ada.call("GET", f"/documents/{known['document_id']}/text", params={"version": known["version"]})
    place_ = known["location"]
    assert (
        known["quote"] == stored.json()["text"][place_["start"] : place_["end"]] == "The launch is on Thursday at noon."
    )
    nobody = found["Everybody gets a free bicycle and two hats."]
    assert (nobody["support"], nobody["state"], nobody["document_id"]) == ("none", None, None)
    assert set(found) == {known["quote"], "Everybody gets a free bicycle and two hats."}  # no title, no greeting
    assert (await shown(chat, action))["evidence"] == action["evidence"]


@pytest.mark.parametrize(
    "claim",
    ["The budget is 5,000 euros.", "The budget is 4,000 euros and Charles Babbage pays it.", "The launch is cold."],
)
async def test_a_figure_or_name_that_the_passage_does_not_have_is_no_evidence(chat: Place, claim: str) -> None:
    action = await prepared(chat, mail(["Dana"], text=claim))
    assert {one["support"] for one in action["evidence"] if one["field"] == "text"} <= {"none"}


async def test_a_figure_of_the_question_does_not_make_a_passage_say_it(chat: Place) -> None:
    action = await prepared(
        chat, mail(["Dana"], text="The budget is 5,000 euros."), question="Mail Dana of the launch: is it 5,000 euros?"
    )
    assert claims(action)["The budget is 5,000 euros."]["support"] == "none"


async def test_what_the_person_wrote_word_for_word_is_theirs(chat: Place) -> None:
    text = "Bring the blue folder to the harbour."
    action = await prepared(chat, mail(["Dana"], text=text), question=f"Mail Dana about the launch: {text}")
    assert claims(action)[text]["support"] == "person"


async def test_an_edit_drops_what_changed_and_keeps_the_rest_where_it_stands(chat: Place) -> None:
    action = await prepared(chat, mail(["Dana"], text=_TEXT + "\n\nThe budget is 4,000 euros."))
    text = action["payload"]["text"].replace("The budget is 4,000", "The budget is 4,0001").replace("Dear", "My dear")
    payload = {**action["payload"], "text": text}
    after = (await chat.ada.call("PATCH", f"/actions/{action['id']}", json={"payload": payload})).json()
    kept = claims(after)
    assert kept["The launch is on Thursday at noon."]["quote"] == "The launch is on Thursday at noon."
    assert set(kept) == {"The launch is on Thursday at noon.", "Everybody gets a free bicycle and two hats."}


async def test_what_is_taken_over_from_a_document_shows_its_sentence(chat: Place) -> None:
    draft = await prepared(chat, mail(["press@partner.example"]))
    payload = {**draft["payload"], "to": [{"address": "press@partner.example"}]}
    taken = (await chat.ada.call("PATCH", f"/actions/{draft['id']}", json={"payload": payload})).json()
    [known] = [one for one in taken["evidence"] if one["field"] == "to"]
    assert (known["state"], known["title"]) == ("open", "Launch plan")
    assert known["quote"] == "Write to press@partner.example about the stand."
    payload["to"] = [{"address": chat.dana.email}]
    changed = (await chat.ada.call("PATCH", f"/actions/{draft['id']}", json={"payload": payload})).json()
    assert [one for one in changed["evidence"] if one["field"] == "to"] == []


async def test_a_second_approver_sees_that_there_is_a_source_and_neither_title_nor_words(chat: Place) -> None:
    draft = await prepared(chat, mail(["press@partner.example"], text="The launch is on Thursday at noon."))
    await ruled(chat, [{**_RULE, "then": {**_SECOND, "approvers": [chat.dana.id]}}])
    payload = {**draft["payload"], "to": [{"address": "press@partner.example"}]}
    await chat.ada.call("PATCH", f"/actions/{draft['id']}", json={"payload": payload})
    answer = await chat.dana.call("GET", f"/actions/{draft['id']}")
    seen = answer.json()
    assert {one["state"] for one in seen["evidence"] if one["support"] == "document"} == {"closed"}
    assert "Launch plan" not in answer.text
    assert "about the stand" not in answer.text
    assert seen["timeline"][-1]["reason"] == "Something was taken over from a document that is not open to you."
    document = (await shown(chat, draft))["evidence"][0]["document_id"]
    shared = await chat.ada.call(
        "PATCH", f"/documents/{document}", json={"access": [f"user:{chat.ada.id}", f"user:{chat.dana.id}"]}
    )
    assert shared.is_success, shared.text
    seen = (await chat.dana.call("GET", f"/actions/{draft['id']}")).json()
    assert {one["title"] for one in seen["evidence"] if one["support"] == "document"} == {"Launch plan"}
    await chat.ada.call("PATCH", f"/documents/{document}", json={"access": [f"user:{chat.ada.id}"]})
    again = await chat.dana.call("GET", f"/actions/{draft['id']}")
    assert "Launch plan" not in again.text
    await ruled(chat, [])


async def test_what_was_redacted_or_deleted_since_shows_no_words(chat: Place) -> None:
    action = await prepared(chat, mail(["Dana"], text="The budget is 4,000 euros."))
    document = claims(action)["The budget is 4,000 euros."]["document_id"]
    items = [{"external_id": "Launch plan", "title": "Launch plan", "text": "The launch is on Thursday at noon."}]
    await chat.ada.call("POST", "/documents/text", json={"items": items})

    async def changed() -> bool:
        return bool(claims(await shown(chat, action))["The budget is 4,000 euros."]["state"] == "changed")

    await until_true(changed)
    now = claims(await shown(chat, action))["The budget is 4,000 euros."]
    assert (now["title"], now["quote"], now["location"]) == ("Launch plan", None, None)
    await chat.ada.call("DELETE", f"/documents/{document}")
    gone = claims(await shown(chat, action))["The budget is 4,000 euros."]
    assert (gone["support"], gone["state"], gone["title"], gone["quote"], gone["document_id"]) == (
        "document", "closed", None, None, None,
    )  # fmt: skip
    await chat.holds(("Launch plan", _PLAN))


async def test_a_very_long_text_is_looked_at_in_part(chat: Place) -> None:
    action = await prepared(chat, mail(["Dana"], text="The launch is on Thursday at noon. " * 400))
    assert 1 <= len(action["evidence"]) <= 60
