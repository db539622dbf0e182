"""Gmail's own ways, over a real server: attachments, trash, labels, mailboxes of several people, limits."""

from typing import Any

import pytest

from backend.extraction.ocr.inside import SENTENCE_BYTES
from tests.contract.connectors.place import LARGEST_CHARS
from tests.contract.connectors.stage import ADA, BEN
from tests.integration.connectors.gmail.conftest import GmailPlace
from tests.support.gmail_state import GmailMailbox, Mail, letter
from tests.support.provider_wire import Fault
from tests.support.scans import picture_file, written
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRICES = b"herring,12\nsalmon,30\n"


def with_file(words: str, data: bytes = PRICES, name: str = "prices.csv", **headers: str) -> Any:
    mail = letter(words, **headers)
    mail.add_attachment(data, maintype="text", subtype="csv", filename=name)
    return mail


def delivered(mailbox: GmailMailbox, message: Any, **given: Any) -> tuple[Mail, str, str]:
    """A mail with one file; the external ids of its conversation and of the file."""
    mail = mailbox.deliver(message, **given)
    conversation = f"{mailbox.address}/{mail.thread_id}"
    return mail, conversation, f"{conversation}/{mail.id}/1"


def ada(gmail: GmailPlace) -> GmailMailbox:
    return gmail.stage.service.mailbox(ADA)


async def everything(gmail: GmailPlace, made: str, *, ended: int) -> dict[str, Any]:
    answer = await gmail.place.ada.call("POST", f"/connections/{made}/sync", params={"everything": True})
    assert answer.status_code == 202
    return await gmail.place.settled(made, ended=ended)


async def test_an_attachment_is_a_document_of_its_own_that_is_read_once(gmail: GmailPlace) -> None:
    mail, conversation, file = delivered(ada(gmail), with_file("See the prices."))
    made = await gmail.place.connected()
    held = await gmail.place.held(gmail.place.ada, made)
    assert set(held) == {conversation, file}
    assert "herring" in held[file]
    assert "Attachments: prices.csv" in held[conversation]
    ada(gmail).deliver(letter("Thanks."), thread=mail.thread_id)
    await gmail.place.synced(made)
    assert "Thanks." in (await gmail.place.held(gmail.place.ada, made))[conversation]
    assert gmail.stage.service.downloads == [mail.id]


async def test_a_picture_in_a_mail_is_recognised_once_and_its_logo_is_only_looked_at(gmail: GmailPlace) -> None:
    screen = picture_file(written(["The pump in hall seven was replaced."], 600, 80, size=22).convert("L"), "PNG")
    logo = picture_file(written(["HARBOUR Ltd", "Quay 7, Bergen", "Nets, ropes, anchors"], 150, 70), "PNG")
    assert len(logo) > SENTENCE_BYTES
    message = letter("See below.")
    message.add_alternative('<p><img src="cid:a@x"> <img src="cid:b@x"> <img src="cid:c@x"></p>', subtype="html")
    dot = picture_file(written([], 1, 1), "PNG")
    for name, data, cid in (("screen", screen, "a@x"), ("logo", logo, "b@x"), ("dot", dot, "c@x")):
        message.add_attachment(data, maintype="image", subtype="png", filename=f"{name}.png", cid=f"<{cid}>")
    mail = ada(gmail).deliver(message)
    made = await gmail.place.connected()
    conversation = f"{ADA}/{mail.thread_id}"
    held = await gmail.place.held(gmail.place.ada, made)
    (file,) = set(held) - {conversation}
    assert "The pump in hall seven was replaced" in held[file]
    rows = await gmail.place.items(made)
    (left_out,) = set(rows) - set(held)
    assert (rows[left_out]["status"], rows[left_out]["reason"]["code"]) == ("skipped", "decoration")
    assert gmail.stage.service.downloads == [mail.id, mail.id]
    # An answer carries the pictures along, in parts of its own.
    answer = letter("Thanks.")
    answer.add_attachment(screen, maintype="image", subtype="png", filename="screen.png", disposition="inline")
    ada(gmail).deliver(answer, thread=mail.thread_id)
    await gmail.place.synced(made)
    await everything(gmail, made, ended=3)
    assert set(await gmail.place.held(gmail.place.ada, made)) == {conversation, file}
    assert gmail.stage.service.downloads == [mail.id, mail.id]


