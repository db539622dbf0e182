"""Pictures in an archive or a mail: which of them are worth reading, and what is said of the others."""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from backend.extraction.detect import is_picture
from backend.extraction.limits import Limits
from backend.extraction.ocr import told
from backend.extraction.ocr.sizes import size_of

#: The longer and the shorter side that a picture with a word in it has at least: eight letters of six pixels, and
#: letters that are lower are not told apart. Counting pixels, icons, bullets and lines have less.
_WORD = (48, 12)
#: The same of a picture that a mail shows within its text. What is smaller there is a logo, a face, a row of signs or
#: an emoji, again with each mail; a piece of a screen that shows a sentence is larger.
_SENTENCE = (200, 60)
#: Three lines of words on a picture of that size take 1,500 bytes in grey and 2,800 in colours. Empty space, lines and
#: areas of one colour take less than this up to 600 × 200 pixels.
SENTENCE_BYTES = 1_000
_SHOWN = re.compile(rb"cid:([^\"'\s<>)]{1,1000})", re.IGNORECASE)


def shown_in(page: bytes) -> set[bytes]:
    """The Content-IDs of what a mail's page shows within its words (RFC 2392), without the brackets around them."""
    return set(map(unquote_to_bytes, _SHOWN.findall(page)))


def is_decoration(head: bytes, length: int, *, in_text: bool) -> bool:
    """Whether a file is a picture that is too small to say anything, by its beginning and its length in bytes.

    `in_text`: the mail shows it within its words, rather than as a file of its own. GIFs and bitmaps are told too.
    """
    size = size_of(head)
    if in_text and length < SENTENCE_BYTES and (size is not None or is_picture(head)):
        return True
    if size is None:
        return False
    least_long, least_short = _SENTENCE if in_text else _WORD
    return max(size) < least_long or min(size) < least_short


class PicturesInside:
    """The pictures of one archive or mail: each is taken once, and at most as many as pages of one file."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.max_pictures if limits.ocr_threads else 0
        self._can_recognise = limits.ocr_threads > 0
        self._seen: set[bytes] = set()

    def take(self, data: bytes) -> bool:
        """Whether a picture becomes a document. One that lies there twice is taken once."""
        digest = hashlib.sha256(data).digest()
        if digest in self._seen:
            return False
        self._seen.add(digest)
        return len(self._seen) <= self._most

    @property
    def unread(self) -> int:
        """How many were left out since nobody can read them here."""
        return 0 if self._can_recognise else len(self._seen)

    def warnings(self) -> Iterator[str]:
        if self.unread:
            yield told.pictures_unread(self.unread)
        elif len(self._seen) > self._most:
            yield told.too_many_pictures(len(self._seen) - self._most, self._most)
