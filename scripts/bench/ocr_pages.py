"""Forty pages of text as pictures: three fonts, 150 and 300 dpi, straight and askew, clean and noisy."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

PAGES = 40
_FONTS = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono")
_POINTS = 10
_INCHES = 8.27, 11.69
_MARGIN_INCHES = 1.0
_PARAGRAPH_WORDS = 55
_PAGE_LINES = 44
_NOISE = 14.0
_SENTENCES = (
    "The keeper lights the lamp at dusk and writes the hour into the book.",
    "Der Mieter zahlt die Kaution von € 1.250,00 für die Wohnung in der Kastanienstraße.",
    "Señor François leaves the harbour on 4 February 2025 with ship TK-3130.",
    "Invoice 2025/0417: 12 lamps at 18.40 each, 19% tax, due within thirty days.",
    "Nobody may open the gate (see § 7) unless two officers have signed.",
    "Les bateaux rentrent à midi; l'équipage déjeune près de l'église.",
    "Write to office@harbour.example or call +49 40 555-0199 before noon.",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A picture (height × width × 3) and the words on it, in order."""

    name: str
    pixels: npt.NDArray[np.uint8]
    words: str


def pages() -> Iterator[Page]:
    """Always the same ones."""
    makes = itertools.product(_FONTS, (150, 300), (0.0, 1.0, -1.0), (False, True))
    for number, (font, dpi, askew, noisy) in zip(range(PAGES), itertools.cycle(makes)):
        yield _page(number, font, dpi=dpi, askew=askew, noisy=noisy)


def _page(number: int, font: str, *, dpi: int, askew: float, noisy: bool) -> Page:
    random = np.random.default_rng(number)
    width, height = (round(inches * dpi) for inches in _INCHES)
    margin, size = round(_MARGIN_INCHES * dpi), round(_POINTS * dpi / 72)
    letters = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / f"fonts/ttf/{font}.ttf"), size)
    picture = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(picture)
    lines: list[str] = []
    while len(lines) < _PAGE_LINES:
        words: list[str] = []
        while len(words) < _PARAGRAPH_WORDS:
            words += str(random.choice(_SENTENCES)).split()
        lines += [*_wrapped(words, letters, width - 2 * margin), ""]
    lines = lines[:_PAGE_LINES]
    for at, line in enumerate(lines):
        draw.text((margin, margin + at * size * 1.45), line, font=letters, fill=10)
    picture = picture.rotate(askew, fillcolor=255, resample=Image.Resampling.BICUBIC)
    grey = np.asarray(picture, dtype=np.float32)
    if noisy:
        grey = grey + random.normal(0, _NOISE, grey.shape).astype(np.float32)
    pixels = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    name = f"{font} {dpi} dpi, {askew:+g}°{', noise' if noisy else ''}"
    return Page(name, pixels, " ".join(" ".join(lines).split()))


def _wrapped(words: list[str], letters: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if letters.getlength(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line
