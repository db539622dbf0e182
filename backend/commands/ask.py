"""`biblios ask`: an answer that streams, with its numbered sources below."""

from typing import Annotated, Any

import typer
from rich.markup import escape

from backend.client import ApiFailed
from backend.commands.console import note_missing_parts, out, run
from backend.commands.session import ServerOption, UserOption, connect

_REMARKS = {"weak": " [yellow](weak support)[/yellow]", "contradicted": " [red](says otherwise)[/red]"}


def ask(
    question: Annotated[str, typer.Argument(help="what you want to know")],
    server: ServerOption = None,
    user: UserOption = None,
) -> None:
    """Ask your library a question."""
    run(_ask(question, server, user))


async def _ask(question: str, server: str | None, user: str | None) -> None:
    message: dict[str, Any] | None = None
    async with connect(server, user) as client:
        async for event in client.ask(question):
            if event["type"] == "token":
                out.print(event["text"], end="", markup=False, soft_wrap=True)
            elif event["type"] == "message.completed":
                message = event["message"]
            elif event["type"] == "error":
                raise ApiFailed(502, event["code"], event["message"])
    out.print()
    if message is None:
        raise ApiFailed(502, "stream_cut", "The answer broke off. Ask again.")
    note_missing_parts(message.get("degraded", ()))
    if message["mode"] == "extractive" and not message["abstained"]:
        out.print("\n[dim]Quoted from your documents; no language model is configured.[/dim]")
    if message.get("unsupported"):
        words = [message["content"][one["start"] : one["end"]] for one in message["unsupported"]]
        out.print("\n[bold]Without a source[/bold]")
        for sentence in words:
            out.print(f"    {' '.join(sentence.split())}", markup=False, style="dim")
    if message["citations"]:
        out.print("\n[bold]Sources[/bold]")
    for citation in message["citations"]:
        page = f", page {citation['page']}" if citation.get("page") else ""
        remark = _REMARKS.get(citation["support"], "")
        out.print(f"\\[{citation['index']}] {escape(citation['title'])}{page}{remark}")
        out.print(f"    “{' '.join(citation['quote'].split())[:240]}”", markup=False, style="dim")
