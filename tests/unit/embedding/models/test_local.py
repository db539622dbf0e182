import asyncio
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from backend.embedding.models.built_files import prepare
from backend.embedding.models.encoder import Encoder
from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.local_models import MINILM
from backend.embedding.models.word_pieces import MAX_TOKENS
from backend.errors import Unavailable
from tests.support.waiting import until


async def test_meaning_not_only_words_is_near(model_dir: Path) -> None:
    embedder = LocalEmbedder(model_dir)
    query = await embedder.embed_query("How much time off do employees get?")
    near, far = await embedder.embed_documents(["Staff are entitled to 28 days of holiday.", "The pump was replaced."])
    assert query @ near > 0.4 > 0.2 > query @ far
    await embedder.close()


def test_long_texts_are_cut_at_256_tokens_and_never_padded(model_dir: Path) -> None:
    short, long = MINILM.load_tokenizer(prepare(MINILM.recipe, model_dir))(["budget", "budget " * 1000])
    assert len(short) == 3
    assert len(long) == MAX_TOKENS


def test_padding_does_not_change_a_vector(model_dir: Path) -> None:
    files = prepare(MINILM.recipe, model_dir)
    encoder, tokenize = Encoder(files, threads=1), MINILM.load_tokenizer(files)
    texts = tokenize(["budget of Orion for the year", "budget of Orion for the next year"])
    together = encoder.encode(texts)
    alone = np.stack([encoder.encode([text])[0] for text in texts])
    assert np.all(np.sum(together * alone, axis=1) > 0.98)


def _threads() -> set[str]:
    return {thread.name for thread in Path("/proc/self/task").iterdir()}


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux only")
async def test_document_threads_run_at_a_lower_priority(model_dir: Path) -> None:
    before = _threads()
    embedder = LocalEmbedder(model_dir, threads=2)
    await embedder.embed_documents(["one", "two"])
    bulk = _threads() - before
    nice = [os.getpriority(os.PRIO_PROCESS, int(thread)) for thread in bulk]
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    # The pool's thread and the session's worker; whatever else the tokenizer starts is inherited too.
    assert nice.count(own + 10) >= 2
    await embedder.embed_query("a question")
    queries = _threads() - before - bulk
    assert queries
    assert {os.getpriority(os.PRIO_PROCESS, int(thread)) for thread in queries} == {own}
    await embedder.close()


async def test_a_question_does_not_wait_for_a_bulk_ingest(model_dir: Path) -> None:
    embedder = LocalEmbedder(model_dir)
    await embedder.embed_query("warm")
    before = _threads()
    ingest = asyncio.create_task(embedder.embed_documents(["some words of a chunk " * 40] * 64))
    await until(lambda: bool(_threads() - before))  # the ingest has its thread
    started = time.perf_counter()
    await embedder.embed_query("does this wait?")
    waited = time.perf_counter() - started
    assert not ingest.done()
    await ingest
    total = time.perf_counter() - started
    assert waited < total / 3
    await embedder.close()


async def test_after_close_it_says_that_the_server_is_stopping(model_dir: Path) -> None:
    embedder = LocalEmbedder(model_dir)
    await embedder.start()
    await embedder.close()
    await embedder.close()
    for call in (embedder.embed_query("x"), embedder.embed_sentences(["x"]), embedder.embed_documents(["x"])):
        with pytest.raises(Unavailable, match="stopping"):
            await call
