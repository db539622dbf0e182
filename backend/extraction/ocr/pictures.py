"""Picture files to pixels (Pillow): PNG, JPEG, TIFF and WebP, the way round they are meant, on white."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from backend.extraction.failures import failure

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
#: More than a page at 300 dpi tells recognition nothing more.
_KEPT_PIXELS = 9_000_000
_SIXTEEN_BITS = frozenset({"I", "F"})
#: What Pillow raises for damaged files, beside its own errors.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
)


def count_pages(data: bytes, *, max_pixels: int) -> int:
    """How many pictures a file holds: the pages of a TIFF; of what moves only the first counts.

    Raises `corrupt` and `too_many_pixels`.
    """
    with _opened(data) as picture:
        _check(picture, max_pixels)
        return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1


def page_of(data: bytes, *, page: int, max_pixels: int) -> "Image":
    """A picture of the file (counted from 1) in RGB, made smaller when it is larger than recognition has use for.

    Raises `corrupt`, `too_many_pixels` and `no_such_page`.
    """
    from PIL import Image

    with _opened(data) as picture:
        if page > 1:
            if picture.format != "TIFF" or page > int(getattr(picture, "n_frames", 1)):
                raise failure("no_such_page", str(page))
            picture.seek(page - 1)
        _check(picture, max_pixels)
        scale = (_KEPT_PIXELS / (picture.width * picture.height)) ** 0.5
        kept = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
        if scale < 1:
            picture.draft(picture.mode, kept)  # a JPEG is unpacked at a half or a quarter, which saves memory
        picture.load()
        # Asked after the loading: of a TIFF that has followed it by then.
        way = _WAYS.get(picture.getexif().get(_ORIENTATION, 1))
        flat = _on_white(picture)
        if scale < 1:
            flat = flat.resize(kept, reducing_gap=2.0)
        return flat if way is None else flat.transpose(Image.Transpose[way])


def as_png(picture: "Image", *, width: int) -> bytes:
    """The picture as PNG, `width` pixels wide or as wide as it is."""
    if picture.width > width:
        picture = picture.resize((width, max(1, round(picture.height * width / picture.width))), reducing_gap=2.0)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


_ORIENTATION = 0x0112
#: Which way a picture has to be turned to be seen as it was taken (EXIF 2.3, 4.6.4).
_WAYS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


@contextmanager
def _opened(data: bytes) -> Iterator["Image"]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before anything is unpacked
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            yield picture
    except _DAMAGED as error:
        raise failure("corrupt", "the picture cannot be unpacked") from error


def _check(picture: "Image", max_pixels: int) -> None:
    if picture.width * picture.height > max_pixels:
        raise failure("too_many_pixels", f"{picture.width:,} × {picture.height:,} pixels; at most {max_pixels:,}")


def _on_white(picture: "Image") -> "Image":
    """In RGB; what shines through is white, and sixteen bits become eight."""
    from PIL import Image

    if picture.mode in _SIXTEEN_BITS or picture.mode.startswith("I;16"):
        return _eight_bits(picture).convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        return white.convert("RGB")
    return picture.convert("RGB")


def _eight_bits(picture: "Image") -> "Image":
    import numpy as np
    from PIL import Image

    values: Any = np.asarray(picture, dtype=np.float32)
    top = max(float(values.max()), 1.0)
    return Image.fromarray((np.clip(values / top, 0, 1) * 255).astype(np.uint8))
