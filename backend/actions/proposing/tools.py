"""The tools that a model may call, by what they prepare. Their schemas are strict: nothing else is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from backend.actions.models import ActionKind
from backend.llm.base import Tool

_Short = Annotated[str, Field(max_length=300)]
_Long = Annotated[str, Field(max_length=20_000)]
_People = Annotated[list[_Short], Field(max_length=50)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class AskedMail(_Asked):
    """What a model may say of a mail."""

    to: _People = Field(description="names or mail addresses, exactly as the person wrote them; empty if not said")
    cc: _People = Field(description="the same, for copies")
    subject: _Short
    text: _Long = Field(description="the whole text, plain, without a link")
    attachments: _People = Field(description="titles of documents that the person named to be attached")


class AskedEvent(_Asked):
    """What a model may say of an event."""

    title: _Short
    when: _Short = Field(description="day and time exactly as the person wrote them; empty if not said")
    duration: _Short = Field(description="how long, exactly as the person wrote it; empty if not said")
    attendees: _People = Field(description="names or mail addresses, exactly as the person wrote them")
    location: _Short = Field(description="where, exactly as the person wrote it; empty if not said")
    description: _Long


class AskedMessage(_Asked):
    """What a model may say of a message."""

    channel: _Short = Field(description="the channel or person, exactly as the person wrote it; empty if not said")
    text: _Long = Field(description="the whole text, plain, without a link")


@dataclass(frozen=True, slots=True)
class ActionTool:
    kind: ActionKind
    asked: type[AskedMail | AskedEvent | AskedMessage]
    tool: Tool


def _tool(name: str, kind: ActionKind, asked: type[AskedMail | AskedEvent | AskedMessage], says: str) -> ActionTool:
    return ActionTool(kind, asked, Tool(name, says, _closed(asked.model_json_schema())))


def _closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """As strict function calling wants it: every property required, no keyword that it does not know."""
    properties = {
        name: {key: value for key, value in one.items() if key in ("type", "description", "items")}
        for name, one in schema["properties"].items()
    }
    for one in properties.values():
        if "items" in one:
            one["items"] = {"type": one["items"]["type"]}
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


#: By name.
TOOLS: Mapping[str, ActionTool] = {
    one.tool.name: one
    for one in (
        _tool("prepare_mail", "email", AskedMail, "Prepares a mail on a card. It is not sent."),
        _tool("prepare_event", "calendar", AskedEvent, "Prepares a calendar event on a card. Nobody is invited by it."),
        _tool("prepare_message", "slack", AskedMessage, "Prepares a Slack message on a card. It is not posted."),
    )
}
