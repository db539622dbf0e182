"""A real `biblios serve` in a process of its own, for tests that need a browser, a kill or a restart."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from tests.support.local_model import lend_model
from tests.support.ports import free_port
from tests.support.waiting import until_seen

_READY_SECONDS = 120


class ServerProcess:
    """Starts, stops, kills and restarts one server over one data folder, always on the same port."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str] | None = None, *, port: int = 0) -> None:
        """`environment`: settings beside the data folder and the port, by their names in the environment."""
        self.data_dir = data_dir
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when `/readyz` answers 200."""
        lend_model(self.data_dir)
        env = {key: value for key, value in os.environ.items() if not key.startswith("BIBLIOS_")}
        env |= {"BIBLIOS_DATA_DIR": str(self.data_dir), "BIBLIOS_PORT": str(self.port), **self._environment}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend.cli", "serve"], env=env, stdout=log, stderr=log
            )
        try:
            until_seen(self._ready_or_ended, seconds=_READY_SECONDS)
            ended = self._process.poll() is not None
        except TimeoutError:
            ended = True
        if ended:
            self.kill()
            raise RuntimeError(f"the server did not become ready:\n{self.log.read_text(errors='replace')[-4000:]}")

    def _ready_or_ended(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                return True
        return self._process is None or self._process.poll() is not None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> int:
        """SIGTERM, as an orchestrator stops it; returns the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """SIGKILL: no chance to save anything."""
        return self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(number)
        try:
            return process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def environment(section: str, settings: dict[str, object]) -> dict[str, str]:
    """Settings of one section as the environment gives them."""
    return {f"BIBLIOS_{section.upper()}_{name.upper()}": str(value) for name, value in settings.items()}


@contextlib.contextmanager
def serving(data_dir: Path, environment: Mapping[str, str] | None = None, *, port: int = 0) -> Iterator[ServerProcess]:
    """A running server until the block ends."""
    server = ServerProcess(data_dir, environment, port=port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
