"""`biblios serve` and `biblios worker`: the server, and a process that only works off jobs."""

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
import uvicorn
from pydantic import ValidationError
from rich.markup import escape

from backend.commands.console import LoopFactory, note, run
from backend.errors import Unavailable
from backend.monitoring import logging
from backend.settings import Settings, get_settings
from backend.web_server import server_config

if TYPE_CHECKING:
    from backend.container import Container

#: Of `shutdown_seconds`: when connections that are still open are cut. Answers end earlier (`container.DRAIN_SHARE`),
#: so that their readers are told.
_CONNECTIONS_SHARE = 0.75


class AddressTaken(Unavailable):
    """The address to serve on cannot be had."""

    default_code = "address_unusable"


class _Server(uvicorn.Server):
    """Lets jobs and answers finish while it waits for open connections, which may be waiting for these."""

    def __init__(self, config: uvicorn.Config, container: "Container", *, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._container = container
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        draining = asyncio.create_task(self._container.drain())
        await super().shutdown(sockets)
        await draining


def serve() -> None:
    """Serve the API and the pages until stopped (Ctrl-C or SIGTERM finish what is under way)."""
    settings = _settings()
    if problem := _not_shareable(settings, alone=settings.jobs.in_server):
        note.print(f"Jobs are left to workers, which share everything with the servers. {problem}", soft_wrap=True)
        raise typer.Exit(2)
    with _ending_on_signals():
        run(_serve(settings), loop_factory=_loop_factory())


async def _serve(settings: Settings) -> None:
    from backend.main import create_app

    with _bound(settings) as listener:
        app = create_app(settings)
        container: Container = app.state.container
        config = server_config(
            app,
            lifespan="off",  # the services start here, so that what keeps them from it is said in one line
            timeout_graceful_shutdown=max(1, int(settings.shutdown_seconds * _CONNECTIONS_SHARE)),
            backlog=2048,
        )
        port = listener.getsockname()[1]
        note.print(f"BibliosAI starts, with its data in {escape(str(settings.data_dir))}", soft_wrap=True)
        async with container:
            # From here on uvicorn takes the signals. Afterwards it raises them once more, which is not to turn an
            # orderly end into a death by signal.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: None)
            keep_for_good()
            server = _Server(config, container, on_ready=lambda: _say_where(settings, port))
            try:
                await server.serve(sockets=[listener])
            except OSError as error:
                if server.started:
                    raise
                raise _address_taken(settings, error) from error


def keep_for_good() -> None:
    """Takes what is in memory now, code and indexes, out of the garbage collector's full rounds.

    It stays until the process ends, and looking through it stopped every request for 0.1 to 0.3 s each time.
    """
    gc.freeze()


def _say_where(settings: Settings, port: int) -> None:
    """The address to open, when it answers: the last that stands on the terminal."""
    everywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
    host = "127.0.0.1" if everywhere else f"[{settings.host}]" if ":" in settings.host else settings.host
    address = settings.web.public_url or f"http://{host}:{port}"
    if everywhere and not settings.web.public_url:
        note.print(f"Other machines reach it at http://{socket.gethostname()}:{port}", soft_wrap=True)
    note.print(f"BibliosAI is ready. Open [bold]{escape(address)}[/bold]", soft_wrap=True)


def _loop_factory() -> LoopFactory | None:
    """uvloop where there is one."""
    return uvicorn.Config("", log_config=None).get_loop_factory()


def _bound(settings: Settings) -> socket.socket:
    """The socket to serve on; taken before anything else is opened. Errors: `AddressTaken`."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise _address_taken(settings, error) from error
    return listener


def _address_taken(settings: Settings, error: OSError) -> AddressTaken:
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        said = f"{where} is in use by another program. Stop that one, or set BIBLIOS_PORT to a free port."
    elif error.errno == errno.EACCES:
        said = f"{where} may not be used by this user. Set BIBLIOS_PORT to a port above 1023."
    else:
        said = f"{where} cannot be used ({error.strerror}). Set BIBLIOS_HOST to an address of this machine."
    return AddressTaken(said, dependency="network")


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """SIGTERM and Ctrl-C while services start or end: they are closed, and the process exits with 0."""

    def leave(*_: object) -> None:
        sys.exit(0)

    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def worker() -> None:
    """Work off jobs beside the servers. Needs BIBLIOS_DATABASE_URL and BIBLIOS_REDIS_URL."""
    settings = _settings()
    if problem := _not_shareable(settings):
        note.print(f"A worker shares everything with the servers. {problem}", soft_wrap=True)
        note.print("Without a worker the server works off its jobs itself.")
        raise typer.Exit(2)
    run(_work(settings), loop_factory=_loop_factory())


def _settings() -> Settings:
    """The settings, and logging set up by them. A value that cannot be used is named, and ends the program."""
    try:
        settings = get_settings()
    except ValidationError as error:
        for item in error.errors():
            name = "_".join(["BIBLIOS", *(str(part).upper() for part in item["loc"])])
            note.print(f"{name}: {item['msg']}", markup=False, soft_wrap=True)
        note.print("Correct this in the environment or in `.env` (see `.env.example`).", soft_wrap=True)
        raise typer.Exit(2) from None
    logging.configure(settings.log)
    return settings


def _not_shareable(settings: Settings, *, alone: bool = False) -> str | None:
    """What of these settings only one process can use, and what to set instead."""
    if alone:
        return None
    if not settings.uses_mongodb:
        return "SQLite belongs to one process: set BIBLIOS_DATABASE_URL."
    if not settings.redis.url:
        return "Jobs travel inside one process: set BIBLIOS_REDIS_URL."
    if settings.vector.backend in ("faiss", "chroma"):
        return f"{settings.vector.backend} is one process's own: set BIBLIOS_VECTOR_BACKEND=chroma_server or pinecone."
    if settings.lexical.backend == "tantivy":
        return "tantivy belongs to one process: set BIBLIOS_LEXICAL_BACKEND=mongodb."
    return None


async def _work(settings: Settings) -> None:
    from backend.container import Container

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Container(settings):
        keep_for_good()
        await stop.wait()
