import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from backend.db.collection import Database
from backend.embedding.batch import EmbeddingBatcher
from backend.embedding.cache import EMBEDDINGS, EmbeddingCache
from backend.embedding.models.base import Vectors
from backend.errors import Unavailable, UpstreamRejected, UpstreamTransient
from backend.monitoring.metrics import render
from tests.support.database import sqlite_database
from tests.support.embedder import HashEmbedder
from tests.support.waiting import until


class Scripted(HashEmbedder):
    """Waits for `gate`, and refuses batches with a text that begins with "bad" or "down"."""

    def __init__(self, batch_texts: int = 4) -> None:
        super().__init__(batch_texts=batch_texts)
        self.gate = asyncio.Event()
        self.gate.set()
        self.running = self.most_running = 0

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
            if any(text.startswith("bad") for text in texts):
                raise UpstreamRejected("refused")
            if any(text.startswith("down") for text in texts):
                raise UpstreamTransient("down")
            return await super().embed_documents(texts)
        finally:
            self.running -= 1


def pairs(*texts: str) -> list[tuple[str, str]]:
    return [(text, f"hash of {text}") for text in texts]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with sqlite_database(tmp_path, EMBEDDINGS) as opened:
        yield opened


@pytest.fixture
def cache(database: Database) -> EmbeddingCache:
    return EmbeddingCache(database)


async def test_vectors_come_in_the_order_of_the_texts(cache: EmbeddingCache) -> None:
    embedder = Scripted()
    texts = [f"number {number} " + "long " * (number * 7 % 11) for number in range(50)]
    vectors = await EmbeddingBatcher(embedder, cache).embed(pairs(*texts))
    expected = await HashEmbedder().embed_sentences(texts)
    assert np.all(np.sum(vectors * expected, axis=1) > 0.999)


async def test_metrics_do_not_tell_whether_somebody_has_the_text_already(cache: EmbeddingCache) -> None:
    batcher = EmbeddingBatcher(Scripted(), cache)
    seen = [render()]
    for _ in range(2):  # new at first, from the cache then
        await batcher.embed(pairs("a text", "another"))
        seen.append(render())
    names = [[line for line in text.decode().splitlines() if not line.startswith("#")] for text in seen]
    moved = [
        {
            line.split()[0]: float(line.split()[1]) - float(old.split()[1])
            for old, line in zip(before, after, strict=True)
            if line != old and line.startswith("biblios_") and "_created" not in line
        }
        for before, after in itertools.pairwise(names)
    ]
    assert moved[0] == moved[1] == {"biblios_chunks_embedded_total": 2.0}


async def test_texts_of_many_documents_fill_batches_of_similar_length(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=4)
    batcher = EmbeddingBatcher(embedder, cache)
    documents = [pairs(f"short {n}", f"long {n} " + "word " * 50) for n in range(8)]
    await asyncio.gather(*(batcher.embed(document) for document in documents))
    assert embedder.calls == [4, 4, 4, 4]
    kinds = [text.split()[0] for text in embedder.embedded]
    assert kinds == ["short"] * 8 + ["long"] * 8


async def test_a_known_chunk_is_not_embedded_again(cache: EmbeddingCache) -> None:
    first, second = Scripted(), Scripted()
    before = await EmbeddingBatcher(first, cache).embed(pairs("a", "b"))
    after = await EmbeddingBatcher(second, cache).embed(pairs("b", "a", "c"))
    assert second.embedded == ["c"]
    # Bit for bit: an index built from the cache is the index that was.
    assert np.array_equal(after[:2], before[::-1])


async def test_the_same_chunk_in_several_documents_is_embedded_once(cache: EmbeddingCache) -> None:
    embedder = Scripted()
    batcher = EmbeddingBatcher(embedder, cache)
    results = await asyncio.gather(*(batcher.embed(pairs("same", "same")) for _ in range(5)))
    assert embedder.embedded == ["same"]
    assert {result.shape for result in results} == {(2, 384)}


