"""`biblios serve` and `biblios worker`: the server, and a process that only works off jobs."""

import asyncio
import signal

import typer
import uvicorn

from backend.commands.console import note
from backend.monitoring import logging
from backend.settings import Settings, get_settings


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
    if problem := _not_shareable(settings):
        note.print(f"A worker shares everything with the servers. {problem}")
        note.print("Without a worker the server works off its jobs itself.")
        raise typer.Exit(2)
    asyncio.run(_work())


def _not_shareable(settings: Settings) -> str | None:
    """What of these settings only one process can use, and what to set instead."""
    if not settings.uses_mongodb:
        return "SQLite belongs to one process: set BIBLIOS_DATABASE_URL."
    if not settings.redis.url:
        return "Jobs travel inside one process: set BIBLIOS_REDIS_URL."
    if settings.vector.backend in ("faiss", "chroma"):
        return f"{settings.vector.backend} is one process's own: set BIBLIOS_VECTOR_BACKEND=chroma_server or pinecone."
    if settings.lexical.backend == "tantivy":
        return "tantivy belongs to one process: set BIBLIOS_LEXICAL_BACKEND=mongodb."
    return None


async def _work() -> None:
    from backend.container import Container

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Container(get_settings()):
        await stop.wait()
