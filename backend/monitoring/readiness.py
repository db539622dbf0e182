"""What has to answer before this process counts as ready; `/readyz` asks it."""

from collections.abc import Awaitable, Callable

type Ping = Callable[[], Awaitable[None]]


class Readiness:
    """Collects a ping for each part as the services start. `started` is true from a whole start until draining."""

    def __init__(self) -> None:
        self.started = False
        self._pings: dict[str, Ping] = {}

    def add(self, name: str, ping: Ping) -> None:
        """`ping` raises while the part does not work. `name` is what `/readyz` calls it."""
        self._pings[name] = ping

    def pings(self) -> dict[str, Ping]:
        return dict(self._pings)
