"""`biblios serve` and `biblios worker`: the server, and a process that only works off jobs."""

import asyncio
import signal

import typer
import uvicorn

from backend.commands.console import note
from backend.monitoring import logging
from backend.settings import get_settings


def serve() -> None:
    """Serve the API and the pages until stopped (Ctrl-C or SIGTERM finish what is under way)."""
    from backend.main import create_app

    settings = get_settings()
    logging.configure(settings.log)
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.shutdown_seconds),
        backlog=2048,
    )
    server = uvicorn.Server(config)
    note.print(f"BibliosAI starts on [bold]http://{settings.host}:{settings.port}[/bold] · data in {settings.data_dir}")
    server.run()
    if not server.started:
        raise typer.Exit(1)


def worker() -> None:
    """Work off jobs beside the servers. Needs BIBLIOS_DATABASE_URL and BIBLIOS_REDIS_URL."""
    settings = get_settings()
    logging.configure(settings.log)
    if not (settings.uses_mongodb and settings.redis.url):
        note.print(
            "A worker needs a shared database and broker: set BIBLIOS_DATABASE_URL and BIBLIOS_REDIS_URL. "
            "Without them the server works off its jobs itself."
        )
        raise typer.Exit(2)
    asyncio.run(_work())


async def _work() -> None:
    from backend.container import Container

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Container(get_settings()):
        await stop.wait()
