"""The terminal: one console for results, one for notes and errors."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import typer
from rich.console import Console

from backend.errors import BibliosError

out = Console(highlight=False)
note = Console(stderr=True, highlight=False)


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Runs a command's coroutine; an expected failure becomes one line on stderr and exit code 1."""
    try:
        return asyncio.run(work)
    except BibliosError as error:
        note.print(f"[red]error[/red] ({error.code}): {error.message}", markup=True)
    except httpx.TransportError as error:
        note.print(
            f"[red]error[/red]: the server does not answer ({type(error).__name__}). Is `biblios serve` running?"
        )
    except KeyboardInterrupt:
        note.print("stopped")
        raise typer.Exit(130) from None
    raise typer.Exit(1)
