"""A template: words with places in double braces, such as `{{topic}}`, each of them described."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from backend.actions.services.email_payload import MAX_TEXT_CHARS
from backend.actions.services.mailable import OneLine

PLACE = re.compile(r"\{\{ *([a-z][a-z0-9_]{0,39}) *\}\}")
_INSIDE_MARKUP = re.compile(r"<[^<>\n]*\{\{|\\\{\{|`")
MAX_PLACES = 30

type TemplateKind = Literal["email", "slack"]
#: A line; several lines; somebody in Slack, written ``<@U…>``.
type PlaceKind = Literal["line", "text", "person"]


class Place(BaseModel):
    """Where a value goes. Without an optional one the line that it stands in is left out."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    label: Annotated[OneLine, Field(min_length=1, max_length=100)]
    kind: PlaceKind = "line"
    required: bool = True


def _no_control(value: str) -> str:
    if any(ord(c) < 32 and c not in "\n\t" for c in value):
        raise ValueError("must not hold control characters")
    return value


class TemplateFields(BaseModel):
    """`subject`: of mails alone."""

    kind: TemplateKind
    name: Annotated[OneLine, Field(min_length=1, max_length=100)]
    description: Annotated[OneLine, Field(max_length=300)] = ""
    subject: Annotated[OneLine, Field(max_length=500)] | None = None
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS), AfterValidator(_no_control)]
    placeholders: Annotated[list[Place], Field(max_length=MAX_PLACES)] = Field(default_factory=list)


class TemplateContent(TemplateFields):
    """As an administrator writes it."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        places = {place.name: place for place in self.placeholders}
        used = set(PLACE.findall(self.text)) | set(PLACE.findall(self.subject or ""))
        if len(places) < len(self.placeholders):
            raise ValueError("each placeholder has a name of its own")
        if used != places.keys():
            names = ", ".join(sorted(used ^ places.keys()))
            raise ValueError(f"placeholders and text do not name the same: {names}")
        if (self.kind == "email") != bool(self.subject):
            raise ValueError("a mail has a subject, and a message has none")
        in_subject = [places[name] for name in PLACE.findall(self.subject or "")]
        if any(place.kind != "line" or not place.required for place in in_subject):
            raise ValueError("a placeholder in the subject is a line, and required")
        if self.kind == "email" and any(place.kind == "person" for place in self.placeholders):
            raise ValueError("only a message mentions people")
        if self.kind == "slack" and _INSIDE_MARKUP.search(self.text):
            raise ValueError("a message has no code, and its placeholders stand outside of mentions and links")
        return self


class Template(TemplateFields):
    """As it is kept. `built_in`: it comes along, and is not changed here."""

    id: str
    built_in: bool = False
    created_by: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
