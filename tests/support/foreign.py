"""Another account's documents, put straight into the indexes: many, and about the very things that somebody asks."""

import random
import re
from collections.abc import Iterable, Sequence

import numpy as np

from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import IndexEntry
from backend.embedding.vector_store.base import VectorStore

_WORD = re.compile(r"\w{3,}")
_LANGUAGES = ("en", "en", "de", "fr", "tr", None)
_MARCH_2024 = 1_710_000_000.0
_AT_ONCE = 500
_PER_DOCUMENT = 5


class Foreign:
    """Chunks of one stranger.

    Args:
        texts: whose words they are made of, so that their words are rare or common elsewhere than here.
        dimension: of the vectors, which are random.
    """

    def __init__(self, texts: Iterable[str], *, dimension: int, owner: str = "stranger", seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._vectors = np.random.default_rng(seed)
        self._words = sorted({word for text in texts for word in _WORD.findall(text)})
        # Which of them the stranger uses often, and which hardly ever.
        self._weights = [self._random.paretovariate(0.7) for _ in self._words]
        self._dimension = dimension
        self._access = frozenset({f"user:{owner}"})
        self.document_ids: list[str] = []

    async def add(self, count: int, lexical: LexicalIndex, store: VectorStore) -> None:
        """Adds so many chunks to both indexes."""
        for start in range(0, count, _AT_ONCE):
            entries = self._entries(min(_AT_ONCE, count - start))
            await lexical.upsert(entries)
            await store.upsert(entries)

    def _entries(self, count: int) -> Sequence[IndexEntry]:
        drawn = self._vectors.standard_normal((count, self._dimension)).astype(np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return [self._entry(number, vector) for number, vector in enumerate(drawn)]

    def _entry(self, number: int, vector: np.ndarray[tuple[int], np.dtype[np.float32]]) -> IndexEntry:
        draw = self._random
        if number % _PER_DOCUMENT == 0 or not self.document_ids:
            self.document_ids.append(f"foreign{len(self.document_ids)}")
        document_id = self.document_ids[-1]
        words = draw.choices(self._words, self._weights, k=draw.choice((3, 12, 40, 120)))
        if draw.random() < 0.1:
            words.append(f"{draw.choice(self._words)}{draw.choice('abcdefgh')}")
        title = " ".join(draw.choices(self._words, k=3))
        return IndexEntry(
            chunk_id=f"{document_id}.1.{number}",
            document_id=document_id,
            title=title,
            text=" ".join(words),
            vector=vector,
            access=self._access,
            source="files",
            kind="text",
            modified_at=_MARCH_2024,
            language=draw.choice(_LANGUAGES),
            path="/".join(draw.choices(self._words, k=2)),
            filename=f"{draw.choice(self._words)}.txt",
        )
