"""A document says which of its pages were not read, and which were hard to read."""

from dataclasses import replace

from backend.extraction.ocr.lines import RecognisedPage
from backend.extraction.ocr.scripts import UNKNOWN
from backend.extraction.ocr.told import doubts, hard_to_read, unread, unread_letters
from tests.unit.extraction.ocr.test_geometry import line, page


def test_pages_are_named_by_their_ranges() -> None:
    assert unread([4, 3, 5, 9], can_recognise=False).startswith("Pages 3–5, 9 hold only pictures")
    assert unread([2], can_recognise=True).startswith("Pages 2 hold only pictures, which could not be read")


def test_so_many_ranges_are_cut() -> None:
    told = unread(range(1, 100, 2), can_recognise=True)
    assert told.startswith("Pages 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and more hold only")


def test_only_a_page_with_much_in_doubt_is_named() -> None:
    sure = [line("words that everybody can read", 10, 50 * at) for at in range(12)]
    doubt = line("w0rbs tnat", 10, 700, confidence=0.6)
    assert hard_to_read({1: page(*sure, doubt)}) is None
    told = hard_to_read({1: page(*sure), 2: page(sure[0], doubt), 3: page()})
    assert told is not None
    assert told.startswith("Pages 2 were hard to read")


def test_letters_that_nobody_reads_are_named_with_what_would_read_them() -> None:
    doubt = page(line("w0rbs tnat nobody can read", 10, 700, confidence=0.6))
    greek, strange = replace(doubt, unread="Greek"), replace(page(), unread=UNKNOWN)
    told = list(doubts({1: doubt, 2: greek, 3: greek, 4: strange}))
    assert [one.split(",")[0] for one in told] == [
        "Pages 2–3 are written in Greek letters",
        "Pages 4 are written in letters that cannot be read here",
        "Pages 1 were hard to read: words may be wrong. Compare them with the original.",
    ]
    assert "tesseract-ocr-ell for Greek" in told[0]
    assert "tesseract-ocr" in told[1]
    assert unread_letters({1: doubt, 3: greek}) == "Greek"
    assert RecognisedPage.of(greek.as_dict()) == greek
