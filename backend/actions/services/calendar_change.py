"""A change of an event that is there: only what differs from it, and how it will look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.actions.services import calendar_payload
from backend.actions.services.calendar_event import (
    Event,
    When,
    event_id_of,
    guests_of,
    merged,
    new_conference,
    written_text,
)
from backend.actions.services.calendar_payload import CalendarPayload, SeriesScope, refused
from backend.actions.services.calendar_preview import Picture, addresses_of, text_of
from backend.actions.services.calendar_series import Elsewhere, check_times_may_change
from backend.mail_address import mail_key

_TEXTS = {"title": "summary", "location": "location", "description": "description"}


@dataclass(frozen=True, slots=True)
class Target:
    """What is changed.

    `event` is what was named, `target` what is written to: the same, or the series that it is one of. `present` is when
    the event is, `first` when the target is. `calendar`: its owner's address.
    `elsewhere`: guests of other appointments that it is about; `all_seen`: these are all.
    """

    calendar: str
    event: Event
    target: Event
    present: When
    first: When
    scope: SeriesScope | None
    elsewhere: Sequence[Elsewhere] = ()
    all_seen: bool = True

    @property
    def guests(self) -> list[Mapping[str, Any]]:
        """Whom Google mails: the guests of the event, and those of the series where that is what is written to."""
        own = guests_of(self.event)
        known = {mail_key(str(one["email"])) for one in own}
        return [*own, *(one for one in guests_of(self.target) if mail_key(str(one["email"])) not in known)]

    def picture(self, payload: CalendarPayload) -> Picture:
        """The event as it is."""
        event = self.event
        return Picture(
            payload=payload,
            calendar=self.calendar,
            when=self.present,
            title=text_of(event, "summary"),
            location=text_of(event, "location"),
            description=text_of(event, "description"),
            conference=bool(event.get("conferenceData")),
            guests=self.guests,
            scope=self.scope,
            event_id=str(event["id"]),
            elsewhere=self.elsewhere,
            all_seen=self.all_seen,
        )


@dataclass(slots=True)
class Change:
    """`body`: what is sent. `conference_version`: 1 where it says something of a conference."""

    there: Target
    body: dict[str, Any] = field(default_factory=dict)
    told: list[tuple[str, Any, Any]] = field(default_factory=list)
    conference_version: int = 0

    def picture(self, payload: CalendarPayload, action_id: str) -> Picture:
        """The event as it will be. Errors: `InvalidInput` for what cannot be changed so, or changes nothing."""
        before = self.there.picture(payload)
        texts = self._texts(payload)
        when = self._times(payload)
        guests, removed = self._guests(payload)
        conference = self._conference(payload, action_id)
        if not self.body:
            raise refused("event_id", "no_change", "Nothing of it would change.")
        return Picture(
            payload=payload,
            calendar=before.calendar,
            when=when,
            title=texts["title"],
            location=texts["location"],
            description=texts["description"],
            conference=conference,
            guests=guests,
            removed=removed,
            scope=before.scope,
            event_id=before.event_id,
            changes=self.told,
            elsewhere=before.elsewhere,
            all_seen=before.all_seen,
        )

    def _texts(self, payload: CalendarPayload) -> dict[str, str]:
        found = {}
        for name, there in _TEXTS.items():
            before, after = text_of(self.there.event, there), getattr(payload, name)
            found[name] = after if payload.gives(name) else before
            if found[name] != before:
                self.told.append((name, before, after))
                self.body[there] = written_text(after) if name == "description" else after
        return found

    def _times(self, payload: CalendarPayload) -> When:
        present = self.there.present
        if not (payload.gives("start") or payload.gives("end") or payload.gives("all_day")):
            return present
        when = When.of(payload)
        if when.written() == present.written():
            return present
        self.body |= self._moved(when)
        for name, before, after in zip(("start", "end"), present.shown(), when.shown(), strict=True):
            if before != after:
                self.told.append((name, f"{before.local} {before.zone}", f"{after.local} {after.zone}"))
        return when

    def _moved(self, when: When) -> dict[str, Any]:
        """New times of an event, or of a series, whose days stay."""
        there = self.there
        if there.scope != "all":
            return dict(when.changed_in(there.target))
        check_times_may_change(there.target)
        if when.all_day or there.present.all_day or when.start.date() != there.present.start.date():
            raise refused("start", "other_day", "All of a series can be moved to another hour, but not to another day.")
        return dict(there.first.at_the_time_of(when).changed_in(there.target))

    def _guests(self, payload: CalendarPayload) -> tuple[list[Mapping[str, Any]], list[str]]:
        """Who is invited from now on, and who is no more."""
        before = guests_of(self.there.target)
        if not payload.gives("attendees"):
            return self.there.guests, []
        if self.there.target.get("attendeesOmitted"):
            raise refused("attendees", "not_all_seen", "It has more guests than are shown. Change them at Google.")
        after = merged(before, payload.attendees, self.there.calendar)
        if after == merged(before, [_as_guest(one) for one in before], self.there.calendar):
            return self.there.guests, []
        self.told.append(("attendees", addresses_of(self.there.target), [one["email"] for one in after]))
        self.body["attendees"] = after
        staying = {mail_key(one["email"]) for one in after}
        known = [str(one["email"]) for one in self.there.guests]
        return [*after], [one for one in known if mail_key(one) not in staying]

    def _conference(self, payload: CalendarPayload, action_id: str) -> bool:
        has = bool(self.there.event.get("conferenceData"))
        if not payload.gives("conference") or payload.conference == has:
            return has
        self.told.append(("conference", has, payload.conference))
        self.body["conferenceData"] = new_conference(event_id_of(action_id)) if payload.conference else None
        self.conference_version = 1
        return payload.conference


def _as_guest(guest: Mapping[str, Any]) -> calendar_payload.Guest:
    """Who is invited already, as if nothing of theirs were written anew."""
    return calendar_payload.Guest.model_construct(
        name=None, address=str(guest["email"]), optional=bool(guest.get("optional"))
    )
