"""The real Chroma server, one for all tests of a run."""

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import httpx

from tests.support.ports import free_port
from tests.support.waiting import until_seen

_START_SECONDS = 30


@cache
def chroma_server() -> str:
    """Starts `chroma run` on a free port over an empty folder; returns its address. Ends with the test run."""
    folder = Path(tempfile.mkdtemp(prefix="chroma-"))
    port = free_port()
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--host", "127.0.0.1", "--port", str(port), "--path", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop() -> None:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"chroma ended with {process.returncode}")
        try:
            return httpx.get(f"{url}/api/v2/heartbeat", timeout=5).is_success
        except httpx.TransportError:
            return False

    until_seen(answers, seconds=_START_SECONDS)
    return url
