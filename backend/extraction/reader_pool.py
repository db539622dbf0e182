"""Child processes that read files: started when first needed, shared in turns, replaced when they hang or grow."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from backend.errors import ExtractionFailed, Unavailable
from backend.extraction.failures import HINTS, failure
from backend.extraction.limits import Limits
from backend.extraction.protocol import Frame
from backend.extraction.reader_process import ReaderDied, ReaderProcess
from backend.extraction.turns import Turns
from backend.supervised import watched

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """`retire_bytes`: a process that holds this much after an answer is replaced; allocators rarely give it back."""

    workers: int
    timeout_seconds: float
    idle_seconds: float
    retire_bytes: int


class ReaderPool:
    """Up to `limits.workers` processes, ended when idle. Safe for concurrent callers of one event loop.

    Those over `workers` wait their turn (see `Turns`), and waiting does not count as time. A process that dies, hangs
    or eats memory fails only the request that it was at.
    """

    def __init__(self, limits: PoolLimits, *, files: Limits) -> None:
        self._limits = limits
        self._files = files
        self._turns = Turns(limits.workers)
        self._idle: list[ReaderProcess] = []
        self._busy: set[ReaderProcess] = set()
        self._timers: dict[ReaderProcess, asyncio.TimerHandle] = {}
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False

    async def ask(self, header: dict[str, Any], data: bytes | Path, *, holder: str | None = None) -> Frame:
        """The answer to a request about a file. Holders take turns; None comes first (see `Turns.turn`).

        Raises `ExtractionFailed` with one of the codes in `failures.MESSAGES`, `Unavailable` when nothing can be read.
        """
        # The child runs in the same folder, so a relative path means the same there.
        request = Frame({**header, "path": str(data)}) if isinstance(data, Path) else Frame(header, (data,))
        async with self._turns.turn(holder, size=_size(data)):
            answer = await self._exchange(request)
        if "code" in answer.header:
            if "exception" in answer.header:
                log.warning("extraction_error_unexpected", exception=answer.header["exception"])
            code = answer.header["code"]
            raise ExtractionFailed(answer.header["message"], code=code, hint=HINTS.get(code))
        return answer

    async def close(self) -> None:
        """Ends all processes; whose file is being read is told `Unavailable`."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        processes = [*self._idle, *self._busy]
        self._idle.clear()
        await asyncio.gather(*(process.kill() for process in processes), *self._endings)
        # Callers that were just starting a process, or waiting, find the pool closed; none is left behind.
        await self._turns.all_left()

    async def _exchange(self, request: Frame) -> Frame:
        """Sends the request to an idle process or a new one; one that died while idle is replaced without a word."""
        while True:
            process = self._take_idle()
            reused = process is not None
            if process is None:
                process = await self._start()
            self._busy.add(process)
            keep = False
            try:
                async with asyncio.timeout(self._limits.timeout_seconds):
                    answer = await process.ask(request)
                # A program that had to be stopped may have left others behind: they end with the process.
                keep = answer.header.get("code") != "out_of_memory" and not answer.header.get("stopped")
            except TimeoutError:
                raise failure("timed_out", f"{self._limits.timeout_seconds:g}") from None
            except ReaderDied as death:
                if self._closed:
                    raise _stopping() from None
                if reused and not death.accepted:
                    continue
                log.warning("extraction_process_died", reason=death.reason, last_words=await process.last_words())
                raise failure("crashed", death.reason) from None
            finally:
                self._busy.discard(process)
                # Also reached when the caller is cancelled: a process in mid-answer can not be used again.
                if keep and not self._closed and answer.header.get("resident_bytes", 0) < self._limits.retire_bytes:
                    self._put_idle(process)
                else:
                    await asyncio.shield(process.kill())
            return answer

    async def _start(self) -> ReaderProcess:
        if self._closed:
            raise _stopping()
        try:
            process = await ReaderProcess.start(self._files.as_dict())
        except (ReaderDied, OSError) as error:  # no memory, no process or no file handle left: no fault of the file
            log.error("extraction_process_cannot_start", reason=str(error))  # noqa: TRY400 - the reason says it all
            raise Unavailable(
                "Files cannot be read at the moment. It is tried again; if it stays, tell your operator.",
                hint=f"No reader process could be started ({error}). Look at memory and limits of processes.",
                dependency="extraction",
            ) from error
        if self._closed:
            await process.kill()
            raise _stopping()
        return process

    def _take_idle(self) -> ReaderProcess | None:
        while self._idle:
            process = self._idle.pop()
            self._timers.pop(process).cancel()
            if process.alive:
                return process
        return None

    def _put_idle(self, process: ReaderProcess) -> None:
        self._idle.append(process)
        loop = asyncio.get_running_loop()
        self._timers[process] = loop.call_later(self._limits.idle_seconds, self._end_idle, process)

    def _end_idle(self, process: ReaderProcess) -> None:
        self._timers.pop(process, None)
        if process in self._idle:
            self._idle.remove(process)
            ending = watched("reader-end", process.kill())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)


def _stopping() -> Unavailable:
    return Unavailable(
        "The server is stopping, so the file was not read. Try again in a moment.", dependency="extraction"
    )


def _size(data: bytes | Path) -> int:
    if isinstance(data, bytes):
        return len(data)
    try:
        return data.stat().st_size
    except OSError:  # the reader says what is wrong with it
        return 0
