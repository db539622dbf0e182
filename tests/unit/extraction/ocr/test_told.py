"""A document says which of its pages were not read, and which were hard to read."""

from backend.extraction.ocr.told import hard_to_read, unread
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
