"""Several processes of the product over shared servers: MongoDB, Redis, Chroma, and one folder for the originals."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.support.server import ServerProcess
from tests.support.waiting import until_seen

_START_SECONDS = 60


class WorkerProcess:
    """A real `biblios worker`."""

    def __init__(self, data_dir: Path, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        env = {key: value for key, value in os.environ.items() if not key.startswith("BIBLIOS_")}
        env |= {"BIBLIOS_DATA_DIR": str(data_dir), **environment}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "worker"], env=env, stdout=output, stderr=output
            )

    def wait_until_started(self) -> None:
        self.wait_for('"message":"started"')

    def wait_for(self, text: str, *, seconds: float = _START_SECONDS) -> None:
        """Until the log says so."""

        def said() -> bool:
            log = self.log.read_text(errors="replace")
            if text not in log and not self.running:
                raise RuntimeError(f"the worker ended without saying {text!r}:\n{log[-4000:]}")
            return text in log

        until_seen(said, seconds=seconds)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        if self._process.poll() is None:
            self._process.send_signal(number)
        try:
            return self._process.wait(40)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def server_process(data_dir: Path, name: str, environment: dict[str, str]) -> ServerProcess:
    """One `biblios serve`, not started, with a log of its own."""
    server = ServerProcess(data_dir, environment)
    server.log = data_dir.parent / f"{name}.log"
    return server


class Link:
    """A connection to a server that can be cut, and mended: forwards a port of its own to the server's."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._open: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Ends every connection and refuses new ones."""
        assert self._server is not None
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        there: asyncio.StreamWriter | None = None
        try:
            back, there = await asyncio.open_connection("127.0.0.1", self._target)
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, there))
                both.create_task(_pump(back, writer))
        except* OSError:
            pass  # one side went away: so does the other
        finally:
            self._open.discard(task)
            writer.transport.abort()
            if there is not None:
                there.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    raise ConnectionResetError


@asynccontextmanager
async def link_to(port: int) -> AsyncIterator[Link]:
    link = Link(port)
    await link.mend()
    try:
        yield link
    finally:
        with suppress(OSError):
            await link.cut()
