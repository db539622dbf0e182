"""Backlot, a third-party emulator of Slack, Gmail, Drive, GitHub and Notion with an access list for each document.

It runs as a process of an environment of its own (`scripts/ensure_backlot.sh`) and is never imported. What it gets
wrong is mended by `backlot_edge`.
"""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.ports import free_port
from tests.support.waiting import until_seen

_BACKLOT = Path(__file__).parents[2] / ".cache" / "backlot" / "bin" / "backlot"
#: It would tell its maker how it is used.
_SILENT = {"BACKLOT_TELEMETRY": "0", "DO_NOT_TRACK": "1"}


@dataclass(frozen=True, slots=True)
class Backlot:
    """`tokens` of people by mail address: each sees what that person may. `everything` sees all.

    `key_file`: of a service account that acts for whomever it names, as a domain's may.
    """

    url: str
    tokens: dict[str, str]
    everything: str
    key_file: dict[str, str]


@contextlib.contextmanager
def backlot(records: Sequence[dict[str, Any]], workdir: Path) -> Iterator[Backlot]:
    """Serves a corpus (one record for each document). Skips by name where it is not installed."""
    if not _BACKLOT.exists():
        pytest.skip("backlot is not installed; run scripts/ensure_backlot.sh")
    corpus, data, port = workdir / "corpus.jsonl", workdir / "backlot", free_port()
    corpus.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    environment = {**os.environ, **_SILENT}
    imported = subprocess.run(
        [_BACKLOT, "import", corpus, "--data-dir", data], env=environment, check=False, capture_output=True, text=True
    )
    assert imported.returncode == 0, imported.stderr
    url = f"http://127.0.0.1:{port}"
    with (workdir / "backlot.log").open("wb") as log:
        process = subprocess.Popen(
            [_BACKLOT, "serve", "--port", str(port), "--data-dir", data, "--disable-telemetry"],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        until_seen(lambda: _documents(url) or process.poll() is not None)
        # A corpus that it refuses leaves it serving nothing.
        assert _documents(url) == len(records), f"{workdir / 'backlot.log'}: not all of the corpus is served"
        told = httpx.get(f"{url}/_meta/users").raise_for_status().json()
        tokens = {one["email"]: one["token"] for one in told["users"]}
        headers = {"Authorization": f"Bearer {told['admin_token']}"}
        keys = httpx.get(f"{url}/_meta/credentials", headers=headers).raise_for_status().json()
        yield Backlot(url, tokens, told["admin_token"], keys["service_account"])
    finally:
        process.terminate()
        process.wait()


def _documents(url: str) -> int:
    try:
        return int(httpx.get(f"{url}/health").raise_for_status().json()["source_documents"])
    except (httpx.HTTPError, KeyError):
        return 0
