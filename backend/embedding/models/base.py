"""The embedder port: texts in, unit vectors out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

type Vectors = NDArray[np.float32]
type TokenIds = list[int]


class Tokenize(Protocol):
    """Token ids of each text, those that begin and end a text included, cut at what the model takes."""

    def __call__(self, texts: Sequence[str], /) -> list[TokenIds]: ...


class Embedder(Protocol):
    """Implementations: `local.LocalEmbedder`, `openai.OpenAIEmbedder`; the tests' fake is `HashEmbedder`.

    `model_id` names model and revision (it keys the cache and the index); `dimension` is the vectors' width.
    """

    @property
    def model_id(self) -> str: ...
    @property
    def dimension(self) -> int:
        """Known at once for a local model; for an API after `start`, unless settings or the model's name tell it."""
        ...

    @property
    def batch_texts(self) -> int:
        """How many texts one call of `embed_documents` takes best."""
        ...

    async def start(self) -> None:
        """Loads the model, or asks the API for the width. Idempotent. Errors: `Unavailable`, `UpstreamError`."""
        ...

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embeds passages in bulk, shape (len(texts), dimension), L2-normalised. Errors: `UpstreamError`."""
        ...

    async def embed_query(self, text: str) -> Vectors:
        """Embeds one question, shape (dimension,), L2-normalised; never waits behind a bulk ingest."""
        ...

    async def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        """Embeds short texts as passages, with a query's priority (sentence scoring), shape (len(texts), dimension)."""
        ...

    async def close(self) -> None: ...