async def test_the_same_bytes_in_several_mails_are_kept_once(gmail: GmailPlace) -> None:
    data = b"cod,7\n" * 300
    for _ in range(3):
        delivered(ada(gmail), with_file("See the prices.", data))
    made = await gmail.place.connected()
    assert len(await gmail.place.held(gmail.place.ada, made)) == 6
    kept = [path for path in gmail.folder.rglob("*") if path.is_file() and path.stat().st_size == len(data)]
    assert len([path for path in kept if path.read_bytes() == data]) == 1


async def test_a_file_goes_when_its_mail_is_deleted_for_ever_and_its_conversation_stays(gmail: GmailPlace) -> None:
    """Gmail says no more of a mail that is gone than its id."""
    first = ada(gmail).deliver(letter("Words that stay."))
    mail, conversation, file = delivered(ada(gmail), with_file("Words that go."), thread=first.thread_id)
    made = await gmail.place.connected()
    assert set(await gmail.place.held(gmail.place.ada, made)) == {conversation, file}
    ada(gmail).delete(mail.id)
    await gmail.place.synced(made)
    held = await gmail.place.held(gmail.place.ada, made)
    assert set(held) == {conversation}
    assert "Words that go." not in held[conversation]


async def test_a_conversation_that_is_deleted_for_ever_takes_its_files_along(gmail: GmailPlace) -> None:
    mail, _, _ = delivered(ada(gmail), with_file("Words that go."))
    made = await gmail.place.connected()
    ada(gmail).delete(mail.id)
    await gmail.place.synced(made)
    assert await gmail.place.held(gmail.place.ada, made) == {}
    assert {row["status"] for row in (await gmail.place.items(made)).values()} == {"deleted"}


async def test_what_comes_back_from_the_trash_comes_back_with_its_files(gmail: GmailPlace) -> None:
    mail, conversation, file = delivered(ada(gmail), with_file("Words."))
    made = await gmail.place.connected()
    ada(gmail).trash(mail.id)
    await gmail.place.synced(made)
    assert await gmail.place.held(gmail.place.ada, made) == {}
    ada(gmail).untrash(mail.id)
    await gmail.place.synced(made)
    assert set(await gmail.place.held(gmail.place.ada, made)) == {conversation, file}


async def test_naming_everything_again_reads_nothing_again(gmail: GmailPlace) -> None:
    _, conversation, file = delivered(ada(gmail), with_file("Words."))
    made = await gmail.place.connected()
    before = len(gmail.stage.wire.journal)
    await everything(gmail, made, ended=2)
    asked = gmail.stage.wire.journal[before:]
    assert not [one for one in asked if "/threads/" in one.path or "/attachments/" in one.path]
    assert set(await gmail.place.held(gmail.place.ada, made)) == {conversation, file}


async def test_after_forgotten_history_nothing_is_lost_read_twice_or_left_over(gmail: GmailPlace) -> None:
    _, stays, file = delivered(ada(gmail), with_file("Words that stay."))
    gone, _, _ = delivered(ada(gmail), with_file("Words that go."))
    made = await gmail.place.connected()
    ada(gmail).delete(gone.id)
    ada(gmail).forget_history()
    new = gmail.stage.add("Words that are new.")
    gmail.stage.service.downloads.clear()
    await gmail.place.synced(made)
    assert set(await gmail.place.held(gmail.place.ada, made)) == {stays, file, new}
    assert gmail.stage.service.downloads == []
    await everything(gmail, made, ended=3)  # the second listing agrees
    rows = await gmail.place.items(made)
    assert {row["status"] for name, row in rows.items() if gone.id in name} == {"deleted"}


