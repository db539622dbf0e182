"""Merges the texts of many documents into full batches for the encoder, asking the cache first."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field

import numpy as np
import structlog

from backend.embedding.cache import EmbeddingCache, pack, unpack
from backend.embedding.models.base import Embedder, Vectors
from backend.errors import Unavailable, UpstreamRejected
from backend.monitoring.metrics import CHUNKS_EMBEDDED
from backend.supervised import watched

log = structlog.get_logger(__name__)

# Texts are sorted by length within this many batches: enough for little padding, few enough that nobody waits long.
_WINDOW_BATCHES = 16
_WAITING_BATCHES = 64


@dataclass(slots=True, eq=False)
class _Text:
    """A text on its way. `wanted` counts the callers; at 0 it is dropped. `result` comes once the vector is stored.

    `holders` are those in whose lines it waits; it is `taken` from the first one whose turn it is.
    """

    text: str
    hash: str
    result: asyncio.Future[Vectors]
    wanted: int = 0
    holders: set[str] = field(default_factory=set)
    taken: bool = False


@dataclass(slots=True, eq=False)
class _Line:
    """The texts of one holder that wait. `room` bounds them; `callers` may be waiting for room."""

    room: asyncio.Semaphore
    arrived: deque[_Text] = field(default_factory=deque)
    window: deque[_Text] = field(default_factory=deque)
    callers: int = 0

    def pop(self, window_texts: int) -> _Text | None:
        """The next text. A window is used up before the next is sorted by length, so nothing starves."""
        if not self.window:
            window = [self.arrived.popleft() for _ in range(min(len(self.arrived), window_texts))]
            self.window.extend(sorted(window, key=lambda waiting: len(waiting.text)))
        if not self.window:
            return None
        self.room.release()
        return self.window.popleft()


class EmbeddingBatcher:
    """Texts of concurrent documents in, vectors out; stored in the cache before they are returned.

    Each batch is filled from the holders in turn, so however much of one waits, another's few texts are in the next.
    `in_flight` batches are with the encoder at once, so that it has the next one while Python does other work.
    A batch that fails fails only the callers with a text in it. Belongs to one event loop.
    """

    def __init__(self, embedder: Embedder, cache: EmbeddingCache, *, in_flight: int = 2) -> None:
        self._embedder = embedder
        self._cache = cache
        self._in_flight = in_flight
        self._size = embedder.batch_texts
        # In the order of their turns.
        self._lines: dict[str, _Line] = {}
        self._on_their_way: dict[str, _Text] = {}
        self._unstored: list[tuple[_Text, Vectors]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._encoding = 0
        self._encoding_few = False
        self._storing = False
        self._closed = False

    async def embed(self, texts: Sequence[tuple[str, str]], *, holder: str = "") -> Vectors:
        """The vectors of ``(text, chunk hash)`` pairs, in their order, shape (len(texts), dimension), unit length.

        Waits while too many texts of this holder wait. Errors: `UpstreamError` of the embedder, `Unavailable`.
        """
        by_hash = {chunk_hash: text for text, chunk_hash in texts}
        vectors = await self._cache.get(self._embedder.model_id, by_hash)
        joined: list[_Text] = []
        line = self._line(holder)
        line.callers += 1
        try:
            for chunk_hash, text in by_hash.items():
                if chunk_hash not in vectors:
                    joined.append(await self._join(text, chunk_hash, holder, line))
            for waiting in joined:
                vectors[waiting.hash] = await asyncio.shield(waiting.result)
        finally:
            for waiting in joined:
                waiting.wanted -= 1
            line.callers -= 1
            self._forget_if_empty(holder)
        CHUNKS_EMBEDDED.inc(len(by_hash))
        if not texts:
            return np.empty((0, self._embedder.dimension), dtype=np.float32)
        return np.stack([vectors[chunk_hash] for _, chunk_hash in texts])

    def waiting(self, holder: str = "") -> int:
        """How many texts of a holder wait for the encoder."""
        line = self._lines.get(holder)
        return len(line.arrived) + len(line.window) if line else 0

    async def close(self) -> None:
        """Drops what waits: its callers get `Unavailable`. Vectors already made are stored first. Idempotent."""
        self._closed = True
        for line in self._lines.values():
            for waiting in (*line.arrived, *line.window):
                self._fail(waiting, _closed())
            line.arrived.clear()
            line.window.clear()
        while self._tasks:
            # Not `gather`, which gives no turn to anybody when all of them have just ended: they would stay for ever.
            await asyncio.wait(self._tasks)

    async def _join(self, text: str, chunk_hash: str, holder: str, line: _Line) -> _Text:
        """Takes part in a text's way to the encoder, starting it when nobody else has."""
        if self._needs_room(chunk_hash, holder):
            await line.room.acquire()
            if self._closed or not self._needs_room(chunk_hash, holder):
                line.room.release()
            if self._closed:
                raise _closed()
        there = self._on_their_way.get(chunk_hash)
        if there is None:
            there = _Text(text, chunk_hash, asyncio.get_running_loop().create_future())
            self._on_their_way[chunk_hash] = there
        if self._needs_room(chunk_hash, holder):
            there.holders.add(holder)
            line.arrived.append(there)
            self._start_encoding()
        there.wanted += 1
        return there

    def _start_encoding(self) -> None:
        if self._encoding < self._in_flight:
            self._encoding += 1
            self._spawn(self._encode_all())
        elif not self._encoding_few and len(self._lines) > 1:
            self._encoding_few = True
            self._spawn(self._encode_few())

    def _needs_room(self, chunk_hash: str, holder: str) -> bool:
        """Whether this text is to wait in this holder's line: another one's may be longer."""
        there = self._on_their_way.get(chunk_hash)
        return there is None or not (there.taken or holder in there.holders)

    def _line(self, holder: str) -> _Line:
        if holder not in self._lines:
            self._lines[holder] = _Line(asyncio.Semaphore(self._size * _WAITING_BATCHES))
        return self._lines[holder]

    def _forget_if_empty(self, holder: str) -> None:
        line = self._lines.get(holder)
        if line is not None and not (line.callers or line.arrived or line.window):
            del self._lines[holder]

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = watched("embedding-batch", work)
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

    async def _encode_few(self) -> None:
        """Encodes what holders with few texts wait for, beside the batches that are with the encoder already."""
        try:
            await asyncio.sleep(0)
            while batch := self._take(at_most=self._size):
                await self._encode(batch)
        finally:
            self._encoding_few = False

    def _take(self, *, at_most: int | None = None) -> list[_Text]:
        """The next batch: a text of each holder in turn, of each in windows of similar length.

        With `at_most`, only of holders with no more texts than that waiting.
        """
        batch: list[_Text] = []
        empty = {holder for holder in self._lines if at_most is not None and self.waiting(holder) > at_most}
        while len(batch) < self._size and len(empty) < len(self._lines):
            holder, line = next(iter(self._lines.items()))
            self._lines[holder] = self._lines.pop(holder)  # to the end: the others have their turn first
            if holder in empty:
                continue
            waiting = line.pop(self._size * _WINDOW_BATCHES)
            if waiting is None:
                empty.add(holder)
                continue
            if waiting.taken:
                continue
            waiting.taken = True
            if waiting.wanted:
                batch.append(waiting)
            else:
                self._on_their_way.pop(waiting.hash, None)
                waiting.result.cancel()
        for holder in empty:
            self._forget_if_empty(holder)
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
