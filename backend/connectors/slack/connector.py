"""One account of Slack as a source: its channels, one after the other."""

from collections import ChainMap
from collections.abc import AsyncGenerator
from contextlib import aclosing

from backend.connectors.base import Account, Capability, Choice, Source
from backend.connectors.manifest import Manifest, Setup
from backend.connectors.pictures import Pictures
from backend.connectors.slack.auth import CONSENT, SCOPES, SlackConnectorSettings
from backend.connectors.slack.capabilities import capabilities
from backend.connectors.slack.client import SlackClient
from backend.connectors.slack.cursor import ChannelState, SlackCursor, SlackOptions, Walk
from backend.connectors.slack.files import channels_of
from backend.connectors.slack.model import Channel, Team
from backend.connectors.slack.people import People
from backend.connectors.slack.processor import ids_of
from backend.connectors.slack.push import read_push
from backend.connectors.slack.reading import ChannelReader, Seen, newest_of
from backend.connectors.slack.rooms import LOST, Rooms, Unfinished, groups
from backend.connectors.source_events import (
    AccessChanged,
    Checkpoint,
    Deferred,
    GroupMembers,
    ItemFailure,
    ListingBegins,
    ListingEnds,
    SyncEvent,
)
from backend.errors import SourceRefused

_UNFINISHED = Unfinished()
#: A sweep over quiet channels is marked once in so many.
_MARK_EVERY = 10


class SlackSource(Source):
    def __init__(self, setup: Setup) -> None:
        given, self._is_personal = setup.options.model_dump(), setup.mode == "personal"
        # A person's own account joins nothing by itself.
        self._options = SlackOptions.model_validate(given | ({"join": False} if self._is_personal else {}))
        self._pictures = Pictures(setup.max_pictures, chosen=self._options.pictures)
        self._client = SlackClient(setup)
        self._rooms = Rooms(self._client, self._options)
        self._found: tuple[Team, People] | None = None
        self._names: dict[str, str] | None = None

    async def check(self) -> Account:
        team, _ = await self._opened()
        return Account(f"{team.id}:{team.user_id}", f"{team.name} ({team.user})" if team.user else team.name)

    async def close(self) -> None:
        if self._found is not None:
            await self._found[1].close()
        await self._client.close()

    async def capabilities(self) -> tuple[Capability, ...]:
        return await capabilities(self._client, self._rooms, self._opened)

    async def choices(self, option: str) -> tuple[Choice, ...]:
        return await self._rooms.choices() if option == "channels" else ()

    async def groups(self) -> AsyncGenerator[GroupMembers]:
        team, people = await self._opened()
        told = groups(self._client, self._rooms, people, team, _UNFINISHED, is_personal=self._is_personal)
        async with aclosing(told):
            async for members in told:
                yield members

    async def sync(self, cursor: SlackCursor | None) -> AsyncGenerator[SyncEvent]:
        """Walks are made first: they are new channels, those that are private now, or all of them for a listing."""
        now = cursor.model_copy(deep=True) if cursor is not None else SlackCursor(listing="due")
        rooms = await self._rooms.readable(now.channels)
        if now.channels.keys() - rooms.keys():  # lost or deleted: only a listing can tell what went with them
            now = now.relisted() or now
        if now.listing == "due":
            yield ListingBegins()
            now.listing, now.after = "open", ""
            now.walks = [Walk(channel=id_, public=rooms[id_].kind == "public") for id_ in sorted(rooms)]
        _plan(now, rooms)
        walked = {walk.channel for walk in now.walks if not walk.only_access}
        while now.walks:
            async for event in self._walk(now, rooms):
                yield event
        if now.listing != "no":
            yield ListingEnds(complete=True, spared=tuple(one for id_ in now.spared for one in ids_of(id_)))
            now.listing, now.spared = "no", []
            yield _checkpoint(now)
            return
        quiet = walked | {id_ for id_, one in rooms.items() if one.is_archived}
        async for event in self._sweep(now, {id_: one for id_, one in rooms.items() if id_ not in quiet}):
            yield event
        if self._options.files:
            async for event in self._new_files(now, rooms):
                yield event
        yield _checkpoint(now)

    async def _walk(self, now: SlackCursor, rooms: dict[str, Channel]) -> AsyncGenerator[SyncEvent]:
        """The first of the walks, to its end."""
        walk = now.walks[0]
        channel, seen = rooms[walk.channel], Seen()
        reader = await self._reader(channel, rooms, now)
        try:
            if not walk.file_page:
                async for event in reader.walk(walk, seen):
                    if seen.malformed:
                        now.spare(channel.id)
                    if event is None:
                        yield _checkpoint(now)
                    elif (told := _told(walk, event)) is not None:
                        yield told
            while walk.file_page and self._options.files:
                async for event in reader.files(walk):
                    if (told := _told(walk, event)) is not None:
                        yield told
                if walk.files_moved:
                    now.spare(channel.id)
                yield _checkpoint(now)
        except SourceRefused as refused:
            if channel.is_archived and channel.id in now.channels:  # Slack takes apps out of it; what it says stays
                now.spare(channel.id)
            elif refused.reason in LOST:
                now.channels.pop(channel.id, None)
            else:
                now.spare(channel.id)
                yield _not_read(channel, refused)
        else:
            self._walked(now, walk, seen)
        now.walks.pop(0)
        yield _checkpoint(now)

    def _walked(self, now: SlackCursor, walk: Walk, seen: Seen) -> None:
        before = now.channels.get(walk.channel)
        if walk.only_access and before is not None:  # what is new in it is found in its window as ever
            now.channels[walk.channel] = before.model_copy(update={"public": walk.public})
            return
        state = ChannelState(newest=walk.newest, public=walk.public)
        now.channels[walk.channel] = state.seen(seen.newest, {*walk.recent, *seen.threads})
        now.files_since = max(now.files_since, walk.until)

    async def _sweep(self, now: SlackCursor, rooms: dict[str, Channel]) -> AsyncGenerator[SyncEvent]:
        """The window of each channel. A sweep that was ended goes on behind the last channel that was read."""
        for number, id_ in enumerate(sorted(id_ for id_ in rooms if id_ > now.after), 1):
            before, seen = now.channels[id_], Seen()
            reader = await self._reader(rooms[id_], rooms, now)
            try:
                async for event in reader.window(before, seen):
                    yield event
            except SourceRefused as refused:
                if refused.reason not in LOST:
                    yield _not_read(rooms[id_], refused)
            else:
                now.channels[id_] = before.seen(seen.newest, seen.threads)
            now.after = id_
            if number % _MARK_EVERY == 0 or now.channels[id_] != before:
                yield _checkpoint(now)
        now.after = ""

    async def _new_files(self, now: SlackCursor, rooms: dict[str, Channel]) -> AsyncGenerator[SyncEvent]:
        """Files that were created since the newest that is known, in all channels; replies hold files as well."""
        page, newest = 1, now.files_since
        while page:
            found = await self._client.files(page=page, since=now.files_since)
            newest = max(newest, newest_of(found.files))
            for file in found.files:
                for id_ in sorted(channels_of(file) & rooms.keys()):
                    event = (await self._reader(rooms[id_], rooms, now)).file(file)
                    if event is not None:
                        yield event
            page = page + 1 if page < found.pages else 0
        now.files_since = newest

    async def _reader(self, channel: Channel, rooms: dict[str, Channel], now: SlackCursor) -> ChannelReader:
        team, people = await self._opened()
        label = f"#{channel.name}"
        if channel.kind == "direct" and channel.other is not None:
            names = await people.names({channel.other}, {})
            label = f"Direct messages with {names.get(channel.other, 'somebody')}"
        elif channel.kind == "group":
            label = "Direct messages of a group"
        labels = ChainMap({channel.id: channel.name}, self._public_names(rooms))
        return ChannelReader(
            self._client,
            people,
            team,
            channel,
            label=label,
            labels=labels,
            options=self._options,
            pictures=self._pictures,
            round_=now.round,
        )

    def _public_names(self, rooms: dict[str, Channel]) -> dict[str, str]:
        """Names that may be told everywhere: not even that of a private channel is known outside of it."""
        if self._names is None:
            self._names = {one.id: one.name for one in rooms.values() if one.kind == "public"}
        return self._names

    async def _opened(self) -> tuple[Team, People]:
        if self._found is None:
            team = await self._client.team()
            self._found = (team, People(self._client, team))
        return self._found


