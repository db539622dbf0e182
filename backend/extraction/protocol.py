"""Frames between the server and an extraction process: a JSON header and raw blobs, nothing that runs when read.

A frame is 4 bytes of header length, 4 bytes of blob count, 8 bytes of length per blob, the header, the blobs
(big-endian). Not pickle: the child has handled hostile bytes, so its answer is data and no more.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from backend.documents.models import Embedded, Extracted, Kind, Metadata, PageWords, Section

PREFIX = struct.Struct(">II")
LENGTH = struct.Struct(">Q")
ACCEPTED = b"\x06"
"""Sent by the child once it has read a request: a death before it costs only the process, not the file."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A header of plain JSON values, and blobs."""

    header: dict[str, Any]
    blobs: tuple[bytes, ...] = ()


def start_of(frame: Frame) -> bytes:
    """Everything of a frame but its blobs, which follow one by one so that none is copied."""
    header = json.dumps(frame.header, ensure_ascii=False, separators=(",", ":")).encode()
    lengths = b"".join(LENGTH.pack(len(blob)) for blob in frame.blobs)
    return PREFIX.pack(len(header), len(frame.blobs)) + lengths + header


def lengths_in(data: bytes) -> list[int]:
    return [length for (length,) in LENGTH.iter_unpack(data)]


def pack_extracted(extracted: Extracted) -> Frame:
    metadata = asdict(extracted.metadata)
    for name in ("created_at", "modified_at"):
        metadata[name] = metadata[name].isoformat() if metadata[name] else None
    header = {
        "kind": extracted.kind,
        "sections": [[s.start, s.end, s.heading, s.page, s.level] for s in extracted.sections],
        "metadata": metadata,
        "children": [
            [child.name, child.mime, child.dated.isoformat() if child.dated else None] for child in extracted.children
        ],
        "warnings": extracted.warnings,
        "words": [[words.page, words.packed] for words in extracted.words],
    }
    return Frame(header, (extracted.text.encode(), *(child.data for child in extracted.children)))


def unpack_extracted(frame: Frame) -> Extracted:
    header = frame.header
    metadata = dict(header["metadata"])
    for name in ("created_at", "modified_at"):
        metadata[name] = datetime.fromisoformat(metadata[name]) if metadata[name] else None
    metadata["tags"] = tuple(metadata["tags"])
    children: Sequence[tuple[str, str | None, str | None]] = header["children"]
    return Extracted(
        kind=Kind(header["kind"]),
        text=frame.blobs[0].decode(),
        sections=tuple(Section(*values) for values in header["sections"]),
        metadata=Metadata(**metadata),
        children=tuple(
            Embedded(name, data, mime, datetime.fromisoformat(dated) if dated else None)
            for (name, mime, dated), data in zip(children, frame.blobs[1:], strict=True)
        ),
        warnings=tuple(header["warnings"]),
        words=tuple(PageWords(page, packed) for page, packed in header["words"]),
    )
