"""What every `Embedder` holds to."""

import asyncio

import numpy as np

from backend.embedding.models.base import Embedder
from backend.embedding.models.traits import traits_of

TEXTS = ["The budget of Orion is 40,000 euros.", "Elephants never forget.", "Wo ist das Büro?", "預算", "a"]


async def test_vectors_have_unit_length_and_the_models_width(embedder: Embedder) -> None:
    vectors = await embedder.embed_documents(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


async def test_order_is_kept_whatever_the_lengths(embedder: Embedder) -> None:
    texts = [("word " * (37 * number % 23 + 1)) + f"number {number}" for number in range(20)]
    together = await embedder.embed_documents(texts)
    alone = np.stack([(await embedder.embed_documents([text]))[0] for text in texts])
    # Dynamic quantisation scales by batch, so vectors differ a little with their company.
    assert np.all(np.sum(together * alone, axis=1) > 0.98)
    assert np.all(np.argmax(together @ alone.T, axis=1) == np.arange(20))


async def test_questions_and_documents_share_one_space(embedder: Embedder) -> None:
    documents = await embedder.embed_documents(TEXTS[:2])
    question = await embedder.embed_query("What is the budget of Orion?")
    assert question.shape == (embedder.dimension,)
    near, far = traits_of(embedder.model_id).answers(documents @ question)
    assert near > far + 0.2
    several = await embedder.embed_sentences(["The budget of Orion is 40,000 euros.", "Elephants"])
    assert several.shape == (2, embedder.dimension)
    np.testing.assert_allclose(several[0], documents[0], atol=0.05)


async def test_concurrent_questions_each_get_their_own_vector(embedder: Embedder) -> None:
    questions = [f"What did {name} say about the {thing}?" for name in ("Ann", "Ben", "Cem") for thing in TEXTS]
    together = await asyncio.gather(*(embedder.embed_query(question) for question in questions))
    again = [await embedder.embed_query(question) for question in questions]
    np.testing.assert_allclose(np.stack(together), np.stack(again), atol=1e-6)


async def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert (await embedder.embed_documents([])).shape == (0, embedder.dimension)
    assert (await embedder.embed_sentences([])).shape[0] == 0


async def test_odd_texts_are_embedded(embedder: Embedder) -> None:
    vectors = await embedder.embed_documents(["", "\x00", "\ud800 lone surrogate", "x" * 100_000, " \n ", "🤷🏽‍♀️"])
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


async def test_the_model_has_a_name(embedder: Embedder) -> None:
    assert embedder.model_id
    assert embedder.batch_texts >= 1
