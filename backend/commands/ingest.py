"""`biblios ingest PATH`: a file or a folder into the library, with progress, time left and a summary."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from backend.client import BibliosClient
from backend.commands.console import note, out, run
from backend.commands.session import ServerOption, UserOption, connect
from backend.settings import get_settings

_BATCH_FILES = 50
_BATCH_BYTES = 32 * 1024 * 1024


def ingest(
    path: Annotated[Path, typer.Argument(exists=True, readable=True, help="a file or a folder")],
    server: ServerOption = None,
    user: UserOption = None,
) -> None:
    """Add a file or a folder to the library. Unchanged files cost nothing; run it again whenever you like."""
    failed = run(_ingest(path, server, user))
    if failed:
        raise typer.Exit(3)


def find_files(path: Path) -> list[tuple[str, Path]]:
    """The files below `path` with the names they get: paths relative to the folder, hidden ones left out."""
    if path.is_file():
        return [(path.name, path)]
    found = (item for item in sorted(path.rglob("*")) if item.is_file())
    return [
        (str(item.relative_to(path)), item)
        for item in found
        if not any(part.startswith(".") for part in item.relative_to(path).parts)
    ]


def batches(files: list[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    """Splits into uploads of at most 50 files or 32 MB."""
    batch: list[tuple[str, Path]] = []
    size = 0
    for name, file in files:
        bytes_ = file.stat().st_size
        if batch and (len(batch) >= _BATCH_FILES or size + bytes_ > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((name, file))
        size += bytes_
    if batch:
        yield batch


async def _ingest(path: Path, server: str | None, user: str | None) -> int:
    limit = get_settings().upload.max_file_bytes
    files = find_files(path)
    too_large = [(name, file) for name, file in files if file.stat().st_size > limit]
    files = [pair for pair in files if pair not in too_large]
    for name, _ in too_large:
        note.print(f"left out: {escape(name)} is larger than {limit // 2**20} MB (BIBLIOS_UPLOAD_MAX_FILE_BYTES)")
    if not files:
        note.print("There is nothing to add at this path.")
        return len(too_large)
    started = time.monotonic()
    async with connect(server, user) as client:
        ids = await _upload_and_wait(client, files)
        failures = await _failures(client, ids)
    seconds = time.monotonic() - started
    table = Table(title=f"{len(files)} files in {seconds:.1f} s", title_justify="left")
    table.add_column("status")
    table.add_column("documents", justify="right")
    counts = Counter({"indexed": len(ids) - len(failures), "failed": len(failures)})
    for status, number in counts.items():
        table.add_row(status, str(number))
    out.print(table)
    for document in failures:
        error = document.get("error") or {}
        said = escape(f"({error.get('code')}): {error.get('message')}")
        note.print(f"[red]{escape(document['title'])}[/red] {said}")
    return len(failures) + len(too_large)


async def _upload_and_wait(client: BibliosClient, files: list[tuple[str, Path]]) -> set[str]:
    ids: set[str] = set()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=note) as progress:
        sending = progress.add_task("sending", total=len(files))
        indexing = progress.add_task("indexing", total=len(files))
        for batch in batches(files):
            ids.update(str(item["id"]) for item in await client.upload(batch))
            progress.advance(sending, len(batch))
        total = len(ids)

        def show(counts: dict[str, int]) -> None:
            unfinished = counts.get("queued", 0) + counts.get("processing", 0)
            progress.update(indexing, total=max(total, unfinished), completed=max(total - unfinished, 0))

        await client.wait_until_indexed(on_progress=show)
    return ids


async def _failures(client: BibliosClient, ids: set[str]) -> list[dict[str, Any]]:
    failures: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        params = {"status": "failed", "limit": 100, **({"cursor": cursor} if cursor else {})}
        page = await client.get("/documents", **params)
        failures.extend(item for item in page["items"] if item["id"] in ids)
        cursor = page["next_cursor"]
        if cursor is None:
            return failures
