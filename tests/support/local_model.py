"""A data folder with the local embedding model, built once for a checkout (about 4 s) and shared by all tests."""

from functools import cache
from pathlib import Path

from backend.embedding.models.built_files import prepare
from backend.embedding.models.local_models import MINILM, MULTILINGUAL, LocalModel

_FOLDER = Path(__file__).parents[2] / ".cache" / "tests"


def local_model_dir() -> Path:
    """The folder with the default model. The files' checksums are checked once a run."""
    return _folder_with(MINILM)


def multilingual_model_dir() -> Path:
    """The folder with the multilingual model, too (about 15 s)."""
    return _folder_with(MULTILINGUAL)


@cache
def _folder_with(model: LocalModel) -> Path:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    prepare(model.recipe, _FOLDER)
    return _FOLDER


def lend_model(data_dir: Path) -> None:
    """Puts the built models into a fresh data folder, as a link."""
    data_dir.mkdir(parents=True, exist_ok=True)
    link = data_dir / "models"
    if not link.exists():
        link.symlink_to(local_model_dir() / "models", target_is_directory=True)
