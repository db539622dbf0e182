"""Appointments as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from backend.actions.payloads import invalid
from backend.actions.services.mailable import MailAddress, OneLine
from backend.actions.wall_clock import NoMoment, WallTime
from backend.errors import FieldProblem, InvalidInput
from backend.mail_address import mail_key

#: More than Google mails by one request without a word, and than anybody reads on a card.
MAX_GUESTS = 100
MAX_DESCRIPTION_CHARS = 8_000

type Operation = Literal["create", "update", "cancel"]
type SendUpdates = Literal["all", "external", "none"]
#: Of a series: one appointment, it and all after it, or every one.
type SeriesScope = Literal["this", "following", "all"]


class Guest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[OneLine, Field(max_length=200)] | None = None
    address: MailAddress
    optional: bool = False

    @property
    def key(self) -> str:
        return mail_key(self.address)


@dataclass(frozen=True, slots=True)
class Span:
    """`first` and `last` as they were written; `start` and `end` are their moments, of whole days the first ones of the
    first and of the last.
    """

    first: WallTime
    last: WallTime
    start: datetime
    end: datetime


class CalendarPayload(BaseModel):
    """An appointment, or a change of one: what is not given stays as it is there.

    With `all_day`, `start` and `end` are its first and its last day. `event_id` and `scope` are for one that is there.
    """

    model_config = ConfigDict(extra="forbid")

    operation: Operation = "create"
    event_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{5,1024}$")] | None = None
    scope: SeriesScope | None = None
    title: Annotated[OneLine, Field(max_length=1000)] = ""
    all_day: bool = False
    start: WallTime | None = None
    end: WallTime | None = None
    attendees: Annotated[list[Guest], Field(max_length=MAX_GUESTS)] = Field(default_factory=list)
    location: Annotated[OneLine, Field(max_length=1000)] = ""
    description: Annotated[str, Field(max_length=MAX_DESCRIPTION_CHARS)] = ""
    conference: bool = False
    send_updates: SendUpdates = "all"

    @field_validator("start", "end")
    @classmethod
    def _is_one_moment(cls, value: WallTime | None, info: ValidationInfo) -> WallTime | None:
        if value is None:
            return None
        if info.data.get("all_day"):
            if not value.is_day and not value.local.endswith("T00:00"):
                raise PydanticCustomError("not_a_day", "Give the day alone: this takes whole days.")
            return value if value.is_day else WallTime(local=value.local[:10], zone=value.zone)
        if value.is_day:
            raise PydanticCustomError("not_a_time", "Give the time as well, or say that it takes whole days.")
        try:
            value.moment()
        except NoMoment as error:
            raise PydanticCustomError(error.code, "{said}", {"said": str(error)}) from None
        return value

    @field_validator("attendees")
    @classmethod
    def _are_different(cls, value: list[Guest]) -> list[Guest]:
        if len({guest.key for guest in value}) < len(value):
            raise PydanticCustomError("twice", "Somebody is invited twice.")
        return value

    @field_validator("description")
    @classmethod
    def _is_text(cls, value: str) -> str:
        if "\0" in value:
            raise PydanticCustomError("not_text", "This is no text.")
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def gives(self, name: str) -> bool:
        """Whether a field was written, be it empty."""
        return name in self.model_fields_set

    def span(self) -> Span:
        """When it begins and ends, as it was written and as moments. Errors: `InvalidInput`."""
        if self.start is None or self.end is None:
            name = "start" if self.start is None else "end"
            raise refused(name, "missing", "Say when it begins and when it ends.")
        start, end = self.start.moment(), self.end.moment()
        # Times of one zone are compared as a clock shows them, which is wrong where it is put back between the two.
        lasts = end.astimezone(UTC) - start.astimezone(UTC)
        if lasts < timedelta() or (not lasts and not self.all_day):
            raise refused("end", "before_start", "It ends before it begins.")
        return Span(self.start, self.end, start, end)


def read(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload in its one form. Errors: `InvalidInput` with the fields."""
    try:
        found = CalendarPayload.model_validate(payload)
    except ValidationError as error:
        raise invalid("This appointment cannot be made as it is.", error) from error
    # Of a change only what was written is kept: what is not given stays as it is there.
    return found.model_dump(mode="json", exclude_unset=found.operation != "create", exclude_none=True)


def refused(field: str, code: str, message: str) -> InvalidInput:
    """What is wrong with one field."""
    return InvalidInput(message, fields=[FieldProblem(f"payload.{field}", code, message)])
