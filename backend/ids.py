"""Identifiers: ordered by time of creation, and not to be guessed."""

import os
import threading
import time

_COUNTER_BITS = 12
_COUNTER_MAX = (1 << _COUNTER_BITS) - 1


class _Clock:
    """Milliseconds with a counter, so that ids of one process sort in the order in which they were made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millis = 0
        self._counter = 0

    def tick(self) -> tuple[int, int]:
        with self._lock:
            now = time.time_ns() // 1_000_000
            if now > self._millis:
                self._millis, self._counter = now, 0
            elif self._counter < _COUNTER_MAX:
                self._counter += 1
            else:  # the counter is used up, or the clock went back: borrow the next millisecond
                self._millis, self._counter = self._millis + 1, 0
            return self._millis, self._counter


_clock = _Clock()


def new_id() -> str:
    """A UUID of version 7 (RFC 9562) as 32 hex digits: sorts by creation, with 62 random bits."""
    millis, counter = _clock.tick()
    value = (millis & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | counter << 64
    value |= 0b10 << 62 | int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return f"{value:032x}"
