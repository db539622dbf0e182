"""Backlot, a third-party emulator of Slack, Gmail, Drive, GitHub and Notion with an access list for each document.

It runs as a process of an environment of its own (`scripts/ensure_backlot.sh`) and is never imported. What it gets
wrong is mended by `backlot_edge`.
"""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.ports import free_port
from tests.support.waiting import until_seen

_BACKLOT = Path(__file__).parents[2] / ".cache" / "backlot" / "bin" / "backlot"
#: It would tell its maker how it is used.
_SILENT = {"BACKLOT_TELEMETRY": "0", "DO_NOT_TRACK": "1"}


@dataclass(slots=True)
class Backlot:
    """`tokens` of people by mail address: each sees what that person may. `everything` sees all.

    `key_file`: of a service account that acts for whomever it names, as a domain's may.
    """

    folder: Path
    port: int
    tokens: dict[str, str] = field(default_factory=dict)
    everything: str = ""
    key_file: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, records: Sequence[dict[str, Any]]) -> None:
        """This corpus (one record for each document) from now on. Ids and keys are those of before."""
        self.stop()
        corpus, data = self.folder / "corpus.jsonl", self.folder / "backlot"
        corpus.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        keys = data / "credentials.yaml"
        kept = keys.read_bytes() if keys.exists() else None
        environment = {**os.environ, **_SILENT}
        imported = subprocess.run(
            [_BACKLOT, "import", corpus, "--data-dir", data],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert imported.returncode == 0, imported.stderr
        if kept is not None:
            keys.write_bytes(kept)
        with (self.folder / "backlot.log").open("ab") as log:
            process = self._process = subprocess.Popen(
                [_BACKLOT, "serve", "--port", str(self.port), "--data-dir", data, "--disable-telemetry"],
                env=environment,
                stdout=log,
                stderr=log,
            )
        until_seen(lambda: self._documents() or process.poll() is not None)
        # A corpus that it refuses leaves it serving nothing.
        assert self._documents() == len(records), f"{self.folder / 'backlot.log'}: not all of the corpus is served"
        told = httpx.get(f"{self.url}/_meta/users", timeout=60).raise_for_status().json()
        self.tokens = {one["email"]: one["token"] for one in told["users"]}
        self.everything = told["admin_token"]
        headers = {"Authorization": f"Bearer {self.everything}"}
        found = httpx.get(f"{self.url}/_meta/credentials", headers=headers, timeout=60).raise_for_status().json()
        self.key_file = found["service_account"]

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _documents(self) -> int:
        try:
            return int(httpx.get(f"{self.url}/health", timeout=60).raise_for_status().json()["source_documents"])
        except (httpx.HTTPError, KeyError):
            return 0


@contextlib.contextmanager
def backlot(records: Sequence[dict[str, Any]], workdir: Path) -> Iterator[Backlot]:
    """Serves a corpus until the block ends. Skips by name where it is not installed."""
    if not _BACKLOT.exists():
        pytest.skip("backlot is not installed; run scripts/ensure_backlot.sh")
    running = Backlot(workdir, free_port())
    try:
        running.serve(records)
        yield running
    finally:
        running.stop()
