"""A server that sends no mail: links go by hand, and addresses are proven by an administrator."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.accounts import AUTH, Person, World, world
from tests.support.app import running_app, settings_for
from tests.support.mailbox import mailbox

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEW_PASSWORD = "another horse battery"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quiet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    with mailbox() as unused:
        async with running_app(settings_for(tmp_path_factory.mktemp("data"))) as app, world(app, unused) as place:
            yield place


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def first(quiet: World) -> Person:
    return await quiet.person("first")


async def proven(person: Person) -> bool:
    verified: bool = (await person.call("GET", "/auth/me")).json()["email_verified"]
    return verified


async def test_only_the_first_account_counts_as_proven(quiet: World, first: Person) -> None:
    assert await proven(first)
    assert not await proven(await quiet.person())
    registration = (await quiet.browser().get(f"{AUTH}/registration")).json()
    assert registration["mail"] == "console"


async def test_link_of_an_invitation_is_handed_on(quiet: World, first: Person) -> None:
    email = quiet.address("invited")
    made = await first.call("POST", "/admin/invitations", json={"email": email})
    assert made.headers["Cache-Control"] == "no-store"
    again = await first.call("POST", f"/admin/invitations/{made.json()['id']}/resend")
    old, new = (answer.json()["link"].partition("#invitation=")[2] for answer in (made, again))
    look_up = f"{AUTH}/invitations/look-up"
    assert (await quiet.browser().post(look_up, json={"token": old})).status_code == 422
    assert await proven(await quiet.person(email=email, invitation=new))
    [event] = await quiet.events("invitation.created")
    assert event.details["link"] == "shown"
    listed = (await first.call("GET", "/admin/invitations")).json()["items"]
    assert not [item for item in listed if "link" in item]


async def test_reset_that_was_handed_on_sets_the_password_and_proves_nothing(quiet: World, first: Person) -> None:
    person = await quiet.person("forgetful")
    made = await first.call("POST", f"/admin/users/{person.id}/password-reset")
    token = made.json()["link"].partition("#token=")[2]
    answer = await quiet.browser().post(f"{AUTH}/password/reset", json={"token": token, "password": NEW_PASSWORD})
    assert answer.status_code == 204
    assert not await proven(await quiet.sign_in(person.email, NEW_PASSWORD))
