"""From settings to an embedder. A new model is one module and one line here."""

from collections.abc import Callable

from backend.embedding.models.base import Embedder
from backend.settings import Settings


def create_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name. Nothing is loaded or asked before its `start`."""
    return _BACKENDS[settings.embedding.backend](settings)


# Each backend's module is imported only when it is chosen: onnxruntime and the SDK cost memory and start-up time.


def _local(settings: Settings) -> Embedder:
    from backend.embedding.models.local import LocalEmbedder
    from backend.embedding.models.local_models import LOCAL_MODELS

    return LocalEmbedder(
        settings.data_dir,
        LOCAL_MODELS[settings.embedding.model],
        threads=settings.embedding.threads,
        batch_texts=settings.embedding.batch_texts,
    )


def _openai(settings: Settings) -> Embedder:
    from backend.embedding.models.openai import OpenAIEmbedder

    return OpenAIEmbedder(settings.embedding)


_BACKENDS: dict[str, Callable[[Settings], Embedder]] = {"local": _local, "openai": _openai}
