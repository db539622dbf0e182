"""What a file says of itself: title, author, dates, language. Bad values are left out rather than guessed at."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backend.documents.models import Kind, Section
from backend.text.language_id import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAMPLE_CHARS = 500
_MIN_LETTERS = 24
_MAX_TITLE_CHARS = 300
# Titles that programs write by themselves.
_JUNK_TITLE = re.compile(
    r"(?:untitled|unbenannt|sans titre|document\d*|presentation\d*|powerpoint[- ].*|slide \d+|title|\(anonymous\)"
    r"|microsoft (?:word|excel|powerpoint) - .*|.*\.(?:docx?|pptx?|xlsx?|indd|qxd|tmp|dvi))",
    re.IGNORECASE,
)
_JUNK_AUTHOR = frozenset(
    {"anonymous", "unknown", "user", "admin", "administrator", "author", "python-docx", "openpyxl"}
)
_BETWEEN_TAGS = re.compile(r"[,;]")
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-])(\d\d)'?(\d\d)?'?|Z)?")


def clean_title(value: str | None) -> str | None:
    """A title worth showing on one line, or None."""
    title = " ".join((value or "").split())
    if not title or _JUNK_TITLE.fullmatch(title):
        return None
    return title if len(title) <= _MAX_TITLE_CHARS else title[: _MAX_TITLE_CHARS - 1].rstrip() + "…"


def clean_author(value: str | None) -> str | None:
    author = " ".join((value or "").split())
    return author[:_MAX_TITLE_CHARS] if author and author.casefold() not in _JUNK_AUTHOR else None


def split_tags(value: str | None) -> tuple[str, ...]:
    """Keywords written as one string, separated by commas or semicolons."""
    tags = (" ".join(tag.split()) for tag in _BETWEEN_TAGS.split(value or ""))
    return tuple(dict.fromkeys(tag for tag in tags if 0 < len(tag) <= 60))[:20]


def parse_date(value: str | None) -> datetime | None:
    """A date as PDF (``D:2025…``), ISO 8601 or mail (RFC 5322) write it, as aware UTC. Without a zone: UTC."""
    text = (value or "").strip()
    if not text:
        return None
    try:
        if text.startswith("D:"):
            return _pdf_date(text)
        try:
            parsed = datetime.fromisoformat(text)
        except ValueError:
            parsed = parsedate_to_datetime(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _pdf_date(text: str) -> datetime | None:
    match = _PDF_DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups()[:6])
    sign, hours, minutes = match.group(7), int(match.group(8) or 0), int(match.group(9) or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    local = datetime(
        year or 1, month or 1, day or 1, hour or 0, minute or 0, min(second or 0, 59), tzinfo=timezone(offset)
    )
    return local.astimezone(UTC)


def title_of(
    title: str | None, *, sections: "Sequence[Section]", kind: Kind, filename: str, text: str = ""
) -> str | None:
    """The document's own title, else its first heading at the start, else its file name in readable form."""
    if cleaned := clean_title(title):
        return cleaned
    if kind in {Kind.docx, Kind.html, Kind.markdown, Kind.pptx}:
        first = next((section.heading for section in sections if section.heading), None)
        if cleaned := clean_title(first):
            return cleaned
    return title_from_name(filename)


def title_from_name(filename: str) -> str | None:
    """``2025-03_travel-policy.pdf`` → ``2025-03 travel-policy``."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    stem = PurePosixPath(name).stem or name
    return " ".join(stem.replace("_", " ").split())[:_MAX_TITLE_CHARS] or None


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None when there is too little text or no clear answer.

    A sample from the start and one from the middle decide; the model is loaded on first use (about 75 MB).
    """
    sample = text[:_SAMPLE_CHARS]
    if len(text) > 4 * _SAMPLE_CHARS:
        middle = len(text) // 2
        sample += "\n" + text[middle : middle + _SAMPLE_CHARS]
    letters = sum(map(str.isalpha, sample))
    # Ideographs carry more in one sign than letters do.
    wide = sum("\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" for char in sample)
    if letters + 3 * wide < _MIN_LETTERS:
        return None
    return language_of(sample)
