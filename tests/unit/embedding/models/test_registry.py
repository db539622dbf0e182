from pathlib import Path

from backend.embedding.models.local import LocalEmbedder
from backend.embedding.models.openai import OpenAIEmbedder
from backend.embedding.models.registry import create_embedder
from backend.library import former_embedder
from backend.settings import EmbeddingSettings, Settings


async def test_the_local_model_is_the_default_and_opens_nothing(tmp_path: Path) -> None:
    embedder = create_embedder(Settings(_env_file=None, data_dir=tmp_path, embedding=EmbeddingSettings(batch_texts=5)))
    assert isinstance(embedder, LocalEmbedder)
    assert embedder.batch_texts == 5
    await embedder.close()
    assert not (tmp_path / "models").exists()


async def test_each_local_model_is_made_again_by_its_id(tmp_path: Path) -> None:
    """As the former one, while the index of the new one is built."""
    settings = Settings(_env_file=None, data_dir=tmp_path)
    for name in ("minilm", "multilingual"):
        chosen = create_embedder(settings.model_copy(update={"embedding": EmbeddingSettings(model=name)}))
        former = former_embedder(settings)(chosen.model_id)
        assert former is not None
        assert former.model_id == chosen.model_id
        await chosen.close()
        await former.close()
    assert former_embedder(settings)("all-MiniLM-L6-v2-int8-0") is None


async def test_an_api_is_chosen_by_its_setting(tmp_path: Path) -> None:
    chosen = EmbeddingSettings(backend="openai", model="text-embedding-3-large")
    embedder = create_embedder(Settings(_env_file=None, data_dir=tmp_path, embedding=chosen))
    assert isinstance(embedder, OpenAIEmbedder)
    assert embedder.dimension == 3072
    await embedder.close()
