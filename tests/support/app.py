"""A running application for tests: the real app over a fresh data folder, on a real socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from backend.auth.limits import LimitStore
from backend.client import BibliosClient
from backend.connectors.registry import SERVICES, Registry
from backend.container import Container
from backend.main import create_app
from backend.settings import Settings
from backend.web_server import server_config
from tests.support.local_model import lend_model
from tests.support.waiting import until

_START_SECONDS = 120
PASSWORD = "correct horse battery"


@dataclass(slots=True)
class RunningApp:
    app: FastAPI
    url: str

    @property
    def container(self) -> Container:
        container: Container = self.app.state.container
        return container

    @contextlib.asynccontextmanager
    async def signed_in(self, name: str) -> AsyncIterator[BibliosClient]:
        """A client of a new account ``name@example.com``."""
        async with BibliosClient(self.url) as client:
            await client.register(f"{name}@example.com", PASSWORD)
            yield client


def settings_for(data_dir: Path, **changes: Any) -> Settings:
    """Settings from values alone (no environment, no `.env`) over a folder that has the embedding model already."""
    lend_model(data_dir)
    return Settings(_env_file=None, data_dir=data_dir, **changes)


@contextlib.asynccontextmanager
async def running_app(
    settings: Settings, *, port: int = 0, limits: LimitStore | None = None, connectors: Registry = SERVICES
) -> AsyncIterator[RunningApp]:
    """Serves on a free port (or the given one) of the loopback address until the block ends."""
    app = create_app(settings, limits=limits, connectors=connectors)
    server = uvicorn.Server(
        server_config(app, host="127.0.0.1", port=port, timeout_graceful_shutdown=5, timeout_keep_alive=300)
    )
    serving = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or serving.done(), seconds=_START_SECONDS)
        if serving.done():
            await serving
            raise RuntimeError("the application did not start")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield RunningApp(app, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        await serving
