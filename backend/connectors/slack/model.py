"""What the calls to Slack give, as small as the connector needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

type ChannelKind = Literal["public", "private", "group", "direct"]
type Standing = Literal["full", "guest", "app", "outside", "gone"]


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace, and whom its token stands for. `url` is without a slash at its end."""

    id: str
    name: str
    url: str
    user_id: str
    user: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation. `other` is the second person of a direct one."""

    id: str
    name: str
    kind: ChannelKind
    is_member: bool
    is_archived: bool
    other: str | None = None

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Channel":
        """What does not say that it is public is taken for private."""
        if found.get("is_im") is True:
            kind: ChannelKind = "direct"
        elif found.get("is_mpim") is True:
            kind = "group"
        else:
            kind = "public" if found.get("is_private") is False else "private"
        other = found.get("user")
        return cls(
            id=str(found["id"]),
            name=str(found.get("name") or found["id"]),
            kind=kind,
            is_member=found.get("is_member") is True,
            is_archived=found.get("is_archived") is True,
            other=other if isinstance(other, str) else None,
        )


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a workspace's list of people. `address` is None where Slack does not vouch for it."""

    id: str
    name: str
    address: str | None
    standing: Standing

    @classmethod
    def of(cls, found: Mapping[str, Any], team_id: str) -> "Member":
        profile = found.get("profile")
        profile = profile if isinstance(profile, dict) else {}
        names = (profile.get("display_name"), profile.get("real_name"), found.get("real_name"), found.get("name"))
        address = profile.get("email")
        confirmed = found.get("is_email_confirmed") is not False
        return cls(
            id=str(found["id"]),
            name=next((name for name in names if isinstance(name, str) and name), str(found["id"])),
            address=address if isinstance(address, str) and "@" in address and confirmed else None,
            standing=_standing(found, team_id),
        )


def _standing(found: Mapping[str, Any], team_id: str) -> Standing:
    """Whoever is not clearly a full member of this workspace is less."""
    if found.get("deleted") is True:
        return "gone"
    if found.get("is_bot") is True or found["id"] == "USLACKBOT":
        return "app"
    grid = found.get("enterprise_user")
    teams = grid.get("teams") if isinstance(grid, dict) else None
    here = found.get("team_id") == team_id or (isinstance(teams, list) and team_id in teams)
    if found.get("is_stranger") is True or not here:
        return "outside"
    if found.get("is_restricted") is True or found.get("is_ultra_restricted") is True:
        return "guest"
    return "full"


@dataclass(frozen=True, slots=True)
class Page:
    """Messages with a `ts`, and what else stood among them and is none."""

    messages: list[dict[str, Any]]
    malformed: list[Any]


@dataclass(frozen=True, slots=True)
class FilesPage:
    files: list[dict[str, Any]]
    pages: int
    total: int
