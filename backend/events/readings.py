"""The endless readings of a process, so that it can end: a server that stops waits for its open connections."""

from collections.abc import Generator
from contextlib import contextmanager

from backend.events.base import Reader


class Readings:
    """Readers enter while they read. After `end` nobody stays in; they come back to the process that follows."""

    def __init__(self) -> None:
        self._readers: set[Reader] = set()
        self._ended = False

    @contextmanager
    def entered(self, reader: Reader) -> Generator[None]:
        if self._ended:
            reader.end()
        self._readers.add(reader)
        try:
            yield
        finally:
            self._readers.discard(reader)

    def end(self) -> None:
        self._ended = True
        for reader in self._readers:
            reader.end()
