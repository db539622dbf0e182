"""The trash of a blob folder: marks (empty files, whose time is that of the mark) and blobs that a sweep has taken."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

_TAKEN = ".taken"


class LocalTrash:
    """`trash/<digest>` is a mark, `trash/<digest>.taken` a blob on its way out. Everything here blocks."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._clock = clock

    def prepare(self) -> None:
        self._folder.mkdir(exist_ok=True)

    def mark(self, digests: Iterable[str]) -> None:
        """What is marked already keeps its time."""
        now = self._clock()
        for digest in digests:
            mark = self._folder / digest
            with suppress(FileExistsError, FileNotFoundError):  # not found: a sweep is at it and asks afterwards
                mark.touch(exist_ok=False)
                os.utime(mark, (now, now))

    def unmark(self, digests: Iterable[str]) -> None:
        for digest in digests:
            (self._folder / digest).unlink(missing_ok=True)

    def marked(self, before: float) -> list[str]:
        """Digests marked at or before a time."""
        return [path.name for path in self._aged(before) if path.suffix != _TAKEN]

    def left(self, before: float) -> list[str]:
        """Digests that a sweep took before then and never finished. A sweep takes seconds, so it is no longer at it."""
        return [
            path.stem
            for path in self._folder.glob(f"*{_TAKEN}")
            if (changed := _changed_at(path)) is not None and changed <= before
        ]

    def taken(self, digest: str) -> Path:
        return self._folder / f"{digest}{_TAKEN}"

    def take(self, digest: str, blob: Path, before: float) -> Literal["taken", "newer", "gone"]:
        """Takes a blob out of its place if it arrived at or before a time.

        A blob that arrives between the look and the step is the one that moves: it is newer, and goes back.
        """
        arrived = _arrived_at(blob)
        if arrived is not None and arrived > before:
            return "newer"
        taken = self.taken(digest)
        try:
            blob.rename(taken)
        except FileNotFoundError:  # or another process sweeps as well
            return "gone"
        arrived = _arrived_at(taken)
        if arrived is not None and arrived > before:
            self.put_back(digest, blob)
            return "newer"
        return "taken"

    def put_back(self, digest: str, blob: Path) -> bool:
        """Returns a taken blob to its place, where a newer arrival wins. False when there is neither."""
        taken = self.taken(digest)
        try:
            os.link(taken, blob)
        except (FileExistsError, FileNotFoundError):
            pass
        except OSError:  # a file system without links: the bytes are the same, and may well count as arriving now
            taken.rename(blob)
            os.utime(blob)
        taken.unlink(missing_ok=True)
        return blob.exists()

    def delete(self, digest: str) -> None:
        self.taken(digest).unlink(missing_ok=True)

    def _aged(self, before: float) -> list[Path]:
        return [path for path in self._folder.iterdir() if (at := _arrived_at(path)) is not None and at <= before]


def _arrived_at(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _changed_at(path: Path) -> float | None:
    """When it was renamed last: its arrival says nothing about the sweep."""
    try:
        return path.stat().st_ctime
    except FileNotFoundError:
        return None