async def test_vectors_are_stored_before_they_are_returned(cache: EmbeddingCache) -> None:
    embedder = Scripted()
    await EmbeddingBatcher(embedder, cache).embed(pairs(*"abcdefgh"))
    assert len(await cache.get(embedder.model_id, [f"hash of {text}" for text in "abcdefgh"])) == 8


async def test_the_encoder_always_has_a_next_batch(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=2)
    await EmbeddingBatcher(embedder, cache, in_flight=2).embed(pairs(*(str(number) for number in range(20))))
    assert embedder.most_running == 2


async def test_a_failing_batch_fails_only_its_callers(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=1)
    batcher = EmbeddingBatcher(embedder, cache)
    good, down, late = await asyncio.gather(
        batcher.embed(pairs("good")), batcher.embed(pairs("fine", "down")), batcher.embed(pairs("late")),
        return_exceptions=True,
    )  # fmt: skip
    assert isinstance(down, UpstreamTransient)
    assert not isinstance(good, BaseException)
    assert not isinstance(late, BaseException)
    assert (await batcher.embed(pairs("fine"))).shape == (1, 384)


async def test_one_refused_text_does_not_fail_its_neighbours(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=8)
    batcher = EmbeddingBatcher(embedder, cache)
    good, bad = await asyncio.gather(
        batcher.embed(pairs("one", "two")), batcher.embed(pairs("bad one")), return_exceptions=True
    )
    assert isinstance(bad, UpstreamRejected)
    assert not isinstance(good, BaseException)


async def test_a_failed_text_is_tried_again_when_it_comes_again(cache: EmbeddingCache) -> None:
    embedder = Scripted()
    batcher = EmbeddingBatcher(embedder, cache)
    for _ in range(2):
        with pytest.raises(UpstreamTransient):
            await batcher.embed(pairs("down"))
    assert (await batcher.embed(pairs("up"))).shape == (1, 384)


async def test_too_many_texts_wait_outside(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=1)
    embedder.gate.clear()
    batcher = EmbeddingBatcher(embedder, cache)
    large = asyncio.create_task(batcher.embed(pairs(*(str(number) for number in range(300)))))
    await until(lambda: batcher.waiting() == 64)
    for _ in range(20):
        await asyncio.sleep(0)
    assert batcher.waiting() == 64
    embedder.gate.set()
    assert (await large).shape == (300, 384)


async def test_texts_that_nobody_waits_for_are_dropped(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=1)
    embedder.gate.clear()
    batcher = EmbeddingBatcher(embedder, cache, in_flight=1)
    running = asyncio.create_task(batcher.embed(pairs("running")))
    await until(lambda: embedder.running == 1)
    leaving = asyncio.create_task(batcher.embed(pairs("leaving")))
    staying = asyncio.create_task(batcher.embed(pairs("staying")))
    await until(lambda: batcher.waiting() == 2)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    embedder.gate.set()
    await asyncio.gather(running, staying)
    assert embedder.embedded == ["running", "staying"]
    assert (await batcher.embed(pairs("leaving"))).shape == (1, 384)


async def test_a_cache_that_cannot_be_written_fails_the_callers(database: Database) -> None:
    class Full(EmbeddingCache):
        async def put(self, model_id: str, vectors: Mapping[str, Vectors]) -> None:
            raise Unavailable("disk full", dependency="database")

    batcher = EmbeddingBatcher(Scripted(), Full(database))
    with pytest.raises(Unavailable, match="disk full"):
        await batcher.embed(pairs("a"))


@pytest.mark.parametrize("turns", range(40))
async def test_close_ends_in_whatever_turn_of_the_loop_it_comes(cache: EmbeddingCache, turns: int) -> None:
    """Also in the one in which the last batch has ended and is still counted; the loop would be stuck there."""
    embedder = Scripted()
    embedder.gate.clear()
    batcher = EmbeddingBatcher(embedder, cache)
    leaving = asyncio.create_task(batcher.embed(pairs("a")))
    await until(lambda: embedder.running == 1)
    leaving.cancel()
    embedder.gate.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    await batcher.close()


