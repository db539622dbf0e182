"""One file to `Extracted`, in this process. The server calls it only through `ExtractionPool`."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from backend.documents.models import Extracted, Kind
from backend.extraction.content import Content, Source, check_length
from backend.extraction.detect import detect
from backend.extraction.extractors import extractor_for
from backend.extraction.failures import failure
from backend.extraction.limits import Limits
from backend.extraction.metadata import detect_language, title_of
from backend.extraction.ocr.lines import RecognisedPage

_CONTAINERS = frozenset({Kind.archive, Kind.mailbox})
_NO_PROSE = frozenset({Kind.code, Kind.log})


def read_content(source: Source) -> Content:
    """Detects the kind and extracts. Everything that parses the file's bytes happens here.

    Raises `ExtractionFailed`; see `failures.MESSAGES` for the codes. `PicturesToRead` where text recognition has to
    say first what pages hold; read again with it.
    """
    kind = detect(source)
    try:
        content = extractor_for(kind)(source, kind)
    except RecursionError as error:
        raise failure("corrupt", "its parts are nested too deep") from error
    check_length(len(content.text), source.limits.max_text_chars)
    if not content.text.strip() and content.kind not in _CONTAINERS:
        raise failure("no_text", "nothing but blank space")
    return content


def describe(content: Content, source: Source) -> Extracted:
    """Adds what follows from the text: title and language."""
    metadata = replace(
        content.metadata,
        title=title_of(content.metadata.title, sections=content.sections, kind=content.kind, filename=source.name),
        # Keywords of a programming language say nothing about a human one.
        language=detect_language(content.text) if content.kind not in _NO_PROSE else None,
    )
    return Extracted(
        content.kind,
        content.text,
        content.sections,
        metadata,
        content.children,
        tuple(dict.fromkeys(source.warnings)),
        content.words,
    )


def read_file(
    origin: bytes | Path,
    *,
    filename: str,
    mime: str | None,
    limits: Limits,
    recognised: Mapping[int, RecognisedPage] | None = None,
) -> Extracted:
    """Both steps."""
    source = Source(origin, filename, limits, mime, recognised=recognised)
    return describe(read_content(source), source)
