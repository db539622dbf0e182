"""How uvicorn is set up wherever the application is served: `biblios serve`, commands without a server, tests."""

from typing import Any

import uvicorn
from starlette.types import ASGIApp

from backend.http_protocol import GuardedProtocol


def server_config(app: ASGIApp, *, http: type[GuardedProtocol] = GuardedProtocol, **changes: Any) -> uvicorn.Config:
    """A configuration that logs through our own loggers and leaves proxies' headers to `api.client_address`."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        # uvicorn's own reading of X-Forwarded-For believes everybody on the loopback address.
        proxy_headers=False,
        ws="none",
        http=http,
        **changes,
    )
