"""Gives a command its signed-in client: of the running server, or of one started inside this process.

Exactly one process opens a data folder. So when a server runs, commands speak to it; when none runs, the command
starts the same application on a free port for as long as it lasts. Either way it is the public API.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import httpx
import typer
import uvicorn

from backend.client import ApiFailed, BibliosClient
from backend.commands.console import note
from backend.errors import InvalidInput, Unauthenticated
from backend.monitoring import logging
from backend.settings import Settings, get_settings
from backend.web_server import server_config

ServerOption = Annotated[str | None, typer.Option("--server", help="address of a running server")]
UserOption = Annotated[
    str | None, typer.Option("--user", help="mail address of the account (without a running server)")
]

_PROBE_SECONDS = 1.0


@contextlib.asynccontextmanager
async def connect(server: str | None = None, user: str | None = None) -> AsyncIterator[BibliosClient]:
    """Yields a signed-in client. Errors: `Unauthenticated` with what to do."""
    settings = get_settings()
    url = server or f"http://{settings.host}:{settings.port}"
    if server or await _answers(url):
        async with BibliosClient(url) as client:
            await _sign_in_again(client, url)
            yield client
        return
    async with own_server(settings, user) as client:
        yield client


async def sign_in(server: str | None, email: str, password: str, *, register: bool) -> str:
    """Signs in at a running server and keeps the session; returns the server's address."""
    settings = get_settings()
    url = server or f"http://{settings.host}:{settings.port}"
    async with BibliosClient(url) as client:
        await (client.register(email, password) if register else client.login(email, password))
        _keep(url, client.refresh_token or "")
    return url


async def _answers(url: str) -> bool:
    try:
        async with httpx.AsyncClient(timeout=_PROBE_SECONDS) as http:
            return (await http.get(f"{url}/healthz")).is_success
    except httpx.TransportError:
        return False


def _session_file() -> Path:
    return Path(typer.get_app_dir("biblios")) / "sessions.json"


def _kept_sessions() -> dict[str, str]:
    try:
        return dict(json.loads(_session_file().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _keep(url: str, refresh_token: str) -> None:
    file = _session_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sessions = {**_kept_sessions(), url: refresh_token}
    file.touch(mode=0o600)
    file.write_text(json.dumps(sessions), encoding="utf-8")


async def _sign_in_again(client: BibliosClient, url: str) -> None:
    token = _kept_sessions().get(url)
    hint = f"A server runs at {url}. Sign in once with `.venv/bin/biblios login`, then repeat the command."
    if not token:
        raise Unauthenticated(hint, code="not_signed_in")
    try:
        await client.resume(token)
    except ApiFailed as error:
        raise Unauthenticated(hint, code="not_signed_in") from error
    _keep(url, client.refresh_token or token)


@contextlib.asynccontextmanager
async def own_server(
    settings: Settings, email: str | None, *, create_account: bool = False
) -> AsyncIterator[BibliosClient]:
    """Starts the application in this process and yields a client of it.

    `email` names the account when there are several. `create_account` makes a throw-away one in an empty library
    instead of asking at the terminal.
    """
    from backend.main import create_app

    logging.configure(settings.log.model_copy(update={"level": "warning"}))
    app = create_app(settings)
    server = uvicorn.Server(server_config(app, host="127.0.0.1", port=0))
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if serving.done():
                await serving
                raise InvalidInput("The application could not start; the log above says why.", code="start_failed")
            await asyncio.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with BibliosClient(f"http://127.0.0.1:{port}") as client:
            account = await app.state.container.auth.local_account(email)
            if account is None and create_account:
                await client.register("evaluation@example.com", secrets.token_urlsafe(24))
            elif account is None:
                await _first_account(client)
            else:
                client.use_token((await app.state.container.auth.sign_in_locally(account)).access_token)
            yield client
    finally:
        server.should_exit = True
        await serving


async def _first_account(client: BibliosClient) -> None:
    note.print("No account exists yet. Create the first one; it is the administrator's.")
    email = typer.prompt("Mail address", err=True)
    password = typer.prompt("Password (8 characters or more)", hide_input=True, confirmation_prompt=True, err=True)
    await client.register(email, password)
