"""Whom a message mentions: looked up once, and counted. What Slack does not know stays text, and says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backend.actions.models import Caution, Reach
from backend.actions.services.slack_blocks import Names
from backend.actions.services.slack_target import OUTSIDE, Poster, Target, Unreachable
from backend.actions.services.slack_tree import (
    Block,
    Broadcast,
    Channel,
    Group,
    Inline,
    Link,
    Mention,
    Person,
    Text,
    mentions,
    with_parts,
    written,
)
from backend.connectors.acting.slack_desk import SlackDesk, UserGroup
from backend.connectors.slack.model import Member
from backend.monitoring.printable import printable_line

#: Each is a call to Slack while a person waits.
MAX_MENTIONS = 30


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A tree in which every mention is of somebody who is there.

    `addresses` are those of the people who are mentioned, as far as Slack vouches for them; `outside`: one of them is
    of another organisation, or a guest. `direct`: the conversation with the person whom it goes to.
    """

    tree: tuple[Block, ...]
    names: Names
    groups: tuple[UserGroup, ...]
    unresolved: tuple[Mention, ...]
    target: Target
    addresses: tuple[str, ...] = ()
    outside: bool = False
    direct: str | None = None

    @property
    def broadcast_to(self) -> int | None:
        """How many people a mention of everybody reaches at the most; None: there is none."""
        return self._people if any(isinstance(one, Broadcast) for one in mentions(self.tree)) else None

    @property
    def _people(self) -> int:
        return self.target.people or 1

    @property
    def reach(self) -> Reach:
        """For the policy: where it goes, and how many people read it there or are mentioned, whichever are more.

        A person and the conversation with them are one place, whichever of the two was written.
        """
        places = [one for one in (self.target.id, self.target.other, self.direct) if one]
        addresses = [one for one in (self.target.address, *self.addresses) if one]
        people = {one.id for one in mentions(self.tree) if isinstance(one, Person)}
        mentioned = len(people) + sum(one.people for one in self.groups)
        return Reach(
            addresses=list(dict.fromkeys(addresses)),
            channels=places,
            people=max(self._people, mentioned),
            outside=self.target.is_shared or self.outside,
        )

    def shown(self) -> list[dict[str, Any]]:
        return list(self._shown())

    def _shown(self) -> Iterator[dict[str, Any]]:
        counts = {one.id: one.people for one in self.groups}
        for one in mentions(self.tree):
            name = printable_line(self.names.of(one))[1:]
            match one:
                case Person(id):
                    yield {"kind": "person", "id": id, "name": name, "people": 1}
                case Group(id):
                    yield {"kind": "group", "id": id, "name": name, "people": counts[id]}
                case Broadcast(range_):
                    yield {"kind": range_, "id": range_, "name": name, "people": self._people}
                case Channel():
                    pass

    @property
    def warnings(self) -> list[Caution]:
        return list(self._warnings())

    def _warnings(self) -> Iterator[Caution]:
        where = printable_line(self.target.name)
        for one in mentions(self.tree):
            if isinstance(one, Broadcast):
                whom = "whoever is there now of the" if one.range == "here" else "everybody:"
                text = f"@{one.range} notifies {whom} {_people(self._people)} in {where}."
                yield Caution(code=f"mentions_{one.range}", message=text, field="text", confirm=True)
        if self.groups:
            told = ", ".join(f"@{printable_line(one.name)} ({_people(one.people)})" for one in self.groups)
            yield Caution(code="mentions_group", message=f"It notifies {told}.", field="text", confirm=True)
        if self.unresolved:
            told = ", ".join(map(written, self.unresolved))
            text = f"Slack does not know {told}: it stays text and notifies nobody."
            yield Caution(code="mention_unknown", message=text, field="text")


async def resolve(desk: SlackDesk, poster: Poster, target: Target, tree: tuple[Block, ...]) -> Mentioned:
    """Errors: `Unreachable` for too many, those of sources."""
    found = list(mentions(tree))
    if len(found) > MAX_MENTIONS:
        raise Unreachable("too_many_mentions", f"Mention at the most {MAX_MENTIONS} people and channels.", "text")
    groups = await desk.groups() if any(isinstance(one, Group) for one in found) else {}
    people: dict[str, str] = {}
    mentioned: list[Member] = []
    channels: dict[str, str] = {}
    for one in found:
        if isinstance(one, Person) and (member := await desk.member(one.id, poster.team.id)):
            if member.standing != "gone":
                people[one.id] = member.name
                mentioned.append(member)
        elif isinstance(one, Channel) and (room := await desk.room(one.id)) and room.kind == "public":
            channels[one.id] = room.name
    known = {*people, *groups, *channels}
    lost = tuple(one for one in found if not isinstance(one, Broadcast) and one.id not in known)

    def kept(part: Inline) -> Inline:
        return Text(written(part)) if not isinstance(part, (Text, Link)) and part in lost else part

    used = tuple(groups[one.id] for one in found if isinstance(one, Group) and one.id in groups)
    names = Names(people, {one.id: one.name for one in used}, channels)
    direct = await desk.direct_with(target.id) if target.id.startswith(("U", "W")) else None
    return Mentioned(
        with_parts(tree, kept),
        names,
        used,
        lost,
        target,
        addresses=tuple(one.address for one in mentioned if one.address),
        outside=any(one.standing in OUTSIDE for one in mentioned),
        direct=direct,
    )


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
