"""Templates of a workspace: administrators write them, everybody fills them in, and what comes out can be sent."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.actions.test_email import proposed
from tests.support.accounts import Person, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

_NOTE: dict[str, Any] = {
    "kind": "email",
    "name": "Note",
    "subject": "A note on {{topic}}",
    "text": "{{topic}}: {{note}}\n",
    "placeholders": [{"name": "topic", "label": "Topic"}, {"name": "note", "label": "Note", "kind": "text"}],
}


@pytest_asyncio.fixture(loop_scope="module")
async def admin(here: World) -> Person:
    return await here.sign_in("admin@example.com")


@pytest_asyncio.fixture(loop_scope="module")
async def note(admin: Person) -> AsyncIterator[str]:
    answer = await admin.call("POST", "/actions/templates", json=_NOTE)
    assert answer.status_code == 201, answer.text
    yield answer.json()["id"]
    await admin.call("DELETE", f"/actions/templates/{answer.json()['id']}")


async def test_everybody_sees_the_workspaces_own_before_those_that_come_along(ada: Person, note: str) -> None:
    items = (await ada.call("GET", "/actions/templates")).json()["items"]
    assert (items[0]["id"], items[0]["built_in"], items[-1]["built_in"]) == (note, False, True)
    assert {one["kind"] for one in items} == {"email", "slack"}


async def test_what_it_is_filled_in_with_can_be_sent(ada: Person, note: str) -> None:
    values = {"topic": "lamps", "note": "Lit at {{topic}}.\nBy the keeper."}
    answer = await ada.call("POST", f"/actions/templates/{note}/preview", json={"values": values})
    assert answer.json() == {
        "subject": "A note on lamps",
        "text": "lamps: Lit at {{topic}}.\nBy the keeper.\n",
        "blocks": None,
    }
    made = answer.json()
    payload = {"to": [{"address": "dana@example.com"}], "subject": made["subject"], "text": made["text"]}
    action = await proposed(ada, {"kind": "email", "payload": payload})
    assert action["preview"]["subject"] == "A note on lamps"


async def test_of_a_message_its_blocks_are_shown(ada: Person) -> None:
    values = {"person": "<@U0DANA0001>", "reason": "<!channel> help"}
    answer = await ada.call("POST", "/actions/templates/slack.thanks/preview", json={"values": values})
    [block] = answer.json()["blocks"]
    [section] = block["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "Thank you, "},
        {"type": "user", "user_id": "U0DANA0001"},
        {"type": "text", "text": ", for <!channel> help!"},
    ]


_DRAFT: dict[str, Any] = {
    "kind": "email",
    "name": "Note",
    "subject": "About {{topic}}",
    "text": "Hello {{who}},\n\n{{more}}\n",
    "placeholders": [
        {"name": "topic", "label": "Topic"},
        {"name": "who", "label": "Whom"},
        {"name": "more", "label": "What else", "kind": "text", "required": False},
    ],
}


async def test_a_template_that_is_not_saved_is_shown_with_the_labels_of_what_is_missing(admin: Person) -> None:
    before = (await admin.call("GET", "/actions/templates")).json()
    body = {"template": _DRAFT, "values": {"who": "Dana", "topic": "a\nb"}}
    answer = await admin.call("POST", "/actions/templates/preview", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"subject": "About [Topic]", "text": "Hello Dana,\n\n[What else]\n", "blocks": None}
    assert (await admin.call("GET", "/actions/templates")).json() == before


async def test_labels_of_a_message_that_is_not_saved_mention_nobody(admin: Person) -> None:
    places = [{"name": "who", "label": "<!channel>", "kind": "person"}]
    draft = {"kind": "slack", "name": "Hello", "text": "Hello {{who}}", "placeholders": places}
    answer = await admin.call("POST", "/actions/templates/preview", json={"template": draft})
    assert answer.status_code == 200, answer.text
    assert "broadcast" not in str(answer.json()["blocks"])
    filled = {"template": draft, "values": {"who": "<@U0DANA0001>"}}
    shown = (await admin.call("POST", "/actions/templates/preview", json=filled)).json()
    assert "U0DANA0001" in str(shown["blocks"])


@pytest.mark.parametrize(
    "change",
    [{"text": "Hello {{nobody}}"}, {"subject": None}, {"text": ""}, {"placeholders": _DRAFT["placeholders"] * 11}],
)
async def test_a_template_that_does_not_fit_together_is_not_shown(admin: Person, change: dict[str, Any]) -> None:
    answer = await admin.call("POST", "/actions/templates/preview", json={"template": {**_DRAFT, **change}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("template")


async def test_only_administrators_try_templates(ada: Person) -> None:
    answer = await ada.call("POST", "/actions/templates/preview", json={"template": _DRAFT})
    assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")


async def test_what_is_missing_is_named(ada: Person, note: str) -> None:
    answer = await ada.call("POST", f"/actions/templates/{note}/preview", json={"values": {"note": "x"}})
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("values.topic", "missing")]


async def test_an_administrator_changes_and_deletes_it_and_it_is_noted(here: World, admin: Person) -> None:
    made = (await admin.call("POST", "/actions/templates", json=_NOTE)).json()
    changed = await admin.call("PATCH", f"/actions/templates/{made['id']}", json={"name": "Short note"})
    assert (changed.json()["name"], changed.json()["text"]) == ("Short note", _NOTE["text"])
    broken = await admin.call("PATCH", f"/actions/templates/{made['id']}", json={"text": "{{nobody}}"})
    assert broken.status_code == 422, broken.text
    other = await admin.call("PATCH", f"/actions/templates/{made['id']}", json={"kind": "slack"})
    assert other.status_code == 422
    assert (await admin.call("DELETE", f"/actions/templates/{made['id']}")).status_code == 204
    assert (await admin.call("DELETE", f"/actions/templates/{made['id']}")).status_code == 404
    assert (await admin.call("POST", f"/actions/templates/{made['id']}/preview", json={})).status_code == 404
    for what in ("created", "changed", "deleted"):
        [event, *_] = await here.events(f"action_template.{what}", user_id=admin.id)
        assert event.details["template_id"] == made["id"]


async def test_what_comes_along_stays_as_it_is(admin: Person) -> None:
    for method, body in (("PATCH", {"name": "Mine"}), ("DELETE", None)):
        answer = await admin.call(method, "/actions/templates/email.reminder", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "built_in")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "", _NOTE), ("PATCH", "/{id}", {"name": "Mine"}), ("DELETE", "/{id}", None)],
)
async def test_members_write_none(ada: Person, note: str, method: str, path: str, body: Any) -> None:
    answer = await ada.call(method, f"/actions/templates{path.format(id=note)}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")
