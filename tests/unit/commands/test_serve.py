"""A worker refuses settings that only one process can use, and says what to set."""

import pytest
from typer.testing import CliRunner

from backend.cli import app
from backend.settings import get_settings

SHARED = {
    "BIBLIOS_DATABASE_URL": "mongodb://db/x",
    "BIBLIOS_REDIS_URL": "redis://r",
    "BIBLIOS_VECTOR_BACKEND": "chroma_server",
}


@pytest.mark.parametrize(
    ("without", "instead", "advice"),
    [
        ("BIBLIOS_DATABASE_URL", "", "BIBLIOS_DATABASE_URL"),
        ("BIBLIOS_REDIS_URL", "", "BIBLIOS_REDIS_URL"),
        ("BIBLIOS_VECTOR_BACKEND", "faiss", "BIBLIOS_VECTOR_BACKEND"),
        ("BIBLIOS_LEXICAL_BACKEND", "tantivy", "BIBLIOS_LEXICAL_BACKEND"),
    ],
)
def test_worker_needs_shared_parts(monkeypatch: pytest.MonkeyPatch, without: str, instead: str, advice: str) -> None:
    for name, value in {**SHARED, without: instead}.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    try:
        result = CliRunner().invoke(app, ["worker"])
    finally:
        get_settings.cache_clear()
    assert result.exit_code == 2
    assert advice in " ".join(result.output.split())
