"""`biblios handshake`: waits for the secret that a provider offers in its first push, and shows it."""

import asyncio
from typing import Annotated

import typer

from backend.client import ApiFailed, BibliosClient
from backend.commands.console import note, out, run
from backend.commands.session import ServerOption, connect

_PAUSE_SECONDS = 2.0


def handshake(
    provider: Annotated[str, typer.Argument(help="whose pushes are being set up, e.g. notion")],
    server: ServerOption = None,
) -> None:
    """Wait for the secret that a provider's webhook offers first. For administrators, while the server runs."""
    run(_handshake(provider, server))


async def _handshake(provider: str, server: str | None) -> None:
    async with connect(server) as client:
        begun = await client.post(f"/admin/connectors/{provider}/handshake")
        note.print(f"Give the provider this address within 15 minutes: {begun['address']}", soft_wrap=True)
        await show_offered(client, provider)


async def show_offered(client: BibliosClient, provider: str, *, pause_seconds: float = _PAUSE_SECONDS) -> None:
    """Prints what is offered as it comes, until the wait is over."""
    shown: set[str] = set()
    while True:
        try:
            found = await client.get(f"/admin/connectors/{provider}/handshake")
        except ApiFailed as error:
            if error.status != _NOT_FOUND:
                raise
            break
        for word in found["offered"]:
            if word not in shown:
                out.print(word, soft_wrap=True, markup=False)
                if not shown:
                    setting = f"BIBLIOS_CONNECTORS_{provider.upper()}_VERIFICATION_TOKEN"
                    note.print(
                        f"Paste it at the provider. Once it is accepted there, set {setting} to it.", soft_wrap=True
                    )
                    note.print("Stop with Ctrl-C, or wait for another one: anybody can send them.")
                shown.add(word)
        await asyncio.sleep(pause_seconds)
    note.print("The wait is over." if shown else "Nothing came. Check that the address is reached from outside.")


_NOT_FOUND = 404
