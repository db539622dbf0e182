"""The indexes that searches ask, each with how far it has come in the sequence of changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend.embedding.batch import EmbeddingBatcher
from backend.embedding.indexing.state import IndexStateRepository
from backend.embedding.models.base import Embedder
from backend.embedding.search.derived import DerivedIndex, Finish, SavedFromACopy
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.models import IndexEntry
from backend.embedding.search.refusal import DocumentRefused
from backend.embedding.vector_store.base import VectorStore


@dataclass(slots=True)
class Progress:
    """Where an index stands. `complete`: it holds every change up to the present, not only those from `seq` on."""

    name: str
    state: IndexStateRepository
    complete: bool = False

    async def last_seq(self, index: VectorStore | LexicalIndex) -> int:
        return index.last_seq if isinstance(index, DerivedIndex) else await self.state.progress(self.name)

    async def save(self, index: VectorStore | LexicalIndex, seq: int) -> None:
        """Remembers that every change up to `seq` is in the index; does nothing while it still catches up."""
        await (await self.begin_save(index, seq))()

    async def begin_save(self, index: VectorStore | LexicalIndex, seq: int) -> Finish:
        """The part of `save` beside which nothing may be written; what it returns does the rest."""
        if not self.complete or seq == await self.last_seq(index):
            return _nothing
        if isinstance(index, SavedFromACopy):
            return await index.begin_save(seq)
        if isinstance(index, DerivedIndex):
            await index.save(seq)
        else:
            await self.state.set_progress(self.name, seq)
        return _nothing


async def _nothing() -> None:
    """Everything is durable already."""


@dataclass(slots=True)
class VectorLeg:
    """A vector store with the model whose vectors it holds."""

    embedder: Embedder
    batcher: EmbeddingBatcher
    store: VectorStore
    progress: Progress

    @property
    def model_id(self) -> str:
        return self.embedder.model_id


@dataclass(slots=True)
class LexicalLeg:
    index: LexicalIndex
    progress: Progress


@dataclass(slots=True)
class Legs:
    """The lexical leg and one vector leg per model: the one that serves first, then one that is being built."""

    lexical: LexicalLeg
    vectors: list[VectorLeg] = field(default_factory=list)

    @property
    def serving(self) -> VectorLeg:
        return self.vectors[0]

    def indexes(self) -> list[VectorStore | LexicalIndex]:
        return [*(leg.store for leg in self.vectors), self.lexical.index]

    async def upsert(self, entries: dict[str, list[IndexEntry]]) -> None:
        """Writes entries into every index. `entries` by model id, the same chunks in each."""
        for leg in self.vectors:
            if found := entries.get(leg.model_id):
                await leg.store.upsert(found)
        # The lexical index takes words only; any model's entries carry the same.
        await self.lexical.index.upsert(entries[self.serving.model_id])

    async def delete_documents(self, document_ids: Sequence[str]) -> None:
        for index in self.indexes():
            await index.delete_documents(document_ids)

    async def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        for index in self.indexes():
            await index.delete_chunks(chunk_ids)

    async def set_access_many(self, changes: Mapping[str, frozenset[str]], paths: Mapping[str, str | None]) -> None:
        """Errors: `DocumentRefused` when an index refuses one of the lists; the other indexes have got it then."""
        refused: DocumentRefused | None = None
        for index in self.indexes():
            try:
                await index.set_access_many(changes, paths)
            except DocumentRefused as error:
                refused = error
        if refused is not None:
            raise refused
