from pathlib import Path

from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.openai import OpenAIEmbedder
from backend.embedding.models.registry import create_embedder
from backend.settings import EmbeddingSettings, Settings


async def test_the_local_model_is_the_default_and_opens_nothing(tmp_path: Path) -> None:
    embedder = create_embedder(Settings(_env_file=None, data_dir=tmp_path, embedding=EmbeddingSettings(batch_texts=5)))
    assert isinstance(embedder, LocalEmbedder)
    assert embedder.batch_texts == 5
    await embedder.close()
    assert not (tmp_path / "models").exists()


async def test_an_api_is_chosen_by_its_setting(tmp_path: Path) -> None:
    chosen = EmbeddingSettings(backend="openai", model="text-embedding-3-large")
    embedder = create_embedder(Settings(_env_file=None, data_dir=tmp_path, embedding=chosen))
    assert isinstance(embedder, OpenAIEmbedder)
    assert embedder.dimension == 3072
    await embedder.close()
