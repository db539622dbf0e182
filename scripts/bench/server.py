"""A real `biblios serve` in a process of its own, over a data folder that the caller names."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_READY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Server:
    """`ready_seconds` is from spawning the process to the first 200 of `/readyz`."""

    url: str
    pid: int
    ready_seconds: float

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serve(data_dir: Path, **environment: str) -> Iterator[Server]:
    """Serves until the block ends; SIGTERM, then waits. The log is `data_dir/../server.log`."""
    port = free_port()
    env = {key: value for key, value in os.environ.items() if not key.startswith("BIBLIOS_")}
    env |= {"BIBLIOS_DATA_DIR": str(data_dir), "BIBLIOS_PORT": str(port), "BIBLIOS_LOG_LEVEL": "warning"}
    env |= environment
    with (data_dir.parent / "server.log").open("ab") as log:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "backend.cli", "serve"], env=env, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, process, started)
            yield Server(url, process.pid, time.perf_counter() - started)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", started: float) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 - loopback
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass  # not listening or not ready yet: the deadline below decides
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}; see server.log")
        if time.perf_counter() - started > _READY_SECONDS:
            raise TimeoutError(f"the server was not ready within {_READY_SECONDS} s; see server.log")
        time.sleep(0.02)
