"""The same mail in two mailboxes: one hit for whoever sees both, and nothing of the other for whoever sees one."""

from typing import Any

import pytest

from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.gmail.conftest import GmailPlace
from tests.integration.connectors.gmail.test_gmail import _allowed as allowed
from tests.integration.connectors.gmail.test_gmail import with_file
from tests.support.accounts import Person
from tests.support.gmail_state import letter
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIVATE = "ada.private@gmail.com"


async def both_connected(gmail: GmailPlace) -> tuple[str, str]:
    """The mailboxes of the workspace, and one of Ada's own that she alone sees."""
    workspace = await gmail.place.connected()
    own = await allowed(gmail, PRIVATE, mode="personal")
    for made, name in ((workspace, "Work"), (own, "Private")):
        assert (await gmail.place.ada.call("PATCH", f"/connections/{made}", json={"name": name})).is_success
    return workspace, own


async def found(person: Person, q: str, **params: Any) -> list[dict[str, Any]]:
    answer = await person.call("GET", "/search", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    hits: list[dict[str, Any]] = answer.json()["hits"]
    return hits


async def indexed(person: Person, documents: int) -> None:
    async def look() -> bool:
        listed = (await person.call("GET", "/documents", params={"limit": 100})).json()["items"]
        return bool(sum(one["status"] == "indexed" for one in listed) == documents)

    await until_true(look)


async def test_a_mail_in_two_mailboxes_is_one_hit_for_whoever_sees_both(gmail: GmailPlace) -> None:
    message = letter("The zanzibar contract was signed.", to=f"{ADA}, {BEN}, {PRIVATE}")
    for address in (ADA, BEN, PRIVATE):
        gmail.stage.service.mailbox(address).deliver(message)
    workspace, own = await both_connected(gmail)
    await indexed(gmail.place.ada, 2)
    for group in ("document", "chunk"):
        (hit,) = await found(gmail.place.ada, "zanzibar contract", group=group)
        (also,) = hit["also"]
        told = {hit["document_id"]: hit["connection"], also["document_id"]: also["connection"]}
        assert len(told) == 2
        assert {(one["id"], one["type"]) for one in told.values()} == {(workspace, "gmail"), (own, "gmail")}
    for made in (workspace, own):
        (narrowed,) = await found(gmail.place.ada, "zanzibar contract", connection=made)
        assert narrowed["connection"]["id"] == made
    (of_ben,) = await found(gmail.place.ben, "zanzibar contract")
    assert (of_ben["connection"]["id"], of_ben["also"]) == (workspace, [])


async def test_whoever_sees_one_mailbox_learns_nothing_of_the_other(gmail: GmailPlace) -> None:
    """Ben is told letter for letter the same, whether Ada's own mailbox holds the mail as well or not."""
    message = letter("The zanzibar contract was signed.", to=f"{ADA}, {BEN}, {PRIVATE}")
    gmail.stage.service.mailbox(BEN).deliver(message)
    workspace = await gmail.place.connected()
    ben = gmail.place.ben

    async def told() -> list[Any]:
        asked = ("/documents", "/documents/sources", "/documents/paths", "/documents/stats")
        answers = [(await ben.call("GET", path)).json() for path in asked]
        return [await found(ben, "zanzibar"), await found(ben, "zanzibar", group="chunk"), *answers]

    await indexed(ben, 1)
    before = await told()
    for address in (ADA, PRIVATE):
        gmail.stage.service.mailbox(address).deliver(message)
    await gmail.place.synced(workspace)
    await allowed(gmail, PRIVATE, mode="personal")
    await indexed(gmail.place.ada, 2)
    assert (await found(gmail.place.ada, "zanzibar"))[0]["also"]
    assert await told() == before


async def test_the_attachment_of_that_mail_is_one_hit_too_and_an_answer_is_given_it_once(gmail: GmailPlace) -> None:
    message = with_file("See the prices.", b"quokka,12\nsalmon,30\n", to=f"{ADA}, {PRIVATE}")
    for address in (ADA, PRIVATE):
        gmail.stage.service.mailbox(address).deliver(message)
    await both_connected(gmail)
    ada = gmail.place.ada
    await indexed(ada, 4)
    hits = await found(ada, "quokka")
    files = [hit for hit in hits if hit["title"].endswith("prices.csv") or "quokka" in hit["text"]]
    assert [len(hit["also"]) for hit in files] == [1]
    conversation = (await ada.call("POST", "/conversations", json={})).json()["id"]
    question = {"content": "What does a quokka cost?"}
    asked = await ada.call("POST", f"/conversations/{conversation}/messages", json=question)
    assert asked.is_success
    kept = (await ada.call("GET", f"/conversations/{conversation}")).json()["messages"][-1]
    texts = [passage["text"] for passage in kept["passages"]]
    assert len(texts) == len(set(texts)) > 0
    assert all(passage["connection"]["name"] in ("Work", "Private") for passage in kept["passages"])


async def test_conversations_that_begin_with_the_same_mail_are_one_and_another_answer_to_it_is_not(
    gmail: GmailPlace,
) -> None:
    opening = letter("The zanzibar contract is here.", to=f"{ADA}, {PRIVATE}")
    at_work, at_home = gmail.stage.service.mailbox(ADA), gmail.stage.service.mailbox(PRIVATE)
    thread = at_work.deliver(opening).thread_id
    at_home.deliver(opening)
    at_work.deliver(letter("We signed the zanzibar contract.", subject="Re: A letter"), thread=thread)
    at_home.deliver(letter("Lunch in zanzibar?", **{"In-Reply-To": opening["Message-ID"]}, subject="Lunch"))
    await both_connected(gmail)
    await indexed(gmail.place.ada, 3)
    hits = await found(gmail.place.ada, "signed zanzibar contract")
    assert [(hit["title"], len(hit["also"])) for hit in hits] == [("A letter", 1), ("Lunch", 0)]
    assert "We signed" in hits[0]["text"]


async def test_labels_are_folders_to_search_in_and_a_moved_mail_is_found_in_its_new_one(gmail: GmailPlace) -> None:
    mailbox = gmail.stage.service.mailbox(ADA)
    plans, archive = mailbox.label("Team/Plans"), mailbox.label("Team/Plans2")
    mail = mailbox.deliver(letter("The zanzibar plan."), "INBOX", plans)
    mailbox.deliver(letter("The zanzibar archive."), "INBOX", archive)
    priced = mailbox.deliver(with_file("See the prices.", b"quokka,12\n"), "INBOX")
    made = await gmail.place.connected()
    ada = gmail.place.ada
    await indexed(ada, 4)
    outermost = (await ada.call("GET", "/documents/paths", params={"connection": made})).json()["items"]
    assert [(one["name"], one["documents"]) for one in outermost] == [("Inbox", 2), ("Team", 2)]
    assert [hit["path"] for hit in await found(ada, "zanzibar", path="Team/Plans")] == ["Team/Plans"]
    assert {hit["path"] for hit in await found(ada, "zanzibar", path="/Team/")} == {"Team/Plans", "Team/Plans2"}
    listed = await ada.call("GET", "/documents", params={"connection": made, "path": "Team/Plans"})
    assert [one["path"] for one in listed.json()["items"]] == ["Team/Plans"]
    inside = (await ada.call("GET", "/documents/paths", params={"connection": made, "under": "Team"})).json()
    assert [(one["path"], one["documents"]) for one in inside["items"]] == [("Team/Plans", 1), ("Team/Plans2", 1)]
    assert (await gmail.place.ben.call("GET", "/documents/paths")).json() == {"items": [], "more": False}
    mailbox.modify(mail.id, add=(archive,), remove=(plans,))
    mailbox.modify(priced.id, add=(plans,))
    await gmail.place.synced(made)

    async def moved() -> bool:
        return len(await found(ada, "zanzibar", path="Team/Plans2")) == 2

    await until_true(moved)
    assert "zanzibar" not in str(await found(ada, "zanzibar", path="Team/Plans"))

    async def file_moved() -> bool:
        return any("quokka" in hit["text"] for hit in await found(ada, "quokka", path="Team/Plans"))

    await until_true(file_moved)
    assert gmail.stage.service.downloads == [priced.id]  # what only lies elsewhere is not read again
