"""The terminal: one console for results, one for notes and errors."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from backend.errors import BibliosError
from backend.monitoring.printable import printable

type LoopFactory = Callable[[], asyncio.AbstractEventLoop]


class PlainConsole(Console):
    """Lets no control characters of titles, answers or server messages through to the terminal."""

    def render_str(self, text: str, **given: Any) -> Text:
        return super().render_str(printable(text), **given)


out = PlainConsole(highlight=False)
note = PlainConsole(stderr=True, highlight=False)


_PARTS = {"semantic": "by meaning", "lexical": "by words"}


def note_missing_parts(degraded: Sequence[str]) -> None:
    """Says which parts of a search did not answer, if any: there may be more than what was found."""
    if degraded:
        parts = ", ".join(_PARTS.get(part, part) for part in degraded)
        note.print(f"Part of the search did not answer ({parts}); there may be more than this.", style="yellow")


def run[T](work: Coroutine[Any, Any, T], *, loop_factory: LoopFactory | None = None) -> T:
    """Runs a command's coroutine; an expected failure becomes one line on stderr and exit code 1."""
    try:
        return asyncio.run(work, loop_factory=loop_factory)
    except BibliosError as error:
        note.print(f"[red]error[/red] ({error.code}): {escape(str(error))}", markup=True, soft_wrap=True)
    except httpx.TransportError as error:
        note.print(
            f"[red]error[/red]: the server does not answer ({type(error).__name__}). Is `biblios serve` running?"
        )
    except KeyboardInterrupt:
        note.print("stopped")
        raise typer.Exit(130) from None
    raise typer.Exit(1)
