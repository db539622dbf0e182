"""The command line says when part of the search did not answer."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from backend.commands import ask, search

WORDS = "Part of the search did not answer (by meaning); there may be more than this."


class Server:
    """A signed-in client of a server whose search by meaning does not answer."""

    async def get(self, path: str, **params: Any) -> dict[str, Any]:
        assert (path, params["q"]) == ("/search", "lamp")
        return {"hits": [], "degraded": ["semantic"]}

    async def ask(self, question: str) -> AsyncIterator[dict[str, Any]]:
        yield {"type": "token", "text": question}
        message = {"mode": "extractive", "abstained": True, "citations": [], "degraded": ["semantic"]}
        yield {"type": "message.completed", "message": message}


@contextlib.asynccontextmanager
async def connect(*_: object) -> AsyncIterator[Server]:
    yield Server()


@pytest.mark.parametrize("command", [ask.ask, search.search], ids=["ask", "search"])
def test_half_a_search_is_told_on_the_terminal(
    command: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (ask, search):
        monkeypatch.setattr(module, "connect", connect)
    command("lamp")
    assert " ".join(capsys.readouterr().err.split()).startswith(WORDS)
