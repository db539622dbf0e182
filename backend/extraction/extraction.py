"""`ExtractionPool`: files are read in child processes with limits, so that no file can hurt the server."""

import time
from pathlib import Path
from typing import Any, Self

import structlog

from backend.documents.models import Extracted
from backend.errors import ExtractionFailed
from backend.extraction.limits import Limits
from backend.extraction.ocr.engine import is_installed
from backend.extraction.protocol import unpack_extracted
from backend.extraction.reader_pool import PoolLimits, ReaderPool
from backend.settings import OcrSettings, ProcessingSettings

log = structlog.get_logger(__name__)

type Rectangle = tuple[float, float, float, float]

_MEBIBYTE = 1024 * 1024
_RETIRE_READER_BYTES = 400 * _MEBIBYTE
#: Models and what they work with take up to 750 MB.
_RETIRE_RECOGNISER_BYTES = 850 * _MEBIBYTE
#: Failures of one page that leave the others to be read.
_OF_ONE_PAGE = frozenset({"timed_out", "out_of_memory", "crashed", "corrupt"})
_MAX_LOST_PAGES = 3


class ExtractionPool:
    """Reads files in up to `settings.workers` processes, see `ReaderPool`.

    What is only a picture is recognised page by page in one process more, so that its models are in memory once and
    only while somebody needs them; then the file is read again together with what its pictures say.
    """

    def __init__(self, settings: ProcessingSettings, *, max_text_chars: int, ocr: OcrSettings | None = None) -> None:
        """`ocr`: None, switched off or not installed: pictures are not read, and their documents say so."""
        self._ocr = ocr if ocr and ocr.enabled and is_installed() else None
        if ocr and ocr.enabled and self._ocr is None:
            log.warning("text_recognition_not_installed", hint="Install the extra: bibliosai[ocr].")
        files = Limits.of(settings, max_text_chars=max_text_chars, ocr=self._ocr)
        self._readers = ReaderPool(
            PoolLimits(settings.workers, settings.timeout_seconds, settings.idle_seconds, _RETIRE_READER_BYTES),
            files=files,
        )
        self._recognisers: ReaderPool | None = None
        if self._ocr is not None:
            limits = PoolLimits(1, self._ocr.page_seconds, self._ocr.idle_seconds, _RETIRE_RECOGNISER_BYTES)
            self._recognisers = ReaderPool(limits, files=files)

    @property
    def max_pictures(self) -> int:
        """So many pictures of one archive or mail are recognised; 0: none, nor any other."""
        return self._ocr.max_pages if self._ocr is not None else 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def extract(
        self, data: bytes | Path, *, filename: str, mime: str | None = None, holder: str = "-"
    ) -> Extracted:
        """The file's text, sections, metadata and the files inside it.

        `filename` and `mime` are hints; the content decides. Holders take turns. Archives and mailboxes have an empty
        text and children.
        Raises `ExtractionFailed` with one of the codes in `failures.MESSAGES`, `Unavailable` when nothing can be read.
        """
        asked: dict[str, Any] = {"operation": "extract", "filename": filename, "mime": mime}
        answer = await self._readers.ask(asked, data, holder=holder)
        if "pictures" in answer.header:
            recognised = await self._recognised(data, answer.header["pictures"], holder=holder)
            answer = await self._readers.ask({**asked, "recognised": recognised}, data, holder=holder)
        return unpack_extracted(answer)

    async def render_page(self, data: bytes | Path, *, page: int, width: int) -> bytes:
        """A page of a PDF or of a picture file, counted from 1, as PNG of `width` pixels (a picture at the most).

        Raises `ExtractionFailed`: `no_such_page`, `encrypted`, `corrupt`, `unsupported_type` (neither of them).
        """
        answer = await self._readers.ask(
            {"operation": "render", "page": page, "width": max(16, min(width, 4000))}, data
        )
        return answer.blobs[0]

    async def locate(self, data: bytes | Path, *, page: int, quote: str) -> list[Rectangle]:
        """Where `quote` stands on a PDF's page: (left, top, right, bottom) as shares (0..1) of the page as shown,
        from its top left corner, one rectangle per line. Blank space and hyphens do not count. Empty: not there.
        """
        answer = await self._readers.ask({"operation": "locate", "page": page, "quote": quote}, data)
        return [(left, top, right, bottom) for left, top, right, bottom in answer.header["rectangles"]]

    async def close(self) -> None:
        """Ends all processes; whose file is being read is told `Unavailable`."""
        await self._readers.close()
        if self._recognisers is not None:
            await self._recognisers.close()

    async def _recognised(self, data: bytes | Path, pages: list[int], *, holder: str) -> dict[str, Any]:
        """What the pictures say, by page; each page is a turn of its own. Pages over a limit are left out."""
        found: dict[str, Any] = {}
        if self._recognisers is None or self._ocr is None:
            return found
        end = time.monotonic() + self._ocr.document_seconds
        lost, second = 0, True
        for page in pages[: self._ocr.max_pages]:
            if time.monotonic() > end or lost == _MAX_LOST_PAGES:
                break
            try:
                asked = {"operation": "recognise", "page": page, "second": second}
                answer = await self._recognisers.ask(asked, data, holder=holder)
            except ExtractionFailed as error:
                if error.code not in _OF_ONE_PAGE:
                    raise
                log.warning("page_not_recognised", page=page, code=error.code)
                lost += 1
                continue
            if answer.header["stopped"]:
                log.warning(
                    "tesseract_stopped", page=page, hint="Look at the program that BIBLIOS_OCR_TESSERACT names."
                )
                second = False
            found[str(page)] = answer.header["lines"]
        return found
