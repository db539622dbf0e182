"""Changes of appointments that are there: of exactly the version that was seen, with the guests' answers, once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from backend.actions.repository import ACTIONS
from tests.integration.actions.calendar_place import CalendarPlace, at, calendar_place, changes
from tests.integration.actions.conftest import proven
from tests.integration.actions.test_email import approve, becomes
from tests.support.provider_wire import Fault

pytestmark = pytest.mark.asyncio(loop_scope="module")

DANA, SAM, KIM, EVE = "dana@example.com", "sam@outside.example", "kim@example.com", "eve@far.example"
THERE = "there00"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CalendarPlace]:
    async with calendar_place(tmp_path_factory.mktemp("data")) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def here(module_place: CalendarPlace) -> AsyncIterator[CalendarPlace]:
    """With an appointment that Dana has accepted and Sam has declined, and a series of five Thursdays."""
    module_place.service.reset()
    calendar = module_place.calendar
    guests = [
        {"email": DANA, "responseStatus": "accepted", "comment": "gladly"},
        {"email": SAM, "responseStatus": "declined", "optional": True},
    ]
    calendar.insert({"id": THERE, "summary": "Launch", "location": "Room 4", "attendees": guests, **_times(2)})
    calendar.insert({"id": "series0", "summary": "Weekly", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"], **_times(2)})
    module_place.wire.mend()
    module_place.wire.journal.clear()
    yield module_place
    module_place.wire.mend()


def _times(day: int) -> dict[str, Any]:
    zone = {"timeZone": "Europe/Berlin"}
    return {
        "start": {"dateTime": f"2027-12-{day:02d}T10:00:00+01:00", **zone},
        "end": {"dateTime": f"2027-12-{day:02d}T10:30:00+01:00", **zone},
    }


def update(event_id: str = THERE, **more: Any) -> dict[str, Any]:
    return {"operation": "update", "event_id": event_id, **more}


def cancel(event_id: str = THERE, **more: Any) -> dict[str, Any]:
    return {"operation": "cancel", "event_id": event_id, **more}


async def test_only_what_differs_is_changed_and_answers_stay(here: CalendarPlace) -> None:
    guests = [{"address": DANA}, {"address": SAM, "optional": True}, {"address": KIM}]
    action = await here.approved(**update(title="Launch", location="Room 5", attendees=guests))
    assert action["preview"]["changes"] == [
        {"field": "location", "before": "Room 4", "after": "Room 5"},
        {"field": "attendees", "before": [DANA, SAM], "after": [DANA, SAM, KIM]},
    ]
    await becomes(here.ada, action["id"], "succeeded")
    event = here.calendar.events[THERE]
    answers = {guest["email"]: guest["responseStatus"] for guest in event["attendees"]}
    assert answers == {DANA: "accepted", SAM: "declined", KIM: "needsAction"}
    assert event["attendees"][0]["comment"] == "gladly"
    assert (event["location"], event["summary"], event["start"]) == ("Room 5", "Launch", _times(2)["start"])
    assert here.changes == [("PATCH", "sendUpdates=all&conferenceDataVersion=0")]


async def test_who_is_no_more_invited_is_mailed_too_and_said(here: CalendarPlace) -> None:
    action = await here.approved(**update(attendees=[{"address": DANA}]))
    assert action["preview"]["mails"] == [DANA, SAM]
    await becomes(here.ada, action["id"], "succeeded")
    ((_, _, mailed),) = here.service.mailed
    assert sorted(mailed) == [DANA, SAM]


async def test_it_is_moved_and_does_not_stand_in_its_own_way(here: CalendarPlace) -> None:
    action = await here.approved(**update(start=at("2027-12-02T10:00"), end=at("2027-12-02T10:15")))
    assert "organizer_busy" not in {one["code"] for one in action["warnings"]}
    await becomes(here.ada, action["id"], "succeeded")
    assert here.calendar.events[THERE]["end"]["dateTime"] == "2027-12-02T10:15:00+01:00"


async def test_what_was_changed_meanwhile_is_not_overwritten(here: CalendarPlace) -> None:
    action = await here.proposed(**update(title="Lunch"))
    here.calendar.patch(THERE, {"location": "Room 6"}, None)
    await approve(here.ada, action)
    failed = await becomes(here.ada, action["id"], "failed")
    event = here.calendar.events[THERE]
    assert (failed["reason"]["code"], event["summary"], event["location"]) == ("changed", "Launch", "Room 6")


async def test_what_was_changed_meanwhile_is_not_cancelled(here: CalendarPlace) -> None:
    action = await here.proposed(**cancel())
    here.calendar.patch(THERE, {"location": "Room 6"}, None)
    await approve(here.ada, action)
    failed = await becomes(here.ada, action["id"], "failed")
    assert (failed["reason"]["code"], here.calendar.events[THERE]["status"]) == ("changed", "confirmed")


@pytest.mark.parametrize("payload", [update(title="Lunch"), cancel()])
async def test_a_lost_answer_to_a_change_is_looked_up(here: CalendarPlace, payload: dict[str, Any]) -> None:
    here.wire.fail(1, Fault("after"), where=changes)
    action = await here.approved(**payload)
    await becomes(here.ada, action["id"], "unknown")
    shown = await here.look_now(action)
    assert (shown["status"], len(here.changes), len(here.service.mailed)) == ("succeeded", 1, 1)


async def test_a_change_that_was_done_and_is_tried_again_is_not_taken_for_anothers(here: CalendarPlace) -> None:
    here.wire.fail(1, Fault("after"), where=changes)
    action = await here.approved(**update(title="Lunch"))
    await becomes(here.ada, action["id"], "unknown")
    body = {"confirm": ["may_be_sent_twice"]}
    assert (await here.ada.call("POST", f"/actions/{action['id']}/retry", json=body)).status_code == 200
    await becomes(here.ada, action["id"], "succeeded")
    assert len(here.service.mailed) == 1


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(status=409), Fault(status=418)])
@pytest.mark.parametrize("payload", [update(title="Lunch"), cancel()])
async def test_what_nobody_can_say_of_a_change_stays_unknown(
    here: CalendarPlace, payload: dict[str, Any], fault: Fault
) -> None:
    here.wire.fail(1, fault, where=changes)
    action = await here.approved(**payload)
    await becomes(here.ada, action["id"], "unknown")
    assert (await here.look_now(action))["status"] == "unknown"
    assert here.calendar.events[THERE]["summary"] == "Launch"


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("payload", [update(title="Lunch"), cancel()])
async def test_what_is_gone_is_not_changed(here: CalendarPlace, payload: dict[str, Any], status: int) -> None:
    here.wire.fail(1, Fault(status=status), where=changes)
    action = await here.approved(**payload)
    failed = await becomes(here.ada, action["id"], "failed")
    assert (failed["reason"]["code"], len(here.changes)) == ("gone", 1)


async def test_it_is_cancelled_and_its_guests_are_told(here: CalendarPlace) -> None:
    action = await here.approved(**cancel())
    assert (action["preview"]["title"], action["preview"]["mails"]) == ("Launch", [DANA, SAM])
    await becomes(here.ada, action["id"], "succeeded")
    assert here.calendar.events[THERE]["status"] == "cancelled"
    assert here.changes == [("DELETE", "sendUpdates=all")]
    assert here.service.mailed == [("delete", "all", [DANA, SAM])]
    assert (await here.refused(**update(title="Lunch")))[:2] == ("payload.event_id", "is_cancelled")


async def test_a_conference_is_added_and_taken_away(here: CalendarPlace) -> None:
    added = await here.approved(**update(conference=True))
    await becomes(here.ada, added["id"], "succeeded")
    assert here.calendar.events[THERE]["conferenceData"]["conferenceId"]
    taken = await here.approved(**update(conference=False))
    await becomes(here.ada, taken["id"], "succeeded")
    assert "conferenceData" not in here.calendar.events[THERE]
    assert {query for _, query in here.changes} == {"sendUpdates=all&conferenceDataVersion=1"}


async def test_only_who_called_it_changes_it(here: CalendarPlace) -> None:
    here.calendar.events[THERE]["organizer"] = {"email": DANA}
    for payload in (update(title="Lunch"), cancel()):
        assert (await here.refused(**payload))[:2] == ("payload.event_id", "not_yours")


async def test_what_changes_nothing_is_refused(here: CalendarPlace) -> None:
    same = update(title="Launch", start=at("2027-12-02T10:00"), end=at("2027-12-02T10:30"))
    assert (await here.refused(**same))[:2] == ("payload.event_id", "no_change")


THIRD = "series0_20271216T090000Z"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (update(THIRD, title="x"), "missing"),
        (cancel(THIRD), "missing"),
        (update("series0", title="x"), "not_one"),
        (update(THIRD, title="x", scope="following"), "not_supported"),
        (update(THERE, title="x", scope="all"), "no_series"),
        (cancel("series0_20271202T090000Z", scope="following"), "is_first"),
    ],
)
async def test_what_a_change_of_a_series_means_is_asked(
    here: CalendarPlace, payload: dict[str, Any], code: str
) -> None:
    assert (await here.refused(**payload))[:2] == ("payload.scope", code)
    assert here.changes == []


async def test_one_of_a_series_is_changed_alone(here: CalendarPlace) -> None:
    moved = update(THIRD, scope="this", start=at("2027-12-16T15:00"), end=at("2027-12-16T15:30"))
    action = await here.approved(**moved)
    assert action["preview"]["scope"] == "this"
    await becomes(here.ada, action["id"], "succeeded")
    assert here.calendar.events[THIRD]["start"]["dateTime"] == "2027-12-16T15:00:00+01:00"
    assert here.calendar.events["series0"]["start"] == _times(2)["start"]


async def test_all_of_a_series_move_to_another_hour_of_their_days(here: CalendarPlace) -> None:
    moved = update(THIRD, scope="all", start=at("2027-12-16T15:00"), end=at("2027-12-16T15:45"), title="Thursdays")
    action = await here.approved(**moved)
    await becomes(here.ada, action["id"], "succeeded")
    series = here.calendar.events["series0"]
    assert (series["start"]["dateTime"], series["end"]["dateTime"], series["summary"]) == (
        "2027-12-02T15:00:00+01:00", "2027-12-02T15:45:00+01:00", "Thursdays",
    )  # fmt: skip
    other = update(THIRD.replace("09", "14"), scope="all", start=at("2027-12-17T15:00"), end=at("2027-12-17T15:45"))
    assert (await here.refused(**other))[:2] == ("payload.start", "other_day")


async def test_one_all_or_the_rest_of_a_series_is_cancelled_by_one_request(here: CalendarPlace) -> None:
    one = await here.approved(**cancel("series0_20271209T090000Z", scope="this"))
    await becomes(here.ada, one["id"], "succeeded")
    assert here.calendar.events["series0_20271209T090000Z"]["status"] == "cancelled"
    rest = await here.approved(**cancel(THIRD, scope="following"))
    await becomes(here.ada, rest["id"], "succeeded")
    assert here.calendar.events["series0"]["recurrence"] == ["RRULE:FREQ=WEEKLY;UNTIL=20271216T085959Z"]
    everything = await here.approved(**cancel("series0", scope="all"))
    await becomes(here.ada, everything["id"], "succeeded")
    assert here.calendar.events["series0"]["status"] == "cancelled"
    assert [method for method, _ in here.changes] == ["DELETE", "PATCH", "DELETE"]


@pytest.mark.parametrize(
    ("payload", "removed"),
    [
        (cancel(THIRD, scope="all"), []),
        (cancel(THIRD, scope="following"), []),
        (update(THIRD, scope="all", title="Thursdays"), []),
        (update(THIRD, scope="all", title="Thursdays", attendees=[{"address": DANA}, {"address": SAM}]), []),
        (update(THIRD, scope="all", attendees=[{"address": DANA}]), [SAM, KIM]),
    ],
)
async def test_the_guests_of_a_series_are_shown_and_judged_with_those_of_the_one_that_was_named(
    here: CalendarPlace, payload: dict[str, Any], removed: list[str]
) -> None:
    here.calendar.patch("series0", {"attendees": [{"email": DANA}, {"email": SAM}]}, None)
    here.calendar.patch(THIRD, {"attendees": [{"email": DANA}, {"email": KIM}]}, None)
    action = await here.proposed(**payload)
    shown = action["preview"]
    assert {guest["address"] for guest in shown["guests"]} == {DANA, SAM, KIM} - set(removed)
    assert sorted(shown["mails"]) == sorted([DANA, KIM, SAM])
    (stored,) = await here.world.app.container.database.collection(ACTIONS).find({"_id": action["id"]})
    assert sorted(stored["artefact"]["reach"]["addresses"]) == sorted([DANA, KIM, SAM])


FOURTH = "series0_20271223T090000Z"
SECOND = "series0_20271209T090000Z"


@pytest.mark.parametrize(
    ("payload", "elsewhere"),
    [
        (cancel(THIRD, scope="all"), [(KIM, ["2027-12-09"], 1), (EVE, ["2027-12-23"], 1)]),
        (cancel("series0", scope="all"), [(KIM, ["2027-12-09"], 1), (EVE, ["2027-12-23"], 1)]),
        (update(THIRD, scope="all", title="Thursdays"), [(KIM, ["2027-12-09"], 1), (EVE, ["2027-12-23"], 1)]),
        (cancel(THIRD, scope="following"), [(EVE, ["2027-12-23"], 1)]),
        (cancel(THIRD, scope="this"), []),
    ],
)
async def test_guests_of_other_appointments_of_a_series_are_named_and_judged(
    here: CalendarPlace, payload: dict[str, Any], elsewhere: list[tuple[str, list[str], int]]
) -> None:
    """They are mailed as well, although neither the series nor the appointment that was named has them."""
    here.calendar.patch("series0", {"attendees": [{"email": DANA}]}, None)
    here.calendar.patch(SECOND, {"attendees": [{"email": DANA}, {"email": KIM}]}, None)
    here.calendar.patch(FOURTH, {"attendees": [{"email": DANA}, {"email": EVE, "displayName": "Eve"}]}, None)
    action = await here.proposed(**payload)
    shown = action["preview"]
    assert [(one["address"], one["days"], one["count"]) for one in shown["elsewhere"]] == elsewhere
    reached = sorted([DANA, *(address for address, _, _ in elsewhere)])
    assert sorted(shown["mails"]) == reached
    (stored,) = await here.world.app.container.database.collection(ACTIONS).find({"_id": action["id"]})
    assert sorted(stored["artefact"]["reach"]["addresses"]) == reached
    outside = [one["message"] for one in action["warnings"] if one["code"] == "outside"]
    assert ("far.example" in "".join(outside)) == (EVE in reached)


async def test_of_a_series_that_is_too_long_to_read_it_is_said(here: CalendarPlace) -> None:
    here.service.page = 1
    try:
        action = await here.proposed(**cancel(THIRD, scope="all"))
    finally:
        here.service.page = 2500
    assert "series_not_all_seen" in {one["code"] for one in action["warnings"]}


async def test_the_calendar_is_listed_to_choose_from(here: CalendarPlace) -> None:
    here.calendar.patch("series0", {"attendees": [{"email": here.ada.email}, {"email": DANA}]}, None)
    here.calendar.patch(SECOND, {"summary": "Weekly \u202egnp", "location": "Room 9"}, None)
    here.calendar.events[THERE]["organizer"] = {"email": DANA}
    asked = {"from": "2027-12-01", "to": "2027-12-10", "via": here.via}
    found = (await here.ada.call("GET", "/calendar/events", params=asked)).json()
    assert (found["via"], found["zone"], found["has_more"]) == (here.via, "Europe/Berlin", False)
    assert [(one["id"], one["series_id"], one["own"]) for one in found["items"]] == [
        (THERE, None, False),
        ("series0_20271202T090000Z", "series0", True),
        (SECOND, "series0", True),
    ]
    weekly = found["items"][1]
    assert (weekly["start"]["local"], weekly["start"]["weekday"]) == ("2027-12-02T10:00", "Thursday")
    assert (weekly["guests"], weekly["optional"]) == ([DANA], [])
    assert (found["items"][0]["guests"], found["items"][0]["optional"]) == ([DANA, SAM], [SAM])
    assert "\u202e" not in found["items"][2]["title"]
    few = (await here.ada.call("GET", "/calendar/events", params={**asked, "limit": 1})).json()
    assert (len(few["items"]), few["has_more"]) == (1, True)
    room = (await here.ada.call("GET", "/calendar/events", params={**asked, "q": "room 9"})).json()
    assert [one["id"] for one in room["items"]] == [SECOND]


@pytest.mark.parametrize(("limit", "has_more"), [(2, True), (3, False), (4, False)])
async def test_pages_that_come_with_less_than_was_asked_for_are_asked_on(
    here: CalendarPlace, limit: int, has_more: bool
) -> None:
    asked = {"from": "2027-12-01", "to": "2027-12-10", "via": here.via, "limit": limit}
    here.service.page = 1
    try:
        found = (await here.ada.call("GET", "/calendar/events", params=asked)).json()
    finally:
        here.service.page = 2500
    assert (len(found["items"]), found["has_more"]) == (min(limit, 3), has_more)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"from": "2027-12-01", "to": "2028-12-01"}, 422, "out_of_range"),
        ({"from": "2027-12-01", "to": "2027-11-01"}, 422, "out_of_range"),
        ({"from": "2027-13-01", "to": "2027-12-02"}, 422, "not_a_time"),
        ({"from": "2027-12-01", "to": "2027-12-02", "zone": "Mars/Olympus"}, 422, "unknown_zone"),
        ({"from": "2027-12-01", "to": "2027-12-02", "via": "another"}, 409, "no_calendar"),
        ({"from": "2027-12-01", "to": "2027-12-02", "q": "x" * 201}, 422, "string_too_long"),
    ],
)
async def test_what_cannot_be_listed_says_why(
    here: CalendarPlace, asked: dict[str, str], status: int, code: str
) -> None:
    answer = await here.ada.call("GET", "/calendar/events", params=asked)
    assert answer.status_code == status, answer.text
    found = answer.json()
    assert code in (found["code"], *(one["code"] for one in found.get("errors", ())))


async def test_the_calendar_of_somebody_else_is_not_listed(here: CalendarPlace) -> None:
    ben = await proven(here.world)
    asked = {"from": "2027-12-01", "to": "2027-12-10", "via": here.via}
    answer = await ben.call("GET", "/calendar/events", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_calendar")


async def test_one_of_a_series_mails_its_own_guests_alone(here: CalendarPlace) -> None:
    here.calendar.patch("series0", {"attendees": [{"email": DANA}, {"email": SAM}]}, None)
    here.calendar.patch(THIRD, {"attendees": [{"email": DANA}, {"email": KIM}]}, None)
    assert (await here.proposed(**cancel(THIRD, scope="this")))["preview"]["mails"] == [DANA, KIM]


async def test_the_scope_is_part_of_what_is_approved(here: CalendarPlace) -> None:
    one = await here.proposed(**cancel(THIRD, scope="this"))
    edited = await here.ada.call("PATCH", f"/actions/{one['id']}", json={"payload": cancel(THIRD, scope="all")})
    assert edited.status_code == 200
    assert edited.json()["hash"] != one["hash"]
