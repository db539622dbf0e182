"""Answers of the routes of calendars."""

from dataclasses import asdict
from typing import Literal, Self

from pydantic import BaseModel, Field

from backend.actions.availability import Found, Seen
from backend.actions.calendar_events import Appointment, Listed
from backend.actions.free_slots import Slot
from backend.actions.wall_clock import Shown, shown


class ClockView(BaseModel):
    """What a clock on the wall shows, and how far that is from UTC."""

    local: str
    zone: str
    weekday: str
    utc_offset: str | None

    @classmethod
    def of(cls, found: Shown) -> Self:
        return cls(**asdict(found))


class CalendarView(BaseModel):
    """A person's calendar. `unknown`: when they are busy cannot be seen, which is not to be free."""

    address: str
    state: Literal["read", "unknown"]
    zone: str = Field(description="theirs where it is known, else that of whoever asked")
    zone_known: bool

    @classmethod
    def of(cls, seen: Seen) -> Self:
        state: Literal["read", "unknown"] = "read" if seen.readable else "unknown"
        return cls(address=seen.address, state=state, zone=seen.zone.key, zone_known=seen.zone_known)


class GuestTime(BaseModel):
    address: str
    local_start: str
    zone: str


class SlotView(BaseModel):
    """A time at which everybody works and nobody is known to be busy."""

    start: ClockView
    end: ClockView
    certain: bool = Field(description="everybody's calendar could be seen")
    unknown: list[str] = Field(description="of whom it cannot be said whether they are free")
    guests: list[GuestTime] = Field(description="when it begins for each of the others")

    @classmethod
    def of(cls, slot: Slot, found: Found) -> Self:
        others = found.people[1:]
        return cls(
            start=ClockView.of(shown(slot.start, found.zone)),
            end=ClockView.of(shown(slot.end, found.zone)),
            certain=not slot.unknown,
            unknown=list(slot.unknown),
            guests=[
                GuestTime(address=one.address, local_start=shown(slot.start, one.zone).local, zone=one.zone.key)
                for one in others
            ],
        )


class AppointmentView(BaseModel):
    """`series_id`: it is one of a series. `own`: one called it oneself, and may change it for everybody."""

    id: str
    series_id: str | None
    title: str
    start: ClockView
    end: ClockView
    all_day: bool
    location: str
    guests: list[str] = Field(description="mail addresses, without one's own")
    optional: list[str] = Field(description="those of the guests who need not come")
    own: bool

    @classmethod
    def of(cls, found: Appointment) -> Self:
        return cls(
            id=found.id,
            series_id=found.series,
            title=found.title,
            start=ClockView.of(found.start),
            end=ClockView.of(found.end),
            all_day=found.all_day,
            location=found.location,
            guests=list(found.guests),
            optional=list(found.optional),
            own=found.is_own,
        )


class AppointmentList(BaseModel):
    via: str = Field(description="the connection whose calendar it is")
    zone: str
    items: list[AppointmentView]
    has_more: bool = Field(description="there are later ones: look from the last one on")

    @classmethod
    def of(cls, found: Listed) -> Self:
        items = [AppointmentView.of(one) for one in found.appointments]
        return cls(via=found.via, zone=found.zone.key, items=items, has_more=found.has_more)


class FreeTimesView(BaseModel):
    zone: str
    calendars: list[CalendarView]
    slots: list[SlotView]

    @classmethod
    def of(cls, found: Found) -> Self:
        return cls(
            zone=found.zone.key,
            calendars=[CalendarView.of(one) for one in found.people],
            slots=[SlotView.of(slot, found) for slot in found.slots],
        )
