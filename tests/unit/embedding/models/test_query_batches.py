import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from backend.embedding.models.base import Vectors
from backend.embedding.models.query_batches import QueryBatches
from tests.support.waiting import all_wait


class Encoder:
    """Encodes a text as its length; `gate` holds it back, `batches` records what came together."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.fail_on = ""

    async def __call__(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        await self.gate.wait()
        if self.fail_on and self.fail_on in texts:
            raise RuntimeError("encoder broke")
        return np.array([[len(text)] for text in texts], dtype=np.float32)


async def test_what_arrives_while_one_runs_goes_together_into_the_next() -> None:
    encoder = Encoder()
    encoder.gate.clear()
    batches = QueryBatches(encoder, workers=1)
    first = asyncio.create_task(batches.embed(["a"], "question"))
    await all_wait()
    others = [asyncio.create_task(batches.embed([text], "question")) for text in ("bb", "ccc", "dddd")]
    await all_wait()
    encoder.gate.set()
    assert [int(vectors[0][0]) for vectors in await asyncio.gather(first, *others)] == [1, 2, 3, 4]
    assert encoder.batches == [["a"], ["bb", "ccc", "dddd"]]


async def test_questions_overtake_sentences() -> None:
    encoder = Encoder()
    encoder.gate.clear()
    batches = QueryBatches(encoder, workers=1, batch_texts=2)
    sentences = asyncio.create_task(batches.embed([f"sentence {n}" for n in range(6)], "sentence"))
    await all_wait()
    question = asyncio.create_task(batches.embed(["question"], "question"))
    await all_wait()
    encoder.gate.set()
    await asyncio.gather(sentences, question)
    assert encoder.batches[1] == ["question"]


async def test_idle_workers_share_what_waits() -> None:
    encoder = Encoder()
    await QueryBatches(encoder, workers=2).embed(["a", "bb", "ccc", "dddd"], "sentence")
    assert sorted(len(batch) for batch in encoder.batches) == [2, 2]


async def test_a_recent_text_is_not_encoded_again_and_old_ones_are_forgotten() -> None:
    encoder = Encoder()
    batches = QueryBatches(encoder, workers=1, remembered=2)
    for text in ("a", "a", "bb", "a", "ccc", "bb"):
        assert (await batches.embed([text], "question"))[0][0] == len(text)
    assert encoder.batches == [["a"], ["bb"], ["ccc"], ["bb"]]


async def test_the_same_text_at_the_same_time_is_encoded_once() -> None:
    encoder = Encoder()
    batches = QueryBatches(encoder, workers=2)
    await asyncio.gather(*(batches.embed(["same"], "question") for _ in range(5)))
    assert encoder.batches == [["same"]]


async def test_a_failure_reaches_its_callers_only_and_is_not_remembered() -> None:
    encoder = Encoder()
    encoder.fail_on = "bad"
    batches = QueryBatches(encoder, workers=1, batch_texts=1)
    bad, good = await asyncio.gather(
        batches.embed(["bad"], "question"), batches.embed(["good"], "question"), return_exceptions=True
    )
    assert isinstance(bad, RuntimeError)
    assert not isinstance(good, BaseException)
    encoder.fail_on = ""
    assert (await batches.embed(["bad"], "question"))[0][0] == 3


async def test_a_caller_who_leaves_does_not_disturb_the_others() -> None:
    encoder = Encoder()
    encoder.gate.clear()
    batches = QueryBatches(encoder, workers=1)
    leaving = asyncio.create_task(batches.embed(["same"], "question"))
    staying = asyncio.create_task(batches.embed(["same"], "question"))
    await all_wait()
    leaving.cancel()
    encoder.gate.set()
    assert (await staying)[0][0] == 4


async def test_close_cancels_what_waits() -> None:
    encoder = Encoder()
    encoder.gate.clear()
    batches = QueryBatches(encoder, workers=1)
    waiting = asyncio.create_task(batches.embed(["a"], "question"))
    await all_wait()
    await batches.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
