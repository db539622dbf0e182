"""What a file is called, for whoever tells its kind by that."""

from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple


class FileName(NamedTuple):
    """In small letters, without its folders: ``readme.md`` is ``readme`` and ``.md``; ``.env`` has no suffix."""

    name: str
    stem: str
    suffix: str


@lru_cache(maxsize=64)
def file_name(path: str) -> FileName:
    """Kept for a moment, since each question about one file asks for it again."""
    found = PurePosixPath(path.replace("\\", "/").lower())
    return FileName(found.name, found.stem, found.suffix)
