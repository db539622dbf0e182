"""A data folder with the local embedding model, built once for all tests of a run (about 4 s)."""

import tempfile
from functools import cache
from pathlib import Path

from backend.embedding.models.minilm_files import prepare


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="local-model-")
    prepare(Path(folder.name))
    return folder


def local_model_dir() -> Path:
    """The folder; it goes when the process ends."""
    return Path(_folder().name)
