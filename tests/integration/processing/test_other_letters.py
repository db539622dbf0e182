"""Scans in letters that the shipped recogniser does not know: read by a Tesseract that is there, else said so."""

import shutil
from pathlib import Path

import psutil
import pytest

from backend.documents.word_places import boxes_of, unpack
from backend.errors import ExtractionFailed
from backend.extraction.ocr.program import ProgramFailed
from backend.extraction.ocr.tesseract import Tesseract
from backend.settings import OcrSettings
from tests.support.extraction import pool_with
from tests.support.programs import program
from tests.support.scans import picture_file, sheet, written

RUSSIAN = (
    "Арендатор вносит залог в размере 1250 рублей за квартиру",
    "на Каштановой улице, и господин Иванов хранит ключи до",
    "окончания договора 4 февраля 2025 года.",
    "",
    "Вопросы: anna.petrova@example.org, понедельник и среда.",
)
GREEK = (
    "Ο ενοικιαστής καταβάλλει εγγύηση 1.250 ευρώ για το σπίτι",
    "στην οδό Καστανιάς, και ο κύριος Γεωργίου κρατά τα κλειδιά",
    "μέχρι να λήξει το συμβόλαιο στις 4 Φεβρουαρίου 2025.",
)
GEORGIAN = ("მოიჯარე იხდის დეპოზიტს ბინისთვის", "და ინახავს გასაღებებს სახლში", "ხელშეკრულების ბოლომდე აქ")


def _is_there() -> bool:
    try:
        tesseract = Tesseract.at("")
    except ProgramFailed:
        return False
    return tesseract is not None and {"rus", "ell", "eng", "osd"} <= tesseract.languages


needs_tesseract = pytest.mark.skipif(
    not _is_there(),
    reason="NOT TESTED: needs the packages tesseract-ocr, tesseract-ocr-rus and tesseract-ocr-ell",
)


@needs_tesseract
async def test_cyrillic_and_greek_pages_are_read_whichever_way_up_and_their_words_have_places() -> None:
    pages = [sheet(RUSSIAN, turn=180, askew=0.8), sheet(GREEK)]
    scan = picture_file(pages[0], "PDF", pages=pages[1:], resolution=200)
    async with pool_with(ocr=OcrSettings()) as pool:
        read = await pool.extract(scan, filename="lease.pdf")
    russian, greek = (read.text[section.start : section.end] for section in read.sections)
    assert " ".join(RUSSIAN[:3]) in russian
    assert RUSSIAN[4] in russian
    for words in ("εγγύηση 1.250", "στην οδό Καστανιάς", "μέχρι να λήξει το συμβόλαιο στις 4 Φεβρουαρίου 2025."):
        assert words in greek
    assert not any("cannot be read" in warning for warning in read.warnings)
    start = read.text.index("Каштановой")
    [(left, top, right, bottom)] = boxes_of(unpack(read.words[0].packed), start, start + len("Каштановой"))
    # The second line begins at 80 of 1000 pixels and 122 of 700; the page lies on its head.
    assert 0.65 < left < right < 0.91
    assert 0.7 < top < bottom < 0.86


async def test_without_it_a_document_says_what_is_missing() -> None:
    scan = picture_file(sheet(GREEK), "PDF", resolution=200)
    async with pool_with(ocr=OcrSettings(tesseract="off")) as pool:
        read = await pool.extract(scan, filename="lease.pdf")
        [warning] = read.warnings
        assert warning.startswith("Pages 1 are written in Greek letters, which cannot be read here")
        assert "tesseract-ocr-ell" in warning
        with pytest.raises(ExtractionFailed) as raised:
            await pool.extract(picture_file(written(GEORGIAN, 700, 200, size=28), "PNG"), filename="strange.png")
        assert raised.value.code == "unknown_letters"


async def test_a_program_without_an_end_is_asked_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    asleep = tmp_path / "asleep"
    asleep.symlink_to(str(shutil.which("sleep")))
    endless = program(tmp_path, f"echo once >> {tmp_path}/asked; {asleep} 600 & exec head -c 1000000000 /dev/zero")
    scan = picture_file(sheet(GREEK), "PDF", pages=[sheet(GREEK)], resolution=200)
    async with pool_with(ocr=OcrSettings(tesseract=endless)) as pool:
        read = await pool.extract(scan, filename="lease.pdf")
        assert read.warnings[0].startswith("Pages 1–2 are written in Greek letters")
        assert "1.250" in read.text
        commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
        assert not any(str(asleep) in command for command in commands)
    assert (tmp_path / "asked").read_text() == "once\n"
