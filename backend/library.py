"""Puts the library together: documents, their indexing and search, over a database, an embedder and two indexes."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from backend.db.collection import Database
from backend.documents.blobs import BlobStore, InUse
from backend.documents.blobs.local import LocalBlobStore
from backend.documents.citations import CitationRepository
from backend.documents.export import DocumentExport
from backend.documents.holders import HolderNames
from backend.documents.library import LibraryService
from backend.documents.repository import DocumentRepository
from backend.documents.schema import DOCUMENT_COLLECTIONS
from backend.documents.texts import VersionRepository
from backend.embedding.batch import EmbeddingBatcher
from backend.embedding.cache import EmbeddingCache
from backend.embedding.indexing.chunk_source import StoredChunks
from backend.embedding.indexing.legs import Legs, LexicalLeg, Progress, VectorLeg
from backend.embedding.indexing.state import INDEXING_COLLECTIONS, IndexStateRepository, Serving
from backend.embedding.indexing.worker import PAUSE_SECONDS
from backend.embedding.models.base import Embedder
from backend.embedding.models.local_models import local_name
from backend.embedding.models.registry import create_embedder
from backend.embedding.search.lexical_base import LexicalIndex
from backend.embedding.search.service import SearchService
from backend.embedding.service import IndexingService
from backend.embedding.vector_store.base import VectorStore
from backend.errors import BibliosError
from backend.extraction.extraction import ExtractionPool
from backend.jobs.queue import JobQueue
from backend.settings import Settings

log = structlog.get_logger(__name__)

type OpenStore = Callable[[Embedder], VectorStore]
type FormerEmbedder = Callable[[str], Embedder | None]


@dataclass(slots=True)
class Library:
    """What `build_library` gives. `start` before serving and before the jobs, `stop` after the jobs."""

    blobs: BlobStore
    service: LibraryService
    export: DocumentExport
    indexing: IndexingService
    search: SearchService
    legs: Legs
    former: VectorLeg | None

    async def start(self) -> None:
        await self.indexing.start()

    async def stop(self) -> None:
        """Commits and saves, then closes what was opened here: the batchers, and a former model with its store."""
        await self.indexing.stop()
        for leg in self.legs.vectors:
            await leg.batcher.close()
        if self.former is not None:
            await self.former.batcher.close()
            await self.former.store.close()
            await self.former.embedder.close()


async def build_library(
    *,
    database: Database,
    jobs: JobQueue,
    embedder: Embedder,
    store: VectorStore,
    lexical: LexicalIndex,
    extraction: ExtractionPool,
    open_store: OpenStore,
    former_embedder: FormerEmbedder,
    settings: Settings,
    names: HolderNames | None = None,
    kept_elsewhere: InUse | None = None,
    clock: Callable[[], float] = time.time,
    pause_seconds: float = PAUSE_SECONDS,
) -> Library:
    """Prepares the collections and builds the services; nothing runs before `Library.start`.

    Args:
        embedder: the one that the settings name, started.
        store: its vector store.
        open_store: opens the store of a former model, which serves until the present one's is complete.
        former_embedder: makes the embedder of a former model id; None if that is no longer possible.
        names: how those who hold documents are called.
        kept_elsewhere: which originals somebody else still names.
        clock: seconds since the epoch, by which originals in the trash grow old.
        pause_seconds: before what failed for a passing reason is tried again for the first time.
    """
    await database.prepare([*DOCUMENT_COLLECTIONS, *INDEXING_COLLECTIONS])
    cache = EmbeddingCache(database)
    await cache.prepare()
    state = IndexStateRepository(database)
    present = _leg(embedder, store, cache, state, settings)
    former = await _former_leg(embedder, cache, state, open_store, former_embedder, settings)
    legs = Legs(
        lexical=LexicalLeg(lexical, Progress(f"lexical:{settings.lexical.backend}", state)),
        vectors=[present] if former is None else [former, present],
    )
    if former is None:
        await state.set_serving(Serving(embedder.model_id, embedder.dimension))
    search = SearchService(
        embedder=legs.serving.embedder,
        vector_store=legs.serving.store,
        lexical=lexical,
        chunks=StoredChunks(database),
        settings=settings.search,
        names=names,
    )
    blobs = LocalBlobStore(settings.data_dir / "blobs", clock=clock).prepare()
    indexing = IndexingService(
        database=database,
        blobs=blobs,
        jobs=jobs,
        extraction=extraction,
        cache=cache,
        legs=legs,
        state=state,
        switched=lambda leg: search.serve_from(leg.embedder, leg.store),
        kept_elsewhere=kept_elsewhere,
        settings=settings,
        pause_seconds=pause_seconds,
    )
    service = LibraryService(
        documents=DocumentRepository(database),
        versions=VersionRepository(database),
        citations=CitationRepository(database),
        blobs=blobs,
        indexer=indexing,
        limits=settings.upload,
        names=names,
        after_loss=settings.citations.after_loss,
    )
    indexing.use_children_store(service.store_children)
    export = DocumentExport(documents=DocumentRepository(database), versions=VersionRepository(database), blobs=blobs)
    return Library(blobs, service, export, indexing, search, legs, former)


def former_embedder(settings: Settings) -> FormerEmbedder:
    """Makes embedders of earlier model ids from the present settings, as far as these allow it."""

    def make(model_id: str) -> Embedder | None:
        changes: dict[str, object] = {"backend": "local", "model": local_name(model_id) or ""}
        if model_id.startswith("openai:"):
            _, model, *width = model_id.split(":")
            width_given = int(width[0]) if width and width[0].isdigit() else 0
            changes = {"backend": "openai", "model": model, "dimensions": width_given}
            if not (settings.embedding.api_key.get_secret_value() or settings.embedding.base_url):
                return None
        former = create_embedder(
            settings.model_copy(update={"embedding": settings.embedding.model_copy(update=changes)})
        )
        return former if former.model_id == model_id else None

    return make


async def _former_leg(
    embedder: Embedder,
    cache: EmbeddingCache,
    state: IndexStateRepository,
    open_store: OpenStore,
    make: FormerEmbedder,
    settings: Settings,
) -> VectorLeg | None:
    """The leg that served before the model was changed; None if there is none, or it can no longer answer."""
    serving = await state.serving()
    if serving is None or serving.model_id == embedder.model_id:
        return None
    former = make(serving.model_id)
    if former is not None:
        try:
            await former.start()
        except BibliosError as error:
            log.warning("former_model_unavailable", model_id=serving.model_id, error=str(error))
        else:
            return _leg(former, open_store(former), cache, state, settings)
    log.warning("former_model_gone", model_id=serving.model_id, effect="words only until the new index is complete")
    return None


def _leg(
    embedder: Embedder, store: VectorStore, cache: EmbeddingCache, state: IndexStateRepository, settings: Settings
) -> VectorLeg:
    return VectorLeg(
        embedder=embedder,
        batcher=EmbeddingBatcher(embedder, cache),
        store=store,
        progress=Progress(f"vector:{settings.vector.backend}:{embedder.model_id}", state),
    )
