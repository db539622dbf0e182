"""Pictures: what is written in them, as recognised; each page of a TIFF is a page."""

from backend.documents.models import Kind
from backend.extraction.content import Content, Source, TextBuilder
from backend.extraction.failures import failure
from backend.extraction.ocr.geometry import upright
from backend.extraction.ocr.lines import PicturesToRead
from backend.extraction.ocr.told import doubts, letters, unread, unread_letters
from backend.extraction.ocr.words import placed
from backend.extraction.pdf.hyphens import Vocabulary
from backend.extraction.pdf.layout import blocks_in
from backend.extraction.pdf.lines import lines_in


def extract(source: Source, kind: Kind) -> Content:
    """Raises `corrupt`, `too_many_pixels`, `not_recognised` (recognition is off), `no_text`,
    `unknown_letters`, `recognition_failed` and `PicturesToRead`.
    """
    can_recognise = source.limits.ocr_threads > 0
    if not can_recognise:
        raise failure("not_recognised", "The file is a picture")
    from backend.extraction.ocr.pictures import count_pages

    count = count_pages(source.data, max_pixels=source.limits.max_pixels)
    if source.recognised is None:
        raise PicturesToRead(list(range(1, count + 1)))
    builder, vocabulary = TextBuilder(source.limits), Vocabulary()
    for number, page in sorted(source.recognised.items()):
        pieces, _ = upright(page)
        rows = lines_in(pieces)
        vocabulary.learn(line.text for row in rows for line in row)
        builder.begin(page=number)
        for block in blocks_in(rows, vocabulary):
            builder.block(block.text)
    missing = [number for number in range(1, count + 1) if number not in source.recognised]
    text, sections = builder.finish()
    if not text:
        if missing:
            raise failure("recognition_failed")
        if script := unread_letters(source.recognised):
            raise failure("unknown_letters", letters(script))
        raise failure("no_text", "no words were recognised in the picture")
    if missing:
        source.warn(unread(missing, can_recognise=can_recognise))
    for doubt in doubts(source.recognised):
        source.warn(doubt)
    return Content(kind, text, sections, words=placed(text, sections, source.recognised))
