"""The one sentence before a comparison: the figures of both sides, where each has one of the same unit."""

from backend.llm.streaming import sanitise
from backend.rag.sides.choice import Aspect
from backend.rag.sides.units import Cell, Unit, met, words_of
from backend.text.measures import Measure
from backend.text.sides import Sides
from backend.text.terms import terms


def figures_side_by_side(sides: Sides, aspect: Aspect, first: Unit, second: Unit) -> str | None:
    """ "Kayak: €50, canoe: €80."; None where either has several figures or none, or other units."""
    if aspect.is_open or (first.hit.document_id, first.start) == (second.hit.document_id, second.start):
        return None
    one, other = _figure(sides, aspect, first), _figure(sides, aspect, second)
    if one is None or other is None or one[1] != other[1]:
        return None
    return sanitise(f"{sides.first}: {one[0]}, {sides.second}: {other[0]}.")


def _figure(sides: Sides, aspect: Aspect, unit: Unit) -> tuple[str, str] | None:
    """The figure that tells the aspect as it is written, with its unit."""
    if unit.cells:
        told = [(cell, one) for cell in unit.cells for one in aspect.figures(unit.value(cell))]
        best = max((_fits(cell, unit, aspect) for cell, _ in told), default=0.0)
        told = [(cell, one) for cell, one in told if _fits(cell, unit, aspect) == best]
        if len(told) != 1 or (aspect.words and not best):
            return None
        [(cell, one)] = told
        return unit.value(cell), one.unit or cell.label
    names = frozenset(terms(f"{sides.first} {sides.second}"))
    found = [one for one in aspect.figures(unit.text) if names.isdisjoint(_numbers(unit.text, one))]
    return (unit.text[found[0].start : found[0].end], found[0].unit) if len(found) == 1 else None


def _fits(cell: Cell, unit: Unit, aspect: Aspect) -> float:
    return met(aspect.words, words_of(cell.label, unit.hit.language))


def _numbers(text: str, one: Measure) -> frozenset[str]:
    return frozenset(term for term in terms(text[one.start : one.end]) if term[:1].isdigit())
