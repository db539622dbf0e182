"""A program of the system, run within bounds: so long, so much output, so much memory, and no shell."""

import os
import resource
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress

_MEMORY_BYTES = 1024 * 1024 * 1024
_WRITTEN_BYTES = 16 * 1024 * 1024
_READ_BYTES = 64 * 1024
#: What the program may know of the surroundings: nothing that is secret, and no settings of its own but its data.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "TESSDATA_PREFIX")


class ProgramFailed(Exception):
    """It could not be started, said that it failed, ran too long or wrote too much. Holds none of what it wrote.

    `stopped`: it was stopped from here; what it had started itself may still run in this process's group.
    """

    def __init__(self, reason: str, *, stopped: bool = False) -> None:
        super().__init__(reason)
        self.stopped = stopped


def run(command: Sequence[str], given: bytes = b"", *, seconds: float, max_bytes: int) -> bytes:
    """What the program writes to its output after it was given these bytes as its input. Raises `ProgramFailed`.

    It stays in the group of this process, so that whoever ends the group ends it too.
    """
    end = time.monotonic() + seconds
    # A file rather than a pipe: a program that writes before it has read all would wait for us, and we for it.
    with tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - the operator's program, no shell, arguments from our own tables
                list(command),
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"OMP_THREAD_LIMIT": "1"},
            )
        except (OSError, ValueError) as error:
            raise ProgramFailed(f"it could not be started ({type(error).__name__})") from None
    try:
        _limit(process.pid)
        written = _output(process, end, max_bytes)
        try:
            code = process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise ProgramFailed(f"it ran longer than {seconds:g} seconds", stopped=True) from None
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if code != 0:
        raise ProgramFailed(f"it ended with {code}")
    return written


def _output(process: subprocess.Popen[bytes], end: float, max_bytes: int) -> bytes:
    """Everything until its output closes."""
    written = bytearray()
    stream = process.stdout
    while stream is not None:
        ready, _, _ = select.select([stream], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise ProgramFailed("it ran too long", stopped=True)
        part = os.read(stream.fileno(), _READ_BYTES)
        if not part:
            break
        written += part
        if len(written) > max_bytes:
            raise ProgramFailed(f"it wrote more than {max_bytes:,} bytes", stopped=True)
    return bytes(written)


def _limit(pid: int) -> None:
    """Only Linux limits another process; elsewhere time and output are what is limited."""
    if sys.platform == "linux":
        with suppress(OSError, ValueError):  # it has ended already, or the limits are lower than these
            resource.prlimit(pid, resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (_WRITTEN_BYTES, _WRITTEN_BYTES))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
