"""A log for what is mostly a growing text: any reader can come back and go on where it was.

The log is a text that grows, with a few other events standing at offsets in it. A position counts both: each character
of the text and each other event is one step. So a position alone says what a reader has, pieces of text need not
be stored one by one, and a reader who is behind gets all that waits in one piece. Positions are the stream's event ids.
"""

from collections.abc import AsyncGenerator

import orjson

from backend.events.base import Event, Reader, WireEvent, line_safe

#: A reader who is behind gets pieces of at most this many characters.
_LARGEST_PIECE_CHARS = 16_384


class TextLog:
    """One producer appends; any number of readers follow, each at its own pace. Bounded by `max_chars` of text.

    Lives in one process. What other processes may see of it is stored by its producer.
    """

    def __init__(self, *, max_chars: int = 400_000) -> None:
        self._parts: list[str] = []
        self._text = ""
        self._length = 0
        self._marks: list[tuple[int, str, str]] = []
        self._closed = False
        self._max_chars = max_chars
        self._readers: set[Reader] = set()

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

    def append(self, event: Event) -> None:
        self._marks.append((self._length, event.type, line_safe(event.model_dump_json())))
        self._wake()

    def close(self) -> None:
        """No more events: readers end when they have everything."""
        self._closed = True
        self._wake()

    async def read(self, after: int = 0, reader: Reader | None = None) -> AsyncGenerator[WireEvent]:
        """Everything after a position, then what comes, until the log is closed or the reader is ended."""
        reader = reader or Reader()
        self._readers.add(reader)
        mark = offset = 0
        try:
            while not reader.ended:
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
                    await reader.wait()
        finally:
            self._readers.discard(reader)

    def _wake(self) -> None:
        for reader in self._readers:
            reader.wake()


def token_data(text: str) -> str:
    """The `token` event as JSON, by hand: it is sent hundreds of times for each answer."""
    return line_safe(orjson.dumps({"type": "token", "text": text}).decode())
