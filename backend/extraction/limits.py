"""What one extraction may use. Plain data, so that the child process needs no settings and no environment."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:  # the child process starts faster without the settings tree
    from backend.settings import OcrSettings, ProcessingSettings


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes are unpacked bytes; `max_archive_ratio` is unpacked / packed; depth 1 is the uploaded archive itself."""

    max_text_chars: int
    max_memory_bytes: int
    max_archive_bytes: int
    max_archive_ratio: float
    max_archive_members: int
    max_archive_depth: int
    ocr_threads: int = 0
    """Of the text recogniser; 0: pictures are not read."""
    tesseract: str = ""
    """Where it is; empty: wherever PATH finds it; `off`: not used."""
    page_seconds: float = 120.0
    """For the recognition of one page."""
    max_pixels: int = 100_000_000
    max_pictures: int = 500
    """Recognised pictures of one archive or mail."""

    @classmethod
    def of(cls, settings: "ProcessingSettings", *, max_text_chars: int, ocr: "OcrSettings | None" = None) -> Self:
        """`ocr`: None where text recognition is switched off or missing."""
        limits = cls(
            max_text_chars=max_text_chars,
            max_memory_bytes=settings.max_memory_bytes,
            max_archive_bytes=settings.max_archive_bytes,
            max_archive_ratio=settings.max_archive_ratio,
            max_archive_members=settings.max_archive_members,
            max_archive_depth=settings.max_archive_depth,
        )
        if ocr is None:
            return limits
        return replace(
            limits,
            ocr_threads=ocr.threads,
            tesseract=ocr.tesseract,
            page_seconds=ocr.page_seconds,
            max_pixels=ocr.max_pixels,
            max_pictures=ocr.max_pages,
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
