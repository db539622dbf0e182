"""A program of the system may hang, fail or write without end: it costs what it was given, and nothing else."""

import os
from pathlib import Path

import pytest

from backend.extraction.ocr.program import ProgramFailed, run
from tests.support.programs import program

MEBIBYTE = 1024 * 1024


def test_it_is_given_its_input_and_answers(tmp_path: Path) -> None:
    given = os.urandom(3 * MEBIBYTE)
    assert run([program(tmp_path, "exec cat")], given, seconds=20, max_bytes=4 * MEBIBYTE) == given


def test_arguments_are_no_commands(tmp_path: Path) -> None:
    path = program(tmp_path, 'printf "%s" "$1"')
    argument = f"$(touch {tmp_path}/made); `touch {tmp_path}/made`"
    assert run([path, argument], seconds=20, max_bytes=1000) == argument.encode()
    assert not (tmp_path / "made").exists()


def test_it_knows_nothing_of_the_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIBLIOS_SECRET_KEY", "hidden")
    told = run([program(tmp_path, "exec env")], seconds=20, max_bytes=100_000)
    assert b"PATH=" in told
    assert b"BIBLIOS" not in told


@pytest.mark.parametrize(
    ("script", "stopped"),
    [
        ("exec sleep 600", True),
        ("exec >&-; exec sleep 600", True),
        ("exec head -c 1000000000 /dev/zero", True),
        ("exit 1", False),
        ("kill -SEGV $$", False),
        ("sleep 1; head -c 100000000 /dev/zero > big", False),
    ],
    ids=["hangs", "closes its output and hangs", "writes a gigabyte", "fails", "crashes", "fills the disk"],
)
def test_one_that_does_not_do_what_it_should(
    script: str, *, stopped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProgramFailed) as raised:
        run([program(tmp_path, script)], seconds=1 if "600" in script else 30, max_bytes=MEBIBYTE)
    assert raised.value.stopped is stopped
    assert not (tmp_path / "big").exists() or (tmp_path / "big").stat().st_size <= 16 * MEBIBYTE


def test_one_that_cannot_be_started(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no program")
    for path in (str(text), str(tmp_path), str(tmp_path / "missing"), "nul\0inside"):
        with pytest.raises(ProgramFailed):
            run([path], seconds=5, max_bytes=10)
