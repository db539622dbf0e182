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
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from filelock import FileLock

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


class _Forms(HTMLParser):
    """The forms of a page: their addresses, hidden fields and words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}, ""))
            self._open = True
        elif tag == "input" and self._open:
            self.found[-1][1][given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"

    def handle_data(self, data: str) -> None:
        if self._open:
            action, fields, words = self.found[-1]
            self.found[-1] = (action, fields, f"{words} {data.strip()}")


async def choose(authorize_url: str, who: str) -> str:
    """Presses somebody's button on a consent page, by a word on it; the address that the browser is sent back to."""
    async with httpx.AsyncClient(timeout=60) as browser:
        page = await browser.get(authorize_url)
        assert page.is_success, page.text
        forms = _Forms()
        forms.feed(page.text)
        action, fields, _ = next(form for form in forms.found if who in form[2].split())
        answer = await browser.post(urljoin(authorize_url, action), data=fields)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def _install() -> None:
    """Once, whoever of several test processes comes first."""
    with FileLock(_FOLDER / ".install.lock"):
        _install_once()


def _install_once() -> None:
    kept = _FOLDER / "node_modules" / ".package-lock.json"
    if kept.exists() and kept.stat().st_mtime >= (_FOLDER / "package-lock.json").stat().st_mtime:
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
