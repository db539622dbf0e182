"""One process per data folder: two would overwrite each other's derived indexes."""

import os
from pathlib import Path

from filelock import FileLock, Timeout

from backend.errors import Unavailable


class FolderInUse(Unavailable):
    """Another process has the data folder open."""

    default_code = "data_folder_in_use"


class FolderLock:
    """An operating-system lock on ``<folder>/.lock``; it ends with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        # Not per thread: a database is opened on one thread and closed on another.
        self._lock = FileLock(self._folder / ".lock", timeout=0, thread_local=False)
        self._holder = self._folder / ".lock-holder"  # who has it, for the other one's message

    def acquire(self) -> None:
        """Creates the folder if need be. Raises `FolderInUse`, or `Unavailable` when it cannot be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            self._holder.write_text(str(os.getpid()))
        except Timeout as error:
            raise FolderInUse(
                f"The data folder {self._folder} is in use by another BibliosAI process{self._named_holder()}. "
                "It has to stop first.",
                hint="Stop that one, or set BIBLIOS_DATA_DIR to another folder. To run several processes on the same "
                "data, set BIBLIOS_DATABASE_URL to a MongoDB and BIBLIOS_VECTOR_BACKEND to a server.",
                dependency="data_dir",
            ) from error
        except OSError as error:
            raise Unavailable(
                f"The data folder {self._folder} cannot be used ({error.strerror}).",
                hint="Give the server's user the right to write to it, or set BIBLIOS_DATA_DIR to another folder.",
                dependency="data_dir",
                code="data_folder_unusable",
            ) from error

    def release(self) -> None:
        self._lock.release()

    def _named_holder(self) -> str:
        try:
            return f" (process {int(self._holder.read_text())})"
        except (OSError, ValueError):
            return ""
