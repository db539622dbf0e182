"""Where the question is in a language that the embedding model does not know, a refusal says so."""

import pytest

from backend.access import Caller
from backend.embedding.models.base import Vectors
from backend.errors import UpstreamTransient
from backend.rag.models import Source
from backend.rag.refusals import HINTS, Refusals
from tests.support.embedder import HashEmbedder
from tests.support.hits import hit

ANN = Caller.of("ann")
GERMAN = "Wie lange dauert die Kündigungsfrist für den Mietvertrag der Wohnung?"
SOURCES = (Source(hit("The notice period is three months. The canteen opens at noon.")),)


class _Down(HashEmbedder):
    async def embed_query(self, text: str) -> Vectors:
        raise UpstreamTransient("down")


@pytest.mark.parametrize(
    ("question", "model_id", "reason"),
    [
        (GERMAN, "all-MiniLM-L6-v2-int8-1", "language_not_supported"),
        (GERMAN, "multilingual-e5-small-int8-1", "not_found"),
        (GERMAN, "a-model-that-nobody-has-measured", "not_found"),
        ("How long is the notice period of the flat?", "all-MiniLM-L6-v2-int8-1", "not_found"),
        ("ZX-49", "all-MiniLM-L6-v2-int8-1", "not_found"),
    ],
)
async def test_a_language_is_named_as_the_reason_where_it_is_known_to_be_one(
    question: str, model_id: str, reason: str
) -> None:
    refusal = await Refusals(embedder=HashEmbedder(model_id=model_id)).refuse(ANN, question, SOURCES)
    assert refusal.reason == reason
    assert refusal.hint == HINTS.get(refusal.reason)
    assert (refusal.hint is not None) is (reason == "language_not_supported")
    assert ("knows English alone" in refusal.text) is (reason == "language_not_supported")
    assert "BIBLIOS_" not in refusal.text


async def test_without_an_answer_of_the_embedder_the_passages_have_no_closest_sentence() -> None:
    refusal = await Refusals(embedder=_Down()).refuse(ANN, "How long is the notice period?", SOURCES)
    assert refusal.closest == (None,)
    assert refusal.reason == "not_found"
