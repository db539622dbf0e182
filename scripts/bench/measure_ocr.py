"""Text recognition: how many characters are wrong, how long a page takes, how much memory the process holds.

Each page goes through the product's pool as a PNG file; in the same minute the library's own call, with its own
defaults, reads the same pixels in this process. Both have all cores.
"""

import asyncio
import io
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
from PIL import Image
from rapidocr import RapidOCR

from backend.extraction.extraction import ExtractionPool
from backend.settings import OcrSettings, ProcessingSettings
from scripts.bench.figures import Figure
from scripts.bench.ocr_pages import PAGES, Page, pages

_MEBIBYTE = 1024 * 1024
_COMPARED = 6


@dataclass(slots=True)
class _Seen:
    """Characters wrong and in all; seconds of each page, ours and the library's own."""

    wrong: int = 0
    chars: int = 0
    own_wrong: int = 0
    own_chars: int = 0
    seconds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    worst: tuple[float, str] = (0.0, "")


def recognition(workdir: Path) -> list[Figure]:
    """`workdir` is not needed."""
    seen, peak = asyncio.run(_measured())
    return [
        Figure(
            "OCR: character error on 40 pages",
            100 * seen.wrong / seen.chars,
            "%",
            3,
            "at_most",
            note=f"worst page {100 * seen.worst[0]:.1f}% ({seen.worst[1]}); the library's own call "
            f"{100 * seen.own_wrong / seen.own_chars:.1f}% on {_COMPARED} of them",
        ),
        Figure("OCR: seconds a page, median", median(seen.seconds), "s"),
        Figure(
            "OCR: time ÷ the library's own call on the same page",
            median(seen.ratios),
            "×",
            1.2,
            "at_most",
            note=f"{_COMPARED} pages in turns: " + ", ".join(f"{ratio:.2f}" for ratio in seen.ratios),
        ),
        Figure("OCR: peak memory of the recognising process", peak / _MEBIBYTE, "MB", 900, "at_most"),
    ]


async def _measured() -> tuple[_Seen, int]:
    seen = _Seen()
    own = RapidOCR(params={"Global.log_level": "critical"})
    with _Watch() as watch:
        async with ExtractionPool(
            ProcessingSettings(), max_text_chars=10**6, ocr=OcrSettings(page_seconds=600)
        ) as pool:
            for number, page in enumerate(pages()):
                data = _png(page)
                started = time.perf_counter()
                text = (await pool.extract(data, filename="page.png")).text
                seconds = time.perf_counter() - started
                if number:  # the first one loads the models
                    seen.seconds.append(seconds)
                error = errors(" ".join(text.split()), page.words)
                seen.wrong += error
                seen.chars += len(page.words)
                seen.worst = max(seen.worst, (error / len(page.words), page.name))
                if number and number % (PAGES // _COMPARED) == 0 and len(seen.ratios) < _COMPARED:
                    started = time.perf_counter()
                    found: Any = await asyncio.to_thread(own, page.pixels)
                    seen.ratios.append(seconds / (time.perf_counter() - started))
                    seen.own_wrong += errors(" ".join(found.txts or ()), page.words)
                    seen.own_chars += len(page.words)
    return seen, watch.peak


def errors(read: str, words: str) -> int:
    """Characters to change, add or take away (Levenshtein)."""
    target = np.frombuffer(words.encode("utf-32-le"), np.uint32)
    index = np.arange(len(target) + 1)
    row = index.copy()
    for number, letter in enumerate(np.frombuffer(read.encode("utf-32-le"), np.uint32), start=1):
        after = np.minimum(row[1:] + 1, row[:-1] + (target != letter))
        after = np.concatenate(([number], after))
        row = np.minimum.accumulate(after - index) + index
    return int(row[-1])


def _png(page: Page) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(page.pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


class _Watch:
    """The most resident memory that one child process had while the block ran, looked at ten times a second."""

    def __init__(self) -> None:
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            for child in psutil.Process().children():
                try:
                    self.peak = max(self.peak, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
