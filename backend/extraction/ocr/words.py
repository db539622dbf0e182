"""Which stretch of the text each recognised word is, so that a citation is shown on the picture of its page."""

from collections.abc import Iterator, Mapping, Sequence

from backend.documents.models import PageWords, Section
from backend.documents.word_places import PlacedWord, Rectangle, pack
from backend.extraction.encoding import clean
from backend.extraction.ocr.lines import RecognisedLine, RecognisedPage

# What the text may have left out of a line: blank space, and hyphens where a word was joined again.
_IGNORED = frozenset("-\u00ad\u2010\u2011")


def placed(text: str, sections: Sequence[Section], pages: Mapping[int, RecognisedPage]) -> tuple[PageWords, ...]:
    """The words of the recognised pages (by number) in the text that was put together from them."""
    found = []
    for number, page in pages.items():
        on_page = [section for section in sections if section.page == number]
        if not on_page:
            continue
        start, end = min(section.start for section in on_page), max(section.end for section in on_page)
        words = sorted(_on_page(text[start:end], start, page), key=lambda word: word.start)
        if words:
            found.append(PageWords(number, pack(words)))
    return tuple(found)


def _on_page(text: str, offset: int, page: RecognisedPage) -> Iterator[PlacedWord]:
    signs, places = _compared(text)
    after: dict[str, int] = {}
    for line in sorted(page.lines, key=lambda line: (line.corners[0][1], line.corners[0][0])):
        wanted, _ = _compared(clean(line.text)[0])
        at = signs.find(wanted, after.get(wanted, 0)) if wanted else -1
        if at < 0:  # what runs along on each page stands in the text once
            continue
        after[wanted] = at + len(wanted)
        read = 0
        for word in line.words:
            letters, _ = _compared(clean(word.text)[0])
            here = wanted.find(letters, read) if letters else -1
            if here < 0:
                continue
            read = here + len(letters)
            first, last = places[at + here], places[at + read - 1]
            yield PlacedWord(offset + first, offset + last + 1, _box(line, word.start, word.end, page))


def _compared(text: str) -> tuple[str, list[int]]:
    """The signs that count, and where each stands."""
    places = [place for place, sign in enumerate(text) if not sign.isspace() and sign not in _IGNORED]
    return "".join(text[place] for place in places), places


def _box(line: RecognisedLine, start: float, end: float, page: RecognisedPage) -> Rectangle:
    """What the part of a line from `start` to `end` covers, as shares of the page."""
    upper, upper_end, lower_end, lower = line.corners
    points = [
        (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)
        for one, other in ((upper, upper_end), (lower, lower_end))
        for share in (start, end)
    ]
    across, down = [x / page.width for x, _ in points], [y / page.height for _, y in points]
    return min(across), min(down), max(across), max(down)
