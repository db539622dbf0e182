"""Deciding by a mailed link, over the API: opening it decides nothing, it decides once, for exactly what it was for."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from backend.actions.links import ACTION_LINKS
from backend.auth.throttle import LINK_PER_ADDRESS
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import mail_to, proposed
from tests.support.accounts import Person, World
from tests.support.app import PASSWORD, running_app, settings_for
from tests.support.mailbox import text_of

ASKS = "needs your approval"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(slots=True)
class Four:
    """`ada` proposes what needs the word of `ben`; `eve` has nothing to do with it."""

    here: World
    admin: Person
    ada: Person
    ben: Person
    eve: Person
    dana: str

    async def proposed(self, **more: Any) -> tuple[dict[str, Any], str]:
        """An action with the secret of the link that was mailed to ben."""
        before = len(self.here.mail.to(self.ben.email, ASKS))
        action = await proposed(self.ada, mail_to(self.dana, **more))
        return action, await self.here.mail.secret(self.ben.email, ASKS, count=before + 1)

    async def decide(self, token: str, decision: str | None = None, **more: Any) -> httpx.Response:
        body = {"token": token, **({"decision": decision} if decision else {}), **more}
        return await self.here.browser().post("/api/v1/actions/decide", json=body)

    async def shown(self, action: dict[str, Any]) -> dict[str, Any]:
        return dict((await self.ada.call("GET", f"/actions/{action['id']}")).json())


async def set_policy(admin: Person, *rules: dict[str, Any]) -> None:
    version = (await admin.call("GET", "/actions/policy")).json()["version"]
    body = {"version": version, "policy": {"rules": list(rules)}}
    answer = await admin.call("PUT", "/actions/policy", json=body)
    assert answer.status_code == 200, answer.text


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(here: World) -> Person:
    return await here.sign_in("admin@example.com", PASSWORD)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(here: World, admin: Person) -> Four:
    ada, ben, eve = await proven(here), await proven(here), await proven(here)
    dana = here.address("dana").replace("example.com", "legal.example")
    return Four(here, admin, ada, ben, eve, dana)


@pytest_asyncio.fixture(loop_scope="module")
async def four(people: Four) -> AsyncIterator[Four]:
    """With one rule; no test leaves any to the next."""
    await ask_ben(people)
    yield people
    await set_policy(people.admin)


async def ask_ben(four: Four, *more: dict[str, Any]) -> None:
    then = {"effect": "second_person", "approvers": [four.ben.id]}
    rule = {"id": "legal", "name": "Law firms", "when": {"domains": ["legal.example"]}, "then": then}
    await set_policy(four.admin, rule, *more)


async def test_the_mail_names_who_asks_and_tells_nothing_of_the_content(four: Four) -> None:
    await four.proposed(subject="A secret merger")
    mail = four.here.mail.to(four.ben.email, ASKS)[-1]
    assert "merger" not in text_of(mail)
    assert mail["Subject"] == "ada needs your approval for a mail"
    assert four.here.mail.to(four.ada.email, ASKS) == []


async def test_opening_it_decides_nothing_however_often(four: Four) -> None:
    action, token = await four.proposed()
    for _ in range(3):
        opened = (await four.decide(token)).json()
        assert (opened["state"], opened["action"]["preview"]["subject"]) == ("open", "Launch")
        assert opened["action"]["may"] == ["approve", "reject", "delegate"]
    for method in ("GET", "HEAD"):
        answer = await four.here.browser().request(method, f"/api/v1/actions/decide?token={token}")
        assert answer.status_code in (401, 404, 405)
    assert (await four.shown(action))["approvals"] == []


async def test_it_approves_once_and_the_owner_the_rest(four: Four) -> None:
    action, token = await four.proposed()
    answer = await four.decide(token, "approve")
    assert (answer.status_code, answer.json()["state"]) == (200, "decided")
    again = await four.decide(token, "reject")
    assert (again.status_code, again.json()["code"]) == (422, "link_invalid")
    assert (await four.decide(token)).json()["state"] == "decided"
    shown = await four.shown(action)
    assert ([one["name"] for one in shown["approvals"]], shown["status"]) == (["ada"], "awaiting_approval")
    [event] = [
        one
        for one in await four.here.events("action.approved", user_id=four.ben.id)
        if (one.details or {})["action_id"] == action["id"]
    ]
    assert (event.details or {})["by"] == "mailed link"
    approved = await four.ada.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert approved.json()["status"] in ("scheduled", "executing", "succeeded")
    await four.here.mail.wait_for(f"Dana <{four.dana}>")


async def test_it_rejects_with_a_reason(four: Four) -> None:
    action, token = await four.proposed()
    assert (await four.decide(token, "reject", reason="Not yet.")).status_code == 200
    shown = await four.shown(action)
    assert (shown["status"], shown["timeline"][-1]["reason"]) == ("rejected", "Not yet.")
    assert shown["timeline"][-1]["actor_id"] == four.ben.id


async def test_after_an_edit_it_says_so_and_decides_nothing(four: Four) -> None:
    before = len(four.here.mail.to(four.ben.email, ASKS))
    action, token = await four.proposed()
    payload = mail_to(four.dana, text="Other words.")["payload"]
    assert (await four.ada.call("PATCH", f"/actions/{action['id']}", json={"payload": payload})).status_code == 200
    assert (await four.decide(token)).json()["state"] == "changed"
    for decision in ("approve", "reject"):
        answer = await four.decide(token, decision)
        assert (answer.status_code, answer.json()["code"]) == (409, "changed")
    second = await four.here.mail.secret(four.ben.email, ASKS, count=before + 2)
    assert (await four.decide(second, "approve")).status_code == 200


async def test_a_confirmation_is_asked_for_and_leaves_the_link_as_it_was(four: Four) -> None:
    sure = {"effect": "confirm", "message": "They are lawyers."}
    await ask_ben(four, {"id": "sure", "name": "Sure", "when": {"domains": ["legal.example"]}, "then": sure})
    _, token = await four.proposed()
    refused = await four.decide(token, "approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "confirmation_needed")
    assert (await four.decide(token, "approve", confirm=["policy:sure", "repeated"])).status_code == 200


async def test_what_was_decided_meanwhile_is_told(four: Four) -> None:
    action, token = await four.proposed()
    await four.ada.call("POST", f"/actions/{action['id']}/cancel")
    answer = await four.decide(token, "approve")
    assert (answer.status_code, answer.json()["code"]) in ((409, "is_cancelled"), (422, "link_invalid"))


@pytest.mark.parametrize("token", ["x", "a" * 200, "../../etc", "' OR 1=1", "{{7*7}}"])
async def test_a_made_up_secret_is_none(four: Four, token: str) -> None:
    answer = await four.decide(token, "approve")
    assert (answer.status_code, answer.json()["code"]) == (422, "link_invalid")


async def test_whoever_was_deactivated_decides_nothing(four: Four) -> None:
    _, token = await four.proposed()
    await four.admin.call("PATCH", f"/admin/users/{four.ben.id}", json={"disabled": True})
    try:
        answer = await four.decide(token, "approve")
        assert (answer.status_code, answer.json()["code"]) == (422, "link_invalid")
    finally:
        await four.admin.call("PATCH", f"/admin/users/{four.ben.id}", json={"disabled": False})


async def test_many_at_once_decide_once(four: Four) -> None:
    action, token = await four.proposed()
    decisions = ["approve", "reject"] * 10
    answers = await asyncio.gather(*(four.decide(token, one, confirm=["repeated"]) for one in decisions))
    assert [answer.status_code for answer in answers].count(200) == 1
    shown = await four.shown(action)
    won = next(one for one, answer in zip(decisions, answers, strict=True) if answer.status_code == 200)
    assert (shown["status"] == "rejected") == (won == "reject")
    assert len(shown["timeline"]) == 2


async def test_only_its_digest_is_stored(four: Four) -> None:
    action, token = await four.proposed()
    records = await four.here.app.container.database.collection(ACTION_LINKS).find({"action_id": action["id"]})
    assert [record["user_id"] for record in records] == [four.ben.id]
    assert token not in str(records)


async def test_it_is_guessed_at_no_more_than_other_links(tmp_path: Path) -> None:
    async with running_app(settings_for(tmp_path)) as app, httpx.AsyncClient(base_url=app.url, timeout=60) as http:
        codes = [
            (await http.post("/api/v1/actions/decide", json={"token": "guess", "decision": "approve"})).status_code
            for _ in range(LINK_PER_ADDRESS.count + 1)
        ]
    assert (set(codes[:-1]), codes[-1]) == ({422}, 429)
