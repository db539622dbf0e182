"""The terminal: one console for results, one for notes and errors."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape

from backend.errors import BibliosError

type LoopFactory = Callable[[], asyncio.AbstractEventLoop]

out = Console(highlight=False)
note = Console(stderr=True, highlight=False)


def run[T](work: Coroutine[Any, Any, T], *, loop_factory: LoopFactory | None = None) -> T:
    """Runs a command's coroutine; an expected failure becomes one line on stderr and exit code 1."""
    try:
        return asyncio.run(work, loop_factory=loop_factory)
    except BibliosError as error:
        note.print(f"[red]error[/red] ({error.code}): {escape(error.message)}", markup=True, soft_wrap=True)
    except httpx.TransportError as error:
        note.print(
            f"[red]error[/red]: the server does not answer ({type(error).__name__}). Is `biblios serve` running?"
        )
    except KeyboardInterrupt:
        note.print("stopped")
        raise typer.Exit(130) from None
    raise typer.Exit(1)
