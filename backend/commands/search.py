"""`biblios search`: the best passages, numbered, with their places."""

from typing import Annotated

import typer
from rich.markup import escape

from backend.commands.console import note, note_missing_parts, out, run
from backend.commands.session import ServerOption, UserOption, connect


def search(
    query: Annotated[str, typer.Argument(help="what to look for")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100)] = 5,
    source: Annotated[str | None, typer.Option(help="only this source, e.g. files")] = None,
    kind: Annotated[str | None, typer.Option(help="only this kind, e.g. pdf")] = None,
    server: ServerOption = None,
    user: UserOption = None,
) -> None:
    """Search your library."""
    run(_search(query, limit, source, kind, server, user))


async def _search(
    query: str, limit: int, source: str | None, kind: str | None, server: str | None, user: str | None
) -> None:
    filters = {name: value for name, value in {"source": source, "kind": kind}.items() if value}
    async with connect(server, user) as client:
        found = await client.get("/search", q=query, limit=limit, **filters)
    hits = found["hits"]
    note_missing_parts(found["degraded"])
    if not hits:
        note.print("Nothing found.")
    for number, hit in enumerate(hits, 1):
        page = f", page {hit['page']}" if hit.get("page") else ""
        title, origin = escape(hit["title"]), escape(hit["source"])
        out.print(f"[bold]{number}. {title}[/bold]{page} [dim]{origin}[/dim]")
        out.print(f"   {' '.join(hit['text'].split())[:300]}\n", markup=False)
