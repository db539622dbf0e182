"""An appointment by mail where no calendar is connected: read by a calendar's own library as what was approved."""

from email.message import EmailMessage
from typing import Any

import pytest

from backend.actions.repository import ACTIONS
from backend.auth.repository import USERS
from tests.integration.actions.calendar_place import appointment, at
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import LINE_ENDS, NOT_MAILABLE, approve, becomes, mail_to, proposed
from tests.support.accounts import Person, World
from tests.support.invitations import read_invitation

pytestmark = pytest.mark.asyncio(loop_scope="module")


def invitation_to(*addresses: str, **more: Any) -> dict[str, Any]:
    attendees = [{"address": one, "name": "Dana"} for one in addresses]
    return {"kind": "calendar", "via": "smtp", "payload": appointment(attendees=attendees, **more)}


def event_of(mail: EmailMessage) -> tuple[Any, Any]:
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar, event = read_invitation(part.get_content().replace("\r\n", "\n").replace("\n", "\r\n"))
    assert part.get_param("method") == calendar["METHOD"]
    return calendar, event


async def sent(person: Person, body: dict[str, Any]) -> dict[str, Any]:
    action = await proposed(person, body)
    await approve(person, action)
    return await becomes(person, action["id"], "succeeded")


async def test_the_guests_get_an_invitation_and_who_invites_a_copy(here: World, ada: Person) -> None:
    dana = here.address("dana")
    action = await sent(ada, invitation_to(dana, title="Launch; and, so on", description="Bring\ncake"))
    mail = await here.mail.wait_for(f"Dana <{dana}>")
    calendar, event = event_of(mail)
    assert calendar["METHOD"] == "REQUEST"
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("Launch; and, so on", "Bring\ncake")
    assert event["DTSTART"].dt.isoformat() == "2027-12-02T09:00:00+00:00"
    assert (event["ORGANIZER"], event["ATTENDEE"]) == (f"mailto:{ada.email}", f"mailto:{dana}")
    assert (ada.email in mail["Cc"], ada.email in mail["Reply-To"]) == (True, True)
    assert action["preview"]["mails"] == [dana, ada.email]
    assert action["preview"]["start"]["weekday"] == "Thursday"
    assert "calendar_unknown" in {one["code"] for one in action["warnings"]}
    assert "Thursday, 2027-12-02 10:00 (UTC+01:00, Europe/Berlin)" in action["preview"]["text"]


