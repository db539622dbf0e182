"""One extraction process as the server sees it: started, asked, killed."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import backend
from backend.extraction.protocol import ACCEPTED, LENGTH, PREFIX, Frame, lengths_in, start_of
from backend.supervised import watched

_START_SECONDS = 60
_LAST_WORDS_BYTES = 2000
_ROOT = Path(backend.__file__).parent.parent
# No secrets and no tuning of the server's own reach the child.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "TESSDATA_PREFIX")


class ReaderDied(Exception):
    """The process ended by itself. `accepted`: it had taken the request, so the file may be the cause."""

    def __init__(self, reason: str, *, accepted: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.accepted = accepted


class ReaderProcess:
    """A started process, which leads a group of its own. One question at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._words = bytearray()
        self._listening = watched("reader-words", self._listen())

    @classmethod
    async def start(cls, limits: dict[str, Any]) -> Self:
        """Starts a process and waits until it is ready. Raises `ReaderDied`."""
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {
            "PYTHONPATH": str(_ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            # Threads and their heaps count as address space.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "RAYON_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "backend.extraction.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
            limit=1024 * 1024,
            # Ctrl-C in a terminal is for the server, which then ends its children.
            start_new_session=True,
        )
        reader = cls(process)
        ready = False
        try:
            async with asyncio.timeout(_START_SECONDS):
                await reader._send(Frame(limits))
                await reader._expect_accepted()
            ready = True
        except TimeoutError:
            raise ReaderDied("it did not get ready in time", accepted=False) from None
        finally:
            if not ready:
                await reader.kill()
        return reader

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, request: Frame) -> Frame:
        """The answer to one request. Raises `ReaderDied`. After a cancellation the process must be killed."""
        accepted = False
        try:
            await self._send(request)
            await self._expect_accepted()
            accepted = True
            return await self._receive()
        except ReaderDied:
            raise
        except (asyncio.IncompleteReadError, ConnectionError, OSError) as error:
            reason = await self._reason()
            self._end_group()
            raise ReaderDied(reason, accepted=accepted) from error

    async def kill(self) -> None:
        """Ends the process and whatever it has started at once, and waits for it. Harmless when it has ended."""
        if self._process.returncode is None:
            self._end_group()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._listening

    def _end_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def last_words(self) -> str:
        """The end of what the process wrote to standard error."""
        await self._process.wait()
        await self._listening
        return self._words.decode(errors="replace").strip()

    async def _listen(self) -> None:
        stream = self._process.stderr
        while stream is not None and (heard := await stream.read(4096)):
            self._words = (self._words + heard)[-_LAST_WORDS_BYTES:]

    async def _send(self, frame: Frame) -> None:
        stream = self._process.stdin
        if stream is None:
            raise ReaderDied("its input is closed", accepted=False)
        stream.write(start_of(frame))
        for blob in frame.blobs:
            stream.write(blob)
        await stream.drain()

    async def _expect_accepted(self) -> None:
        try:
            await self._exactly(len(ACCEPTED))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ReaderDied(await self._reason(), accepted=False) from error

    async def _receive(self) -> Frame:
        header_length, blob_count = PREFIX.unpack(await self._exactly(PREFIX.size))
        lengths = lengths_in(await self._exactly(LENGTH.size * blob_count))
        header = json.loads(await self._exactly(header_length))
        return Frame(header, tuple([await self._exactly(length) for length in lengths]))

    async def _exactly(self, count: int) -> bytes:
        stream = self._process.stdout
        if stream is None:
            raise ReaderDied("its output is closed", accepted=False)
        return await stream.readexactly(count)

    async def _reason(self) -> str:
        """How the process ended, in words."""
        code = await self._process.wait()
        if code >= 0:
            return f"exit code {code}"
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"
