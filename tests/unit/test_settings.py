"""The settings tree reads what clients were promised, and `.env.example` lists all of it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.connectors.registry import SERVICES
from backend.env_example import render
from backend.settings import ActionSettings, Settings

ROOT = Path(__file__).parents[2]


def test_promised_variables_reach_their_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    promised = {
        "BIBLIOS_HOST": "0.0.0.0",
        "BIBLIOS_PORT": "9001",
        "BIBLIOS_DATA_DIR": str(tmp_path),
        "BIBLIOS_DATABASE_URL": "mongodb://db/x",
        "BIBLIOS_LLM_BASE_URL": "http://llm/v1",
        "BIBLIOS_LLM_API_KEY": "key",
        "BIBLIOS_LLM_MODEL": "m",
        "BIBLIOS_REDIS_URL": "redis://r",
    }
    for name, value in promised.items():
        monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None)
    assert (settings.host, settings.port, settings.data_dir) == ("0.0.0.0", 9001, tmp_path)
    assert settings.database.url == "mongodb://db/x"
    assert (settings.llm.base_url, settings.llm.model) == ("http://llm/v1", "m")
    assert settings.llm.api_key.get_secret_value() == "key"
    assert settings.redis.url == "redis://r"
    assert settings.uses_mongodb
    assert settings.llm.configured


def test_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIBLIOS_LLM_TEMPERATURE", "")
    assert Settings(_env_file=None).llm.temperature is None


def test_env_example_lists_every_setting() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == render(), (
        "run `python -m backend.env_example > .env.example`"
    )


def test_env_example_is_accepted_when_uncommented(tmp_path: Path) -> None:
    lines = [line[1:] for line in render().splitlines() if line.startswith("#BIBLIOS_")]
    env = tmp_path / ".env"
    env.write_text("\n".join(lines), encoding="utf-8")
    read = Settings(_env_file=env)
    assert read.model_copy(update={"connectors": {}, "actions": ActionSettings()}) == Settings(_env_file=None)
    assert SERVICES.read_settings(read.connectors, read.actions.registrations) == SERVICES.read_settings({}, {})


@pytest.mark.parametrize("secret", ["changeme", "hunter2", "x" * 31])
def test_short_signing_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValidationError, match="at least 32 characters") as refused:
        Settings(_env_file=None, auth={"secret": secret})
    assert secret not in str(refused.value.errors()[0]["msg"])
    assert Settings(_env_file=None, auth={"secret": "x" * 32}).auth.secret


@pytest.mark.parametrize("model", ["text-embedding-3-small", "MiniLM", "multilingual "])
def test_an_unknown_local_model_is_refused_with_the_known_ones(model: str) -> None:
    with pytest.raises(ValidationError, match=r"minilm or multilingual.*BIBLIOS_EMBEDDING_BACKEND=openai"):
        Settings(_env_file=None, embedding={"model": model})


@pytest.mark.parametrize(
    ("backend", "model"), [("local", ""), ("local", "minilm"), ("openai", "text-embedding-3-small")]
)
def test_known_models_are_taken(backend: str, model: str) -> None:
    assert Settings(_env_file=None, embedding={"backend": backend, "model": model}).embedding.model == model


def test_overlap_must_be_smaller_than_chunk() -> None:
    with pytest.raises(ValidationError, match="OVERLAP"):
        Settings(_env_file=None, processing={"chunk_chars": 200, "chunk_overlap_chars": 200})


def test_secrets_do_not_show_in_repr() -> None:
    settings = Settings(
        _env_file=None, llm={"api_key": "sk-very-secret"}, auth={"secret": "s3cr3t-value-of-thirty-two-letters"}
    )
    assert "sk-very-secret" not in repr(settings)
    assert "s3cr3t-value" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "public_url", "address"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:8000"),
        ("0.0.0.0", "", "http://localhost:8000"),
        ("::", "", "http://localhost:8000"),
        ("::1", "", "http://[::1]:8000"),
        ("0.0.0.0", "https://ask.example/", "https://ask.example"),
    ],
)
def test_links_start_with_an_address_that_browsers_can_open(host: str, public_url: str, address: str) -> None:
    assert Settings(_env_file=None, host=host, web={"public_url": public_url}).page_url == address
