"""A data folder with the local embedding model, built once for a checkout (about 4 s) and shared by all tests."""

from functools import cache
from pathlib import Path

from backend.embedding.models.minilm_files import prepare

_FOLDER = Path(__file__).parents[2] / ".cache" / "tests"


@cache
def local_model_dir() -> Path:
    """The folder. The files' checksums are checked once a run."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    prepare(_FOLDER)
    return _FOLDER


def lend_model(data_dir: Path) -> None:
    """Puts the built model into a fresh data folder, as a link."""
    data_dir.mkdir(parents=True, exist_ok=True)
    link = data_dir / "models"
    if not link.exists():
        link.symlink_to(local_model_dir() / "models", target_is_directory=True)
