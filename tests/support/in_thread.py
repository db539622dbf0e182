"""Serves ASGI applications beside tests that are not asynchronous."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn

from tests.support.waiting import until_seen


@contextlib.contextmanager
def in_thread(app: object, *, port: int = 0) -> Iterator[str]:
    """Serves in a thread of its own until the block ends; yields the address.

    That is at `localhost`: another site than 127.0.0.1 to a browser, as real providers are.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)  # type: ignore[arg-type]
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until_seen(lambda: server.started)
        try:
            yield f"http://localhost:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
