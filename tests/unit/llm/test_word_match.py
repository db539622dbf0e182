from backend.embedding.models.local import LocalEmbedder
from backend.llm.word_match import weakest_match
from tests.support.embedder import HashEmbedder
from tests.support.local_model import local_model_dir


async def test_words_that_are_there_in_another_form_need_no_model() -> None:
    embedder = HashEmbedder()
    assert await weakest_match("Which policies were approved?", "The policy was approved in May.", embedder) == 1.0


async def test_a_word_that_nothing_meets_pulls_the_match_down() -> None:
    embedder = HashEmbedder()
    text = "From: Katrin Winter, katrin@example.org"
    assert await weakest_match("What is the phone number of Katrin?", text, embedder) < 0.4


async def test_nothing_meets_an_empty_text() -> None:
    assert await weakest_match("What is the budget?", "", HashEmbedder()) == 0.0


async def test_a_synonym_meets_a_word_better_than_an_unrelated_word() -> None:
    embedder = LocalEmbedder(local_model_dir())
    question = "What is the salary of an engineer?"
    synonym = await weakest_match(question, "An engineer earns a wage of 5,000 euros.", embedder)
    unrelated = await weakest_match(question, "An engineer sits beside the window.", embedder)
    assert synonym > unrelated + 0.1
    await embedder.close()
