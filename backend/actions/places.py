"""Where a message may go and whom it may mention, by name, in one account of Slack.

Whatever the app's bot sees, a person is shown only what they may see in Slack: the rules are those of
`services.slack_target`, which looks again when a message is proposed. What is told here is kept for a minute.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from backend.actions.services.slack_target import OUTSIDE
from backend.actions.ways import Accounts
from backend.connectors.acting import slack
from backend.connectors.acting.slack_desk import Room, SlackDesk, UserGroup
from backend.connectors.models import Connection
from backend.connectors.slack.model import Member
from backend.db.lease import Clock
from backend.errors import Conflict, NotFound, SourceRefused
from backend.monitoring.printable import printable_line

type PlaceKind = Literal["channel", "private_channel", "person", "user_group"]
type Use = Literal["post", "mention"]
#: Why nothing can be posted there.
type Obstacle = Literal["archived", "not_member"]

_KEPT = timedelta(seconds=60)
_KEPT_ACCOUNTS = 20
#: Of each, so many are read of an account; who looks for another one pastes its id.
MAX_READ = 10_000
#: Of so many channels that fit and that not everybody sees it is asked who belongs to them, each by a call of its own.
_MEMBERS_ASKED = 30
_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Sought:
    """`via`: the connection; `query`: a part of a name, or an id; empty: everything. `use`: to post there, or to
    mention it, for which groups of people count as well and private channels do not.
    """

    via: str
    query: str
    use: Use = "post"
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Place:
    """`people`: how many read it, None where Slack does not tell. `is_shared`: also those of other organisations."""

    id: str
    name: str
    kind: PlaceKind
    people: int | None
    is_shared: bool
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Best first. `has_more`: others fit as well, or the account has more than is read."""

    places: Sequence[Place]
    has_more: bool


@dataclass(slots=True)
class _Book:
    """What one account sees, as it was read. `members`: of channels, as far as it was asked; `own`: by their address,
    who somebody is there."""

    read_at: datetime
    team_id: str
    rooms: list[Room]
    people: list[Member]
    groups: list[UserGroup]
    is_whole: bool
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    own: dict[str, Member | None] = field(default_factory=dict)


