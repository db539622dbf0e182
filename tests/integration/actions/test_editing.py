"""Two tabs that edit the same do not overwrite each other."""

from typing import Any

import pytest

from tests.integration.actions.test_email import mail_to, proposed
from tests.support.accounts import Person, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_edit_of_what_was_edited_meanwhile_changes_nothing(here: World, ada: Person) -> None:
    dana = here.address("dana")
    action = await proposed(ada, mail_to(dana))

    async def edit(subject: str, **more: Any) -> tuple[int, dict[str, Any]]:
        payload = mail_to(dana, subject)["payload"]
        answer = await ada.call("PATCH", f"/actions/{action['id']}", json={"payload": payload, **more})
        return answer.status_code, answer.json()

    status, first = await edit("One", hash=action["hash"])
    assert (status, first["payload"]["subject"]) == (200, "One")
    status, refused = await edit("Two", hash=action["hash"])
    assert (status, refused["code"]) == (409, "changed")
    shown = (await ada.call("GET", f"/actions/{action['id']}")).json()
    assert (shown["hash"], shown["payload"]["subject"]) == (first["hash"], "One")
    assert (await edit("Three"))[0] == 200  # whoever names none replaces what is there
    assert (await edit("Four", hash="short"))[0] == 422
    await ada.call("POST", f"/actions/{action['id']}/cancel")
    status, refused = await edit("Five", hash=first["hash"])
    assert (status, refused["code"]) == (409, "is_cancelled")