async def test_a_file_that_could_not_be_read_is_read_when_it_is_tried_again(gmail: GmailPlace) -> None:
    _, conversation, file = delivered(ada(gmail), with_file("Words."))
    refusal = {"error": {"code": 400, "errors": [{"reason": "invalidArgument"}]}}
    gmail.stage.wire.fail_all(lambda asked: "/attachments/" in asked.path, Fault(status=400, body=refusal))
    made = await gmail.place.connect()
    await gmail.place.settled(made)
    rows = await gmail.place.items(made)
    assert (rows[conversation]["status"], rows[file]["status"]) == ("indexed", "failed")
    assert rows[file]["reason"]["message"]
    gmail.stage.wire.mend()
    answer = await gmail.place.ada.call("POST", f"/connections/{made}/items/retry")
    assert answer.is_success, answer.text
    await gmail.place.settled(made, ended=2)
    assert "herring" in (await gmail.place.held(gmail.place.ada, made))[file]


async def test_a_conversation_counts_as_read_only_when_its_files_were(gmail: GmailPlace) -> None:
    _, conversation, file = delivered(ada(gmail), with_file("Words."))
    gmail.stage.wire.fail_all(lambda asked: "/attachments/" in asked.path, Fault(status=503))
    made = await gmail.place.connect()
    assert (await gmail.place.settled(made))["status"] == "waiting"
    gmail.stage.wire.mend()
    assert (await gmail.place.synced(made))["status"] == "ready"
    assert set(await gmail.place.held(gmail.place.ada, made)) == {conversation, file}


async def test_a_giant_file_is_capped_and_reported_and_its_mail_read(gmail: GmailPlace) -> None:
    _, conversation, file = delivered(ada(gmail), with_file("Words.", b"x" * 2_000_000))
    made = await gmail.place.connected()
    row = (await gmail.place.items(made))[file]
    assert (row["status"], row["reason"]["code"]) == ("skipped", "too_large")
    assert f"{LARGEST_CHARS:,}" in row["reason"]["message"]
    assert set(await gmail.place.held(gmail.place.ada, made)) == {conversation}


