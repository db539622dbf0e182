"""What a file is, from its content first; the name and the declared type only decide between kinds of text."""

import json
import re
from pathlib import PurePosixPath

from backend.documents.models import Kind
from backend.extraction.content import Source
from backend.extraction.encoding import looks_binary
from backend.extraction.failures import failure
from backend.extraction.fields import parts_in
from backend.extraction.generated import generated_as
from backend.extraction.languages import data_format_of, is_perhaps_data, language_of
from backend.extraction.logs import is_log

_PDF_WITHIN = 1024  # PDF readers accept leading junk up to here (PDF 1.7, appendix H.3.4.1)
_HEAD_BYTES = 64 * 1024

# Formats that hold no text, or text that only another program can give.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\x00asm", "a program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it, or make a ZIP"),
    (b"Rar!", "a RAR archive; unpack it, or make a ZIP"),
    (b"\x1f\x8b", "a gzip archive; unpack it, or make a ZIP"),
    (b"BZh", "a bzip2 archive; unpack it, or make a ZIP"),
    (b"\xfd7zXZ", "an xz archive; unpack it, or make a ZIP"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it, or make a ZIP"),
    (b"SQLite format 3\x00", "a database"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"fLaC", "a sound"),
    (b"RIFF", "a sound, film or picture"),
    (b"\x1aE\xdf\xa3", "a film"),
)
#: Pictures that text recognition reads; WebP is told apart below.
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
#: Their types, as sources name them.
PICTURE_TYPES = frozenset({"image/webp", *(mime for _, mime in _PICTURES)})
# A short signature also begins ordinary words ("BMW", "MZ-80"), so these count only for binary content.
_AMBIGUOUS = frozenset({b"BM", b"MZ", b"ID3", b"RIFF", b"GIF8", b"BZh", b"OggS", b"fLaC", b"Rar!"})

_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd"})
_HTML = frozenset({".html", ".htm", ".xhtml"})
_MIME_KINDS = {
    "text/html": Kind.html,
    "application/xhtml+xml": Kind.html,
    "text/markdown": Kind.markdown,
    "text/csv": Kind.csv,
    "text/tab-separated-values": Kind.csv,
    "message/rfc822": Kind.email,
    "application/mbox": Kind.mailbox,
    "text/calendar": Kind.calendar,
}
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HEADER = re.compile(
    r"(?:From|To|Cc|Subject|Date|Received|Message-ID|MIME-Version|Return-Path|Delivered-To|Content-Type|Reply-To"
    r"|X-[\w-]+|DKIM-Signature|[\w-]+):",
    re.I,
)
_MAIL_HEADERS = frozenset({"from", "to", "subject", "date", "received", "message-id", "mime-version", "return-path"})
_CALENDAR_START = re.compile(r"\s*BEGIN:VCALENDAR\s*\n", re.IGNORECASE)
_MBOX_START = re.compile(r"From \S.*\d{4}\s*\n")


def detect(source: Source) -> Kind:
    """The kind of a file. Raises `empty_file`, `encrypted` and `unsupported_type` (with what it is)."""
    data = source.data
    if not data.strip(b"\x00 \t\r\n"):
        raise failure("empty_file")
    if (kind := _by_structure(data)) is not None:
        return kind
    return _kind_of_text(source)


def is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:_PDF_WITHIN]


def is_picture(data: bytes) -> bool:
    """Whether it is a PNG, JPEG, TIFF or WebP."""
    return picture_type(data) is not None


