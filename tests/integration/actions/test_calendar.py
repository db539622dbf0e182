"""An appointment in a person's own calendar: made once, never twice, and found when its answer is lost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from backend.actions.base import NotDone, Outgoing
from backend.actions.channels.google_calendar import GoogleCalendarChannel
from backend.actions.paces import ACTION_PACES
from backend.actions.repository import ACTIONS
from backend.actions.services.calendar_event import event_id_of
from backend.connectors.acting.google_calendar import GoogleCalendarActionSettings
from backend.connectors.base import Options, StaticCredential
from backend.connectors.manifest import Setup
from tests.integration.actions.calendar_place import (
    CalendarPlace,
    appointment,
    at,
    calendar_place,
    changes,
    connect_calendar,
    looks_for,
)
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import approve, becomes, proposed
from tests.support.provider_wire import Fault
from tests.support.waiting import until_true

pytestmark = pytest.mark.asyncio(loop_scope="module")

DANA, SAM = "dana@example.com", "sam@outside.example"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CalendarPlace]:
    async with calendar_place(tmp_path_factory.mktemp("data")) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def here(module_place: CalendarPlace) -> AsyncIterator[CalendarPlace]:
    module_place.service.reset()
    module_place.service.calendar(module_place.ada.email)
    module_place.service.calendar(DANA, "America/New_York")
    module_place.service.shared.add(DANA)
    module_place.wire.mend()
    module_place.wire.journal.clear()
    # What one test was asked to wait for holds the whole account.
    await module_place.world.app.container.database.collection(ACTION_PACES).delete_many({})
    yield module_place
    module_place.wire.mend()


def invited(*addresses: str) -> list[dict[str, Any]]:
    return [{"address": address} for address in addresses]


async def test_it_is_made_once_under_an_id_of_its_own_with_all_that_was_approved(here: CalendarPlace) -> None:
    action = await here.approved(
        **appointment(
            attendees=[{"address": DANA, "name": "Dana"}, {"address": SAM, "optional": True}],
            location="Room 4",
            description="a < b\n& more",
            conference=True,
        )
    )
    done = await becomes(here.ada, action["id"], "succeeded")
    event_id = event_id_of(action["id"])
    event = here.calendar.events[event_id]
    assert (event["summary"], event["location"]) == ("Launch", "Room 4")
    assert event["start"] == {"dateTime": "2027-12-02T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert event["description"] == "a &lt; b\n&amp; more"
    assert [(one["email"], one.get("optional", False)) for one in event["attendees"]] == [(DANA, False), (SAM, True)]
    assert event["hangoutLink"]
    assert here.changes == [("POST", "sendUpdates=all&conferenceDataVersion=1")]
    assert here.service.mailed == [("insert", "all", [DANA, SAM])]
    assert action["preview"]["mails"] == [DANA, SAM]
    assert (done["receipt"]["id"], done["receipt"]["url"]) == (event_id, event["htmlLink"])


async def test_the_card_says_the_day_the_zone_and_each_guests_own_time(here: CalendarPlace) -> None:
    here.calendar.busy.clear()
    dana = here.service.calendar(DANA)
    dana.busy.append((datetime(2027, 12, 2, 8, tzinfo=UTC), datetime(2027, 12, 2, 10, tzinfo=UTC)))
    action = await here.proposed(**appointment(attendees=invited(DANA, SAM)))
    preview = action["preview"]
    assert preview["start"] == {
        "local": "2027-12-02T10:00", "zone": "Europe/Berlin", "weekday": "Thursday", "utc_offset": "+01:00",
    }  # fmt: skip
    by_guest = {guest["address"]: guest for guest in preview["guests"]}
    told = [(by_guest[one]["local_start"], by_guest[one]["zone"], by_guest[one]["availability"]) for one in (DANA, SAM)]
    assert told == [
        ("2027-12-02T04:00", "America/New_York", "busy"),
        ("2027-12-02T10:00", "Europe/Berlin", "unknown"),
    ]
    codes = {one["code"] for one in action["warnings"]} - {"repeated"}  # of another test
    assert codes == {"outside", "guest_busy", "calendar_unknown", "outside_hours"}


@pytest.mark.parametrize(
    ("told", "parameter", "mails"),
    [("all", "all", [DANA, SAM]), ("external", "externalOnly", [SAM]), ("none", "none", [])],
)
async def test_whom_it_mails_is_said_and_sent_along(
    here: CalendarPlace, told: str, parameter: str, mails: list[str]
) -> None:
    action = await here.approved(**appointment(attendees=invited(DANA, SAM), send_updates=told))
    assert action["preview"]["mails"] == mails
    (record,) = await here.world.app.container.database.collection(ACTIONS).find({"_id": action["id"]})
    assert record["artefact"]["request"]["recipients"] == [DANA, SAM]  # whom it reaches, mailed or not
    await becomes(here.ada, action["id"], "succeeded")
    assert here.service.mailed == [("insert", parameter, mails)]
    assert here.changes == [("POST", f"sendUpdates={parameter}&conferenceDataVersion=0")]


async def test_other_parameters_are_another_hash(here: CalendarPlace) -> None:
    action = await here.proposed(**appointment(attendees=invited(SAM)))
    quiet = appointment(attendees=invited(SAM), send_updates="none")
    edited = await here.ada.call("PATCH", f"/actions/{action['id']}", json={"payload": quiet})
    assert edited.status_code == 200, edited.text
    assert edited.json()["hash"] != action["hash"]


async def test_whole_days_end_with_their_last(here: CalendarPlace) -> None:
    action = await here.approved(**appointment(all_day=True, start=at("2027-12-02"), end=at("2027-12-03")))
    await becomes(here.ada, action["id"], "succeeded")
    event = here.calendar.events[event_id_of(action["id"])]
    assert (event["start"], event["end"]) == ({"date": "2027-12-02"}, {"date": "2027-12-04"})
    assert (action["preview"]["start"]["local"], action["preview"]["end"]["local"]) == ("2027-12-02", "2027-12-03")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"start": at("2027-03-28T02:30"), "end": at("2027-03-28T04:00")}, "payload.start", "hour_does_not_exist"),
        ({"start": at("2027-10-31T02:30"), "end": at("2027-10-31T04:00")}, "payload.start", "hour_exists_twice"),
        ({"start": at("2027-12-02T10:00", "Berlin")}, "payload.start.zone", "unknown_zone"),
        ({"start": at("2027-12-02T10:00", "../../etc/passwd")}, "payload.start.zone", "unknown_zone"),
        ({"start": at("tomorrow")}, "payload.start.local", "not_a_time"),
        ({"start": at("2027-12-02T11:00")}, "payload.end", "before_start"),
        ({"start": at("2027-12-02")}, "payload.start", "not_a_time"),
        ({"start": at("2027-12-02T10:00", utc_offset="+02:00")}, "payload.start", "offset_does_not_fit"),
        ({"all_day": True}, "payload.start", "not_a_day"),
        ({"end": None}, "payload.end", "missing"),
        ({"title": "a\r\nb"}, "payload.title", "value_error"),
        ({"attendees": [{"address": "a@example.com,b@example.com"}]}, "payload.attendees.0.address", "value_error"),
        ({"attendees": invited(DANA, "Dana@EXAMPLE.com")}, "payload.attendees", "twice"),
        ({"colour": "red"}, "payload.colour", "extra_forbidden"),
        ({"scope": "all"}, "payload.scope", "not_new"),
        ({"operation": "update"}, "payload.event_id", "missing"),
        ({"operation": "update", "event_id": "nothing00"}, "payload.event_id", "not_there"),
        ({"operation": "cancel", "event_id": "../../x"}, "payload.event_id", "string_pattern_mismatch"),
    ],
)
async def test_what_is_no_appointment_is_refused_by_its_field(
    here: CalendarPlace, change: dict[str, Any], field: str, code: str
) -> None:
    assert (await here.refused(**appointment(**change)))[:2] == (field, code)
    assert here.changes == []


async def test_an_hour_that_is_there_twice_is_said_by_its_offset(here: CalendarPlace) -> None:
    start, end = at("2027-10-31T02:30", utc_offset="+01:00"), at("2027-10-31T03:30")
    action = await here.approved(**appointment(start=start, end=end))
    await becomes(here.ada, action["id"], "succeeded")
    assert here.calendar.events[event_id_of(action["id"])]["start"]["dateTime"] == "2027-10-31T02:30:00+01:00"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=429, headers=(("retry-after", "1"),)), "source_rate_limited"),
        (Fault(status=403, body={"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}), "source_rate_limited"),
        (Fault(status=403, body={"error": {"errors": [{"reason": "quotaExceeded"}]}}), "source_rate_limited"),
    ],
)
async def test_what_certainly_did_not_happen_waits_for_its_next_attempt(
    here: CalendarPlace, fault: Fault, code: str
) -> None:
    here.wire.fail(1, fault, where=changes)
    action = await here.approved(**appointment())

    async def tried() -> dict[str, Any] | None:
        shown = await here.shown(action)
        return shown if shown["attempts"] and shown["status"] == "scheduled" else None

    waiting = await until_true(tried)
    assert waiting is not None
    assert (waiting["attempts"][0]["outcome"], waiting["reason"]["code"]) == ("not_done", code)
    assert (here.calendar.events, len(here.changes)) == ({}, 1)
    # Its next attempt is not to come into another test.
    assert (await here.ada.call("POST", f"/actions/{action['id']}/cancel")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(status=401), "reauth_required"),
        (Fault(status=403), "permission_missing"),
        (Fault(status=403, body={"error": {"errors": [{"reason": "accessNotConfigured"}]}}), "invalid_config"),
        (Fault(status=400), "refused"),
        (Fault(status=413), "refused"),
        (Fault(status=404), "gone"),
    ],
)
async def test_what_is_refused_is_asked_once_and_has_failed(here: CalendarPlace, fault: Fault, code: str) -> None:
    here.wire.fail(1, fault, where=changes)
    action = await here.approved(**appointment())
    failed = await becomes(here.ada, action["id"], "failed")
    assert (failed["reason"]["code"], here.calendar.events, len(here.changes)) == (code, {}, 1)


_UNCLEAR = [
    Fault("drop"),
    Fault("after"),
    Fault("cut"),
    Fault("garble"),
    Fault(status=500),
    Fault(status=503),
    Fault(status=418),
]


@pytest.mark.parametrize("fault", _UNCLEAR)
async def test_what_may_have_happened_is_unknown_until_it_is_seen_and_never_made_again(
    here: CalendarPlace, fault: Fault
) -> None:
    here.wire.fail(1, fault, where=changes)
    action = await here.approved(**appointment(attendees=invited(DANA)))
    unknown = await becomes(here.ada, action["id"], "unknown")
    assert unknown["attempts"][0]["outcome"] == "lost"
    made = len(here.calendar.events)
    assert made == (0 if fault.how in ("answer", "drop") else 1)
    shown = await here.look_now(action)
    assert (shown["status"], len(here.changes)) == ("succeeded" if made else "unknown", 1)
    if made:
        assert shown["receipt"]["id"] == event_id_of(action["id"])
        assert len(here.service.mailed) == 1


async def test_a_look_that_fails_proves_nothing(here: CalendarPlace) -> None:
    here.wire.fail(1, Fault("after"), where=changes)
    action = await here.approved(**appointment())
    await becomes(here.ada, action["id"], "unknown")
    here.wire.fail_all(lambda request: "/events/" in request.path, Fault(status=500))
    assert (await here.look_now(action))["status"] == "unknown"
    here.wire.mend()
    assert (await here.look_now(action))["status"] == "succeeded"


async def _again(here: CalendarPlace, action: dict[str, Any]) -> None:
    body = {"confirm": ["may_be_sent_twice"]}
    assert (await here.ada.call("POST", f"/actions/{action['id']}/retry", json=body)).status_code == 200


async def test_tried_again_by_a_person_it_is_there_once_all_the_same(here: CalendarPlace) -> None:
    here.wire.fail(1, Fault("after"), where=changes)
    action = await here.approved(**appointment(attendees=invited(DANA)))
    await becomes(here.ada, action["id"], "unknown")
    await _again(here, action)
    done = await becomes(here.ada, action["id"], "succeeded")
    assert (len(here.calendar.events), len(here.service.mailed), done["receipt"]["id"]) == (
        1, 1, event_id_of(action["id"]),
    )  # fmt: skip


async def test_what_was_cancelled_since_has_existed_and_is_not_made_again(here: CalendarPlace) -> None:
    here.wire.fail(1, Fault("after"), where=changes)
    action = await here.approved(**appointment())
    await becomes(here.ada, action["id"], "unknown")
    here.calendar.delete(event_id_of(action["id"]))
    await _again(here, action)
    done = await becomes(here.ada, action["id"], "succeeded")
    assert done["receipt"]["details"] == {"status": "cancelled"}
    assert [event["status"] for event in here.calendar.events.values()] == ["cancelled"]


async def test_something_else_under_its_id_is_not_taken_for_it(here: CalendarPlace) -> None:
    action = await here.proposed(**appointment())
    times = {name: {"dateTime": "2027-12-02T10:00:00Z", "timeZone": "UTC"} for name in ("start", "end")}
    times["end"] = {"dateTime": "2027-12-02T11:00:00Z", "timeZone": "UTC"}
    here.calendar.insert({"id": event_id_of(action["id"]), "summary": "Other", **times})
    await approve(here.ada, action)
    failed = await becomes(here.ada, action["id"], "failed")
    assert failed["reason"]["code"] == "id_taken"
    assert [event["summary"] for event in here.calendar.events.values()] == ["Other"]


async def test_a_duplicate_that_is_ours_is_what_was_sent(here: CalendarPlace) -> None:
    """Made by an attempt whose request arrives between the look and the call."""
    action = await here.proposed(**appointment())
    here.wire.fail(1, Fault("after"), where=changes)
    here.wire.fail(1, Fault(status=404), where=looks_for(action))
    await approve(here.ada, action)
    await becomes(here.ada, action["id"], "unknown")
    here.wire.fail(1, Fault(status=404), where=looks_for(action))
    await _again(here, action)
    await becomes(here.ada, action["id"], "succeeded")
    assert [method for method, _ in here.changes] == ["POST", "POST"]
    assert (len(here.calendar.events), len(here.service.mailed)) == (1, 1)


async def test_what_cannot_be_looked_for_beforehand_is_not_sent_yet(here: CalendarPlace) -> None:
    action = await here.proposed(**appointment())
    here.wire.fail(1, Fault(status=500), where=looks_for(action))
    await approve(here.ada, action)

    async def tried() -> bool:
        shown = await here.shown(action)
        return bool(shown["attempts"] and shown["status"] == "scheduled")

    await until_true(tried)
    assert here.changes == []
    assert (await here.ada.call("POST", f"/actions/{action['id']}/cancel")).status_code == 200


async def test_a_duplicate_that_cannot_be_looked_at_stays_unknown(here: CalendarPlace) -> None:
    action = await here.proposed(**appointment())
    here.wire.fail(1, Fault(status=409), where=changes)
    here.wire.fail(2, Fault(status=500), where=looks_for(action))
    await approve(here.ada, action)
    unknown = await becomes(here.ada, action["id"], "unknown")
    assert unknown["reason"]["code"] == "answer_unclear"


async def test_others_do_not_have_this_way(here: CalendarPlace) -> None:
    eve = await proven(here.world)
    refused = await eve.call("POST", "/actions", json=here.body(**appointment()))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "via")
    ways = (await here.ada.call("GET", "/actions/ways")).json()["items"]
    assert (here.via, "calendar", here.ada.email) in [(one["via"], one["kind"], one["address"]) for one in ways]


async def test_a_calendar_that_is_gone_takes_nothing(here: CalendarPlace) -> None:
    ben = await proven(here.world)
    made = await connect_calendar(ben, here.service)
    action = await proposed(ben, {**here.body(**appointment()), "via": made["id"]})
    assert (await ben.call("DELETE", f"/connections/{made['id']}")).status_code == 204
    refused = await ben.call("POST", f"/actions/{action['id']}/approve", json={"hash": action["hash"]})
    assert (refused.status_code, refused.json()["code"], here.changes) == (409, "is_cancelled", [])


async def test_a_call_that_never_arrived_did_not_happen() -> None:
    settings = GoogleCalendarActionSettings(api_url="http://127.0.0.1:9")  # nobody listens there
    channel = GoogleCalendarChannel(Setup("oauth", StaticCredential(SecretStr("token")), Options(), settings))
    request = {"method": "POST", "path": "/calendar/v3/calendars/a/events", "params": {}, "headers": {}}
    with pytest.raises(NotDone) as refused:
        await channel.send(Outgoing(b"{}", request, "a1"), now=datetime.now(UTC))
    assert (refused.value.reason.code, refused.value.again_after_seconds) == ("source_unavailable", 0.0)
    await channel.close()
