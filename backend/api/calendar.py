"""What is in the calendar that the signed-in person connected, and when people are free."""

from datetime import time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, Field

from backend.actions.availability import Wanted
from backend.actions.calendar_events import Looked
from backend.actions.free_slots import Hours
from backend.api.calendar_schemas import AppointmentList, FreeTimesView
from backend.api.dependencies import CurrentCaller
from backend.api.problems import PROBLEM_RESPONSES
from backend.api.services import CalendarEvents, FreeTimes
from backend.mail_address import plausible_address

router = APIRouter(prefix="/calendar", tags=["actions"], responses=PROBLEM_RESPONSES)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_ATTENDEES = 50

Attendee = Annotated[str, Field(max_length=254), AfterValidator(plausible_address)]
Local = Annotated[str, Query(max_length=19, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:00)?)?$")]
Minutes = Annotated[int, Query(ge=0, le=24 * 60)]
Hour = Annotated[str, Query(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@router.get("/events", summary="What is in one's calendar")
async def list_events(
    events: CalendarEvents,
    caller: CurrentCaller,
    first: Annotated[Local, Query(alias="from", description="2026-12-03T10:00, or a day, by the clock of the zone")],
    last: Annotated[Local, Query(alias="to", description="the same; of a day, its end; 62 days later at the most")],
    q: Annotated[str, Query(max_length=200, description="words of its title, place, text or guests")] = "",
    zone: Annotated[str | None, Query(max_length=64, description="Europe/Berlin; left out: the calendar's")] = None,
    via: Annotated[str | None, Query(max_length=64, description="a connected calendar; left out: the latest")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AppointmentList:
    """The appointments, those of series one by one, in the order of time. 409 without a connected calendar."""
    looked = Looked(first=first, last=last, query=q.strip(), zone=zone, via=via, limit=limit)
    return AppointmentList.of(await events.find(caller.user_id, looked))


@router.get("/free", summary="When everybody is free")
async def find_free_times(
    free: FreeTimes,
    caller: CurrentCaller,
    first: Annotated[Local, Query(alias="from", description="2026-12-03T10:00, or a day, by the clock of the zone")],
    last: Annotated[Local, Query(alias="to", description="the same; of a day, its end")],
    attendees: Annotated[
        list[Attendee] | None, Query(max_length=_MAX_ATTENDEES, description="mail addresses of the others")
    ] = None,
    duration_minutes: Annotated[int, Query(ge=5, le=24 * 60)] = 30,
    zone: Annotated[str | None, Query(max_length=64, description="Europe/Berlin; left out: the calendar's")] = None,
    step_minutes: Annotated[int, Query(ge=5, le=240, description="how far apart slots begin")] = 30,
    buffer_before_minutes: Minutes = 0,
    buffer_after_minutes: Minutes = 0,
    work_from: Annotated[Hour, Query(description="by everybody's own clock")] = "09:00",
    work_to: Annotated[Hour, Query(description="00:00: to the end of the day")] = "17:00",
    days: Annotated[list[Day] | None, Query(max_length=7, description="left out: Monday to Friday")] = None,
    via: Annotated[str | None, Query(max_length=64, description="a connected calendar; left out: the latest")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> FreeTimesView:
    """Times within the working hours of everybody, each by their own clock, in which nobody is known to be busy.

    Of a calendar that cannot be seen nothing is known: its owner is named with each slot, and counted as neither.
    409 without a connected calendar.
    """
    wanted = Wanted(
        attendees=attendees or (),
        first=first,
        last=last,
        length=timedelta(minutes=duration_minutes),
        zone=zone,
        step=timedelta(minutes=step_minutes),
        before=timedelta(minutes=buffer_before_minutes),
        after=timedelta(minutes=buffer_after_minutes),
        hours=Hours(
            time.fromisoformat(work_from),
            time.fromisoformat(work_to),
            frozenset(map(_DAYS.index, days)) if days else frozenset(range(5)),
        ),
        via=via,
        limit=limit,
    )
    return FreeTimesView.of(await free.find(caller.user_id, wanted))
