"""What a policy would say of a sample: by the real rules, without storing or deciding anything."""

from typing import Any

import pytest
import pytest_asyncio

from tests.integration.actions.conftest import proven
from tests.support.accounts import Person, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

_POLICY: dict[str, Any] = {
    "inside": ["example.com"],
    "rules": [
        {
            "id": "rivals",
            "name": "Rivals",
            "when": {"domains": ["rival.example"]},
            "then": {"effect": "forbid", "reason": "We do not write to them."},
        },
        {
            "id": "contracts",
            "name": "Files to outsiders",
            "when": {"outside": True, "attachments": True},
            "then": {"effect": "second_person", "approvers": "administrators", "count": 1},
        },
        {
            "id": "many",
            "name": "Many people",
            "when": {"more_than": 20},
            "then": {"effect": "confirm", "message": "It goes to more than 20 people."},
        },
        {
            "id": "launch",
            "name": "The launch",
            "when": {"channels": ["C0LAUNCH"], "kinds": ["slack"]},
            "then": {"effect": "confirm", "message": "Everybody reads it."},
        },
    ],
}


@pytest_asyncio.fixture(loop_scope="module")
async def admin(here: World) -> Person:
    return await here.sign_in("admin@example.com")


async def tried(admin: Person, sample: dict[str, Any], policy: dict[str, Any] = _POLICY) -> dict[str, Any]:
    answer = await admin.call("POST", "/actions/policy/try", json={"policy": policy, "sample": sample})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("sample", "rules", "forbidden"),
    [
        ({"kind": "email", "recipients": ["dana@example.com"]}, [], False),
        ({"kind": "email", "recipients": ["eve@sub.rival.example"], "attachments": 1}, ["rivals", "contracts"], True),
        ({"kind": "email", "recipients": ["eve@far.example"], "attachments": 0}, [], False),
        ({"kind": "slack", "channel": "C0LAUNCH", "people": 40}, ["many", "launch"], False),
        ({"kind": "calendar", "channel": "C0LAUNCH"}, [], False),
        ({"kind": "slack", "channel": "C0X", "shared": True, "attachments": 2}, ["contracts"], False),
    ],
)
async def test_the_rules_that_match_are_named(
    admin: Person, sample: dict[str, Any], rules: list[str], forbidden: bool
) -> None:
    found = await tried(admin, sample)
    assert [one["rule"] for one in found["rulings"]] == rules
    assert (found["forbidden"] is not None) is forbidden


async def test_who_is_outside_follows_from_the_policy_or_from_whose_it_is(admin: Person) -> None:
    sample = {"kind": "email", "recipients": ["dana@far.example", "ben@example.com"], "sender": "ada@far.example"}
    assert (await tried(admin, sample))["outside"] == ["far.example"]
    found = await tried(admin, sample, {"inside": [], "rules": []})
    assert (found["inside"], found["outside"]) == (["far.example"], ["example.com"])


async def test_trying_changes_nothing(admin: Person) -> None:
    before = (await admin.call("GET", "/actions/policy")).json()
    await tried(admin, {"kind": "email", "recipients": ["dana@rival.example"]})
    assert (await admin.call("GET", "/actions/policy")).json() == before
    assert (await admin.call("GET", "/actions")).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"policy": {**_POLICY, "inside": ["no domain"]}, "sample": {"kind": "email"}}, "policy.inside.0"),
        ({"policy": _POLICY, "sample": {"kind": "email", "recipients": ["nobody"]}}, "sample.recipients.0"),
        ({"policy": _POLICY, "sample": {"kind": "fax"}}, "sample.kind"),
        ({"policy": _POLICY, "sample": {"kind": "email", "people": -1}}, "sample.people"),
    ],
)
async def test_what_is_no_policy_or_no_sample_is_refused_by_field(
    admin: Person, body: dict[str, Any], field: str
) -> None:
    answer = await admin.call("POST", "/actions/policy/try", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_it_is_for_administrators(here: World) -> None:
    ada = await proven(here)
    body = {"policy": _POLICY, "sample": {"kind": "email"}}
    answer = await ada.call("POST", "/actions/policy/try", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")


async def test_whom_a_policy_names_is_named(here: World, admin: Person) -> None:
    ada = await proven(here)
    rule = {**_POLICY["rules"][1], "then": {"effect": "second_person", "approvers": [ada.id], "count": 1}}
    version = (await admin.call("GET", "/actions/policy")).json()["version"]
    body = {"version": version, "policy": {"rules": [rule]}}
    changed = (await admin.call("PUT", "/actions/policy", json=body)).json()
    assert set(changed["names"]) == {ada.id, admin.id}
    assert changed == (await admin.call("GET", "/actions/policy")).json()
