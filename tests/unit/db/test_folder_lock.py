"""One holder per data folder."""

import threading
from pathlib import Path

import pytest

from backend.db.folder_lock import FolderInUse, FolderLock


def test_a_lock_taken_on_one_thread_is_let_go_on_another(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    taking = threading.Thread(target=lock.acquire)
    taking.start()
    taking.join()
    with pytest.raises(FolderInUse):
        FolderLock(tmp_path).acquire()
    lock.release()
    second = FolderLock(tmp_path)
    second.acquire()
    second.release()


def test_the_folder_is_made_when_it_is_not_there(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "a" / "b")
    lock.acquire()
    assert (tmp_path / "a" / "b").is_dir()
    lock.release()
