"""What a piece of work costs this thread, for tests that hold a bound on it."""

import gc
import time
from collections.abc import Callable

_TRIES = 3


def processor_seconds(work: Callable[[], object]) -> float:
    """Seconds of processor time that the work takes in this thread: the least of three tries, without collecting.

    Other threads of the test's process, and one collection over everything that thousands of tests before it have left
    behind, would be counted with it otherwise.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return min(_once(work) for _ in range(_TRIES))
    finally:
        if collecting:
            gc.enable()


def _once(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
