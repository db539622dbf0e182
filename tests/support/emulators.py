"""Starts the stateful stand-ins of the outside services (`tests/emulators`), in one Node process.

What they get wrong or lack must not be leaned on: they take any unknown token for the first user of the seed (so seeds
begin with a decoy), never expire a token, and have no button that denies. Where that matters, tests use
`oidc_provider` (strict) or put a fault in between (`fault_proxy`).
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

_FOLDER = Path(__file__).parents[1] / "emulators"


@dataclass(frozen=True, slots=True)
class Emulators:
    """Addresses by service; `reset` restores the seed."""

    services: dict[str, str]
    control: str

    def reset(self) -> None:
        httpx.post(f"{self.control}/reset", timeout=10).raise_for_status()


@contextlib.contextmanager
def emulators(seed: dict[str, Any], workdir: Path) -> Iterator[Emulators]:
    """`seed` maps a service to its port and its own seed. Skips by name when the packages cannot be installed."""
    _install()
    file = workdir / "emulators.json"
    file.write_text(json.dumps(seed), encoding="utf-8")
    process = subprocess.Popen(
        [_tool("node"), "launcher.mjs", str(file)],
        cwd=_FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the emulators did not start (exit code {process.wait(10)})")
        yield Emulators(**json.loads(line))
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _install() -> None:
    if (_FOLDER / "node_modules" / "emulate").is_dir():
        return
    done = subprocess.run(
        [_tool("npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"the emulators cannot be installed (npm ci in tests/emulators): {done.stderr[-300:]}")


def _tool(name: str) -> str:
    """Node and npm of the environment that runs the tests."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else name
