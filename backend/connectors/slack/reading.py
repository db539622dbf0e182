"""Reads one channel: all of it, from its newest message back to its first, or what stands in its window."""

import hashlib
import json
import zlib
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from backend.connectors.pictures import Pictures
from backend.connectors.slack import files, processor, timestamps
from backend.connectors.slack.client import SlackClient
from backend.connectors.slack.cursor import ChannelState, SlackOptions, Walk
from backend.connectors.slack.markup import Names
from backend.connectors.slack.model import Channel, Page, Team
from backend.connectors.slack.people import People
from backend.connectors.slack.processor import Where
from backend.connectors.slack.rooms import access_of
from backend.connectors.source_events import Deferred, Delete, ItemFailure, SyncEvent
from backend.documents.incoming import TextItem
from backend.errors import SourceRefused

#: Threads that are quiet are read again once in so many listings: nothing tells that a reply was edited.
QUIET_ROUNDS = 168
#: More is no conversation; what is taken at most is far less.
_MOST_REPLIES = 20_000
_GONE = frozenset({"thread_not_found", "message_not_found"})


def turn_of(ts: str, latest_reply: str, *, window: str, round_: int) -> str:
    """What makes a thread's revision another one when it is its turn to be read again, though nothing says it changed.

    A thread with replies in the channel's window has a turn with each listing, a quiet one every `QUIET_ROUNDS`, not
    all of them in the same.
    """
    if timestamps.order(latest_reply or ts) >= timestamps.order(window):
        return f"r{round_}"
    return f"q{(round_ + zlib.crc32(ts.encode())) // QUIET_ROUNDS}"


@dataclass(slots=True)
class _Day:
    """The messages of the day that is being read. They come newest first, perhaps some of them twice."""

    day: date | None = None
    messages: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def turn(self, ts: str) -> tuple[date, list[Mapping[str, Any]]] | None:
        """The day that has ended, as this message is of another one."""
        day = timestamps.day_of(ts)
        if day == self.day:
            return None
        ended = self.ended()
        self.day = day
        return ended

    def ended(self) -> tuple[date, list[Mapping[str, Any]]] | None:
        """What was gathered, in the order in which it was said."""
        day, messages, self.day, self.messages = self.day, self.messages, None, {}
        if day is None or not messages:
            return None
        return day, [messages[ts] for ts in sorted(messages, key=timestamps.order)]


@dataclass(slots=True)
class Seen:
    """What a reading came across. `threads` are those of the channel's window."""

    newest: str = ""
    threads: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    malformed: bool = False


