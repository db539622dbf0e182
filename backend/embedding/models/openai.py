"""Any OpenAI-compatible embeddings API as an `Embedder`: OpenAI, Azure, Ollama, vLLM, LM Studio.

The SDK sends, and tries again after 408, 409, 429, 5xx and lost connections: after Retry-After when the server says
so, else with jittered exponential back-off. What still fails is classified here, once, into `UpstreamError`s.
"""

import math
from collections.abc import Iterator, Sequence

import httpx2
import numpy as np
import openai
from openai.types import CreateEmbeddingResponse

from backend.embedding.models.base import Vectors
from backend.embedding.models.query_batches import QueryBatches
from backend.errors import (
    UpstreamAuth,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRateLimited,
    UpstreamRejected,
    UpstreamTransient,
)
from backend.monitoring.metrics import EMBEDDING_COST_USD, EMBEDDING_TOKENS
from backend.settings import EmbeddingSettings

DEFAULT_BASE_URL = "https://api.openai.com/v1"
DEFAULT_MODEL = "text-embedding-3-small"
# From OpenAI's model pages; a model that is not listed is asked once for the width of its vectors.
_DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
# A token is about 4 bytes of English and 3 of most other scripts: dividing by 3 does not underrate.
_BYTES_PER_TOKEN = 3
_QUERY_REQUESTS = 4
_CONNECT_SECONDS = 10.0


