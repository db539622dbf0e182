"""Embedders on this machine's processor, offline: all-MiniLM-L6-v2, the default, or multilingual-e5-small, both int8.

Two sessions: one for documents, whose threads run at a lower priority, and one for questions, so that a bulk ingest
never starves a search. The document session is loaded when the first document comes.
"""

import asyncio
import itertools
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import PriorityQueue

import numpy as np
import structlog

from backend.embedding.models.base import TokenIds, Tokenize, Vectors
from backend.embedding.models.built_files import ModelFiles, prepare
from backend.embedding.models.encoder import Encoder
from backend.embedding.models.local_models import DIMENSION, MINILM, LocalModel
from backend.embedding.models.query_batches import QueryBatches
from backend.errors import Unavailable

log = structlog.get_logger(__name__)

# Added to the niceness of the document threads. On Linux 10 gives them about a tenth of a contended core.
_BULK_NICENESS = 10
# Encodings of questions that run at once, each on one thread: a second thread inside one run gains 20% for 65% more
# processor time (docs/adr/0021).
_QUERY_WORKERS = 2


class LocalEmbedder:
    """See `Embedder`. Nothing is loaded before `start` or the first call; belongs to one event loop.

    Args:
        data_dir: the built model is kept under its ``models/``.
        model: which one.
        threads: threads of the document session.
        batch_texts: texts in one run of the document session.
    """

    def __init__(self, data_dir: Path, model: LocalModel = MINILM, *, threads: int = 2, batch_texts: int = 8) -> None:
        self._data_dir = data_dir
        self._model = model
        self._threads = threads
        self._batch_texts = batch_texts
        self._bulk = ThreadPoolExecutor(1, thread_name_prefix="embed-documents", initializer=_lower_priority)
        self._queries = ThreadPoolExecutor(_QUERY_WORKERS, thread_name_prefix="embed-queries")
        # Characters, number, texts and where their vectors go: the shortest first, of equals the first.
        self._waiting: PriorityQueue[tuple[int, int, Sequence[str], Future[Vectors]]] = PriorityQueue()
        self._numbers = itertools.count()
        self._batches = QueryBatches(self._encode_queries, workers=_QUERY_WORKERS)
        self._loading = threading.Lock()
        self._files: ModelFiles | None = None
        self._tokenize: Tokenize | None = None
        self._bulk_encoder: Encoder | None = None
        self._query_encoder: Encoder | None = None
        self._closed = False

    @property
    def model_id(self) -> str:
        return self._model.recipe.model_id

    @property
    def dimension(self) -> int:
        return DIMENSION

    @property
    def batch_texts(self) -> int:
        return self._batch_texts

    async def start(self) -> None:
        """Builds the model if need be (seconds, once per data folder) and loads the query session (0.2 s)."""
        await self._in(self._queries, self._load_query_encoder)

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, DIMENSION), dtype=np.float32)
        self._check_open()
        vectors: Future[Vectors] = Future()
        self._waiting.put((sum(map(len, texts)), next(self._numbers), texts, vectors))
        self._bulk.submit(self._encode_smallest)
        return await asyncio.wrap_future(vectors)

    async def embed_query(self, text: str) -> Vectors:
        self._check_open()
        return (await self._batches.embed([self._model.query_prefix + text], "question"))[0]

    async def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        self._check_open()
        if not texts:
            return np.empty((0, DIMENSION), dtype=np.float32)
        return np.stack(await self._batches.embed([self._model.passage_prefix + text for text in texts], "sentence"))

    async def close(self) -> None:
        """Waits for the run under way and frees the sessions. Idempotent."""
        self._closed = True
        await self._batches.close()
        for pool in (self._bulk, self._queries):
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        while not self._waiting.empty():
            self._waiting.get_nowait()[-1].cancel()
        self._bulk_encoder = self._query_encoder = None

    async def _in[T](self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("The embedding model was closed because the server is stopping.", dependency="embedding")

    async def _encode_queries(self, texts: Sequence[str]) -> Vectors:
        def work() -> Vectors:
            encoder = self._load_query_encoder()
            return encoder.encode(self._tokenized(texts))

        return await self._in(self._queries, work)

    def _encode_smallest(self) -> None:
        """Encodes the smallest of the batches that wait: a short text is not to wait for many long ones."""
        _, _, texts, vectors = self._waiting.get_nowait()
        if not vectors.set_running_or_notify_cancel():
            return
        try:
            vectors.set_result(self._encode_documents(texts))
        except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
            vectors.set_exception(error)

    def _encode_documents(self, texts: Sequence[str]) -> Vectors:
        encoder = self._load_bulk_encoder()
        tokenized = self._tokenized([self._model.passage_prefix + text for text in texts])
        order = sorted(range(len(texts)), key=lambda index: len(tokenized[index]))
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for first in range(0, len(order), self._batch_texts):
            batch = order[first : first + self._batch_texts]
            vectors[batch] = encoder.encode([tokenized[index] for index in batch])
        return vectors

    # Loading runs inside the pools' threads. The document session must be made by its own niced thread, whose
    # priority its workers inherit.

    def _load_query_encoder(self) -> Encoder:
        with self._loading:
            if self._query_encoder is None:
                self._query_encoder = Encoder(self._prepared(), threads=1)
            return self._query_encoder

    def _load_bulk_encoder(self) -> Encoder:
        with self._loading:
            if self._bulk_encoder is None:
                self._bulk_encoder = Encoder(self._prepared(), threads=self._threads)
            return self._bulk_encoder

    def _prepared(self) -> ModelFiles:
        if self._files is None:
            files = prepare(self._model.recipe, self._data_dir)
            self._tokenize = self._model.load_tokenizer(files)
            self._files = files
        return self._files

    def _tokenized(self, texts: Sequence[str]) -> list[TokenIds]:
        if self._tokenize is None:
            raise RuntimeError("the tokenizer is loaded together with the first session")
        return self._tokenize(texts)


def _lower_priority() -> None:
    """Gives this thread (on Linux a process of its own to the scheduler) a higher niceness."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        try:
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _BULK_NICENESS)
        except OSError as error:
            log.warning("embedding_priority_unchanged", error=str(error))
