"""Which conversations are read, and who may read them in Slack."""

import time
from collections.abc import AsyncGenerator, Collection, Iterable
from dataclasses import dataclass, field

from backend.connectors.base import Choice
from backend.connectors.slack.client import SlackClient
from backend.connectors.slack.cursor import SlackOptions
from backend.connectors.slack.model import Channel, Member, Team
from backend.connectors.slack.people import People
from backend.connectors.source_events import Access, GroupMembers
from backend.errors import SourceRateLimited, SourceRefused, TransientFailure

#: Slack's words for a conversation that the account cannot read any more, or never could.
LOST = frozenset({"channel_not_found", "not_in_channel", "method_not_supported_for_channel_type", "is_archived"})

#: How long an answer about members may be taken up again.
_UNFINISHED_SECONDS = 300.0


def workspace_group(team: Team) -> str:
    return f"workspace:{team.id}"


def channel_group(channel: str) -> str:
    return f"channel:{channel}"


def access_of(channel: Channel, team: Team) -> Access:
    """The members of a channel; those of a public one are all full members of the workspace as well.

    Every list names the channel's own group, so who joins or leaves rewrites no list.
    """
    own = channel_group(channel.id)
    return Access(groups=frozenset({own, workspace_group(team)} if channel.kind == "public" else {own}))


class Rooms:
    """The conversations of one account, listed once for each time that a source is opened."""

    def __init__(self, client: SlackClient, options: SlackOptions) -> None:
        self._client = client
        self._options = options
        self._listed: list[Channel] | None = None

    async def listed(self) -> list[Channel]:
        """Every conversation that Slack names.

        Public channels are always asked for: each workspace has one, so an answer without any is no answer.
        """
        if self._listed is None:
            types = ["public_channel"]
            types += ["private_channel"] if self._options.private else []
            types += ["mpim", "im"] if self._options.direct else []
            found = [one async for one in self._client.channels(",".join(types), archived=self._options.archived)]
            if not found:
                raise TransientFailure("Slack named not one channel. It is tried again by itself.")
            self._listed = await self._joined(found) if self._options.join else found
        return self._listed

    async def readable(self, known: Collection[str] = ()) -> dict[str, Channel]:
        """Those that are chosen and can be read. An archived one is read and not joined."""
        chosen, archived_too = set(self._options.channels), {*known, *self._options.channels}
        return {
            one.id: one
            for one in await self.listed()
            if self._wanted(one)
            and (not chosen or one.id in chosen)
            and (one.kind != "public" or one.is_member or (one.is_archived and one.id in archived_too))
        }

    async def choices(self) -> tuple[Choice, ...]:
        """Channels that may be chosen: those that the account belongs to, or could join by itself."""
        found = [
            one
            for one in await self.listed()
            if one.kind in ("public", "private") and (one.kind == "private" or one.is_member or self._options.join)
        ]
        return tuple(Choice(one.id, f"#{one.name}") for one in sorted(found, key=lambda one: one.name))

    def _wanted(self, channel: Channel) -> bool:
        match channel.kind:
            case "public":
                return self._options.public
            case "private":
                return self._options.private
            case _:
                return self._options.direct

    async def _joined(self, found: list[Channel]) -> list[Channel]:
        chosen = set(self._options.channels)
        joined: set[str] = set()
        for one in found:
            may = one.kind == "public" and not one.is_member and not one.is_archived and self._options.public
            if may and (not chosen or one.id in chosen):
                try:
                    await self._client.join(one.id)
                    joined.add(one.id)
                except SourceRefused:  # only some may join it: it is left alone
                    continue
        return [Channel(one.id, one.name, one.kind, True, False) if one.id in joined else one for one in found]


@dataclass(slots=True)
class Asked:
    """Members of channels as Slack told them since `began` (a monotonic time in seconds)."""

    began: float = field(default_factory=time.monotonic)
    members: dict[str, frozenset[str]] = field(default_factory=dict)


class Unfinished:
    """Where a limit of Slack ended the asking for members: whoever goes on begins behind it.

    By account, in this process alone, and for some minutes only.
    """

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str, str], Asked] = {}

    def take(self, team: Team) -> Asked:
        asked = self._asked.pop(self._key(team), None)
        return asked if asked and time.monotonic() - asked.began < _UNFINISHED_SECONDS else Asked()

    def keep(self, team: Team, asked: Asked) -> None:
        self._asked[self._key(team)] = asked

    def _key(self, team: Team) -> tuple[str, str, str]:
        return team.url, team.id, team.user_id


async def groups(
    client: SlackClient, rooms: Rooms, people: People, team: Team, unfinished: Unfinished, *, is_personal: bool
) -> AsyncGenerator[GroupMembers]:
    """The workspace's full members, and the members of each channel.

    The group of a public channel holds only its guests, since the workspace's group covers the rest; where a workspace
    has no guests, nothing is asked about its public channels. Deactivated people, apps and people of other
    organisations are in no group: Slack does not vouch for the addresses of the last.

    Args:
        is_personal: whoever connected the account is the person whom it stands for.
    """
    everybody = await people.everybody()
    full = _addresses(one for one in everybody if one.standing == "full")
    own = next((one.standing for one in everybody if one.id == team.user_id), None) if is_personal else None
    yield GroupMembers(workspace_group(team), full, complete=bool(full), owner=own == "full")
    guests = {one.id: one for one in everybody if one.standing == "guest"}
    inside = {one.id: one for one in everybody if one.standing in ("full", "guest")}
    asked = unfinished.take(team)
    for channel in (await rooms.readable()).values():
        group = channel_group(channel.id)
        if channel.kind == "public" and not guests:
            yield GroupMembers(group, frozenset())
            continue
        if channel.kind == "direct" and channel.other is not None:
            ids: frozenset[str] = frozenset({channel.other, team.user_id})
        else:
            try:
                ids = asked.members.get(channel.id) or await client.members(channel.id)
            except SourceRateLimited:
                unfinished.keep(team, asked)
                raise
            except SourceRefused as refused:
                if refused.reason not in LOST:
                    yield GroupMembers(group, frozenset(), complete=False)
                continue
            asked.members[channel.id] = ids
        among = guests if channel.kind == "public" else inside
        # Whoever asks is a member: a channel without any is evidence of nothing.
        within = {id_: among[id_] for id_ in ids if id_ in among}
        owner = own is not None and team.user_id in within
        yield GroupMembers(group, _addresses(within.values()), complete=bool(ids), owner=owner)


def _addresses(people: Iterable[Member]) -> frozenset[str]:
    return frozenset(one.address for one in people if one.address)
