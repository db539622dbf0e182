"""What Outlook packs into ``winmail.dat`` (TNEF, MS-OXTNEF): attached files, and the body where it is plain text."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MIME_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SIGNATURE = struct.pack("<I", 0x223E9F78)
_HEADER = struct.Struct("<BII")
_BODY = 0x0002800C
_RENDERING = 0x00069002
_TITLE = 0x00018010
_DATA = 0x0006800F
_PROPERTIES = 0x00069005
_LONG_NAME = 0x3707
_CONTENT_ID = 0x3712
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MANY = 0x1000
_MAX_PROPERTIES = 500
_MAX_VALUES = 1_000


@dataclass(slots=True)
class PackedFile:
    """A file, its name as it is given. What has a `content_id` is shown within the mail's words."""

    name: str = ""
    data: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Packed:
    """What was found."""

    body: str = ""
    files: list[PackedFile] = field(default_factory=list)


def is_tnef(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def unpack(data: bytes) -> Packed:
    """Everything up to where the data breaks off or breaks the rules. Never raises."""
    found = Packed()
    file = PackedFile()
    for attribute, value in _attributes(data):
        if attribute == _RENDERING:  # the next file begins
            found.files.append(file)
            file = PackedFile()
        elif attribute == _TITLE:
            file.name = file.name or _text(value)
        elif attribute == _DATA:
            file.data = value
        elif attribute == _PROPERTIES:
            said = _texts(value)
            file.name = said.get(_LONG_NAME) or file.name
            file.content_id = said.get(_CONTENT_ID, "")
        elif attribute == _BODY:
            found.body = _text(value)
    found.files = [one for one in (*found.files, file) if one.data]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + _HEADER.size <= len(data):
        level, attribute, length = _HEADER.unpack_from(data, at)
        at += _HEADER.size
        if level not in {1, 2} or at + length > len(data):
            return
        yield attribute, data[at : at + length]
        at += length + 2  # a checksum follows


def _texts(data: bytes) -> dict[int, str]:
    """The file's whole name and its content id, as far as the properties of an attachment tell them."""
    found: dict[int, str] = {}
    try:
        (count,) = struct.unpack_from("<I", data, 0)
        at = 4
        for _ in range(min(count, _MAX_PROPERTIES)):
            kind, identifier = struct.unpack_from("<HH", data, at)
            at += 4
            if identifier >= 0x8000:
                at = _behind_name(data, at)
            size = _FIXED.get(kind & ~_MANY)
            if size is not None and not kind & _MANY:
                at += size
                continue
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
            for _ in range(min(values, _MAX_VALUES)):
                if size is not None:
                    at += size
                    continue
                (length,) = struct.unpack_from("<I", data, at)
                value = data[at + 4 : at + 4 + length]
                if identifier in (_LONG_NAME, _CONTENT_ID):
                    is_wide = kind & 0x1F == 0x1F
                    found[identifier] = value.decode("utf-16-le", "replace").rstrip("\0") if is_wide else _text(value)
                at += 4 + length + -length % 4
    except struct.error:
        return found
    return found


def _behind_name(data: bytes, at: int) -> int:
    """A named property: 16 bytes of a set, then a number or a name."""
    (is_string,) = struct.unpack_from("<I", data, at + 16)
    at += 20
    if not is_string:
        return at + 4
    length: int = struct.unpack_from("<I", data, at)[0]
    return at + 4 + length + -length % 4


def _text(value: bytes) -> str:
    return value.split(b"\0", 1)[0].decode("cp1252", "replace")
