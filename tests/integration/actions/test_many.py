"""Many at once: each by its hash and with a status of its own, and one mail to each of many people."""

from typing import Any

import pytest

from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import becomes, mail_to, proposed
from tests.integration.actions.test_mailed import Four, admin, four, people, set_policy
from tests.support.accounts import Person, World

__all__ = ["admin", "four", "people"]
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def decide(person: Person, decision: str, *items: dict[str, Any], key: str = "", **more: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = {"decision": decision, "items": list(items), **more}
    answer = await person.call("POST", "/actions/decide-many", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def item(action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": action["id"], "hash": action["hash"], **more}


async def ids(person: Person, query: str) -> list[str]:
    return [one["id"] for one in (await person.call("GET", f"/actions{query}")).json()["items"]]


async def test_each_has_its_own_outcome_and_none_stops_the_others(here: World, ada: Person) -> None:
    other = await proven(here)
    first, second, third = [await proposed(ada, mail_to(here.address(f"m{n}"), f"Many {n}")) for n in range(3)]
    foreign = await proposed(other, mail_to(here.address("x")))
    outside = await proposed(ada, mail_to("x@elsewhere.example", "Outside"))
    found = await decide(
        ada,
        "approve",
        item(first),
        {**item(second), "hash": "0" * 64},
        {"id": "nothing", "hash": "0" * 64},
        item(foreign),
        item(first),
        item(third),
        item(outside),
    )
    codes = [one["problem"] and one["problem"]["code"] for one in found]
    assert codes[:2] == [None, "changed"]
    assert codes[2:4] == ["not_found", "not_found"]
    assert codes[4] is not None
    assert codes[4].startswith("is_")
    assert codes[5:] == [None, None]
    assert [one["id"] for one in found][:3] == [first["id"], second["id"], "nothing"]
    assert found[2]["problem"]["detail"] == found[3]["problem"]["detail"], "not yours and not there answer alike"
    for one in (first, third):
        await becomes(ada, one["id"], "succeeded")
    assert (await ada.call("GET", f"/actions/{second['id']}")).json()["status"] == "awaiting_approval"
    assert (await other.call("GET", f"/actions/{foreign['id']}")).json()["status"] == "awaiting_approval"
    sent = [len(here.mail.to(f"Dana <{one['payload']['to'][0]['address']}>")) for one in (first, second, third)]
    assert sent == [1, 0, 1]
    noted = {event.details["action_id"] for event in await here.events("action.approved", user_id=ada.id)}
    assert noted == {first["id"], third["id"], outside["id"]}


async def test_one_that_needs_a_confirmation_says_which_and_the_others_go(here: World, ada: Person) -> None:
    address = here.address("again")
    done = await proposed(ada, mail_to(address, "Once more"))
    await decide(ada, "approve", item(done))
    await becomes(ada, done["id"], "succeeded")
    again, fresh = await proposed(ada, mail_to(address, "Once more")), await proposed(ada, mail_to(address, "Fresh"))
    asked, went = await decide(ada, "approve", item(again), item(fresh))
    assert (asked["action"], asked["problem"]["code"]) == (None, "confirmation_needed")
    assert [one["code"] for one in asked["problem"]["errors"]] == ["repeated"]
    assert went["problem"] is None
    [confirmed] = await decide(ada, "approve", item(again, confirm=["repeated"]))
    assert confirmed["problem"] is None
    await becomes(ada, again["id"], "succeeded")


async def test_two_that_are_the_same_do_not_both_leave_by_one_click(here: World, ada: Person) -> None:
    address = here.address("twin")
    twins = [await proposed(ada, mail_to(address, "Twins")) for _ in range(2)]
    first, second = await decide(ada, "approve", *map(item, twins))
    assert (first["problem"], second["problem"]["code"]) == (None, "confirmation_needed")


async def test_many_are_rejected_with_a_reason_or_withdrawn(here: World, ada: Person) -> None:
    actions = [await proposed(ada, mail_to(here.address(f"r{n}"))) for n in range(3)]
    found = await decide(ada, "reject", *map(item, actions[:2]), reason="Too early")
    assert [(one["action"]["status"], one["action"]["timeline"][-1]["reason"]) for one in found] == [
        ("rejected", "Too early")
    ] * 2
    stale = {**item(actions[2]), "hash": "0" * 64}
    [kept] = await decide(ada, "cancel", stale)
    assert kept["problem"]["code"] == "changed"
    [gone] = await decide(ada, "cancel", item(actions[2]))
    assert gone["action"]["status"] == "cancelled"


async def test_a_repeated_request_is_answered_and_not_done_again(here: World, ada: Person) -> None:
    action = await proposed(ada, mail_to(here.address("key")))
    first = await decide(ada, "approve", item(action), key="k-1")
    assert await decide(ada, "approve", item(action), key="k-1") == first
    body = {"decision": "reject", "items": [item(action)]}
    answer = await ada.call("POST", "/actions/decide-many", json=body, headers={"Idempotency-Key": "k-1"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"decision": "approve", "items": []},
        {"decision": "approve", "items": [{"id": "x", "hash": "0" * 64}] * 101},
        {"decision": "retry", "items": [{"id": "x", "hash": "0" * 64}]},
        {"decision": "approve", "items": [{"id": "x", "hash": "0"}]},
        {"decision": "approve", "items": [{"id": "x", "hash": "0" * 64, "payload": {}}]},
        {"decision": "approve", "items": [{"id": "x" * 65, "hash": "0" * 64}]},
    ],
)
async def test_what_is_no_list_of_decisions_decides_nothing(ada: Person, body: dict[str, Any]) -> None:
    assert (await ada.call("POST", "/actions/decide-many", json=body)).status_code == 422


async def test_a_second_person_decides_on_many_and_finds_them_again(four: Four) -> None:
    actions = [(await four.proposed(subject=f"For Ben {n}"))[0] for n in range(2)]
    found = await decide(four.ben, "approve", *map(item, actions))
    assert [one["action"]["status"] for one in found] == ["awaiting_approval"] * 2
    refused = await decide(four.eve, "approve", *map(item, actions))
    assert {one["problem"]["code"] for one in refused} == {"not_found"}
    wanted = [one["id"] for one in reversed(actions)]
    assert (await ids(four.ben, "?decided=me"))[:2] == wanted
    assert not set(wanted) & {*await ids(four.eve, "?decided=me"), *await ids(four.ada, "?decided=me")}
    assert await ids(four.ben, "?decided=me&status=succeeded") == []


def to_each(*people: str, **more: Any) -> dict[str, Any]:
    to = [{"name": f"Person {number}", "address": address} for number, address in enumerate(people)]
    return {"payload": {"to": to, "subject": "Dear {{name}}", "text": "Hello {{name}}.\n", **more}}


async def test_each_gets_a_mail_of_their_own(here: World, ada: Person) -> None:
    addresses = [here.address(f"each{n}") for n in range(3)]
    answer = await ada.call("POST", "/actions/separately", json=to_each(*addresses))
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert [one["address"] for one in made["items"]] == addresses
    actions = [one["action"] for one in made["items"]]
    assert {(one["group"], one["group_size"]) for one in actions} == {(made["group"], 3)}
    assert await ids(ada, f"?group={made['group']}") == [one["id"] for one in reversed(actions)]
    other = await proven(here)
    assert await ids(other, f"?group={made['group']}") == []
    decided = await decide(ada, "approve", *map(item, actions))
    assert [one["problem"] for one in decided] == [None] * 3
    for number, action in enumerate(actions):
        await becomes(ada, action["id"], "succeeded")
        [mail] = here.mail.to(f"Person {number} <{addresses[number]}>")
        assert mail["Subject"] == f"Dear Person {number}"
        assert not any(other in mail.as_string() for other in addresses if other != addresses[number])


async def test_the_same_key_makes_them_once(here: World, ada: Person) -> None:
    body = to_each(*(here.address(f"key{n}") for n in range(3)))
    headers = {"Idempotency-Key": "each-1"}
    first, second = [
        (await ada.call("POST", "/actions/separately", json=body, headers=headers)).json() for _ in range(2)
    ]
    assert [one["action"]["id"] for one in first["items"]] == [one["action"]["id"] for one in second["items"]]
    assert first["group"] == second["group"]
    assert len(await ids(ada, f"?group={first['group']}")) == 3


async def test_copies_are_refused_and_nothing_is_made(ada: Person) -> None:
    body = to_each("a@example.com", cc=[{"address": "b@example.com"}])
    answer = await ada.call("POST", "/actions/separately", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "payload.cc")
    assert await ids(ada, "") == []
    assert (await ada.call("POST", "/actions/separately", json={"kind": "slack", "payload": {}})).status_code == 422
    assert (await ada.call("POST", "/actions/separately", json={"payload": {"to": "x"}})).status_code == 422


async def test_one_whom_the_policy_forbids_stops_no_other(four: Four) -> None:
    forbid = {"effect": "forbid", "reason": "No."}
    await set_policy(four.admin, {"id": "no", "name": "Rivals", "when": {"domains": ["rival.example"]}, "then": forbid})
    body = to_each("x@rival.example", four.here.address("fine"))
    before = len(await four.here.events("action.refused", user_id=four.ada.id))
    refused, made = (await four.ada.call("POST", "/actions/separately", json=body)).json()["items"]
    assert (refused["action"], refused["problem"]["code"]) == (None, "forbidden_by_policy")
    assert made["action"]["status"] == "awaiting_approval"
    alone = await four.ada.call("POST", "/actions/separately", json=to_each("x@rival.example"))
    assert alone.status_code == 403
    none = await four.ada.call("POST", "/actions/separately", json=to_each("x@rival.example", "y@rival.example"))
    assert (none.status_code, none.json()["code"]) == (403, "forbidden_by_policy")
    noted = await four.here.events("action.refused", user_id=four.ada.id)
    assert len(noted) - before == 4, "each that was refused: of some, of one, and of all"
    assert all(one.details["kind"] == "email" and one.details["group"] for one in noted)


async def test_to_each_separately_is_no_way_around_a_rule_about_many(four: Four) -> None:
    confirm = {"effect": "confirm", "message": "To many."}
    await set_policy(four.admin, {"id": "many", "name": "Many", "when": {"more_than": 2}, "then": confirm})
    body = to_each(*(four.here.address(f"rule{n}") for n in range(3)))
    made = (await four.ada.call("POST", "/actions/separately", json=body)).json()["items"]
    assert all("policy:many" in {warning["code"] for warning in one["action"]["warnings"]} for one in made)
    edited = await four.ada.call(
        "PATCH", f"/actions/{made[0]['action']['id']}", json={"payload": made[0]["action"]["payload"]}
    )
    assert "policy:many" in {warning["code"] for warning in edited.json()["warnings"]}
