"""The store and the index that the settings name."""

import builtins
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from backend.db.sqlite import SqliteDatabase
from backend.embedding.search.lexical_client import create_lexical_index
from backend.embedding.vector_store.client import create_vector_store
from backend.embedding.vector_store.remote import index_name
from backend.errors import InvalidInput, Unavailable
from backend.settings import LexicalSettings, Settings, VectorSettings


def settings(folder: Path, **vector: Any) -> Settings:
    return Settings(data_dir=folder, vector=VectorSettings(**vector), _env_file=None)


@pytest.mark.parametrize(
    ("vector", "module", "name"),
    [
        ({}, "faiss", "FaissVectorStore"),
        ({"backend": "chroma"}, "chroma", "ChromaVectorStore"),
        ({"backend": "chroma_server", "url": "http://127.0.0.1:8000"}, "chroma", "ChromaVectorStore"),
        (
            {"backend": "pinecone", "url": "host.pinecone.io", "api_key": SecretStr("k")},
            "pinecone",
            "PineconeVectorStore",
        ),
    ],
)
async def test_each_backend_is_built_by_its_name(
    tmp_path: Path, vector: dict[str, Any], module: str, name: str
) -> None:
    store = create_vector_store(settings(tmp_path, **vector), model_id="m", dimension=8)
    assert type(store).__name__ == name
    assert type(store).__module__ == f"backend.embedding.vector_store.{module}"
    await store.close()


def test_a_backend_that_is_not_installed_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def without_chroma(name: str, *rest: Any, **more: Any) -> Any:
        if name == "chromadb":
            raise ImportError(name)
        return really(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "chromadb", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_chroma)
    with pytest.raises(Unavailable, match="extra `chroma`"):
        create_vector_store(settings(tmp_path, backend="chroma"), model_id="m", dimension=8)


def test_names_of_indexes_differ_by_model_and_dimension_and_are_short() -> None:
    names = {
        index_name("My library! " * 10, model_id=model, dimension=dimension) for model in "ab" for dimension in (8, 9)
    }
    assert len(names) == 4
    assert all(len(name) <= 63 and name.replace("-", "").isalnum() for name in names)
    assert index_name("", model_id="a", dimension=1).startswith("biblios-")


async def test_tantivy_goes_with_sqlite_and_mongodb_text_needs_a_mongodb(tmp_path: Path) -> None:
    database = await SqliteDatabase.open(tmp_path)
    index = create_lexical_index(settings(tmp_path), database)
    assert type(index).__name__ == "TantivyIndex"
    await index.close()
    wanted = Settings(data_dir=tmp_path, lexical=LexicalSettings(backend="mongodb"), _env_file=None)
    with pytest.raises(InvalidInput, match="BIBLIOS_DATABASE_URL"):
        create_lexical_index(wanted, database)
    await database.close()
