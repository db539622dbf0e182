"""An honest fake of the `Embedder` port: real unit vectors, made from the words of a text instead of by a model."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from backend.embedding.models.base import Vectors

_WORD = re.compile(r"\w+")


class HashEmbedder:
    """Deterministic bag of hashed words: texts that share words are near, unrelated texts are nearly orthogonal.

    Every word is a fixed pseudo-random direction; a text is the normalised sum of its words' directions (each word
    counted once). It knows no synonyms. `calls` holds the size of every batch, so that a test can see the batching;
    `embedded` holds every text in the order it came in.
    """

    def __init__(self, *, dimension: int = 384, model_id: str = "hash-words-1", batch_texts: int = 8) -> None:
        self._dimension = dimension
        self._batch_texts = batch_texts
        self._model_id = model_id
        self._directions: dict[str, Vectors] = {}
        self.calls: list[int] = []
        self.embedded: list[str] = []
        self.closed = False

    @property
    def model_id(self) -> str:
        return self._model_id

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def batch_texts(self) -> int:
        return self._batch_texts

    async def start(self) -> None:
        """Nothing to load."""

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(len(texts))
        self.embedded.extend(texts)
        return self._embed(texts)

    async def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._embed([text])[0]
        return vector

    async def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    async def close(self) -> None:
        self.closed = True

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            words = sorted(set(_WORD.findall(text.casefold()))) or [""]
            vectors[row] = np.sum([self._direction(word) for word in words], axis=0)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)

    def _direction(self, word: str) -> Vectors:
        known = self._directions.get(word)
        if known is None:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
            known = np.random.default_rng(seed).standard_normal(self._dimension).astype(np.float32)
            self._directions[word] = known
        return known
