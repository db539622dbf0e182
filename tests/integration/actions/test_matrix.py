"""Who may do what: every route of one action, for everybody who may ask."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.integration.actions.conftest import proven
from tests.integration.actions.test_mailed import Four, admin, four, people
from tests.support.accounts import Person

__all__ = ["admin", "four", "people"]  # fixtures

pytestmark = pytest.mark.asyncio(loop_scope="module")

type Ask = Callable[[Four, Person, dict[str, Any]], Awaitable[httpx.Response]]


def _post(name: str, **body: Any) -> Ask:
    def ask(four: Four, person: Person, action: dict[str, Any]) -> Awaitable[httpx.Response]:
        filled = {key: action["hash"] if value is ... else value for key, value in body.items()}
        return person.call("POST", f"/actions/{action['id']}/{name}", json=filled)

    return ask


def _edit(four: Four, person: Person, action: dict[str, Any]) -> Awaitable[httpx.Response]:
    return person.call("PATCH", f"/actions/{action['id']}", json={"payload": action["payload"]})


def _get(four: Four, person: Person, action: dict[str, Any]) -> Awaitable[httpx.Response]:
    return person.call("GET", f"/actions/{action['id']}")


def _delegate(four: Four, person: Person, action: dict[str, Any]) -> Awaitable[httpx.Response]:
    return _post("delegate", user_id=four.admin.id)(four, person, action)


ROUTES: dict[str, Ask] = {
    "get": _get,
    "edit": _edit,
    "approve": _post("approve", hash=...),
    "reject": _post("reject"),
    "cancel": _post("cancel"),
    "retry": _post("retry"),
    "delegate": _delegate,
}
#: By who asks: the answers in the order of `ROUTES`, while it waits for ada's word and ben's.
ANSWERS = {
    "owner": (200, 200, 200, 200, 200, 409, 403),
    "approver": (200, 403, 200, 200, 403, 403, 200),
    "other": (404,) * 7,
    "administrator": (404,) * 7,
    "deactivated": (401,) * 7,
    "nobody": (401,) * 7,
}
CASES = [
    (who, route, status) for who, statuses in ANSWERS.items() for route, status in zip(ROUTES, statuses, strict=True)
]


async def person(four: Four, who: str) -> Person:
    if who == "deactivated":
        gone = await proven(four.here)
        await four.admin.call("PATCH", f"/admin/users/{gone.id}", json={"disabled": True})
        return gone
    if who == "nobody":
        return Person(four.here.browser(), "", "", "no token")
    return {"owner": four.ada, "approver": four.ben, "other": four.eve, "administrator": four.admin}[who]


@pytest.mark.parametrize(("who", "route", "status"), CASES)
async def test_who_may_do_what(four: Four, who: str, route: str, status: int) -> None:
    action, _ = await four.proposed()
    answer = await ROUTES[route](four, await person(four, who), action)
    assert answer.status_code == status, answer.text
    if status != 200:
        after = await four.shown(action)
        assert (after["status"], after["hash"], len(after["timeline"])) == ("awaiting_approval", action["hash"], 1)


async def test_the_list_shows_what_may_be_seen(four: Four) -> None:
    action, _ = await four.proposed()

    async def listed(who: Person, query: str = "") -> list[str]:
        return [one["id"] for one in (await who.call("GET", f"/actions{query}")).json()["items"]]

    assert [
        action["id"] in await listed(who, "?awaiting=me") for who in (four.ada, four.ben, four.eve, four.admin)
    ] == [
        True,
        True,
        False,
        False,
    ]
    assert await listed(four.ben) == []
    waiting = len(await listed(four.ben, "?awaiting=me"))
    assert (await four.ben.call("GET", "/actions/awaiting")).json() == {"count": waiting}
    await four.ben.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert (await four.ben.call("GET", "/actions/awaiting")).json() == {"count": waiting - 1}
    shown = await four.shown(action)
    assert {one["user_id"] for one in shown["waiting_for"]} == {four.ada.id}
    assert shown["timeline"][0]["actor_name"] == "ada"


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_the_policy_is_the_administrators(four: Four, method: str) -> None:
    body = {"json": {"version": 0, "policy": {}}} if method == "PUT" else {}
    answer = await four.ada.call(method, "/actions/policy", **body)
    assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")


async def test_a_change_of_the_policy_is_noted_and_says_what_it_is(four: Four) -> None:
    shown = (await four.admin.call("GET", "/actions/policy")).json()
    stale = {"version": shown["version"] - 1, "policy": {}}
    refused = await four.admin.call("PUT", "/actions/policy", json=stale)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed")
    unknown = {"version": shown["version"], "policy": {"rules": [{"id": "x"}], "auto": True}}
    assert (await four.admin.call("PUT", "/actions/policy", json=unknown)).status_code == 422
    event = (await four.here.events("action.policy_changed", user_id=four.admin.id))[0]
    assert (event.details or {})["after"] == str(shown["version"])
