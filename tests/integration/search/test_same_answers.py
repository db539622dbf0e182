"""The same library gives the same answers, however many documents of others are in the same indexes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.embedding.search.lexical_mongodb import MongoTextIndex
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import SearchResult
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.evaluation.asked import QuestionSet, load_sets
from backend.evaluation.asking import add_library
from backend.quoting.extractive import ExtractiveAnswer, ExtractiveAnswerer
from backend.settings import LexicalSettings
from tests.support.app import running_app, settings_for
from tests.support.embedder import HashEmbedder
from tests.support.foreign import Foreign
from tests.support.library import Library, open_library
from tests.support.long import LONG
from tests.support.mongo_server import mongo_database, mongo_server

ANN = Caller.of("ann")
MISSPELT = ("what is the notise period", "recipie for dumplings", "insurence number", "vacaton", "wether station")


def sets() -> list[QuestionSet]:
    """Small libraries, one of them in German."""
    return [of for of in load_sets() if of.name in ("family", "kanzlei")]


def texts() -> list[TextItem]:
    files = [file for of in sets() for file in sorted(of.library.rglob("*")) if file.suffix in (".md", ".txt")]
    return [TextItem(file.name, file.stem, file.read_text(encoding="utf-8")) for file in files]


def questions(count: int) -> list[str]:
    every = [asked.question for pair in zip(*(of.work for of in sets()), strict=False) for asked in pair]
    return every[:count]


@dataclass(frozen=True)
class Told:
    question: str
    result: SearchResult
    answer: ExtractiveAnswer


@pytest.fixture(params=["embedded", "mongodb"])
async def library(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Library]:
    embedder = HashEmbedder()
    store = FaissVectorStore(
        tmp_path / "vectors", model_id=embedder.model_id, dimension=embedder.dimension, ivf_from=300_000
    )
    async with AsyncExitStack() as stack:
        if request.param == "mongodb":
            uri = stack.enter_context(mongo_server())
            lexical: MongoTextIndex | TantivyIndex = MongoTextIndex(
                (await stack.enter_async_context(mongo_database(uri))).driver
            )
        else:
            lexical = TantivyIndex(tmp_path / "words")
        opened = open_library(tmp_path, embedder=embedder, store=store, lexical=lexical)
        yield await stack.enter_async_context(opened)


async def told(library: Library, asked: list[str]) -> list[Told]:
    answerer = ExtractiveAnswerer(library.embedder, abstain_below=0.3)
    found = []
    for question in asked:
        result = await library.parts.search.search(
            ANN, question, limit=12, group="chunk", strict=True, spelling=True, neighbours=False
        )
        found.append(Told(question, result, await answerer.answer(question, result.hits)))
    return found


def compare(before: list[Told], after: list[Told]) -> None:
    for one, other in zip(before, after, strict=True):
        assert other.result.hits == one.result.hits, one.question
        assert other.result.corrected == one.result.corrected
        assert other.answer == one.answer


async def test_what_others_have_changes_no_hit_no_order_no_spelling_and_no_quote(library: Library) -> None:
    mine = texts()
    await library.service.store_texts("ann", mine)
    await library.settled(ANN, seconds=120)
    asked = [*questions(20), *MISSPELT]
    alone = await told(library, asked)
    assert sum(bool(one.result.hits) for one in alone) > 15
    assert sum(one.result.corrected is not None for one in alone) > 1
    foreign = Foreign((item.text for item in mine), dimension=library.embedder.dimension)
    # The stand-in for MongoDB looks at every text for every question.
    await foreign.add(2_000 if isinstance(library.lexical, TantivyIndex) else 400, library.lexical, library.store)
    compare(alone, await told(library, asked))
    # What was taken away again is in the files of the index for a while.
    await library.lexical.delete_documents(foreign.document_ids[::2])
    await library.store.delete_documents(foreign.document_ids[::2])
    compare(alone, await told(library, asked))


@pytest.mark.skipif(not LONG, reason="a quarter of an hour; in make test-long")
async def test_the_application_answers_word_for_word_alike(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, lexical=LexicalSettings(backend="tantivy"))
    async with running_app(settings) as app, app.signed_in("ann") as client:
        for of in sets():
            await add_library(client, of)
        asked = questions(50)

        async def answered(question: str) -> dict[str, Any]:
            message = await client.answer(question)
            kept = ("content", "abstained", "outcome", "intent", "confidence", "corrected")
            cited = [(one["document_id"], one["quote"]) for one in message["citations"]]
            return {name: message.get(name) for name in kept} | {"question": question, "citations": cited}

        alone = [await answered(question) for question in asked]
        foreign = Foreign((item.text for item in texts()), dimension=app.container.embedder.dimension)
        await foreign.add(100_000, app.container.lexical, app.container.vector_store)
        assert [await answered(question) for question in asked] == alone
