"""How an answer was come by, where it took more than looking up what was typed."""

import re
from collections.abc import Sequence

from backend.embedding.search.models import Hit
from backend.rag.composing import Asked
from backend.rag.models import Answered, Step
from backend.text.folding import fold

_MOST_FOUND = 3
_WORD = re.compile(r"[^\W_]+")


def steps_to(answered: Answered, asked: Asked, typed: str) -> tuple[Step, ...]:
    """What was looked up, in order; empty where that is what was typed, and nothing of a second look is cited.

    `typed`: the question without courtesies. Of each step the documents that the answer cites come first.
    """
    if answered.outcome not in {"answer", "partial", "abstain"}:
        return ()
    cited = {one.hit.document_id for one in answered.citations}
    later = [step for step in asked.steps if any(hit.document_id in cited for hit in step.found)]
    if not later and _words(typed) == _words(asked.query):
        return ()
    elsewhere = {hit.document_id for step in later for hit in step.found}
    first = [source.hit for source in asked.sources if source.hit.document_id not in elsewhere]
    found = () if answered.abstained else _documents(first, cited)
    return (Step(asked.query, found), *(Step(one.text, _documents(one.found, cited), one.named_in) for one in later))


def _documents(hits: Sequence[Hit], cited: set[str]) -> tuple[Hit, ...]:
    """Each document once."""
    best = list({hit.document_id: hit for hit in reversed(hits)}.values())[::-1]
    return tuple(sorted(best, key=lambda hit: hit.document_id not in cited)[:_MOST_FOUND])


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]
