"""Everything of a person's documents as files of an archive: originals, texts, and what is known of them.

Nothing is held in memory as a whole: entries come one after the other, and each in pieces.
"""

import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from pathlib import PurePosixPath

import orjson

from backend.access import Caller
from backend.documents.blobs import BlobStore
from backend.documents.incoming import clean_name
from backend.documents.models import Document
from backend.documents.repository import DocumentRepository
from backend.documents.texts import TextDamaged, VersionRepository
from backend.errors import NotFound

#: Fields that only mean something inside this installation.
_INTERNAL = {
    "blob",
    "holder",
    "depth",
    "archive_depth",
    "content_hash",
    "given",
    "read",
    "received_at",
    "silent",
    "text_at",
}
#: What a ZIP archive can say of a time; it counts seconds by twos.
_FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_LAST_ZIP_TIME = (2107, 12, 31, 23, 59, 58)
_UNSAFE = re.compile(r'[<>:"|?*]')
_TEXT_PIECE_CHARS = 1_000_000


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """One file of the archive: a safe relative path, and its content in pieces."""

    path: str
    content: AsyncIterator[bytes]
    modified_at: datetime


class DocumentExport:
    """What `entries` gives: for each document ``documents/<id>/`` with metadata.json, text.txt and original/<name>.

    In place of a text that cannot be read there is text-damaged.txt, which says so.
    """

    def __init__(self, *, documents: DocumentRepository, versions: VersionRepository, blobs: BlobStore) -> None:
        self._documents = documents
        self._versions = versions
        self._blobs = blobs

    async def entries(self, caller: Caller) -> AsyncIterator[ExportEntry]:
        """Every document that the caller holds, oldest first. Each entry's content is to be read before the next."""
        async for document in self._documents.held_by(caller):
            folder = f"documents/{document.id}"
            yield ExportEntry(f"{folder}/metadata.json", _once(_metadata(document)), document.modified_at)
            if document.version > 0:
                yield await self._text(document, folder)
            if document.blob is None:
                continue
            try:
                original = await self._blobs.open(document.blob)
            except NotFound:  # deleted since the list was read
                continue
            name = _UNSAFE.sub("_", PurePosixPath(clean_name(document.filename or document.title)).name)
            yield ExportEntry(f"{folder}/original/{name}", original, document.modified_at)

    async def _text(self, document: Document, folder: str) -> ExportEntry:
        try:
            stored = await self._versions.unscoped_version(document.id, document.version)
        except TextDamaged as error:
            return ExportEntry(f"{folder}/text-damaged.txt", _once(error.message.encode()), document.modified_at)
        text = stored.text if stored is not None else ""
        return ExportEntry(f"{folder}/text.txt", _pieces(text), document.modified_at)


async def zip_stream(entries: AsyncIterator[ExportEntry]) -> AsyncIterator[bytes]:
    """The entries as a ZIP archive, in pieces as they come; large archives use ZIP64."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        async for entry in entries:
            when = entry.modified_at.timetuple()[:6]
            info = zipfile.ZipInfo(entry.path, min(max(when, _FIRST_ZIP_TIME), _LAST_ZIP_TIME))
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as file:
                async for block in entry.content:
                    file.write(block)
                    if data := pieces.take():
                        yield data
            if data := pieces.take():
                yield data
    yield pieces.take()


class _Pieces(RawIOBase):
    """A stream that cannot seek: what is written waits until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._waiting += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def _metadata(document: Document) -> bytes:
    return orjson.dumps(document.model_dump(exclude=_INTERNAL), option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


async def _pieces(text: str) -> AsyncIterator[bytes]:
    for start in range(0, len(text), _TEXT_PIECE_CHARS):
        yield text[start : start + _TEXT_PIECE_CHARS].encode()


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
