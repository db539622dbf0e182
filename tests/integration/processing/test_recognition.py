"""Text recognition with its real models, in a process of its own: what it reads, what it may take, when it ends."""

import pytest

from backend.documents.models import Kind
from backend.documents.word_places import boxes_of, unpack
from backend.errors import ExtractionFailed
from backend.settings import OcrSettings
from tests.support import files
from tests.support.extraction import pool_with, readers
from tests.support.scans import LEASE, picture_file, sheet
from tests.support.waiting import until

MEBIBYTE = 1024 * 1024
READ = (
    "The tenant pays a deposit of € 1.250,00 for the flat in the Kastanienstraße, and señor François keeps the keys "
    "until the contract ends on 4 February 2025.\n\nEither side may end it with a notice of three months."
)


def without_blanks(text: str) -> str:
    return "".join(text.split())


async def test_a_scan_and_a_picture_are_read_and_the_memory_is_given_back() -> None:
    scan = picture_file(sheet(LEASE, turn=90, askew=0.8), "PDF", resolution=200)
    async with pool_with(idle_seconds=0.2, ocr=OcrSettings(idle_seconds=2)) as pool:
        read = await pool.extract(scan, filename="lease.pdf")
        assert without_blanks(read.text) == without_blanks(READ)
        assert (read.kind, read.warnings) == (Kind.pdf, ())
        [words] = read.words
        start = read.text.index("February")
        [(left, top, right, bottom)] = boxes_of(unpack(words.packed), start, start + len("February"))
        # A page on its side: its words run upwards, the third line stands in the middle of its left half.
        assert bottom - top > 2 * (right - left)
        assert 0.2 < left < right < 0.35
        await until(lambda: len(readers()) == 1)
        [recogniser] = readers()
        assert recogniser.memory_info().rss < 900 * MEBIBYTE
        fax = picture_file(
            sheet(LEASE[:1]).convert("1"), "TIFF", pages=[sheet(["Second page of the fax"]).convert("1")]
        )
        read = await pool.extract(fax, filename="fax.tif")
        assert read.kind is Kind.image
        assert [(section.page, read.text[section.start : section.end].strip()) for section in read.sections] == [
            (1, LEASE[0]), (2, "Second page of the fax"),
        ]  # fmt: skip
        await until(lambda: readers() == [])


async def test_a_page_that_takes_too_long_is_named_and_the_others_are_kept() -> None:
    mixed = files.pdf([["These words are set as text, so nobody has to recognise them."]])
    scan = picture_file(sheet(LEASE), "PDF", resolution=200)
    async with pool_with(ocr=OcrSettings(page_seconds=0.01)) as pool:
        with pytest.raises(ExtractionFailed) as raised:
            await pool.extract(scan, filename="lease.pdf")
        assert raised.value.code == "recognition_failed"
        assert (await pool.extract(mixed, filename="a.pdf")).warnings == ()


async def test_switched_off_nothing_is_loaded_and_the_document_says_so() -> None:
    async with pool_with(ocr=OcrSettings(enabled=False)) as pool:
        with pytest.raises(ExtractionFailed) as raised:
            await pool.extract(picture_file(sheet(LEASE), "PNG"), filename="lease.png")
        assert raised.value.code == "not_recognised"
        assert len(readers()) == 1
