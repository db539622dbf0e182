"""Answers without a model: which ways of putting one together there are, and what each of them gives.

A `Composer` takes what was asked with the passages that were found and either has an answer of its own shape (a whole
list, a summary of one document, a sum over rows) or none. The first that has one answers; quoting single sentences
comes last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.embedding.search.models import Hit
from backend.rag.models import Contradiction, Offer, Outcome, Question, Source, Step


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the words that were searched for it, and what was found, best first.

    `steps`: what was looked up besides, from what the first look found.
    """

    question: Question
    query: str
    sources: tuple[Source, ...]
    contradictions: tuple[Contradiction, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words of a document: ``[start:end]`` of the text of the hit's version, which the hit's own text covers.

    `shown`: how they stand in the answer, as Markdown; the words themselves are never changed, only what is between
    them.
    """

    hit: Hit
    start: int
    end: int
    shown: str


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer as pieces in their order: own words as they are, excerpts with a citation each.

    `outcome` is ``answer`` where it quotes. A composer separates its pieces itself (blank lines, list marks).
    `choices`: of an answer that asks back.
    """

    pieces: tuple[str | Excerpt, ...]
    outcome: Outcome = "answer"
    choices: tuple[Offer, ...] = ()


class Composer(Protocol):
    async def compose(self, asked: Asked) -> Composed | None:
        """An answer of this shape, or None where the question does not ask for one or the passages have none.

        Errors: `UpstreamError` of the embedder.
        """
        ...


async def composed(composers: Sequence[Composer], asked: Asked) -> Composed | None:
    """The answer of the first composer that has one."""
    for composer in composers:
        if (answer := await composer.compose(asked)) is not None:
            return answer
    return None
