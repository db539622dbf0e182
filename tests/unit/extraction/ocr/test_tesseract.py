"""What Tesseract writes becomes words with their places; what it should not write becomes nothing."""

import time
from pathlib import Path

import numpy as np
import pytest

from backend.extraction.ocr.program import ProgramFailed
from backend.extraction.ocr.tesseract import SeenWord, Tesseract, found
from tests.support.programs import program, table

#: Two lines; at the height of 40 pixels they are 400 and 200 pixels wide, 8 pixels from the left of their pictures.
LINES = [np.full((20, 200, 3), 255, np.uint8), np.full((80, 400, 3), 255, np.uint8)]


def reading(folder: Path, written: str, *, code: int = 0) -> Tesseract:
    (folder / "written").write_text(written)
    path = program(folder, f'echo "$@" >> {folder}/asked; cat > /dev/null; cat {folder}/written; exit {code}')
    tesseract = Tesseract.at(path)
    assert tesseract is not None
    return tesseract


def later() -> float:
    return time.monotonic() + 20


def test_words_have_their_place_on_their_line_and_stay_in_the_order_of_reading(tmp_path: Path) -> None:
    from_right = (2, 108, 100, 90.0, "שלום"), (2, 8, 50, 80.0, "עולם")
    tesseract = reading(tmp_path, table((1, 8, 100, 96.0, "Дом"), (1, 208, 200, 50.0, "\u00b5έχρι"), *from_right))
    assert tesseract.read(LINES, ["rus"], until=later()) == [
        [SeenWord("Дом", 0.96, 0.0, 0.25), SeenWord("\u03bcέχρι", 0.5, 0.5, 1.0)],
        [SeenWord("שלום", 0.9, 0.5, 1.0), SeenWord("עולם", 0.8, 0.0, 0.25)],
    ]


def test_rows_that_make_no_sense_are_left_out(tmp_path: Path) -> None:
    senseless = [
        (0, 8, 10, 90.0, "before the first"),
        (3, 8, 10, 90.0, "behind the last"),
        (1, 9000, 10, 90.0, "beside the line"),
        (1, 8, 0, 90.0, "of no width"),
        (1, 8, -5, 90.0, "of less"),
        (1, 8, 10, float("nan"), "of no confidence"),
        (1, 8, 10, 90.0, " "),
        (1, 8, 10, 90.0, "x" * 5000),
    ]
    kept = (1, 0, 5000, 400.0, "w\x07ide")
    tesseract = reading(tmp_path, table(*senseless, kept) + "\n5\t1\tshort\n\x00\n5\tone" + "\t1" * 10)
    assert tesseract.read(LINES, ["rus"], until=later()) == [[SeenWord("wide", 1.0, 0.0, 1.0)], []]


def test_garbage_is_no_words(tmp_path: Path) -> None:
    tesseract = reading(tmp_path, "")
    (tmp_path / "written").write_bytes(bytes(range(256)) * 400)
    assert tesseract.read(LINES, ["rus"], until=later()) == [[], []]
    assert tesseract.script_of(LINES, until=later()) is None


@pytest.mark.parametrize(
    ("told", "script"),
    [
        ("Script: Cyrillic\nScript confidence: 5.90", "Cyrillic"),
        ("Script: Thai\nScript confidence: 0.48", None),
        ("Script: Thai", None),
        ("Script confidence: a lot", None),
        ("", None),
    ],
)
def test_a_script_is_told_when_it_is_sure(told: str, script: str | None, tmp_path: Path) -> None:
    assert reading(tmp_path, told).script_of(LINES, until=later()) == script


def test_too_few_letters_are_no_failure_of_the_program(tmp_path: Path) -> None:
    tesseract = reading(tmp_path, "Too few characters", code=1)
    assert tesseract.script_of(LINES, until=later()) is None
    with pytest.raises(ProgramFailed):
        tesseract.read(LINES, ["rus"], until=later())
    with pytest.raises(ProgramFailed):
        tesseract.read(LINES, ["rus"], until=time.monotonic())


def test_it_is_looked_for_where_the_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    there = Tesseract.at("")
    assert there is not None
    assert (there.path, there.languages) == (path, frozenset({"rus", "ell", "osd"}))
    assert Tesseract.at("off") is None
    monkeypatch.setenv("PATH", str(tmp_path / "elsewhere"))
    assert Tesseract.at("") is None
    with pytest.raises(ProgramFailed):
        Tesseract.at(str(tmp_path / "missing"))
    (tmp_path / "notes.txt").write_text("no program")
    assert found(str(tmp_path / "notes.txt")) is None
