"""The composer of comparisons: what is said of either side about the same thing, one block under each side's name."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from backend.embedding.search.models import Hit
from backend.llm.streaming import sanitise
from backend.rag.composing import Asked, Composed, Excerpt
from backend.rag.ports import PassageSearch
from backend.rag.sides.blocks import block
from backend.rag.sides.choice import Aspect, aspect_of, chosen
from backend.rag.sides.figures import figures_side_by_side
from backend.rag.sides.units import Unit, of_each_side
from backend.text.sides import Sides, two_sides

# Passages that are looked for by the name of each side.
_PASSAGES = 6


class Comparison:
    """`search`: finds what names a side, since the words of both together find only what names both."""

    def __init__(self, search: PassageSearch) -> None:
        self._search = search

    async def compose(self, asked: Asked) -> Composed | None:
        """None where the question has no two sides, or nothing that is asked is said of either."""
        half: Composed | None = None
        for sides in two_sides(asked.query):
            found = await asyncio.to_thread(_side_by_side, sides, await self._hits(asked, sides))
            if found.first and found.second:
                return found.composed()
            if (found.first or found.second) and half is None:
                half = found.composed()
        return half

    async def _hits(self, asked: Asked, sides: Sides) -> Sequence[Hit]:
        """What was found by the question, then what the names of the sides find."""
        queries = [f"{side} {sides.aspect}".strip() for side in (sides.first, sides.second)]
        question = asked.question
        results = await asyncio.gather(
            *(
                self._search.search(question.caller, query, filters=question.filters, limit=_PASSAGES, group="chunk")
                for query in queries
            )
        )
        return [*(source.hit for source in asked.sources), *(hit for result in results for hit in result.hits)]


@dataclass(frozen=True, slots=True)
class _Found:
    """What is shown of either side. `named`: which sides the passages speak of at all."""

    sides: Sides
    aspect: Aspect
    first: Sequence[Unit]
    second: Sequence[Unit]
    named: frozenset[str]

    def composed(self) -> Composed:
        pieces: list[str | Excerpt] = []
        if self.first and self.second:
            told = figures_side_by_side(self.sides, self.aspect, self.first[0], self.second[0])
            pieces += [f"{told}\n\n"] if told else []
        missing = ""
        for name, units in ((self.sides.first, self.first), (self.sides.second, self.second)):
            if units:
                pieces += [*block(name, units), "\n\n"]
            elif name in self.named:
                missing = f"Nothing about this was found for {sanitise(name)}."
            else:
                missing = f"Nothing about {sanitise(name)} was found."
        return Composed((*pieces, missing), "partial") if missing else Composed(tuple(pieces[:-1]))


def _side_by_side(sides: Sides, hits: Sequence[Hit]) -> _Found:
    first, second = of_each_side(sides, hits)
    aspect = aspect_of(sides, [*first, *second])
    named = frozenset(name for name, units in ((sides.first, first), (sides.second, second)) if units)
    return _Found(sides, aspect, *chosen(sides, aspect, first, second), named)
