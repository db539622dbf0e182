"""A change of access: effective at once where it narrows, soon and surely where it widens, whatever comes between."""

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from backend.access import Caller
from backend.documents.incoming import TextItem
from backend.documents.repository import DocumentRepository
from backend.documents.schema import DOCUMENTS
from backend.documents.sharing import Change
from backend.embedding.search.lexical_tantivy import TantivyIndex
from backend.embedding.search.models import NOT_TOLD, Filters, IndexEntry
from backend.embedding.vector_store.faiss import FaissVectorStore
from backend.errors import Unavailable
from backend.ids import new_id
from tests.support.files import mail, zipped
from tests.support.indexes import MemoryVectorStore
from tests.support.library import Library, open_library
from tests.support.waiting import until_true

BEN, EVE = frozenset({"user:ben"}), frozenset({"user:eve"})
NONE = Filters()


def texts(count: int) -> list[TextItem]:
    return [TextItem(str(n), f"Title {n}", f"Text number {n} speaks of boats.") for n in range(count)]


def faiss_in(folder: Path) -> FaissVectorStore:
    return FaissVectorStore(folder / "index", model_id="hash-words-1", dimension=384, ivf_from=300_000)


async def mark(library: Library, ids: Sequence[str], access: frozenset[str]) -> None:
    """What the library writes when documents are shared, before it tells the indexer."""
    await library.database.collection(DOCUMENTS).bulk_update(
        [(id_, {"$set": {"access": sorted(access | {"user:ada"}), "dirty": new_id()}}) for id_ in ids]
    )


async def share(library: Library, ids: Sequence[str], access: frozenset[str]) -> None:
    await mark(library, ids, access)
    await library.parts.indexing.refresh_access(ids)


async def stored(library: Library, ada: Caller, count: int) -> list[str]:
    ids = [one.id for one in await library.service.store_texts("ada", texts(count))]
    await library.settled(ada)
    return ids


async def shown(library: Library, principals: frozenset[str]) -> tuple[set[str], set[str]]:
    """The documents that each index shows by itself, without the look at the heads."""
    [vector] = await library.embedder.embed_sentences(["boats"])
    semantic = await library.store.search(vector, limit=1_000, principals=principals, filters=NONE)
    lexical = await library.lexical.search("boats", limit=1_000, principals=principals, filters=NONE)
    return {hit.document_id for hit in semantic}, {hit.document_id for hit in lexical}


async def marked(library: Library) -> int:
    return await library.database.collection(DOCUMENTS).count({"dirty": {"$exists": True}})


