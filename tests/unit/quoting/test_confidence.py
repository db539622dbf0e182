from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.local_models import MINILM as LOCAL_MINILM
from backend.embedding.models.local_models import MULTILINGUAL, LocalModel
from backend.embedding.models.traits import traits_of
from backend.quoting.confidence import MINILM, Evidence, fit_of
from backend.quoting.extractive import ExtractiveAnswerer
from tests.support.hits import hit
from tests.support.local_model import local_model_dir

ACCOUNT = (
    "Nordwind Logistik has been a customer since 2019. Katrin Winter plans the tours and Uwe Peters runs the workshop. "
    "The contract with Nordwind ends on 30 September 2027. They use 4,800 loggers."
)
SURE = Evidence(0.8, 1.2, 0.2, 0.7, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0, 0)


@pytest.mark.parametrize(
    "less",
    [
        {"cosine": 0.3}, {"score": 0.5}, {"lead": 0.0}, {"nearness": 0.2}, {"passage_recall": 0.3}, {"weakest": 0.3},
        {"met_in_sentence": 0.2}, {"met_near": 0.2}, {"detail": 0.4}, {"names_missing": 1}, {"numbers_missing": 1},
    ],
)  # fmt: skip
def test_each_missing_piece_of_evidence_lowers_the_confidence(less: dict[str, float]) -> None:
    assert MINILM.confidence(replace(SURE, **less)) < MINILM.confidence(SURE)


def test_full_evidence_answers_and_none_abstains() -> None:
    none = Evidence(0.2, 0.2, 0.0, 0.2, 0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 1, 0)
    assert MINILM.confidence(SURE) > 0.9
    assert MINILM.confidence(none) < MINILM.abstain_below


@pytest.mark.parametrize("model", [LOCAL_MINILM, MULTILINGUAL])
def test_each_local_model_has_its_thresholds(model: LocalModel) -> None:
    """They go by the model's id: a new revision must not lose them unseen."""
    model_id = model.recipe.model_id
    assert fit_of(model_id).abstain_below > 0
    assert traits_of(model_id).fitted
    assert traits_of(model_id).many_languages is (fit_of(model_id, across_languages=True).abstain_below > 0)


def test_a_model_that_nobody_has_measured_abstains_from_nothing() -> None:
    assert fit_of("openai:some-model:1536").abstain_below == 0
    assert fit_of("openai:some-model:1536", across_languages=True).abstain_below == 0
    assert fit_of("all-MiniLM-L6-v2-int8-1") is MINILM


@pytest.fixture
async def answerer() -> AsyncIterator[ExtractiveAnswerer]:
    embedder = LocalEmbedder(local_model_dir())
    yield ExtractiveAnswerer(embedder)
    await embedder.close()


async def test_what_is_said_of_a_known_thing_is_answered(answerer: ExtractiveAnswerer) -> None:
    answer = await answerer.answer("When does the contract with Nordwind end?", [hit(ACCOUNT)])
    assert not answer.abstained
    assert "30 September 2027" in answer.sentences[0].text


async def test_what_is_not_said_of_a_known_thing_is_less_sure(answerer: ExtractiveAnswerer) -> None:
    known = await answerer.answer("How many loggers does Nordwind use?", [hit(ACCOUNT)])
    near_miss = await answerer.answer("How many parking spaces does Nordwind have?", [hit(ACCOUNT)])
    assert known.evidence is not None
    assert near_miss.evidence is not None
    assert near_miss.evidence.detail < known.evidence.detail
    assert near_miss.confidence < known.confidence / 2


async def test_an_unknown_name_counts_against_the_answer(answerer: ExtractiveAnswerer) -> None:
    known = await answerer.answer("When does the contract with Nordwind end?", [hit(ACCOUNT)])
    unknown = await answerer.answer("When does the contract with Medivarn end?", [hit(ACCOUNT)])
    assert unknown.evidence is not None
    assert unknown.evidence.names_missing == 1
    assert unknown.confidence < known.confidence / 2


async def test_another_subject_is_abstained_from(answerer: ExtractiveAnswerer) -> None:
    assert (await answerer.answer("Who painted the Mona Lisa?", [hit(ACCOUNT)])).abstained
