"""A closed-loop HTTP load on loopback: some clients, each sending its next request when the last was answered.

Clients speak HTTP/1.1 by hand over keep-alive connections: an ordinary client library would cost more than the server
and so measure itself. They run in one process of their own, off the server's interpreter.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Latencies in milliseconds, of answers with status 200; `failed` counts the others."""

    seconds: float
    requests: int
    failed: int
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def run_load(
    port: int,
    paths: Sequence[str],
    *,
    token: str | None,
    clients: int,
    seconds: float | None = None,
    warmup: int = 50,
) -> LoadResult:
    """GETs `paths` in turn, each once (or around again until `seconds` are over), from a process of its own.

    The first `warmup` answers are not counted.
    """
    job = {
        "port": port,
        "paths": list(paths),
        "token": token,
        "clients": clients,
        "seconds": seconds,
        "warmup": min(warmup, len(paths) // 4),
    }
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench.load"], input=json.dumps(job), capture_output=True, text=True, check=True
    )
    return LoadResult(**json.loads(done.stdout))


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of values in ascending order; 0.0 of none."""
    if not sorted_values:
        return 0.0
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


class _Load:
    def __init__(self, job: dict[str, object]) -> None:
        self._port = int(str(job["port"]))
        self._paths: list[str] = list(job["paths"])  # type: ignore[call-overload]
        token = job["token"]
        self._auth = f"Authorization: Bearer {token}\r\n" if token else ""
        self._clients = int(str(job["clients"]))
        self._until: float | None = None
        self._seconds = float(str(job["seconds"])) if job["seconds"] is not None else None
        self._warmup = int(str(job["warmup"]))
        self._next = 0
        self._answered = 0
        self._failed = 0
        self._latencies: list[float] = []
        self._measured_from = 0.0

    def _take(self) -> str | None:
        if self._until is not None:
            if time.perf_counter() >= self._until:
                return None
        elif self._next >= len(self._paths):
            return None
        path = self._paths[self._next % len(self._paths)]
        self._next += 1
        return path

    async def _client(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        while (path := self._take()) is not None:
            started = time.perf_counter()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self._auth}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])
            await reader.readexactly(length)
            self._count(head.startswith(b"HTTP/1.1 200"), started)
        writer.close()

    def _count(self, ok: bool, started: float) -> None:
        now = time.perf_counter()
        self._answered += 1
        if self._answered <= self._warmup:
            self._measured_from = now
        elif ok:
            self._latencies.append((now - started) * 1000)
        else:
            self._failed += 1

    async def run(self) -> LoadResult:
        self._measured_from = time.perf_counter()
        if self._seconds is not None:
            self._until = self._measured_from + self._seconds
        await asyncio.gather(*(self._client() for _ in range(self._clients)))
        seconds = time.perf_counter() - self._measured_from
        values = sorted(self._latencies)
        return LoadResult(
            seconds=seconds,
            requests=len(values),
            failed=self._failed,
            p50_ms=percentile(values, 0.5),
            p95_ms=percentile(values, 0.95),
            p99_ms=percentile(values, 0.99),
        )


def main() -> None:
    """Reads the job as JSON on standard input and prints the result as JSON."""
    import dataclasses

    import uvloop

    result = uvloop.run(_Load(json.loads(sys.stdin.read())).run())
    print(json.dumps(dataclasses.asdict(result)))


if __name__ == "__main__":
    main()
