"""The `WakeUp` port: tells readers, in whichever process they are, that there is something new under a name."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from backend.events.base import Reader


class WakeUp(Protocol):
    """A wake-up may be lost, when a server is down or a process dies; so readers look by themselves now and then."""

    @property
    def poll_seconds(self) -> float:
        """How long a reader may sleep at the most before it looks by itself."""
        ...

    async def notify(self, name: str) -> int:
        """Wakes every reader of a name. Returns how many it reached, as far as that is known; never raises."""
        ...

    def listen(self, name: str, reader: Reader) -> AbstractAsyncContextManager[None]:
        """While it is entered, the reader is woken. Enter it before the first look."""
        ...

    async def ping(self) -> None:
        """Errors: `Unavailable` while what carries wake-ups to this process has died and is started again."""
        ...

    async def close(self) -> None: ...


class LocalWakeUp:
    """Within this process; whoever writes in another one is noticed by looking.

    Args:
        poll_seconds: short where other processes write to the same database, and long where there are none.
    """

    def __init__(self, *, poll_seconds: float) -> None:
        self._poll_seconds = poll_seconds
        self._readers: dict[str, set[Reader]] = {}

    @property
    def poll_seconds(self) -> float:
        return self._poll_seconds

    async def notify(self, name: str) -> int:
        readers = self._readers.get(name, ())
        for reader in readers:
            reader.wake()
        return len(readers)

    @asynccontextmanager
    async def listen(self, name: str, reader: Reader) -> AsyncGenerator[None]:
        readers = self._readers.setdefault(name, set())
        readers.add(reader)
        try:
            yield
        finally:
            readers.discard(reader)
            if not readers:
                self._readers.pop(name, None)

    def listens(self, name: str) -> bool:
        return name in self._readers

    def wake_all(self) -> None:
        """Makes every reader look for itself."""
        for readers in self._readers.values():
            for reader in readers:
                reader.wake()

    async def ping(self) -> None:
        """Nothing runs beside the readers."""

    async def close(self) -> None:
        """Nothing is open."""
