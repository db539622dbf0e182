"""What an index refuses fails alone, at once or when another index is built; whoever was written with it is well."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.schema import DOCUMENTS
from backend.embedding.search.models import NOT_TOLD, IndexEntry
from backend.embedding.search.refusal import DocumentRefused
from backend.errors import Unavailable
from backend.ids import new_id
from tests.support.embedder import HashEmbedder
from tests.support.indexes import MemoryVectorStore
from tests.support.library import Library, open_library
from tests.support.waiting import until, until_true

BLOCKER = TextItem("first", "T", "It keeps the writer at work.")
TEXTS = [TextItem(str(n), "T", f"Text number {n} speaks of boats.") for n in range(12)]
CHANGED = [replace(text, text=text.text.replace("boats", "trains")) for text in TEXTS]
REFUSED = CHANGED[5].text


class Refusing(MemoryVectorStore):
    """Does not take one text, and no list with Mallory on it; waits with the blocker until it is told to go on."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        self.refused: list[int] = []
        """With how many others a document was refused, each time."""

    async def upsert(self, entries: Sequence[IndexEntry]) -> None:
        if any(entry.text == BLOCKER.text for entry in entries):
            self.reached.set()
            await self.go_on.wait()
        if any(entry.text == REFUSED for entry in entries):
            self.refused.append(len(entries))
            raise self.error
        await super().upsert(entries)

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        if any("user:mallory" in access for access in changes.values()):
            self.refused.append(len(changes))
            raise self.error
        await super().set_access_many(changes, paths)


async def change_all_in_one_group(library: Library, ada: Caller, store: Refusing) -> None:
    embedder = library.embedder
    assert isinstance(embedder, HashEmbedder)
    await library.service.store_texts("ada", TEXTS)
    await library.settled(ada)
    await library.service.store_texts("ada", [BLOCKER])
    await store.reached.wait()
    await library.service.store_texts("ada", CHANGED)
    await until(lambda: sum("trains" in text for text in embedder.embedded) == len(CHANGED))
    await library.jobs.stop(timeout_seconds=60)  # all are handed over then
    store.go_on.set()


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (DocumentRefused(hint="too long a list"), {"indexed": 12, "failed": 1}),
        (RuntimeError("a bug"), {"indexed": 12, "failed": 1}),
        (Unavailable("so it says", dependency="vector_store"), {"indexed": 12, "queued": 1}),
    ],
    ids=["refused", "crashed", "away"],
)
async def test_a_document_that_the_index_refuses_fails_alone(
    tmp_path: Path, ada: Caller, error: Exception, becomes: dict[str, int]
) -> None:
    store = Refusing(error)
    async with open_library(tmp_path, store=store) as library:
        await change_all_in_one_group(library, ada, store)

        async def come_to_rest() -> bool:
            return await library.service.count_by_status(ada) == becomes

        await until_true(come_to_rest)
        assert store.refused == [12, 1]
        found = Counter(hit.text.split()[-1] for hit in await library.search(ada, "text", limit=50))
        # The words of before are silent where the document is at fault, not where it waits for an index.
        assert found == (
            {"trains.": 11, "work.": 1} if "failed" in becomes else {"trains.": 11, "boats.": 1, "work.": 1}
        )


async def test_an_index_that_is_away_is_not_asked_for_each_document_of_a_group(tmp_path: Path, ada: Caller) -> None:
    class Away(Refusing):
        asked = 0

        async def upsert(self, entries: Sequence[IndexEntry]) -> None:
            if any("trains" in entry.text for entry in entries):
                self.asked += 1
                raise self.error
            await super().upsert(entries)

    store = Away(Unavailable("down", dependency="vector_store"))
    async with open_library(tmp_path, store=store) as library:
        await change_all_in_one_group(library, ada, store)

        async def waits() -> bool:
            return await library.service.count_by_status(ada) == {"indexed": 1, "queued": 12}

        await until_true(waits)
        assert store.asked == 3


async def test_a_document_that_a_new_index_refuses_keeps_no_other_out_of_it(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path) as library:
        await library.service.store_texts("ada", CHANGED)
        await library.settled(ada)
    store = Refusing(DocumentRefused(hint="too long a list"))
    async with open_library(tmp_path, store=store) as library:
        await until(lambda: library.parts.indexing.caught_up)
        assert await store.count() == 11
        assert store.refused == [12, 1]
        assert len(await library.search(ada, "trains", limit=50)) == 12  # words still find it


async def test_an_access_list_that_the_index_refuses_keeps_no_other_waiting(tmp_path: Path, ada: Caller) -> None:
    store = Refusing(DocumentRefused(hint="too long a list"))
    async with open_library(tmp_path, store=store) as library:
        ids = [one.id for one in await library.service.store_texts("ada", TEXTS)]
        await library.settled(ada)
        heads = library.database.collection(DOCUMENTS)
        lists = {id_: ["user:ada", "user:mallory" if id_ == ids[3] else "user:ben"] for id_ in ids}
        await heads.bulk_update([(id_, {"$set": {"access": lists[id_], "dirty": new_id()}}) for id_ in ids])
        await library.parts.indexing.refresh_access(ids)
        await library.parts.indexing.access_settled()
        assert [head["_id"] for head in await heads.find({"dirty": {"$exists": True}})] == [ids[3]]
        assert store.refused[0] == 12
        assert store.refused[-1] == 1
        # The index of words has taken it.
        mallory = Caller.of("mallory")
        assert [hit.document_id for hit in await library.search(mallory, "boats")] == [ids[3]]
