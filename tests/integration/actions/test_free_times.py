"""When everybody is free, as far as their calendars can be seen: what cannot be is said, and never counted as free."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.actions.calendar_place import CalendarPlace, calendar_place
from tests.integration.actions.conftest import proven
from tests.support.provider_wire import Fault

pytestmark = pytest.mark.asyncio(loop_scope="module")

DANA, SAM = "dana@example.com", "sam@outside.example"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CalendarPlace]:
    async with calendar_place(tmp_path_factory.mktemp("data")) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="module")
async def here(module_place: CalendarPlace) -> AsyncIterator[CalendarPlace]:
    """Ada works in Berlin and has an appointment at ten; Dana's calendar in New York can be seen."""
    module_place.service.reset()
    day = datetime(2027, 12, 2, tzinfo=UTC)
    module_place.calendar.busy.append((day.replace(hour=9), day.replace(hour=10)))
    module_place.service.calendar(DANA, "America/New_York")
    module_place.service.shared.add(DANA)
    module_place.wire.mend()
    module_place.wire.journal.clear()
    yield module_place
    module_place.wire.mend()


async def free(here: CalendarPlace, *attendees: str, **query: Any) -> dict[str, Any]:
    asked = {"from": "2027-12-02", "to": "2027-12-02", "attendees": attendees, "duration_minutes": 60, **query}
    answer = await here.ada.call("GET", "/calendar/free", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def begins(found: dict[str, Any]) -> list[str]:
    return [slot["start"]["local"][11:] for slot in found["slots"]]


async def test_ones_own_day_without_what_is_in_it(here: CalendarPlace) -> None:
    found = await free(here, step_minutes=60)
    assert begins(found) == ["09:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]
    assert found["slots"][0]["start"] == {
        "local": "2027-12-02T09:00", "zone": "Europe/Berlin", "weekday": "Thursday", "utc_offset": "+01:00",
    }  # fmt: skip


async def test_what_is_around_an_appointment_is_kept_free(here: CalendarPlace) -> None:
    found = await free(here, step_minutes=60, buffer_before_minutes=15, buffer_after_minutes=15)
    assert begins(found) == ["12:00", "13:00", "14:00", "15:00", "16:00"]


async def test_everybody_works_by_their_own_clock(here: CalendarPlace) -> None:
    found = await free(here, DANA, step_minutes=60)
    assert begins(found) == ["15:00", "16:00"]
    (first, _) = found["slots"]
    assert first["guests"] == [{"address": DANA, "local_start": "2027-12-02T09:00", "zone": "America/New_York"}]
    assert first["certain"] is True


async def test_a_calendar_that_cannot_be_seen_is_unknown_and_not_free(here: CalendarPlace) -> None:
    here.service.calendar(SAM)
    here.service.closed.add(SAM)
    found = await free(here, SAM, step_minutes=60)
    assert [(one["address"], one["state"]) for one in found["calendars"]] == [
        (here.ada.email, "read"), (SAM, "unknown"),
    ]  # fmt: skip
    assert all((slot["certain"], slot["unknown"]) == (False, [SAM]) for slot in found["slots"])


@pytest.mark.parametrize("status", [503, 403, 400, 429])
async def test_when_google_says_nothing_everybody_is_unknown(here: CalendarPlace, status: int) -> None:
    here.wire.fail_all(lambda request: request.path.endswith("/freeBusy"), Fault(status=status))
    found = await free(here, DANA)
    assert {one["state"] for one in found["calendars"]} == {"unknown"}
    assert all(slot["unknown"] == [here.ada.email, DANA] for slot in found["slots"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": "2027-12-01"}, "to"),
        ({"to": "2028-12-01"}, "to"),
        ({"from": "2027-13-01"}, "from"),
        ({"from": "2027-03-28T02:30", "to": "2027-03-29"}, "from"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"attendees": ["nobody"]}, "attendees.0"),
        ({"work_from": "9"}, "work_from"),
        ({"duration_minutes": 0}, "duration_minutes"),
    ],
)
async def test_what_cannot_be_looked_for_is_refused_by_its_field(
    here: CalendarPlace, change: dict[str, Any], field: str
) -> None:
    asked = {"from": "2027-12-02", "to": "2027-12-02", **change}
    answer = await here.ada.call("GET", "/calendar/free", params=asked)
    assert (answer.status_code, answer.json()["errors"][0]["field"].removeprefix("query.")) == (422, field)


async def test_without_a_calendar_there_is_nothing_to_look_at(here: CalendarPlace) -> None:
    eve = await proven(here.world)
    for query in ({}, {"via": here.via}):
        answer = await eve.call("GET", "/calendar/free", params={"from": "2027-12-02", "to": "2027-12-02", **query})
        assert (answer.status_code, answer.json()["code"]) == (409, "no_calendar")