class SlackPlaces:
    """Finds places by name. What an account sees is read once a minute at the most, however many ask."""

    def __init__(self, accounts: Accounts, *, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._books: OrderedDict[str, _Book] = OrderedDict()

    def forget(self) -> None:
        """Accounts are read anew when they are asked for next."""
        self._books.clear()
        self._reading: dict[str, asyncio.Lock] = {}

    async def find(self, user_id: str, address: str | None, sought: Sought) -> Found:
        """`address`: the proven one of whoever asks. Errors: `NotFound`, `Conflict` (address_not_confirmed) where an
        account of the workspace is asked without one, those of sources.
        """
        connection = await self._connection(user_id, sought.via)
        of_person = connection.mode == "personal"
        if not of_person and address is None:
            raise Conflict(
                "Confirm your mail address first: it says who you are in Slack.", code="address_not_confirmed"
            )
        async with self._desk(connection) as desk:
            book = await self._book(connection, desk)
            own = None
            if not of_person and address is not None:
                own = await _own(book, address, desk)
                if own is None:  # a workspace is shown to those alone who are in it
                    return Found((), has_more=False)
            fitting = _ranked(_candidates(book, sought.use), sought.query)
            places, more = await self._open_to(fitting, sought.limit, own, book, desk)
        return Found(places, more or not book.is_whole)

    async def _connection(self, user_id: str, via: str) -> Connection:
        for one in await self._accounts.to_act_with(user_id):
            if one.type == slack.SLUG and one.id == via:
                return one
        raise NotFound("This account of Slack is not connected, or not yours. Choose another one.")

    @asynccontextmanager
    async def _desk(self, connection: Connection) -> AsyncGenerator[SlackDesk]:
        desk = SlackDesk(self._accounts.opened(connection))
        try:
            yield desk
        finally:
            await desk.close()

    async def _book(self, connection: Connection, desk: SlackDesk) -> _Book:
        async with self._reading.setdefault(connection.id, asyncio.Lock()):
            book = self._books.get(connection.id)
            if book is None or self._clock() - book.read_at >= _KEPT:
                book = await _read(desk, self._clock())
                self._books[connection.id] = book
                while len(self._books) > _KEPT_ACCOUNTS:
                    gone, _ = self._books.popitem(last=False)
                    self._reading.pop(gone, None)
            return book

    async def _open_to(
        self, fitting: Sequence[Place], limit: int, own: Member | None, book: _Book, desk: SlackDesk
    ) -> tuple[list[Place], bool]:
        """Those that somebody may see, and whether there are more. `own`: None for an account of their own.

        Slack shows guests, and strangers of shared channels, no more than where they belong.
        """
        if own is None:
            return list(fitting[:limit]), len(fitting) > limit
        asked: set[PlaceKind] = {"private_channel"}
        if own.standing in OUTSIDE:
            asked.add("channel")
            fitting = [one for one in fitting if one.kind in asked or one.id == own.id]
        rooms = [one for one in fitting if one.kind in asked]
        shown = await self._belonging(rooms[:_MEMBERS_ASKED], own.id, book, desk)
        seen = [one for one in fitting if one.kind not in asked or one.id in shown]
        return seen[:limit], len(seen) > limit or len(rooms) > _MEMBERS_ASKED

    async def _belonging(self, rooms: Sequence[Place], own: str, book: _Book, desk: SlackDesk) -> set[str]:
        """The ids of those channels to which whoever has this id belongs."""
        limit = asyncio.Semaphore(_AT_ONCE)

        async def ask(id_: str) -> None:
            async with limit:
                book.members[id_] = await desk.members(id_)

        await asyncio.gather(*(ask(one.id) for one in rooms if one.id not in book.members))
        return {one.id for one in rooms if own in book.members[one.id]}


async def _own(book: _Book, address: str, desk: SlackDesk) -> Member | None:
    if address not in book.own:
        book.own[address] = await desk.member_by_address(address, book.team_id)
    return book.own[address]


async def _read(desk: SlackDesk, now: datetime) -> _Book:
    team = await desk.team()
    rooms, all_rooms = await _some(desk.rooms())
    people, all_people = await _some(desk.people(team.id))
    try:
        groups = list((await desk.groups()).values())
    except SourceRefused:  # a plan of Slack without groups
        groups = []
    return _Book(now, team.id, rooms, people, groups, all_rooms and all_people)


async def _some[T](pages: AsyncGenerator[list[T]]) -> tuple[list[T], bool]:
    """Up to `MAX_READ`, and whether that is all."""
    found: list[T] = []
    async with aclosing(pages) as reading:
        async for page in reading:
            found += page
            if len(found) > MAX_READ:
                return found[:MAX_READ], False
    return found, True


def _candidates(book: _Book, use: Use) -> Iterable[Place]:
    for room in book.rooms:
        if room.kind == "public" or (room.kind == "private" and use == "post"):
            yield _of_room(room, use)
    for member in book.people:
        if member.standing not in ("gone", "app"):
            is_shared = member.standing == "outside"
            yield Place(member.id, printable_line(member.name), "person", 1, is_shared)
    if use == "mention":
        for group in book.groups:
            yield Place(group.id, printable_line(group.name), "user_group", group.people, is_shared=False)


def _of_room(room: Room, use: Use) -> Place:
    obstacle: Obstacle | None = None
    if use == "post":
        obstacle = "archived" if room.is_archived else None if room.is_member else "not_member"
    kind: PlaceKind = "channel" if room.kind == "public" else "private_channel"
    return Place(room.id, printable_line(room.name), kind, room.people, room.is_shared, obstacle)


def _ranked(places: Iterable[Place], query: str) -> list[Place]:
    """Those that fit: where one can post first, then by how well the name fits, then by name."""
    words = query.strip().lstrip("#@").casefold()
    found = [(fit, place) for place in places if (fit := _fit(place, words)) is not None]
    found.sort(key=lambda one: (one[1].obstacle is not None, one[0], one[1].name.casefold(), one[1].id))
    return [place for _, place in found]


def _fit(place: Place, words: str) -> int | None:
    name = place.name.casefold()
    if not words or words in (name, place.id.casefold()):
        return 0
    if name.startswith(words):
        return 1
    at = name.find(words)
    if at < 0:
        return None
    return 3 if name[at - 1].isalnum() else 2
