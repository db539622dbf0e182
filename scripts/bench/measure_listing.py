"""`GET /documents` against a bare FastAPI endpoint that returns the same page, on the same server software."""

import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from scripts.bench.figures import Figure
from scripts.bench.load import run_load
from scripts.bench.server import Server, free_port

_REQUESTS = 1500
_ROUNDS = 3

_BARE_APP = """
import sys
from fastapi import FastAPI
import uvicorn
from backend.api.document_schemas import DocumentPage as Page

page = Page.model_validate_json(open(sys.argv[1]).read())
app = FastAPI()

@app.get("/page")
async def get_page() -> Page:
    return page

uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
"""


@contextlib.contextmanager
def _bare_server(page: Path, workdir: Path) -> Iterator[int]:
    script = workdir / "bare_app.py"
    script.write_text(_BARE_APP, encoding="utf-8")
    port = free_port()
    process = subprocess.Popen([sys.executable, str(script), str(page), str(port)])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/page", timeout=2).close()
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def listing(server: Server, token: str, workdir: Path) -> list[Figure]:
    """Alternates the two servers and compares the best round of each."""
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{server.url}/api/v1/documents?limit=50", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        body = answer.read()
    assert len(json.loads(body)["items"]) == 50, "the library must hold a full page"  # noqa: S101
    page = workdir / "page.json"
    page.write_bytes(body)
    ours, bare = [], []
    with _bare_server(page, workdir) as port:
        for _ in range(_ROUNDS):
            bare.append(run_load(port, ["/page"] * _REQUESTS, token=None, clients=8).per_second)
            paths = ["/api/v1/documents?limit=50"] * _REQUESTS
            ours.append(run_load(server.port, paths, token=token, clients=8).per_second)
    ratio = max(ours) / max(bare)
    note = f"{max(ours):.0f}/s against {max(bare):.0f}/s, pages of {len(body) / 1000:.0f} kB"
    return [Figure("GET /documents page of 50 ÷ bare FastAPI endpoint", ratio, "×", 0.4, note=note)]
