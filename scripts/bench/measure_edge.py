"""Large bodies at the door: what they cost everybody else, and the memory that they take."""

import http.client
import json
import threading
import time
from pathlib import Path

from scripts.bench.figures import Figure
from scripts.bench.server import Server, serve
from scripts.bench.session import register

_MEBIBYTE = 1024 * 1024
_STRANGERS_MB = 150
_TEXTS = 400
_TEXT_CHARS = 120_000
_LEAST_SECONDS = 1.0


def bodies(workdir: Path) -> list[Figure]:
    """A stranger's JSON of 150 MB, and 48 MB of texts from somebody signed in; nothing is stored of either."""
    data_dir = workdir / "data"
    data_dir.mkdir()
    with serve(data_dir) as server:
        token, _ = register(server.url, "edge")
        _, at_rest, _ = _meanwhile(server, "/api/v1/documents/text", b"{}", None)
        rest = Figure("/healthz at rest, slowest in a second", at_rest, "ms", note="what the machine itself adds")
        return [rest, *_stranger(server), *_signed_in(server, token)]


def _stranger(server: Server) -> list[Figure]:
    # Small values: what a parser would make most objects of.
    body = b'{"items":[' + b"[1,2]," * (_STRANGERS_MB * _MEBIBYTE // 6) + b"0]}"
    before = _begin_peak(server)
    status, slowest, asked = _meanwhile(server, "/api/v1/documents/text", body, None)
    note = f"answered {status}; {asked} requests, slowest"
    return [
        Figure(f"{_STRANGERS_MB} MB JSON by a stranger: /healthz meanwhile", slowest, "ms", 50, "at_most", note),
        Figure(
            f"{_STRANGERS_MB} MB JSON by a stranger: memory",
            _memory_mb(server, "VmHWM") - before,
            "MB",
            20,
            "at_most",
            "peak",
        ),
    ]


def _signed_in(server: Server, token: str) -> list[Figure]:
    items: list[object] = [
        {"external_id": str(number), "text": "words " * (_TEXT_CHARS // 6)} for number in range(_TEXTS)
    ]
    body = json.dumps({"items": [*items, {"external_id": "refused"}]}).encode()
    status, slowest, asked = _meanwhile(server, "/api/v1/documents/text", body, token)
    note = f"answered {status}, since the last text is malformed; {asked} requests, slowest"
    name = f"{len(body) // 1_000_000} MB of texts, signed in: /healthz meanwhile"
    return [Figure(name, slowest, "ms", 50, "at_most", note)]


def _meanwhile(server: Server, path: str, body: bytes, token: str | None) -> tuple[int, float, int]:
    """Status of the large request, the slowest answer of `/healthz` while it ran in milliseconds, and how many."""
    done = threading.Event()
    seconds: list[float] = []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        started = time.perf_counter()
        while not done.is_set() or time.perf_counter() - started < _LEAST_SECONDS:
            asked = time.perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            seconds.append(time.perf_counter() - asked)
            time.sleep(0.002)
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("POST", path, body=body, headers=headers)
    status = connection.getresponse().status
    connection.close()
    done.set()
    asking.join()
    return status, max(seconds) * 1000, len(seconds)


def _begin_peak(server: Server) -> float:
    """Lets the peak begin anew (proc(5)), since hashing a password took 64 MB; returns what is in memory now."""
    Path(f"/proc/{server.pid}/clear_refs").write_text("5", encoding="ascii")
    return _memory_mb(server, "VmRSS")


def _memory_mb(server: Server, field: str) -> float:
    for line in Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell a process's memory")
