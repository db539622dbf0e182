"""Another embedding model: a new index is built beside the old one, which goes on answering."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.embedding.indexing.state import IndexStateRepository
from backend.embedding.models.base import Vectors
from tests.support.embedder import HashEmbedder
from tests.support.indexes import MemoryVectorStore
from tests.support.library import open_library
from tests.support.waiting import until

TEXTS = [TextItem(str(n), f"Title {n}", f"Text number {n} speaks of boat{n}.") for n in range(20)]


class HeldEmbedder(HashEmbedder):
    """The new model: waits with documents until it may go on."""

    def __init__(self) -> None:
        super().__init__(dimension=64, model_id="new-model")
        self.started, self.go_on = asyncio.Event(), asyncio.Event()

    async def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.started.set()
        await self.go_on.wait()
        return await super().embed_documents(texts)


async def test_the_old_model_answers_until_the_new_index_is_complete(tmp_path: Path, ada: Caller) -> None:
    old_store, new_store, new = MemoryVectorStore(), MemoryVectorStore(), HeldEmbedder()
    async with open_library(tmp_path, store=old_store) as library:
        await library.service.store_texts("ada", TEXTS)
        await library.settled(ada)
    async with open_library(
        tmp_path,
        embedder=new,
        store=new_store,
        open_store=lambda _: old_store,
        former_embedder=lambda model_id: HashEmbedder() if model_id == "hash-words-1" else None,
    ) as library:
        await new.started.wait()
        assert library.parts.legs.serving.model_id == "hash-words-1"
        [hit] = await library.search(ada, "boat7", limit=1)
        assert hit.external_id == "7"
        assert hit.similarity is not None
        assert not library.parts.indexing.caught_up
        await library.service.store_texts("ada", [TextItem("late", "Late", "A late text speaks of trains.")])
        new.go_on.set()
        await library.settled(ada)
        await until(lambda: library.parts.indexing.caught_up and len(library.parts.legs.vectors) == 1)
        assert library.parts.legs.serving.model_id == "new-model"
        assert (await new_store.count(), await old_store.count()) == (21, 0)
        for query, expected in (("boat7", "7"), ("trains", "late")):
            [hit] = await library.search(ada, query, limit=1)
            assert (hit.external_id, hit.similarity is not None) == (expected, True)
        serving = await IndexStateRepository(library.database).serving()
        assert serving is not None
        assert serving.model_id == "new-model"


async def test_without_the_old_model_words_answer_until_the_new_index_is_complete(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path) as library:
        await library.service.store_texts("ada", TEXTS)
        await library.settled(ada)
    new = HeldEmbedder()
    async with open_library(tmp_path, embedder=new) as library:
        await new.started.wait()
        [hit] = await library.search(ada, "boat7", limit=1)
        assert (hit.external_id, hit.similarity) == ("7", None)
        new.go_on.set()
        await until(lambda: library.parts.indexing.caught_up)
        [hit] = await library.search(ada, "boat7", limit=1)
        assert hit.similarity is not None