def picture_type(data: bytes) -> str | None:
    """The type of a picture that can be recognised; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for signature, mime in _PICTURES if data.startswith(signature)), None)


def is_readable(name: str, head: bytes) -> bool:
    """Whether a member of an archive or an attachment is worth a document of its own, from its first bytes.

    Of pictures, which have to be recognised, `ocr.inside` says it.
    """
    if not head.strip(b"\x00 \t\r\n"):
        return False
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or is_pdf(head):
        return True
    if is_picture(head):
        return False
    return _unreadable(head) is None and PurePosixPath(name).name not in {".DS_Store", "Thumbs.db"}


def _by_structure(data: bytes) -> Kind | None:
    if is_pdf(data):
        return Kind.pdf
    if is_picture(data):
        return Kind.image
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_ole(data)
    if data.startswith(b"{\\rtf"):
        return Kind.docx
    if (what := _unreadable(data[:_HEAD_BYTES])) is not None:
        raise failure("unsupported_type", what)
    return None


def _unreadable(head: bytes) -> str | None:
    binary = looks_binary(head)
    for signature, what in _SIGNATURES:
        if head.startswith(signature) and (binary or signature not in _AMBIGUOUS):
            return what
    if head[4:8] == b"ftyp":
        return "a film or picture"
    return "binary data" if binary else None


def _kind_of_zip(data: bytes) -> Kind:
    # Names stand in clear in the directory at the end; no need to open the file for them.
    tail = data[-1024 * 1024 :]
    head = data[:200]
    if b"mimetypeapplication/vnd.oasis.opendocument." in head:
        return next((kind for word, kind in _OPEN_DOCUMENT if word in head), Kind.docx)
    if b"mimetypeapplication/epub+zip" in head:
        return Kind.docx
    if b"[Content_Types].xml" in data[:_HEAD_BYTES] or b"[Content_Types].xml" in tail:
        for folder, kind in ((b"word/", Kind.docx), (b"ppt/", Kind.pptx), (b"xl/", Kind.xlsx)):
            if folder in tail:
                return kind
    return Kind.archive


_OPEN_DOCUMENT = ((b"spreadsheet", Kind.xlsx), (b"presentation", Kind.pptx), (b"text", Kind.docx))


def _kind_of_ole(data: bytes) -> Kind:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise failure("encrypted")
    for name, kind in (
        ("WordDocument", Kind.docx),
        ("PowerPoint Document", Kind.pptx),
        ("Workbook", Kind.xlsx),
        ("__substg1.0_", Kind.email),
    ):
        if holds(name):
            return kind
    raise failure("unsupported_type", "an old binary Office format")


def _kind_of_text(source: Source) -> Kind:
    suffix = source.suffix
    # A prefix is enough; cutting may break the last character, which only costs a replacement mark here.
    head = source.beginning(_HEAD_BYTES)
    if _MBOX_START.match(head) and _mail_headers(head.split("\n", 1)[1]) >= 2:
        return Kind.mailbox
    if suffix not in _MARKDOWN and language_of(source.name, head) is None and _mail_headers(head) >= 2:
        return Kind.email
    if _CALENDAR_START.match(head):
        return Kind.calendar
    if suffix == ".ipynb" and '"nbformat"' in source.text():
        return Kind.notebook
    if _HTML_START.match(head) or suffix in _HTML:
        return Kind.html
    if suffix in _MARKDOWN:
        return Kind.markdown
    if suffix in {".csv", ".tsv", ".tab"}:
        return Kind.csv
    return _kind_of_records(source, head)


def _kind_of_records(source: Source, head: str) -> Kind:
    """Data, code and logs. Raises `generated` for what programs write for programs."""
    if (what := generated_as(source.name, source.text())) is not None:
        raise failure("generated", what)
    if data_format_of(source.name) is not None or (is_perhaps_data(source.name) and _has_fields(source)):
        return Kind.data
    if language_of(source.name, head) is not None:
        return Kind.code
    if _is_json(source, head):
        return Kind.json
    if is_log(source.name, head):
        return Kind.log
    return _MIME_KINDS.get((source.mime or "").partition(";")[0].strip().lower(), Kind.text)


def _has_fields(source: Source) -> bool:
    try:
        return bool(parts_in(source.text()))
    except ValueError:
        return False


def _mail_headers(head: str) -> int:
    """How many of a mail's usual headers stand at the very start, before the first empty line."""
    found = set()
    for line in head.lstrip("\n").split("\n")[:200]:
        if not line.strip():
            break
        if line[0] in " \t":
            continue
        match = _HEADER.match(line)
        if match is None:
            return 0
        found.add(match.group().rstrip(":").lower())
    return len(found & _MAIL_HEADERS) if "from" in found or "received" in found or "message-id" in found else 0


def _is_json(source: Source, head: str) -> bool:
    start = head.lstrip()[:1]
    if start not in {"{", "["}:
        return False
    try:
        json.loads(source.text())
    except RecursionError:
        return True
    except ValueError:
        first = head.lstrip().split("\n", 1)[0]
        try:
            return source.suffix in {".json", ".jsonl", ".ndjson"} or isinstance(json.loads(first), dict)
        except (ValueError, RecursionError):
            return False
    return True
