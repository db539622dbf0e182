"""Where a message goes: looked at when it is proposed, and once more before it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from backend.connectors.acting.slack_desk import Room, SlackDesk
from backend.connectors.slack.markup import Names, plain
from backend.connectors.slack.model import Member, Standing, Team
from backend.monitoring.printable import printable_line

type TargetKind = Literal["channel", "private_channel", "person", "group"]

#: By which a message is known again, and whose it is: `metadata` of what the app posts.
EVENT_TYPE = "bibliosai_action"
_EXCERPT_CHARS = 200
#: Who is not of this organisation: strangers of shared channels, and guests of some.
OUTSIDE: frozenset[Standing] = frozenset({"outside", "guest"})
_KINDS: Mapping[str, TargetKind] = {
    "public": "channel",
    "private": "private_channel",
    "group": "group",
    "direct": "person",
}


class Unreachable(Exception):
    """It cannot go there: a stable code, a sentence for people, and the field of the payload that it is about."""

    def __init__(self, code: str, message: str, field: str = "channel") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True)
class Poster:
    """Who posts. `for_person`: the id in this product of whom the app posts for, `address` their proven one; both None
    where the account is the person's own.
    """

    team: Team
    for_person: str | None = None
    address: str | None = None

    @property
    def account(self) -> str:
        return f"{self.team.id}:{self.team.user_id}"


@dataclass(frozen=True, slots=True)
class Target:
    """`people`: how many read it, None where Slack does not tell; `is_shared`: also those of other organisations.
    `other`: the person whom a conversation is with; `address`: that person's, which Slack vouches for.
    """

    id: str
    name: str
    kind: TargetKind
    people: int | None
    is_shared: bool
    other: str | None = None
    address: str | None = None


async def find_target(desk: SlackDesk, poster: Poster, id_: str) -> Target:
    """A channel or a person that this person may write to. Errors: `Unreachable`, those of sources."""
    own = await _own(desk, poster)
    if id_.startswith(("U", "W")):
        return await _person(desk, poster, own, id_)
    room = await desk.room(id_)
    if room is None or not await _may_see(desk, own, room):
        raise Unreachable("channel_unknown", "There is no such channel, or it is not seen from this account.")
    name, is_shared, other, address = room.name, room.is_shared, None, None
    if room.kind == "direct" and room.other:
        other = room.other
        member = await desk.member(other, poster.team.id)
        name, address = (member.name, member.address) if member else (other, None)
        is_shared = is_shared or (member is not None and member.standing in OUTSIDE)
    if room.is_archived:
        raise Unreachable("channel_archived", f"#{printable_line(name)} is archived. Choose another channel.")
    if not room.is_member:
        who = "the app" if poster.for_person else "yourself"
        raise Unreachable("not_in_channel", f"Add {who} to #{printable_line(name)} in Slack first.")
    people = 2 if room.kind == "direct" else room.people
    return Target(room.id, name, _KINDS[room.kind], people, is_shared, other, address)


async def _own(desk: SlackDesk, poster: Poster) -> Member | None:
    """Who somebody is in the workspace whose app posts for them; None for an account of their own.

    Errors: `Unreachable` where the workspace does not know them: then nothing of it is theirs to see.
    """
    if poster.address is None:
        return None
    own = await desk.member_by_address(poster.address, poster.team.id)
    if own is None:
        message = "Nobody in this Slack workspace has your mail address. Ask to be invited, or use another account."
        raise Unreachable("not_in_workspace", message)
    return own


async def _person(desk: SlackDesk, poster: Poster, own: Member | None, id_: str) -> Target:
    member = None
    if own is None or own.standing not in OUTSIDE or own.id == id_:  # a guest does not see everybody
        member = await desk.member(id_, poster.team.id)
    if member is None or member.standing in ("gone", "app"):
        raise Unreachable("person_unknown", "Slack knows nobody of this id whom one can write to.")
    return Target(member.id, member.name, "person", 1, member.standing in OUTSIDE, address=member.address)


async def _may_see(desk: SlackDesk, own: Member | None, room: Room) -> bool:
    """The app belongs to channels that not everybody may know of. Its direct messages are those of others."""
    if own is None or (room.kind == "public" and own.standing not in OUTSIDE):
        return True
    return room.kind != "direct" and own.id in await desk.members(room.id)


async def find_thread(desk: SlackDesk, poster: Poster, target: Target, ts: str) -> dict[str, str]:
    """The message that a thread begins with: `{ts, excerpt}`. Errors: `Unreachable`."""
    found = await desk.message(await _room_of(desk, poster, target, "thread_ts"), ts, thread=ts)
    if found is None or found.get("thread_ts", ts) != ts or found.get("subtype") == "tombstone":
        raise Unreachable("thread_unknown", "The message that this answers is not there any more.", "thread_ts")
    return {"ts": ts, "excerpt": excerpt(found)}


async def find_own(desk: SlackDesk, poster: Poster, target: Target, ts: str, thread: str | None) -> dict[str, str]:
    """A message that this person posted from this account: `{ts, excerpt}`. Errors: `Unreachable`."""
    found = await desk.message(await _room_of(desk, poster, target, "update_ts"), ts, thread=thread)
    is_own = found is not None and found.get("user") == poster.team.user_id
    if is_own and poster.for_person is not None:
        is_own = payload_of(found).get("person") == poster.for_person
    if found is None or not is_own:
        raise Unreachable("not_own", "Only a message that you posted from this account can be changed.", "update_ts")
    return {"ts": ts, "excerpt": excerpt(found)}


async def _room_of(desk: SlackDesk, poster: Poster, target: Target, field: str) -> str:
    if not target.id.startswith(("U", "W")):
        return target.id
    if poster.address is not None and target.id != await desk.by_address(poster.address):
        message = "What others write to the app is not shown. Write a new message, or use an account of your own."
        raise Unreachable("not_shown", message, field)
    return await opened(desk, target.id)


async def opened(desk: SlackDesk, person: str) -> str:
    """The conversation with a person; nobody sees that it was opened. Errors: `Unreachable`."""
    room = await desk.open_direct(person)
    if room is None:
        raise Unreachable("person_unknown", "Slack knows nobody of this id whom one can write to.")
    return room


def payload_of(message: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What a message of ours says of itself; empty for every other."""
    metadata = (message or {}).get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return {}
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, dict) else {}


def excerpt(message: Mapping[str, Any]) -> str:
    text = plain(str(message.get("text") or ""), Names({}, {}))
    return printable_line(" ".join(text.split()))[:_EXCERPT_CHARS]