async def test_it_is_changed_and_cancelled_under_the_same_name_and_a_later_number(here: World, ada: Person) -> None:
    dana = here.address("dana")
    first = await sent(ada, invitation_to(dana))
    _, event = event_of(await here.mail.wait_for(f"Dana <{dana}>"))
    later = {
        "operation": "update",
        "event_id": first["id"],
        "start": at("2027-12-02T11:00"),
        "end": at("2027-12-02T12:00"),
    }
    changed = await sent(ada, {"kind": "calendar", "via": "smtp", "payload": later})
    cancelled = await sent(
        ada, {"kind": "calendar", "via": "smtp", "payload": {"operation": "cancel", "event_id": first["id"]}}
    )
    mails = here.mail.to(f"Dana <{dana}>")
    assert [mail["Subject"] for mail in mails] == ["Invitation: Launch", "Changed: Launch", "Cancelled: Launch"]
    events = [event_of(mail) for mail in mails]
    assert [calendar["METHOD"] for calendar, _ in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {one["UID"] for _, one in events} == {event["UID"]}
    first_number, *numbers = [int(one["SEQUENCE"]) for _, one in events]
    assert first_number == 0 < min(numbers)
    assert numbers == sorted(numbers)
    assert (changed["preview"]["mails"], cancelled["preview"]["mails"]) == ([dana, ada.email], [dana, ada.email])


async def test_two_changes_of_one_second_have_numbers_of_their_own(here: World, ada: Person) -> None:
    first = await sent(ada, invitation_to(here.address("dana")))
    change = {"operation": "update", "event_id": first["id"]}
    body = {"kind": "calendar", "via": "smtp", "payload": change}
    made = [await proposed(ada, {**body, "payload": {**change, "title": f"Lunch {number}"}}) for number in range(4)]
    await ada.call("PATCH", f"/actions/{made[0]['id']}", json={"payload": {**change, "title": "Dinner"}})
    records = here.app.container.database.collection(ACTIONS)
    numbers = [
        record["artefact"]["request"]["sequence"]
        for record in await records.find({"_id": {"$in": [one["id"] for one in made]}}, sort=[("_id", 1)])
    ]
    assert len(set(numbers)) == 4
    assert numbers[1:] == sorted(numbers[1:])
    assert numbers[0] > numbers[-1]  # it was changed after the others were made


async def test_what_was_cancelled_is_not_changed_and_says_what_to_do(here: World, ada: Person) -> None:
    first = await sent(ada, invitation_to(here.address("dana")))
    body = {"kind": "calendar", "via": "smtp", "payload": {"operation": "cancel", "event_id": first["id"]}}
    waiting = await proposed(ada, body)
    change = {**body, "payload": {"operation": "update", "event_id": first["id"], "title": "Lunch"}}
    await proposed(ada, change)  # nobody has cancelled it yet
    await approve(ada, waiting)
    await becomes(ada, waiting["id"], "succeeded")
    answer = await ada.call("POST", "/actions", json=change)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("payload.event_id", "cancelled")
    assert error["message"].endswith("Invite to a new one instead.")
    await proposed(ada, body)  # to tell them once more does no harm


async def test_a_change_keeps_what_was_changed_before(here: World, ada: Person) -> None:
    dana = here.address("dana")
    first = await sent(ada, invitation_to(dana, location="Room 4"))

    async def change(**more: Any) -> dict[str, Any]:
        payload = {"operation": "update", "event_id": first["id"], **more}
        return await proposed(ada, {"kind": "calendar", "via": "smtp", "payload": payload})

    moved = await change(start=at("2027-12-02T11:00"), end=at("2027-12-02T12:00"))
    await change(title="Lunch")  # nobody approves it
    await approve(ada, moved)
    await becomes(ada, moved["id"], "succeeded")
    lost = await change(location="Room 5")
    await approve(ada, lost)
    await becomes(ada, lost["id"], "succeeded")
    records = here.app.container.database.collection(ACTIONS)
    await records.update_one({"_id": lost["id"]}, {"$set": {"status": "unknown"}})
    told = await change(description="Bring cake")
    await approve(ada, told)
    await becomes(ada, told["id"], "succeeded")
    *_, last = [event_of(mail)[1] for mail in here.mail.to(f"Dana <{dana}>")]
    assert last["DTSTART"].dt.isoformat() == "2027-12-02T10:00:00+00:00"
    assert (last["LOCATION"], last["DESCRIPTION"], last["SUMMARY"]) == ("Room 5", "Bring cake", "Launch")
    assert (told["preview"]["location"], told["preview"]["start"]["local"]) == ("Room 5", "2027-12-02T11:00")


async def test_nobody_changes_the_invitation_of_others(here: World, ada: Person) -> None:
    first = await sent(ada, invitation_to(here.address("dana")))
    eve = await proven(here)
    for event_id in (first["id"], "nothing00"):
        payload = {"operation": "cancel", "event_id": event_id}
        answer = await eve.call("POST", "/actions", json={"kind": "calendar", "via": "smtp", "payload": payload})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "payload.event_id")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"conference": True}, "payload.conference"),
        ({"send_updates": "none"}, "payload.send_updates"),
        ({"scope": "all"}, "payload.scope"),
        ({"event_id": "nothing00"}, "payload.event_id"),
        ({"attendees": []}, "payload.attendees"),
        ({"title": "x\r\nATTENDEE:mailto:eve@example.com"}, "payload.title"),
        ({"operation": "update"}, "payload.event_id"),
        ({"start": at("2027-03-28T02:30")}, "payload.start"),
    ],
)
async def test_what_cannot_be_said_by_mail_is_refused_by_its_field(
    ada: Person, change: dict[str, Any], field: str
) -> None:
    body = invitation_to("dana@example.com")
    body["payload"] |= change
    answer = await ada.call("POST", "/actions", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_domains_beyond_ascii_are_sent_to_in_their_ascii_form(here: World) -> None:
    ada = await proven(here)
    own, dana = (here.address(name).replace("example.com", "münchen.example") for name in ("ada", "dana"))
    users = here.app.container.database.collection(USERS)
    await users.update_one({"_id": ada.id}, {"$set": {"email": own}})
    action = await sent(ada, invitation_to(dana))
    own, dana = (one.replace("münchen", "xn--mnchen-3ya") for one in (own, dana))
    mail = await here.mail.wait_for(f"Dana <{dana}>")
    _, event = event_of(mail)
    assert (event["ORGANIZER"], event["ATTENDEE"]) == (f"mailto:{own}", f"mailto:{dana}")
    assert (own in mail["Cc"], own in mail["Reply-To"]) == (True, True)
    assert action["preview"]["mails"] == [dana, own]


async def test_what_no_header_can_carry_is_refused_by_its_field(ada: Person) -> None:
    changes: list[tuple[dict[str, Any], str]] = [
        *(({"title": f"a{end}b"}, "payload.title") for end in LINE_ENDS),
        *(({"location": f"a{end}"}, "payload.location") for end in LINE_ENDS),
        *(({"attendees": [{"address": one}]}, "payload.attendees.0.address") for one in NOT_MAILABLE),
    ]
    for change, field in changes:
        body = invitation_to("dana@example.com")
        body["payload"] |= change
        answer = await ada.call("POST", "/actions", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("address", ["me.@docomo.ne.jp", "jörg@example.com"])
async def test_whose_own_address_no_mail_can_carry_is_told_so(here: World, address: str) -> None:
    person = await proven(here)
    users = here.app.container.database.collection(USERS)
    await users.update_one({"_id": person.id}, {"$set": {"email": address}})
    invitation = appointment(attendees=[{"address": "dana@example.com"}])
    for body in (mail_to("dana@example.com"), {"kind": "calendar", "via": "smtp", "payload": invitation}):
        answer = await person.call("POST", "/actions", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "address_not_mailable")
