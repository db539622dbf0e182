"""A mail, from its proposal to the mail server: exactly what was approved, once, or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from backend.actions.base import NotDone, Outgoing
from backend.actions.channels.smtp import SmtpChannel
from backend.actions.repository import ACTIONS
from backend.settings import MailSettings
from tests.integration.actions.conftest import proven
from tests.support.accounts import Person, World
from tests.support.mailbox import text_of
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: What ends a line for somebody.
LINE_ENDS = ("\0", "\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
#: Plausible, and no header can carry them.
NOT_MAILABLE = (
    "jörg@example.com",
    "a..b@docomo.ne.jp",
    "me.@docomo.ne.jp",
    ".a@x.com",
    "a@b@x.com",
    "a@x.com.",
    "a@x..com",
)


def mail_to(address: str, subject: str = "Launch", **more: Any) -> dict[str, Any]:
    payload = {"to": [{"name": "Dana", "address": address}], "subject": subject, "text": "We launch.\n", **more}
    return {"kind": "email", "payload": payload}


async def proposed(person: Person, body: dict[str, Any]) -> dict[str, Any]:
    answer = await person.call("POST", "/actions", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def approve(person: Person, action: dict[str, Any]) -> dict[str, Any]:
    """Also one that was sent already in the same words, as whoever sends it once more says."""
    body = {"hash": action["hash"], "confirm": ["repeated"]}
    answer = await person.call("POST", f"/actions/{action['id']}/approve", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def lines_of(mail: EmailMessage) -> list[str]:
    return text_of(mail).splitlines()


async def becomes(person: Person, action_id: str, status: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        shown: dict[str, Any] = (await person.call("GET", f"/actions/{action_id}")).json()
        return shown if shown["status"] == status else None

    return await until_true(look) or {}


async def test_an_approved_mail_is_sent_once_with_a_receipt(here: World, ada: Person) -> None:
    dana = here.address("dana")
    action = await proposed(ada, mail_to(dana))
    assert action["status"] == "awaiting_approval"
    await approve(ada, action)
    done = await becomes(ada, action["id"], "succeeded")
    mail = await here.mail.wait_for(f"Dana <{dana}>")
    assert (mail["Subject"], lines_of(mail)) == ("Launch", ["We launch."])
    assert ada.email in mail["Reply-To"]
    assert mail["Date"] is not None
    assert action["id"] in mail["Message-ID"]
    assert done["receipt"]["details"]["answer"].startswith("250")
    assert [step["to"] for step in done["timeline"]] == [
        "awaiting_approval",
        "approved",
        "scheduled",
        "executing",
        "succeeded",
    ]
    assert len(here.mail.to(f"Dana <{dana}>")) == 1


async def test_what_is_sent_are_the_bytes_that_were_approved(here: World, ada: Person) -> None:
    dana = here.address("dana")
    action = await proposed(ada, mail_to(dana, text="Grüße — 100 € \n.\nend"))
    await approve(ada, action)
    await becomes(ada, action["id"], "succeeded")
    mail = await here.mail.wait_for(f"Dana <{dana}>")
    assert lines_of(mail) == ["Grüße — 100 € ", ".", "end"]


async def test_an_approval_of_other_content_than_is_there_decides_nothing(ada: Person, here: World) -> None:
    dana = here.address("dana")
    action = await proposed(ada, mail_to(dana))
    edited = await ada.call("PATCH", f"/actions/{action['id']}", json={"payload": mail_to(dana, "Other")["payload"]})
    assert edited.json()["hash"] != action["hash"]
    answer = await ada.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "changed")
    await approve(ada, edited.json())
    await becomes(ada, action["id"], "succeeded")
    assert (await here.mail.wait_for(f"Dana <{dana}>"))["Subject"] == "Other"


async def test_of_fifty_approvals_at_once_one_counts(here: World, ada: Person) -> None:
    dana = here.address("dana")
    action = await proposed(ada, mail_to(dana))
    body = {"hash": action["hash"]}
    answers = await asyncio.gather(
        *(ada.call("POST", f"/actions/{action['id']}/approve", json=body) for _ in range(50))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    await becomes(ada, action["id"], "succeeded")
    assert len(here.mail.to(f"Dana <{dana}>")) == 1


async def test_a_rejected_one_cannot_be_approved(ada: Person, here: World) -> None:
    action = await proposed(ada, mail_to(here.address("dana")))
    rejected = await ada.call("POST", f"/actions/{action['id']}/reject", json={"reason": "not now"})
    assert rejected.json()["status"] == "rejected"
    answer = await ada.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "is_rejected")


async def test_a_scheduled_one_can_be_undone(ada: Person, here: World) -> None:
    at = datetime.now(UTC) + timedelta(days=1)
    action = await proposed(ada, {**mail_to(here.address("dana")), "schedule_at": at.isoformat()})
    approved = await approve(ada, action)
    assert approved["status"] == "scheduled"
    assert approved["scheduled_at"] is not None
    cancelled = await ada.call("POST", f"/actions/{action['id']}/cancel")
    assert cancelled.json()["status"] == "cancelled"


async def test_what_the_server_refuses_for_now_is_tried_again_and_nothing_sent_twice(here: World, ada: Person) -> None:
    dana = here.address("dana")
    here.mail.refuse = True
    try:
        action = await proposed(ada, mail_to(dana))
        await approve(ada, action)

        async def tried() -> dict[str, Any] | None:
            shown: dict[str, Any] = (await ada.call("GET", f"/actions/{action['id']}")).json()
            return shown if shown["attempts"] and shown["status"] == "scheduled" else None

        waiting = await until_true(tried)
    finally:
        here.mail.refuse = False
    assert waiting is not None
    assert waiting["attempts"][0]["outcome"] == "not_done"
    assert here.mail.to(f"Dana <{dana}>") == []


async def test_an_attachment_goes_as_the_file_that_it_is(here: World, ada: Person) -> None:
    content = b"a,b\n1,2\n"
    files = [("files", ("figures.csv", content, "text/csv"))]
    document = (await ada.call("POST", "/documents", files=files)).json()["items"][0]["id"]
    dana = here.address("dana")
    at = datetime.now(UTC) + timedelta(days=1)
    body = {**mail_to(dana, attachments=[{"document_id": document}]), "schedule_at": at.isoformat()}
    action = await proposed(ada, body)
    assert action["preview"]["attachments"][0]["name"] == "figures.csv"
    await approve(ada, action)
    assert (await ada.call("DELETE", f"/documents/{document}")).status_code == 204
    records = here.app.container.database.collection(ACTIONS)
    await records.update_one({"_id": action["id"]}, {"$set": {"due_at": datetime.now(UTC)}})  # its hour has come
    await becomes(ada, action["id"], "succeeded")
    mail = await here.mail.wait_for(f"Dana <{dana}>")
    [attached] = list(mail.iter_attachments())
    assert attached.get_content() == content


async def test_what_was_deleted_before_anybody_approved_ends_the_proposal(here: World, ada: Person) -> None:
    files = [("files", ("figures.csv", b"a,b", "text/csv"))]
    document = (await ada.call("POST", "/documents", files=files)).json()["items"][0]["id"]
    dana = here.address("dana")
    action = await proposed(ada, mail_to(dana, attachments=[{"document_id": document}]))
    assert (await ada.call("DELETE", f"/documents/{document}")).status_code == 204
    answer = await ada.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "is_cancelled")
    assert "'figures.csv' was deleted" in answer.json()["detail"]
    assert here.mail.to(f"Dana <{dana}>") == []


async def test_other_people_do_not_see_it(here: World, ada: Person) -> None:
    action = await proposed(ada, mail_to(here.address("dana")))
    eve = await proven(here)
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/approve")):
        body = {"json": {"hash": action["hash"]}} if path == "/approve" else {}
        answer = await eve.call(method, f"/actions/{action['id']}{path}", **body)
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "a\r\nBcc: eve@example.com"}, "payload.subject"),
        ({"to": [{"address": "a@example.com,b@example.com"}]}, "payload.to.0.address"),
        ({"to": [{"name": "D\nana", "address": "dana@example.com"}]}, "payload.to.0.name"),
        ({"to": []}, "payload.to"),
        ({"colour": "red"}, "payload.colour"),
    ],
)
async def test_what_is_no_mail_is_refused_by_its_field(ada: Person, change: dict[str, Any], field: str) -> None:
    answer = await ada.call("POST", "/actions", json=mail_to("dana@example.com", **change))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_domain_beyond_ascii_is_shown_and_sent_to_in_its_ascii_form(here: World, ada: Person) -> None:
    dana = f"{here.address('dana').partition('@')[0]}@münchen.example"
    ascii_form = dana.replace("münchen", "xn--mnchen-3ya")
    action = await proposed(ada, mail_to(dana))
    assert action["preview"]["to"] == [{"name": "Dana", "address": ascii_form}]
    await approve(ada, action)
    await becomes(ada, action["id"], "succeeded")
    assert (await here.mail.wait_for(f"Dana <{ascii_form}>"))["Subject"] == "Launch"


async def test_an_address_that_cannot_be_said_to_the_server_left_nothing(here: World) -> None:
    channel = SmtpChannel(MailSettings.model_validate(here.mail.settings))
    request = {"sender": "no-reply@example.com", "recipients": ["dana@example.com", "ann@münchen.example"]}
    with pytest.raises(NotDone) as refused:
        await channel.send(Outgoing(b"Subject: Launch\r\n\r\n", request, "a1"), now=datetime.now(UTC))
    assert (refused.value.reason.code, refused.value.again_after_seconds) == ("address_not_mailable", None)


async def test_what_no_header_can_carry_is_refused_by_its_field(ada: Person) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        *(({"subject": f"a{end}b"}, "payload.subject") for end in LINE_ENDS),
        *(({"to": [{"name": f"D{end}", "address": "dana@example.com"}]}, "payload.to.0.name") for end in LINE_ENDS),
        *(({"to": [{"address": one}]}, "payload.to.0.address") for one in NOT_MAILABLE),
        *(({"bcc": [{"address": one}]}, "payload.bcc.0.address") for one in NOT_MAILABLE),
    ]
    for change, field in changes:
        answer = await ada.call("POST", "/actions", json=mail_to("dana@example.com", **change))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_the_list_is_narrowed_by_state_and_kind(ada: Person, here: World) -> None:
    action = await proposed(ada, mail_to(here.address("dana")))

    async def found(**wanted: str) -> list[str]:
        page = (await ada.call("GET", "/actions", params=wanted)).json()
        return [one["id"] for one in page["items"]]

    assert await found(kind="email") == await found(status="awaiting_approval", kind="email") == [action["id"]]
    assert await found(kind="calendar") == await found(status="rejected", kind="email") == []
    assert (await ada.call("GET", "/actions", params={"kind": "pigeon"})).status_code == 422


async def test_a_repeated_proposal_with_its_key_is_one(ada: Person, here: World) -> None:
    body, headers = mail_to(here.address("dana")), {"Idempotency-Key": "once"}
    first = await ada.call("POST", "/actions", json=body, headers=headers)
    second = await ada.call("POST", "/actions", json=body, headers=headers)
    assert first.json()["id"] == second.json()["id"]


async def test_without_a_proven_address_nothing_is_proposed(here: World) -> None:
    person = await here.person()
    answer = await person.call("POST", "/actions", json=mail_to(here.address("dana")))
    assert (answer.status_code, answer.json()["code"]) == (409, "address_not_confirmed")
