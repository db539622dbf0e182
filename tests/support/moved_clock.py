"""The present time, moved on by tests."""

import time


class MovedClock:
    """Seconds since the epoch, as `time.time`, plus what it was advanced by."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    def advance(self, *, hours: float = 0, seconds: float = 0) -> None:
        self._ahead += hours * 3600 + seconds
