"""`biblios demo`: the demo library into your account."""

from backend.commands.console import note, run
from backend.commands.session import ServerOption, UserOption, connect


def demo(server: ServerOption = None, user: UserOption = None) -> None:
    """Load the demo library, the knowledge of a fictional company, into your account."""
    run(_demo(server, user))


async def _demo(server: str | None, user: str | None) -> None:
    async with connect(server, user) as client:
        loaded = await client.post("/demo")
        with note.status("Indexing the demo library…"):
            counts = await client.wait_until_indexed()
    note.print(
        f"{loaded['documents']} documents are in the library ({counts.get('failed', 0)} failed). Now ask something."
    )