class ChannelReader:
    """Reads one channel of an opened account.

    Args:
        labels: names of all channels, for mentions.
        round_: the number of the latest listing.
    """

    def __init__(
        self,
        client: SlackClient,
        people: People,
        team: Team,
        channel: Channel,
        *,
        label: str,
        labels: Mapping[str, str],
        options: SlackOptions,
        pictures: Pictures,
        round_: int,
    ) -> None:
        self._client = client
        self._people = people
        self._labels = labels
        self._where = Where(channel.id, label, team.url)
        self._access = access_of(channel, team)
        self._bots, self._with_files = options.bots, options.files
        self._pictures = pictures
        self._round = round_

    async def walk(self, walk: Walk, seen: Seen) -> AsyncGenerator[SyncEvent | None]:
        """Everything before `walk.below`; None where the walk may be gone on with from what `walk` says then."""
        gathered = _Day()
        async for page in self._client.history(self._where.channel, latest=walk.below):
            for ts in (str(message["ts"]) for message in page.messages):
                seen.newest = timestamps.latest_of(seen.newest, ts)
            walk.newest = walk.newest or seen.newest
            window = ChannelState(newest=walk.newest, public=walk.public).window
            for event in self._page(page, gathered, seen, window):
                yield event
            below = walk.below
            if gathered.day is not None and gathered.messages:
                below = timestamps.end_of(gathered.day)
            elif page.messages:
                below = min((str(one["ts"]) for one in page.messages), key=timestamps.order)
            if below != walk.below:
                walk.below = below
                walk.recent = sorted({*walk.recent, *seen.threads})
                yield None
        for event in self._ended(gathered, seen):
            yield event
        walk.file_page = 1

    async def window(self, state: ChannelState, seen: Seen) -> AsyncGenerator[SyncEvent]:
        """What stands in the channel's window, and what stood there and is gone.

        An answer without any message proves nothing: at least the newest that is known stood there.
        """
        gathered, start = _Day(), state.window
        any_message = False
        async for page in self._client.history(self._where.channel, oldest=start):
            any_message = any_message or bool(page.messages)
            for ts in (str(message["ts"]) for message in page.messages):
                seen.newest = timestamps.latest_of(seen.newest, ts)
            for event in self._page(page, gathered, seen, start):
                yield event
        for event in self._ended(gathered, seen):
            yield event
        if not any_message or seen.malformed or not state.newest:
            return
        for ts in state.recent:
            if ts not in seen.threads:
                yield Delete(processor.thread_id(self._where.channel, ts))
        first, last = timestamps.day_of(start), timestamps.day_of(state.newest)
        for back in range((last - first).days + 1):
            if (day := timestamps.days_before(last, back)) not in seen.days:
                yield Delete(processor.day_id(self._where.channel, day))

    async def files(self, walk: Walk) -> AsyncGenerator[SyncEvent]:
        """One page of the channel's files. `walk` says afterwards where it goes on."""
        number = walk.file_page
        page = await self._client.files(
            page=number, channel=self._where.channel, until=walk.until if number > 1 else None
        )
        if number == 1:
            walk.files = page.total
            walk.until = newest_of(page.files)
        for file in page.files:
            if (event := self.file(file)) is not None:
                yield event
        walk.files_moved = walk.files_moved or page.total != walk.files
        walk.file_page = number + 1 if number < page.pages else 0

    def file(self, file: Mapping[str, Any]) -> SyncEvent | None:
        return files.event_of(self._client, self._where, file, self._access, self._pictures)

    def _page(self, page: Page, gathered: _Day, seen: Seen, window: str) -> Iterator[SyncEvent]:
        for bad in page.malformed:
            seen.malformed = True
            digest = hashlib.sha256(json.dumps(bad, sort_keys=True, default=str).encode()).hexdigest()[:16]
            told = "Slack gave something among the messages that is none. The others are not affected."
            yield ItemFailure(f"malformed:{self._where.channel}:{digest}", None, "malformed", told)
        for message in sorted(page.messages, key=lambda one: timestamps.order(one["ts"]), reverse=True):
            ts = str(message["ts"])
            if (ended := gathered.turn(ts)) is not None:
                yield self._day(ended, seen)
            for file in processor.files_of(message):
                if self._with_files and (event := self.file(file)) is not None:
                    yield event
            if processor.begins_thread(message):
                if timestamps.order(ts) >= timestamps.order(window):
                    seen.threads.add(ts)
                yield self._thread(message, window)
            elif not (
                processor.is_reply(message)
                or processor.is_notice(message)
                or (processor.is_of_an_app(message) and not self._bots)
            ):
                gathered.messages[ts] = message

    def _ended(self, gathered: _Day, seen: Seen) -> Iterator[SyncEvent]:
        if (ended := gathered.ended()) is not None:
            yield self._day(ended, seen)

    def _day(self, ended: tuple[date, list[Mapping[str, Any]]], seen: Seen) -> Deferred:
        day, messages = ended
        seen.days.add(day)
        revision = processor.revision(messages, bots=self._bots)
        name = processor.day_id(self._where.channel, day)
        return Deferred(name, revision, self._access, partial(self._day_item, day, messages))

    def _thread(self, first: Mapping[str, Any], window: str) -> Deferred:
        ts = str(first["ts"])
        turn = turn_of(ts, timestamps.given(first.get("latest_reply")), window=window, round_=self._round)
        revision = processor.revision([first], bots=self._bots, beside=turn)
        name = processor.thread_id(self._where.channel, ts)
        return Deferred(name, revision, self._access, partial(self._thread_item, ts))

    async def _day_item(self, day: date, messages: list[Mapping[str, Any]]) -> TextItem | ItemFailure:
        names, addresses = await self._names(messages)
        return processor.day_item(self._where, day, messages, names, addresses)

    async def _thread_item(self, ts: str) -> TextItem | Delete | ItemFailure:
        name = processor.thread_id(self._where.channel, ts)
        found: dict[str, Mapping[str, Any]] = {}
        try:
            async for page in self._client.replies(self._where.channel, ts):
                found.update({str(message["ts"]): message for message in page.messages})
                if len(found) > _MOST_REPLIES:
                    message = f"This thread is too large to be read: more than {_MOST_REPLIES:,} messages."
                    return ItemFailure(name, None, "too_large", message, skipped=True)
        except SourceRefused as refused:
            if refused.reason in _GONE:
                return Delete(name)
            return ItemFailure(name, None, "not_readable", f"Slack did not give this thread ({refused.reason}).")
        if ts not in found:  # an answer without content is evidence of nothing
            return ItemFailure(name, None, "not_readable", "Slack gave this thread without its first message.")
        messages = [found[one] for one in sorted(found, key=timestamps.order)]
        names, addresses = await self._names(messages)
        return processor.thread_item(self._where, messages, names, addresses, bots=self._bots)

    async def _names(self, messages: list[Mapping[str, Any]]) -> tuple[Names, dict[str, str]]:
        ids, hints = processor.people_in(messages)
        names = await self._people.names(ids, hints)
        members = {id_: self._people.member(id_) for id_ in ids}
        addresses = {id_: one.address for id_, one in members.items() if one is not None and one.address}
        return Names(names, self._labels), addresses


def newest_of(found: list[dict[str, Any]]) -> int:
    """When the newest of some files was created, in seconds; 0 without any."""
    return max((one["created"] for one in found if isinstance(one.get("created"), int)), default=0)
