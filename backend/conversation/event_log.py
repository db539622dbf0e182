"""What an answer's readers see, kept so that any of them can come back and go on where they were.

The log is a text that grows, with a few other events standing at offsets in it. A position counts both: each character
of the text and each other event is one step. So a position alone says what a reader has, pieces of text need not
be stored one by one, and a reader who is behind gets all that waits in one piece. Positions are the stream's event ids.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import orjson

from backend.conversation.events import ChatEvent

#: A reader who is behind gets pieces of at most this many characters.
_LARGEST_PIECE_CHARS = 16_384


@dataclass(frozen=True, slots=True)
class WireEvent:
    """An event ready to be sent: `data` is JSON on one line."""

    id: int
    type: str
    data: str


class EventLog:
    """One producer appends; any number of readers follow, each at its own pace. Bounded by `max_chars` of text."""

    def __init__(self, *, max_chars: int = 400_000) -> None:
        self._parts: list[str] = []
        self._text = ""
        self._length = 0
        self._marks: list[tuple[int, str, str]] = []
        self._closed = False
        self._max_chars = max_chars
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def text(self) -> str:
        """All the text so far."""
        if self._parts:
            self._text += "".join(self._parts)
            self._parts.clear()
        return self._text

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def full(self) -> bool:
        """Whether no more text is taken."""
        return self._length >= self._max_chars

    def append_text(self, text: str) -> None:
        text = text[: self._max_chars - self._length]
        if text:
            self._parts.append(text)
            self._length += len(text)
            self._wake()

    def append(self, event: ChatEvent) -> None:
        self._marks.append((self._length, event.type, line_safe(event.model_dump_json())))
        self._wake()

    def close(self) -> None:
        """No more events: readers end when they have everything."""
        self._closed = True
        self._wake()

    async def read(self, after: int = 0) -> AsyncGenerator[WireEvent]:
        """Everything after a position, then what comes, until the log is closed."""
        mark = offset = 0
        while True:
            marks_at = self._marks[mark][0] if mark < len(self._marks) else None
            if marks_at == offset:
                _, type_, data = self._marks[mark]
                mark += 1
                if mark + offset > after:
                    yield WireEvent(mark + offset, type_, data)
                continue
            # What the reader has is passed over; it may reach beyond what is here so far.
            offset = max(offset, min(after - mark, self._length if marks_at is None else marks_at))
            end = min(self._length if marks_at is None else marks_at, offset + _LARGEST_PIECE_CHARS)
            if end > offset:
                piece = self.text[offset:end]
                offset = end
                yield WireEvent(mark + offset, "token", token_data(piece))
            elif marks_at is None:
                if self._closed:
                    return
                await self._changed()

    async def _changed(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)


def token_data(text: str) -> str:
    """The `token` event as JSON, by hand: it is sent hundreds of times for each answer."""
    return line_safe(orjson.dumps({"type": "token", "text": text}).decode())


def line_safe(json: str) -> str:
    """JSON without the characters that some clients take for line ends."""
    if json.isascii():
        return json
    return json.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