class OpenAIEmbedder:
    """See `Embedder`. Vectors are normalised here, since not every server does. Belongs to one event loop."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        self._settings = settings
        self._model = settings.model or DEFAULT_MODEL
        base_url = settings.base_url or DEFAULT_BASE_URL
        self._host = httpx2.URL(base_url).host
        self._dimension = settings.dimensions or _DIMENSIONS.get(self._model, 0)
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=settings.api_key.get_secret_value() or "none",  # local servers want no key, the SDK a string
            max_retries=settings.max_retries,
            timeout=httpx2.Timeout(settings.timeout_seconds, connect=min(_CONNECT_SECONDS, settings.timeout_seconds)),
        )
        self._queries = QueryBatches(self._embed_batch, workers=_QUERY_REQUESTS, batch_texts=settings.api_batch_texts)

    @property
    def model_id(self) -> str:
        """Model and asked-for width, so that a change of either starts a new index."""
        asked = self._settings.dimensions
        return f"openai:{self._model}:{asked}" if asked else f"openai:{self._model}"

    @property
    def dimension(self) -> int:
        if not self._dimension:
            raise RuntimeError("the width of an unlisted model's vectors is known after start()")
        return self._dimension

    @property
    def batch_texts(self) -> int:
        return self._settings.api_batch_texts

    async def start(self) -> None:
        """Asks for one vector when the model's width is not known."""
        if not self._dimension:
            self._dimension = int((await self._embed_batch(["dimension"])).shape[1])

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        parts = [await self._embed_batch(batch) for batch in self._batches(texts)]
        return np.concatenate(parts) if parts else np.empty((0, self.dimension), dtype=np.float32)

    async def embed_query(self, text: str) -> Vectors:
        return (await self._queries.embed([text], "question"))[0]

    async def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack(await self._queries.embed(texts, "sentence"))

    async def close(self) -> None:
        await self._queries.close()
        await self._client.close()

    def _batches(self, texts: Sequence[str]) -> Iterator[list[str]]:
        """Cuts `texts` in order, so that no batch exceeds the number of texts or the (estimated) tokens."""
        batch: list[str] = []
        tokens = 0
        for text in texts:
            estimate = math.ceil(len(text.encode("utf-8", "replace")) / _BYTES_PER_TOKEN)
            full = len(batch) >= self._settings.api_batch_texts
            if batch and (full or tokens + estimate > self._settings.api_batch_tokens):
                yield batch
                batch, tokens = [], 0
            batch.append(text)
            tokens += estimate
        if batch:
            yield batch

    async def _embed_batch(self, texts: Sequence[str]) -> Vectors:
        # An empty text is refused by the API, a lone surrogate cannot be sent.
        sent = [text.encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        try:
            response = await self._client.embeddings.create(
                model=self._model,
                input=sent,
                dimensions=self._settings.dimensions or openai.omit,
            )
            vectors = _vectors(response, len(sent))
        # The SDK's own parser fails with AttributeError on a body that is not JSON.
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise self._classified(error) from error
        if self._dimension and vectors.shape[1] != self._dimension:
            raise UpstreamMalformed(
                f"The embeddings API at {self._host} sent vectors of width {vectors.shape[1]} instead of "
                f"{self._dimension}. Tell your operator.",
                hint="Check BIBLIOS_EMBEDDING_MODEL and BIBLIOS_EMBEDDING_DIMENSIONS.",
            )
        self._count(response)
        return vectors

    def _count(self, response: CreateEmbeddingResponse) -> None:
        # Some servers send no usage, whatever the SDK's type says.
        usage: object = response.usage
        tokens = getattr(usage, "total_tokens", None) or 0
        EMBEDDING_TOKENS.labels(self._model).inc(tokens)
        EMBEDDING_COST_USD.labels(self._model).inc(tokens * self._settings.price_per_million_tokens / 1_000_000)

    def _classified(self, error: Exception) -> UpstreamError:
        host = self._host
        match error:
            case openai.APITimeoutError():
                return UpstreamTransient(
                    f"The embeddings API at {host} did not answer within {self._settings.timeout_seconds:g} seconds. "
                    "Try again.",
                    hint="Raise BIBLIOS_EMBEDDING_TIMEOUT_SECONDS if it needs longer.",
                )
            case openai.APIConnectionError():
                return UpstreamTransient(
                    f"The embeddings API at {host} cannot be reached. Try again later; if it stays, tell your "
                    "operator.",
                    hint="Check that it is running and that BIBLIOS_EMBEDDING_BASE_URL is right.",
                )
            case openai.APIStatusError():
                return self._by_status(error)
            case openai.OpenAIError() if not isinstance(error, openai.APIResponseValidationError):
                return UpstreamTransient(f"The embeddings API at {host} broke off. Try again in a moment.")
            case openai.APIResponseValidationError() | ValueError() | TypeError() | AttributeError():
                return UpstreamMalformed(
                    f"The embeddings API at {host} sent an answer that could not be understood. Tell your operator.",
                    hint="Check that BIBLIOS_EMBEDDING_BASE_URL is an OpenAI-compatible API (it usually ends in /v1).",
                )
            case _:
                raise error

    def _by_status(self, error: openai.APIStatusError) -> UpstreamError:
        host, status = self._host, error.status_code
        if error.code == "insufficient_quota":
            return UpstreamRejected(
                f"This server's account at {host} has no credit left. Tell your operator.",
                hint="Check its billing, or set BIBLIOS_EMBEDDING_API_KEY to another key.",
            )
        if status in {401, 403}:
            return UpstreamAuth(
                f"The embeddings API at {host} refused this server's key. Tell your operator.",
                hint=f"Set BIBLIOS_EMBEDDING_API_KEY to a valid key that may use '{self._model}'.",
            )
        if status == 429:
            return UpstreamRateLimited(
                f"The embeddings API at {host} is rate limited. It is tried again later.",
                retry_after_seconds=_seconds(error.response.headers.get("retry-after")),
            )
        if status >= 500 or status in {408, 409}:
            return UpstreamTransient(f"The embeddings API at {host} has a problem of its own (status {status}).")
        return UpstreamRejected(
            f"The embeddings API at {host} refused the request (status {status}). Tell your operator.",
            hint="Check BIBLIOS_EMBEDDING_MODEL, BIBLIOS_EMBEDDING_DIMENSIONS and the model's limits.",
        )


def _vectors(response: CreateEmbeddingResponse, count: int) -> Vectors:
    """Unit vectors in the order of the request. Raises `ValueError` or `TypeError` for anything but `count` vectors."""
    items: list[object] = list(response.data or ())
    rows: dict[int, object] = {}
    for position, item in enumerate(items):
        index = getattr(item, "index", None)
        rows[position if index is None else index] = getattr(item, "embedding", None)
    if sorted(rows) != list(range(count)):
        raise ValueError(f"{len(items)} vectors for {count} texts")
    vectors = np.array([rows[index] for index in range(count)], dtype=np.float32)
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise ValueError("vectors of different width, or not numbers")
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _seconds(header: str | None) -> float | None:
    """Retry-After in seconds; None when it is missing or a date (the SDK has waited for that already)."""
    try:
        return None if header is None else max(0.0, float(header))
    except ValueError:
        return None
