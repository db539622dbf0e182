"""`biblios` as a person types it: without a server, in processes of its own, over one data folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.local_model import lend_model
from tests.support.server import serving

pytestmark = pytest.mark.slow

ACCOUNT = "ada@example.com\ncorrect horse battery\ncorrect horse battery\n"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "data"
    lend_model(folder)
    return folder


def biblios(
    data_dir: Path, *arguments: str, typed: str = "", home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("BIBLIOS_")}
    env |= {
        "BIBLIOS_DATA_DIR": str(data_dir),
        "BIBLIOS_PORT": "1",
        "HOME": str(home or data_dir.parent),
        "XDG_CONFIG_HOME": str((home or data_dir.parent) / "config"),
        "COLUMNS": "160",
    }
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", *arguments],
        env=env,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("garden")
    (folder / "compost.md").write_text(
        "# Compost\n\nThe compost heap is turned every nineteen days.\n", encoding="utf-8"
    )
    (folder / "gate.txt").write_text("The garden gate is locked at nine in the evening.", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def filled(data_dir: Path, folder: Path) -> Path:
    """The data folder after a first `ingest`, which creates the account."""
    done = biblios(data_dir, "ingest", str(folder), typed=ACCOUNT)
    assert done.returncode == 0, done.stderr
    assert "2 files in" in done.stdout
    return data_dir


def test_ingest_again_is_quick_and_changes_nothing(filled: Path, folder: Path) -> None:
    done = biblios(filled, "ingest", str(folder))
    assert done.returncode == 0, done.stderr
    assert "failed" in done.stdout


def test_ingest_names_what_failed_and_says_so_by_its_exit_code(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing of use")
    done = biblios(filled, "ingest", str(tmp_path))
    assert done.returncode == 3
    assert "broken" in done.stderr


def test_search_shows_numbered_passages(filled: Path) -> None:
    done = biblios(filled, "search", "compost heap")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1. ")
    assert "every nineteen days" in done.stdout


def test_ask_streams_an_answer_with_numbered_sources(filled: Path) -> None:
    done = biblios(filled, "ask", "How often is the compost heap turned?")
    assert done.returncode == 0, done.stderr
    assert "every nineteen days" in done.stdout
    assert "Sources" in done.stdout
    assert "[1]" in done.stdout


def test_export_writes_everything_into_an_archive(filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.zip"
    done = biblios(filled, "export", str(target))
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        contents = b"".join(archive.read(name) for name in archive.namelist())
    assert b"every nineteen days" in contents
    again = biblios(filled, "export", str(target))
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_commands_speak_to_a_running_server_after_login(filled: Path, tmp_path: Path) -> None:
    with serving(filled) as server:
        refused = biblios(filled, "search", "compost", "--server", server.url, home=tmp_path)
        assert refused.returncode == 1
        assert "biblios login" in refused.stderr
        signed_in = biblios(
            filled, "login", "--server", server.url, typed="ada@example.com\ncorrect horse battery\n", home=tmp_path
        )
        assert signed_in.returncode == 0, signed_in.stderr
        for _ in range(2):  # the kept session rotates with every command
            found = biblios(filled, "search", "compost", "--server", server.url, home=tmp_path)
            assert "every nineteen days" in found.stdout


def test_second_server_on_one_folder_is_refused_with_the_way_out(filled: Path) -> None:
    with serving(filled):
        done = biblios(filled, "search", "compost")
    assert done.returncode != 0
    assert str(filled) in done.stderr


def test_doctor_is_content(filled: Path) -> None:
    done = biblios(filled, "doctor")
    assert done.returncode == 0, done.stdout
