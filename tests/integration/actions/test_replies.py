"""Answers: to whom they go, what they refer to, and in which conversation they are."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.actions.conftest import proven
from tests.integration.actions.replies_place import Place, replies_place
from tests.integration.actions.test_email import approve, becomes, proposed
from tests.support.gmail_state import Mail, letter
from tests.support.provider_wire import Fault
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: As long as those of large servers are: Python's own headers would write it as an encoded word.
LONG_ID = f"<{'A' * 90}@AM0PR04MB3456.eurprd04.prod.example.com>"
FIRST, SECOND = "<first@mail.example.com>", "<second@mail.example.com>"
DANA, LIST = "Dana Roe <dana@partner.example>", "Launch list <launch@lists.example>"


@dataclass(slots=True)
class Here(Place):
    reading: str = ""
    acting: str = ""

    async def arrived(self, *, thread: str | None = None, **headers: str) -> tuple[Mail, str]:
        """A mail that came in, and the document of its conversation."""
        given = {"sender": DANA, "to": self.ada.email, "subject": "Launch", **headers}
        name = given.pop("Message_ID", None)
        message = letter("Shall we launch?", **given)
        if name:
            message.replace_header("Message-ID", name)
        mail = self.mailbox.deliver(message, thread=thread)
        return mail, await self.document_of(mail, connection=self.reading)

    async def propose(self, begun: dict[str, Any], *, via: str | None = None, **more: Any) -> dict[str, Any]:
        payload = {**begun["payload"], "text": "Yes.", **more}
        return await proposed(self.ada, {"kind": "email", "payload": payload, "via": via or begun["via"]})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Here]:
    async with replies_place(tmp_path_factory.mktemp("data")) as place:
        here = Here(place.world, place.service, place.wire, place.ada)
        here.reading = await here.read()
        here.acting = await here.act()
        yield here


@pytest_asyncio.fixture(loop_scope="module")
async def here(module_here: Here) -> AsyncIterator[Here]:
    module_here.service.drafts.reset()
    module_here.wire.mend()
    yield module_here
    module_here.wire.mend()


def sent(here: Here) -> tuple[Mail, EmailMessage]:
    """What left by Gmail, as its bytes say."""
    [(_, mail)] = here.service.drafts.sent
    parsed = message_from_bytes(mail.message.as_bytes(), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return mail, parsed


def codes(found: dict[str, Any]) -> set[str]:
    return {one["code"] for one in found["warnings"]}


async def test_an_answer_is_in_the_conversation_and_refers_to_all_before_it(here: Here) -> None:
    mail, document = await here.arrived(Message_ID=LONG_ID, References=f"{FIRST} {SECOND}", In_Reply_To=SECOND)
    begun = await here.begun(document)
    assert begun["via"] == here.acting
    assert begun["payload"]["to"] == [{"name": "Dana Roe", "address": "dana@partner.example"}]
    assert (begun["payload"]["subject"], begun["payload"]["in_reply_to"]) == ("Re: Launch", document)
    assert (begun["in_reply_to"]["from"], begun["in_reply_to"]["subject"]) == (DANA, "Launch")
    assert begun["origins"] == dict.fromkeys(("to", "cc", "subject", "in_reply_to"), "thread")
    assert codes(begun) == set()
    action = await here.propose(begun)
    assert (action["origins"]["to"], action["origins"]["subject"]) == ("thread", "thread")
    assert action["preview"]["in_reply_to"]["same_conversation"] is True
    await approve(here.ada, action)
    await becomes(here.ada, action["id"], "succeeded")
    left, parsed = sent(here)
    assert left.thread_id == mail.thread_id
    assert (parsed["In-Reply-To"], parsed["References"]) == (LONG_ID, f"{FIRST} {SECOND} {LONG_ID}")


async def test_what_it_answers_is_part_of_what_is_approved(here: Here) -> None:
    mail, document = await here.arrived()
    begun = await here.begun(document)
    del begun["payload"]["in_reply_to_message"]
    action = await here.propose(begun)
    here.mailbox.deliver(letter("One more thing.", sender=DANA, subject="Launch"), thread=mail.thread_id)
    changed = await here.ada.call("PATCH", f"/actions/{action['id']}", json={"payload": action["payload"]})
    assert changed.json()["hash"] != action["hash"]


async def test_the_mail_that_was_shown_is_answered_and_later_ones_are_told(here: Here) -> None:
    mail, document = await here.arrived(Message_ID=FIRST)
    begun = await here.begun(document)
    cleo = letter("I would not.", sender="Cleo <cleo@partner.example>", subject="Re: Launch")
    for _ in range(2):
        here.mailbox.deliver(cleo, thread=mail.thread_id)
    action = await here.propose(begun)
    [told] = [one for one in action["warnings"] if one["code"] == "newer_mail"]
    assert (told["field"], told["message"].count("Cleo <cleo@partner.example>")) == ("in_reply_to", 1)
    assert action["preview"]["in_reply_to"]["from"] == DANA
    assert (action["origins"]["to"], action["origins"]["subject"]) == ("thread", "thread")
    await approve(here.ada, action)
    await becomes(here.ada, action["id"], "succeeded")
    _, parsed = sent(here)
    assert (parsed["In-Reply-To"], parsed["References"]) == (FIRST, FIRST)


@pytest.mark.parametrize(
    "named", ["<another@mail.example.com>", "first@mail.example.com", f"<{'x' * 901}>", "<a b>", ""]
)
async def test_a_mail_that_is_not_in_the_conversation_is_not_answered(here: Here, named: str) -> None:
    _, document = await here.arrived(Message_ID=FIRST)
    begun = await here.begun(document)
    payload = {**begun["payload"], "text": "Yes.", "in_reply_to_message": named}
    answer = await here.ada.call("POST", "/actions", json={"kind": "email", "payload": payload, "via": begun["via"]})
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]][:1]) == (
        422,
        ["payload.in_reply_to" if named.startswith("<another") else "payload.in_reply_to_message"],
    )


async def test_a_message_of_no_document_is_refused(here: Here) -> None:
    payload = {"to": [{"address": "dana@partner.example"}], "text": "Yes.", "in_reply_to_message": FIRST}
    answer = await here.ada.call("POST", "/actions", json={"kind": "email", "payload": payload, "via": here.acting})
    assert answer.status_code == 422
    assert "in_reply_to" in str(answer.json()["errors"])


async def test_the_latest_mail_is_answered_and_drafts_are_none(here: Here) -> None:
    mail, document = await here.arrived()
    cleo = letter("I would.", sender="Cleo <cleo@partner.example>", subject="Re: Launch")
    here.mailbox.deliver(cleo, thread=mail.thread_id)
    here.mailbox.deliver(letter("Half written", sender=here.ada.email), "DRAFT", thread=mail.thread_id)
    begun = await here.begun(document)
    assert [one["address"] for one in begun["payload"]["to"]] == ["cleo@partner.example"]
    assert begun["payload"]["subject"] == "Re: Launch"


async def test_to_all_goes_to_everybody_but_oneself(here: Here) -> None:
    others = f"{here.ada.email.upper()}, Ben <ben@partner.example>, dana@partner.example"
    _, document = await here.arrived(to=others, Cc=f"cleo@partner.example, {here.ada.email}, ben@partner.example")
    begun = await here.begun(document, everybody=True)
    assert [one["address"] for one in begun["payload"]["to"]] == ["dana@partner.example", "ben@partner.example"]
    assert [one["address"] for one in begun["payload"]["cc"]] == ["cleo@partner.example"]
    alone = await here.begun(document)
    assert ([one["address"] for one in alone["payload"]["to"]], alone["payload"]["cc"]) == (
        ["dana@partner.example"],
        [],
    )


async def test_an_answer_to_ones_own_mail_goes_to_whom_that_went_to(here: Here) -> None:
    mail, document = await here.arrived(sender=here.ada.email, to=DANA)
    assert [one["address"] for one in (await here.begun(document))["payload"]["to"]] == ["dana@partner.example"]
    here.mailbox.deliver(letter("To me", sender=here.ada.email, to=here.ada.email), thread=mail.thread_id)
    assert [one["address"] for one in (await here.begun(document))["payload"]["to"]] == [here.ada.email]


async def test_a_reply_to_counts_and_is_told_where_it_is_another(here: Here) -> None:
    _, document = await here.arrived(Reply_To=LIST)
    begun = await here.begun(document)
    assert [one["address"] for one in begun["payload"]["to"]] == ["launch@lists.example"]
    [warning] = begun["warnings"]
    assert (warning["code"], warning["field"]) == ("reply_to_differs", "to")
    assert "launch@lists.example" in warning["message"]
    assert "dana@partner.example" in warning["message"]
    assert "reply_to_differs" in codes(await here.propose(begun))
    elsewhere = await here.propose(begun, to=[{"address": "dana@partner.example"}])
    assert "reply_to_differs" not in codes(elsewhere)
    assert elsewhere["origins"].get("to") is None
    _, same = await here.arrived(Reply_To="dana@PARTNER.example")
    assert codes(await here.begun(same)) == set()


async def test_by_another_account_it_refers_to_the_mail_and_says_that_it_opens_a_conversation(here: Here) -> None:
    mail, document = await here.arrived(Message_ID=FIRST)
    to = here.world.address("dana")
    action = await here.propose(await here.begun(document), via="smtp", to=[{"address": to}])
    [warning] = [one for one in action["warnings"] if one["code"] == "new_conversation"]
    assert here.ada.email in warning["message"]
    assert action["preview"]["in_reply_to"]["same_conversation"] is False
    await approve(here.ada, action)
    arrived = await here.world.mail.wait_for(to)
    assert (arrived["In-Reply-To"], arrived["References"]) == (FIRST, FIRST)
    assert here.service.drafts.sent == []
    assert mail.thread_id


async def test_another_subject_opens_a_new_conversation(here: Here) -> None:
    mail, document = await here.arrived()
    action = await here.propose(await here.begun(document), subject="Something else")
    assert "new_conversation" in codes(action)
    await approve(here.ada, action)
    await becomes(here.ada, action["id"], "succeeded")
    assert sent(here)[0].thread_id != mail.thread_id


@pytest.mark.parametrize("subject", ["Re: Launch", "RE: re: Launch", "AW: Launch", "Re:Launch"])
async def test_the_mark_of_an_answer_stands_once(here: Here, subject: str) -> None:
    _, document = await here.arrived(subject=subject)
    assert (await here.begun(document))["payload"]["subject"] == "Re: Launch"


async def test_a_mail_without_an_id_can_be_answered_and_not_referred_to(here: Here) -> None:
    message = letter("Who am I?", sender=DANA)
    del message["Message-ID"]
    document = await here.document_of(here.mailbox.deliver(message), connection=here.reading)
    begun = await here.begun(document)
    assert codes(begun) == {"new_conversation"}
    action = await here.propose(begun)
    await approve(here.ada, action)
    await becomes(here.ada, action["id"], "succeeded")
    assert (sent(here)[1]["In-Reply-To"], sent(here)[1]["References"]) == (None, None)


async def test_hostile_headers_add_nothing_of_their_own(here: Here) -> None:
    _, document = await here.arrived(
        Message_ID="<a@b> <c@d\t> Bcc: <eve@evil.example>",
        References="<x@y> =?utf-8?q?=0D=0ABcc:_eve@evil.example?= <z z@w> " + "<r@r>" * 3,
        subject="=?utf-8?q?Launch=0D=0ABcc:_eve@evil.example?=",
        Reply_To='"a\u202eb" <dana@partner.example>',
    )
    begun = await here.begun(document)
    assert "\n" not in begun["payload"]["subject"]
    assert "\u202e" not in begun["in_reply_to"]["from"]
    action = await here.propose(begun)
    await approve(here.ada, action)
    await becomes(here.ada, action["id"], "succeeded")
    parsed = sent(here)[1]
    assert (parsed["In-Reply-To"], parsed["References"]) == ("<a@b>", "<x@y> <r@r> <a@b>")
    assert (parsed["Bcc"], parsed["Cc"]) == (None, None)


async def test_addresses_that_mail_cannot_carry_are_left_out_and_named(here: Here) -> None:
    _, document = await here.arrived(to=f"{here.ada.email}, Nobody <no@where>, a@b@c.example")
    begun = await here.begun(document, everybody=True)
    assert [one["address"] for one in begun["payload"]["to"]] == ["dana@partner.example"]
    assert "no@where" in next(one["message"] for one in begun["warnings"] if one["code"] == "left_out")


async def test_who_is_beyond_the_most_recipients_is_named(here: Here) -> None:
    others = ", ".join(f"person{number}@partner.example" for number in range(107))
    _, document = await here.arrived(to=others)
    begun = await here.begun(document, everybody=True)
    assert len(begun["payload"]["to"]) == 100
    [warning] = [one for one in begun["warnings"] if one["code"] == "left_out"]
    assert "person99@partner.example" in warning["message"]
    assert "and 3 more" in warning["message"]
    assert "left_out" not in codes(await here.begun(document))


@pytest.mark.parametrize(
    "headers",
    [{"subject": "=?utf-8?b?abcde?="}, {"to": "a:" * 1_100}, {"Cc": "=?utf-8?b?abcde?= <cleo@partner.example>"}],
    ids=["broken_base64", "groups_in_groups", "broken_name"],
)
async def test_headers_that_break_the_rules_are_answered_all_the_same(here: Here, headers: dict[str, str]) -> None:
    file = f"From: {DANA}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\nHello."
    files = {"files": ("odd.eml", file.encode(), "message/rfc822")}
    document = (await here.ada.call("POST", "/documents", files=files)).json()["items"][0]["id"]
    await _indexed(here, document)
    begun = await here.begun(document, everybody=True)
    assert begun["payload"]["to"] == [{"name": "Dana Roe", "address": "dana@partner.example"}]


async def test_a_conversation_that_is_gone_is_not_answered(here: Here) -> None:
    mail, document = await here.arrived()
    action = await here.propose(await here.begun(document))
    here.mailbox.trash(mail.id)
    refused = await here.asked(document)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "conversation_gone")
    here.mailbox.delete(mail.id)
    await approve(here.ada, action)
    failed = await becomes(here.ada, action["id"], "failed")
    assert failed["reason"]["code"] == "conversation_gone"
    assert here.service.drafts.sent == []


async def test_a_draft_that_gmail_puts_elsewhere_is_not_sent(here: Here) -> None:
    _, document = await here.arrived()
    here.service.drafts.moves = True
    action = await here.propose(await here.begun(document))
    await approve(here.ada, action)
    failed = await becomes(here.ada, action["id"], "failed")
    assert failed["reason"]["code"] == "draft_differs"
    assert (here.service.drafts.sent, here.service.drafts.kept) == ([], {})


async def test_a_file_of_a_mail_is_answered_by_its_own_headers(here: Here) -> None:
    message = letter("By file.", sender=DANA, subject="Filed", References=SECOND)
    message.replace_header("Message-ID", FIRST)
    files = {"files": ("filed.eml", message.as_bytes(), "message/rfc822")}
    document = (await here.ada.call("POST", "/documents", files=files)).json()["items"][0]["id"]
    await _indexed(here, document)
    begun = await here.begun(document)
    assert (begun["payload"]["subject"], begun["payload"]["to"][0]["address"]) == ("Re: Filed", "dana@partner.example")
    to = here.world.address("dana")
    action = await here.propose(begun, via="smtp", to=[{"address": to}])
    assert "new_conversation" not in codes(action)
    await approve(here.ada, action)
    arrived = await here.world.mail.wait_for(to)
    assert (arrived["In-Reply-To"], arrived["References"]) == (FIRST, f"{SECOND} {FIRST}")


async def test_what_is_no_mail_or_has_no_headers_says_so(here: Here) -> None:
    texts = {"items": [{"external_id": "plain", "text": "No mail."}]}
    document = (await here.ada.call("POST", "/documents/text", json=texts)).json()["items"][0]["id"]
    await _indexed(here, document)
    refused = await here.asked(document)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_a_mail")
    payload = {"to": [{"address": "dana@example.com"}], "text": "x", "in_reply_to": document}
    answer = await here.ada.call("POST", "/actions", json={"kind": "email", "payload": payload})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "payload.in_reply_to")


@pytest.mark.parametrize("given", ["", "x" * 65, "a\nb", "a\0b", 7, ["a"], {"id": "a"}])
async def test_what_is_no_id_of_a_document_is_refused(here: Here, given: Any) -> None:
    payload = {"to": [{"address": "dana@example.com"}], "in_reply_to": given}
    answer = await here.ada.call("POST", "/actions", json={"kind": "email", "payload": payload})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "payload.in_reply_to"


async def test_the_mails_of_others_are_not_there(here: Here) -> None:
    _, document = await here.arrived()
    eve = await proven(here.world)
    assert (await here.asked(document, person=eve)).status_code == 404
    payload = {"to": [{"address": "dana@example.com"}], "in_reply_to": document}
    assert (await eve.call("POST", "/actions", json={"kind": "email", "payload": payload})).status_code == 404


async def test_gmail_not_answering_is_told_and_nothing_is_proposed(here: Here) -> None:
    _, document = await here.arrived()
    here.wire.fail_all(lambda request: "/threads/" in request.path, Fault(status=503))
    refused = await here.asked(document)
    assert refused.status_code == 503
    assert "Gmail" in refused.json()["detail"]


async def _indexed(here: Here, document: str) -> None:
    async def look() -> bool:
        return bool((await here.ada.call("GET", f"/documents/{document}")).json()["status"] == "indexed")

    await until_true(look)
