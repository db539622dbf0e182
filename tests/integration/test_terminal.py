"""What a person sees at the terminal where the server is started."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.support.local_model import lend_model
from tests.support.server import serving


def test_terminal_shows_readable_lines_and_the_address_to_open(tmp_path: Path) -> None:
    data = tmp_path / "data"
    lend_model(data)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BIBLIOS_")}
    environment |= {"BIBLIOS_DATA_DIR": str(data), "BIBLIOS_PORT": "0", "TERM": "dumb"}
    screen, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "serve"],
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    overdue = threading.Timer(90, process.kill)
    overdue.start()
    shown = ""
    with contextlib.suppress(OSError):  # a terminal that nobody writes to any more
        while "Open " not in shown or not shown.endswith("\n"):
            shown += os.read(screen, 4096).decode()
    overdue.cancel()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    os.close(screen)
    lines = shown.replace("\r", "").strip().splitlines()
    assert [line for line in lines if line.startswith("BibliosAI is ready. Open http://127.0.0.1:")], shown
    assert not [line for line in lines if line.startswith("{") or "faiss" in line.lower() or "uvicorn" in line], shown


def test_where_nobody_looks_the_log_is_json(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        lines = server.log.read_text(encoding="utf-8").splitlines()
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"@timestamp", "log.level", "message"} <= set(logged[0])
    assert f"BibliosAI is ready. Open {server.url}" in lines  # jobs that began with the server may log after it
