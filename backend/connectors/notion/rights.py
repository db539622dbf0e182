"""Who may see what comes from Notion. Its API tells no permissions, so whoever connects it says so."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from backend.connectors.base import Options
from backend.connectors.source_events import Access, GroupMembers

type Address = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]


class NotionOptions(Options):
    visible_to: Literal["owner", "people", "workspace"] = Field(
        "owner",
        title="Visible to",
        description="Notion does not tell who may open a page there. Choose who may see here what it gives: "
        "you alone, you and the people below, or everybody with an account on this server.",
    )
    people: list[Address] = Field(
        default_factory=list, title="People", description="mail addresses of those who may see it", max_length=500
    )
    comments: bool = Field(True, title="Comments", description="read open comments too; one more call for each page")


#: The named people, as a group: who is taken off the list sees nothing from the next run on, before it reads anything.
_CHOSEN = "chosen:people"


def access_of(options: NotionOptions) -> Access:
    """Of every item alike."""
    match options.visible_to:
        case "owner":
            return Access(owner=True)
        case "people":
            return Access(owner=True, groups=frozenset({_CHOSEN}))
        case "workspace":
            return Access(owner=True, everybody=True)


def members_of(options: NotionOptions) -> GroupMembers:
    """Named people without an account here see nothing until they have one."""
    return GroupMembers(_CHOSEN, frozenset(options.people if options.visible_to == "people" else ()))


RIGHTS = (
    ("who may open a page", "not told by Notion: you choose who sees it here"),
    ("pages that are not shared with the connection", "not read"),
    ("a page that is no longer shared with the connection", "hidden at the next full look, then deleted"),
)
