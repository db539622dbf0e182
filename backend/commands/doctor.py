"""`biblios doctor`: checks every setting and dependency and says what to do."""

import asyncio
import importlib.util
import os
import shutil
import socket
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import typer
from pydantic import ValidationError
from rich.table import Table

from backend.commands.console import note, out
from backend.commands.doctor_accounts import same_mailboxes
from backend.commands.doctor_connectors import connectors, pushes
from backend.commands.doctor_damage import whole_database
from backend.commands.doctor_models import embeddings, models_endpoint
from backend.commands.doctor_scans import scans
from backend.commands.doctor_transport import encryption
from backend.commands.findings import Finding
from backend.settings import Settings

_MIN_FREE_BYTES = 1024**3
_TIMEOUT_SECONDS = 5.0
_BUILT_PAGES = Path(__file__).parent.parent.parent / "frontend" / "dist" / "index.html"
_MIN_SQLITE = (3, 38, 0)


def doctor() -> None:
    """Check every setting and dependency; exit code 1 when something must be mended."""
    try:
        settings = Settings()
    except ValidationError as error:
        for item in error.errors():
            name = "BIBLIOS_" + "_".join(str(part).upper() for part in item["loc"])
            note.print(f"[red]{name}[/red]: {item['msg']}")
        note.print("Correct these in the environment or in `.env` (see `.env.example`).")
        raise typer.Exit(1) from None
    findings = asyncio.run(examine(settings))
    table = Table(title="biblios doctor", title_justify="left", show_lines=False)
    for column in ("", "what", "found", "what to do"):
        table.add_column(column)
    marks = {"ok": "[green]ok[/green]", "warn": "[yellow]note[/yellow]", "fail": "[red]FAIL[/red]"}
    for finding in findings:
        table.add_row(marks[finding.status], finding.subject, finding.detail, finding.advice)
    out.print(table)
    if any(finding.status == "fail" for finding in findings):
        raise typer.Exit(1)


async def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order of the report. Opens nothing for writing but a probe file in the data folder."""
    checks: list[Callable[[Settings], Awaitable[Finding] | Finding]] = [
        _data_dir,
        _disk,
        _sqlite,
        whole_database,
        _port,
        _pages,
        _database,
        _redis,
        embeddings,
        scans,
        _vector,
        _llm,
        _secret,
        same_mailboxes,
        encryption,
        connectors,
        pushes,
    ]
    findings = []
    for check in checks:
        result = check(settings)
        findings.append(result if isinstance(result, Finding) else await result)
    return findings


def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    probe = folder / f".doctor-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"ok")
        probe.unlink()
    except OSError as error:
        return Finding(
            "data folder", "fail", f"{folder}: {error.strerror}", "Make it writable or set BIBLIOS_DATA_DIR."
        )
    return Finding("data folder", "ok", str(folder))


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free
    detail = f"{free / 1024**3:.1f} GB free"
    if free < _MIN_FREE_BYTES:
        return Finding("disk", "warn", detail, "Free some space: indexing stops with a clear error when it is full.")
    return Finding("disk", "ok", detail)


def _sqlite(settings: Settings) -> Finding:
    if settings.uses_mongodb:
        return Finding("SQLite", "ok", "not used (MongoDB is set)")
    if sqlite3.sqlite_version_info < _MIN_SQLITE:
        return Finding("SQLite", "fail", sqlite3.sqlite_version, "A Python with SQLite 3.38 or newer is needed.")
    return Finding("SQLite", "ok", sqlite3.sqlite_version)


def _port(settings: Settings) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return Finding(
                "address",
                "warn",
                f"{settings.host}:{settings.port}: {error.strerror}",
                "A server runs there already, or set BIBLIOS_PORT to another one.",
            )
    return Finding("address", "ok", f"{settings.host}:{settings.port} is free")


def _pages(settings: Settings) -> Finding:
    index = settings.web.static_dir / "index.html" if settings.web.static_dir else _BUILT_PAGES
    if index.is_file():
        return Finding("pages", "ok", "built")
    return Finding("pages", "warn", "not built", "`make build` builds them; the API works without.")


async def _database(settings: Settings) -> Finding:
    if not settings.uses_mongodb:
        return Finding("database", "ok", "SQLite in the data folder")
    from backend.db.connect import open_database

    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            database = await open_database(settings)
            await database.ping()
            await database.close()
    except Exception as error:  # noqa: BLE001 - whatever fails here is the finding
        return Finding(
            "database", "fail", str(error) or type(error).__name__, "Check BIBLIOS_DATABASE_URL and the server."
        )
    return Finding("database", "ok", "MongoDB answers")


async def _redis(settings: Settings) -> Finding:
    if not settings.redis.url:
        return Finding("Redis", "ok", "not set: jobs run inside the server")
    if importlib.util.find_spec("redis") is None:
        return Finding("Redis", "fail", "the client is not installed", "Install the extra: `uv sync --extra redis`.")
    from redis.asyncio import Redis

    client = Redis.from_url(
        settings.redis.url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
    )
    try:
        await client.ping()
    except Exception as error:  # noqa: BLE001 - whatever fails here is the finding
        return Finding("Redis", "fail", str(error), "Check BIBLIOS_REDIS_URL and the server.")
    finally:
        await client.aclose()
    return Finding("Redis", "ok", "answers")


async def _llm(settings: Settings) -> Finding:
    if not settings.llm.configured:
        return Finding(
            "chat model", "ok", "none: answers quote your documents", "Set BIBLIOS_LLM_BASE_URL for a model."
        )
    if not settings.llm.model:
        return Finding("chat model", "fail", "no model named", "Set BIBLIOS_LLM_MODEL.")
    return await models_endpoint(
        "chat model", settings.llm.base_url, settings.llm.api_key.get_secret_value(), "BIBLIOS_LLM"
    )


def _vector(settings: Settings) -> Finding:
    if settings.vector.backend.startswith("chroma") and importlib.util.find_spec("chromadb") is None:
        return Finding("vectors", "fail", "chromadb is not installed", "Install the extra: `uv sync --extra chroma`.")
    if settings.vector.backend == "faiss" and settings.uses_mongodb:
        return Finding(
            "vectors",
            "warn",
            "faiss lives in one process",
            "For several processes set BIBLIOS_VECTOR_BACKEND=chroma_server.",
        )
    if settings.vector.backend in ("chroma_server", "pinecone") and not settings.vector.url:
        return Finding("vectors", "fail", "no address", "Set BIBLIOS_VECTOR_URL.")
    return Finding("vectors", "ok", settings.vector.backend)


def _secret(settings: Settings) -> Finding:
    if settings.auth.secret.get_secret_value():
        return Finding("signing secret", "ok", "set")
    return Finding("signing secret", "ok", "generated and kept in the database")
