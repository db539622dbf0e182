"""What a document says of its pictures: which were not read, and which were hard to read."""

from collections.abc import Iterable, Iterator, Mapping

from backend.extraction.ocr.lines import RecognisedPage
from backend.extraction.ocr.scripts import script_named

_SURE = 0.85
_MAX_SHARE = 0.1
_MAX_RANGES = 12


def unread(pages: Iterable[int], *, can_recognise: bool) -> str:
    """For pages that hold only a picture which nobody read."""
    if can_recognise:
        return (
            f"{_named(pages)} hold only pictures, which could not be read: text recognition failed on them, or its "
            "time or number of pages was used up. Split the file, or ask your operator for a higher limit."
        )
    return (
        f"{_named(pages)} hold only pictures, which were not read: text recognition is switched off or not installed "
        "here."
    )


def pictures_unread(count: int) -> str:
    """For pictures in an archive or a mail that nobody can read here."""
    return (
        f"{_pictures(count)} left out: text recognition is switched off or not installed here. Ask your operator to "
        "switch it on, then delete this document and add it again."
    )


def too_many_pictures(count: int, most: int) -> str:
    """For those beyond the number that is recognised of one archive or mail."""
    return (
        f"{_pictures(count)} left out: of one archive or mail at most {most:,} are recognised. Split it, or ask your "
        "operator for a higher limit."
    )


def doubts(recognised: Mapping[int, RecognisedPage]) -> Iterator[str]:
    """For pages in letters that nobody here reads, by script, and for others that were hard to read."""
    scripts = {page.unread for page in recognised.values()} - {""}
    for script in sorted(scripts):
        pages = [number for number, page in recognised.items() if page.unread == script]
        told = f"{_named(pages)} are written in {letters(script)}, so their words are missing or wrong."
        yield f"{told} {_install(script)}"
    known = {number: page for number, page in recognised.items() if not page.unread}
    if (doubt := hard_to_read(known)) is not None:
        yield doubt


def unread_letters(recognised: Mapping[int, RecognisedPage]) -> str:
    """The script of a file without a word that could be read; empty: it may hold none."""
    return next((page.unread for page in recognised.values() if page.unread), "")


def letters(script: str) -> str:
    """As in ``written in …``."""
    known = script_named(script)
    return f"{known.name} letters, which cannot be read here" if known else "letters that cannot be read here"


def _install(script: str) -> str:
    known = script_named(script)
    package = f"{known.package} for {known.language}" if known else "tesseract-ocr-rus for Russian"
    return (
        f"Ask your operator for tesseract-ocr with the language (such as the package {package}), then delete "
        "this document and add it again."
    )


def _pictures(count: int) -> str:
    return "1 picture was" if count == 1 else f"{count:,} pictures were"


def hard_to_read(recognised: Mapping[int, RecognisedPage]) -> str | None:
    """For pages of which more than a tenth was recognised with little confidence; None when there are none."""
    doubtful = [number for number, page in recognised.items() if _is_doubtful(page)]
    if not doubtful:
        return None
    return f"{_named(doubtful)} were hard to read: words may be wrong. Compare them with the original."


def _is_doubtful(page: RecognisedPage) -> bool:
    chars = sum(len(line.text) for line in page.lines)
    return sum(len(line.text) for line in page.lines if line.confidence < _SURE) > chars * _MAX_SHARE


def _named(pages: Iterable[int]) -> str:
    """``Pages 1, 3–5``; always in the plural, so that what follows fits."""
    ranges = list(_ranges(sorted(set(pages))))
    shown = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges[:_MAX_RANGES])
    return f"Pages {shown}" + (" and more" if len(ranges) > _MAX_RANGES else "")


def _ranges(pages: list[int]) -> Iterator[tuple[int, int]]:
    first = last = pages[0]
    for page in pages[1:]:
        if page > last + 1:
            yield first, last
            first = page
        last = page
    yield first, last
