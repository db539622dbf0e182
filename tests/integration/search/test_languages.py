"""Questions in one language over documents in another, with the real multilingual model and the real indexes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.embedding.models.base import Embedder
from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.local_models import MULTILINGUAL
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.quoting.extractive import ExtractiveAnswerer
from tests.support.library import Library, open_library
from tests.support.local_model import multilingual_model_dir

ADA = Caller.of("ada")
TEXTS = {
    "leave": "Employees are entitled to 28 days of paid holiday a year. Up to five unused days move to the next year.",
    "pump": "The cooling pump of line 3 was replaced in March because its bearing was worn. Frank Berger did the work.",
    "lease": "The lease of the office in Lyon ends in June 2027. The landlord must be told six months before.",
    "travel": "Train journeys are booked in second class. Flights need the approval of the head of the department.",
    "backup": "A copy of the database is written every night and kept for ninety days in another building.",
}
QUESTIONS = [
    ("Wie viele Urlaubstage bekommen die Angestellten im Jahr?", "leave"),
    ("Combien de jours de congé payé les employés ont-ils ?", "leave"),
    ("¿Por qué se cambió la bomba de refrigeración?", "pump"),
    ("Когда заканчивается договор аренды офиса в Лионе?", "lease"),
    ("数据库的备份保存多久？", "backup"),
    ("من يجب أن يوافق على الرحلات الجوية؟", "travel"),
    ("Uçuşlar için kimin onayı gerekiyor?", "travel"),
]


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    made = LocalEmbedder(multilingual_model_dir(), MULTILINGUAL)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def here(tmp_path: Path, embedder: Embedder) -> AsyncIterator[Library]:
    store = FaissVectorStore(
        tmp_path / "vectors", model_id=embedder.model_id, dimension=embedder.dimension, ivf_from=300_000
    )
    lexical = TantivyIndex(tmp_path / "words")
    async with open_library(tmp_path, embedder=embedder, store=store, lexical=lexical) as library:
        await library.service.store_texts("ada", [TextItem(name, name.title(), text) for name, text in TEXTS.items()])
        await library.settled(ADA)
        yield library


async def test_a_question_finds_what_another_language_says_and_it_is_quoted(here: Library, embedder: Embedder) -> None:
    answerer = ExtractiveAnswerer(embedder)
    for question, expected in QUESTIONS:
        hits = await here.search(ADA, question, limit=5)
        assert hits[0].external_id == expected, question
        answer = await answerer.answer(question, hits)
        assert not answer.abstained, (question, answer.confidence)
        assert hits[answer.sentences[0].passage_index].external_id == expected
    absent = await answerer.answer(
        "Wie hoch ist der Eiffelturm?", await here.search(ADA, "Wie hoch ist der Eiffelturm?")
    )
    assert absent.abstained


async def test_words_that_languages_have_in_common_do_not_mislead(here: Library) -> None:
    """ "die", "war" and "in" are words of English, too."""
    await here.service.store_texts(
        "ada",
        [TextItem("war", "War", "In the war the die was cast; men die in a war, and the wart on his hand was big.")],
    )
    await here.settled(ADA)
    question = "War die Pumpe in Linie drei kaputt?"
    hits = await here.search(ADA, question)
    assert hits[0].external_id == "pump"


async def test_a_document_in_the_questions_own_language_is_found_by_its_words(here: Library) -> None:
    text = "Die Urlaubstage der Auszubildenden richten sich nach dem Jugendarbeitsschutzgesetz und dem Tarifvertrag."
    await here.service.store_texts("ada", [TextItem("azubi", "Azubi", text)])
    await here.settled(ADA)
    [first, *_] = await here.search(ADA, "Wonach richten sich die Urlaubstage der Auszubildenden?")
    assert first.external_id == "azubi"
    assert first.highlights


async def test_an_identifier_is_found_by_its_letters_whatever_the_language(here: Library) -> None:
    await here.service.store_texts("ada", [TextItem("spec", "Spec", "The valve TK-3130 opens at four bar and closes.")])
    await here.settled(ADA)
    [first, *_] = await here.search(ADA, "Bei welchem Druck öffnet das Ventil TK3130?")
    assert first.external_id == "spec"


async def test_words_of_another_language_are_not_taken_for_misspelt_ones(here: Library) -> None:
    found = await here.parts.search.search(ADA, "Wann endet die Miete in Lyon?", spelling=True, strict=True)
    assert found.corrected is None
    assert found.hits[0].external_id == "lease"
    found = await here.parts.search.search(ADA, "How many days of holidey do employees get?", spelling=True)
    assert found.corrected == "How many days of holiday do employees get?"