def _plan(now: SlackCursor, rooms: dict[str, Channel]) -> None:
    """Walks for channels that are new, and before all others for those whose items have access lists of another kind
    of channel: narrowing comes first.
    """
    public = {id_: one.kind == "public" for id_, one in rooms.items()}
    now.channels = {id_: state for id_, state in now.channels.items() if id_ in rooms}
    going_on = [walk for walk in now.walks if public.get(walk.channel) == walk.public]
    fine = {walk.channel for walk in going_on}
    made_for = {id_: state.public for id_, state in now.channels.items()} | {w.channel: w.public for w in now.walks}
    first = [id_ for id_ in sorted(rooms) if id_ not in fine and made_for.get(id_, public[id_]) != public[id_]]
    new = [id_ for id_ in sorted(rooms) if id_ not in fine and id_ not in made_for]
    now.walks = [
        *(Walk(channel=id_, public=public[id_], only_access=_is_here(now, id_)) for id_ in first),
        *going_on,
        *(Walk(channel=id_, public=public[id_]) for id_ in new),
    ]


def _is_here(now: SlackCursor, channel: str) -> bool:
    """Whether all of a channel was read before. A listing names everything, whatever changed."""
    return now.listing == "no" and channel in now.channels


def _told(walk: Walk, event: SyncEvent) -> SyncEvent | None:
    """An event of a walk; where only access changes, that alone: then nothing is asked of the list of items."""
    if not walk.only_access:
        return event
    return AccessChanged(event.external_id, event.access) if isinstance(event, Deferred) else None


def _checkpoint(now: SlackCursor) -> Checkpoint:
    return Checkpoint(now.model_copy(deep=True))


def _not_read(channel: Channel, refused: SourceRefused) -> ItemFailure:
    message = f"Slack did not give this channel ({refused.reason}). The others are not affected."
    return ItemFailure(f"channel:{channel.id}", f"#{channel.name}", "not_readable", message)


MANIFEST = Manifest(
    slug="slack",
    name="Slack",
    icon="slack",
    description="Reads what is written in channels and in direct conversations, thread by thread.",
    copies=("threads", "days of a channel", "files"),
    opaque_id=lambda _external_id: True,
    scopes=SCOPES,
    credentials=("oauth", "token"),
    modes=("workspace", "personal"),
    rights=(
        ("public channel", "every full member of the workspace; guests only where they belong to the channel"),
        ("private channel", "its members"),
        ("direct messages", "the people who take part"),
        ("personal connections", "whoever connected it, too, wherever they belong in Slack"),
        ("deactivated people and people of other organisations", "see nothing"),
        ("a file", "whoever may read the channel in which it was shared, for each channel by itself"),
    ),
    cursor=SlackCursor,
    open=SlackSource,
    options=SlackOptions,
    settings=SlackConnectorSettings,
    push=read_push,
    push_needs=("signing_secret",),
    consent=CONSENT,
)