async def test_close_tells_waiting_callers_and_refuses_new_ones(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=1)
    embedder.gate.clear()
    batcher = EmbeddingBatcher(embedder, cache, in_flight=1)
    calls = [asyncio.create_task(batcher.embed(pairs(text))) for text in ("running", "waiting")]
    await until(lambda: embedder.running == 1 and batcher.waiting() == 1)
    closing = asyncio.create_task(batcher.close())
    await asyncio.sleep(0)
    embedder.gate.set()
    await closing
    finished, refused = await asyncio.gather(*calls, return_exceptions=True)
    assert not isinstance(finished, BaseException)
    assert isinstance(refused, Unavailable)
    with pytest.raises(Unavailable, match="next start"):
        await batcher.embed(pairs("later"))


async def test_no_texts_no_work(cache: EmbeddingCache) -> None:
    assert (await EmbeddingBatcher(Scripted(), cache).embed([])).shape == (0, 384)


async def test_one_holders_few_texts_are_in_the_next_batch_however_many_of_another_wait(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=4)
    embedder.gate.clear()
    batcher = EmbeddingBatcher(embedder, cache, in_flight=1)
    many = asyncio.create_task(batcher.embed(pairs(*(f"a {n}" for n in range(400))), holder="ada"))
    await until(lambda: embedder.running == 1)
    few = asyncio.create_task(batcher.embed(pairs("b 0", "b 1"), holder="ben"))
    await until(lambda: embedder.running == 2)
    embedder.gate.set()
    await few
    await many
    assert {"b 0", "b 1"} <= set(embedder.embedded[:8])
    assert len(embedder.embedded) == 402


async def test_a_text_that_waits_in_anothers_line_comes_with_ones_own_turn(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=4)
    embedder.gate.clear()
    batcher = EmbeddingBatcher(embedder, cache, in_flight=1)
    texts = [f"a {n:03}" for n in range(400)]
    many = asyncio.create_task(batcher.embed(pairs(*texts), holder="ada"))
    await until(lambda: embedder.running == 1)
    shared = asyncio.create_task(batcher.embed(pairs("a 200"), holder="ben"))
    await until(lambda: embedder.running == 2)
    embedder.gate.set()
    await shared
    await many
    assert "a 200" in embedder.embedded[:8]
    assert embedder.embedded.count("a 200") == 1


async def test_a_full_line_of_one_holder_leaves_room_for_another(cache: EmbeddingCache) -> None:
    embedder = Scripted(batch_texts=1)
    embedder.gate.clear()
    batcher = EmbeddingBatcher(embedder, cache, in_flight=1)
    many = asyncio.create_task(batcher.embed(pairs(*(f"a {n}" for n in range(500))), holder="ada"))
    await until(lambda: embedder.running == 1)
    few = asyncio.create_task(batcher.embed(pairs("b"), holder="ben"))
    await until(lambda: embedder.running == 2)
    embedder.gate.set()
    await few
    assert "b" in embedder.embedded[:4]
    await many


async def test_few_texts_of_one_holder_do_not_wait_for_the_batches_of_another_that_are_under_way(
    cache: EmbeddingCache,
) -> None:
    class Slow(Scripted):
        async def embed_documents(self, texts: Sequence[str]) -> Vectors:
            if texts[0].startswith("b"):
                return await HashEmbedder.embed_documents(self, texts)
            return await super().embed_documents(texts)

    embedder = Slow(batch_texts=4)
    embedder.gate.clear()
    batcher = EmbeddingBatcher(embedder, cache, in_flight=2)
    many = asyncio.create_task(batcher.embed(pairs(*(f"a {n}" for n in range(100))), holder="ada"))
    await until(lambda: embedder.running == 2)
    async with asyncio.timeout(60):
        await batcher.embed(pairs("b 0", "b 1"), holder="ben")
    assert embedder.embedded == ["b 0", "b 1"]
    embedder.gate.set()
    await many
