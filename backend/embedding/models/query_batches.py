"""Dynamic micro-batching: what arrives while the encoder is busy goes together into its next run."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backend.embedding.models.base import Vectors
from backend.supervised import watched

type Encode = Callable[[Sequence[str]], Awaitable[Vectors]]
type Priority = Literal["question", "sentence"]


@dataclass(slots=True)
class _Waiting:
    text: str
    result: asyncio.Future[Vectors]


class QueryBatches:
    """Runs at most `workers` encodings at once; each takes a share of all that waits, questions before sentences.

    A sentence batch is small, so that a question never waits for a long one. Recent vectors are remembered by their
    text. Belongs to one event loop.
    """

    def __init__(self, encode: Encode, *, workers: int, batch_texts: int = 8, remembered: int = 8192) -> None:
        self._encode = encode
        self._idle = workers
        self._batch_texts = batch_texts
        self._remembered = remembered
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._waiting: dict[str, _Waiting] = {}
        self._queues: dict[Priority, deque[_Waiting]] = {"question": deque(), "sentence": deque()}
        self._running: set[asyncio.Task[None]] = set()
        self._kick: asyncio.Handle | None = None

    async def embed(self, texts: Sequence[str], priority: Priority) -> list[Vectors]:
        """The vectors of `texts`, in their order. Texts that are asked for at the same time are encoded once."""
        return [
            value if isinstance(value, np.ndarray) else await asyncio.shield(value.result)
            for value in [self._find(text, priority) for text in texts]
        ]

    async def close(self) -> None:
        """Cancels what still waits."""
        tasks = tuple(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for waiting in tuple(self._waiting.values()):
            waiting.result.cancel()
        self._waiting.clear()

    def _find(self, text: str, priority: Priority) -> Vectors | _Waiting:
        known = self._recent.get(text)
        if known is not None:
            self._recent.move_to_end(text)
            return known
        waiting = self._waiting.get(text)
        if waiting is None:
            loop = asyncio.get_running_loop()
            waiting = self._waiting[text] = _Waiting(text, loop.create_future())
            self._queues[priority].append(waiting)
            if self._idle and self._kick is None:
                # At the end of this turn of the loop, so that requests of the same turn share a batch.
                self._kick = loop.call_soon(self._start_workers)
        return waiting

    def _start_workers(self) -> None:
        self._kick = None
        while self._idle and any(self._queues.values()):
            batch = self._take()
            self._idle -= 1
            task = watched("query-batch", self._work(batch))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _take(self) -> list[_Waiting]:
        """The next batch: an equal share of what waits for each idle worker."""
        queue = self._queues["question"] or self._queues["sentence"]
        share = -(-len(queue) // max(1, self._idle))
        return [queue.popleft() for _ in range(min(share, self._batch_texts))]

    async def _work(self, batch: list[_Waiting]) -> None:
        try:
            while batch:
                await self._run(batch)
                batch = self._take() if any(self._queues.values()) else []
        finally:
            self._idle += 1

    async def _run(self, batch: list[_Waiting]) -> None:
        try:
            vectors = await self._encode([waiting.text for waiting in batch])
        except Exception as error:  # noqa: BLE001 - handed to everyone who waits for this batch
            for waiting in batch:
                self._waiting.pop(waiting.text, None)
                if not waiting.result.done():
                    waiting.result.set_exception(error)
                    # One of several callers may have gone; its error is not news to the loop.
                    waiting.result.exception()
            return
        for waiting, vector in zip(batch, vectors, strict=True):
            self._waiting.pop(waiting.text, None)
            self._remember(waiting.text, vector)
            if not waiting.result.done():
                waiting.result.set_result(vector)

    def _remember(self, text: str, vector: Vectors) -> None:
        own = vector.copy()  # a row would keep its whole batch alive
        own.flags.writeable = False
        self._recent[text] = own
        if len(self._recent) > self._remembered:
            self._recent.popitem(last=False)
