"""Scans and pictures, drawn in code with the fonts that come with matplotlib."""

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

#: The contract that tests read.
LEASE = (
    "The tenant pays a deposit of € 1.250,00 for the flat in the",
    "Kastanienstraße, and señor François keeps the keys until the con-",
    "tract ends on 4 February 2025.",
    "",
    "Either side may end it with a notice of three months.",
)


def sheet(lines: Sequence[str], *, turn: int = 0, askew: float = 0.0, size: int = 26) -> Image.Image:
    """A page of 1000 × 700 pixels with these lines, laid askew by degrees and turned by quarters."""
    picture = Image.new("RGB", (1000, 700), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSerif.ttf"), size)
    for number, line in enumerate(lines):
        draw.text((80, 80 + number * size * 1.6), line, font=font, fill="black")
    picture = picture.rotate(askew, fillcolor="white", resample=Image.Resampling.BICUBIC)
    return picture.rotate(turn, expand=True)


def picture_file(picture: Image.Image, kind: str, *, pages: Sequence[Image.Image] = (), **options: object) -> bytes:
    """The picture in a format of Pillow's (`PNG`, `TIFF`, `PDF` …), with more pages where the format has them."""
    buffer = io.BytesIO()
    if pages:
        options |= {"save_all": True, "append_images": list(pages)}
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def written(lines: Sequence[str], width: int, height: int, *, size: int = 14) -> Image.Image:
    """A piece of a screen with these lines."""
    picture = Image.new("RGB", (width, height), "white")
    font = ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"), size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((4, 4 + number * size * 1.3), line, font=font, fill="black")
    return picture
