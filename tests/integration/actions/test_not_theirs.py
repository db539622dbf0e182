"""Before an approval it is said which recipient may not open what is attached or quoted."""

from typing import Any

import pytest

from backend.actions.repository import ACTIONS
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import approve, mail_to, proposed
from tests.integration.actions.test_mailed import Four, admin, four, people
from tests.support.accounts import Person, World
from tests.support.waiting import until_true

__all__ = ["admin", "four", "people"]
pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "The harbour office moves to the old customs house in the second week of October."


async def shared(owner: Person, *readers: Person | str, text: str = SECRET, name: str = "plan.txt") -> str:
    """A file of somebody's that others may open; its id."""
    files = {"files": (name, text.encode(), "text/plain")}
    answer = await owner.call("POST", "/documents", files=files)
    document = str(answer.json()["items"][0]["id"])

    async def indexed() -> bool:
        return bool((await owner.call("GET", f"/documents/{document}")).json()["status"] == "indexed")

    await until_true(indexed)
    access = [one if isinstance(one, str) else f"user:{one.id}" for one in readers]
    changed = await owner.call("PATCH", f"/documents/{document}", json={"access": access})
    assert changed.status_code == 200, changed.text
    return document


def told(action: dict[str, Any]) -> dict[str, Any] | None:
    return next((one for one in action["warnings"] if one["code"] == "not_theirs"), None)


async def test_a_file_that_a_colleague_may_not_open_is_named_and_confirmed(here: World, ada: Person) -> None:
    ben, cleo = await proven(here), await proven(here)
    document = await shared(ben, ada)
    body = mail_to(cleo.email, attachments=[{"document_id": document}])
    action = await proposed(ada, body)
    warning = told(action)
    assert warning is not None
    assert (warning["field"], warning["confirm"]) == ("attachments", True)
    assert cleo.email in warning["message"]
    assert "'plan'" in warning["message"] or "plan.txt" in warning["message"]
    unconfirmed = await ada.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert (unconfirmed.status_code, unconfirmed.json()["errors"][0]["code"]) == (409, "not_theirs")
    given = {"hash": action["hash"], "confirm": ["not_theirs"]}
    assert (await ada.call("POST", f"/actions/{action['id']}/approve", json=given)).status_code == 200


async def test_a_second_approver_is_not_told_the_name_of_what_is_closed_to_them(four: Four) -> None:
    document = await shared(four.eve, four.ada, name="secret-merger.txt")
    attached = [{"document_id": document}]
    action, token = await four.proposed(attachments=attached)
    warning = told(action)
    assert warning is not None
    assert "secret-merger" in warning["message"]
    for seen in (
        (await four.ben.call("GET", f"/actions/{action['id']}")).json(),
        (await four.decide(token)).json()["action"],
    ):
        hidden = told(seen)
        assert hidden is not None
        assert "secret-merger" not in hidden["message"]
        assert (hidden["code"], hidden["confirm"], hidden["sources"]) == ("not_theirs", True, [])
    answered = {"document_id": document, "from": "Eve", "subject": "A secret", "sent_at": None}
    text = "With another subject than 'A secret' it opens a new conversation."
    records = four.here.app.container.database.collection(ACTIONS)
    cautions = [{"code": "new_conversation", "message": text, "field": "subject", "confirm": False}]
    changed = {"preview.in_reply_to": answered, "warnings": cautions}
    await records.update_one({"_id": action["id"]}, {"$set": changed})
    hers, his = [(await one.call("GET", f"/actions/{action['id']}")).text for one in (four.ada, four.ben)]
    assert hers.count("A secret") == 2
    assert "A secret" not in his
    assert '"in_reply_to":{"document_id":null,"from":"","subject":"","sent_at":null}' in his


async def test_who_may_open_it_is_not_named(here: World, ada: Person) -> None:
    ben, cleo = await proven(here), await proven(here)
    document = await shared(ben, ada, cleo)
    to = [{"address": cleo.email}, {"address": ben.email}, {"address": ada.email}]
    assert told(await proposed(ada, mail_to(cleo.email, to=to, attachments=[{"document_id": document}]))) is None