async def test_outlooks_wrapping_is_skipped_with_its_reason(gmail: GmailPlace) -> None:
    mail = letter("Words.")
    mail.add_attachment(b"\x78\x9f\x3e\x22", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    _, _, file = delivered(ada(gmail), mail)
    made = await gmail.place.connected()
    row = (await gmail.place.items(made))[file]
    assert (row["status"], row["reason"]["code"]) == ("skipped", "outlook_wrapping")
    assert "plain text" in row["reason"]["message"]


async def test_the_same_mail_in_two_mailboxes_is_two_documents_each_seen_by_its_own(gmail: GmailPlace) -> None:
    message = letter("Words for both.", to=f"{ADA}, {BEN}")
    mails = {address: gmail.stage.service.mailbox(address).deliver(message) for address in (ADA, BEN)}
    made = await gmail.place.connected()
    for person in (gmail.place.ada, gmail.place.ben):
        assert set(await gmail.place.held(person, made)) == {f"{person.email}/{mails[person.email].thread_id}"}


async def test_hidden_recipients_are_shown_to_nobody_but_the_mailbox_that_sent_the_mail(gmail: GmailPlace) -> None:
    ada(gmail).deliver(letter("Words.", sender=f"Ada <{ADA}>", to=BEN, Bcc="secret@example.com"), "SENT")
    gmail.stage.service.mailbox(BEN).deliver(letter("Words.", sender=f"Ada <{ADA}>", to=BEN))
    made = await gmail.place.connected()
    (of_ada,) = (await gmail.place.held(gmail.place.ada, made)).values()
    (of_ben,) = (await gmail.place.held(gmail.place.ben, made)).values()
    assert "secret@example.com" in of_ada
    assert "secret@example.com" not in of_ben


async def _allowed(gmail: GmailPlace, account: str, *, mode: str) -> str:
    """A connection that was allowed at Google's page with this account signed in there."""
    body = {"type": "gmail", "mode": mode, "options": {}}
    answer = await gmail.place.ada.call("POST", "/connections", json=body)
    gmail.stage.service.consents.account = account
    back = await gmail.stage.consent(answer.json()["authorize_url"])
    arrived = await gmail.place.ada.http.get(back, follow_redirects=False)
    assert arrived.status_code == 303, arrived.text
    await gmail.place.settled(answer.json()["id"])
    return str(answer.json()["id"])


@pytest.mark.parametrize(("mode", "sees"), [("personal", True), ("workspace", False)])
async def test_ones_own_mailbox_under_another_address_is_seen_when_it_was_connected_as_ones_own(
    gmail: GmailPlace, mode: str, sees: bool
) -> None:  # fmt: skip
    private = "ada.private@gmail.com"
    mail = gmail.stage.service.mailbox(private).deliver(letter("Words."))
    made = await _allowed(gmail, private, mode=mode)
    assert set(await gmail.place.held(gmail.place.ada, made)) == ({f"{private}/{mail.thread_id}"} if sees else set())
    assert await gmail.place.held(gmail.place.ben, made) == {}


async def test_other_labels_take_away_what_they_leave_out_and_bring_the_rest(gmail: GmailPlace) -> None:
    label = ada(gmail).label("Private")
    kept, private = gmail.stage.add("Words."), gmail.stage.add("Private words.")
    ada(gmail).modify(private.partition("/")[2], add=(label,))
    made = await gmail.place.connected()
    for options, wanted in (({"exclude_labels": [label]}, {kept}), ({}, {kept, private})):
        ended = len(await gmail.place.runs(made))
        body = {"options": {**gmail.stage.options, **options}}
        assert (await gmail.place.ada.call("PATCH", f"/connections/{made}", json=body)).is_success
        await gmail.place.settled(made, ended=ended + 1)
        assert set(await gmail.place.held(gmail.place.ada, made)) == wanted


async def test_a_mailbox_that_cannot_be_read_leaves_the_others_theirs(gmail: GmailPlace) -> None:
    of_ada, of_ben = gmail.stage.add("Words.", ADA), gmail.stage.add("Words.", BEN)
    made = await gmail.place.connected()
    gmail.stage.service.without_gmail.add(BEN)
    new = gmail.stage.add("New words.", ADA)
    shown = await gmail.place.synced(made)
    assert (shown["status"], (await gmail.place.runs(made))[0]["status"]) == ("ready", "partial")
    assert "could not be read" in (await gmail.place.items(made))[BEN]["reason"]["message"]
    assert set(await gmail.place.held(gmail.place.ada, made)) == {of_ada, new}
    assert set(await gmail.place.held(gmail.place.ben, made)) == {of_ben}  # nothing is taken away by a failure
    gmail.stage.service.without_gmail.clear()
    await gmail.place.synced(made)
    assert (await gmail.place.runs(made))[0]["status"] == "complete"
    assert (await gmail.place.items(made))[BEN]["status"] == "deleted"  # that it could not be read


async def test_a_spent_budget_is_waited_for_and_gone_on_after(gmail: GmailPlace) -> None:
    ids = {gmail.stage.add(f"Letter {number}.") for number in range(12)}
    gmail.stage.service.units_a_minute = 100
    made = await gmail.place.connect()

    async def waiting() -> bool:
        shown = await gmail.place.shown(made)
        return bool(shown["status"] == "waiting")

    await until_true(waiting)
    part = set(await gmail.place.held(gmail.place.ada, made))
    assert part < ids
    gmail.stage.service.units_a_minute = None
    before = len(gmail.stage.wire.journal)
    await gmail.place.ada.call("POST", f"/connections/{made}/sync")
    await gmail.place.settled(made)
    assert set(await gmail.place.held(gmail.place.ada, made)) == ids
    read_now = sum("/threads/" in one.path for one in gmail.stage.wire.journal[before:])
    assert read_now == len(ids) - len(part)
