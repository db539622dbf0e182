"""The faiss store on disk: one file that can be lost at any time, written whole or not at all.

Layout: 8 bytes of magic, the sha256 of everything after it, the header's length (8 bytes, little-endian), the header
as JSON, the ranges as float32, shape (2, dimension), the coarse and the fine codes as bytes, each of shape (chunks,
dimension). The header lists the documents in order, each with its chunk ids in the order of the codes.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from backend.embedding.search.document_table import DocumentFields
from backend.embedding.vector_store.codes import CodeState

_MAGIC = b"BIBLVEC2"
_DIGEST_BYTES = 32
_LENGTH_BYTES = 8


class SnapshotUnusable(Exception):
    """The file is not what was written: cut off, changed, or of another format. The message says which."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A store's whole content; row i of the codes is the i-th chunk of the documents in order."""

    model_id: str
    dimension: int
    last_seq: int
    documents: list[tuple[DocumentFields, list[str]]]
    codes: CodeState


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Writes beside the old file and then takes its place, so that a crash leaves one of the two."""
    header = _dumped(
        {
            "model_id": snapshot.model_id,
            "dimension": snapshot.dimension,
            "last_seq": snapshot.last_seq,
            "documents": [
                asdict(fields) | {"access": sorted(fields.access), "tags": sorted(fields.tags), "chunks": chunks}
                for fields, chunks in snapshot.documents
            ],
        }
    )
    parts = (
        len(header).to_bytes(_LENGTH_BYTES, "little"),
        header,
        np.ascontiguousarray(snapshot.codes.ranges).data,
        np.ascontiguousarray(snapshot.codes.coarse).data,
        np.ascontiguousarray(snapshot.codes.fine).data,
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(_MAGIC)
        file.write(digest.digest())
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_snapshot(path: Path) -> Snapshot:
    """Errors: `FileNotFoundError`; `SnapshotUnusable` when the file cannot be trusted."""
    data = memoryview(path.read_bytes())
    body = data[len(_MAGIC) + _DIGEST_BYTES :]
    if data[: len(_MAGIC)] != _MAGIC or len(body) < _LENGTH_BYTES:
        raise SnapshotUnusable("not a vector snapshot of this format")
    if hashlib.sha256(body).digest() != data[len(_MAGIC) : len(_MAGIC) + _DIGEST_BYTES]:
        raise SnapshotUnusable("the checksum does not match")
    header_bytes = int.from_bytes(body[:_LENGTH_BYTES], "little")
    header = _loaded(body[_LENGTH_BYTES : _LENGTH_BYTES + header_bytes])
    dimension = int(header["dimension"])
    ranges_end = _LENGTH_BYTES + header_bytes + 2 * 4 * dimension
    # Copied from the body, so that the file's bytes can be let go.
    ranges = np.frombuffer(bytes(body[_LENGTH_BYTES + header_bytes : ranges_end]), np.float32).reshape(2, dimension)
    coarse, fine = np.frombuffer(body[ranges_end:], np.uint8).reshape(2, -1, dimension)
    documents = [(_fields(record), list(record["chunks"])) for record in header["documents"]]
    if sum(len(chunks) for _, chunks in documents) != len(coarse):
        raise SnapshotUnusable("the number of chunks and of vectors differ")
    return Snapshot(header["model_id"], dimension, int(header["last_seq"]), documents, CodeState(ranges, coarse, fine))


def _dumped(header: dict[str, Any]) -> bytes:
    """What a person named may hold a lone surrogate, which orjson refuses and the slower one escapes."""
    try:
        return orjson.dumps(header)
    except orjson.JSONEncodeError:
        return json.dumps(header).encode()


def _loaded(header: memoryview) -> Any:
    try:
        return orjson.loads(header)
    except orjson.JSONDecodeError:
        return json.loads(bytes(header))


def _fields(record: dict[str, Any]) -> DocumentFields:
    values = {name: value for name, value in record.items() if name != "chunks"}
    access, tags = values.pop("access"), values.pop("tags")
    return DocumentFields(**values, access=frozenset(access), tags=frozenset(tags))
