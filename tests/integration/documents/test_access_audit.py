"""Who may see documents is in the audit log: one entry a request, however many documents it is about."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from backend.audit.log import AuditEvent
from tests.support.accounts import Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVENT = "document.access_changed"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    with mailbox() as mail:
        settings = settings_for(tmp_path_factory.mktemp("data"), mail=mail.settings)
        async with running_app(settings) as app, world(app, mail) as place:
            yield place


async def add(person: Person, count: int, access: list[str], **given: Any) -> list[str]:
    """Hands over texts with this access list; gives their ids."""
    items = [
        {"external_id": str(number), "text": f"Boat {number} floats.", "access": access} for number in range(count)
    ]
    answer = await person.call("POST", "/documents/text", json={"items": items}, **given)
    assert answer.status_code == 202, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def noted(here: World, person: Person) -> list[AuditEvent]:
    """What was noted of a person's sharing, oldest first."""
    return (await here.events(EVENT, user_id=person.id))[::-1]


async def test_sharing_a_document_is_noted_once_and_changing_anything_else_is_not(here: World) -> None:
    person = await here.person()
    [document] = await add(person, 1, [])
    changes: tuple[dict[str, object], ...] = (
        {"title": "Vessels"},
        {"access": []},
        {"access": ["workspace"]},
        {"access": ["workspace"]},
    )
    for change in changes:
        assert (await person.call("PATCH", f"/documents/{document}", json=change)).status_code == 200
    [event] = await noted(here, person)
    assert (event.actor_kind, event.actor_id, event.subject_id) == ("person", person.id, document)
    assert event.details == {"documents": "1", "ids": document}
    assert event.ip
    assert event.request_id


async def test_a_refused_change_of_access_is_not_noted(here: World) -> None:
    person, other = await here.person(), await here.person()
    [document] = await add(person, 1, ["workspace"])
    assert (await other.call("PATCH", f"/documents/{document}", json={"access": []})).status_code == 403
    assert await noted(here, other) == await noted(here, person) == []


async def test_texts_shared_again_are_one_entry_with_their_number_and_the_first_ids(here: World) -> None:
    person = await here.person()
    ids = await add(person, 30, [])
    assert await noted(here, person) == []  # what is new was never anything else
    assert await add(person, 30, []) == ids
    assert await noted(here, person) == []
    repeated = {"Idempotency-Key": "shared"}
    for _ in range(2):
        assert await add(person, 30, ["group:legal"], headers=repeated) == ids
    [event] = await noted(here, person)
    assert event.subject_id is None
    assert event.details["documents"] == "30"
    assert event.details["ids"].split() == ids[:20]
    await add(person, 31, ["group:legal"])  # one is new, the others stay as they are
    assert len(await noted(here, person)) == 1
    await add(person, 1, [])
    last = (await noted(here, person))[-1]
    assert (last.subject_id, last.details["documents"]) == (ids[0], "1")


async def test_a_file_uploaded_again_with_another_access_list_is_noted(here: World) -> None:
    person = await here.person()

    async def upload(access: str) -> str:
        files = [("files", ("boats.txt", b"Boats float."))]
        answer = await person.call("POST", "/documents", files=files, data={"access": access})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["items"][0]["id"])

    document = await upload("group:legal")
    assert await upload("group:legal") == document
    assert await noted(here, person) == []
    assert await upload("workspace") == document
    assert [event.subject_id for event in await noted(here, person)] == [document]


async def test_the_demo_loaded_again_takes_back_what_was_shared_of_it_and_that_is_noted(here: World) -> None:
    person = await here.person()
    assert (await person.call("POST", "/demo")).status_code == 202
    document = (await person.call("GET", "/documents", params={"limit": 1})).json()["items"][0]["id"]
    await person.call("PATCH", f"/documents/{document}", json={"access": ["workspace"]})
    assert (await person.call("POST", "/demo")).status_code == 202
    assert [event.subject_id for event in await noted(here, person)] == [document, document]
