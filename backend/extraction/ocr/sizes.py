"""How many pixels a picture has, by its first bytes alone: nothing is unpacked, and no library has to be there."""

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_GIF = b"GIF8"
#: Lengths of the headers that bitmaps have: what is a bitmap and no text that begins with "BM".
_BITMAP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
_WIDTH, _HEIGHT = 256, 257
_SHORT, _LONG = 3, 4
#: Markers of a JPEG that begin a frame, which says the size; three numbers among them are of other parts.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 1_000
_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})


def size_of(head: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG, TIFF, WebP, GIF or bitmap; None where these bytes do not tell it."""
    try:
        size = _size(head)
    except (struct.error, IndexError):  # cut, or no such picture
        return None
    return size if size is not None and min(size) > 0 else None


def _size(head: bytes) -> tuple[int, int] | None:
    if head.startswith(_PNG):
        return struct.unpack_from(">II", head, 16)
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(head)
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return _tiff(head, "<" if head.startswith(b"II") else ">")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    if head.startswith(_GIF):
        return struct.unpack_from("<HH", head, 6)
    if head.startswith(b"BM"):
        return _bitmap(head)
    return None


def _jpeg(head: bytes) -> tuple[int, int] | None:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        at += 2
        if marker not in _ALONE:
            (length,) = struct.unpack_from(">H", head, at)
            at += max(length, 2)
    return None


def _tiff(head: bytes, order: str) -> tuple[int, int] | None:
    (at,) = struct.unpack_from(f"{order}I", head, 4)
    (count,) = struct.unpack_from(f"{order}H", head, at)
    found: dict[int, int] = {}
    for number in range(count):
        entry = at + 2 + 12 * number
        tag, kind = struct.unpack_from(f"{order}HH", head, entry)
        if tag in (_WIDTH, _HEIGHT) and kind in (_SHORT, _LONG):
            (found[tag],) = struct.unpack_from(f"{order}{'H' if kind == _SHORT else 'I'}", head, entry + 8)
        if len(found) == 2:
            return found[_WIDTH], found[_HEIGHT]
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    match head[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(_three(head, 24), "little"), 1 + int.from_bytes(_three(head, 27), "little")
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", head, 21)
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return None


def _three(head: bytes, at: int) -> bytes:
    found: bytes
    (found,) = struct.unpack_from("3s", head, at)
    return found


def _bitmap(head: bytes) -> tuple[int, int] | None:
    (length,) = struct.unpack_from("<I", head, 14)
    if length not in _BITMAP_HEADERS:
        return None
    width, height = struct.unpack_from("<HH" if length == 12 else "<ii", head, 18)
    return abs(width), abs(height)