async def test_an_outsider_is_asked_for_by_their_address(here: World, ada: Person) -> None:
    ben = await proven(here)
    given = await shared(ben, ada, "email:dana@partner.example", "workspace", name="given.txt")
    kept = await shared(ben, ada, "workspace", name="kept.txt", text="Salmon is dear this year.")
    attached = [{"document_id": given}, {"document_id": kept}]
    warning = told(await proposed(ada, mail_to("Dana@PARTNER.example", attachments=attached)))
    assert warning is not None
    assert "kept" in warning["message"]
    assert "given" not in warning["message"]


async def test_what_is_ones_own_is_ones_own_to_give(here: World, ada: Person) -> None:
    document = await shared(ada, name="mine.txt", text="Herring swim in shoals of many thousands in the North Sea.")
    body = mail_to("dana@partner.example", attachments=[{"document_id": document}])
    body["payload"]["text"] = "Herring swim in shoals of many thousands in the North Sea."
    action = await proposed(ada, body)
    assert told(action) is None
    await approve(ada, action)


async def test_words_of_a_document_are_found_word_for_word(here: World, ada: Person) -> None:
    ben, cleo = await proven(here), await proven(here)
    text = "Nobody is to know that lighthouse nine will be painted blue before the winter comes."
    await shared(ben, ada, name="lighthouse.txt", text=text)
    quoted = f"Hello Cleo,\n\nas I heard: {text.upper()}\n\nBest wishes\nAda\n"
    warning = told(await proposed(ada, mail_to(cleo.email, text=quoted)))
    assert warning is not None
    assert (warning["field"], warning["confirm"]) == ("text", False)
    assert "lighthouse" in warning["message"]
    assert cleo.email in warning["message"]
    assert told(await proposed(ada, mail_to(ben.email, text=quoted))) is None
    others_words = "Nobody is to know the lighthouse will be painted in winter, and blue it was before."
    assert told(await proposed(ada, mail_to(cleo.email, text=others_words))) is None


async def test_words_of_what_the_writer_may_not_see_tell_nothing(here: World, ada: Person) -> None:
    ben, cleo = await proven(here), await proven(here)
    text = "Pier seven is sold to a company of which nobody at all has ever heard before."
    await shared(ben, name="pier.txt", text=text)
    assert told(await proposed(ada, mail_to(cleo.email, text=text))) is None


@pytest.mark.parametrize(
    "text", ["", " ", "a" * 200_000, "word " * 39_999, "* OR [] {} \" ' : ^ ~ ? " * 50, "\u202e" * 99]
)
async def test_any_text_is_looked_at(here: World, ada: Person, text: str) -> None:
    assert told(await proposed(ada, mail_to("dana@partner.example", text=text))) is None


async def test_what_looks_alike_has_to_be_confirmed(here: World, ada: Person) -> None:
    action = await proposed(ada, mail_to("dana@exarnple.com"))
    assert "look_alike" in {one["code"] for one in action["warnings"]}
    refused = await ada.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert refused.status_code == 409
    given = {"hash": action["hash"], "confirm": ["look_alike"]}
    assert (await ada.call("POST", f"/actions/{action['id']}/approve", json=given)).status_code == 200


async def test_a_domain_that_was_written_to_is_known(here: World, ada: Person) -> None:
    action = await proposed(ada, mail_to("dana@harbour-office.net"))
    await approve(ada, action)

    async def alike() -> bool:
        found = await proposed(ada, mail_to("dana@harb0ur-office.net"))
        return "look_alike" in {one["code"] for one in found["warnings"]}

    await until_true(alike)
    eve = await proven(here)
    found = await proposed(eve, mail_to("dana@harb0ur-office.net"))
    assert "look_alike" not in {one["code"] for one in found["warnings"]}
