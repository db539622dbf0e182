from backend.embedding.models.local import LocalEmbedder
from backend.llm.word_match import match_words
from tests.support.embedder import HashEmbedder
from tests.support.local_model import local_model_dir


async def test_words_that_are_there_in_another_form_need_no_model() -> None:
    text = "The policy was approved in May."
    matches = await match_words("Which policies were approved?", text, text, HashEmbedder())
    assert {match.term for match in matches} == {"policy", "approv"}
    assert all(match.in_sentence == match.near == 1.0 for match in matches)


async def test_a_word_that_nothing_meets_is_met_badly() -> None:
    text = "From: Katrin Winter, katrin@example.org"
    matches = {m.term: m for m in await match_words("What is the phone number of Katrin?", text, text, HashEmbedder())}
    assert matches["phon"].near < 0.4
    assert matches["katrin"].near == 1.0


async def test_a_word_beside_the_sentence_is_near_but_not_in_it() -> None:
    sentence = "It costs 40 euros."
    around = f"The lamp is new. {sentence}"
    [lamp] = [
        m for m in await match_words("What does the lamp cost?", sentence, around, HashEmbedder()) if m.term == "lamp"
    ]
    assert lamp.near == 1.0
    assert lamp.in_sentence < 1.0


async def test_nothing_meets_a_word_in_an_empty_text() -> None:
    matches = await match_words("What is the budget?", "", "", HashEmbedder())
    assert [(match.in_sentence, match.near) for match in matches] == [(0.0, 0.0)]


async def test_a_synonym_meets_a_word_better_than_an_unrelated_word() -> None:
    embedder = LocalEmbedder(local_model_dir())
    question = "What is the salary of an engineer?"

    async def salary(text: str) -> float:
        return next(m.near for m in await match_words(question, text, text, embedder) if m.term == "salary")

    assert (
        await salary("An engineer earns a wage of 5,000 euros.") > await salary("An engineer sits by the window.") + 0.1
    )
    await embedder.close()
