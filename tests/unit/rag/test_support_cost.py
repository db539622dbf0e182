"""What the check of an answer costs beside the embedding."""

import asyncio
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from backend.embedding.models.base import Vectors
from backend.rag import differences, polarity
from backend.rag.support import attribute
from tests.support.cost import processor_seconds
from tests.support.embedder import HashEmbedder
from tests.support.hits import hit
from tests.unit.rag.claim_pairs import AGREES, OTHERWISE

_SENTENCES = 6
_MOST_SECONDS = 0.03


class _Known(HashEmbedder):
    """Vectors that cost nothing to look up."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, ...], Vectors] = {}

    async def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        key = tuple(texts)
        if key not in self._known:
            self._known[key] = np.asarray(await super().embed_sentences(texts))
        return self._known[key]


def test_six_sentences_over_ten_passages_are_checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def here[T](work: Callable[..., T], *given: object) -> T:
        return work(*given)

    monkeypatch.setattr(asyncio, "to_thread", here)
    answer = " ".join(claim for _, claim in OTHERWISE[18 : 18 + _SENTENCES])
    sources = [source for source, _ in (*OTHERWISE, *AGREES)]
    passages = [hit(" ".join(sources[at : at + 10]), document_id=str(at)) for at in range(0, len(sources) - 9, 8)][:10]
    embedder = _Known()

    def check() -> None:
        polarity.read.cache_clear()
        differences.slots.cache_clear()
        asyncio.run(attribute(answer, passages, embedder, question="How many days has Ann Lee?"))

    check()
    assert processor_seconds(check) < _MOST_SECONDS
