"""Formats from before Office Open XML, or beside it (DOC, XLS, PPT, MSG, RTF, EPUB), by kreuzberg."""

from backend.documents.models import Kind, Metadata
from backend.extraction.content import Content, Source, TextBuilder, squeeze
from backend.extraction.failures import failure
from backend.extraction.metadata import clean_author, clean_title, parse_date
from backend.extraction.packages import Package

_OLE = b"\xd0\xcf\x11\xe0"
_OLE_MIME = {
    Kind.docx: "application/msword",
    Kind.xlsx: "application/vnd.ms-excel",
    Kind.pptx: "application/vnd.ms-powerpoint",
    Kind.email: "application/vnd.ms-outlook",
}


def is_legacy(data: bytes, marker: str) -> bool:
    """Whether an Office file is not the XML package that has a member starting with `marker`."""
    if not data.startswith(b"PK"):
        return True
    return b"mimetype" in data[:60] or (marker.encode() not in data[-1024 * 1024 :])


def extract(source: Source, kind: Kind) -> Content:
    """Text and properties; these formats give no sections. Raises `corrupt`, `unsupported_type` and `no_text`."""
    # Imported here: its library is 98 MB and most files never need it.
    import kreuzberg

    mime = _mime(source, kind)
    # Neither what is attached nor pictures: a Tesseract on this machine would read them, without our limits.
    config = kreuzberg.ExtractionConfig(use_cache=False)
    config.disable_ocr = True  # type: ignore[attr-defined]  # its stub has forgotten it
    config.max_archive_depth = 0
    try:
        result = kreuzberg.extract_bytes_sync(source.data, mime, config)
    except kreuzberg.KreuzbergError as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise failure("encrypted") from error
        raise failure("corrupt", "its content cannot be read") from error
    builder = TextBuilder(source.limits)
    builder.block(squeeze(result.content))
    text, _ = builder.finish()
    if not text:
        raise failure("no_text", "the document is blank or holds only pictures")
    found = result.metadata
    authors = found.get("authors")
    return Content(
        kind,
        text,
        (),
        Metadata(
            title=clean_title(_text(found.get("title") or found.get("subject"))),
            author=clean_author(", ".join(authors) if isinstance(authors, list) else _text(found.get("created_by"))),
            created_at=parse_date(_text(found.get("created_at"))),
            modified_at=parse_date(_text(found.get("modified_at"))),
        ),
    )


def _mime(source: Source, kind: Kind) -> str:
    data = source.data
    if data.startswith(b"{\\rtf"):
        return "application/rtf"
    if data.startswith(_OLE):
        return _OLE_MIME[kind]
    package = Package(data, source.limits)  # the same limits on unpacked bytes as for any archive
    if "mimetype" in package:
        return package.read("mimetype").decode("ascii", errors="replace").strip()[:100]
    if "xl/workbook.bin" in package:
        return "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
    raise failure("unsupported_type", "an Office file without a document in it")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
