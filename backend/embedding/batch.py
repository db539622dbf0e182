"""Merges the texts of many documents into full batches for the encoder, asking the cache first."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass

import numpy as np
import structlog

from backend.embedding.cache import EmbeddingCache, pack, unpack
from backend.embedding.models.base import Embedder, Vectors
from backend.errors import Unavailable, UpstreamRejected
from backend.monitoring.metrics import CHUNKS_EMBEDDED

log = structlog.get_logger(__name__)

# Texts are sorted by length within this many batches: enough for little padding, few enough that nobody waits long.
_WINDOW_BATCHES = 16
_WAITING_BATCHES = 64


@dataclass(slots=True, eq=False)
class _Text:
    """A text on its way. `wanted` counts the callers; at 0 it is dropped. `result` comes once the vector is stored."""

    text: str
    hash: str
    result: asyncio.Future[Vectors]
    wanted: int = 0


class EmbeddingBatcher:
    """Texts of concurrent documents in, vectors out; stored in the cache before they are returned.

    `in_flight` batches are with the encoder at once, so that it has the next one while Python does other work.
    A batch that fails fails only the callers with a text in it. Belongs to one event loop.
    """

    def __init__(self, embedder: Embedder, cache: EmbeddingCache, *, in_flight: int = 2) -> None:
        self._embedder = embedder
        self._cache = cache
        self._in_flight = in_flight
        self._size = embedder.batch_texts
        self._arrived: deque[_Text] = deque()
        self._window: deque[_Text] = deque()
        self._on_their_way: dict[str, _Text] = {}
        self._room = asyncio.Semaphore(self._size * _WAITING_BATCHES)
        self._unstored: list[tuple[_Text, Vectors]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._encoding = 0
        self._storing = False
        self._closed = False

    async def embed(self, texts: Sequence[tuple[str, str]]) -> Vectors:
        """The vectors of ``(text, chunk hash)`` pairs, in their order, shape (len(texts), dimension), unit length.

        Waits while too many texts are on their way. Errors: `UpstreamError` of the embedder, `Unavailable`.
        """
        by_hash = {chunk_hash: text for text, chunk_hash in texts}
        vectors = await self._cache.get(self._embedder.model_id, by_hash)
        joined: list[_Text] = []
        try:
            for chunk_hash, text in by_hash.items():
                if chunk_hash not in vectors:
                    joined.append(await self._join(text, chunk_hash))
            for waiting in joined:
                vectors[waiting.hash] = await asyncio.shield(waiting.result)
        finally:
            for waiting in joined:
                waiting.wanted -= 1
        CHUNKS_EMBEDDED.inc(len(by_hash))
        if not texts:
            return np.empty((0, self._embedder.dimension), dtype=np.float32)
        return np.stack([vectors[chunk_hash] for _, chunk_hash in texts])

    async def close(self) -> None:
        """Drops what waits: its callers get `Unavailable`. Vectors already made are stored first. Idempotent."""
        self._closed = True
        for waiting in (*self._arrived, *self._window):
            self._fail(waiting, _closed())
        self._arrived.clear()
        self._window.clear()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _join(self, text: str, chunk_hash: str) -> _Text:
        """Takes part in a text's way to the encoder, starting it when nobody else has."""
        there = self._on_their_way.get(chunk_hash)
        if there is None:
            await self._room.acquire()
            there = self._on_their_way.get(chunk_hash)
            if there is not None or self._closed:
                self._room.release()
            if self._closed:
                raise _closed()
        if there is None:
            there = _Text(text, chunk_hash, asyncio.get_running_loop().create_future())
            self._on_their_way[chunk_hash] = there
            self._arrived.append(there)
            if self._encoding < self._in_flight:
                self._encoding += 1
                self._spawn(self._encode_all())
        there.wanted += 1
        return there

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _encode_all(self) -> None:
        """Encodes batch after batch until nothing waits."""
        try:
            # Lets the callers of this turn of the loop add their texts before the first batch is cut.
            await asyncio.sleep(0)
            while batch := self._take():
                await self._encode(batch)
        finally:
            self._encoding -= 1

    def _take(self) -> list[_Text]:
        """The next batch of similar length. A window is used up before the next is sorted, so nothing starves."""
        batch: list[_Text] = []
        while len(batch) < self._size:
            if not self._window:
                count = min(len(self._arrived), self._size * _WINDOW_BATCHES)
                window = [self._arrived.popleft() for _ in range(count)]
                self._window.extend(sorted(window, key=lambda waiting: len(waiting.text)))
            if not self._window:
                break
            waiting = self._window.popleft()
            self._room.release()
            if waiting.wanted:
                batch.append(waiting)
            else:
                self._on_their_way.pop(waiting.hash, None)
                waiting.result.cancel()
        return batch

    async def _encode(self, batch: list[_Text]) -> None:
        try:
            vectors = await self._embedder.embed_documents([waiting.text for waiting in batch])
        except UpstreamRejected as error:
            if len(batch) == 1:
                self._fail(batch[0], error)
                return
            # One text is at fault; the others are other documents'.
            for waiting in batch:
                await self._encode([waiting])
            return
        except Exception as error:  # noqa: BLE001 - handed to everyone who waits for this batch
            for waiting in batch:
                self._fail(waiting, error)
            return
        self._unstored.extend(zip(batch, vectors, strict=True))
        if not self._storing:
            self._storing = True
            self._spawn(self._store_all())

    async def _store_all(self) -> None:
        """Writes what has gathered, again and again: while one write runs, the next one grows."""
        try:
            while self._unstored:
                written, self._unstored = self._unstored, []
                await self._store(written)
        finally:
            self._storing = False

    async def _store(self, written: list[tuple[_Text, Vectors]]) -> None:
        try:
            await self._cache.put(self._embedder.model_id, {waiting.hash: vector for waiting, vector in written})
        except Exception as error:  # noqa: BLE001 - handed to everyone whose vector it was
            log.warning("embedding_cache_write_failed", count=len(written), error=type(error).__name__)
            for waiting, _ in written:
                self._fail(waiting, error)
            return
        for waiting, vector in written:
            self._on_their_way.pop(waiting.hash, None)
            if not waiting.result.done():
                # As it will be read again, so that an index built from the cache later is the same.
                waiting.result.set_result(unpack(pack(vector)))

    def _fail(self, waiting: _Text, error: Exception) -> None:
        self._on_their_way.pop(waiting.hash, None)
        if not waiting.result.done():
            waiting.result.set_exception(error)
            # A caller may have gone or failed with another text; the loop need not report this one as lost.
            waiting.result.exception()


def _closed() -> Unavailable:
    return Unavailable(
        "Indexing stopped because the server is stopping; it goes on at the next start.", dependency="embedding"
    )
