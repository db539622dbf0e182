"""The vector store that the settings name. A new backend is one module and one case here."""

from typing import assert_never

from backend.embedding.vector_store.base import VectorStore
from backend.settings import Settings


def create_vector_store(settings: Settings, *, model_id: str, dimension: int) -> VectorStore:
    """Builds the store for one embedding model; faiss loads its snapshot, servers are reached at the first call.

    Errors: `InvalidInput` for a setting that does not fit, `Unavailable` when a backend's package is not installed.
    """
    vector = settings.vector
    # Imported where needed: a process pays only for the backend that it uses.
    match vector.backend:
        case "faiss":
            from backend.embedding.vector_store.faiss import FaissVectorStore

            return FaissVectorStore(
                settings.data_dir / "index", model_id=model_id, dimension=dimension, ivf_from=vector.ivf_from
            )
        case "chroma":
            from backend.embedding.vector_store.chroma import ChromaVectorStore

            return ChromaVectorStore.in_process(
                settings.data_dir / "chroma",
                collection=vector.collection,
                model_id=model_id,
                dimension=dimension,
                timeout_seconds=vector.timeout_seconds,
            )
        case "chroma_server":
            from backend.embedding.vector_store.chroma import ChromaVectorStore

            return ChromaVectorStore.on_server(
                vector.url,
                token=vector.api_key.get_secret_value(),
                collection=vector.collection,
                model_id=model_id,
                dimension=dimension,
                timeout_seconds=vector.timeout_seconds,
            )
        case "pinecone":
            from backend.embedding.vector_store.pinecone import PineconeVectorStore

            return PineconeVectorStore(
                vector.url,
                api_key=vector.api_key.get_secret_value(),
                model_id=model_id,
                dimension=dimension,
                timeout_seconds=vector.timeout_seconds,
            )
        case _ as unknown:
            assert_never(unknown)