class SlowStore(MemoryVectorStore):
    """Waits within a change of access until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        self.changes: list[int] = []

    async def set_access_many(
        self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
    ) -> None:
        self.changes.append(len(changes))
        self.reached.set()
        await self.go_on.wait()
        await super().set_access_many(changes, paths)


async def test_many_documents_change_in_a_few_steps_and_nothing_is_embedded_or_written_anew(
    tmp_path: Path, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        ids = await stored(library, ada, 400)
        embedded = list(library.embedder.calls)  # type: ignore[attr-defined]
        batches: list[int] = []
        taken = type(library.store).set_access_many

        async def counted(
            self: FaissVectorStore, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None]
        ) -> None:
            batches.append(len(changes))
            await taken(self, changes, paths)

        await library.parts.indexing.save()
        segments = {path.name for path in (tmp_path / "lexical").glob("*.store")}
        monkeypatch.setattr(FaissVectorStore, "set_access_many", counted)
        await share(library, ids, BEN)
        await library.parts.indexing.access_settled()
        monkeypatch.undo()
        assert sum(batches) == 400
        assert max(batches) <= 500
        assert {path.name for path in (tmp_path / "lexical").glob("*.store")} == segments
        assert await shown(library, BEN) == (set(ids), set(ids))
        assert library.embedder.calls == embedded  # type: ignore[attr-defined]
        assert await marked(library) == 0


async def test_a_narrowing_is_effective_before_the_indexes_know(tmp_path: Path, ada: Caller, ben: Caller) -> None:
    store = SlowStore()
    async with open_library(tmp_path, store=store) as library:
        ids = await stored(library, ada, 3)
        store.go_on.set()
        await share(library, ids, BEN)
        await library.parts.indexing.access_settled()
        assert {hit.document_id for hit in await library.search(ben, "boats")} == set(ids)
        store.go_on.clear()
        store.reached.clear()
        await share(library, ids[:2], frozenset())  # returns while the index is held up
        await store.reached.wait()
        assert ids[0] in (await shown(library, BEN))[0]
        assert {hit.document_id for hit in await library.search(ben, "boats")} == {ids[2]}
        store.go_on.set()


async def test_a_widening_that_a_kill_cut_short_is_made_up_for_at_the_next_start(
    tmp_path: Path, ada: Caller, ben: Caller
) -> None:
    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        ids = await stored(library, ada, 5)
        await library.parts.indexing.save()
        await mark(library, ids[:2], BEN)  # and the process dies before anybody is told
        assert await library.search(ben, "boats") == []
    await library.lexical.close()
    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        await library.parts.indexing.access_settled()
        assert await shown(library, BEN) == (set(ids[:2]), set(ids[:2]))
        assert {hit.document_id for hit in await library.search(ben, "boats")} == set(ids[:2])
        assert await marked(library) == 0


async def test_a_change_that_the_saved_indexes_do_not_hold_is_caught_up_with(
    tmp_path: Path, ada: Caller, ben: Caller
) -> None:
    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        ids = await stored(library, ada, 5)
        await share(library, ids[3:], BEN)
        await library.parts.indexing.access_settled()
        await library.parts.indexing.save()
        shutil.copytree(tmp_path / "lexical", tmp_path / "saved")
        await share(library, ids[:2], BEN)
        await share(library, ids[3:], frozenset())
        await library.parts.indexing.access_settled()
        assert await marked(library) == 0
        # What a kill leaves: the indexes as they were saved.
        library.parts.legs.vectors[0].progress.complete = False
        library.parts.legs.lexical.progress.complete = False
    await library.lexical.close()
    shutil.rmtree(tmp_path / "lexical")
    (tmp_path / "saved").rename(tmp_path / "lexical")
    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        assert await shown(library, BEN) == (set(ids[:2]), set(ids[:2]))
        assert {hit.document_id for hit in await library.search(ben, "boats")} == set(ids[:2])


async def test_an_index_that_is_down_gets_the_change_when_it_is_back(tmp_path: Path, ada: Caller, ben: Caller) -> None:
    class Down(MemoryVectorStore):
        refusals = 3

        async def set_access_many(
            self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None] = NOT_TOLD
        ) -> None:
            if self.refusals:
                self.refusals -= 1
                raise Unavailable("down", dependency="vector_store") if self.refusals else RuntimeError("a bug")
            await super().set_access_many(changes, paths)

    async with open_library(tmp_path, store=Down(), pause_seconds=0.01) as library:
        ids = await stored(library, ada, 2)
        await share(library, ids, BEN)
        await library.parts.indexing.access_settled()
        assert (await shown(library, BEN))[0] == set(ids)
        assert await marked(library) == 0


async def test_the_last_of_several_changes_wins_in_every_index(tmp_path: Path, ada: Caller) -> None:
    store = SlowStore()
    async with open_library(tmp_path, store=store) as library:
        ids = await stored(library, ada, 3)
        await share(library, ids, BEN)
        await store.reached.wait()  # the first change has been read, and is on its way
        await share(library, ids, EVE)
        store.go_on.set()
        await library.parts.indexing.access_settled()
        assert await shown(library, EVE) == (set(ids), set(ids))
        assert await shown(library, BEN) == (set(), set())
        assert await marked(library) == 0


async def test_changes_during_indexing_end_with_what_the_heads_say(tmp_path: Path, ada: Caller) -> None:
    async with open_library(tmp_path, store=faiss_in(tmp_path), lexical=TantivyIndex(tmp_path / "lexical")) as library:
        ids = [one.id for one in await library.service.store_texts("ada", texts(60))]
        for round_ in range(6):
            await share(library, ids[round_ * 10 :], BEN if round_ % 2 else EVE)
            await asyncio.sleep(0)
        await library.settled(ada)
        await library.parts.indexing.access_settled()
        heads = await library.database.collection(DOCUMENTS).find({})
        for who in (BEN, EVE):
            expected = {head["_id"] for head in heads if not who.isdisjoint(head["access"])}
            assert await shown(library, who) == (expected, expected)


async def test_a_change_that_another_process_spread_before_this_one_wrote_is_not_lost(
    tmp_path: Path, ada: Caller
) -> None:
    class Overtaken(MemoryVectorStore):
        library: Library

        async def upsert(self, entries: Sequence[IndexEntry]) -> None:
            # The other process writes the head, tells the indexes and ends the mark; then come these older entries.
            await self.library.database.collection(DOCUMENTS).update_many(
                {"_id": {"$in": [entry.document_id for entry in entries]}}, {"$set": {"access": ["user:ada", *BEN]}}
            )
            await super().upsert(entries)

    store = Overtaken()
    async with open_library(tmp_path, store=store) as library:
        store.library = library
        [one] = await library.service.store_texts("ada", texts(1))

        async def shown_to_ben() -> bool:
            return await shown(library, BEN) == ({one.id}, {one.id})

        await until_true(shown_to_ben)


async def test_what_is_inside_an_archive_follows_with_one_look_up_for_each_level(
    tmp_path: Path, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = {f"{letter}.txt": f"Boats of {letter}.".encode() for letter in "abcdef"}
    archive = zipped({f"{n}.eml": mail(body="See the boats.", attachments=inner) for n in range(4)})
    async with open_library(tmp_path) as library:
        await library.add_file(ada, "boats.zip", archive)
        await library.settled(ada)
        heads = await library.database.collection(DOCUMENTS).find({})
        assert len(heads) == 29
        look_ups: list[int] = []
        children = DocumentRepository.unscoped_children

        async def counted(self: DocumentRepository, parent_ids: Sequence[str]) -> list[dict[str, object]]:
            look_ups.append(len(parent_ids))
            return await children(self, parent_ids)

        root = next(head["_id"] for head in heads if "parent_id" not in head)
        monkeypatch.setattr(DocumentRepository, "unscoped_children", counted)
        assert await library.service.change(ada, root, Change(access=BEN))
        assert look_ups == [1, 4, 24]
        monkeypatch.undo()
        await library.parts.indexing.access_settled()
        assert len((await shown(library, BEN))[0]) == 28
