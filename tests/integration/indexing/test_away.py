"""What indexing needs and does not answer is waited for, however long; only a document's own fault fails it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.schema import VERSIONS
from backend.embedding.models.base import Vectors
from backend.embedding.search.models import IndexEntry
from backend.errors import (
    BibliosError,
    Unavailable,
    UpstreamAuth,
    UpstreamMalformed,
    UpstreamRateLimited,
    UpstreamRejected,
    UpstreamTransient,
)
from backend.settings import JobSettings, Settings
from tests.support.embedder import HashEmbedder
from tests.support.indexes import MemoryVectorStore
from tests.support.library import Library, open_library
from tests.support.waiting import until

BOATS = TextItem("1", "T", "Boats float on water.")
TRAINS = replace(BOATS, text="Trains roll on rails.")
#: So short that it is doubled thirty times in a second.
MOMENT = 1e-9


class Away(MemoryVectorStore):
    """An index that does not answer so many times."""

    left = 0

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        if self.left > 0:
            self.left -= 1
            raise Unavailable("The index does not answer.", dependency="vector_store")
        await super().upsert(entries)


class Failing(HashEmbedder):
    """An embedding API that fails so many times."""

    left = 0

    def __init__(self, error: BibliosError) -> None:
        super().__init__()
        self.error = error

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if self.left > 0:
            self.left -= 1
            raise self.error
        return await super().embed_documents(texts)


def settings(folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=folder, jobs=JobSettings(recovery_seconds=0.02))


async def words(library: Library, ada: Caller) -> list[str]:
    return [hit.text for hit in await library.search(ada, "boats trains")]


async def test_a_document_waits_for_an_index_for_longer_than_one_that_kills_its_process_is_tried(
    tmp_path: Path, ada: Caller
) -> None:
    store = Away()
    async with open_library(tmp_path, store=store, settings=settings(tmp_path), pause_seconds=MOMENT) as library:
        store.left = 30
        await library.service.store_texts("ada", [BOATS])
        assert await library.settled(ada) == {"indexed": 1}
        assert store.left == 0


@pytest.mark.parametrize(
    "error",
    [UpstreamTransient("It does not answer."), UpstreamRateLimited("Wait.", retry_after_seconds=0.001)],
    ids=["transient", "rate_limited"],
)
async def test_a_document_waits_for_an_embedding_api_that_is_away(
    tmp_path: Path, ada: Caller, error: BibliosError
) -> None:
    embedder = Failing(error)
    async with open_library(tmp_path, embedder=embedder, settings=settings(tmp_path), pause_seconds=MOMENT) as library:
        embedder.left = 10
        await library.service.store_texts("ada", [BOATS])
        assert await library.settled(ada) == {"indexed": 1}


async def test_the_words_of_before_answer_while_an_index_is_away(tmp_path: Path, ada: Caller) -> None:
    store = Away()
    async with open_library(tmp_path, store=store, settings=settings(tmp_path), pause_seconds=MOMENT) as library:
        [stored] = await library.service.store_texts("ada", [BOATS])
        await library.settled(ada)
        store.left = 1_000_000
        await library.service.store_texts("ada", [TRAINS])
        await until(lambda: store.left < 1_000_000 - 6)
        assert await words(library, ada) == [BOATS.text]
        document = await library.service.get(ada, stored.id)
        assert (document.version, document.error, document.status in {"queued", "processing"}) == (1, None, True)
        store.left = 0
        assert await library.settled(ada) == {"indexed": 1}
        assert await words(library, ada) == [TRAINS.text]


@pytest.mark.parametrize(
    "error",
    [UpstreamAuth("The key is refused."), UpstreamRejected("No credit is left."), UpstreamMalformed("What is that?")],
    ids=lambda error: type(error).__name__,
)
async def test_an_embedding_api_that_refuses_its_service_silences_nothing(
    tmp_path: Path, ada: Caller, error: BibliosError
) -> None:
    """The document fails, so that somebody is told; they may try it again when the API does its work."""
    embedder = Failing(error)
    async with open_library(tmp_path, embedder=embedder) as library:
        [stored] = await library.service.store_texts("ada", [BOATS])
        await library.settled(ada)
        before = await library.service.get(ada, stored.id)
        embedder.left = 100
        await library.service.store_texts("ada", [TRAINS])
        assert await library.settled(ada) == {"failed": 1}
        assert await words(library, ada) == [BOATS.text]
        document = await library.service.get(ada, stored.id)
        assert document.error is not None
        assert document.error.message.startswith(error.message)
        assert "answers" in document.error.message
        assert document.modified_at == before.modified_at
        embedder.left = 0
        await library.service.retry(ada, stored.id)
        assert await library.settled(ada) == {"indexed": 1}
        assert await words(library, ada) == [TRAINS.text]


async def test_a_stored_text_that_is_damaged_fails_its_document_instead_of_being_waited_for(
    tmp_path: Path, ada: Caller
) -> None:
    async with open_library(tmp_path) as library:
        [stored] = await library.service.store_texts("ada", [BOATS])
        await library.settled(ada)
        await library.database.collection(VERSIONS).update_many({}, {"$set": {"text": "Goats float on water."}})
        await library.service.store_texts("ada", [replace(BOATS, title="Vessels")])
        assert await library.settled(ada) == {"failed": 1}
        error = (await library.service.get(ada, stored.id)).error
        assert error is not None
        assert error.code == "text_damaged"


async def pauses(folder: Path, ada: Caller, error: BibliosError, *, failures: int, first: float) -> list[float]:
    """For how many seconds a document was postponed, each time."""
    embedder = Failing(error)
    with capture_logs() as logs:
        async with open_library(folder, embedder=embedder, settings=settings(folder), pause_seconds=first) as library:
            embedder.left = failures
            await library.service.store_texts("ada", [BOATS])

            def postponed() -> list[float]:
                return [line["seconds"] for line in logs if line["event"] == "document_postponed"]

            await until(lambda: len(postponed()) == failures)
            return postponed()


async def test_pauses_grow_and_end_at_ten_minutes(tmp_path: Path, ada: Caller) -> None:
    away = UpstreamTransient("It does not answer.")
    seconds = await pauses(tmp_path / "a", ada, away, failures=9, first=MOMENT)
    assert seconds == sorted(seconds)
    assert seconds[-1] > 100 * seconds[0]
    [longest] = await pauses(tmp_path / "b", ada, away, failures=1, first=10_000)
    assert 480 <= longest <= 600


@pytest.mark.parametrize(("asked", "given"), [(3_600.0, 3_600.0), (10 * 86_400.0, 86_400.0)])
async def test_an_api_is_left_alone_for_as_long_as_it_asks_but_no_longer_than_a_day(
    tmp_path: Path, ada: Caller, asked: float, given: float
) -> None:
    error = UpstreamRateLimited("Wait.", retry_after_seconds=asked)
    assert await pauses(tmp_path, ada, error, failures=1, first=MOMENT) == [given]
