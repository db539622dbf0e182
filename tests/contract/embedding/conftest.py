"""The embedders that the contract is tested over."""

from collections.abc import AsyncIterator

import pytest

from backend.embedding.models.base import Embedder
from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.local_models import MULTILINGUAL
from backend.embedding.models.openai import OpenAIEmbedder
from backend.settings import EmbeddingSettings
from tests.support.embedder import HashEmbedder
from tests.support.local_model import local_model_dir, multilingual_model_dir
from tests.support.openai_server import OpenAIServer


@pytest.fixture(params=["local", "multilingual", "openai", "hash"])
async def embedder(request: pytest.FixtureRequest) -> AsyncIterator[Embedder]:
    async with OpenAIServer() as server:
        match request.param:
            case "local":
                made: Embedder = LocalEmbedder(local_model_dir())
            case "multilingual":
                made = LocalEmbedder(multilingual_model_dir(), MULTILINGUAL)
            case "openai":
                made = OpenAIEmbedder(
                    EmbeddingSettings(backend="openai", model="scripted", base_url=server.base_url, api_batch_texts=3)
                )
            case _:
                made = HashEmbedder()
        await made.start()
        yield made
        await made.close()
