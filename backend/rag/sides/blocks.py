"""A block of an answer: a name in bold, and below it what is quoted of it."""

from collections.abc import Iterator, Sequence

from backend.llm.streaming import sanitise
from backend.rag.composing import Excerpt
from backend.rag.sides.units import Unit


def block(name: str, units: Sequence[Unit]) -> Iterator[str | Excerpt]:
    yield f"**{sanitise(name)}**\n\n"
    for index, unit in enumerate(units):
        yield "\n- " if index else "- "
        yield from unit.pieces()
