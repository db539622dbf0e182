"""`biblios export`: everything of a user as one ZIP archive."""

from pathlib import Path
from typing import Annotated

import typer

from backend.commands.console import note, run
from backend.commands.session import ServerOption, UserOption, connect


def export(
    target: Annotated[Path, typer.Argument(help="the archive to write, e.g. mine.zip")],
    server: ServerOption = None,
    user: UserOption = None,
) -> None:
    """Write everything of an account (documents, originals, conversations) into an archive."""
    if target.exists():
        note.print(f"{target} exists already; name another file.")
        raise typer.Exit(2)
    size = run(_export(target, server, user))
    note.print(f"{target}: {size / 2**20:.1f} MB")


async def _export(target: Path, server: str | None, user: str | None) -> int:
    async with connect(server, user) as client:
        return await client.download("/export", target)
