from collections.abc import Sequence

from backend.embedding.models.base import Vectors
from backend.embedding.models.local import LocalEmbedder
from backend.quoting.word_match import WordVectors, match_words
from backend.text.analysis import stem
from tests.support.embedder import HashEmbedder
from tests.support.local_model import local_model_dir


async def test_words_that_are_there_in_another_form_need_no_model() -> None:
    text = "The policy was approved in May."
    matches = await match_words("Which policies were approved?", text, text, WordVectors(HashEmbedder()))
    assert {match.term for match in matches} == {stem("policies"), stem("approved")}
    assert all(match.in_sentence == match.near == 1.0 for match in matches)


async def test_a_word_that_nothing_meets_is_met_badly() -> None:
    text = "From: Katrin Winter, katrin@example.org"
    matches = {
        m.term: m
        for m in await match_words("What is the phone number of Katrin?", text, text, WordVectors(HashEmbedder()))
    }
    assert matches[stem("phone")].near < 0.4
    assert matches["katrin"].near == 1.0


async def test_a_word_beside_the_sentence_is_near_but_not_in_it() -> None:
    sentence = "It costs 40 euros."
    around = f"The lamp is new. {sentence}"
    [lamp] = [
        m
        for m in await match_words("What does the lamp cost?", sentence, around, WordVectors(HashEmbedder()))
        if m.term == "lamp"
    ]
    assert lamp.near == 1.0
    assert lamp.in_sentence < 1.0


async def test_nothing_meets_a_word_in_an_empty_text() -> None:
    matches = await match_words("What is the budget?", "", "", WordVectors(HashEmbedder()))
    assert [(match.in_sentence, match.near) for match in matches] == [(0.0, 0.0)]


async def test_a_synonym_meets_a_word_better_than_an_unrelated_word() -> None:
    embedder = LocalEmbedder(local_model_dir())
    question = "What is the salary of an engineer?"

    async def salary(text: str) -> float:
        return next(
            m.near for m in await match_words(question, text, text, WordVectors(embedder)) if m.term == stem("salary")
        )

    assert (
        await salary("An engineer earns a wage of 5,000 euros.") > await salary("An engineer sits by the window.") + 0.1
    )
    await embedder.close()


async def test_words_that_were_compared_before_need_no_encoder() -> None:
    class Counting(HashEmbedder):
        asked: list[str] = []  # noqa: RUF012 - one instance only

        async def embed_sentences(self, texts: Sequence[str]) -> Vectors:
            self.asked.extend(texts)
            return await super().embed_sentences(texts)

    embedder = Counting()
    vectors = WordVectors(embedder, kept_words=3)
    first = await vectors.of(["rent", "price", "rent"])
    assert embedder.asked == ["rent", "price"]
    assert (await vectors.of(["price", "rent"]) == first[1::-1]).all()
    assert embedder.asked == ["rent", "price"]
    await vectors.of(["lamp", "desk"])
    await vectors.of(["desk", "rent"])
    assert embedder.asked == ["rent", "price", "lamp", "desk"]
    await vectors.of(["price"])
    assert embedder.asked[-1] == "price"


async def test_a_compound_meets_the_word_that_it_is_made_of_in_its_language() -> None:
    text = "Es gibt 30 Urlaubstage."
    vectors = WordVectors(HashEmbedder())
    (there,) = await match_words("Urlaub?", text, text, vectors, "de")
    (unknown,) = await match_words("Urlaub?", text, text, vectors)
    assert (there.in_sentence, there.near) == (1.0, 1.0)
    assert unknown.in_sentence < 1
