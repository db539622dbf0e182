"""The scripted OpenAI-compatible server in a thread of its own, for tests that are not asynchronous."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from tests.support.openai_server import Called, OpenAIServer, Status


class ScriptedModel:
    """Answers every question with one text, until told otherwise."""

    def __init__(self, server: OpenAIServer, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop
        self.base_url = server.base_url

    def answer_with(self, text: str) -> None:
        """Streams this text word by word from now on."""
        pieces = [f"{word} " for word in text.split(" ")]
        self._server.answer = lambda _: pieces

    def answer_with_pieces(self, *pieces: str | Called) -> None:
        """Gives these pieces of text and calls of tools, whatever it is asked."""
        self._server.answer = lambda _: pieces

    def refuse(self, status: int, *, times: int) -> None:
        """Answers the next requests with an error."""
        self._loop.call_soon_threadsafe(self._server.script, *[Status(status)] * times)


@contextlib.contextmanager
def scripted_model(*, seconds_per_token: float = 0.0) -> Iterator[ScriptedModel]:
    """Runs until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = OpenAIServer(token_seconds=seconds_per_token)
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
    try:
        yield ScriptedModel(server, loop)
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
