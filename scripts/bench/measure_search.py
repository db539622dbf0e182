"""Search: requests per second with 8 clients, latency by library size and access selectivity, latency during ingest."""

import threading
from urllib.parse import quote

from scripts.bench import session
from scripts.bench.corpus import make_documents, make_queries
from scripts.bench.figures import Figure
from scripts.bench.load import run_load
from scripts.bench.server import Server

_LATENCY_REQUESTS = 400
_THROUGHPUT_REQUESTS = 3000
_P95_TARGET_MS = {10: 25.0, 50: 30.0, 100: 40.0}


def search_paths(count: int, *, seed: int, limit: int = 10) -> list[str]:
    """`count` different searches."""
    return [f"/api/v1/search?q={quote(query)}&limit={limit}" for query in make_queries(count, seed=seed)]


def throughput(server: Server, token: str) -> list[Figure]:
    """8 clients at once, every query different, so that no cache of queries helps."""
    result = run_load(server.port, search_paths(_THROUGHPUT_REQUESTS, seed=11), token=token, clients=8)
    note = f"p95 {result.p95_ms:.1f} ms, {result.failed} failed"
    return [Figure("8 clients searching at once, hybrid, 10k chunks", result.per_second, "requests/s", 250, note=note)]


def latency(server: Server, tokens: dict[str, str], *, thousands: int, store: str = "faiss") -> list[Figure]:
    """One client, for callers who may see all, half and 1% of the library (`tokens` by that name)."""
    figures = []
    for number, (who, token) in enumerate(tokens.items()):
        result = run_load(
            server.port, search_paths(_LATENCY_REQUESTS, seed=20 + number), token=token, clients=1, warmup=50
        )
        target = _P95_TARGET_MS.get(thousands) if store == "faiss" else None
        name = f"GET /search p95, {store}, {thousands}k chunks, may see {who}"
        note = f"p50 {result.p50_ms:.1f} ms, {result.failed} failed"
        figures.append(Figure(name, result.p95_ms, "ms", target, "at_most", note))
    return figures


def during_ingest(server: Server, token: str, *, documents: int = 600) -> list[Figure]:
    """The same client idle and while a bulk ingest runs."""
    paths = search_paths(_LATENCY_REQUESTS, seed=31)
    idle = run_load(server.port, paths, token=token, clients=1)
    stop = threading.Event()
    feeder = threading.Thread(
        target=session.add_documents, args=(server.url, token, make_documents(documents, seed=99)), daemon=True
    )
    feeder.start()
    busy = run_load(server.port, search_paths(_LATENCY_REQUESTS, seed=32), token=token, clients=1)
    still_busy = feeder.is_alive()
    stop.set()
    feeder.join()
    note = f"idle {idle.p95_ms:.1f} ms, busy {busy.p95_ms:.1f} ms" + ("" if still_busy else "; the ingest ended early")
    ratio = busy.p95_ms / idle.p95_ms if still_busy else None
    return [Figure("search p95 while a bulk ingest runs ÷ idle", ratio, "×", 3, "at_most", note)]
